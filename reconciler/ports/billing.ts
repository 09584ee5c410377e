/** Stripe, as far as the flows need it. Every method throws `Failure` (core/failure.ts), nothing else. */
import type { AgentId } from '../core/agent/agent.ts';
import type {
  BilledSubscription,
  UnreadSubscription,
  VerifiedEvent,
} from '../core/billing/billing.ts';

export type Billing = {
  /** Signature, tolerance of 300 s into the past and the future. `nowMs` is wall time. */
  verify(rawBody: Buffer, signature: string | undefined, nowMs: number): VerifiedEvent;
  account(): Promise<{ readonly id: string; readonly livemode: boolean }>;
  /** null only where Stripe says `resource_missing` */
  subscription(id: string): Promise<BilledSubscription | null>;
  /** ids of all that the customer ever had */
  subscriptionIdsOf(customer: string): Promise<readonly string[]>;
  /** Who paid the charge; null where no customer did. */
  customerOfCharge(charge: string): Promise<string | null>;
  /** Whether a payment of the customer is disputed or called fraudulent now. */
  isDisputed(customer: string): Promise<boolean>;
  /** every status, the newest first, paged; those that come after the one of this id, where given */
  allSubscriptions(after?: string): AsyncIterable<BilledSubscription | UnreadSubscription>;
  /** This and a refund carry an idempotency key made of agent, revision and purpose. */
  cancelSubscription(id: string, purpose: StripePurpose): Promise<void>;
  /**
   * What of the last invoice was paid and is not given back yet; `none` where nothing is left. With a
   * time, in seconds, only what each of its lines asked for the time after it.
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
