/**
 * While the service runs: asks the Forge for a run when the time has come at which one has something
 * to do (a further try, the end of a grace or a hold, a breaker's trial), once for all that has come
 * due meanwhile. Nothing is remembered: what came due while no process watched is the schedule's, and
 * two services that watch ask for the same run, of which the Forge keeps one.
 */
import { asFailure } from '../../core/failure.ts';
import { readableRecords } from '../../core/fleet/recorded.ts';
import { dueMoments } from '../../core/plan/due.ts';
import type { Ports } from '../../ports/ports.ts';
import { readCatalogAndPolicy } from '../shared/read-catalog.ts';
import { dispatchReconcile } from './reconcile-event.ts';

type DueRunsPorts = Pick<Ports, 'state' | 'files' | 'journal' | 'clock' | 'log'> & {
  readonly forge: Pick<Ports['forge'], 'dispatch'>;
};

const lookEveryMs = 60_000;
/** The run goes by Hetzner's clock: before that one has got there, nothing would be due yet. */
const clocksApartMs = 5_000;

type DueRuns = {
  /** Ends on request. */
  run(): Promise<void>;
  end(): void;
};

export function createDueRuns(ports: DueRunsPorts): DueRuns {
  const { clock, log } = ports;
  let ended = false;
  return {
    async run() {
      let sinceMs = clock.now() - clocksApartMs;
      while (!ended) {
        await clock.wait(lookEveryMs);
        if (ended) return;
        const untilMs = clock.now() - clocksApartMs;
        try {
          await askWhereDue(ports, { sinceMs, untilMs });
          sinceMs = untilMs;
        } catch (thrown) {
          const error = asFailure(thrown);
          log.warn({ error }, 'whether a run is due could not be seen to; the schedule brings one');
          // What passes by itself is tried again for the same moments, the rest by the schedule.
          if (error.errorClass !== 'transient') sinceMs = untilMs;
        }
      }
    },
    end() {
      ended = true;
    },
  };
}

/** Resolves to whether a run was asked for. */
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
  log.info({ due }, 'a run was asked for');
  return true;
}
