/** A hold keeps hands off an agent for a while, and never for longer than the policy allows. */
import { timeMs } from '../text/time.ts';
import type { AgentSpec } from './agent.ts';
import type { Policy } from './policy.ts';

const dayMs = 86_400_000;

type Held = Pick<AgentSpec, 'hold'>;
type HoldPolicy = Pick<Policy, 'hold'>;

/**
 * When the hold that counts now ends, ms; null where none does.
 *
 * @param policy null where it cannot be read: the file's word counts then
 */
export function heldUntilMs({ hold }: Held, policy: HoldPolicy | null, nowMs: number) {
  if (hold === undefined) return null;
  const longest = policy === null ? Number.POSITIVE_INFINITY : longestMs(hold, policy);
  const endMs = Math.min(timeMs(hold.until), longest);
  return nowMs < endMs ? endMs : null;
}

/** Its reason, and that it ends before the time that the file says. */
export function holdText(spec: Held, policy: HoldPolicy): string {
  const cut = cutHoldText(spec, policy);
  return `${spec.hold?.reason ?? ''}${cut === null ? '' : ` (${cut})`}`;
}

/** Where the file asks for longer than the policy allows: until when, and why not longer; else null. */
export function cutHoldText({ hold }: Held, policy: HoldPolicy): string | null {
  if (hold === undefined || timeMs(hold.until) <= longestMs(hold, policy)) return null;
  const end = new Date(longestMs(hold, policy)).toISOString();
  const { daysMax } = policy.hold;
  return (
    `it ends at ${end} and not at ${hold.until}: the policy (hold.daysMax) allows ${daysMax} ` +
    `${daysMax === 1 ? 'day' : 'days'} from its since on`
  );
}

function longestMs({ since }: { readonly since: string }, policy: HoldPolicy): number {
  return timeMs(since) + policy.hold.daysMax * dayMs;
}
