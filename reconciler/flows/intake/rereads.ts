/**
 * While the service runs: reads a subscription again once the announced end of its access has
 * passed, and once after its file was written (see `unconfirmed`). It keeps no state: the first
 * look finds what passed without a service, and so does the resync.
 */
import { type AccessEnd, accessEnds } from '../../core/agent/access-times.ts';
import { asFailure } from '../../core/failure.ts';
import type { Ports } from '../../ports/ports.ts';
import { createWatch, type Watch } from '../shared/watch.ts';
import type { Intake } from './intake.ts';

type RereadPorts = Pick<Ports, 'state' | 'files' | 'clock' | 'log'>;
type Reading = Pick<Intake, 'reread' | 'unconfirmed'>;
export type Rereads = Watch & {
  /** One look; resolves to the subscriptions that were read, sorted. */
  look(): Promise<readonly string[]>;
};

const lookEveryMs = 5_000;
/** How often other writers' commits are fetched. */
const fetchEveryMs = 60_000;
/** Under load `main` moves all the time, and announced ends mostly lie ahead. */
const listEveryMs = 30_000;
/** At most a second's reads in test mode; the next look takes the rest. */
const readsMax = 25;
/** A reading by another service that overlapped with ours may still run right after our push. */
const overlapMs = 10_000;
/** Where the access goes on, or Stripe cannot be read. */
const againMs = { first: 60_000, longest: 3_600_000 };

export function createRereads(ports: RereadPorts, intake: Reading): Rereads {
  const { clock, log } = ports;
  const ends = createEnds(ports);
  const tried = createTried();

  async function look(): Promise<readonly string[]> {
    const nowMs = clock.now();
    const wanted = wantedOf(await ends(), intake.unconfirmed(), nowMs);
    const now = tried.due(wanted, nowMs).slice(0, readsMax);
    tried.note(now, nowMs);
    const read = await Promise.all(now.map(reread));
    // A subscription that is written again is read again at the next look.
    for (const subscription of read.filter((one) => one !== null))
      if (wanted.get(subscription) === 0) tried.forget(subscription);
    return now.sort();
  }

  /** null where it could not be read */
  async function reread(subscription: string): Promise<string | null> {
    try {
      await intake.reread(subscription);
      return subscription;
    } catch (thrown) {
      const { reason, message } = asFailure(thrown);
      log.warn({ subscription, reason, message }, 'a subscription could not be read again yet');
      return null;
    }
  }

  const watch = createWatch(clock, lookEveryMs, look, (error) =>
    log.warn({ error }, 'expired access could not be determined'),
  );
  return { ...watch, look };
}

/** The announced ends in the files, listed again where `main` has moved. */
function createEnds({ state, files, clock }: RereadPorts): () => Promise<readonly AccessEnd[]> {
  let listed: { readonly commit: string; readonly ends: readonly AccessEnd[] } | null = null;
  let [fetchedMs, listedMs] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  return async () => {
    const isLate = clock.now() - fetchedMs >= fetchEveryMs;
    const known = isLate ? null : await state.confirmed('main');
    if (isLate) fetchedMs = clock.now();
    const main = known ?? (await state.fetch('main'));
    if (main === null) return [];
    const isNew = listed?.commit !== main.commit && clock.now() - listedMs >= listEveryMs;
    if (listed === null || isNew) {
      listed = { commit: main.commit, ends: accessEnds(await files.at(main)) };
      listedMs = clock.now();
    }
    return listed.ends;
  };
}

/** Since when each is to be read again, ms; 0 for a written file that is not confirmed. */
function wantedOf(
  ends: readonly AccessEnd[],
  unconfirmed: readonly string[],
  nowMs: number,
): ReadonlyMap<string, number> {
  const wanted = new Map<string, number>();
  for (const { subscription, atMs } of ends) {
    if (atMs > nowMs) break;
    wanted.set(subscription, atMs);
  }
  for (const subscription of unconfirmed)
    if (!wanted.has(subscription)) wanted.set(subscription, 0);
  return wanted;
}

/** Ends are read at once, written files after a while; both again with growing delays. */
function createTried() {
  const tried = new Map<string, { readonly sinceMs: number; tries: number; nextMs: number }>();
  return {
    due(wanted: ReadonlyMap<string, number>, nowMs: number): readonly string[] {
      for (const subscription of tried.keys())
        if (!wanted.has(subscription)) tried.delete(subscription);
      for (const [subscription, sinceMs] of wanted)
        if (tried.get(subscription)?.sinceMs !== sinceMs)
          tried.set(subscription, {
            sinceMs,
            tries: 0,
            nextMs: nowMs + (sinceMs === 0 ? overlapMs : 0),
          });
      return [...wanted.keys()].filter((one) => (tried.get(one)?.nextMs ?? 0) <= nowMs);
    },
    forget: (subscription: string) => void tried.delete(subscription),
    note(subscriptions: readonly string[], nowMs: number): void {
      for (const subscription of subscriptions) {
        const one = tried.get(subscription);
        if (one === undefined) continue;
        one.nextMs = nowMs + Math.min(againMs.first * 2 ** one.tries, againMs.longest);
        one.tries += 1;
      }
    },
  };
}
