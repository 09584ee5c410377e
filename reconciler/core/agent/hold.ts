/** A hold keeps hands off an agent for a while, and never for longer than the policy allows. */
import { timeMs } from '../text/time.ts';
import type { AgentSpec } from './agent.ts';
import type { Policy } from './policy.ts';

const dayMs = 86_400_000;

/** When the hold that counts now ends, ms; null where none does. */
export function heldUntilMs(
  { hold }: Pick<AgentSpec, 'hold'>,
  policy: Pick<Policy, 'hold'>,
  nowMs: number,
): number | null {
  if (hold === undefined) return null;
  const endMs = Math.min(timeMs(hold.until), longestMs(hold, policy));
  return nowMs < endMs ? endMs : null;
}

/** Where the file asks for longer than the policy allows: until when, and why not longer; else null. */
export function cutHoldText(
  { hold }: Pick<AgentSpec, 'hold'>,
  policy: Pick<Policy, 'hold'>,
): string | null {
  if (hold === undefined || timeMs(hold.until) <= longestMs(hold, policy)) return null;
  const end = new Date(longestMs(hold, policy)).toISOString();
  const { daysMax } = policy.hold;
  return (
    `it ends at ${end} and not at ${hold.until}: the policy (hold.daysMax) allows ${daysMax} ` +
    `${daysMax === 1 ? 'day' : 'days'} from its since on`
  );
}

function longestMs({ since }: { readonly since: string }, policy: Pick<Policy, 'hold'>): number {
  return timeMs(since) + policy.hold.daysMax * dayMs;
}
