/** Amounts as Stripe has them: in the smallest unit of the currency. */

/** https://docs.stripe.com/currencies: the others have two digits after the point. */
const withoutDigits = new Set(
  'bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' '),
);
const withThreeDigits = new Set(['bhd', 'jod', 'kwd', 'omr', 'tnd']);

/** e.g. `19.00 EUR` of 1900 and `eur` */
export function moneyText(amount: number, currency: string): string {
  return `${majorUnits(amount, currency).toFixed(digitsOf(currency))} ${currency.toUpperCase()}`;
}

/** e.g. 19 of 1900 and `eur` */
export function majorUnits(amount: number, currency: string): number {
  return amount / 10 ** digitsOf(currency);
}

function digitsOf(currency: string): number {
  const code = currency.toLowerCase();
  if (withoutDigits.has(code)) return 0;
  return withThreeDigits.has(code) ? 3 : 2;
}
