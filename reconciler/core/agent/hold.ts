/** Computes when a hold ends, which the policy limits. */
import { counted } from '../text/counted.ts';
import { dayMs, timeMs } from '../text/time.ts';
import type { AgentSpec } from './agent.ts';
import type { Policy } from './policy.ts';

type Held = Pick<AgentSpec, 'hold'>;
type HoldPolicy = Pick<Policy, 'hold'>;

/**
 * When the current hold ends, ms; null without one.
 *
 * @param policy null if it cannot be read; then the hold ends as the file says
 */
export function heldUntilMs({ hold }: Held, policy: HoldPolicy | null, nowMs: number) {
  if (hold === undefined) return null;
  const longest = policy === null ? Number.POSITIVE_INFINITY : longestMs(hold, policy);
  const endMs = Math.min(timeMs(hold.until), longest);
  return nowMs < endMs ? endMs : null;
}

/** The hold's reason, and a note if the policy shortens it. */
export function holdText(spec: Held, policy: HoldPolicy): string {
  const cut = cutHoldText(spec, policy);
  return `${spec.hold?.reason ?? ''}${cut === null ? '' : ` (${cut})`}`;
}

/** When and why the policy ends the hold before the file's time; null if it does not. */
export function cutHoldText({ hold }: Held, policy: HoldPolicy): string | null {
  if (hold === undefined || timeMs(hold.until) <= longestMs(hold, policy)) return null;
  const end = new Date(longestMs(hold, policy)).toISOString();
  const days = counted(policy.hold.daysMax, 'day');
  return `it ends at ${end} and not at ${hold.until}: the policy (hold.daysMax) allows ${days} from its since on`;
}

function longestMs({ since }: { readonly since: string }, policy: HoldPolicy): number {
  return timeMs(since) + policy.hold.daysMax * dayMs;
}
