/**
 * The fleet in the service's memory, from which it answers. It follows the tips of `main` and
 * `status`: after a push that was reported, for a reader where the last reading is a few seconds
 * old, and periodically. Nothing is stored: a service that starts reads everything once.
 *
 * Where the git server is slow or fails, readers get the last view, which says how old it is.
 */
import { asFailure, Failure } from '../../core/failure.ts';
import { dayMs } from '../../core/text/time.ts';
import { createKept } from '../../ports/kept.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Watch } from '../shared/watch.ts';
import { type FleetView, readFleetView } from './fleet-view.ts';

type ModelPorts = Pick<Ports, 'state' | 'files' | 'journal' | 'clock' | 'log'>;

export type Seen = {
  readonly view: FleetView;
  /** when the git server last confirmed that it is current, by our clock */
  readonly asOfMs: number;
};
type Hear = (before: FleetView | null, after: FleetView) => void;

export type ReadModel = {
  /** Throws where the fleet was never read, or not for a day. */
  current(): Promise<Seen>;
  /** The same without waiting; null where a reader has to wait for a newer view. */
  fresh(): Seen | null;
  /** The last view, of any age, without waiting for a newer one; null before the first. */
  known(): FleetView | null;
  /** A branch moved: the next reader gets a view that was read after this call. */
  moved(): void;
  /** Calls back after each reading that differs. Returns a function that ends it. */
  onChange(hear: Hear): () => void;
  /** Reads periodically, and after `moved`. */
  readonly watch: Watch;
};

/** The age from which a view is refreshed for a reader. */
const freshMs = 2000;
/** How long a reader waits for a new view before it gets an older one. */
const patienceMsUsual = 300;
/** A link that is revoked meanwhile, while the git server is down, is valid for this long. */
const usableMs = dayMs;
const lookEveryMs = 10_000;

export function createReadModel(
  ports: ModelPorts,
  patienceMs: number = patienceMsUsual,
): ReadModel {
  const { state, clock, log } = ports;
  const listeners = new Set<Hear>();
  let before: FleetView | null = null;
  let isMoved = false;
  let wake = Promise.withResolvers<void>();
  let ended = false;

  async function read(): Promise<Seen> {
    // Before the tips are read: a push during it causes another reading.
    isMoved = false;
    const asOfMs = clock.now();
    const view = await readFleetView(ports, await state.tips(), before);
    const last = before;
    // First, so that a listener that throws is not called again for the same difference.
    before = view;
    if (view !== last) for (const hear of listeners) hear(last, view);
    return { view, asOfMs };
  }
  const freshNowMs = () => (isMoved ? 0 : freshMs);
  const kept = createKept(read, { clock, freshMs: freshNowMs });
  const orOlder = createPatience(patienceMs);

  const fresh = () => {
    const last = kept.last();
    return last !== null && last.ageMs < freshNowMs() ? last.value : null;
  };

  return {
    fresh,
    async current() {
      const now = fresh();
      if (now !== null) return now;
      const last = kept.last();
      const newest = kept.get();
      if (last === null) return newest;
      const { view, asOfMs } = await orOlder(newest, last.value);
      if (clock.now() - asOfMs < usableMs) return { view, asOfMs };
      const since = new Date(asOfMs).toISOString();
      throw new Failure('NetworkUnreachable', `the git server has not answered since ${since}`);
    },
    known: () => before,
    moved() {
      isMoved = true;
      wake.resolve();
    },
    onChange(hear) {
      listeners.add(hear);
      return () => void listeners.delete(hear);
    },
    watch: {
      async run() {
        while (!ended) {
          wake = Promise.withResolvers();
          await kept.get().catch((thrown: unknown) => {
            log.warn({ error: asFailure(thrown) }, 'the branches could not be read');
          });
          if (!isMoved) await Promise.race([clock.wait(lookEveryMs), wake.promise]);
        }
      },
      end() {
        ended = true;
        wake.resolve();
      },
    },
  };
}

/** The newest value, or the older one where that takes too long or fails. */
function createPatience(patienceMs: number) {
  /** one pause for all that wait for the same answer */
  let waited: { readonly answer: Promise<Seen>; readonly late: Promise<void> } | null = null;
  return (answer: Promise<Seen>, older: Seen): Promise<Seen> => {
    if (waited?.answer !== answer) waited = { answer, late: pause(patienceMs) };
    return Promise.race([answer.catch(() => older), waited.late.then(() => older)]);
  };
}

/** Wall time: a client waits. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
