/**
 * While the service runs: reads a subscription again, without an event, once the end of its access
 * that the file announces has come, and once after its file was written (see `unconfirmed`). Nothing
 * is remembered: what came due while no service ran is found at the first look, and is the resync's
 * besides.
 */
import { type AccessEnd, accessEnds } from '../core/billing/access-ends.ts';
import { asFailure } from '../core/failure.ts';
import type { Ports } from '../ports.ts';
import type { Intake } from './intake.ts';

export type RereadPorts = Pick<Ports, 'state' | 'files' | 'clock' | 'log'>;
type Reading = Pick<Intake, 'reread' | 'unconfirmed'>;
export type Rereads = {
  /** Ends when it is told to. */
  run(): Promise<void>;
  end(): void;
  /** One look; resolves to the subscriptions that were read, sorted. */
  look(): Promise<readonly string[]>;
};

const lookEveryMs = 5_000;
/** What others have written is looked at so often; what this service writes, at once. */
const fetchEveryMs = 60_000;
/** So that they take no more than a second's reads, in test mode too; the rest at the next look. */
const readsMax = 25;
/** Where Stripe says that it goes on all the same, or cannot be asked. */
const againMs = { first: 60_000, longest: 3_600_000 };

export function createRereads(ports: RereadPorts, intake: Reading): Rereads {
  const { clock, log } = ports;
  const ends = createEnds(ports);
  const tried = createTried();
  let ended = false;

  async function look(): Promise<readonly string[]> {
    const nowMs = clock.now();
    const past = tried.due(await ends(), nowMs);
    const wanted = new Set([...past, ...intake.unconfirmed()]);
    const now = [...wanted].slice(0, readsMax);
    tried.note(now, nowMs);
    await Promise.all(now.map((subscription) => read(subscription)));
    return now.sort();
  }

  async function read(subscription: string): Promise<void> {
    try {
      await intake.reread(subscription);
    } catch (thrown) {
      const { reason, message } = asFailure(thrown);
      log.warn({ subscription, reason, message }, 'a subscription could not be read again yet');
    }
  }

  return {
    look,
    async run() {
      while (!ended) {
        await clock.wait(lookEveryMs);
        if (ended) return;
        await look().catch((thrown: unknown) => {
          log.warn({ error: asFailure(thrown) }, 'whose access is over could not be seen');
        });
      }
    },
    end() {
      ended = true;
    },
  };
}

/** The announced ends as the files have them, listed again where `main` has moved. */
function createEnds({ state, files, clock }: RereadPorts): () => Promise<readonly AccessEnd[]> {
  let listed: { readonly commit: string; readonly ends: readonly AccessEnd[] } | null = null;
  let fetchedMs = Number.NEGATIVE_INFINITY;
  return async () => {
    const isLate = clock.now() - fetchedMs >= fetchEveryMs;
    const known = isLate ? null : await state.confirmed('main');
    if (isLate) fetchedMs = clock.now();
    const main = known ?? (await state.fetch('main'));
    if (main === null) return [];
    if (listed?.commit !== main.commit)
      listed = { commit: main.commit, ends: accessEnds(await files.at(main)) };
    return listed.ends;
  };
}

/** Those whose end has passed, each at once and then less and less often while its file stays so. */
function createTried() {
  const tried = new Map<string, { readonly atMs: number; tries: number; nextMs: number }>();
  return {
    due(ends: readonly AccessEnd[], nowMs: number): readonly string[] {
      const past = new Map<string, number>();
      for (const { subscription, atMs } of ends) {
        if (atMs > nowMs) break;
        past.set(subscription, atMs);
      }
      for (const subscription of tried.keys())
        if (!past.has(subscription)) tried.delete(subscription);
      for (const [subscription, atMs] of past)
        if (tried.get(subscription)?.atMs !== atMs)
          tried.set(subscription, { atMs, tries: 0, nextMs: nowMs });
      return [...tried]
        .filter(([, { nextMs }]) => nextMs <= nowMs)
        .map(([subscription]) => subscription);
    },
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
