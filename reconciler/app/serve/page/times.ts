/** Times, durations and money as a page shows them. */

import { type Html, html } from '../../../core/text/html.ts';
import { timeMs } from '../../../core/text/time.ts';

const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' });
const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone: 'UTC' });

/** In UTC; the page's script shows it in the reader's time zone. */
export function timeHtml(time: string): Html {
  const ms = timeMs(time);
  return html`<time datetime="${time}">${day.format(ms)}, ${clock.format(ms)} UTC</time>`;
}

/** `40 s`, `2 min`, `1 h 5 min` */
export function durationText(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return `${Math.floor(minutes / 60)} h${rest === 0 ? '' : ` ${rest} min`}`;
}

export function moneyText({ monthly, currency }: { monthly: number; currency: string }): string {
  return new Intl.NumberFormat('en', { style: 'currency', currency }).format(monthly);
}
