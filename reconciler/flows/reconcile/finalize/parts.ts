/**
 * Runs the parts of finalize one after the other: a failure is reported, and the others still run.
 * A part that a stop ended has not failed; the next run continues it.
 */
import { asFailure, Failure, type FailureReason } from '../../../core/failure.ts';
import type { Log } from '../../../ports/log.ts';

type PartName =
  | 'stop'
  | 'records'
  | 'fleet'
  | 'health'
  | 'removed files'
  | 'lost files'
  | 'canceled subscriptions'
  | 'given up agents'
  | 'refunds'
  | 'retired files'
  | 'approvals'
  | 'adoptions'
  | 'orphans'
  | 'gone records'
  | 'mails'
  | 'builders';

export type FailedPart = {
  readonly part: PartName;
  /** the agent or server that failed; null where the whole part failed */
  readonly about: string | null;
  readonly reason: FailureReason;
  readonly message: string;
};

export type Parts = {
  readonly failed: readonly FailedPart[];
  /** why a stop ended a part; null where none did */
  stopped(): string | null;
  /** The result of the part; `instead` where it failed or was stopped. */
  run<Found>(part: PartName, instead: Found, work: () => Promise<Found>): Promise<Found>;
  /** Works on one agent or server in a part; resolves to whether the next one may follow. */
  turn(part: PartName, about: string, work: () => Promise<void>): Promise<boolean>;
  /** Throws the first error that is no `Failure`: a defect of this program. */
  end(): void;
};

/** After this many failures in a row with a shared cause the part ends: it is an outage. */
const sharedCausesMax = 2;

export function createParts(log: Log): Parts {
  const failed: FailedPart[] = [];
  let stopped: string | null = null;
  let defect: { readonly thrown: unknown } | null = null;
  let inARow = 0;

  function note(part: PartName, about: string | null, thrown: unknown): Failure {
    const failure = asFailure(thrown);
    const { reason, message } = failure;
    if (reason === 'Stopped') {
      stopped ??= message;
      return failure;
    }
    if (!(thrown instanceof Failure)) defect ??= { thrown };
    failed.push({ part, about, reason, message });
    log.error({ part, about, error: failure }, 'a part of finalize failed');
    return failure;
  }

  return {
    failed,
    stopped: () => stopped,
    async run(part, instead, work) {
      inARow = 0;
      try {
        return await work();
      } catch (thrown) {
        note(part, null, thrown);
        return instead;
      }
    },
    async turn(part, about, work) {
      try {
        await work();
        inARow = 0;
        return true;
      } catch (thrown) {
        const { reason, scope } = note(part, about, thrown);
        inARow = scope === 'fleet' ? inARow + 1 : 0;
        return reason !== 'Stopped' && inARow < sharedCausesMax;
      }
    },
    end() {
      if (defect !== null) throw defect.thrown;
    },
  };
}
