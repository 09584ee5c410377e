/**
 * Does at Stripe what the policy promises for an agent that was given up: refund, and pause or
 * cancel, each once (core/plan/given-up). Also resumes a collection that it paused, once the agent
 * runs. Stop, pause and file are checked before each effect.
 */
import { type Agent, type AgentId, agentPath } from '../../../core/agent/agent.ts';
import type { Policy } from '../../../core/agent/policy.ts';
import { asFailure, Failure } from '../../../core/failure.ts';
import { pausedReceipt, withoutPaused } from '../../../core/fleet/receipts.ts';
import type { AgentRecord, RecordFile } from '../../../core/fleet/recorded.ts';
import { waitsForPerson, withRefusal } from '../../../core/plan/cancellation.ts';
import {
  isCompensationDue,
  isOwedForGivingUp,
  isToResume,
  mayBeOwed,
  unusedSinceOf,
  withCompensated,
  withPaused,
} from '../../../core/plan/given-up.ts';
import { agentFileAt } from '../../../ports/at-snapshot.ts';
import type { Snapshot } from '../../../ports/desired-state.ts';
import type { Ports } from '../../../ports/ports.ts';
import { tipOf } from '../../../ports/tip.ts';
import { readCatalogAndPolicy } from '../../shared/read-catalog.ts';
import { mainUnlessStopped } from '../../shared/read-remote.ts';
import type { Parts } from './parts.ts';
import { type RefundOrder, refundOnce } from './refund-once.ts';

type GivenUpPorts = Pick<Ports, 'state' | 'journal' | 'cloud' | 'log' | 'billing'>;
type GivenUpReport = {
  /** agents for which everything was done; sorted */
  readonly compensated: readonly string[];
  /** agents whose collection was resumed; sorted */
  readonly resumed: readonly string[];
  /** agents with open work, whose file has to stay */
  readonly open: ReadonlySet<string>;
};
type Due = { readonly id: AgentId; readonly agent: Agent; readonly record: AgentRecord };

export async function finalizeGivenUp(
  ports: GivenUpPorts,
  parts: Pick<Parts, 'turn'>,
  records: readonly RecordFile[],
): Promise<GivenUpReport> {
  const compensated: string[] = [];
  const resumed: string[] = [];
  const { owed, open } = await owedNow(ports, records);
  for (const one of owed) {
    const mayGoOn = await parts.turn('given up agents', one.id, async () => {
      if (!(await compensate(ports, one))) return;
      open.delete(one.id);
      compensated.push(one.id);
    });
    if (!mayGoOn) break;
  }
  for (const file of records) {
    if (file.kind !== 'valid' || !isToResume(file.record)) continue;
    const mayGoOn = await parts.turn('given up agents', file.id, async () => {
      if (await resume(ports, file)) resumed.push(file.id);
    });
    if (!mayGoOn) break;
  }
  return { compensated: compensated.sort(), resumed: resumed.sort(), open };
}

/** In the order of the records, which is that of the ids. */
async function owedNow(ports: GivenUpPorts, records: readonly RecordFile[]) {
  const owed: Due[] = [];
  const open = new Set<string>();
  const maybe = records.flatMap((one) =>
    one.kind === 'valid' && mayBeOwed(one.record) ? [one] : [],
  );
  if (maybe.length === 0) return { owed, open };
  const main = await tipOf(ports, 'main');
  const { policy } = await readCatalogAndPolicy(main);
  const nowMs = await ports.cloud.now();
  for (const { id, record } of maybe) {
    const agent = await agentAt(main, id);
    if (agent === null || !isOwedForGivingUp(agent, record)) continue;
    open.add(id);
    const isDue = isCompensationDue(agent, record, { policy, nowMs });
    if (isDue && !waitsForPerson(record, nowMs)) owed.push({ id, agent, record });
  }
  return { owed, open };
}

async function agentAt(main: Snapshot, id: AgentId): Promise<Agent | null> {
  const file = await agentFileAt(main, agentPath(id));
  return file?.kind === 'valid' ? file.agent : null;
}

/** False where it has to wait. A permanent refusal is recorded. */
async function compensate(ports: GivenUpPorts, due: Due): Promise<boolean> {
  try {
    return await carryOut(ports, due);
  } catch (thrown) {
    const { errorClass, scope, message } = asFailure(thrown);
    if (errorClass === 'stalled' && scope === 'agent') {
      const at = new Date(await ports.cloud.now()).toISOString();
      await noted(ports, due, (current) => withRefusal(current, message, at));
    }
    throw thrown;
  }
}

async function carryOut(ports: GivenUpPorts, due: Due): Promise<boolean> {
  const { billing } = ports;
  const { id, record } = due;
  const { revision, subscription } = due.agent.spec;
  const policy = await stillAsked(ports, due);
  if (policy === null) return false;
  const { scope, perDayMax, then: rest } = policy.refund;
  const purpose = (what: string) => ({ agent: id, revision, purpose: `gave-up-${what}` });
  if ((await billing.subscription(subscription)) === null)
    throw new Failure('NotFound', `Stripe has no ${subscription}: check the account`);
  if (rest === 'pause' && !record.receipts.includes(pausedReceipt(revision))) {
    if ((await stillAsked(ports, due)) === null) return false;
    await billing.pauseCollection(subscription, purpose('pause'));
    await noted(ports, due, (current) => withPaused(current, revision));
  }
  if (scope !== 'none' || rest === 'cancel') {
    const order: RefundOrder = {
      id,
      subscription,
      cause: 'gaveUp',
      revision,
      scope,
      perDayMax,
      purpose: 'gave-up-refund',
      unusedSince: unusedSinceOf(record, revision),
      usesPlace: rest === 'cancel',
      isOwed: (current) => isOwedForGivingUp(due.agent, current),
      stillAsked: async () => (await stillAsked(ports, due)) !== null,
    };
    if (!(await refundOnce(ports, order, record))) return false;
  }
  if (rest === 'cancel') {
    if ((await stillAsked(ports, due)) === null) return false;
    await billing.cancelSubscription(subscription, purpose('cancel'));
  }
  await noted(ports, due, (current) => withCompensated(current, revision));
  return true;
}

/** What the policy of the current tip asks for; null where nothing is owed. Throws `Stopped`. */
async function stillAsked(ports: GivenUpPorts, { id, record }: Due): Promise<Policy | null> {
  const main = await mainUnlessStopped(ports);
  const { policy } = await readCatalogAndPolicy(main);
  const agent = await agentAt(main, id);
  const nowMs = await ports.cloud.now();
  return agent !== null && isCompensationDue(agent, record, { policy, nowMs }) ? policy : null;
}

async function noted(
  { journal }: GivenUpPorts,
  { id }: Due,
  update: (record: AgentRecord) => AgentRecord,
): Promise<void> {
  await journal.update(id, (current) => (current === null ? null : update(current)), 'now');
}

async function resume(
  ports: GivenUpPorts,
  { id }: RecordFile & { readonly kind: 'valid' },
): Promise<boolean> {
  const { journal, billing } = ports;
  const agent = await agentAt(await mainUnlessStopped(ports), id);
  if (agent === null) return false;
  const { subscription, revision } = agent.spec;
  const purpose = { agent: id, revision, purpose: 'resume-collection' };
  if ((await billing.subscription(subscription)) !== null)
    await billing.resumeCollection(subscription, purpose);
  const decide = (current: AgentRecord | null) =>
    current === null ? null : withoutPaused(current);
  return (await journal.update(id, decide, 'now')) !== null;
}
