/** What the account keeps of invoices, payments, refunds, disputes and fraud warnings. */
import type { Base, Metadata, Subscription } from './records.ts';

export const invoiceStatuses = ['draft', 'open', 'paid', 'uncollectible', 'void'] as const;
type InvoiceStatus = (typeof invoiceStatuses)[number];
export type InvoiceReason =
  | 'subscription_create'
  | 'subscription_cycle'
  | 'subscription_update'
  | 'manual';
export type Line = {
  readonly id: string;
  readonly amount: number;
  readonly quantity: number;
  readonly price: string;
  readonly item: string;
  readonly description: string;
  readonly proration: boolean;
  readonly start: number;
  readonly end: number;
  /** what discounts take off the amount */
  readonly discounts: readonly { readonly discount: string; readonly amount: number }[];
};
export type Invoice = Base<'invoice'> & {
  readonly customer: string;
  readonly subscription: string;
  readonly status: InvoiceStatus;
  readonly billing_reason: InvoiceReason;
  readonly currency: string;
  readonly number: string | null;
  readonly total: number;
  readonly amount_paid: number;
  readonly paid_out_of_band: boolean;
  readonly lines: readonly Line[];
  readonly period_start: number;
  readonly period_end: number;
  readonly auto_advance: boolean;
  readonly attempt_count: number;
  readonly next_payment_attempt: number | null;
  readonly automatically_finalizes_at: number | null;
  readonly due_date: number | null;
  readonly collection_method: Subscription['collection_method'];
  readonly payment_intent: string | null;
  readonly subscription_metadata: Metadata;
  readonly metadata: Metadata;
  readonly finalized_at: number | null;
  readonly paid_at: number | null;
  readonly voided_at: number | null;
  readonly marked_uncollectible_at: number | null;
};
export type InvoicePayment = Base<'invoice_payment'> & {
  readonly invoice: string;
  readonly payment_intent: string;
  readonly amount_requested: number;
  readonly amount_paid: number | null;
  readonly currency: string;
  readonly status: 'open' | 'paid' | 'canceled';
  readonly paid_at: number | null;
  readonly canceled_at: number | null;
};

export type CardError = {
  readonly code: string;
  readonly decline_code: string | null;
  readonly message: string;
};
type PaymentIntentStatus =
  | 'requires_payment_method'
  | 'requires_confirmation'
  | 'requires_action'
  | 'succeeded'
  | 'canceled';
export type PaymentIntent = Base<'payment_intent'> & {
  readonly amount: number;
  readonly currency: string;
  readonly customer: string | null;
  readonly description: string | null;
  readonly status: PaymentIntentStatus;
  readonly payment_method: string | null;
  readonly latest_charge: string | null;
  readonly last_payment_error: CardError | null;
  readonly canceled_at: number | null;
  readonly cancellation_reason: string | null;
  readonly metadata: Metadata;
};
export type Charge = Base<'charge'> & {
  readonly amount: number;
  readonly amount_refunded: number;
  readonly currency: string;
  readonly customer: string | null;
  readonly description: string | null;
  readonly payment_intent: string;
  readonly payment_method: string;
  readonly failure: CardError | null;
  readonly disputed: boolean;
  readonly metadata: Metadata;
};
export type Refund = Base<'refund'> & {
  readonly amount: number;
  readonly charge: string;
  readonly payment_intent: string;
  readonly currency: string;
  readonly reason: string | null;
  readonly status: 'succeeded' | 'failed' | 'canceled' | 'pending';
  readonly failure_reason: string | null;
  readonly metadata: Metadata;
};
export type CreditNote = Base<'credit_note'> & {
  readonly invoice: string;
  readonly customer: string;
  readonly currency: string;
  readonly number: string;
  /** the three together */
  readonly amount: number;
  readonly credit_amount: number;
  readonly out_of_band_amount: number;
  readonly refund: { readonly id: string; readonly amount: number } | null;
  readonly reason: string | null;
  readonly status: 'issued' | 'void';
  readonly voided_at: number | null;
  readonly memo: string | null;
  readonly metadata: Metadata;
};
export type Dispute = Base<'dispute'> & {
  readonly amount: number;
  readonly charge: string;
  readonly payment_intent: string;
  readonly currency: string;
  readonly reason: string;
  readonly status: 'needs_response' | 'under_review' | 'won' | 'lost';
  readonly evidence: Readonly<Record<string, string>>;
  readonly submission_count: number;
  readonly metadata: Metadata;
};
export type FraudWarning = Base<'radar.early_fraud_warning'> & {
  readonly charge: string;
  readonly payment_intent: string;
  readonly fraud_type: string;
  /** neither disputed nor wholly refunded */
  readonly actionable: boolean;
};
