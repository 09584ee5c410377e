/** An event, and every kind of record that one can be about. */
import type {
  Charge,
  CreditNote,
  Dispute,
  FraudWarning,
  Invoice,
  InvoicePayment,
  PaymentIntent,
  Refund,
} from './money-records.ts';
import type {
  Base,
  CheckoutSession,
  Coupon,
  Customer,
  PaymentMethod,
  Price,
  Product,
  Subscription,
  WebhookEndpoint,
} from './records.ts';

export type StripeEvent = Base<'event'> & {
  readonly type: string;
  readonly request: { readonly id: string | null; readonly idempotency_key: string | null };
  readonly data: { readonly object: AnyRecord; readonly previous: AnyRecord | null };
};
export type AnyRecord =
  | Coupon
  | Customer
  | Product
  | Price
  | PaymentMethod
  | Subscription
  | Invoice
  | InvoicePayment
  | PaymentIntent
  | Charge
  | Refund
  | CreditNote
  | Dispute
  | FraudWarning
  | CheckoutSession
  | WebhookEndpoint;
