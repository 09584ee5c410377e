/**
 * Reads the stop, a pause and the tip of `main` from the remote, before each effect: a stop, a
 * pause or an edit also holds back a plan that was made before it.
 */

import { Failure } from '../../core/failure.ts';
import type { Snapshot } from '../../ports/desired-state.ts';
import type { Ports } from '../../ports/ports.ts';
import { readPolicy } from './read-catalog.ts';

type Reads = Pick<Ports, 'state' | 'log'>;

/** `stop` says why no effect may begin; null where it may. */
type Remote = { readonly stop: string | null; readonly main: Snapshot | null };

export async function lookAtRemote(ports: Reads): Promise<Remote> {
  const stop = await readStop(ports, (reason) => `stopped: ${reason}`);
  if (stop !== null) return { stop, main: null };
  const main = await ports.state.fetch('main');
  return { stop: main === null ? null : await pauseOf(main), main };
}

/** The tip of `main`. Throws `Stopped` where no effect may begin. */
export async function mainUnlessStopped(ports: Reads): Promise<Snapshot | null> {
  const { stop, main } = await lookAtRemote(ports);
  if (stop !== null) throw new Failure('Stopped', stop);
  return main;
}

export async function stopReason(ports: Reads): Promise<string | null> {
  return (await lookAtRemote(ports)).stop;
}

/**
 * Why effects are stopped; null where they are not. A stop that cannot be read counts as a stop.
 *
 * @param said formats the reason of an existing stop
 */
export async function readStop(
  { state, log }: Reads,
  said: (reason: string) => string = (reason) => reason,
): Promise<string | null> {
  try {
    const reason = await state.stop();
    return reason === null ? null : said(reason);
  } catch (error) {
    log.warn({ error }, 'the stop ref could not be read; it counts as stop');
    return 'the stop ref could not be read';
  }
}

/** An unreadable policy counts as a pause. */
async function pauseOf(main: Snapshot): Promise<string | null> {
  const policy = await readPolicy(main);
  if (policy === null) return 'the policy could not be read';
  return policy.pause === undefined ? null : `paused: ${policy.pause.reason}`;
}
