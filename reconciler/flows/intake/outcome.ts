/** The outcome of an event for one agent, and which of it is logged for a person. */
import type { AccessIssue, AgentId } from '../../core/agent/agent.ts';
import type { NothingReason } from '../../core/billing/desire.ts';
import { impossible } from '../../core/failure.ts';
import type { Log } from '../../ports/log.ts';
import { type Decided, paidButRetiredText } from '../shared/subscription-file.ts';

export type AgentOutcome = { readonly agent: AgentId } & (
  | {
      readonly did: 'written';
      readonly cause: string;
      readonly issues: readonly AccessIssue[];
      /** whether the commit isolates it, by the policy */
      readonly isolates: boolean;
      /** whether the file now has paid access and a tombstone */
      readonly paidButRetired: boolean;
      readonly commits: readonly string[];
    }
  /** its file was restored with a tombstone, over paid access */
  | { readonly did: 'restored'; readonly commits: readonly string[] }
  | { readonly did: 'unchanged' }
  | { readonly did: 'nothing'; readonly reason: NothingReason | 'NotOurs' }
);

/** @param commits what was pushed for this agent, oldest first */
export function outcomeOf(decided: Decided, commits: readonly string[]): AgentOutcome {
  const { agent } = decided;
  switch (decided.kind) {
    case 'write': {
      const { cause, issues, isolates, paidButRetired } = decided;
      return { agent, did: 'written', cause, issues, isolates, paidButRetired, commits };
    }
    case 'restore':
      return { agent, did: 'restored', commits };
    case 'unchanged':
      return { agent, did: 'unchanged' };
    case 'nothing':
      return { agent, did: 'nothing', reason: decided.reason };
    default:
      return impossible(decided);
  }
}

/** Other reasons are normal for an account that also sells other products. */
const oddReasons: ReadonlySet<string> = new Set([
  'PlanAmbiguous',
  'QuantityUnsupported',
  'RemovalUnclear',
  'Finalized',
]);

/** @param of the event or subscription that was read */
export function logOddities(log: Log, of: object, agents: readonly AgentOutcome[]): void {
  for (const one of agents) {
    if (one.did === 'written' && one.issues.length > 0)
      log.warn({ ...of, agent: one.agent, issues: one.issues }, 'a subscription has issues');
    if (one.did === 'written' && one.isolates)
      log.warn({ ...of, agent: one.agent }, 'an agent was isolated, by policy.abuse');
    if (one.did === 'restored' || (one.did === 'written' && one.paidButRetired))
      log.error({ ...of, agent: one.agent, alarm: 'PaidButRetired' }, paidButRetiredText);
    if (one.did === 'nothing' && oddReasons.has(one.reason))
      log.warn(
        { ...of, agent: one.agent, reason: one.reason },
        'a subscription is paid and gets no agent',
      );
  }
}
