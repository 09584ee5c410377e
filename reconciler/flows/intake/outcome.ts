/** What became of an event for one agent, and what of it a person should see. */
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
      /** the file says now that it is paid for and retired anyway */
      readonly paidButRetired: boolean;
      readonly commits: readonly string[];
    }
  /** its file came back over paid access, with a tombstone */
  | { readonly did: 'restored'; readonly commits: readonly string[] }
  | { readonly did: 'unchanged' }
  | { readonly did: 'nothing'; readonly reason: NothingReason | 'NotOurs' }
);

/** @param commits what was pushed for this agent, oldest first */
export function outcomeOf(decided: Decided, commits: readonly string[]): AgentOutcome {
  const { agent } = decided;
  switch (decided.kind) {
    case 'write': {
      const { cause, issues, paidButRetired } = decided;
      return { agent, did: 'written', cause, issues, paidButRetired, commits };
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

/** The others are what an account that also sells other things has every day. */
const oddReasons: ReadonlySet<string> = new Set([
  'PlanAmbiguous',
  'QuantityUnsupported',
  'RemovalUnclear',
  'Finalized',
]);

/** @param of what was read: an event or a subscription */
export function logOddities(log: Log, of: object, agents: readonly AgentOutcome[]): void {
  for (const one of agents) {
    if (one.did === 'written' && one.issues.length > 0)
      log.warn({ ...of, agent: one.agent, issues: one.issues }, 'a subscription is odd');
    if (one.did === 'restored' || (one.did === 'written' && one.paidButRetired))
      log.error({ ...of, agent: one.agent, alarm: 'PaidButRetired' }, paidButRetiredText);
    if (one.did === 'nothing' && oddReasons.has(one.reason))
      log.warn(
        { ...of, agent: one.agent, reason: one.reason },
        'a subscription is paid and gets no agent',
      );
  }
}
