/**
 * Checks of `aura doctor --read-only`: that the credentials of the service cannot write. Each tries
 * what has no effect even if it is allowed.
 */
import { bucketWrites } from '../../../adapters/bucket/write-probe.ts';
import { hetznerWrites } from '../../../adapters/hetzner/write-probe.ts';
import { tailscaleWrites } from '../../../adapters/tailscale/write-probe.ts';
import { createWallClock } from '../../../adapters/wall-clock.ts';
import type { Clock } from '../../../ports/clock.ts';
import { type Environment, type Need, readConfig } from '../../config.ts';
import { createKeySource } from '../../main/state-store.ts';
import { Amiss, type Check } from './amiss.ts';
import { configured } from './doctor-known.ts';

/** What the service needs neither the programs nor the rights for. */
export const notForReaders: ReadonlySet<string> = new Set([
  'terraform',
  'hosts',
  'SSH CA',
  'tailnet policy',
  // They are of the installation, and the bucket's lock and the key write.
  'bucket private',
  'bucket encrypted',
  'bucket versioned',
  'bucket logged',
  'bucket lock',
  'Tailscale key',
  // The daily comparison's key reads them.
  'prices',
]);

export function readOnlyChecks(env: Environment): readonly Check[] {
  const random = Math.random;
  return [
    {
      name: 'Hetzner reads',
      look: () =>
        looked(async (clock) => {
          const { cloud } = await settings(env, 'cloud');
          const writes = await hetznerWrites({ ...cloud, clock, random });
          const todo = 'Set HCLOUD_TOKEN to a token that was made with the permission Read.';
          return judged('HCLOUD_TOKEN', writes, todo);
        }),
    },
    {
      name: 'Tailscale reads',
      look: () =>
        looked(async (clock) => {
          const { tailnet } = await settings(env, 'tailnet');
          const writes = await tailscaleWrites({ ...tailnet, clock, random });
          const todo = 'Make an OAuth client that has the scope devices:core:read alone.';
          return judged('TAILSCALE_OAUTH_CLIENT_ID', writes, todo);
        }),
    },
    {
      name: 'bucket reads',
      look: () =>
        looked(async (clock) => {
          const { states } = await settings(env, 'states');
          const keys = await createKeySource(states.login, clock);
          const writes = await bucketWrites({ ...states, keys });
          const name = states.login.kind === 'keys' ? 'AWS_ACCESS_KEY_ID' : 'AWS_ROLE_ARN';
          const todo = 'Give it the policy that lists and reads: docs/guide/credentials.md.';
          return judged(name, writes, todo);
        }),
    },
  ];
}

const settings = <Name extends Need>(env: Environment, name: Name) =>
  configured(() => readConfig(env, [name]));

async function looked(look: (clock: Clock) => Promise<string>): Promise<string> {
  const clock = createWallClock();
  try {
    return await look(clock);
  } finally {
    clock.close();
  }
}

/** @param writes what may be written; null if every write is refused */
function judged(variable: string, writes: string | null, todo: string): string {
  if (writes === null) return 'a write is refused';
  throw new Amiss('MisconfiguredAccount', `${variable} is not read-only: ${writes}`, todo);
}
