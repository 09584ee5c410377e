/** Actions of customers, banks and the dashboard, for which Stripe's API has no route. */
import { Failure } from '../../reconciler/core/failure.ts';
import type { Account } from './account.ts';
import { completeSession, openSession } from './checkout.ts';
import { failRenewal } from './failed-renewal.ts';
import type { Charge, Dispute, FraudWarning, Refund } from './money-records.ts';
import type { CheckoutSession, Subscription } from './records.ts';
import {
  closeDispute,
  type DisputeReason,
  type FraudType,
  failRefund,
  openDispute,
  warnOfFraud,
} from './refunds.ts';
import { chargeNamed } from './routes-refunds.ts';
import { end } from './subscription-status.ts';
import { updateSubscription } from './subscription-update.ts';

export type Bought = {
  readonly plan: string;
  readonly region?: string;
  readonly email?: string;
  /** 1 where not given */
  readonly quantity?: number;
  /** Nothing is paid before the trial ends. */
  readonly trialDays?: number;
  /** true: no event is kept or sent, for worlds with very many customers */
  readonly quiet?: boolean;
};

export type Played = {
  checkout(asked: Bought): Promise<{ customer: string; subscription: string }>;
  cancel(asked: {
    readonly subscription: string;
    readonly atPeriodEnd: boolean;
  }): Promise<Subscription>;
  /** A customer fills in the form of an open session and pays with that test card. */
  completeCheckout(session: string, card?: string): CheckoutSession;
  dispute(asked: { readonly payment_intent: string; readonly reason: string }): Dispute;
  /** The same for the subscription's last payment. */
  disputeLastPayment(asked: {
    readonly subscription: string;
    readonly reason: DisputeReason;
  }): Dispute;
  closeDispute(id: string, status: 'won' | 'lost'): Dispute;
  /** The issuer of the card reports the subscription's last payment as fraud. */
  warnOfLastPayment(asked: {
    readonly subscription: string;
    readonly fraudType: FraudType;
  }): FraudWarning;
  failRefund(id: string, reason: string): Refund;
  /** Ends its period now and makes its card be declined, so that it is past due. */
  failPayment(subscription: string): Subscription;
};

export function playedBy(account: Account): Played {
  return {
    checkout: async (asked) => buy(account, asked),
    async cancel({ subscription: id, atPeriodEnd }) {
      const one = subscriptionOf(account, id);
      if (atPeriodEnd) updateSubscription(account, one, { cancel_at_period_end: true });
      else end(account, one, 'cancellation_requested');
      return account.subscriptions.get(id) ?? one;
    },
    completeCheckout(id, card = 'pm_card_visa') {
      const session = account.sessions.get(id);
      if (session === undefined)
        throw new Failure('NotFound', `there is no checkout session ${id}`);
      return completeSession(account, session, { card, email: 'customer@example.com' });
    },
    dispute: ({ payment_intent, reason }) =>
      openDispute(account, chargeNamed(account, { payment_intent }), reason),
    disputeLastPayment({ subscription, reason }) {
      const charge = lastPaid(account, subscription);
      if (charge.disputed)
        throw new Failure('InvalidInput', `what ${subscription} paid last is disputed already`);
      if (charge.amount_refunded === charge.amount)
        throw new Failure('InvalidInput', `what ${subscription} paid last was given back`);
      return openDispute(account, charge, reason);
    },
    closeDispute(id, status) {
      if (account.disputes.get(id) === undefined)
        throw new Failure('NotFound', `there is no dispute ${id}`);
      return closeDispute(account, id, status);
    },
    warnOfLastPayment: ({ subscription, fraudType }) =>
      warnOfFraud(account, lastPaid(account, subscription), fraudType),
    failRefund: (id, reason) => failRefund(account, id, reason),
    failPayment: (id) => failRenewal(account, subscriptionOf(account, id)),
  };
}

function buy(
  account: Account,
  { plan, region, email, quantity = 1, trialDays, quiet }: Bought,
): { customer: string; subscription: string } {
  const price = [...account.prices.values()].find((one) => one.metadata['plan'] === plan);
  if (price === undefined) throw new Failure('InvalidInput', `no plan ${plan} is sold`);
  const pay = () => {
    const session = openSession(account, {
      mode: 'subscription',
      line_items: [{ price: price.id, quantity }],
      customer: null,
      customer_email: email ?? 'customer@example.com',
      metadata: {},
      subscription_metadata: region === undefined ? {} : { region },
      trial_period_days: trialDays ?? null,
    });
    return completeSession(account, session, { card: 'visa', email: '' });
  };
  const { customer, subscription } = quiet === true ? account.quietly(pay) : pay();
  return { customer: customer ?? '', subscription: subscription ?? '' };
}

function subscriptionOf(account: Account, id: string): Subscription {
  const one = account.subscriptions.get(id);
  if (one === undefined) throw new Failure('NotFound', `there is no subscription ${id}`);
  return one;
}

function lastPaid(account: Account, subscription: string): Charge {
  const charge = lastCharge(account, subscriptionOf(account, subscription));
  if (charge !== undefined) return charge;
  throw new Failure('InvalidInput', `nothing has been paid for ${subscription} yet`);
}

/** Of the newest invoice that money was taken for. */
function lastCharge(account: Account, { id }: Subscription): Charge | undefined {
  const by = { field: 'subscription', value: id } as const;
  for (const invoice of account.invoices.walk({ by, order: 'newestFirst' })) {
    if (invoice.status !== 'paid' || invoice.paid_out_of_band) continue;
    const intent = account.paymentIntents.get(invoice.payment_intent ?? '');
    const charge = account.charges.get(intent?.latest_charge ?? '');
    if (charge !== undefined) return charge;
  }
  return undefined;
}
