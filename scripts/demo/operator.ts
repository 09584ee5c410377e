/** An operator with a clone of the agents repository and nothing but git. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export type Operator = {
  /** Edits a file, commits and pushes; the commit's id. */
  edit(path: string, change: (text: string) => string, subject: string): Promise<string>;
  revert(commit: string): Promise<string>;
  /** Edits a file on another branch than main. */
  editOn(branch: string, path: string, change: (text: string) => string): Promise<string>;
  git(...args: readonly string[]): Promise<string>;
  close(): Promise<void>;
};

/** @param url of the repository, with a token that may push in it */
export async function createOperator(url: string): Promise<Operator> {
  const folder = await mkdtemp(join(tmpdir(), 'aura-operator-'));
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_PAGER: 'cat',
    GIT_AUTHOR_NAME: 'Olga Operator',
    GIT_AUTHOR_EMAIL: 'olga@example.com',
    GIT_COMMITTER_NAME: 'Olga Operator',
    GIT_COMMITTER_EMAIL: 'olga@example.com',
  };
  // Not the synchronous form: the git server may be in this very process.
  const git = async (...args: readonly string[]) => {
    const { stdout } = await run('git', args, { cwd: folder, env, maxBuffer: 20_000_000 });
    return stdout.trimEnd();
  };
  const checkout = join(folder, 'agents');
  await git('clone', '--quiet', url, checkout);
  const inClone = (...args: readonly string[]) => git('-C', checkout, ...args);

  async function editOn(
    branch: string,
    path: string,
    change: (text: string) => string,
    subject = `Decide ${path}`,
  ): Promise<string> {
    await inClone('fetch', '--quiet', 'origin');
    await inClone('checkout', '--quiet', '-B', branch, `origin/${branch}`);
    const file = join(checkout, path);
    await writeFile(file, change(await readFile(file, 'utf8')));
    await inClone('commit', '--quiet', '--all', '--message', subject);
    await inClone('push', '--quiet', 'origin', branch);
    return inClone('rev-parse', 'HEAD');
  }

  return {
    edit: (path, change, subject) => editOn('main', path, change, subject),
    editOn,
    async revert(commit) {
      await inClone('fetch', '--quiet', 'origin');
      await inClone('checkout', '--quiet', '-B', 'main', 'origin/main');
      await inClone('revert', '--no-edit', commit);
      await inClone('push', '--quiet', 'origin', 'main');
      return inClone('rev-parse', 'HEAD');
    },
    async git(...args) {
      await inClone('fetch', '--quiet', 'origin');
      return inClone(...args);
    },
    close: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}
