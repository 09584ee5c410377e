/** How long the period is that a price pays for. */
import type Stripe from 'stripe';

const monthsOfInterval: Readonly<Record<string, number>> = {
  day: 12 / 365,
  week: 12 / 52,
  month: 1,
  year: 12,
};

/** How many months the price pays for; null where that is not known. */
export function monthsOf({ recurring }: Stripe.Price): number | null {
  const months = monthsOfInterval[recurring?.interval ?? ''];
  return recurring === null || months === undefined ? null : months * recurring.interval_count;
}
