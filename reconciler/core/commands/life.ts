/**
 * Tells the life of one agent from git alone: what was decided about its file on `main`, the work
 * of each lease on `status`, and what was recorded beside it. The oldest entry is the first.
 *
 * Commits of one lease are one entry, at the time of its first commit. A commit that changes only
 * what the program reads is none.
 */

import { type AgentId, agentPath } from '../agent/agent.ts';
import { parseAgentFile } from '../agent/agent-file.ts';
import { isKindThat } from '../fleet/change-kinds.ts';
import { parseRecordFile } from '../fleet/record-file.ts';
import type { AgentRecord, Attempt, Lease, Step } from '../fleet/recorded.ts';
import { timeMs } from '../text/time.ts';
import { type Cause, causeOf } from './commit-body.ts';
import { type Difference, fileDifferences, joined, recordDifferences } from './differences.ts';
import type { FileVersion, LogEntry } from './history.ts';

type Shown = {
  readonly commit: string;
  /** the commit's time, RFC 3339 */
  readonly at: string;
  readonly differences: readonly Difference[];
};
export type DecisionEntry = Shown &
  Cause & { readonly kind: 'decision'; readonly author: string; readonly subject: string };
export type WorkEntry = Shown & {
  readonly kind: 'work';
  readonly change: Attempt['change'];
  readonly run: string;
  readonly runAttempt: number;
  /** of the plan that was applied; null where none is recorded */
  readonly plan: string | null;
  readonly revision: number | null;
  /** `unfinished`: the lease has no result yet, or lost it */
  readonly outcome: Attempt['outcome'] | 'unfinished';
  readonly ended: string | null;
  /** `seconds` is null for a step without an end */
  readonly steps: readonly { step: Step; at: string; seconds: number | null }[];
  readonly reason: string | null;
  readonly message: string | null;
};
export type RecordEntry = Shown & { readonly kind: 'record' };
export type LifeEntry = DecisionEntry | WorkEntry | RecordEntry;

/** Takes the versions of both branches one after the other, oldest first. */
export function createLife(id: AgentId): {
  file(version: FileVersion): void;
  record(version: FileVersion): void;
  entries(): readonly LifeEntry[];
} {
  const decisions: DecisionEntry[] = [];
  let file: ReturnType<typeof fileOf> = null;
  const records = createRecordReader(id);
  return {
    file({ commit, text }) {
      const next = fileOf(id, text);
      const differences = fileDifferences(file, next);
      // The next readable version is compared with the last readable one.
      if (next?.kind !== 'invalid') file = next;
      const { author, subject } = commit;
      decisions.push({
        kind: 'decision',
        ...shown(commit, differences),
        ...causeOf(commit),
        author,
        subject,
      });
    },
    record: records.take,
    entries: () => inOrder(decisions, records.entries()),
  };
}

function fileOf(id: AgentId, text: string | null) {
  if (text === null) return null;
  return parseAgentFile({ path: agentPath(id), oid: '', text });
}

const shown = ({ commit, at }: LogEntry, differences: readonly Difference[]): Shown => ({
  commit,
  at,
  differences,
});

/**
 * Each branch keeps its order. Of two entries of one time the decision is the first, but for the
 * removal of a file by finalize, which follows the record.
 */
function inOrder(
  decisions: readonly DecisionEntry[],
  done: readonly LifeEntry[],
): readonly LifeEntry[] {
  const entries: LifeEntry[] = [];
  let next = 0;
  for (const decision of decisions) {
    const isFirst = (one: LifeEntry) => {
      const ms = timeMs(one.at) - timeMs(decision.at);
      return ms < 0 || (ms === 0 && decision.cause === 'finalized');
    };
    for (let one = done[next]; one !== undefined && isFirst(one); one = done[next]) {
      entries.push(one);
      next += 1;
    }
    entries.push(decision);
  }
  return [...entries, ...done.slice(next)];
}

/** A lease that is not released yet, and its entry so far. */
type Open = {
  readonly lease: Lease;
  readonly place: number;
  readonly steps: Map<Step, string>;
  entry: WorkEntry;
};

function createRecordReader(id: AgentId) {
  const entries: LifeEntry[] = [];
  let before: AgentRecord | null = null;
  let open: Open | null = null;

  function begin(commit: LogEntry, lease: Lease, revision: number | null): Open {
    const { change, run, runAttempt, plan = null } = lease;
    const entry: WorkEntry = {
      kind: 'work',
      ...shown(commit, []),
      ...{ change, run, runAttempt, plan, revision, steps: [] },
      ...{ outcome: 'unfinished', ended: null, reason: null, message: null },
    };
    return { lease, place: entries.push(entry) - 1, steps: new Map(), entry };
  }

  function continued(work: Open, differences: readonly Difference[], result?: Attempt): void {
    const entry = result === undefined ? work.entry : withResult(work.entry, result);
    const steps = stepsOf(work.steps, entry.ended);
    work.entry = { ...entry, steps, differences: joined(entry.differences, differences) };
    entries[work.place] = work.entry;
  }

  function take(commit: LogEntry, after: AgentRecord | null): void {
    const lease = after?.lease;
    let attempts = newAttempts(before, after);
    let differences = recordDifferences(before, after);
    if (open !== null && !isSameLease(open.lease, lease)) {
      const own = open.lease;
      const result = attempts.find((attempt) => isOf(attempt, own));
      attempts = attempts.filter((attempt) => attempt !== result);
      // Where another run takes the lease over in the same commit, the rest is of that run.
      if (lease === undefined) addSteps(open, after, own);
      continued(open, lease === undefined ? differences : [], result);
      if (lease === undefined) differences = [];
      open = null;
    }
    for (const attempt of attempts) {
      const isLast = lease === undefined && attempt === attempts.at(-1);
      entries.push(fromAttempt(commit, attempt, isLast ? differences : []));
      if (isLast) differences = [];
    }
    if (lease !== undefined) {
      open ??= begin(commit, lease, after?.chosen?.revision ?? null);
      addSteps(open, after, lease);
      continued(open, differences);
    } else if (differences.length > 0) {
      entries.push({ kind: 'record', ...shown(commit, differences) });
    }
    before = after;
  }

  return {
    take({ commit, text }: FileVersion): void {
      const read = text === null ? null : parseRecordFile({ path: agentPath(id), text });
      if (read?.kind !== 'invalid') {
        take(commit, read?.record ?? null);
        return;
      }
      // The next readable version is compared with the last readable one.
      const differences = [{ field: 'record', from: null, to: `invalid: ${read.why}` }];
      entries.push({ kind: 'record', ...shown(commit, differences) });
    },
    entries: (): readonly LifeEntry[] => entries,
  };
}

function isSameLease(a: Lease, b: Lease | undefined): boolean {
  return a.run === b?.run && a.runAttempt === b.runAttempt && a.since === b.since;
}

function isOf(attempt: Attempt, lease: Lease): boolean {
  const { run, runAttempt, change } = attempt;
  return run === lease.run && runAttempt === lease.runAttempt && change === lease.change;
}

/** Those that the former record lacks: old ones are dropped from its front. */
function newAttempts(before: AgentRecord | null, after: AgentRecord | null): readonly Attempt[] {
  const keyOf = ({ run, runAttempt, change, ended }: Attempt) =>
    [run, runAttempt, change, ended].join(' ');
  const known = new Set((before?.attempts ?? []).map(keyOf));
  return (after?.attempts ?? []).filter((attempt) => !known.has(keyOf(attempt)));
}

function withResult(entry: WorkEntry, attempt: Attempt): WorkEntry {
  const { outcome, ended, revision, reason = null, message = null } = attempt;
  return { ...entry, outcome, ended, revision, reason, message };
}

/** An attempt whose lease was written in the same commit as its result. */
function fromAttempt(
  commit: LogEntry,
  attempt: Attempt,
  differences: readonly Difference[],
): WorkEntry {
  const { change, run, runAttempt, revision, step, started } = attempt;
  const { outcome, ended, reason = null, message = null } = attempt;
  const steps = stepsOf(new Map([[step, started]]), ended);
  const about = { change, run, runAttempt, plan: null, revision, steps };
  return { kind: 'work', ...shown(commit, differences), ...about, outcome, ended, reason, message };
}

/** A create's steps are all in its record; of other changes, those that a commit has shown. */
function addSteps({ steps, lease: own }: Open, record: AgentRecord | null, lease: Lease): void {
  if (isKindThat(own.change, 'bringsUp'))
    for (const { step, at } of record?.timings ?? [])
      if (step !== 'done' && timeMs(at) >= timeMs(own.since)) steps.set(step, at);
  if (!steps.has(lease.step)) steps.set(lease.step, lease.stepSince ?? lease.since);
}

function stepsOf(steps: ReadonlyMap<Step, string>, ended: string | null): WorkEntry['steps'] {
  // Steps of one moment keep the order in which they were entered.
  const sorted = [...steps].sort(([, a], [, b]) => timeMs(a) - timeMs(b));
  return sorted.map(([step, at], place) => {
    const end = sorted[place + 1]?.[1] ?? ended;
    return { step, at, seconds: end === null ? null : (timeMs(end) - timeMs(at)) / 1000 };
  });
}
