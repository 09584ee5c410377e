/** A delivery: its signature and its time are checked before a word of it is read. */
import type Stripe from 'stripe';
import type { VerifiedEvent } from '../../core/billing/billing.ts';
import { Failure } from '../../core/failure.ts';
import { idOf } from './reference.ts';

/** https://docs.stripe.com/webhooks#replay-attacks */
const toleranceSeconds = 300;

export type Delivery = {
  readonly rawBody: Buffer;
  readonly signature: string | undefined;
  readonly nowMs: number;
};

export function verify(
  stripe: Stripe,
  secrets: readonly string[],
  { rawBody, signature, nowMs }: Delivery,
): VerifiedEvent {
  if (signature === undefined)
    throw new Failure('InvalidInput', 'the Stripe-Signature header is missing');
  const signed = Number(/(?:^|,)t=(\d+)/.exec(signature)?.[1] ?? Number.NaN);
  // The package takes a time from the future; nobody honest signs one.
  if (!(signed <= nowMs / 1000 + toleranceSeconds))
    throw new Failure('InvalidInput', 'the signature is from the future or carries no time');
  let failure: unknown;
  for (const secret of secrets) {
    try {
      const event = stripe.webhooks.constructEvent(
        rawBody,
        signature,
        secret,
        toleranceSeconds,
        undefined,
        nowMs,
      );
      return verifiedEvent(event);
    } catch (error) {
      failure = error;
    }
  }
  const old = signed < nowMs / 1000 - toleranceSeconds;
  throw new Failure(
    'InvalidInput',
    old ? 'the signature is too old' : 'the signature or the body is not valid',
    { cause: failure },
  );
}

function verifiedEvent(event: unknown): VerifiedEvent {
  const { id, type, account, livemode, created, data } = (event ?? {}) as Record<string, unknown>;
  const object = (data as { object?: Record<string, unknown> } | undefined)?.object;
  if (
    typeof id !== 'string' ||
    typeof type !== 'string' ||
    typeof created !== 'number' ||
    object === undefined ||
    object === null
  ) {
    throw new Failure('InvalidInput', 'the body is no Stripe event');
  }
  const customer = object['object'] === 'customer' ? object['id'] : object['customer'];
  return {
    id,
    type,
    account: typeof account === 'string' ? account : null,
    livemode: livemode === true,
    created,
    subscriptionIds: subscriptionIdsOf(object),
    customer: idOf(customer),
    charge: namesOnlyCharge.has(String(object['object'])) ? idOf(object['charge']) : null,
  };
}

const namesOnlyCharge: ReadonlySet<string> = new Set(['dispute', 'radar.early_fraud_warning']);

/** Wherever an event's object may name its subscription: itself, or either shape of an invoice. */
function subscriptionIdsOf(object: Record<string, unknown>): readonly string[] {
  const parent = object['parent'] as
    | { subscription_details?: { subscription?: unknown } }
    | null
    | undefined;
  const own = object['object'] === 'subscription' ? object['id'] : null;
  const ids = [own, object['subscription'], parent?.subscription_details?.subscription]
    .map(idOf)
    .filter((id) => id !== null);
  return [...new Set(ids)].sort();
}
