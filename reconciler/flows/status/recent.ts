/**
 * What is asked of the git server again at most every few seconds, however many readers there are.
 * Where its answer is slow or a failure, a reader is given what was known a moment ago.
 */
import type { Clock } from '../../ports/clock.ts';
import { createKept } from '../../ports/kept.ts';

/** How old an answer may be before it is asked for again. */
const freshMs = 2000;
/** How old it may be while the server does not answer. */
const usableMs = 30_000;
/** How long a reader waits for a new answer before it is given an older one. */
export const patienceMsUsual = 300;

export function createRecent<Value>(
  ask: () => Promise<Value>,
  { clock, patienceMs }: { readonly clock: Pick<Clock, 'now'>; readonly patienceMs: number },
): () => Promise<Value> {
  const kept = createKept(ask, { clock, freshMs });
  /** one pause for all who wait for the same answer */
  let waited: { readonly answer: Promise<Value>; readonly late: Promise<void> } | null = null;

  return () => {
    const last = kept.last();
    const answer = kept.get();
    if (last === null || last.ageMs < freshMs || last.ageMs >= usableMs) return answer;
    if (waited?.answer !== answer) waited = { answer, late: pause(patienceMs) };
    const older = () => last.value;
    return Promise.race([answer.catch(older), waited.late.then(older)]);
  };
}

/** Wall time: it is about the patience of a client. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
