/**
 * Compares subscriptions, as Stripe lists them, with servers, as Hetzner lists them, over the files
 * between them. What may be under way is left out: the comparison is made once a day. So are ends and
 * creates of isolated agents, which wait for their release.
 *
 * | subscription | server | difference |
 * |---|---|---|
 * | pays, its file asks for a server | none for an hour or more | `noServer` |
 * | pays, of a plan of the catalog | no file | `noAgent` |
 * | pays | its agent is gone | `retiredButCharged` |
 * | ended a day ago or more, or unknown to Stripe | one | `notPaid` |
 * | pays for another plan than the server was made for, or the server has another type | one | `otherSize` |
 * | none: no file names its agent | one | `noFile` |
 */
import { type AgentFile, shouldRun } from '../agent/agent.ts';
import type { Catalog } from '../agent/catalog.ts';
import type { BilledSubscription } from '../billing/billing.ts';
import { planOf } from '../billing/purchase.ts';
import { agentOfServer, type ObservedServer } from '../fleet/observed.ts';
import { isGivenUp } from '../fleet/receipts.ts';
import type { AgentRecord } from '../fleet/recorded.ts';
import { compareText } from '../fleet/world.ts';
import { dayMs, hourMs, timeMs } from '../text/time.ts';

export type BilledDifference = {
  readonly kind: 'noServer' | 'noAgent' | 'retiredButCharged' | 'notPaid' | 'otherSize' | 'noFile';
  readonly agent: string;
  readonly message: string;
};

type BilledInput = {
  readonly fleet: string;
  readonly files: readonly AgentFile[];
  readonly records: readonly AgentRecord[];
  readonly servers: readonly ObservedServer[];
  /** all of the account, by agent */
  readonly bought: ReadonlyMap<string, BilledSubscription>;
  readonly catalog: Catalog;
  readonly nowMs: number;
};

/** Sorted by agent and kind. */
export function billedDifferences(input: BilledInput): readonly BilledDifference[] {
  const records = new Map<string, AgentRecord>(input.records.map((one) => [one.name, one]));
  const servers = Map.groupBy(input.servers, (server) => agentOfServer(server, input.fleet));
  const files = new Map(input.files.map((file) => [file.id as string, file]));
  const found: BilledDifference[] = [];
  for (const file of input.files) {
    if (file.kind === 'invalid') continue;
    const [server] = servers.get(file.id) ?? [];
    const record = records.get(file.id) ?? null;
    const difference = ofFile(input, { file, record, server: server ?? null });
    if (difference !== null) found.push({ agent: file.id, ...difference });
  }
  for (const [agent, those] of servers)
    if (agent !== null && !files.has(agent) && those.some((one) => isOld(one, input.nowMs)))
      found.push({ kind: 'noFile', agent, message: `server ${those[0]?.id} and no file` });
  for (const [agent, subscription] of input.bought) {
    if (files.has(agent) || !charges(subscription) || isYoung(subscription, input.nowMs)) continue;
    const record = records.get(agent);
    if (record?.gone !== undefined) found.push({ agent, ...chargedOf(subscription) });
    else if (planOf(input.catalog, subscription).ok)
      found.push({ kind: 'noAgent', agent, message: `${subscription.id} pays, and has no agent` });
  }
  return found.sort((a, b) => compareText(a.agent, b.agent) || compareText(a.kind, b.kind));
}

type Case = {
  readonly file: AgentFile & { kind: 'valid' };
  readonly record: AgentRecord | null;
  readonly server: ObservedServer | null;
};
type Found = Omit<BilledDifference, 'agent'>;

function ofFile(input: BilledInput, one: Case): Found | null {
  const { file, record, server } = one;
  const { spec } = file.agent;
  const subscription = input.bought.get(file.id);
  // What follows from its first state may be under way.
  if (server !== null && !isOld(server, input.nowMs)) return null;
  const isIsolated = spec.isolated !== undefined;
  if (server !== null && !isIsolated && isUnpaid(subscription, input.nowMs)) {
    const status = subscription?.status ?? 'unknown to Stripe';
    return {
      kind: 'notPaid',
      message: `server ${server.id}, and ${spec.subscription} is ${status}`,
    };
  }
  if (subscription === undefined || !charges(subscription)) return null;
  if (spec.retired !== undefined && record?.gone !== undefined) return chargedOf(subscription);
  if (server !== null) return sizeOf(input.catalog, { ...one, server }, subscription);
  const waitsMs = input.nowMs - Math.max(timeMs(spec.access.since), subscription.created * 1000);
  const isDue = shouldRun(file.agent) && !isIsolated && !isExcused(record, spec.revision);
  return isDue && waitsMs > hourMs
    ? { kind: 'noServer', message: `${subscription.id} pays, and has no server` }
    : null;
}

/** An agent that was given up is reported as failed, and one that a run works on is on its way. */
function isExcused(record: AgentRecord | null, revision: number): boolean {
  return record !== null && (record.lease !== undefined || isGivenUp(record, revision));
}

function sizeOf(
  catalog: Catalog,
  { file, record, server }: Case & { readonly server: ObservedServer },
  subscription: BilledSubscription,
): Found | null {
  const chosen = record?.server?.id === server.id ? record.chosen : undefined;
  if (chosen === undefined || record?.lease !== undefined) return null;
  const plan = planOf(catalog, subscription);
  if (plan.ok && plan.plan !== chosen.plan && file.agent.spec.retired === undefined)
    return {
      kind: 'otherSize',
      message: `${subscription.id} pays for ${plan.plan}, and server ${server.id} is of ${chosen.plan}`,
    };
  if (server.serverType === chosen.serverType) return null;
  const message = `server ${server.id} is a ${server.serverType}, and ${chosen.serverType} was chosen`;
  return { kind: 'otherSize', message };
}

function chargedOf({ id }: BilledSubscription): Found {
  return { kind: 'retiredButCharged', message: `${id} pays, and nothing is left of its agent` };
}

/** Whether its customer is charged, now or at the next renewal. */
function charges({ status, pausedCollection }: BilledSubscription): boolean {
  const isOpen = status === 'active' || status === 'past_due' || status === 'trialing';
  return isOpen && pausedCollection === null;
}

function isUnpaid(subscription: BilledSubscription | undefined, nowMs: number): boolean {
  if (subscription === undefined) return true;
  const { status, endedAt } = subscription;
  if (status !== 'canceled' && status !== 'incomplete_expired') return false;
  return endedAt === null || nowMs - endedAt * 1000 > dayMs;
}

function isOld({ created }: ObservedServer, nowMs: number): boolean {
  return nowMs - timeMs(created) > hourMs;
}

function isYoung({ created }: BilledSubscription, nowMs: number): boolean {
  return nowMs - created * 1000 < hourMs;
}
