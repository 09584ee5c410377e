/**
 * Decides whether a reading can be true at all. A listing that answers 200 and lacks half of the
 * fleet is more likely a wrong token than a fleet that vanished: nothing may be destroyed, made or
 * replaced because of it.
 */
import type { PlanDocument } from '../../../schemas/generated/plan.ts';
import type { AgentFile } from '../agent/agent.ts';
import type { Policy } from '../agent/policy.ts';
import { labelNames, type Observed, type PartialReason, type Reading } from './observed.ts';
import { type AgentRecord, recordId } from './recorded.ts';
import { unsaidEnd } from './server-facts.ts';

type ReadingInput = {
  readonly files: readonly AgentFile[];
  readonly records: readonly AgentRecord[];
  readonly observed: Omit<Observed, 'reading'>;
  /** ids of recorded servers that the listing lacks and that are there, as a look by id has shown */
  readonly unlisted?: ReadonlySet<string>;
  /** what the adapters could not read whole, and records that could not be parsed */
  readonly partial: readonly PartialReason[];
  /** whether branch `status` exists */
  readonly statusExists: boolean;
  readonly policy: Policy;
};

export function readingOf(input: ReadingInput): Reading {
  const reasons = [
    ...input.partial,
    ...missingServers(input),
    ...missingFiles(input),
    ...missingStatus(input),
  ];
  if (reasons.length === 0) return { kind: 'complete' };
  const text = (reason: PartialReason) => `${reason.source} ${reason.detail}`;
  return { kind: 'partial', reasons: reasons.sort((a, b) => (text(a) < text(b) ? -1 : 1)) };
}

/**
 * Whether a file that is missing is known to have been removed: in a whole reading, and where removed
 * files are all that makes it partial, for git gave those whole. With anything else in doubt, what is
 * missing may be our own misreading.
 */
export function showsRemovals(reading: Reading | PlanDocument['reading']): boolean {
  if (reading.kind === 'named') return false;
  return reading.kind === 'complete' || reading.reasons.every(({ source }) => source === 'files');
}

function missingServers(input: ReadingInput): readonly PartialReason[] {
  const { records, observed, unlisted, policy } = input;
  const seen = new Set(observed.servers.map((server) => server.id));
  // One that a run was about to end is gone by our own doing, whether that run lived to say so or
  // not. Where it is there all the same, its end was not reached, and the listing hides it.
  const live = records.filter(
    (record) =>
      record.gone === undefined &&
      record.server !== undefined &&
      (unsaidEnd(record) === null || unlisted?.has(record.server.id) === true),
  );
  const missing = live.filter((record) => !seen.has(record.server?.id ?? ''));
  if (!isImplausible(missing.length, live.length, policy)) return [];
  return [
    {
      source: 'servers',
      detail: `${missing.length} of ${live.length} recorded servers are not in the listing`,
    },
  ];
}

function missingFiles({
  records,
  files,
  policy,
}: Pick<ReadingInput, 'records' | 'files' | 'policy'>): readonly PartialReason[] {
  const filed = new Set(files.map((file) => file.id));
  const live = records.filter((record) => record.gone === undefined);
  const missing = live.filter((record) => !filed.has(recordId(record)));
  if (!isImplausible(missing.length, live.length, policy)) return [];
  return [
    {
      source: 'files',
      detail: `${missing.length} of ${live.length} recorded agents have no file: a mass removal`,
    },
  ];
}

/**
 * Why what git says cannot be decided on agent by agent, whatever is seen of each: then everything is
 * listed, and that reading says it. Empty where nothing is in doubt.
 */
export function doubtsOfGit(
  input: Pick<ReadingInput, 'files' | 'records' | 'policy'> & {
    readonly unreadable: readonly PartialReason[];
  },
): readonly PartialReason[] {
  return [...input.unreadable, ...missingFiles(input)];
}

/** Servers of ours and not one record: the branch was lost or rewound, it is not a new installation. */
function missingStatus({ statusExists, observed, policy }: ReadingInput): readonly PartialReason[] {
  const ours = observed.servers.filter(
    (server) => server.labels[labelNames.fleet] === policy.fleet,
  );
  if (statusExists || ours.length === 0) return [];
  return [
    {
      source: 'status',
      detail: `branch status is missing while ${ours.length} servers carry our labels`,
    },
  ];
}

/** More than is always allowed to go, and more than a share of what is known. */
export function isImplausible(missing: number, known: number, policy: Policy): boolean {
  const { limits } = policy;
  return missing > limits.missingCountMax && missing > (known * limits.missingPercentMax) / 100;
}
