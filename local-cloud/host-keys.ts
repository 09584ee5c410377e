/** Host keys of simulated machines. */
import { createHash } from 'node:crypto';

/** The name of the kind of key, and the length of what follows. */
const keyPrefix = Buffer.from('\0\0\0\x0bssh-ed25519\0\0\0\x20');

/** @param machine another one for each disk */
export function newHostKey(machine: string): string {
  const bytes = createHash('sha256').update(machine).digest();
  const blob = Buffer.concat([keyPrefix, bytes]);
  return `ssh-ed25519 ${blob.toString('base64')}`;
}

/** The one that cloud-init was given. */
export function seededHostKey(userData: string): string | null {
  return /ed25519_public:\s*(ssh-ed25519 \S+)/.exec(userData)?.[1] ?? null;
}
