/** Reads the node of a host's Tailscale, and joins the host with a key. */
import { Failure } from '../../core/failure.ts';
import type { Host } from '../../ports/configurator.ts';
import { type Ran, ranOn } from '../ssh/remote-end.ts';
import { shellWord } from '../ssh/shell-word.ts';
import type { Ssh } from '../ssh/ssh.ts';
import { jsonIn } from './boot.ts';
import { excerpt } from './report.ts';

/** 127 without Tailscale: the roles install it. */
const commandNotFound = 127;

/** null where the host joined no tailnet, or was logged out. */
export async function readNode(ssh: Ssh, host: Host): Promise<string | null> {
  const end = ranOn(host, await ssh.run(host, { command: 'tailscale status --json' }));
  if (end.code === commandNotFound) return null;
  const status = jsonIn(end.stdout);
  // It exits with 1 where it is logged out, and reports its status all the same.
  if (!('BackendState' in status)) throw unread(host, end);
  const self = status['Self'];
  const node = self !== null && typeof self === 'object' && 'ID' in self ? self.ID : '';
  if (node === '') return null;
  if (typeof node === 'string' && /^[A-Za-z0-9]{1,60}$/.test(node)) return node;
  throw new Failure('UnexpectedAnswer', 'the host did not return a valid node id');
}

function unread({ agent }: Host, { stderr }: Ran): Failure {
  return new Failure(
    'OutcomeUnknown',
    `tailscaled of ${agent} gives no status: ${excerpt(stderr)}`,
  );
}

type Join = {
  readonly authKey: string;
  readonly hostname: string;
  /** of another control server; null for Tailscale's own */
  readonly loginServer: string | null;
};

const upSeconds = 60;
/** `up`, and the restart of tailscaled before it. */
const joinLimitMs = (upSeconds + 60) * 1000;

export async function joinNode(ssh: Ssh, host: Host, join: Join): Promise<string> {
  const command = joinCommand(join);
  const { authKey } = join;
  const end = ranOn(host, await ssh.run(host, { command, input: authKey, limitMs: joinLimitMs }));
  if (end.code !== 0) {
    const said = excerpt(end.stderr.replaceAll(authKey, '[secret]'));
    throw new Failure('JoinFailed', `tailscale up failed: ${said}`);
  }
  const node = await readNode(ssh, host);
  if (node === null) throw new Failure('JoinFailed', 'tailscale up reported no node');
  return node;
}

/**
 * The key comes by stdin into a file in memory. After a rejected key tailscaled hangs with every
 * later one, so its state is removed before the next try: the marker of a try is deleted where it
 * succeeded, and found otherwise, also after a crash and a reboot.
 */
function joinCommand({ hostname, loginServer }: Join): string {
  const up = ['tailscale', 'up', '--reset', `--timeout=${upSeconds}s`, `--hostname=${hostname}`];
  if (loginServer !== null) up.push(`--login-server=${loginServer}`);
  return [
    'set -eu',
    'umask 077',
    'state=/var/lib/tailscale',
    // Of a try that was killed.
    'rm -rf /run/aura-join.*',
    'folder=$(mktemp -d /run/aura-join.XXXXXX)',
    'trap \'rm -rf "$folder"\' EXIT',
    "trap 'exit 1' HUP INT TERM",
    'cat > "$folder/key"',
    'if [ -e "$state/aura-joining" ]; then',
    '  systemctl stop tailscaled',
    '  rm -rf "$state"',
    'fi',
    'mkdir -p "$state"',
    'systemctl start tailscaled',
    ': > "$state/aura-joining"',
    `${up.map(shellWord).join(' ')} "--auth-key=file:$folder/key" 1>&2`,
    'rm "$state/aura-joining"',
  ].join('\n');
}
