/**
 * The SSH user CAs in force, which the policy names: hosts accept certificates of all of them. Where
 * it names none, hosts accept those of this process's CA.
 */
import type { Policy } from '../agent/policy.ts';
import { timeMs } from '../text/time.ts';

type UserCa = Policy['ssh']['ca'][number];
type Ssh = { readonly ssh: Pick<Policy['ssh'], 'ca'> };

/** Kind and key without a comment, sorted; empty where the policy names none. */
export function userCaKeysOf({ ssh }: Ssh): readonly string[] {
  return [...new Set(ssh.ca.map(({ publicKey }) => withoutComment(publicKey)))].sort();
}

/** The same, or this process's own where the policy names none. */
export function trustedCaKeys(policy: Ssh, own: string): readonly string[] {
  const named = userCaKeysOf(policy);
  return named.length > 0 ? named : [withoutComment(own)];
}

/** Why a process with this CA can reach no host; null if it can. */
export function refusalOfCa(policy: Ssh, own: string): string | null {
  if (trustedCaKeys(policy, own).includes(withoutComment(own))) return null;
  const { length } = policy.ssh.ca;
  const others = length === 1 ? 'another one' : `${length} others`;
  return `the CA of AURA_SSH_CA_KEY is not in force: ssh.ca in policy.yaml names ${others}`;
}

/** null where the policy names none */
export function newestCa({ ssh }: Ssh): UserCa | null {
  return ssh.ca.toSorted((a, b) => timeMs(a.since) - timeMs(b.since)).at(-1) ?? null;
}

export function withoutComment(publicKey: string): string {
  return publicKey.trim().split(/\s+/, 2).join(' ');
}
