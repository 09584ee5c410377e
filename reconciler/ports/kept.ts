/**
 * An answer from outside that is kept for a while, however many ask for it. There is one request at a
 * time. Its failure is the answer of all who wait for it, and is not kept.
 */
import type { Clock } from './clock.ts';

type Kept<Value> = {
  /** Asks again where what is known is too old. */
  get(): Promise<Value>;
  /** What is known, however old; null before the first answer. */
  last(): { readonly value: Value; readonly ageMs: number } | null;
  /** Drops what is known where this is true of it. */
  forget(isThis: (value: Value) => boolean): void;
};

export function createKept<Value>(
  ask: () => Promise<Value>,
  options: {
    readonly clock: Pick<Clock, 'now'>;
    /** from the beginning of the request on */
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

  // A clock that was set back makes nothing fresh.
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
