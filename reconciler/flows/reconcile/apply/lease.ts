/**
 * The lease on an agent: a commit to its record that comes before the first effect, and that is only
 * made on the record that the change was planned on. A reader of it knows which run is at work,
 * and by which nonce a server is found that is not recorded.
 *
 * A lease that ends a server takes its place in the windows by the same commit: they are judged on
 * all records of the very commit that it is made on, so that of two runs the later one sees the
 * earlier one's leases.
 */
import type { Agent, AgentId } from '../../../core/agent/agent.ts';
import { diedWithSeveral } from '../../../core/fleet/attempt.ts';
import { withEnding, withoutOtherEnding } from '../../../core/fleet/ending.ts';
import { crashed, leased } from '../../../core/fleet/progress.ts';
import {
  type AgentRecord,
  effectHash,
  type Lease,
  newRecord,
} from '../../../core/fleet/recorded.ts';
import { isSameRun, runOf, writtenRun } from '../../../core/fleet/run.ts';
import { burstOf, recordedEnds } from '../../../core/plan/burst.ts';
import {
  budgetOf,
  budgetText,
  endsAServer,
  takesBudget,
} from '../../../core/plan/destroy-budget.ts';
import { burstMessage } from '../../../core/plan/ends-limit.ts';
import { serverOf } from '../../../core/plan/granted.ts';
import { rollbacksLeft } from '../../../core/plan/rollbacks.ts';
import { lapsedApproval } from './approved.ts';
import type { AgentChange, Run } from './attempt.ts';

export type Subject = { readonly id: AgentId; readonly agent: Agent; readonly change: AgentChange };

/** How a change begins: the name of its server's create, and what the record says from now on. */
export type Begin = {
  nonce(record: AgentRecord | null): string;
  prepare(record: AgentRecord): AgentRecord;
};

/** On the server that the record knows, or the one that an earlier lease was about. */
export function onKnownServer(run: Run): Begin {
  const fresh = run.ports.keys.newNonce();
  return {
    nonce: (record) => record?.server?.nonce ?? record?.lease?.nonce ?? fresh,
    prepare: (record) => record,
  };
}

export type Taken = {
  readonly kind: 'taken';
  readonly record: AgentRecord;
  /** a lease of a dead run was there before */
  readonly tookOver: boolean;
};
type NotTaken = { readonly kind: 'skipped'; readonly message: string };

/**
 * Not where the record is another one than was planned on, nor where its approval has lapsed or a
 * window is used up by now.
 */
export async function takeLease(
  run: Run,
  { id, agent, change }: Subject,
  begin: Begin,
): Promise<Taken | NotTaken> {
  const { journal, cloud } = run.ports;
  const nowMs = await cloud.now();
  const leaseMs = run.policy.apply.leaseMinutes * 60_000;
  const { subscription, customer } = agent.spec;
  const lapsed = await lapsedApproval(run, change, nowMs);
  if (lapsed !== null) return { kind: 'skipped', message: lapsed };
  let among = takesBudget(change) || change.kind === 'rollback';
  let tookOver = false;
  let message = '';
  let sent: AgentRecord | null = null;
  const decide = (
    current: AgentRecord | null,
    records: readonly AgentRecord[] | null,
  ): AgentRecord | null => {
    // A push that landed while its answer was lost: the lease there is this one.
    if (current !== null && sent !== null && isOurs(current.lease, sent.lease)) return current;
    message = 'its record has changed since it was planned';
    if (effectHash(current) !== change.basis.record) return null;
    tookOver = current?.lease !== undefined;
    // Whether a dead run left others behind too stands in their records: asked for where it did.
    among ||= tookOver;
    if (among && records === null) return null;
    message = usedUp(run, { id, agent, change }, { records: records ?? [], nowMs }) ?? '';
    if (message !== '') return null;
    const approval = 'approval' in change && change.approval !== undefined ? change.approval : null;
    const own = {
      ...writtenRun(run.ref),
      change: change.kind,
      nonce: begin.nonce(current),
      ...(approval === null ? {} : { approval }),
    };
    // The plan has found that run to be over: with this lease all of its leases are dead.
    const dead = current?.lease;
    const shared = dead !== undefined && diedWithSeveral(runOf(dead), records ?? []);
    const ended = crashed(current ?? newRecord(id, subscription, customer), shared);
    // What came to be ended in one run counts for the next one's, whether or not a person approved.
    const prepared = begin.prepare(ended);
    const ending = endsAServer(change)
      ? withEnding(prepared, agent.spec, nowMs)
      : withoutOtherEnding(prepared, agent.spec);
    sent = leased(ending, own, nowMs, leaseMs);
    return sent;
  };
  let record = among ? null : await journal.update(id, (current) => decide(current, null), 'now');
  if (among) record = await journal.updateAmong(id, decide);
  if (record === null) return { kind: 'skipped', message };
  return { kind: 'taken', record, tookOver };
}

/**
 * Why the windows, or the limit of rollbacks, no longer let it through; null where they do. Which runs
 * are over is not asked
 * here: a lease counts until it expires, which at worst leaves a deletion to the next plan.
 */
function usedUp(
  { policy, serversSeen }: Run,
  { agent, change }: Subject,
  { records, nowMs }: { readonly records: readonly AgentRecord[]; readonly nowMs: number },
): string | null {
  const basis = { records, policy, nowMs, runs: new Map(), serversSeen };
  if (change.kind === 'rollback' && rollbacksLeft(basis, change.agent) === 0)
    return 'the limit of rollbacks an hour is reached';
  if (!takesBudget(change)) return null;
  // By the records alone: what has come to be ended since the plan stands in them.
  const noted = records.map((one) =>
    one.name === change.agent ? withEnding(one, agent.spec, nowMs) : one,
  );
  const burst = burstOf(recordedEnds(noted), new Set([change.agent]), basis);
  if (burst.of(change.agent) !== null)
    return `it is refused since it was planned: ${burstMessage({ policy })}`;
  const budget = budgetOf(change.kind, basis);
  if (budget.holdsPlace(change.agent, serverOf(change))) return null;
  const { atMs, limit } = budget.take();
  return atMs <= nowMs
    ? null
    : `the limit is used up since it was planned: ${budgetText(limit, policy)}`;
}

export function isOurs(lease: Lease | undefined, own: Lease | undefined): boolean {
  if (lease === undefined || own === undefined) return false;
  return (
    isSameRun(runOf(lease), runOf(own)) && lease.since === own.since && lease.nonce === own.nonce
  );
}
