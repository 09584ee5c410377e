/** Checkout sessions: opened by the product, completed by a simulated customer, or expired. */
import type { Account } from './account.ts';
import { StripeError } from './errors.ts';
import type { CheckoutSession, Customer, Metadata } from './records.ts';
import { attach, createCustomer } from './routes-customers.ts';
import { createSubscription } from './subscription-life.ts';

type NewSession = Pick<
  CheckoutSession,
  'mode' | 'line_items' | 'customer' | 'customer_email' | 'metadata' | 'subscription_metadata'
> &
  Partial<CheckoutSession>;
const openSeconds = 24 * 3600;
const daySeconds = 86_400;

export function openSession(account: Account, asked: NewSession): CheckoutSession {
  const created = account.now();
  const mode = account.livemode ? 'cs_live' : 'cs_test';
  const session = account.sessions.put({
    id: account.newId(mode, 58),
    object: 'checkout.session',
    created,
    status: 'open',
    client_reference_id: null,
    success_url: null,
    cancel_url: null,
    expires_at: created + openSeconds,
    subscription: null,
    invoice: null,
    trial_period_days: null,
    ...asked,
  });
  account.timers.lookAt(session.id, session.expires_at);
  return session;
}

export function expireSession(account: Account, open: CheckoutSession): CheckoutSession {
  if (open.status !== 'open')
    throw new StripeError(
      400,
      `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of ${open.status}.`,
    );
  account.timers.lookAt(open.id, null);
  const expired = account.sessions.put({ ...open, status: 'expired' });
  account.emit('checkout.session.expired', expired);
  return expired;
}

/** The customer fills in the form with that card, and pays. */
export function completeSession(
  account: Account,
  open: CheckoutSession,
  paying: { readonly card: string; readonly email: string },
): CheckoutSession {
  if (open.status !== 'open')
    throw new StripeError(400, `The Checkout Session ${open.id} is ${open.status}.`);
  const customer = customerOf(account, open, open.customer_email ?? paying.email);
  const method = account.quietly(() => attach(account, paying.card, customer));
  account.customers.put({ ...customer, default_payment_method: method.id });
  const days = open.trial_period_days;
  const subscription = createSubscription(account, {
    customer: customer.id,
    currency: account.prices.get(open.line_items[0]?.price ?? '')?.currency ?? 'eur',
    newItems: open.line_items.map((line) => ({ ...line, metadata: {} })),
    behaviour: 'allow_incomplete',
    metadata: open.subscription_metadata,
    trial_end: days === null ? null : account.now() + days * daySeconds,
    default_payment_method: method.id,
  });
  account.emit('payment_method.attached', method);
  account.timers.lookAt(open.id, null);
  const complete = account.sessions.put({
    ...open,
    status: 'complete',
    customer: customer.id,
    subscription: subscription.id,
    invoice: subscription.latest_invoice,
  });
  account.emit('checkout.session.completed', complete);
  return complete;
}

function customerOf(account: Account, session: CheckoutSession, email: string): Customer {
  const known = account.customers.get(session.customer ?? '');
  if (known !== undefined) return known;
  const metadata: Metadata = {};
  return createCustomer(account, { email, name: null, description: null, phone: null, metadata });
}
