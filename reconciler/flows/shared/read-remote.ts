/**
 * Reads the stop, a pause and the tip of `main` from the remote, before each effect: a stop, a
 * pause or an edit also holds back a plan that was made before it.
 */

import { Failure } from '../../core/failure.ts';
import type { Snapshot } from '../../ports/desired-state.ts';
import type { Ports } from '../../ports/ports.ts';
import { readPolicy } from './read-catalog.ts';

type Reads = Pick<Ports, 'state' | 'log'>;

type Remote =
  | { readonly kind: 'free'; readonly main: Snapshot }
  /** the reason why no effect may begin */
  | { readonly kind: 'stopped'; readonly why: string };

/** A server that does not answer counts as a stop. Throws where no later request can help. */
export async function lookAtRemote({ state, log }: Reads): Promise<Remote> {
  try {
    const { main, stop } = await state.mainAndStop();
    const why = stop === null ? await pauseOf(main) : `stopped: ${stop}`;
    return why === null ? { kind: 'free', main } : { kind: 'stopped', why };
  } catch (error) {
    if (!(error instanceof Failure) || error.errorClass !== 'transient') throw error;
    log.warn({ error }, 'the stop and main could not be read; it counts as stop');
    return { kind: 'stopped', why: 'the stop ref could not be read' };
  }
}

/** The tip of `main`. Throws `Stopped` where no effect may begin. */
export async function mainUnlessStopped(ports: Reads): Promise<Snapshot> {
  const remote = await lookAtRemote(ports);
  if (remote.kind === 'stopped') throw new Failure('Stopped', remote.why);
  return remote.main;
}

export async function stopReason(ports: Reads): Promise<string | null> {
  const remote = await lookAtRemote(ports);
  return remote.kind === 'stopped' ? remote.why : null;
}

/** Why effects are stopped; null where they are not. A stop that cannot be read counts as a stop. */
export async function readStop({ state, log }: Reads): Promise<string | null> {
  try {
    return await state.stop();
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
