/**
 * Computes the change of an agent's file from one reading of its subscription: Stripe's fields by
 * `desire`, and tombstones that no event causes.
 */
import { type AgentId, agentIdOf, agentPath } from '../../core/agent/agent.ts';
import { parseAgentFile } from '../../core/agent/agent-file.ts';
import { mayHaveReport } from '../../core/agent/payment-reports.ts';
import type { BilledSubscription } from '../../core/billing/billing.ts';
import type { NothingReason } from '../../core/billing/desire.ts';
import { overdueTombstone } from '../../core/billing/overdue.ts';
import type { CommitDraft } from '../../ports/desired-state.ts';
import type { Ports } from '../../ports/ports.ts';
import { withReports } from '../shared/read-reports.ts';
import { causesOf, decideFor, draftsOf, type Tip } from '../shared/subscription-file.ts';

export type ResyncPorts = Pick<Ports, 'billing' | 'state' | 'clock' | 'log'>;
export type FoundChange = {
  readonly kind: 'change';
  readonly agent: AgentId;
  readonly subscription: string;
  /** one cause; more with a tombstone or an isolation */
  readonly causes: readonly string[];
  readonly subject: string;
  readonly drafts: readonly CommitDraft[];
  /** whether the file then has paid access and a tombstone */
  readonly paidButRetired: boolean;
};
export type Found =
  | FoundChange
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'nothing'; readonly reason: NothingReason | 'NotOurs' };

/** @param given as listed, or its id to fetch it after this tip */
export async function findChange(
  { billing, state }: ResyncPorts,
  tip: Tip,
  given: BilledSubscription | string,
): Promise<Found> {
  const id = typeof given === 'string' ? given : given.id;
  const path = agentPath(agentIdOf(id));
  const before = (await tip.snapshot.read(path))?.text ?? '';
  const one = typeof given === 'string' ? await billing.subscription(id) : given;
  const known = mayHaveReport(before);
  const subscription = one === null ? null : await withReports(billing, one, known);
  const decided = await decideFor(state, tip, { id, subscription });
  if (decided.kind === 'nothing') return decided;
  const { agent } = decided;
  const change = { kind: 'change', agent, subscription: id } as const;
  if (decided.kind === 'restore') {
    const subject = decided.commits.at(-1)?.subject ?? '';
    const drafts = draftsOf(decided, { cause: 'resync' });
    return { ...change, causes: ['restored'], subject, drafts, paidButRetired: true };
  }
  const written = decided.kind === 'write' ? decided : null;
  const text = written?.text ?? before;
  const overdue = overdueIn(tip, path, text);
  if (overdue === null) {
    if (written === null) return { kind: 'unchanged' };
    const { subject, paidButRetired } = written;
    const drafts = draftsOf(written, { cause: 'resync' });
    return { ...change, causes: causesOf(written), subject, drafts, paidButRetired };
  }
  const causes = [...(written === null ? [] : causesOf(written)), overdue.cause];
  const subject = `${written === null ? `${agent}: ` : `${written.subject}, `}${overdue.subject}`;
  const draft = {
    subject,
    body: written?.body ?? 'No event brings this tombstone.',
    trailers: ['resync', ...causes].map((cause) => ['Aura-Cause', cause] as const),
    edits: [{ path, text: overdue.text }],
  };
  const paidButRetired = written?.paidButRetired === true;
  return { ...change, causes, subject, drafts: [draft], paidButRetired };
}

/** Skips parsing for most files. */
function overdueIn({ policy, nowMs }: Tip, path: string, text: string) {
  if (!/suspended|ended/.test(text)) return null;
  const file = parseAgentFile({ path, oid: '', text });
  return file.kind === 'invalid' ? null : overdueTombstone(file, text, policy, nowMs);
}
