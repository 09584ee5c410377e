/**
 * SSH to the agents' hosts with the system's client. A job has one key, in a folder of its own that
 * is removed at the end; for each host the user CA signs a certificate that is valid for minutes
 * and only for that agent. One connection per host is shared by its commands.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Failure } from '../../core/failure.ts';
import type { Host } from '../../ports/configurator.ts';
import type { ConnectCommand } from '../../ports/tailnet-node.ts';
import { runChild } from '../child-process.ts';
import { createOpensshKey } from '../openssh.ts';
import { createSigner, type SignCertificate } from './certificate.ts';
import { type RemoteEnd, ranOn, remoteEndOf } from './remote-end.ts';
import { type ConnectionFiles, filesIn, type Login, settingsOf } from './settings.ts';
import { shellWord } from './shell-word.ts';

type RemoteCommand = {
  /** for the host's shell; visible in its process list, so without secrets */
  readonly command: string;
  readonly input?: string;
  readonly limitMs?: number;
};
export type Ssh = {
  /** Throws `ToolMissing` if there is no client, or if the CA's key does not sign. */
  ready(): Promise<void>;
  run(host: Host, command: RemoteCommand): Promise<RemoteEnd>;
  /** Whether a new connection shows this host key. Throws if there is no connection. */
  shows(host: Host, hostKey: string): Promise<boolean>;
  /**
   * For a program that starts `ssh -F config ALIAS` itself: valid for that long, and it uses the
   * shared connection.
   */
  configFor(host: Host, ms: number): Promise<{ readonly config: string; readonly socket: string }>;
  /** Closes all connections and removes the folder. */
  close(): Promise<void>;
};
type SshOptions = {
  /** null if it is not set: then nothing can be reached */
  readonly caPrivateKey: string | null;
  /** wall time, ms: hosts compare certificates with theirs */
  readonly now: () => number;
  /** how hosts of the tailnet are connected to; throws where this process is not in it */
  readonly throughTailnet?: () => ConnectCommand;
  /** `root` at port 22 unless given */
  readonly login?: Login;
};

type Connection = {
  readonly files: ConnectionFiles;
  readonly address: string;
  readonly hostKeys: readonly string[];
  readonly validUntilMs: number;
};
type Job = {
  readonly folder: string;
  readonly keyFile: string;
  readonly publicKey: string;
  readonly sign: SignCertificate;
};

const commandLimitMs = 60_000;
const graceMs = 2000;
/** Beyond the limit of a command: to connect, and for the host to end it. */
const connectMs = 15_000;
/** The host's clock may be behind ours by so much. */
const clockSkewMs = 5 * 60_000;
const certificateMs = 10 * 60_000;
/** A connection is authenticated within this time. */
const certificateLeftMs = 60_000;
const outputMax = 1_000_000;

export function createSsh(options: SshOptions): Ssh {
  const connections = new Map<Host['agent'], Connection>();
  let opening: Promise<Job> | null = null;
  const job = () => {
    opening ??= openJob(options.caPrivateKey);
    return opening;
  };

  /** Writes the host's files anew where they are not valid for it, or not for so long. */
  async function connectionTo(host: Host, ms: number): Promise<Connection> {
    const known = connections.get(host.agent);
    const pinsLess = known?.hostKeys.some((key) => !host.hostKeys.includes(key)) ?? false;
    // A shared connection to an earlier address, or by a key that is no longer accepted.
    if (known !== undefined && (known.address !== host.ipv4 || pinsLess)) await leave(known, host);
    const isSame =
      known?.address === host.ipv4 && known.hostKeys.join('\n') === host.hostKeys.join('\n');
    const neededMs = options.now() + ms + certificateLeftMs;
    if (isSame && known.validUntilMs >= neededMs) return known;
    const opened = await openConnection(await job(), host, {
      login: options.login ?? { user: 'root', port: 22 },
      through: host.network === 'tailnet' ? commandOf(options.throughTailnet) : null,
      fromMs: options.now() - clockSkewMs,
      untilMs: Math.max(options.now() + certificateMs, neededMs),
    });
    connections.set(host.agent, opened);
    return opened;
  }

  return {
    async ready() {
      const { code } = await client(['-V'], { limitMs: 10_000 });
      if (code !== 0) throw new Failure('ToolMissing', 'ssh does not run');
      signerOf(options.caPrivateKey);
    },
    async run(host, { command, input = '', limitMs = commandLimitMs }) {
      const connection = await connectionTo(host, 0);
      const args = ['-F', connection.files.config, host.agent, limited(command, limitMs)];
      const end = remoteEndOf(await client(args, { input, limitMs: limitMs + connectMs }));
      // A shared connection to a host that was switched off must not delay the next command.
      if (end.kind === 'overdue') await leave(connection, host);
      return end;
    },
    async shows(host, hostKey) {
      const { files } = await connectionTo(host, 0);
      const knownHosts = join(dirname(files.config), 'one_known_host');
      await write(knownHosts, knownHostsOf({ ...host, hostKeys: [hostKey] }));
      const alone = ['ControlMaster=no', 'ControlPath=none', `UserKnownHostsFile=${knownHosts}`];
      const options = alone.flatMap((one) => ['-o', one]);
      const args = ['-F', files.config, ...options, host.agent, 'true'];
      const end = remoteEndOf(await client(args, { limitMs: commandLimitMs }));
      return end.kind !== 'wrongHostKey' && ranOn(host, end).code === 0;
    },
    async configFor(host, ms) {
      const { config, socket } = (await connectionTo(host, ms)).files;
      return { config, socket };
    },
    async close() {
      const opened = await opening?.catch(() => null);
      const all = [...connections];
      connections.clear();
      opening = null;
      await Promise.all(all.map(([agent, connection]) => leave(connection, { agent })));
      if (opened != null) await rm(opened.folder, { recursive: true, force: true });
    },
  };
}

function commandOf(throughTailnet: SshOptions['throughTailnet']): ConnectCommand {
  if (throughTailnet !== undefined) return throughTailnet();
  throw new Failure('NetworkUnreachable', 'this process does not join the tailnet');
}

async function openJob(caPrivateKey: string | null): Promise<Job> {
  const sign = signerOf(caPrivateKey);
  const folder = await mkdtemp(join(tmpdir(), 'aura-ssh-'));
  const { privateKey, publicKey } = createOpensshKey('aura');
  const keyFile = join(folder, 'key');
  await write(keyFile, privateKey);
  return { folder, keyFile, publicKey, sign };
}

function signerOf(caPrivateKey: string | null): SignCertificate {
  if (caPrivateKey !== null) return createSigner(caPrivateKey);
  throw new Failure('ToolMissing', 'AURA_SSH_CA_KEY is not set, so no host can be reached');
}

type Opening = {
  readonly login: Login;
  readonly through: ConnectCommand | null;
  readonly fromMs: number;
  readonly untilMs: number;
};

async function openConnection(
  { folder, keyFile, publicKey, sign }: Job,
  host: Host,
  { login, through, fromMs, untilMs }: Opening,
): Promise<Connection> {
  const files = filesIn(folder, keyFile, host.agent);
  await mkdir(dirname(files.config), { recursive: true, mode: 0o700 });
  const certificate = sign({ publicKey, principal: host.agent, fromMs, untilMs });
  await write(files.certificate, certificate);
  await write(files.knownHosts, knownHostsOf(host));
  const target = { alias: host.agent, address: host.ipv4, through, ...login };
  await write(files.config, settingsOf(target, files));
  return { files, address: host.ipv4, hostKeys: host.hostKeys, validUntilMs: untilMs };
}

function knownHostsOf({ agent, hostKeys }: Host): string {
  return hostKeys.map((key) => `${agent} ${key}\n`).join('');
}

/** Replaces the file as a whole: a program may be reading it. */
async function write(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/** Ends the shared connection, if there is one. */
async function leave({ files }: Connection, { agent }: Pick<Host, 'agent'>): Promise<void> {
  if (!existsSync(files.socket)) return;
  const end = ['-F', files.config, '-O', 'exit', agent];
  await client(end, { limitMs: 5000 });
}

/** On the host too, so that the command does not go on after we have left. */
function limited(command: string, limitMs: number): string {
  return `timeout --kill-after=5 ${limitMs / 1000} sh -c ${shellWord(command)}`;
}

function client(
  args: readonly string[],
  { input = '', limitMs }: { readonly input?: string; readonly limitMs: number },
) {
  return runChild({
    command: 'ssh',
    args,
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' },
    input,
    limitMs,
    graceMs,
    asks: 'SIGTERM',
    endsWithUs: true,
    outputMax,
  });
}
