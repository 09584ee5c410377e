/** Payment methods, intents and charges, as the API shows them. */
import type { Account } from './account.ts';
import type { Charge, PaymentIntent } from './money-records.ts';
import type { PaymentMethod } from './records.ts';
import type { Shown } from './shown.ts';

const noAddress = {
  city: null,
  country: null,
  line1: null,
  line2: null,
  postal_code: null,
  state: null,
};
const noDetails = { address: noAddress, email: null, name: null, phone: null, tax_id: null };

export function showPaymentMethod({ livemode }: Account, method: PaymentMethod): Shown {
  return {
    id: method.id,
    object: 'payment_method',
    allow_redisplay: 'unspecified',
    billing_details: noDetails,
    card: {
      ...cardOf(method),
      display_brand: method.brand,
      generated_from: null,
      networks: { available: [method.brand], preferred: null },
      regulated_status: 'unregulated',
      three_d_secure_usage: { supported: true },
    },
    created: method.created,
    customer: method.customer,
    customer_account: null,
    livemode,
    metadata: method.metadata,
    type: 'card',
  };
}

function cardOf(method: PaymentMethod): Shown {
  return {
    brand: method.brand,
    checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
    country: 'US',
    exp_month: 12,
    exp_year: 2034,
    fingerprint: `Xt5EWLLDS7FJ${method.last4}`,
    funding: 'credit',
    last4: method.last4,
    wallet: null,
  };
}

export function showPaymentIntent({ livemode }: Account, intent: PaymentIntent): Shown {
  const error = intent.last_payment_error;
  return {
    id: intent.id,
    object: 'payment_intent',
    allowed_payment_method_types: null,
    amount: intent.amount,
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: intent.status === 'succeeded' ? intent.amount : 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: null,
    canceled_at: intent.canceled_at,
    cancellation_reason: intent.cancellation_reason,
    capture_method: 'automatic',
    client_secret: `${intent.id}_secret_${intent.id.slice(-20)}`,
    confirmation_method: 'automatic',
    created: intent.created,
    currency: intent.currency,
    customer: intent.customer,
    customer_account: null,
    description: intent.description,
    excluded_payment_method_types: null,
    last_payment_error: error === null ? null : { ...error, type: 'card_error' },
    latest_charge: intent.latest_charge,
    livemode,
    managed_payments: null,
    metadata: intent.metadata,
    next_action: intent.status === 'requires_action' ? nextAction(intent.id) : null,
    on_behalf_of: null,
    payment_method: intent.payment_method,
    payment_method_configuration_details: null,
    payment_method_options: null,
    payment_method_types: ['card'],
    payment_record: null,
    processing: null,
    receipt_email: null,
    review: null,
    setup_future_usage: null,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: intent.status,
    transfer_data: null,
    transfer_group: null,
  };
}

function nextAction(id: string): Shown {
  return {
    redirect_to_url: { return_url: null, url: `https://hooks.stripe.com/3d_secure_2/${id}` },
    type: 'redirect_to_url',
  };
}

const always = {
  application: null,
  application_fee: null,
  application_fee_amount: null,
  balance_transaction: null,
  calculated_statement_descriptor: 'AURA',
  failure_balance_transaction: null,
  fraud_details: {},
  on_behalf_of: null,
  receipt_email: null,
  receipt_number: null,
  review: null,
  shipping: null,
  source: null,
  source_transfer: null,
  statement_descriptor: null,
  statement_descriptor_suffix: null,
  transfer_data: null,
  transfer_group: null,
};

export function showCharge(account: Account, charge: Charge): Shown {
  const method = account.paymentMethods.get(charge.payment_method);
  const paid = charge.failure === null;
  return {
    id: charge.id,
    object: 'charge',
    ...always,
    amount: charge.amount,
    amount_captured: paid ? charge.amount : 0,
    amount_refunded: charge.amount_refunded,
    billing_details: noDetails,
    captured: paid,
    created: charge.created,
    currency: charge.currency,
    customer: charge.customer,
    description: charge.description,
    disputed: charge.disputed,
    failure_code: charge.failure?.code ?? null,
    failure_message: charge.failure?.message ?? null,
    livemode: account.livemode,
    metadata: charge.metadata,
    outcome: outcomeOf(charge),
    paid,
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    payment_method_details:
      method === undefined ? null : { card: chargedCard(method), type: 'card' },
    receipt_url: paid ? `https://pay.stripe.com/receipts/invoices/${charge.id}` : null,
    refunded: paid && charge.amount_refunded === charge.amount,
    status: paid ? 'succeeded' : 'failed',
  };
}

function chargedCard(method: PaymentMethod): Shown {
  return {
    ...cardOf(method),
    amount_authorized: null,
    authorization_code: null,
    installments: null,
    mandate: null,
    network: method.brand,
    network_transaction_id: null,
    regulated_status: 'unregulated',
    three_d_secure: null,
    transaction_link_id: null,
  };
}

function outcomeOf(charge: Charge): Shown {
  const paid = charge.failure === null;
  return {
    advice_code: paid ? null : 'try_again_later',
    network_advice_code: null,
    network_decline_code: null,
    network_status: paid ? 'approved_by_network' : 'declined_by_network',
    reason: charge.failure?.decline_code ?? null,
    risk_level: 'normal',
    seller_message: paid
      ? 'Payment complete.'
      : 'The bank did not return any further details with this decline.',
    type: paid ? 'authorized' : 'issuer_declined',
  };
}
