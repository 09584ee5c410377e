/**
 * Caches an answer for a while. There is one request at a time; its failure goes to all callers
 * that wait for it, and is not cached.
 */
import type { Clock } from './clock.ts';

type Kept<Value> = {
  /** Asks again where the cached answer is too old. */
  get(): Promise<Value>;
  /** The cached answer of any age; null before the first. */
  last(): { readonly value: Value; readonly ageMs: number } | null;
  /** Drops the cached answer if `isThis` holds for it. */
  forget(isThis: (value: Value) => boolean): void;
};

export function createKept<Value>(
  ask: () => Promise<Value>,
  options: {
    readonly clock: Pick<Clock, 'now'>;
    /** measured from the start of the request */
    readonly freshMs: number | ((value: Value) => number);
  },
): Kept<Value> {
  const { clock, freshMs } = options;
  const freshMsOf = typeof freshMs === 'number' ? () => freshMs : freshMs;
  let known: { readonly atMs: number; readonly value: Value } | null = null;
  let asking: Promise<Value> | null = null;

  async function askNow(): Promise<Value> {
    const atMs = clock.now();
    const value = await ask();
    known = { atMs, value };
    return value;
  }

  // A clock that was set back makes no answer fresh.
  const last = () => known && { value: known.value, ageMs: Math.abs(clock.now() - known.atMs) };

  return {
    last,
    get() {
      const held = last();
      if (held !== null && held.ageMs < freshMsOf(held.value)) return Promise.resolve(held.value);
      asking ??= askNow().finally(() => {
        asking = null;
      });
      return asking;
    },
    forget(isThis) {
      if (known !== null && isThis(known.value)) known = null;
    },
  };
}
