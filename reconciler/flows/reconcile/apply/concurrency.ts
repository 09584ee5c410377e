/**
 * Limits how many changes are carried out at once: `policy.apply.concurrency` over all runs
 * together, as far as leases show them. It is judged before changes begin, which is at the start
 * and whenever one has ended; one of each run always goes on, so that no run waits for another.
 */
import { asFailure } from '../../../core/failure.ts';
import { readableRecords } from '../../../core/fleet/recorded.ts';
import type { Change } from '../../../core/fleet/situation.ts';
import { timeMs } from '../../../core/text/time.ts';
import type { Run } from './attempt.ts';

/** Carries all of them out, in order. Never fewer than one at once. */
export async function eachAtOnce(
  run: Run,
  changes: readonly Change[],
  work: (change: Change) => Promise<void>,
): Promise<void> {
  const own = new Set(changes.map(({ agent }) => agent));
  const waiting = [...changes];
  const running = new Set<Promise<void>>();
  while (waiting.length > 0 || running.size > 0) {
    const room = waiting.length === 0 ? 0 : Math.max(1, await roomFor(run, own));
    for (const change of waiting.splice(0, Math.max(0, room - running.size))) {
      const working = work(change).finally(() => running.delete(working));
      running.add(working);
    }
    await Promise.race(running);
  }
}

/**
 * What the leases of other runs, and of other parts of this one, leave of the policy's concurrency.
 * Those of agents in this plan are of dead runs, and taken over. Where leases cannot be read, no
 * other run is assumed.
 */
async function roomFor(
  { ports: { journal, cloud, log }, policy }: Run,
  own: ReadonlySet<string>,
): Promise<number> {
  const { concurrency } = policy.apply;
  try {
    const nowMs = await cloud.now();
    const others = readableRecords((await journal.read()).records).filter(
      ({ name, lease }) => lease !== undefined && !own.has(name) && timeMs(lease.until) > nowMs,
    );
    return concurrency - others.length;
  } catch (thrown) {
    log.warn({ error: asFailure(thrown) }, 'leases could not be read; other runs are not counted');
    return concurrency;
  }
}
