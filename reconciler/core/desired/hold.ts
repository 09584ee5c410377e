/** A hold keeps hands off an agent for a while, and never for longer than the policy allows. */
import { timeMs } from '../time.ts';
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
  const longestMs = timeMs(hold.since) + policy.hold.daysMax * dayMs;
  const endMs = Math.min(timeMs(hold.until), longestMs);
  return nowMs < endMs ? endMs : null;
}
