/**
 * Stripe's API over one account of the world, in the version that the `stripe` package pins.
 * Tested with the official clients: the package, and the CLI's `listen`.
 */
import type { Catalog } from '../../reconciler/core/agent/catalog.ts';
import { Failure } from '../../reconciler/core/failure.ts';
import type { CloudPart } from '../api-server.ts';
import type { WorldClock } from '../clock.ts';
import type { Randomness } from '../randomness.ts';
import { type RateLimit, stripesRateLimit } from './access.ts';
import { type Account, createAccount, type Dunning } from './account.ts';
import { expireSession } from './checkout.ts';
import { createDeliveries, type Deliveries } from './deliveries.ts';
import { errorBody, StripeError } from './errors.ts';
import { lookAtInvoice } from './invoices.ts';
import { type Played, playedBy } from './played.ts';
import { lookAtRefund } from './refunds.ts';
import { serveStripe } from './serving.ts';
import { show } from './show.ts';
import { lookAtSubscription } from './subscription-look.ts';

export type StripeWorld = CloudPart &
  Played & {
    readonly account: string;
    readonly deliveries: Deliveries;
    readonly objects: Account;
    sendEventsTo(url: string): Promise<void>;
    /**
     * Blocks writes that have begun, with their idempotency keys in use, until the result is
     * called.
     */
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
   * Stripe's own limit, unless this or the variable AURA_CLOUD_STRIPE_RATE (requests a second, or
   * `off`) is set.
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
  const refund = account.refunds.get(id);
  if (invoice !== undefined) lookAtInvoice(account, invoice);
  else if (refund !== undefined) lookAtRefund(account, refund);
  else if (session !== undefined) expireSession(account, session);
  else lookAtSubscription(account, id);
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
