/**
 * A bare repository of the local cloud, through git's own plumbing.
 *
 * Always asynchronous: this process also serves the repository, and would block itself.
 */
import { spawn } from 'node:child_process';
import { buffer } from 'node:stream/consumers';

type GitResult = { readonly code: number; readonly stdout: Buffer; readonly stderr: string };

export type RefChange = {
  readonly ref: string;
  /** null where the ref did not exist before, or is deleted. */
  readonly before: string | null;
  readonly after: string | null;
};

type GitInput = {
  readonly input?: string | Buffer;
  readonly env?: Readonly<Record<string, string>>;
};

export type GitRepository = {
  readonly gitDir: string;
  /** stdout without its last newline; rejects where git exits with anything but 0. */
  git(args: readonly string[], options?: GitInput): Promise<string>;
  /** Resolves whatever the exit code. */
  tryGit(args: readonly string[], options?: GitInput): Promise<GitResult>;
  /** The object id of a revision, or null. */
  resolve(revision: string): Promise<string | null>;
  /** Notifies the listeners of all changes of refs since the last call. */
  noticeChanges(): Promise<void>;
  onChange(listener: (changes: readonly RefChange[]) => void): void;
};

/** Ignores the machine's and the user's git configuration. */
export const gitEnvironment = {
  PATH: process.env.PATH ?? '/usr/bin:/bin',
  HOME: '/nonexistent',
  LC_ALL: 'C',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
};

export async function createBareRepository(gitDir: string): Promise<GitRepository> {
  const repository = openRepository(gitDir);
  await repository.git(['init', '--quiet', '--bare', '--initial-branch=main', gitDir]);
  const settings = {
    'http.receivepack': 'true',
    'receive.denyNonFastForwards': 'true',
    'uploadpack.allowFilter': 'true',
    'uploadpack.allowAnySHA1InWant': 'true',
    // Housekeeping in the background would outlive the world and write into its removed folder.
    'receive.autogc': 'false',
    'gc.auto': '0',
  };
  for (const [name, value] of Object.entries(settings)) {
    await repository.git(['config', name, value]);
  }
  return repository;
}

function openRepository(gitDir: string): GitRepository {
  const listeners: ((changes: readonly RefChange[]) => void)[] = [];
  let known = new Map<string, string>();
  let noticing: Promise<void> = Promise.resolve();

  const tryGit = async (args: readonly string[], options: GitInput = {}): Promise<GitResult> => {
    const child = spawn('git', [...args], {
      env: { ...gitEnvironment, GIT_DIR: gitDir, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    // If git does not read its input, the pipe closes; the exit code reports the failure.
    child.stdin.on('error', () => {});
    child.stdin.end(options.input ?? '');
    const [code, stdout, stderr] = await Promise.all([
      new Promise<number>((resolve, reject) => {
        child.once('error', reject);
        child.once('close', (status) => resolve(status ?? 128));
      }),
      buffer(child.stdout),
      buffer(child.stderr),
    ]);
    return { code, stdout, stderr: stderr.toString() };
  };

  const git = async (args: readonly string[], options?: GitInput): Promise<string> => {
    const { code, stdout, stderr } = await tryGit(args, options);
    if (code !== 0) throw new Error(`git ${args[0]} exited with ${code}: ${stderr.trim()}`);
    return stdout.toString().replace(/\n$/, '');
  };

  const notice = async (): Promise<void> => {
    const now = await readRefs(git);
    const refs = [...new Set([...known.keys(), ...now.keys()])].sort();
    const changes = refs
      .map((ref) => ({ ref, before: known.get(ref) ?? null, after: now.get(ref) ?? null }))
      .filter(({ before, after }) => before !== after);
    known = now;
    if (changes.length > 0) for (const listener of listeners) listener(changes);
  };

  return {
    gitDir,
    git,
    tryGit,
    async resolve(revision) {
      const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', revision];
      const { code, stdout } = await tryGit(args);
      return code === 0 ? stdout.toString().trim() : null;
    },
    noticeChanges() {
      // One after the other, so that no two report the same change.
      noticing = noticing.catch(() => {}).then(notice);
      return noticing;
    },
    onChange: (listener) => void listeners.push(listener),
  };
}

async function readRefs(git: GitRepository['git']): Promise<Map<string, string>> {
  const lines = await git(['for-each-ref', '--format=%(objectname) %(refname)']);
  return new Map(
    lines
      .split('\n')
      // Those of pull requests follow the branches, and are no changes of their own.
      .filter((line) => line !== '' && !line.startsWith('refs/pull/', 41))
      .map((line) => [line.slice(41), line.slice(0, 40)]),
  );
}
