/** https://docs.stripe.com/api/refunds, …/disputes, …/early_fraud_warnings */
import type { Account } from './account.ts';
import { missing, StripeError } from './errors.ts';
import { found, listShape, page } from './listing.ts';
import type { Charge } from './money-records.ts';
import {
  flag,
  hash,
  ignored,
  integer,
  mergedMetadata,
  metadata,
  oneOf,
  text,
  unsettable,
  unsupported,
} from './parameters.ts';
import { closeDispute, createRefund } from './refunds.ts';
import type { Routes } from './routing.ts';
import { show } from './show.ts';
import { evidenceFields } from './show-refund.ts';

export function registerRefunds(routes: Routes): void {
  const { account, get, post } = routes;
  const { refunds } = account;
  const listed = { ...listShape, charge: text, payment_intent: text };
  get('/v1/refunds', listed, (asked) =>
    page(account, asked, { items: refunds, url: '/v1/refunds', by: byPayment(asked) }),
  );
  get('/v1/refunds/:id', {}, (_asked, id) => show(account, found(refunds, 'refund', id)));
  const shape = {
    charge: text,
    payment_intent: text,
    amount: integer,
    reason: oneOf('duplicate', 'fraudulent', 'requested_by_customer'),
    metadata,
    instructions_email: ignored,
    reverse_transfer: unsupported,
    refund_application_fee: unsupported,
    currency: unsupported,
    customer: unsupported,
    origin: unsupported,
  };
  post('/v1/refunds', shape, (asked) => {
    const refund = createRefund(account, chargeNamed(account, asked), {
      ...(asked.amount === undefined ? {} : { amount: asked.amount }),
      reason: asked.reason ?? null,
      metadata: mergedMetadata({}, asked.metadata),
    });
    return show(account, refund);
  });
  post('/v1/refunds/:id', { metadata }, (asked, id) => {
    const before = found(refunds, 'refund', id);
    const own = mergedMetadata(before.metadata, asked.metadata);
    const after = refunds.put({ ...before, metadata: own });
    account.emit('refund.updated', after, before);
    return show(account, after);
  });
  registerDisputes(routes);
}

type ByPayment = { readonly charge?: string; readonly payment_intent?: string };

function byPayment({ charge, payment_intent }: ByPayment) {
  return { charge, payment_intent };
}

/** The charge itself, or the one that paid the intent. */
export function chargeNamed(account: Account, asked: ByPayment): Charge {
  const { charge, payment_intent: id } = asked;
  if (charge !== undefined) return found(account.charges, 'charge', charge, 'charge');
  if (id === undefined)
    throw new StripeError(
      400,
      'One of the following params should be provided for this request: payment_intent or charge.',
      { unbegun: true },
    );
  const intent = account.paymentIntents.get(id);
  if (intent === undefined) throw missing('payment_intent', id, 'payment_intent');
  const paid = account.charges.get(intent.latest_charge ?? '');
  if (paid === undefined || intent.status !== 'succeeded')
    throw new StripeError(
      400,
      `This PaymentIntent (${id}) does not have a successful charge to refund.`,
      { param: 'payment_intent' },
    );
  return paid;
}

function registerDisputes({ account, get, post }: Routes): void {
  const { disputes, fraudWarnings } = account;
  const listed = { ...listShape, charge: text, payment_intent: text };
  get('/v1/disputes', listed, (asked) =>
    page(account, asked, { items: disputes, url: '/v1/disputes', by: byPayment(asked) }),
  );
  get('/v1/disputes/:id', {}, (_asked, id) => show(account, found(disputes, 'dispute', id)));
  const fields = Object.fromEntries(evidenceFields.map((field) => [field, unsettable(text)]));
  const shape = { evidence: hash(fields), submit: flag, metadata };
  post('/v1/disputes/:id', shape, (asked, id) => {
    const before = found(disputes, 'dispute', id);
    const given = Object.entries({ ...before.evidence, ...asked.evidence }).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    );
    const submits = asked.submit ?? true;
    const after = disputes.put({
      ...before,
      evidence: Object.fromEntries(given),
      metadata: mergedMetadata(before.metadata, asked.metadata),
      status: submits && before.status === 'needs_response' ? 'under_review' : before.status,
      submission_count: before.submission_count + (submits ? 1 : 0),
    });
    account.emit('charge.dispute.updated', after, before);
    return show(account, after);
  });
  const url = '/v1/radar/early_fraud_warnings';
  get(url, listed, (asked) =>
    page(account, asked, { items: fraudWarnings, url, by: byPayment(asked) }),
  );
  get(`${url}/:id`, {}, (_asked, id) =>
    show(account, found(fraudWarnings, 'radar.early_fraud_warning', id)),
  );
  post('/v1/disputes/:id/close', {}, (_asked, id) =>
    show(account, closeDispute(account, id, 'lost')),
  );
}
