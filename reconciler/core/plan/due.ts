/**
 * Computes from files and records when runs become due by time alone, so that a caller that waits
 * for these times needs no listing of the fleet.
 *
 * An announced end of access is not included: the service reads Stripe again at that time and
 * writes a commit. Nor is a full window of creates: the next scheduled run finds it open.
 */
import { accessEndMs } from '../agent/access-times.ts';
import { type AgentFile, shouldRun } from '../agent/agent.ts';
import { heldUntilMs } from '../agent/hold.ts';
import type { Policy } from '../agent/policy.ts';
import { attemptState, openBreakers, retryOf } from '../fleet/attempt.ts';
import { isKindThat } from '../fleet/change-kinds.ts';
import { graceEndMs } from '../fleet/ending.ts';
import { crashed } from '../fleet/progress.ts';
import { type AgentRecord, recordId } from '../fleet/recorded.ts';
import type { Idle } from '../fleet/situation.ts';
import { timeMs } from '../text/time.ts';
import { breakerMoments } from './breaker-limit.ts';
import { wantedEnds } from './burst.ts';
import { budgetOf } from './destroy-budget.ts';

export type DueInput = {
  readonly files: readonly AgentFile[];
  readonly records: readonly AgentRecord[];
  readonly policy: Policy;
  /** only moments after this one are returned */
  readonly sinceMs: number;
};

/** ms, sorted, each once. */
export function dueMoments({ files, records, policy, sinceMs }: DueInput): readonly number[] {
  const known = new Map(records.map((record) => [recordId(record), record]));
  const moments = new Set(openBreakers(records, policy, sinceMs).flatMap(breakerMoments));
  for (const ms of turns({ files, records, policy, sinceMs })) moments.add(ms);
  for (const file of files) {
    if (file.kind !== 'valid') continue;
    const { spec } = file.agent;
    const record = known.get(file.id) ?? null;
    const heldMs = heldUntilMs(spec, policy, sinceMs);
    if (heldMs !== null) moments.add(heldMs);
    if (spec.retired !== undefined && record?.gone === undefined)
      moments.add(graceEndMs(spec, record, { policy, nowMs: sinceMs }));
    // The state of a lease's run is unknown here; if the run is over, the next try is due then.
    const ended = record === null ? null : crashed(record, false);
    const last = ended?.attempts.at(-1);
    if (last === undefined) continue;
    const tries = attemptState(ended, spec.revision, { policy, nowMs: sinceMs, run: null });
    if (tries.kind === 'waiting' && shouldRun(file.agent)) moments.add(tries.dueMs);
    const again = isKindThat(last.change, 'countsAsAttempt')
      ? null
      : retryOf(record, last.change, policy);
    if (again !== null) moments.add(again.dueMs);
  }
  return [...moments].filter((ms) => ms > sinceMs).sort((a, b) => a - b);
}

/** The earliest of: times that agents wait for, announced ends of access, and `moments`. */
export function nextDue({ idle, files, moments, nowMs }: NextDueInput): string | null {
  const waits = idle.map(({ until }) => (until === undefined ? null : timeMs(until)));
  let first = Number.POSITIVE_INFINITY;
  for (const ms of [...waits, ...files.map(accessEndMs), ...moments])
    if (ms !== null && ms > nowMs && ms < first) first = ms;
  return Number.isFinite(first) ? new Date(first).toISOString() : null;
}

type NextDueInput = {
  readonly idle: readonly Idle[];
  readonly files: readonly AgentFile[];
  readonly moments: readonly number[];
  readonly nowMs: number;
};

/** For each kind with requested ends: when the next server may be ended, ms. */
function turns({ files, records, policy, sinceMs }: DueInput): readonly number[] {
  const basis = { records, policy, nowMs: sinceMs, runs: new Map(), serversSeen: 0 };
  const wanted = wantedEnds({ files, records, nowMs: sinceMs });
  return (['retire', 'replace'] as const)
    .filter((kind) => wanted.some(({ change }) => change === kind))
    .map((kind) => budgetOf(kind, basis).take().atMs)
    .filter(Number.isFinite);
}
