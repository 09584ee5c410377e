/**
 * Ends canceled agents at Stripe: after the grace it cancels the subscription and refunds the
 * unused time, each once, the oldest first. Until both are done the file stays, as it holds the
 * start of the unused time. Stop, pause and file are checked before each of the two: reverting a
 * tombstone in time costs nothing.
 */
import { type Agent, type AgentId, agentPath } from '../../../core/agent/agent.ts';
import type { Policy } from '../../../core/agent/policy.ts';
import { asFailure, Failure } from '../../../core/failure.ts';
import {
  type AgentRecord,
  newRecord,
  type RecordFile,
  readableRecords,
} from '../../../core/fleet/recorded.ts';
import {
  endedMs,
  isCanceledAtStripe,
  isEnding,
  isOwedForCanceling,
  mayBeEnding,
  withCanceled,
  withCanceledAtStripe,
  withRefusal,
} from '../../../core/plan/cancellation.ts';
import { ranEver } from '../../../core/plan/ran-ever.ts';
import { type Canceled, canceledInTurn, type Recorded } from '../../../core/plan/refund-turns.ts';
import { agentFileAt } from '../../../ports/at-snapshot.ts';
import type { Snapshot } from '../../../ports/desired-state.ts';
import type { Ports } from '../../../ports/ports.ts';
import { tipOf } from '../../../ports/tip.ts';
import { readCatalogAndPolicy } from '../../shared/read-catalog.ts';
import { mainUnlessStopped } from '../../shared/read-remote.ts';
import type { Parts } from './parts.ts';
import { refundOnce } from './refund-once.ts';

type CanceledPorts = Pick<Ports, 'state' | 'journal' | 'cloud' | 'log' | 'billing'>;
type CanceledReport = {
  /** agents whose subscription was canceled and, by policy, refunded; sorted */
  readonly canceled: readonly string[];
  /** agents with open work, whose file has to stay */
  readonly open: ReadonlySet<string>;
};
type Asked = { readonly agent: Agent; readonly policy: Policy };

export async function finalizeCanceled(
  ports: CanceledPorts,
  parts: Pick<Parts, 'turn'>,
  records: readonly RecordFile[],
): Promise<CanceledReport> {
  const canceled: string[] = [];
  const due = await dueNow(ports, records);
  const open = new Set<string>(due.map(({ id }) => id));
  for (const one of due.filter(({ waits }) => !waits)) {
    const mayGoOn = await parts.turn('canceled subscriptions', one.id, async () => {
      if (!(await endAtStripe(ports, one))) return;
      open.delete(one.id);
      canceled.push(one.id);
    });
    if (!mayGoOn) break;
  }
  return { canceled: canceled.sort(), open };
}

/** The oldest first: the daily limit of refunds serves the longest waiting. */
async function dueNow(
  ports: CanceledPorts,
  records: readonly RecordFile[],
): Promise<readonly Canceled[]> {
  const ending = records.flatMap((one) =>
    one.kind === 'valid' && mayBeEnding(one.record) ? [one] : [],
  );
  if (ending.length === 0) return [];
  const main = await tipOf(ports, 'main');
  const { policy } = await readCatalogAndPolicy(main);
  const nowMs = await ports.cloud.now();
  const candidates: Recorded[] = [];
  for (const { id, record } of ending) {
    const agent = await agentAt(main, id);
    if (agent !== null) candidates.push({ id, agent, record });
  }
  return canceledInTurn(candidates, { records: readableRecords(records), policy, nowMs });
}

async function agentAt(main: Snapshot, id: AgentId): Promise<Agent | null> {
  const file = await agentFileAt(main, agentPath(id));
  return file?.kind === 'valid' ? file.agent : null;
}

/** False where it has to wait. A permanent refusal is recorded. */
async function endAtStripe(ports: CanceledPorts, due: Recorded): Promise<boolean> {
  const { id } = due;
  try {
    const record = await cancelOnce(ports, due);
    return record !== null && (await refundRest(ports, { ...due, record }));
  } catch (thrown) {
    const { errorClass, scope, message } = asFailure(thrown);
    if (errorClass === 'stalled' && scope === 'agent') {
      const at = new Date(await ports.cloud.now()).toISOString();
      const decide = (current: AgentRecord | null) =>
        current === null ? null : withRefusal(current, message, at);
      await ports.journal.update(id, decide, 'now');
    }
    throw thrown;
  }
}

/** The record after the cancellation; null where it is no longer asked for. */
async function cancelOnce(ports: CanceledPorts, due: Recorded): Promise<AgentRecord | null> {
  const { id, record } = due;
  const { revision, subscription } = due.agent.spec;
  if (isCanceledAtStripe(record, revision)) return record;
  if ((await ports.billing.subscription(subscription)) === null)
    throw new Failure('NotFound', `Stripe has no ${subscription}: check the account`);
  if ((await stillAsked(ports, due)) === null) return null;
  const purpose = { agent: id, revision, purpose: 'customer-cancel' };
  await ports.billing.cancelSubscription(subscription, purpose);
  return noted(ports, due, (current) => withCanceledAtStripe(current, revision));
}

/** The unused time begins with the cancellation; all of it is unused where nothing ever ran. */
async function refundRest(ports: CanceledPorts, due: Recorded): Promise<boolean> {
  const { id, record } = due;
  const { revision, subscription } = due.agent.spec;
  const asked = await stillAsked(ports, due);
  if (asked === null) return false;
  const { refund } = asked.policy;
  const isDone =
    refund.scope === 'none' ||
    (await refundOnce(
      ports,
      {
        scope: refund.scope,
        perDayMax: refund.perDayMax,
        id,
        subscription,
        cause: 'canceled',
        revision,
        purpose: 'customer-refund',
        unusedSince: ranEver(record) ? Math.floor(endedMs(asked.agent) / 1000) : undefined,
        usesPlace: false,
        isOwed: (current) => isOwedForCanceling(current, revision),
        stillAsked: async () => (await stillAsked(ports, due)) !== null,
      },
      record,
    ));
  if (isDone) await noted(ports, due, (current) => withCanceled(current, revision));
  return isDone;
}

/**
 * What the current tip asks for; null where the agent is no longer to be ended. Throws `Stopped`.
 */
async function stillAsked(ports: CanceledPorts, { id, record }: Recorded): Promise<Asked | null> {
  const main = await mainUnlessStopped(ports);
  const { policy } = await readCatalogAndPolicy(main);
  const agent = await agentAt(main, id);
  const nowMs = await ports.cloud.now();
  return agent !== null && isEnding(agent, record, { policy, nowMs }) ? { agent, policy } : null;
}

async function noted(
  { journal }: CanceledPorts,
  { id, agent, record }: Recorded,
  update: (record: AgentRecord) => AgentRecord | null,
): Promise<AgentRecord> {
  const { subscription, customer } = agent.spec;
  const decide = (current: AgentRecord | null) =>
    update(current ?? newRecord(id, subscription, customer));
  return (await journal.update(id, decide, 'now')) ?? record;
}
