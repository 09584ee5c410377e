/**
 * A text from outside, as long as a schema lets it be. The end of a pair of code units that belong
 * together is not left alone: written and read again, the text would be another one.
 */
export function cut(text: string, max: number): string {
  const whole = text.toWellFormed();
  if (whole.length <= max) return whole;
  const kept = whole.slice(0, max);
  return kept.isWellFormed() ? kept : kept.slice(0, -1);
}
