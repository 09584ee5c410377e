/** The parts of Stripe that the flows use. Every method throws `Failure` (core/failure.ts) only. */
import type { AgentId } from '../core/agent/agent.ts';
import type { Catalog } from '../core/agent/catalog.ts';
import type { PaymentReport } from '../core/agent/payment-reports.ts';
import type {
  BilledSubscription,
  SoldPrice,
  UnreadSubscription,
  VerifiedEvent,
} from '../core/billing/billing.ts';
import type { MadeRefund } from '../core/fleet/refunds.ts';

export type Billing = {
  /** Checks signature and time, with a tolerance of 300 s either way. `nowMs` is wall time. */
  verify(rawBody: Buffer, signature: string | undefined, nowMs: number): VerifiedEvent;
  account(): Promise<{ readonly id: string; readonly livemode: boolean }>;
  /** null only where Stripe answers `resource_missing` */
  subscription(id: string): Promise<BilledSubscription | null>;
  /** ids of all subscriptions that the customer ever had */
  subscriptionIdsOf(customer: string): Promise<readonly string[]>;
  /** The customer of the charge; null without one. */
  customerOfCharge(charge: string): Promise<string | null>;
  /** Where the customer gets mail; null without one plain address. It is stored nowhere. */
  customerEmail(customer: string): Promise<string | null>;
  /** What banks report of payments of the customer now. */
  reportsOn(customer: string): Promise<readonly PaymentReport[]>;
  /**
   * Subscriptions in every status, the newest first, paged; `after` continues after that id. Their
   * discounts are read only on request.
   */
  allSubscriptions(
    after?: string,
    more?: 'discounts',
  ): AsyncIterable<BilledSubscription | UnreadSubscription>;
  /** what a plan with these ids costs those who buy it now, sorted */
  monthlyPrices(of: Catalog['plans'][string]['stripe']): Promise<readonly SoldPrice[]>;
  /**
   * Every write carries an idempotency key of agent, revision and purpose, and looks first: keys
   * expire after a day.
   */
  cancelSubscription(id: string, purpose: StripePurpose): Promise<void>;
  /** Invoices are written off from now on, which keeps access. Nothing for an ended one. */
  pauseCollection(id: string, purpose: StripePurpose): Promise<void>;
  /** Only ends a pause that `pauseCollection` began. */
  resumeCollection(id: string, purpose: StripePurpose): Promise<void>;
  /** id of the subscription's last invoice; null without one */
  lastInvoice(subscription: string): Promise<string | null>;
  /**
   * Refunds what was paid of the invoice and not returned before, to all of its payments. A payment
   * with a refund of this purpose gets no second one, whatever became of the first; the answer
   * contains both. Empty where nothing is left. With a time in seconds, only the share of each line
   * after that time.
   */
  refundInvoice(
    invoice: string,
    purpose: StripePurpose,
    unusedSince?: number,
  ): Promise<readonly MadeRefund[]>;
  /** All refunds of the account since that time, in seconds. */
  refundsSince(seconds: number): Promise<readonly MadeRefund[]>;
  /**
   * What was given back of an invoice since that time, in seconds: by refunds that did not fail and
   * by credit notes.
   */
  returnedSince(invoice: string, seconds: number): Promise<number>;
};

export type StripePurpose = {
  readonly agent: AgentId;
  readonly revision: number;
  readonly purpose: string;
};
