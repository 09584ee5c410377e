/** Invoices, their lines and their payments, as the API shows them. */
import type { Account } from './account.ts';
import { notesOn } from './credit-notes.ts';
import { discountOf } from './discounts.ts';
import type { Invoice, InvoicePayment, Line } from './money-records.ts';
import { listOf, type Shown } from './shown.ts';

const automaticTax = {
  disabled_reason: null,
  enabled: false,
  liability: null,
  provider: null,
  status: null,
};
const paymentSettings = {
  default_mandate: null,
  payment_method_options: null,
  payment_method_types: null,
};

/** Every field that does not depend on the invoice. */
const always = {
  account_name: 'Aura',
  account_tax_ids: null,
  amount_overpaid: 0,
  amount_shipping: 0,
  application: null,
  automatic_tax: automaticTax,
  custom_fields: null,
  customer_account: null,
  customer_address: null,
  customer_name: null,
  customer_phone: null,
  customer_shipping: null,
  customer_tax_exempt: 'none',
  customer_tax_ids: [],
  default_payment_method: null,
  default_source: null,
  default_tax_rates: [],
  description: null,
  footer: null,
  from_invoice: null,
  issuer: { type: 'self' },
  last_finalization_error: null,
  latest_revision: null,
  on_behalf_of: null,
  payment_settings: paymentSettings,
  pre_payment_credit_notes_amount: 0,
  receipt_number: null,
  rendering: null,
  shipping_cost: null,
  shipping_details: null,
  starting_balance: 0,
  statement_descriptor: null,
  test_clock: null,
  total_pretax_credit_amounts: [],
  total_taxes: [],
};

export function showInvoice(account: Account, invoice: Invoice): Shown {
  const due = Math.max(invoice.total, 0);
  const page = `https://invoice.stripe.com/i/${account.id}/test_${invoice.id}`;
  return {
    id: invoice.id,
    object: 'invoice',
    ...always,
    account_country: 'DE',
    amount_due: due,
    amount_paid: invoice.amount_paid,
    amount_paid_off_stripe: invoice.paid_out_of_band ? due : 0,
    amount_remaining: invoice.status === 'paid' ? 0 : due - invoice.amount_paid,
    attempt_count: invoice.attempt_count,
    attempted: invoice.attempt_count > 0,
    auto_advance: invoice.auto_advance,
    automatically_finalizes_at: invoice.automatically_finalizes_at,
    billing_reason: invoice.billing_reason,
    collection_method: invoice.collection_method,
    created: invoice.created,
    currency: invoice.currency,
    customer: invoice.customer,
    customer_email: account.customers.get(invoice.customer)?.email ?? null,
    discounts: [...discountTotals(invoice).keys()],
    due_date: invoice.due_date,
    effective_at: invoice.finalized_at,
    ending_balance: invoice.finalized_at === null ? null : 0,
    hosted_invoice_url: invoice.finalized_at === null ? null : page,
    invoice_pdf: invoice.finalized_at === null ? null : `${page}/pdf`,
    lines: listOf(
      `/v1/invoices/${invoice.id}/lines`,
      invoice.lines.map((line) => showLine(account, line, invoice)),
    ),
    livemode: account.livemode,
    metadata: invoice.metadata,
    next_payment_attempt: invoice.next_payment_attempt,
    number: invoice.number,
    parent: {
      quote_details: null,
      subscription_details: {
        metadata: invoice.subscription_metadata,
        subscription: invoice.subscription,
      },
      type: 'subscription_details',
    },
    post_payment_credit_notes_amount: notesOn(account, invoice.id, ({ amount }) => amount),
    period_end: invoice.period_end,
    period_start: invoice.period_start,
    status: invoice.status,
    status_transitions: {
      finalized_at: invoice.finalized_at,
      marked_uncollectible_at: invoice.marked_uncollectible_at,
      paid_at: invoice.paid_at,
      voided_at: invoice.voided_at,
    },
    subtotal: subtotalOf(invoice),
    subtotal_excluding_tax: subtotalOf(invoice),
    total: invoice.total,
    total_discount_amounts: [...discountTotals(invoice)].map(([discount, amount]) => {
      return { amount, discount };
    }),
    total_excluding_tax: invoice.total,
    webhooks_delivered_at: invoice.created,
  };
}

/** Before discounts. */
function subtotalOf({ total, lines }: Invoice): number {
  return lines.reduce((sum, line) => sum + discountOf(line), total);
}

function discountTotals({ lines }: Invoice): ReadonlyMap<string, number> {
  const totals = new Map<string, number>();
  for (const { discount, amount } of lines.flatMap(({ discounts }) => discounts))
    totals.set(discount, (totals.get(discount) ?? 0) + amount);
  return totals;
}

export function showLine(account: Account, line: Line, invoice: Invoice): Shown {
  const price = account.prices.get(line.price);
  return {
    id: line.id,
    object: 'line_item',
    amount: line.amount,
    currency: invoice.currency,
    description: line.description,
    discount_amounts: line.discounts,
    discountable: !line.proration,
    discounts: line.discounts.map(({ discount }) => discount),
    invoice: invoice.id,
    livemode: account.livemode,
    metadata: invoice.subscription_metadata,
    parent: {
      invoice_item_details: null,
      subscription_item_details: {
        invoice_item: null,
        proration: line.proration,
        proration_details: { credited_items: null },
        subscription: invoice.subscription,
        subscription_item: line.item,
      },
      type: 'subscription_item_details',
    },
    period: { end: line.end, start: line.start },
    pretax_credit_amounts: [],
    pricing: {
      price_details: { price: line.price, product: price?.product ?? '' },
      type: 'price_details',
      unit_amount_decimal: String(price?.unit_amount ?? 0),
    },
    quantity: line.quantity,
    quantity_decimal: String(line.quantity),
    subscription: invoice.subscription,
    subtotal: line.amount,
    taxes: [],
  };
}

export function showInvoicePayment({ livemode }: Account, payment: InvoicePayment): Shown {
  return {
    id: payment.id,
    object: 'invoice_payment',
    amount_paid: payment.amount_paid,
    amount_requested: payment.amount_requested,
    created: payment.created,
    currency: payment.currency,
    invoice: payment.invoice,
    is_default: true,
    livemode,
    payment: { payment_intent: payment.payment_intent, type: 'payment_intent' },
    status: payment.status,
    status_transitions: { canceled_at: payment.canceled_at, paid_at: payment.paid_at },
  };
}
