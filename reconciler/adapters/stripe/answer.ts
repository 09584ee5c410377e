/** Converts errors of Stripe's package to Failures. */
import Stripe from 'stripe';
import { Failure, type FailureDetails, type FailureScope } from '../../core/failure.ts';

export async function asking<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    throw failureOf(error);
  }
}

/** null only if Stripe answers that what is asked for does not exist */
export async function nullIfMissing<Answer>(ask: () => Promise<Answer>): Promise<Answer | null> {
  try {
    return await ask();
  } catch (error) {
    const isMissing =
      error instanceof Stripe.errors.StripeInvalidRequestError && error.code === 'resource_missing';
    if (isMissing) return null;
    throw failureOf(error);
  }
}

/** Refusals that may pass: the balance is refilled, or the charge is read again. */
const passing: Readonly<Record<string, FailureScope>> = {
  balance_insufficient: 'fleet',
  insufficient_funds: 'fleet',
  charge_already_refunded: 'agent',
};

function refusalOf(
  error: Stripe.errors.StripeInvalidRequestError,
  details: FailureDetails,
): Failure {
  const scope = passing[error.code ?? ''];
  if (scope !== undefined)
    return new Failure('Conflict', `Stripe refuses for now: ${error.message}`, {
      ...details,
      scope,
    });
  return new Failure('InvalidInput', `Stripe refuses: ${error.message}`, details);
}

export function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (!(error instanceof Stripe.errors.StripeError))
    return new Failure('UnexpectedAnswer', 'Stripe could not be read', { cause: error });
  const details = {
    cause: error,
    ...(error.statusCode === undefined ? {} : { httpStatus: error.statusCode }),
  };
  if (error instanceof Stripe.errors.StripeAuthenticationError)
    return new Failure('Unauthorized', 'Stripe refuses our key', details);
  if (error instanceof Stripe.errors.StripePermissionError)
    return new Failure('Forbidden', 'our Stripe key may not do this', details);
  if (error instanceof Stripe.errors.StripeRateLimitError)
    return new Failure('RateLimited', 'Stripe asks us to slow down', details);
  if (error instanceof Stripe.errors.StripeConnectionError)
    return new Failure('NetworkUnreachable', 'Stripe does not answer', details);
  if (error instanceof Stripe.errors.StripeIdempotencyError)
    return new Failure('Conflict', 'Stripe has this request with other values', details);
  if (error instanceof Stripe.errors.StripeInvalidRequestError) return refusalOf(error, details);
  return new Failure(
    'ProviderOutage',
    `Stripe fails (${error.statusCode ?? 'no status'})`,
    details,
  );
}
