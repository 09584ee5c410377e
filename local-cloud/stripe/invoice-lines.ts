/** Lines of a subscription's invoice: its items' next period, and pending lines. */
import type { Account } from './account.ts';
import type { Line } from './money-records.ts';
import type { Item, Proration, Subscription } from './records.ts';

type NewLine = Omit<Line, 'id' | 'discounts'>;

/** @param due ids of the items that are billed; all where not given */
export function periodLines(
  account: Account,
  subscription: Subscription,
  { trial = false, due }: { readonly trial?: boolean; readonly due?: ReadonlySet<string> } = {},
): readonly NewLine[] {
  const billed = subscription.items.filter(({ id }) => due?.has(id) ?? true);
  const next = billed.map((item) => ({
    amount: trial ? 0 : amountOf(account, item),
    quantity: item.quantity,
    price: item.price,
    item: item.id,
    description: trial ? `Trial period for ${nameOf(account, item)}` : described(account, item),
    proration: false,
    start: item.current_period_start,
    end: item.current_period_end,
  }));
  return [...prorationLines(account, subscription), ...next];
}

export function prorationLines(
  account: Account,
  { prorations }: Pick<Subscription, 'prorations'>,
): readonly NewLine[] {
  return prorations.map((one) => ({ ...one, proration: true, start: account.now() }));
}

/** A credit for the unused time of the former items, and a charge for the rest of the period. */
export function prorationsBetween(
  account: Account,
  before: readonly Item[],
  after: readonly Item[],
): readonly Proration[] {
  const now = account.now();
  const left = (item: Item) => {
    const whole = item.current_period_end - item.current_period_start;
    return whole <= 0 ? 0 : Math.max(item.current_period_end - now, 0) / whole;
  };
  const isSame = (a: Item, b: Item) => a.price === b.price && a.quantity === b.quantity;
  const unused = before.filter(
    (old) => !after.some((item) => item.id === old.id && isSame(item, old)),
  );
  const fresh = after.filter(
    (item) => !before.some((old) => old.id === item.id && isSame(item, old)),
  );
  const line = (item: Item, sign: 1 | -1): Proration => ({
    item: item.id,
    price: item.price,
    quantity: item.quantity,
    amount: sign * Math.round(amountOf(account, item) * left(item)),
    end: item.current_period_end,
    description: `${sign < 0 ? 'Unused' : 'Remaining'} time on ${nameOf(account, item)}`,
  });
  return [...unused.map((item) => line(item, -1)), ...fresh.map((item) => line(item, 1))];
}

function amountOf(account: Account, item: Item): number {
  return (account.prices.get(item.price)?.unit_amount ?? 0) * item.quantity;
}

function nameOf(account: Account, item: Item): string {
  const product = account.products.get(account.prices.get(item.price)?.product ?? '');
  return product?.name ?? item.price;
}

function described(account: Account, item: Item): string {
  const price = account.prices.get(item.price);
  const each = ((price?.unit_amount ?? 0) / 100).toFixed(2);
  const symbol = price?.currency === 'eur' ? '€' : `${price?.currency.toUpperCase() ?? ''} `;
  const every = price?.recurring?.interval ?? 'month';
  return `${item.quantity} × ${nameOf(account, item)} (at ${symbol}${each} / ${every})`;
}
