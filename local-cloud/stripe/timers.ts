/**
 * Timers in world time, for renewals, ends and retries. A timer only triggers a check of an object,
 * and the object decides what is due, so an extra timer has no effect.
 *
 * One heap for all of them needs a single callback of the world's clock, however many subscriptions
 * there are.
 */
import type { WorldClock } from '../clock.ts';

export type Timers = {
  /**
   * Sets the object's timer to that second, in place of an earlier one; a past second is due at
   * once, in world order. null removes the timer.
   */
  lookAt(id: string, second: number | null): void;
};
type Timer = { readonly second: number; readonly order: number; readonly id: string };

export function createTimers(clock: WorldClock, look: (id: string) => void): Timers {
  const heap: Timer[] = [];
  const wanted = new Map<string, number>();
  let orders = 0;
  let armed: { readonly second: number; cancel(): void } | null = null;

  function arm(): void {
    const next = heap[0];
    if (next === undefined || (armed !== null && armed.second <= next.second)) return;
    armed?.cancel();
    const { second } = next;
    armed = { second, cancel: clock.after(second * 1000 - clock.now(), run) };
  }
  function run(): void {
    armed = null;
    const now = clock.now() / 1000;
    try {
      for (let next = heap[0]; next !== undefined && next.second <= now; next = heap[0]) {
        pop(heap);
        if (wanted.get(next.id) !== next.second) continue;
        wanted.delete(next.id);
        look(next.id);
      }
    } finally {
      arm();
    }
  }
  return {
    lookAt(id, second) {
      if (wanted.get(id) === second) return;
      if (second === null) {
        wanted.delete(id);
        return;
      }
      wanted.set(id, second);
      orders += 1;
      push(heap, { second, order: orders, id });
      arm();
    },
  };
}

const isBefore = (a: Timer, b: Timer) =>
  a.second < b.second || (a.second === b.second && a.order < b.order);

function push(heap: Timer[], timer: Timer): void {
  let index = heap.length;
  heap.push(timer);
  while (index > 0) {
    const above = (index - 1) >> 1;
    const other = heap[above];
    if (other === undefined || !isBefore(timer, other)) break;
    heap[index] = other;
    index = above;
  }
  heap[index] = timer;
}

function pop(heap: Timer[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let index = 0;
  for (;;) {
    const [left, right] = [2 * index + 1, 2 * index + 2];
    const [a, b] = [heap[left], heap[right]];
    const [below, next] =
      b !== undefined && a !== undefined && isBefore(b, a) ? [b, right] : [a, left];
    if (below === undefined || !isBefore(below, last)) break;
    heap[index] = below;
    index = next;
  }
  heap[index] = last;
}
