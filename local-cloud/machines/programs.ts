/** Runs the programs of the operating system that hosts need, and names the packages that lack. */
import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../reconciler/core/failure.ts';

const limitMs = 60_000;
const outputMax = 64 * 1024;
const path = `${process.env['PATH'] ?? ''}:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin`;
const proxies = ['http_proxy', 'https_proxy', 'no_proxy'];

/** The environment of every program started here; nothing of the caller's but proxies. */
export function programEnv(): Record<string, string> {
  const kept = proxies.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const own = { PATH: path, LC_ALL: 'C', HOME: '/root', DEBIAN_FRONTEND: 'noninteractive' };
  return { ...own, ...Object.fromEntries(kept) };
}

type Options = { readonly input?: string; readonly limitMs?: number };

/** Returns its output. Throws `UnexpectedAnswer` with its last words if it fails. */
export function run(
  command: string,
  args: readonly string[],
  options: Options = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], {
      env: programEnv(),
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: options.limitMs ?? limitMs,
      killSignal: 'SIGKILL',
    });
    let [output, complaints] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaints = (complaints + text).slice(-outputMax);
    });
    // A program that does not read its input closes the pipe; only its exit code counts.
    child.stdin.on('error', () => {});
    child.stdin.end(options.input ?? '');
    child.once('error', (cause) => {
      const message = `${command} could not be started: ${cause.message}`;
      reject(new Failure('ToolMissing', message, { cause }));
    });
    child.once('close', (code, signal) => {
      if (code === 0) return resolve(output);
      const said = (complaints.trim() || output.trim()).slice(-2000);
      const message = `${command} ${args.join(' ')} ended with ${code ?? signal}: ${said}`;
      reject(new Failure('UnexpectedAnswer', message));
    });
  });
}

/** The same where a failure means that there is nothing to do. */
export async function runIfPossible(command: string, args: readonly string[]): Promise<string> {
  try {
    return await run(command, args);
  } catch {
    return '';
  }
}

/** A file of each package. */
const needed: readonly { readonly package: string; readonly file: string }[] = [
  { package: 'systemd-container', file: 'systemd-nspawn' },
  { package: 'mmdebstrap', file: 'mmdebstrap' },
  { package: 'debian-archive-keyring', file: '/usr/share/keyrings/debian-archive-keyring.gpg' },
  { package: 'iproute2', file: 'ip' },
  { package: 'iptables', file: 'iptables' },
  { package: 'nftables', file: 'nft' },
  { package: 'util-linux', file: 'flock' },
  { package: 'openssh-client', file: 'ssh' },
];

/** Why machines cannot run here, in words for a person; null if they can. */
export function hostsUnsupported(): string | null {
  if (process.platform !== 'linux') return `real hosts need Linux, and this is ${process.platform}`;
  if (process.getuid?.() !== 0) return 'real hosts need root';
  const missing = missingPackages();
  if (missing.length === 0) return null;
  return `real hosts need the packages ${missing.join(', ')}: install them, or add --install`;
}

const installLock = '/run/aura-packages.lock';

/**
 * One process at a time, because apt refuses a second one. A later process finds all of them there.
 * Another program that installs packages is waited for.
 */
export async function installPackages(): Promise<void> {
  const missing = missingPackages();
  if (missing.length === 0) return;
  const options = '--yes --quiet --no-install-recommends -o DPkg::Lock::Timeout=300';
  const install = `apt-get install ${options} ${missing.join(' ')}`;
  const script = `apt-get update --quiet && ${install}`;
  await run('flock', [installLock, 'sh', '-c', script], { limitMs: 15 * 60_000 });
}

function missingPackages(): readonly string[] {
  return needed.filter(({ file }) => !isPresent(file)).map((one) => one.package);
}

function isPresent(file: string): boolean {
  if (file.startsWith('/')) return existsSync(file);
  return path.split(':').some((folder) => {
    try {
      accessSync(join(folder, file), constants.X_OK);
      return folder !== '';
    } catch {
      return false;
    }
  });
}
