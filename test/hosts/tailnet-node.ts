/** A machine with its own tailscaled, in a network namespace, and its command line. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { within } from '../support/hetzner-api.ts';
import { until } from '../support/until.ts';

const patienceSeconds = 3;

type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string };

export type TailnetNode = {
  readonly namespace: string;
  /** its own state, keys and socket */
  readonly folder: string;
  start(): Promise<void>;
  /** as a machine that is switched off */
  kill(): Promise<void>;
  /** of a machine that is not running */
  wipe(): void;
  up(authKey: string, hostname: string, seconds?: number): Promise<Ended>;
  tailscale(...args: string[]): Promise<Ended>;
  /** a value of `tailscale status --json`, e.g. `Self.ID` */
  status(where: string): Promise<unknown>;
  /** A server on this port of all its addresses, which ends with the test. */
  listen(port: number): Promise<void>;
  /** Whether a connection is made within a few seconds. */
  reaches(address: string, port: number): Promise<boolean>;
  /** Ends what it started. */
  close(): Promise<void>;
};

export function createNode(options: {
  readonly tailscaled: string;
  readonly controlUrl: string;
  readonly certificate: string;
  readonly namespace: string;
  readonly folder: string;
}): TailnetNode {
  const { tailscaled, namespace, folder } = options;
  const socket = join(folder, 's.sock');
  const enter = ['netns', 'exec', namespace];
  let daemon: ChildProcess | null = null;
  let server: ChildProcess | null = null;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const run = (program: string, ...args: string[]) => finished('ip', [...enter, program, ...args]);
  const reaches = async (address: string, port: number) => {
    const connect = `exec 3<>/dev/tcp/${address}/${port}`;
    return (await run('timeout', String(patienceSeconds), 'bash', '-c', connect)).code === 0;
  };
  const tailscale = (...args: string[]) =>
    finished('ip', [...enter, join(tailscaled, '..', 'tailscale'), `--socket=${socket}`, ...args]);
  return {
    namespace,
    folder,
    async start() {
      daemon = launch({ ...options, socket });
      await until('tailscaled listens', () => existsSync(socket));
    },
    kill: () => killed(daemon),
    wipe() {
      rmSync(folder, { recursive: true });
      mkdirSync(folder, { mode: 0o700 });
    },
    async up(authKey, hostname, seconds = 30) {
      const file = join(folder, 'key');
      writeFileSync(file, authKey, { mode: 0o600 });
      try {
        return await tailscale(
          'up',
          `--login-server=${options.controlUrl}`,
          `--auth-key=file:${file}`,
          `--hostname=${hostname}`,
          `--timeout=${seconds}s`,
          '--accept-dns=false',
        );
      } finally {
        rmSync(file);
      }
    },
    tailscale,
    async status(where) {
      return within(JSON.parse((await tailscale('status', '--json')).stdout), where);
    },
    async listen(port) {
      const program = `require('node:net').createServer((one) => one.end()).listen(${port})`;
      const args = [...enter, 'setpriv', '--pdeathsig', 'KILL', process.execPath, '-e', program];
      server = spawn('ip', args, { stdio: 'ignore' });
      await until('the server listens', () => reaches('127.0.0.1', port));
    },
    reaches,
    async close() {
      await killed(server);
      await killed(daemon);
    },
  };
}

async function killed(child: ChildProcess | null): Promise<void> {
  if (child === null || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

/** The kernel ends it with us. It gets a resolver file of its own, so that this machine keeps its. */
function launch(options: {
  readonly tailscaled: string;
  readonly namespace: string;
  readonly certificate: string;
  readonly folder: string;
  readonly socket: string;
}): ChildProcess {
  const { tailscaled, namespace, folder, socket } = options;
  const trusted = join(folder, 'trusted.pem');
  writeFileSync(trusted, options.certificate);
  const resolver = join(folder, 'resolv.conf');
  writeFileSync(resolver, 'nameserver 127.0.0.1\n');
  rmSync(socket, { force: true });
  const own = `mount --bind ${resolver} /etc/resolv.conf && exec setpriv --pdeathsig KILL "$@"`;
  const log = openSync(join(folder, 'log'), 'a', 0o600);
  const child = spawn(
    'ip',
    [
      ...['netns', 'exec', namespace, 'sh', '-c', own, 'sh', tailscaled],
      ...[`--statedir=${folder}`, `--socket=${socket}`, '--no-logs-no-support', '--port=41641'],
    ],
    {
      stdio: ['ignore', log, log],
      detached: true,
      env: { PATH: process.env['PATH'], SSL_CERT_FILE: trusted },
    },
  );
  closeSync(log);
  return child;
}

function finished(program: string, args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: 60_000 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ code, stdout, stderr });
    });
  });
}
