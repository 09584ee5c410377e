/** Whether an agent ever ran, which decides how much of its payment is refunded. */
import { isKindThat } from '../fleet/change-kinds.ts';
import type { AgentRecord, Attempt } from '../fleet/recorded.ts';

/** Whether the agent ever ran; if it did not, the customer gets a full refund. */
export function ranEver({ everRunning, attempts, destroyed }: AgentRecord): boolean {
  return (
    everRunning ||
    attempts.some(({ change, outcome }) => outcome === 'succeeded' && showsThatItRan(change)) ||
    destroyed.some(({ kind }) => kind === 'replace')
  );
}

/** A rollback or a giveUp also succeeds for an agent that never ran. */
function showsThatItRan(change: Attempt['change']): boolean {
  return isKindThat(change, 'countsAsAttempt') || isKindThat(change, 'disturbs');
}
