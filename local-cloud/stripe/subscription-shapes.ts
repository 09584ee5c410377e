/** The parameters of the subscription routes. */
import {
  either,
  flag,
  hash,
  ignored,
  integer,
  list,
  metadata,
  oneOf,
  second,
  text,
  unsettable,
  unsupported,
} from './parameters.ts';
import { pauseBehaviours, trialEndings } from './records.ts';

export const itemShape = {
  id: text,
  price: text,
  quantity: integer,
  deleted: flag,
  clear_usage: ignored,
  metadata,
  price_data: unsupported,
  tax_rates: unsupported,
  discounts: unsupported,
  billing_thresholds: unsupported,
};
const cancellationDetails = hash({
  comment: unsettable(text),
  feedback: unsettable(
    oneOf(
      'customer_service',
      'low_quality',
      'missing_features',
      'other',
      'switched_service',
      'too_complex',
      'too_expensive',
      'unused',
    ),
  ),
});
const common = {
  items: list(hash(itemShape)),
  metadata,
  description: unsettable(text),
  collection_method: oneOf('charge_automatically', 'send_invoice'),
  days_until_due: integer,
  default_payment_method: unsettable(text),
  cancel_at_period_end: flag,
  payment_behavior: oneOf(
    'allow_incomplete',
    'default_incomplete',
    'error_if_incomplete',
    'pending_if_incomplete',
  ),
  proration_behavior: oneOf('always_invoice', 'create_prorations', 'none'),
  trial_settings: hash({
    end_behavior: hash({ missing_payment_method: oneOf(...trialEndings) }),
  }),
  trial_from_plan: ignored,
  off_session: ignored,
  payment_settings: ignored,
  invoice_settings: ignored,
  automatic_tax: ignored,
  add_invoice_items: unsupported,
  application_fee_percent: unsupported,
  billing_schedules: unsupported,
  billing_thresholds: unsupported,
  default_source: unsupported,
  default_tax_rates: unsupported,
  discounts: unsettable(list(hash({ coupon: text, discount: text, promotion_code: unsupported }))),
  on_behalf_of: unsupported,
  pending_invoice_item_interval: unsupported,
  transfer_data: unsupported,
};

const cancelAt = either(oneOf('max_period_end', 'min_period_end'), second);

export const createShape = {
  ...common,
  customer: text,
  cancel_at: cancelAt,
  trial_end: either(oneOf('now'), second),
  trial_period_days: integer,
  billing_cycle_anchor: second,
  currency: text,
  billing_mode: ignored,
  backdate_start_date: unsupported,
  billing_cycle_anchor_config: unsupported,
  customer_account: unsupported,
};
export const updateShape = {
  ...common,
  cancel_at: unsettable(cancelAt),
  cancellation_details: cancellationDetails,
  trial_end: either(oneOf('now'), second),
  billing_cycle_anchor: either(oneOf('unchanged'), unsupported),
  pause_collection: unsettable(hash({ behavior: oneOf(...pauseBehaviours), resumes_at: second })),
  proration_date: second,
};
export const cancelShape = {
  cancellation_details: cancellationDetails,
  invoice_now: flag,
  prorate: flag,
};
export const resumeShape = {
  billing_cycle_anchor: oneOf('now', 'unchanged'),
  proration_behavior: oneOf('always_invoice', 'create_prorations', 'none'),
  proration_date: second,
};
