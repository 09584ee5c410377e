/**
 * What one reading of a subscription would make of its agent's file: Stripe's side as `desire` has
 * it, and the tombstones that no event brings.
 */

import { type AgentId, agentIdOf, agentPath } from '../../core/agent/agent.ts';
import { parseAgentFile } from '../../core/agent/agent-file.ts';
import type { BilledSubscription } from '../../core/billing/billing.ts';
import type { NothingReason } from '../../core/billing/desire.ts';
import { overdueTombstone } from '../../core/billing/overdue.ts';
import { Failure } from '../../core/failure.ts';
import type { CommitDraft } from '../../ports/desired-state.ts';
import type { Ports } from '../../ports/ports.ts';
import { readCatalogAndPolicy } from '../shared/read-catalog.ts';
import { withDispute } from '../shared/read-dispute.ts';
import { createAccountCheck } from '../shared/stripe-account.ts';
import { decideFor, draftsOf, type Tip } from '../shared/subscription-file.ts';

export type ResyncPorts = Pick<Ports, 'billing' | 'state' | 'clock' | 'log'>;
export type Found = { readonly agent: AgentId } & (
  | {
      readonly kind: 'change';
      /** one word, or two where a tombstone comes with it */
      readonly causes: readonly string[];
      readonly subject: string;
      readonly drafts: readonly CommitDraft[];
      /** the file says then that it is paid for and retired all the same */
      readonly paidButRetired: boolean;
    }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'nothing'; readonly reason: NothingReason | 'NotOurs' }
);

/** Throws where the key is for another account than the policy says. */
export function createTipReader({ state, billing, clock }: ResyncPorts): () => Promise<Tip> {
  const checkAccount = createAccountCheck(billing);
  return async () => {
    const snapshot = await state.fetch('main');
    if (snapshot === null)
      throw new Failure('NotFound', 'the agents repository has no branch main');
    const { catalog, policy } = await readCatalogAndPolicy(snapshot);
    await checkAccount(policy.stripe);
    return { snapshot, catalog, policy, nowMs: clock.now() };
  };
}

/** @param subscription as it was listed, or its id where it has to be fetched after this tip */
export async function findChange(
  ports: ResyncPorts,
  tip: Tip,
  subscription: BilledSubscription | string,
): Promise<Found> {
  const listed = typeof subscription === 'string' ? null : subscription;
  const id = typeof subscription === 'string' ? subscription : subscription.id;
  const now = await lookedAt(ports, tip, listed ?? (await ports.billing.subscription(id)));
  const decided = await decideFor(ports.state, tip, { id, subscription: now });
  const { agent } = decided;
  if (decided.kind === 'nothing') return decided;
  if (decided.kind === 'restore') {
    const subject = decided.commits.at(-1)?.subject ?? '';
    const drafts = draftsOf(decided, { cause: 'resync' });
    return { kind: 'change', agent, causes: ['restored'], subject, paidButRetired: true, drafts };
  }
  const { path } = decided;
  const written = decided.kind === 'write' ? decided : null;
  const text = written?.text ?? (await tip.snapshot.read(path))?.text ?? '';
  const overdue = overdueIn(tip, path, text);
  if (written === null && overdue === null) return { kind: 'unchanged', agent };
  const causes = [written, overdue].flatMap((part) => part?.cause ?? []);
  const added = overdue === null ? [] : [overdue.subject];
  const subject =
    written === null ? `${agent}: ${overdue?.subject}` : [written.subject, ...added].join(', ');
  const draft = {
    subject,
    body: written?.body ?? 'No event brings this tombstone.',
    // The last cause is the one that others read.
    trailers: ['resync', ...causes].map((cause) => ['Aura-Cause', cause] as const),
    edits: [{ path, text: overdue?.text ?? text }],
  };
  const paidButRetired = written?.paidButRetired ?? false;
  return { kind: 'change', agent, causes, subject, paidButRetired, drafts: [draft] };
}

async function lookedAt(
  { billing }: ResyncPorts,
  { snapshot }: Tip,
  subscription: BilledSubscription | null,
): Promise<BilledSubscription | null> {
  if (subscription === null) return null;
  const file = await snapshot.read(agentPath(agentIdOf(subscription.id)));
  return withDispute(billing, subscription, file?.text.includes('PaymentDisputed') === true);
}

/** Most files are not even worth the parsing. */
function overdueIn({ policy, nowMs }: Tip, path: string, text: string) {
  if (!/suspended|ended/.test(text)) return null;
  const file = parseAgentFile({ path, oid: '', text });
  return file.kind === 'invalid' ? null : overdueTombstone(file, text, policy, nowMs);
}
