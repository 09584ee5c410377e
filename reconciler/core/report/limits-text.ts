/** What the limits made of a plan's changes, in words. */
import type { Plan } from '../plan/plan.ts';

type Deferred = Plan['deferred'][number];
type Refused = Plan['refused'][number];

/** Why it waits, and when its turn comes where a window of time decides that. */
export function deferralText({ message, freeAt }: Deferred): string {
  return freeAt === undefined ? message : `${message}; its turn comes at ${freeAt}`;
}

/** Each reason once, with how many it concerns and what releases them. */
export function refusalText(refused: readonly Refused[]): string {
  const limits = [...new Set(refused.map(({ limit }) => limit))].sort();
  return limits
    .map((limit) => reasonText(refused.filter((one) => one.limit === limit)))
    .join('\n  ');
}

function reasonText(refused: readonly Refused[]): string {
  const [first] = refused;
  if (first === undefined) return '';
  const freed = refused.flatMap(({ freeAt }) => freeAt ?? []).sort();
  const [at] = freed;
  const rest = freed.length < refused.length ? '; only an approval lets the rest through' : '';
  const release =
    at === undefined
      ? 'only an approval lets them through'
      : `${freed.length} of them would be let through from ${at} on${rest}`;
  return `${first.limit} (${refused.length}): ${first.message}; ${release}`;
}
