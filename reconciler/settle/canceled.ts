/**
 * Agents that their customers canceled: once the grace is over, the subscription is canceled at
 * Stripe and what is left of the paid time is given back, each once. Until both are done the file
 * stays, for it says when the unused time began. A tombstone that is reverted within the grace has
 * cost nobody anything.
 */
import { type Agent, type AgentId, agentPath } from '../core/desired/agent.ts';
import { parseAgentFile } from '../core/desired/agent-file.ts';
import { heldUntilMs } from '../core/desired/hold.ts';
import type { Policy } from '../core/desired/policy.ts';
import { asFailure, Failure } from '../core/failure.ts';
import { timeMs } from '../core/time.ts';
import type { AgentRecord, RecordFile } from '../core/world/recorded.ts';
import type { Ports, Snapshot } from '../ports.ts';
import { readCatalogAndPolicy } from '../read-catalog.ts';

export type CanceledPorts = Pick<Ports, 'state' | 'journal' | 'cloud' | 'log' | 'billing'>;
export type CanceledReport = {
  /** agents whose subscription was canceled and, by policy, refunded; sorted */
  readonly canceled: readonly string[];
  /** agents with whom something is left to do: their file has to stay */
  readonly open: ReadonlySet<string>;
};

const toldKept = 50;
const hourMs = 3_600_000;

/** Only people's tombstones `by: customer`; every other end is Stripe's own or nobody's money. */
export async function settleCanceled(
  ports: CanceledPorts,
  records: readonly RecordFile[],
): Promise<CanceledReport> {
  const canceled: string[] = [];
  const open = new Set<string>();
  const ending = records.flatMap((one) => (one.kind === 'valid' && mayBeDue(one) ? [one] : []));
  if (ending.length === 0) return { canceled, open };
  const run = await beginRun(ports, records);
  for (const { id, record } of ending.sort((a, b) => (a.id < b.id ? -1 : 1))) {
    try {
      const agent = await canceledAgent(run, id, record);
      if (agent === null) continue;
      open.add(id);
      if (!(await endAtStripe(run, id, { agent, record }))) continue;
      open.delete(id);
      canceled.push(id);
    } catch (thrown) {
      const { reason, message, fate } = asFailure(thrown);
      if (fate === 'bug') throw thrown;
      // The others' turn comes all the same; this one's comes again with the next tick.
      open.add(id);
      ports.log.error({ agent: id, reason, message }, 'a canceled subscription is still open');
    }
  }
  return { canceled, open };
}

function mayBeDue({ record }: { readonly record: AgentRecord }): boolean {
  return record.phase === 'retiring' || record.phase === 'retired';
}

type Run = {
  readonly ports: CanceledPorts;
  readonly main: Snapshot;
  readonly policy: Policy;
  readonly nowMs: number;
  /** given back on this day so far */
  refunds: number;
};

async function beginRun(ports: CanceledPorts, records: readonly RecordFile[]): Promise<Run> {
  const main = await ports.state.fetch('main');
  if (main === null) throw new Failure('NotFound', 'the agents repository has no branch main');
  const { policy } = await readCatalogAndPolicy(main);
  const nowMs = await ports.cloud.now();
  const today = `/${dayOf(nowMs)}`;
  const refunds = records.flatMap((one) =>
    one.kind === 'valid'
      ? one.record.told.filter((told) => told.startsWith('refunded/') && told.endsWith(today))
      : [],
  );
  return { ports, main, policy, nowMs, refunds: refunds.length };
}

/** The agent as the tip has it, where it is its customer's turn; null where nothing is to be done. */
async function canceledAgent(
  { main, policy, nowMs }: Run,
  id: AgentId,
  record: AgentRecord,
): Promise<Agent | null> {
  const path = agentPath(id);
  const found = await main.read(path);
  const file = found === null ? null : parseAgentFile({ path, ...found });
  if (file?.kind !== 'valid') return null;
  const { retired, revision } = file.agent.spec;
  if (retired?.by !== 'customer' || record.told.includes(canceledPurpose(revision))) return null;
  if (nowMs < timeMs(retired.at) + policy.retire.graceHours * hourMs) return null;
  return heldUntilMs(file.agent.spec, policy, nowMs) === null ? file.agent : null;
}

/** False where something has to wait. */
async function endAtStripe(
  run: Run,
  id: AgentId,
  { agent, record }: { readonly agent: Agent; readonly record: AgentRecord },
): Promise<boolean> {
  const { ports, policy, nowMs } = run;
  const { subscription: subscriptionId, revision, retired } = agent.spec;
  const stop = await ports.state.stop();
  if (stop !== null) return false;
  const subscription = await ports.billing.subscription(subscriptionId);
  if (subscription === null)
    throw new Failure('NotFound', `Stripe does not know ${subscriptionId}: wrong account?`);
  const purpose = (word: string) => ({ agent: id, revision, purpose: word });
  await ports.billing.cancelSubscription(subscriptionId, purpose('customer-cancel'));
  const told = [canceledPurpose(revision)];
  if (policy.refund.scope === 'lastInvoice') {
    if (run.refunds >= policy.refund.perDayMax) {
      ports.log.warn({ agent: id }, 'a refund waits for tomorrow: today has had all it may');
      return false;
    }
    const ran = retired !== undefined && ranEver(record);
    const since = ran ? Math.floor(timeMs(retired.at) / 1000) : undefined;
    const asked = purpose('customer-refund');
    const outcome = await ports.billing.refundLastInvoice(subscriptionId, asked, since);
    if (outcome === 'refunded') {
      run.refunds += 1;
      told.push(`refunded/${revision}/${dayOf(nowMs)}`);
    }
  }
  await ports.journal.update(id, (current) => withTold(current ?? record, told), 'now');
  return true;
}

function canceledPurpose(revision: number): string {
  return `canceled/${revision}`;
}

function withTold(record: AgentRecord, purposes: readonly string[]): AgentRecord | null {
  const news = purposes.filter((purpose) => !record.told.includes(purpose));
  if (news.length === 0) return null;
  return { ...record, told: [...record.told, ...news].slice(-toldKept) };
}

/** Who never had an agent that ran, gets back all that was paid. */
function ranEver({ everRunning, attempts, destroyed }: AgentRecord): boolean {
  return (
    everRunning ||
    attempts.some(({ change, outcome }) => change !== 'retire' && outcome === 'succeeded') ||
    destroyed.some(({ kind }) => kind === 'replace')
  );
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
