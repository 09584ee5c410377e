/**
 * Decides the file of a subscription on one tip of `main`, and the commits for it. The file is read
 * before the subscription: a later edit makes our push fail, and both are read again. In the other
 * order an older subscription could overwrite a newer one.
 */
import { type AgentId, agentIdOf, agentPath } from '../../core/agent/agent.ts';
import { agentExample } from '../../core/agent/agent-file.ts';
import { explainProblems } from '../../core/agent/document.ts';
import type { BilledSubscription } from '../../core/billing/billing.ts';
import { type Desire, desire, type FileRemoval } from '../../core/billing/desire.ts';
import { withoutIsolation } from '../../core/billing/isolation-by.ts';
import { Failure } from '../../core/failure.ts';
import type { CommitDraft, DesiredState, Snapshot } from '../../ports/desired-state.ts';
import type { Ports } from '../../ports/ports.ts';
import { createIsolationBudget, type IsolationBudget, isolatedCause } from './isolation-budget.ts';
import { type CatalogAndPolicy, readCatalogAndPolicy } from './read-catalog.ts';
import { isOwnRemoval } from './read-removal.ts';
import { createAccountCheck } from './stripe-account.ts';

/** A tip of `main` with catalog, policy, time, and how many agents may still be isolated. */
export type Tip = CatalogAndPolicy & {
  readonly snapshot: Snapshot;
  readonly nowMs: number;
  readonly isolations: IsolationBudget;
};
export type Decided =
  | Exclude<Desire, { readonly kind: 'frozen' }>
  | { readonly kind: 'nothing'; readonly agent: AgentId; readonly reason: 'NotOurs' };
export type Change = Extract<Desire, { readonly kind: 'write' | 'restore' }>;

type History = Pick<DesiredState, 'lastRemoval' | 'textAt' | 'fetch' | 'log'>;

/** Throws where our key is of another account than the policy's. */
export function createTipReader({
  billing,
  clock,
  state,
}: Pick<Ports, 'billing' | 'clock'> & {
  readonly state: Pick<DesiredState, 'walk'>;
}): (main: Snapshot) => Promise<Tip> {
  const checkAccount = createAccountCheck(billing);
  return async (snapshot) => {
    const read = await readCatalogAndPolicy(snapshot);
    await checkAccount(read.policy.stripe);
    const nowMs = clock.now();
    const isolations = createIsolationBudget(state, { policy: read.policy, nowMs });
    return { ...read, snapshot, nowMs, isolations };
  };
}

/** Beyond the budget of isolations the file gets the issue alone, and the alarm names the agent. */
export async function decideFor(state: History, tip: Tip, of: Of): Promise<Decided> {
  const decided = await decideBy(state, tip, of);
  if (decided.kind !== 'write' || !decided.isolates) return decided;
  if (await tip.isolations.take(decided.agent)) return decided;
  return decideBy(state, { ...tip, policy: withoutIsolation(tip.policy) }, of);
}

/** `subscription` is null where Stripe has none. */
type Of = { readonly id: string; readonly subscription: BilledSubscription | null };

async function decideBy(
  state: History,
  { isolations: _, ...tip }: Tip,
  { id, subscription }: Of,
): Promise<Decided> {
  const { snapshot, ...rest } = tip;
  const agent = agentIdOf(id);
  const path = agentPath(agent);
  const found = await snapshot.read(path);
  if (subscription === null) {
    if (found === null) return { kind: 'nothing', agent, reason: 'NotOurs' };
    throw new Failure('NotFound', `Stripe has no ${id}, the subscription of ${path}`);
  }
  const file = found === null ? null : { path, ...found };
  const input = { ...rest, file, subscription, removal: null };
  const first = desire(input);
  if (first.kind === 'frozen')
    throw new Failure('InvalidInput', explainProblems(first.problems, agentExample));
  if (file !== null || first.kind !== 'write') return first;
  const removal = await removalOf(state, path);
  const second = removal === null ? first : desire({ ...input, removal });
  if (second.kind === 'frozen') throw new Failure('Bug', 'a missing file was frozen');
  return second;
}

/** Read only before a creation: a removed file is restored, not created. */
async function removalOf(state: History, path: string): Promise<FileRemoval | null> {
  const removal = await state.lastRemoval(path);
  if (removal === null) return null;
  const { commit, agentsRemoved, cause, parent } = removal;
  const text = await state.textAt(parent, path);
  return { commit, agentsRemoved, text, own: await isOwnRemoval(state, { path, cause, text }) };
}

export function isChange<One extends Decided>(
  decided: One,
): decided is Extract<One, { readonly kind: 'write' | 'restore' }> {
  return decided.kind === 'write' || decided.kind === 'restore';
}

/**
 * The commits of one change, in order.
 * @param why the reread, resync or events that led to it; the change's own cause comes last, and is
 * the one that is read
 */
export function draftsOf(
  change: Change,
  why: { readonly cause: 'reread' | 'resync' } | { readonly events: readonly string[] },
): readonly CommitDraft[] {
  const causes = 'cause' in why ? [['Aura-Cause', why.cause] as const] : [];
  const ids = 'cause' in why ? [] : [...new Set(why.events)].sort();
  const events = ids.map((id) => ['Stripe-Event', id] as const);
  const around = (trailers: CommitDraft['trailers']) => [...causes, ...trailers, ...events];
  if (change.kind === 'restore')
    return change.commits.map((one) => ({ ...one, trailers: around(one.trailers) }));
  const { subject, body, path, text } = change;
  const trailers = around(causesOf(change).map((cause) => ['Aura-Cause', cause] as const));
  return [{ subject, body, trailers, edits: [{ path, text }] }];
}

/** Every isolation has its cause, which is counted. */
export function causesOf({
  cause,
  isolates,
}: Extract<Change, { readonly kind: 'write' }>): readonly string[] {
  return isolates && cause !== isolatedCause ? [isolatedCause, cause] : [cause];
}

export const paidButRetiredText = 'an agent is paid for and retired anyway';
