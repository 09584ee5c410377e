/**
 * Caches an answer of the git server for a few seconds, for any number of readers. Where the server
 * is slow or fails, readers get the previous answer.
 */
import type { Clock } from '../../ports/clock.ts';
import { createKept } from '../../ports/kept.ts';

/** The age from which an answer is refreshed. */
const freshMs = 2000;
/** The greatest age of an answer while the server does not respond. */
const usableMs = 30_000;
/** How long a reader waits for a new answer before it gets an older one. */
export const patienceMsUsual = 300;

export function createRecent<Value>(
  ask: () => Promise<Value>,
  { clock, patienceMs }: { readonly clock: Pick<Clock, 'now'>; readonly patienceMs: number },
): () => Promise<Value> {
  const kept = createKept(ask, { clock, freshMs });
  /** one pause for all that wait for the same answer */
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

/** Wall time: a client waits. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
