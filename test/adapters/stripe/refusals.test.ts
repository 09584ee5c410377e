/** Which of Stripe's refusals may change with another attempt, and which need a person. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import Stripe from 'stripe';
import { failureOf } from '../../../reconciler/adapters/stripe/answer.ts';

const refusal = (code: string) =>
  new Stripe.errors.StripeInvalidRequestError({
    type: 'invalid_request_error',
    code,
    message: `no: ${code}`,
    statusCode: 400,
  } as ConstructorParameters<typeof Stripe.errors.StripeInvalidRequestError>[0]);

describe('a refusal', () => {
  for (const [code, reason, errorClass, scope] of [
    ['charge_disputed', 'InvalidInput', 'stalled', 'agent'],
    ['charge_not_refundable', 'InvalidInput', 'stalled', 'agent'],
    ['resource_missing', 'InvalidInput', 'stalled', 'agent'],
    ['charge_already_refunded', 'Conflict', 'transient', 'agent'],
    ['balance_insufficient', 'Conflict', 'transient', 'fleet'],
  ] as const) {
    test(`${code} is ${errorClass}, of the ${scope}`, () => {
      const failure = failureOf(refusal(code));
      assert.deepEqual(
        [failure.reason, failure.errorClass, failure.scope, failure.httpStatus],
        [reason, errorClass, scope, 400],
      );
    });
  }

  test('of a key that was used with other values is transient: keys expire after a day', () => {
    const error = new Stripe.errors.StripeIdempotencyError({
      type: 'idempotency_error',
      message: 'Keys for idempotent requests can only be used with the same parameters',
      statusCode: 400,
    } as ConstructorParameters<typeof Stripe.errors.StripeIdempotencyError>[0]);
    const { reason, errorClass } = failureOf(error);
    assert.deepEqual([reason, errorClass], ['Conflict', 'transient']);
  });
});
