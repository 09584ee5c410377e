/**
 * A tip on which nothing can be decided, for no event: it cannot be read, its catalog or policy cannot,
 * or our Stripe key is of another account. What is wrong with one agent never is such a failure.
 */
import { asFailure, Failure } from '../../core/failure.ts';
import type { DesiredState } from '../../ports/desired-state.ts';

export class TipFailure extends Failure {
  constructor(thrown: unknown) {
    const cause = asFailure(thrown);
    const { fate, httpStatus, retryAfterSeconds } = cause;
    super(cause.reason, cause.message, {
      cause,
      fate,
      scope: 'fleet',
      ...(httpStatus === null ? {} : { httpStatus }),
      ...(retryAfterSeconds === null ? {} : { retryAfterSeconds }),
    });
  }
}

/** A push meets a rewritten branch too. */
export function isOfTip(failure: Failure): boolean {
  return failure instanceof TipFailure || failure.reason === 'BranchRewritten';
}

/** The same repository; what cannot be fetched from it is a failure of the tip. */
export function withTipFailures<State extends Pick<DesiredState, 'fetch'>>(state: State): State {
  const fetch = (branch: string) =>
    state.fetch(branch).catch((thrown: unknown) => {
      throw new TipFailure(thrown);
    });
  return { ...state, fetch };
}
