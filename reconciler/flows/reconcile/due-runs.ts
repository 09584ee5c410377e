/**
 * While the service runs: dispatches a run when one becomes due (a retry, the end of a grace or a
 * hold, a breaker's trial), once for all that became due. It keeps no state: the schedule covers
 * the time without a service, and of duplicate requests by two services the Forge keeps one.
 */
import { readableRecords } from '../../core/fleet/recorded.ts';
import { dueMoments } from '../../core/plan/due.ts';
import type { Ports } from '../../ports/ports.ts';
import { readCatalogAndPolicy } from '../shared/read-catalog.ts';
import { createWatch, type Watch } from '../shared/watch.ts';
import { dispatchReconcile } from './reconcile-event.ts';

type DueRunsPorts = Pick<Ports, 'state' | 'files' | 'journal' | 'clock' | 'log'> & {
  readonly forge: Pick<Ports['forge'], 'dispatch'>;
};

const lookEveryMs = 60_000;
/** The run uses Hetzner's clock, which may be behind. */
const clocksApartMs = 5_000;

export function createDueRuns(ports: DueRunsPorts): Watch {
  const { clock, log } = ports;
  let sinceMs = clock.now() - clocksApartMs;
  let untilMs = sinceMs;
  const look = async () => {
    untilMs = clock.now() - clocksApartMs;
    await askWhereDue(ports, { sinceMs, untilMs });
    sinceMs = untilMs;
  };
  return createWatch(clock, lookEveryMs, look, (error) => {
    log.warn({ error }, 'it is unknown whether a run is due; the schedule starts one');
    // A transient failure is retried for the same moments; the schedule covers any other.
    if (error.errorClass !== 'transient') sinceMs = untilMs;
  });
}

/** Resolves to whether a run was dispatched. */
export async function askWhereDue(
  { state, files, journal, forge, log }: DueRunsPorts,
  { sinceMs, untilMs }: { readonly sinceMs: number; readonly untilMs: number },
): Promise<boolean> {
  const main = await state.fetch('main');
  if (main === null) return false;
  const { policy } = await readCatalogAndPolicy(main);
  const { records } = await journal.read();
  const moments = dueMoments({
    files: await files.at(main),
    records: readableRecords(records),
    policy,
    sinceMs,
  });
  const [first] = moments;
  if (first === undefined || first > untilMs) return false;
  if (policy.pause !== undefined || (await state.stop()) !== null) return false;
  const due = new Date(first).toISOString();
  await dispatchReconcile(forge, { because: `due at ${due}` });
  log.info({ due }, 'a run was dispatched');
  return true;
}
