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
import { decideFor } from '../intake/decide.ts';
import { createAccountCheck } from '../intake/doorbell.ts';
import { draftsOf, isPaidButRetired } from '../intake/draft.ts';
import { readCatalogAndPolicy } from '../shared/read-catalog.ts';
import { withDispute } from '../shared/read-dispute.ts';

export type ResyncPorts = Pick<Ports, 'billing' | 'state' | 'clock' | 'log'>;
/** One commit of `main` with what is decided by. */
export type Tip = Parameters<typeof decideFor>[1];
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
    const paidButRetired = isPaidButRetired(decided);
    return change(agent, { causes: ['restored'], subject, paidButRetired }, draftsOf(decided, []));
  }
  const path = agentPath(agentIdOf(id));
  const written = decided.kind === 'write' ? decided.text : null;
  const text = written ?? (await tip.snapshot.read(path))?.text ?? null;
  const overdue = text === null ? null : overdueIn(tip, path, text);
  if (decided.kind === 'unchanged') {
    if (overdue === null) return { kind: 'unchanged', agent };
    const subject = `${agent}: ${overdue.subject}`;
    const edits = [{ path, text: overdue.text }];
    const draft = { subject, body: 'No event brings this tombstone.', trailers: [], edits };
    return change(agent, { causes: [overdue.cause], subject, paidButRetired: false }, [draft]);
  }
  const { body, cause, paidButRetired } = decided;
  const causes = overdue === null ? [cause] : [cause, overdue.cause];
  const subject = [decided.subject, ...(overdue === null ? [] : [overdue.subject])].join(', ');
  const edits = [{ path, text: overdue?.text ?? decided.text }];
  const draft = { subject, body, trailers: [], edits };
  return change(agent, { causes, subject, paidButRetired }, [draft]);
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

function change(
  agent: AgentId,
  said: Pick<Extract<Found, { kind: 'change' }>, 'causes' | 'subject' | 'paidButRetired'>,
  drafts: readonly CommitDraft[],
): Found {
  const resynced = drafts.map(({ trailers, ...draft }) => ({
    ...draft,
    // The last cause is the one that others read, as of any other commit.
    trailers: [
      ['Aura-Cause', 'resync'] as const,
      ...(trailers.length > 0
        ? trailers
        : said.causes.map((cause) => ['Aura-Cause', cause] as const)),
    ],
  }));
  return { kind: 'change', agent, ...said, drafts: resynced };
}

/** Most files are not even worth the parsing. */
function overdueIn({ policy, nowMs }: Tip, path: string, text: string) {
  if (!/suspended|ended/.test(text)) return null;
  const file = parseAgentFile({ path, oid: '', text });
  return file.kind === 'invalid' ? null : overdueTombstone(file, text, policy, nowMs);
}
