/** What Stripe's package throws, as a Failure. */
import Stripe from 'stripe';
import { Failure } from '../../core/failure.ts';

export async function asking<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    throw failureOf(error);
  }
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
  if (error instanceof Stripe.errors.StripeInvalidRequestError)
    return new Failure('InvalidInput', `Stripe refuses: ${error.message}`, details);
  return new Failure(
    'ProviderOutage',
    `Stripe fails (${error.statusCode ?? 'no status'})`,
    details,
  );
}
