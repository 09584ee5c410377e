/**
 * Takes the lease on an agent: a commit to its record, made before the first effect and only on the
 * record that the change was planned on. It names the run and the nonce by which an unrecorded
 * server is found.
 *
 * The same commit counts a create or a destructive change against the limits, judged on all records
 * of the commit that it is based on: of two runs the later one sees the leases of the earlier one.
 */
import type { Agent, AgentId } from '../../../core/agent/agent.ts';
import { diedWithSeveral } from '../../../core/fleet/attempt.ts';
import { isChangeThat } from '../../../core/fleet/change-kinds.ts';
import { withEnding, withoutOtherEnding } from '../../../core/fleet/ending.ts';
import { crashed, leased } from '../../../core/fleet/progress.ts';
import {
  type AgentRecord,
  effectHash,
  type Lease,
  newRecord,
} from '../../../core/fleet/recorded.ts';
import { isSameRun, type RunRef, runOf, writtenRun } from '../../../core/fleet/run.ts';
import { burstOf, recordedEnds } from '../../../core/plan/burst.ts';
import { createRefusal } from '../../../core/plan/create-limits.ts';
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

/** How a change begins: the nonce of its lease, and the record to write with it. */
export type Begin = {
  nonce(record: AgentRecord | null): string;
  prepare(record: AgentRecord): AgentRecord;
};

/** For the recorded server, or the one of an earlier lease. */
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
  /** the dead run that held the lease; null where there was none */
  readonly dead: RunRef | null;
};
type NotTaken = { readonly kind: 'skipped'; readonly message: string };

/** Skips where the record changed, the approval is no longer valid, or a limit is used up. */
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
  let among = isLimited(change);
  let dead: RunRef | null = null;
  let message = '';
  let sent: AgentRecord | null = null;
  const decide = (
    current: AgentRecord | null,
    records: readonly AgentRecord[] | null,
  ): AgentRecord | null => {
    // The push succeeded but its answer was lost: this is our own lease.
    if (current !== null && sent !== null && isOurs(current.lease, sent.lease)) return current;
    message = 'its record has changed since it was planned';
    if (effectHash(current) !== change.basis.record) return null;
    dead = current?.lease === undefined ? null : runOf(current.lease);
    // Whether that run died with other agents too is in their records.
    among ||= dead !== null;
    if (among && records === null) return null;
    message = usedUp(run, { id, agent, change }, { records: records ?? [], nowMs }) ?? '';
    if (message !== '') return null;
    const approval = 'approval' in change && change.approval !== undefined ? change.approval : null;
    const own = {
      ...writtenRun(run.ref),
      change: change.kind,
      ...(run.plan === null ? {} : { plan: run.plan }),
      nonce: begin.nonce(current),
      ...(approval === null ? {} : { approval }),
    };
    // The plan found that run ended: all leases of it are dead.
    const shared = dead !== null && diedWithSeveral(dead, records ?? []);
    const ended = crashed(current ?? newRecord(id, subscription, customer), shared);
    // Destructions of one run count in the next one too, approved or not.
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
  return { kind: 'taken', record, dead };
}

/** Whether a limit counts the change, so that its lease needs all records. */
function isLimited(change: AgentChange): boolean {
  return takesBudget(change) || change.kind === 'rollback' || isChangeThat(change, 'makes');
}

/**
 * Why a limit no longer allows the change; null where all do. Whether runs have ended is not asked:
 * a lease counts until it expires, which at worst defers a deletion to the next plan.
 */
function usedUp(
  { policy, serversSeen, monthlyUnrecorded, ref }: Run,
  { agent, change }: Subject,
  { records, nowMs }: { readonly records: readonly AgentRecord[]; readonly nowMs: number },
): string | null {
  const basis = { records, policy, nowMs, runs: new Map(), serversSeen };
  if (change.kind === 'rollback' && rollbacksLeft(basis, change.agent) === 0)
    return 'the limit of rollbacks per hour is reached';
  if (isChangeThat(change, 'makes')) {
    const refusal = createRefusal(change, { ...basis, run: ref, monthlyUnrecorded });
    if (refusal !== null) return `a limit no longer allows it: ${refusal}`;
  }
  if (!takesBudget(change)) return null;
  // From the records alone: they contain what was destroyed since the plan.
  const noted = records.map((one) =>
    one.name === change.agent ? withEnding(one, agent.spec, nowMs) : one,
  );
  const burst = burstOf(recordedEnds(noted), new Set([change.agent]), basis);
  if (burst.of(change.agent) !== null)
    return `a limit refuses it since it was planned: ${burstMessage({ policy })}`;
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
