/**
 * The settings of one host's connections, as a file for `ssh -F`: with it neither the machine's nor
 * a user's SSH configuration, keys, agent or known hosts are read.
 */
import { join } from 'node:path';
import type { ConnectCommand } from '../../ports/tailnet-node.ts';
import { shellWord } from './shell-word.ts';

export type ConnectionFiles = {
  readonly config: string;
  readonly key: string;
  readonly certificate: string;
  readonly knownHosts: string;
  /** the socket of the shared connection */
  readonly socket: string;
};

/** @param folder the job's; `key` is the job's one key */
export function filesIn(folder: string, key: string, host: string): ConnectionFiles {
  const place = join(folder, host);
  return {
    key,
    config: join(place, 'config'),
    certificate: join(place, 'cert.pub'),
    knownHosts: join(place, 'known_hosts'),
    socket: join(place, 's'),
  };
}

export type Login = { readonly user: string; readonly port: number };
type Target = Login & {
  /** the agent's id: the name of the host in `known_hosts`, whatever its address */
  readonly alias: string;
  readonly address: string;
  /** a command that connects to HOST PORT; null: directly */
  readonly through: ConnectCommand | null;
};

/** How long the shared connection stays open without use; it also ends so after a crash. */
const persistSeconds = 60;

export function settingsOf(target: Target, files: ConnectionFiles): string {
  const settings: readonly (readonly [string, string | number])[] = [
    ['HostName', target.address],
    ['Port', target.port],
    ['User', target.user],
    // Only this host key is accepted, and nothing is learned.
    ['HostKeyAlias', target.alias],
    ['StrictHostKeyChecking', 'yes'],
    ['UserKnownHostsFile', files.knownHosts],
    ['GlobalKnownHostsFile', '/dev/null'],
    ['HostKeyAlgorithms', 'ssh-ed25519'],
    ['UpdateHostKeys', 'no'],
    ['VerifyHostKeyDNS', 'no'],
    ['CheckHostIP', 'no'],
    ['CanonicalizeHostname', 'no'],
    // Only the job's certificate is offered.
    ['IdentityFile', files.key],
    ['CertificateFile', files.certificate],
    ['IdentitiesOnly', 'yes'],
    ['IdentityAgent', 'none'],
    ['AddKeysToAgent', 'no'],
    ['PreferredAuthentications', 'publickey'],
    ['PasswordAuthentication', 'no'],
    ['KbdInteractiveAuthentication', 'no'],
    ['HostbasedAuthentication', 'no'],
    ['BatchMode', 'yes'],
    // A host gets nothing of this machine.
    ['ForwardAgent', 'no'],
    ['ForwardX11', 'no'],
    ['ClearAllForwardings', 'yes'],
    ['PermitLocalCommand', 'no'],
    ['RequestTTY', 'no'],
    ['EscapeChar', 'none'],
    ['ConnectTimeout', 8],
    ['ConnectionAttempts', 1],
    ['ServerAliveInterval', 10],
    ['ServerAliveCountMax', 3],
    ['ControlMaster', 'auto'],
    ['ControlPath', files.socket],
    ['ControlPersist', persistSeconds],
    ['LogLevel', 'ERROR'],
  ];
  const lines = settings.map(([name, value]) => `  ${name} ${quoted(value)}`);
  const proxy = `  ProxyCommand ${proxyCommand(target.through)}`;
  return [`Host ${target.alias}`, ...lines, proxy, ''].join('\n');
}

/** For the shell that ssh starts; `%h` and `%p` are ssh's tokens. */
function proxyCommand(through: ConnectCommand | null): string {
  if (through === null) return 'none';
  const words = through.map((word) => shellWord(word).replaceAll('%', '%%'));
  return [...words, '%h', '%p'].join(' ');
}

/** A path may contain spaces; `%` starts one of ssh's tokens. */
function quoted(value: string | number): string {
  const text = String(value).replaceAll('%', '%%');
  return text.includes(' ') ? `"${text}"` : text;
}
