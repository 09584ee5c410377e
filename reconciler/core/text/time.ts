/**
 * Times as documents and answers hold them, in milliseconds. What cannot be read is refused where it
 * enters (the schemas' `date-time`, the adapters), so that a comparison never meets NaN: with one on
 * either side each comparison is false, and a grace period, a hold or an approval would be over.
 */
import { Failure } from '../failure.ts';

/** Throws `Bug` where it is no time: nothing that was checked at the edge gets so far. */
export function timeMs(text: string): number {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw new Failure('Bug', `no time: ${JSON.stringify(text.slice(0, 60))}`);
  return ms;
}

/** Of a text that nothing has checked: null where it is no time. */
export function timeMsIn(text: string): number | null {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : ms;
}

/** RFC 3339 in whole seconds, as Stripe gives its times. */
export function isoOf(ms: number): string {
  return new Date(wholeSeconds(ms)).toISOString().replace('.000Z', 'Z');
}

export function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}
