/**
 * A tailscaled of this process, in a folder that only this user can read. It needs neither root nor
 * a network interface, and keeps its state in memory. It ends with this process, however that ends.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../../core/failure.ts';
import { withoutSecrets } from '../../core/text/secret-shapes.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ConnectCommand } from '../../ports/tailnet-node.ts';
import { runChild } from '../child-process.ts';

export type Programs = { readonly tailscaled: string; readonly tailscale: string };

export type Daemon = {
  readonly connectCommand: ConnectCommand;
  /** Throws `JoinFailed`. */
  up(authKey: string, hostname: string, loginServer: string | null): Promise<void>;
  /** Whether the tailnet shows a device with this address to this node. */
  knows(address: string): Promise<boolean>;
  /** Logs out, which deletes an ephemeral device, and ends the program. */
  close(): Promise<void>;
};

const startLooksMax = 100;
const lookEveryMs = 100;
const upSeconds = 30;
const leaveMs = 10_000;
const graceMs = 3000;

/** Throws `ToolMissing` where it does not start. */
export async function startDaemon(programs: Programs, clock: Clock): Promise<Daemon> {
  const folder = await mkdtemp(join(tmpdir(), 'aura-tailnet-'));
  const [socket, keyFile] = [join(folder, 's'), join(folder, 'key')];
  const child = launch(programs.tailscaled, folder, socket);
  const connectCommand = [programs.tailscale, `--socket=${socket}`, 'nc'] as const;
  const tailscale = (args: readonly string[], limitMs: number) =>
    runChild({
      command: programs.tailscale,
      args: [`--socket=${socket}`, ...args],
      env: environment(folder),
      limitMs,
      graceMs: 1000,
      asks: 'SIGTERM',
    });
  const end = async () => {
    await ended(child);
    await rm(folder, { recursive: true, force: true });
  };
  for (let looks = 0; !existsSync(socket); looks += 1) {
    if (looks < startLooksMax && child.exitCode === null) await clock.wait(lookEveryMs);
    else throw await notStarted(join(folder, 'log'), end);
  }
  return {
    connectCommand,
    async up(authKey, hostname, loginServer) {
      await writeFile(keyFile, authKey, { mode: 0o600 });
      const args = [
        ...['up', `--auth-key=file:${keyFile}`, `--hostname=${hostname}`],
        // Nothing of this machine is open to the tailnet, and its name resolution stays.
        ...[`--timeout=${upSeconds}s`, '--shields-up', '--accept-dns=false'],
        ...(loginServer === null ? [] : [`--login-server=${loginServer}`]),
      ];
      const { code, stderr } = await tailscale(args, (upSeconds + 5) * 1000);
      await rm(keyFile);
      if (code === 0) return;
      const said = lastOf(stderr.toString().replaceAll(authKey, '[secret]'));
      throw new Failure('JoinFailed', `tailscale up failed: ${said}`);
    },
    knows: async (address) => (await tailscale(['whois', address], 5000)).code === 0,
    async close() {
      await tailscale(['logout'], leaveMs);
      await end();
    },
  };
}

/** The pipe closes when this process ends, even if it is killed. */
const untilPipeCloses = [
  'folder=$1; shift',
  '"$@" & daemon=$!',
  'cat > /dev/null',
  'kill "$daemon"; wait "$daemon"',
  'rm -rf "$folder"',
].join('\n');

/** In a group of its own, so that a signal from the terminal does not end it before our work. */
function launch(tailscaled: string, folder: string, socket: string): ChildProcess {
  const args = [
    ...['--tun=userspace-networking', '--state=mem:', `--statedir=${folder}`],
    ...[`--socket=${socket}`, '--port=0', '--no-logs-no-support'],
  ];
  const log = openSync(join(folder, 'log'), 'w', 0o600);
  const child = spawn('sh', ['-c', untilPipeCloses, 'sh', folder, tailscaled, ...args], {
    env: environment(folder),
    stdio: ['pipe', log, log],
    detached: true,
  });
  closeSync(log);
  child.on('error', () => {});
  child.unref();
  return child;
}

/** Go's programs read the certificates that they trust from these variables, if they are set. */
const passedOn = ['PATH', 'SSL_CERT_FILE', 'SSL_CERT_DIR'];

function environment(folder: string): Readonly<Record<string, string>> {
  const own = passedOn.map((name) => [name, process.env[name] ?? ''] as const);
  return { ...Object.fromEntries(own.filter(([, value]) => value !== '')), HOME: folder };
}

async function notStarted(log: string, end: () => Promise<void>): Promise<Failure> {
  const said = lastOf(await readFile(log, 'utf8').catch(() => ''));
  await end();
  return new Failure('ToolMissing', `tailscaled does not start: ${said}`);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.stdin?.end();
  const force = setTimeout(() => process.kill(-(child.pid ?? 0), 'SIGKILL'), graceMs);
  await exit;
  clearTimeout(force);
}

const saidMax = 300;

function lastOf(text: string): string {
  const clean = withoutSecrets(text).trim().replaceAll(/\s+/g, ' ');
  return clean === '' ? 'no reason was given' : clean.slice(-saidMax);
}
