/**
 * The key pair that a host makes for itself. The seeded one is in the user data, which the metadata
 * service serves for the server's lifetime, so the roles replace it.
 */
import { Failure } from '../../core/failure.ts';
import type { Host } from '../../ports/configurator.ts';
import { ranOn } from '../ssh/remote-end.ts';
import type { Ssh } from '../ssh/ssh.ts';
import { excerpt } from './report.ts';

const file = '/etc/ssh/aura_host_ed25519_key';

/** Made under another name and linked as a whole, so that no half of it is ever taken for one. */
const command = [
  'set -eu',
  `if [ ! -s ${file} ]; then`,
  '  umask 077',
  // Of a run that died here.
  '  rm -rf /etc/ssh/.aura-key.*',
  '  folder=$(mktemp -d /etc/ssh/.aura-key.XXXXXX)',
  '  trap \'rm -rf "$folder"\' EXIT',
  "  trap 'exit 1' HUP INT TERM",
  '  ssh-keygen -q -t ed25519 -N \'\' -C aura -f "$folder/key"',
  '  sync "$folder/key"',
  `  mv "$folder/key" ${file}`,
  'fi',
  `ssh-keygen -y -f ${file}`,
].join('\n');

/** ed25519's name and 32 bytes: always so many characters, with the same beginning. */
const publicKey = /^ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI[A-Za-z0-9+/]{43}(?= |$)/;

export async function makeHostKey(ssh: Ssh, host: Host): Promise<string> {
  const end = ranOn(host, await ssh.run(host, { command }));
  if (end.code !== 0)
    throw new Failure('ConfigureFailed', `no host key could be made: ${excerpt(end.stderr)}`);
  const made = publicKey.exec(end.stdout.trim())?.[0];
  if (made === undefined)
    throw new Failure('UnexpectedAnswer', 'the host did not return a valid host key', {
      scope: 'agent',
    });
  return made;
}
