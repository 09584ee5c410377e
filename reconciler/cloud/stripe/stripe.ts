/**
 * Stripe's API over one account of the world, in the version that the `stripe` package pins.
 * Judged by the official clients: the package, and the CLI's `listen`.
 */
import type { Catalog } from '../../core/catalog.ts';
import { Failure } from '../../core/failure.ts';
import type { CloudPart } from '../api-server.ts';
import type { WorldClock } from '../clock.ts';
import type { Randomness } from '../randomness.ts';
import { type RateLimit, stripesRateLimit } from './access.ts';
import { type Account, createAccount, type Dunning, type Subscription } from './account.ts';
import { completeSession, expireSession, openSession } from './checkout.ts';
import { createDeliveries, type Deliveries } from './deliveries.ts';
import { errorBody, StripeError } from './errors.ts';
import { lookAtInvoice } from './invoices.ts';
import type { Dispute, Refund } from './money-records.ts';
import type { CheckoutSession } from './records.ts';
import { closeDispute, failRefund, openDispute } from './refunds.ts';
import { chargeNamed } from './routes-refunds.ts';
import { serveStripe } from './serving.ts';
import { show } from './show.ts';
import { lookAtSubscription } from './subscription-look.ts';
import { end } from './subscription-status.ts';
import { updateSubscription } from './subscription-update.ts';

export type StripeWorld = CloudPart & {
  readonly account: string;
  readonly deliveries: Deliveries;
  readonly objects: Account;
  checkout(asked: {
    readonly plan: string;
    readonly region?: string;
    readonly email?: string;
    /** true: no event is remembered or sent, for worlds with very many customers */
    readonly quiet?: boolean;
  }): Promise<{ customer: string; subscription: string }>;
  cancel(asked: {
    readonly subscription: string;
    readonly atPeriodEnd: boolean;
  }): Promise<Subscription>;
  sendEventsTo(url: string): Promise<void>;
  /** A customer fills in the form of an open session and pays with that test card. */
  completeCheckout(session: string, card?: string): CheckoutSession;
  dispute(asked: { readonly payment_intent: string; readonly reason: string }): Dispute;
  closeDispute(id: string, status: 'won' | 'lost'): Dispute;
  failRefund(id: string, reason: string): Refund;
  /** Writes that have begun wait, their idempotency keys in use, until the result is called. */
  holdWrites(): () => void;
};

export type StripeOptions = {
  readonly clock: WorldClock;
  readonly randomness: Randomness;
  readonly catalog: Catalog;
  /** `sk_live_…` makes an account in live mode. */
  readonly secretKey: string;
  readonly webhookSecret: string;
  readonly dunning?: Dunning;
  /**
   * Stripe's own limit where neither this nor the variable AURA_CLOUD_STRIPE_RATE (requests a
   * second, or `off`) says otherwise.
   */
  readonly rateLimit?: RateLimit | 'off';
};

export function createStripe(options: StripeOptions): StripeWorld {
  const { clock, randomness, secretKey, webhookSecret } = options;
  const deliveries = createDeliveries(() => account, webhookSecret);
  const account: Account = createAccount({
    clock,
    randomness,
    catalog: options.catalog,
    livemode: /^(sk|rk)_live_/.test(secretKey),
    dunning: options.dunning ?? 'cancel',
    onEvent: (event) => void deliveries.send(event),
    pendingWebhooks: deliveries.pending,
    look: (id) => lookAt(account, id),
  });
  const writes = createTurns();
  return {
    api: 'stripe',
    account: account.id,
    deliveries,
    objects: account,
    errorBody: ({ status, message }) => errorBody(new StripeError(status, message), null),
    emptyListing: (url) =>
      /^\/v1\/(?!account\b)[a-z_]+(\?|$)/.test(url)
        ? { object: 'list', data: [], has_more: false, url: url.split('?')[0] }
        : undefined,
    dump: () => ({
      subscriptions: [...account.subscriptions.values()].map((one) => show(account, one)),
      refunds: [...account.refunds.values()].map((one) => show(account, one)),
      deliveries: deliveries.log,
    }),
    register: (app) =>
      serveStripe(app, {
        account,
        deliveries,
        secretKey,
        webhookSecret,
        randomness: randomness.fork('requests'),
        rateLimit: options.rateLimit ?? rateLimitOf(process.env['AURA_CLOUD_STRIPE_RATE']),
        turn: writes.turn,
      }),
    sendEventsTo: async (url) => deliveries.addEndpoint(url),
    holdWrites: writes.hold,
    ...playedBy(account),
  };
}

function rateLimitOf(said: string | undefined): RateLimit | 'off' {
  if (said === undefined || said === '') return stripesRateLimit;
  if (said === 'off') return 'off';
  const perSecond = Number(said);
  if (!(perSecond >= 1))
    throw new Failure('InvalidInput', `AURA_CLOUD_STRIPE_RATE is no number of requests: ${said}`);
  return { live: perSecond, test: perSecond };
}

function lookAt(account: Account, id: string): void {
  const invoice = account.invoices.get(id);
  const session = account.sessions.get(id);
  if (invoice !== undefined) lookAtInvoice(account, invoice);
  else if (session !== undefined) expireSession(account, session);
  else lookAtSubscription(account, id);
}

type Played = Pick<
  StripeWorld,
  'checkout' | 'cancel' | 'completeCheckout' | 'dispute' | 'closeDispute' | 'failRefund'
>;

/** What customers, their banks and the dashboard do: Stripe's API has no route for it. */
function playedBy(account: Account): Played {
  return {
    async checkout({ plan, region, email, quiet }) {
      const price = [...account.prices.values()].find((one) => one.metadata['plan'] === plan);
      if (price === undefined) throw new Failure('InvalidInput', `no plan ${plan} is sold`);
      const buy = () => {
        const session = openSession(account, {
          mode: 'subscription',
          line_items: [{ price: price.id, quantity: 1 }],
          customer: null,
          customer_email: email ?? 'customer@example.com',
          metadata: {},
          subscription_metadata: region === undefined ? {} : { region },
        });
        return completeSession(account, session, { card: 'visa', email: '' });
      };
      const { customer, subscription } = quiet === true ? account.quietly(buy) : buy();
      return { customer: customer ?? '', subscription: subscription ?? '' };
    },
    async cancel({ subscription: id, atPeriodEnd }) {
      const one = account.subscriptions.get(id);
      if (one === undefined) throw new Failure('NotFound', `there is no subscription ${id}`);
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
    closeDispute: (id, status) => closeDispute(account, id, status),
    failRefund: (id, reason) => failRefund(account, id, reason),
  };
}

function createTurns(): { turn(): Promise<void>; hold(): () => void } {
  let gate: Promise<void> = Promise.resolve();
  return {
    turn: () => gate,
    hold() {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      return () => {
        gate = Promise.resolve();
        resolve();
      };
    },
  };
}
