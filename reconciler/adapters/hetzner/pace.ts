/**
 * Computes Hetzner's time between two answers. As long as the `Date` of the answers and this
 * machine's clock advanced by the same, they are assumed to do so for as long again; a clock that was
 * set, or a machine that was suspended, begins anew.
 */

/** How long the newest `Date` counts as now in any case. */
const newestMsMax = 5000;
/** For how long it is computed at most. */
const computedMsMax = 5 * 60_000;
/** Both clocks may differ by this much meanwhile: `Date` has whole seconds, and answers take time. */
const unevenMsMax = 2500;

type Pace = {
  hear(dateMs: number, atMs: number): void;
  /** null where Hetzner has to be asked */
  now(atMs: number): number | null;
};

export function createPace(): Pace {
  let first: Heard | null = null;
  let newest: Heard | null = null;
  return {
    hear(dateMs, atMs) {
      newest = { dateMs, atMs };
      const isEven = first !== null && Math.abs(aheadMs(newest) - aheadMs(first)) <= unevenMsMax;
      if (!isEven) first = newest;
    },
    now(atMs) {
      if (first === null || newest === null) return null;
      const ageMs = atMs - newest.atMs;
      if (ageMs >= 0 && ageMs < newestMsMax) return newest.dateMs;
      const evenMs = Math.min(newest.atMs - first.atMs, computedMsMax);
      return ageMs >= 0 && ageMs < evenMs ? wholeSeconds(newest.dateMs + ageMs) : null;
    },
  };
}

/** As `Date` has them, so that time does not go back with the next answer. */
function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}

type Heard = { readonly dateMs: number; readonly atMs: number };

function aheadMs({ dateMs, atMs }: Heard): number {
  return dateMs - atMs;
}
