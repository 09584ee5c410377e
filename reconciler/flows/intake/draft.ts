/** Decisions as commits: one for each agent, with the events that led to it. */

import type { AccessIssue, AgentId } from '../../core/agent/agent.ts';
import type { Desire, NothingReason } from '../../core/billing/desire.ts';
import { impossible } from '../../core/failure.ts';
import type { CommitDraft } from '../../ports/desired-state.ts';
import type { Decided } from './decide.ts';

export type Change = Extract<Desire, { readonly kind: 'write' | 'restore' }>;
export type AgentOutcome = { readonly agent: AgentId } & (
  | {
      readonly did: 'written';
      readonly cause: string;
      readonly issues: readonly AccessIssue[];
      /** the file says now that it is paid for and retired all the same */
      readonly paidButRetired: boolean;
      readonly commits: readonly string[];
    }
  /** its file came back over paid access, with a tombstone */
  | { readonly did: 'restored'; readonly commits: readonly string[] }
  | { readonly did: 'unchanged' }
  | { readonly did: 'nothing'; readonly reason: NothingReason | 'NotOurs' }
);

/** @param events ids of the events that it follows from; none where the service read again by itself */
export function draftsOf(change: Change, events: readonly string[]): readonly CommitDraft[] {
  const rung = [...new Set(events)].sort().map((id) => ['Stripe-Event', id] as const);
  if (change.kind === 'restore')
    return change.commits.map((one) => ({ ...one, trailers: [...one.trailers, ...rung] }));
  const { subject, body, cause, path, text } = change;
  const why = rung.length === 0 ? [['Aura-Cause', 'reread'] as const] : [];
  // The last cause is the one that others read.
  const trailers = [...why, ['Aura-Cause', cause] as const, ...rung];
  return [{ subject, body, trailers, edits: [{ path, text }] }];
}

export function isChange<One extends Decided>(
  decided: One,
): decided is Extract<One, { readonly kind: 'write' | 'restore' }> {
  return decided.kind === 'write' || decided.kind === 'restore';
}

export const paidButRetiredText = 'an agent is paid for and retired all the same';

/** An alert: what is paid for is about to be destroyed, and only a person may decide otherwise. */
export function isPaidButRetired(decided: Change): boolean {
  return decided.kind === 'restore' || decided.paidButRetired;
}

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
