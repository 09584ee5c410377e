/** What the limits made of a plan's changes, in words. */
import type { Plan } from './plan.ts';

type Deferred = Plan['deferred'][number];
type Refused = Plan['refused'][number];

/** Why it waits, and when its turn comes where a window of time decides that. */
export function deferralText({ message, freeAt }: Deferred): string {
  return freeAt === undefined ? message : `${message}; its turn comes at ${freeAt}`;
}

/** Each reason once, with how many it concerns and what releases them. */
export function refusalLines(refused: readonly Refused[]): readonly string[] {
  const limits = [...new Set(refused.map(({ limit }) => limit))].sort();
  return limits.map((limit) => {
    const those = refused.filter((one) => one.limit === limit);
    return `${limit} (${those.length}): ${those[0]?.message ?? ''}; ${releaseText(those)}`;
  });
}

/** Those that are let through by themselves are the rest of a set of which most was ended. */
function releaseText(refused: readonly Refused[]): string {
  const freed = refused.flatMap(({ freeAt }) => freeAt ?? []).sort();
  const [at] = freed;
  if (at === undefined) return 'without an approval they stay';
  const rest = freed.length < refused.length ? ', and the rest stays' : '';
  return (
    `without an approval ${freed.length} of them would be ended from ${at} on, when enough of their ` +
    `set were ended a day before${rest}`
  );
}
