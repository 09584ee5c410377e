/** Durations as people write them in policy.yaml: `90s`, `5m`, `2h`, `14d`. */
import { Failure } from '../failure.ts';

const unitMs: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Milliseconds. Throws `Bug` on any other text, which the schema refuses before. */
export function durationMs(text: string): number {
  const match = /^([1-9][0-9]*)([smhd])$/.exec(text);
  const unit = unitMs[match?.[2] ?? ''];
  if (match === null || unit === undefined) throw new Failure('Bug', `no duration: ${text}`);
  return Number(match[1]) * unit;
}
