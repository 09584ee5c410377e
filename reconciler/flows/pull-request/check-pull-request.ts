/**
 * Checks a pull request of the agents repository: whether its files are valid, and what merging it
 * would change. Reads git alone, with the records and prices on branch `status`.
 */
import type { AgentId } from '../../core/agent/agent.ts';
import { Failure } from '../../core/failure.ts';
import type { Offers } from '../../core/fleet/observed.ts';
import { offersOf } from '../../core/fleet/price-list.ts';
import { readableRecords, recordId } from '../../core/fleet/recorded.ts';
import { effectsOf } from '../../core/pull-request/effects.ts';
import { meaningOf } from '../../core/pull-request/meaning.ts';
import {
  convergedRecords,
  type Desired,
  type Recorded,
  recordedWorld,
} from '../../core/pull-request/recorded-world.ts';
import type { PullRequestReport } from '../../core/pull-request/report.ts';
import { isoOf } from '../../core/text/time.ts';
import { fleetFileAt } from '../../ports/at-snapshot.ts';
import type { Merge } from '../../ports/desired-state.ts';
import type { ProposalSides } from '../../ports/forge.ts';
import type { Ports } from '../../ports/ports.ts';
import { type Changes, readChanges } from './changed-files.ts';
import { readDesired, withRestored } from './read-desired.ts';

type CheckPorts = Pick<Ports, 'state' | 'files' | 'journal' | 'forge' | 'clock'>;

type CheckedPullRequest =
  | {
      readonly kind: 'checked';
      readonly report: PullRequestReport;
      /** its workflow may not write */
      readonly isFromFork: boolean;
    }
  /** a closed one, or one into another branch than `main` */
  | { readonly kind: 'skipped'; readonly why: string };

export async function checkPullRequest(
  ports: CheckPorts,
  number: number,
): Promise<CheckedPullRequest> {
  const sides = await ports.forge.sidesOf(number);
  if (!sides.isOpen) return { kind: 'skipped', why: `pull request ${number} is closed` };
  if (sides.base !== 'main')
    return { kind: 'skipped', why: `pull request ${number} is into branch ${sides.base}` };
  const merge = await mergeWith(ports, number, sides);
  const report = await reportOn(ports, merge);
  return { kind: 'checked', report, isFromFork: sides.isFromFork };
}

/** GitHub merges some time after a push, or never if there is a conflict. */
const mergeWaitsMs = [1000, 2000, 4000, 8000, 16_000] as const;

async function mergeWith(
  { state, clock }: CheckPorts,
  number: number,
  { head }: ProposalSides,
): Promise<Merge> {
  for (const waitMs of [0, ...mergeWaitsMs]) {
    if (waitMs > 0) await clock.wait(waitMs);
    const merge = await state.mergeOf(number);
    if (merge?.head === head) return merge;
  }
  const why = `GitHub has made no merge of ${head.slice(0, 10)} into main: resolve the conflicts first`;
  throw new Failure('Conflict', `pull request ${number} cannot be checked: ${why}`);
}

async function reportOn(ports: CheckPorts, merge: Merge): Promise<PullRequestReport> {
  const { status, stop } = await ports.state.tips();
  const fleet = await fleetFileAt(status);
  const prices = (fleet.kind === 'valid' ? fleet.record.prices : undefined) ?? null;
  const nowMs = ports.clock.now();
  const records = (await ports.journal.read(status)).records;
  const recorded: Recorded = {
    nowMs,
    status: status?.commit ?? null,
    records: readableRecords(records),
    offers: prices === null ? noOffers : offersOf(prices),
    stop,
  };
  const changes = await readChanges(merge);
  const [base, merged] = [
    await readDesired(ports, merge.base),
    await readDesired(ports, merge.merged),
  ];
  return {
    head: merge.head,
    base: merge.base.commit,
    status: recorded.status,
    at: isoOf(nowMs),
    pricesAt: prices?.at ?? null,
    problems: changes.problems,
    unreadable: records.filter(({ kind }) => kind === 'invalid').length,
    otherInvalid: typeof merged === 'string' ? 0 : invalidBeside(merged, changes),
    decisions: changes.decisions,
    plan: await planFor({ merge, changes, recorded }, base, merged),
  };
}

const noOffers: Offers = { currency: '', backupPercent: 0, ipv4MonthlyNet: {}, list: [] };

function invalidBeside({ files }: Desired, { paths }: Changes): number {
  return files.filter(({ kind, path }) => kind === 'invalid' && !paths.has(path)).length;
}

type Basis = {
  readonly merge: Merge;
  readonly changes: Changes;
  readonly recorded: Recorded;
};

async function planFor(
  { merge, changes, recorded }: Basis,
  base: Desired | string,
  merged: Desired | string,
): Promise<PullRequestReport['plan']> {
  if (typeof merged === 'string')
    return { kind: 'none', why: `every run stops once this is merged: ${merged}` };
  if (typeof base === 'string')
    return {
      kind: 'none',
      why: `there is nothing to compare with, because main stops every run: ${base}`,
    };
  const records = convergedRecords(base, recorded);
  const left = new Set<AgentId>(
    records.filter(({ gone }) => gone === undefined).map((record) => recordId(record)),
  );
  const files = { before: base.files, after: merged.files };
  const restored = await withRestored(merge, files, { left, nowMs: recorded.nowMs });
  const known = { ...recorded, records };
  const removed = changes.agents.filter(({ after }) => after === null);
  const merging = { graceHours: merged.policy.retire.graceHours, alone: removed.length === 1 };
  const byName = new Map(recorded.records.map((record) => [record.name, record]));
  const meanings = changes.agents.map(
    (file) => [file.agent, meaningOf(file, byName.get(file.agent) ?? null, merging)] as const,
  );
  return {
    kind: 'made',
    effects: effectsOf(
      recordedWorld(base, known),
      recordedWorld({ ...merged, files: restored }, known),
    ),
    meanings: new Map(meanings),
    policy: merged.policy,
  };
}
