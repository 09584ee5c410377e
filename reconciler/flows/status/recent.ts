/**
 * What is asked of the git server anew at most every few seconds, however many readers there are. Where
 * its answer is slow or a failure, a reader is given what was known a moment ago.
 */
import type { Clock } from '../../ports/clock.ts';

/** How old an answer may be before it is asked for again. */
const freshMs = 2000;
/** How old it may be while the server does not answer. */
const usableMs = 30_000;
/** How long a reader waits for a new answer before it is given an older one. */
export const patienceMsUsual = 300;

type Known<Value> = { readonly atMs: number; readonly value: Value };
type Asking<Value> = { readonly answer: Promise<Value>; readonly late: Promise<void> };

export function createRecent<Value>(
  ask: () => Promise<Value>,
  { clock, patienceMs }: { readonly clock: Pick<Clock, 'now'>; readonly patienceMs: number },
): () => Promise<Value> {
  let known: Known<Value> | null = null;
  let asking: Asking<Value> | null = null;

  function asked(nowMs: number): Asking<Value> {
    if (asking !== null) return asking;
    const answer = ask().then(
      (value) => {
        known = { atMs: nowMs, value };
        asking = null;
        return value;
      },
      (thrown: unknown) => {
        asking = null;
        throw thrown;
      },
    );
    // A failure is the answer of those alone who have nothing else.
    answer.catch(() => {});
    asking = { answer, late: pause(patienceMs) };
    return asking;
  }

  return async () => {
    const nowMs = clock.now();
    const last = known;
    // A clock that was set back makes nothing fresh.
    const ageMs = last === null ? Number.POSITIVE_INFINITY : Math.abs(nowMs - last.atMs);
    if (last !== null && ageMs < freshMs) return last.value;
    const { answer, late } = asked(nowMs);
    if (last === null || ageMs >= usableMs) return answer;
    const older = () => last.value;
    return Promise.race([answer.catch(older), late.then(older)]);
  };
}

/** Wall time: it is about the patience of a client. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
