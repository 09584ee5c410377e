/** Times and money as a page shows them. */
import { timeMs } from '../../../core/text/time.ts';
import { type Html, html } from './html.ts';

const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' });
const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone: 'UTC' });

/** In UTC; the page's script shows it in the reader's time zone. */
export function timeHtml(time: string): Html {
  const ms = timeMs(time);
  return html`<time datetime="${time}">${day.format(ms)}, ${clock.format(ms)} UTC</time>`;
}

export function moneyText({ monthly, currency }: { monthly: number; currency: string }): string {
  return new Intl.NumberFormat('en', { style: 'currency', currency }).format(monthly);
}
