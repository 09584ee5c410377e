/**
 * Adds tombstones that no event causes: for access suspended for as long as the policy allows,
 * because a powered-off server is billed in full, and for access that ended without a retirement.
 * Both wait for the end of a hold and begin a new grace.
 */

import { suspensionEndMs } from '../agent/access-times.ts';
import type { AgentFile } from '../agent/agent.ts';
import { withPeopleFields } from '../agent/agent-file.ts';
import { heldUntilMs } from '../agent/hold.ts';
import type { Policy } from '../agent/policy.ts';
import { isoOf } from '../text/time.ts';

type Overdue = {
  readonly text: string;
  readonly cause: 'ended' | 'suspended';
  readonly subject: string;
};

/** @param text the valid file that `file` was parsed from */
export function overdueTombstone(
  file: Extract<AgentFile, { readonly kind: 'valid' }>,
  text: string,
  policy: Policy,
  nowMs: number,
): Overdue | null {
  const { spec } = file.agent;
  if (spec.retired !== undefined || heldUntilMs(spec, policy, nowMs) !== null) return null;
  const { state, since } = spec.access;
  const at = isoOf(nowMs);
  if (state === 'ended') {
    const reason = `its subscription ended at ${since} and it was not retired`;
    return {
      text: withPeopleFields(text, { retired: { at, by: 'stripe', reason } }),
      cause: 'ended',
      subject: `retired, its access ended at ${since}`,
    };
  }
  const { suspendedDays } = policy.retire;
  const endMs = suspensionEndMs(spec.access, policy);
  if (endMs === null || nowMs < endMs) return null;
  const reason = `its access has been suspended since ${since}, longer than ${suspendedDays} days`;
  return {
    text: withPeopleFields(text, { retired: { at, by: 'finalize', reason } }),
    cause: 'suspended',
    subject: `retired, suspended since ${since}`,
  };
}
