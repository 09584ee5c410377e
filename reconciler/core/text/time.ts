/**
 * Parses times into milliseconds. Schemas and adapters refuse unreadable times, so that no
 * comparison has NaN as an operand: it is always false and could end a grace period.
 */
import { Failure } from '../failure.ts';

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

/** Throws `Bug` if the text is not a time, which checked input never causes. */
export function timeMs(text: string): number {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw new Failure('Bug', `no time: ${JSON.stringify(text.slice(0, 60))}`);
  return ms;
}

/** For unchecked text: null if it is not a time. */
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
