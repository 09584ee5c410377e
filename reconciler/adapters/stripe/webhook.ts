/** Verifies a delivery: its signature and its time are checked before its body is parsed. */
import type Stripe from 'stripe';
import type { VerifiedEvent } from '../../core/billing/billing.ts';
import { Failure } from '../../core/failure.ts';
import { idOf } from './reference.ts';

/** https://docs.stripe.com/webhooks#replay-attacks */
const toleranceSeconds = 300;

type Delivery = {
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
  // The package accepts a time in the future, which Stripe never signs.
  if (!(signed <= nowMs / 1000 + toleranceSeconds))
    throw new Failure('InvalidInput', 'the signature is from the future or carries no time');
  if (secrets.some((secret) => isSigned(stripe, secret, { rawBody, signature, nowMs })))
    return eventIn(rawBody);
  const old = signed < nowMs / 1000 - toleranceSeconds;
  throw new Failure('InvalidInput', `the signature is ${old ? 'too old' : 'not valid'}`);
}

/** Checks the signature alone; `eventIn` reports what is wrong with the body. */
function isSigned(stripe: Stripe, secret: string, delivery: Signed): boolean {
  const { rawBody, signature, nowMs } = delivery;
  try {
    const check = stripe.webhooks.signature;
    check?.verifyHeader(rawBody, signature, secret, toleranceSeconds, undefined, nowMs);
    return check !== null;
  } catch {
    return false;
  }
}
type Signed = Delivery & { readonly signature: string };

function eventIn(rawBody: Buffer): VerifiedEvent {
  let body: unknown;
  try {
    body = JSON.parse(rawBody.toString('utf8'));
  } catch (error) {
    throw new Failure('InvalidInput', 'the body is not JSON', { cause: error });
  }
  const fields = isObject(body) ? body : {};
  return thinEvent(fields) ?? verifiedEvent(fields);
}

/** It names no subscription: https://docs.stripe.com/event-destinations#thin-events */
function thinEvent(fields: Fields): VerifiedEvent | null {
  const { object, id, type, livemode, created } = fields;
  if (object !== 'v2.core.event' || !isEventId(id) || typeof type !== 'string') return null;
  const seconds = Math.floor(Date.parse(String(created)) / 1000);
  return {
    id,
    // Only thin events have a version before their type.
    type: /^v\d+\./.test(type) ? type : `v2.${type}`,
    account: null,
    livemode: livemode === true,
    created: Number.isFinite(seconds) ? seconds : 0,
    subscriptionIds: [],
    customer: null,
    charge: null,
  };
}

/** It is written into commits, and into the log. */
function isEventId(id: unknown): id is string {
  return typeof id === 'string' && /^evt_[A-Za-z0-9_]{1,250}$/.test(id);
}

type Fields = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Fields {
  return value !== null && typeof value === 'object';
}

function verifiedEvent({ id, type, account, livemode, created, data }: Fields): VerifiedEvent {
  const object = isObject(data) ? data['object'] : undefined;
  if (
    !isEventId(id) ||
    typeof type !== 'string' ||
    typeof created !== 'number' ||
    !isObject(object)
  ) {
    throw new Failure('InvalidInput', 'the body is not a Stripe event');
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

/** The fields in which an event names its subscription: its id, or two shapes of an invoice. */
function subscriptionIdsOf(object: Fields): readonly string[] {
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
