/** Looks at something periodically while the service runs. */
import { asFailure, type Failure } from '../../core/failure.ts';
import type { Clock } from '../../ports/clock.ts';

export type Watch = {
  /** Looks after each interval, until `end` is called. */
  run(): Promise<void>;
  end(): void;
};

/** After a look that failed the next one follows all the same. */
export function createWatch(
  clock: Clock,
  everyMs: number,
  look: () => Promise<unknown>,
  failed: (error: Failure) => void,
): Watch {
  let ended = false;
  return {
    async run() {
      while (!ended) {
        await clock.wait(everyMs);
        if (ended) return;
        await look().catch((thrown: unknown) => failed(asFailure(thrown)));
      }
    },
    end() {
      ended = true;
    },
  };
}
