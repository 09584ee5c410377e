/** Puts asynchronous work in order. */
import { Failure } from '../../reconciler/core/failure.ts';

/** One call at a time; calls that wait while one runs are carried out by one more. */
export function coalesced(work: () => Promise<void>): () => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  let waiting: Promise<void> | null = null;
  return () => {
    if (waiting !== null) return waiting;
    const next = last
      .catch(() => {})
      .then(() => {
        waiting = null;
        return work();
      });
    waiting = next;
    last = next;
    return next;
  };
}

/** Work by key: in order for one key. After the end nothing begins. */
export function createQueues() {
  const last = new Map<number, Promise<unknown>>();
  let ended = false;
  return {
    inOrder<Result>(key: number, work: () => Promise<Result>): Promise<Result> {
      const guarded = () => {
        if (ended) throw new Failure('Stopped', 'the machines are closed');
        return work();
      };
      const next = (last.get(key) ?? Promise.resolve()).then(guarded);
      const quiet = next.catch(() => {});
      last.set(key, quiet);
      return next;
    },
    async end(): Promise<void> {
      ended = true;
      await Promise.all(last.values());
    },
  };
}
