/**
 * The remote as it stands now: the stop, a pause, and the tip of `main`. Read right before each effect:
 * a plan that was made before a stop, a pause or an edit is held up by it all the same.
 */

import type { Snapshot } from '../../ports/desired-state.ts';
import type { Ports } from '../../ports/ports.ts';
import { readPolicy } from './read-catalog.ts';
import { readStop } from './read-stop.ts';

type Reads = { readonly ports: Pick<Ports, 'state' | 'log'> };

/** The remote at one moment: why nothing may be done, null where it may, and the tip of `main`. */
type Remote = { readonly stop: string | null; readonly main: Snapshot | null };

export async function lookAtRemote(reads: Reads): Promise<Remote> {
  const stop = await readStop(reads.ports, (reason) => `stopped: ${reason}`);
  if (stop !== null) return { stop, main: null };
  const main = await reads.ports.state.fetch('main');
  return { stop: main === null ? null : await pauseOf(main), main };
}

export async function stopReason(reads: Reads): Promise<string | null> {
  return (await lookAtRemote(reads)).stop;
}

/** A policy that cannot be read may say it. */
async function pauseOf(main: Snapshot): Promise<string | null> {
  const policy = await readPolicy(main);
  if (policy === null) return 'the policy could not be read';
  return policy.pause === undefined ? null : `paused: ${policy.pause.reason}`;
}
