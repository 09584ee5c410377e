/** The parts of Stripe that the flows use. Every method throws `Failure` (core/failure.ts) only. */
import type { AgentId } from '../core/agent/agent.ts';
import type {
  BilledSubscription,
  UnreadSubscription,
  VerifiedEvent,
} from '../core/billing/billing.ts';

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
  /** Whether a payment of the customer is disputed or reported as fraud now. */
  isDisputed(customer: string): Promise<boolean>;
  /** subscriptions in every status, the newest first, paged; `after` continues after that id */
  allSubscriptions(after?: string): AsyncIterable<BilledSubscription | UnreadSubscription>;
  /** Cancel and refund carry an idempotency key of agent, revision and purpose. */
  cancelSubscription(id: string, purpose: StripePurpose): Promise<void>;
  /**
   * Refunds what was paid of the last invoice and not refunded before; `none` where nothing is
   * left. With a time in seconds, only the share of each line after that time.
   */
  refundLastInvoice(
    id: string,
    purpose: StripePurpose,
    unusedSince?: number,
  ): Promise<'refunded' | 'none'>;
};

export type StripePurpose = {
  readonly agent: AgentId;
  readonly revision: number;
  readonly purpose: string;
};
