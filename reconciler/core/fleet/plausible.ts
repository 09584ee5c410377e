/**
 * Decides whether a reading is complete and plausible. A listing that lacks half of the fleet more
 * likely means a wrong token than that many losses, so nothing may be destroyed, created or
 * replaced because of it. Changes with the trait `needsWholeReading` wait for a complete reading.
 */
import type { PlanDocument } from '../../../schemas/generated/plan.ts';
import type { AgentFile, AgentId } from '../agent/agent.ts';
import type { Policy } from '../agent/policy.ts';
import {
  labelNames,
  type Observed,
  type Offers,
  type PartialReason,
  pricesAreKnown,
  type Reading,
} from './observed.ts';
import { type AgentRecord, recordId } from './recorded.ts';
import { unsaidEnd } from './server-facts.ts';

type ReadingInput = {
  readonly files: readonly AgentFile[];
  readonly records: readonly AgentRecord[];
  readonly observed: Omit<Observed, 'reading'>;
  readonly offers: Offers;
  /** ids of servers that the listing lacks and a lookup by id found */
  readonly unlisted: ReadonlySet<string>;
  /**
   * agents that were looked up instead of listing everything, sorted; null if everything was listed
   */
  readonly named: readonly AgentId[] | null;
  /** sources that could not be read completely, and records that could not be parsed */
  readonly partial: readonly PartialReason[];
  /** why Hetzner's clock is not trusted; null if it is */
  readonly clockDoubt: string | null;
  /** whether branch `status` exists */
  readonly statusExists: boolean;
  readonly policy: Policy;
};

export function readingOf(input: ReadingInput): Reading {
  const { named, partial } = input;
  const reasons = [...partial, ...missingPrices(input), ...wrongClock(input)];
  if (named === null)
    reasons.push(...missingServers(input), ...missingFiles(input), ...missingStatus(input));
  const text = (reason: PartialReason) => `${reason.source} ${reason.detail}`;
  if (reasons.length > 0)
    return { kind: 'partial', reasons: reasons.sort((a, b) => (text(a) < text(b) ? -1 : 1)) };
  return named === null ? { kind: 'complete' } : { kind: 'named', agents: named };
}

/**
 * Whether a missing file is known to have been removed: in a complete reading, and in one that is
 * partial only because of removed files, as git was read completely.
 */
export function showsRemovals(reading: Reading | PlanDocument['reading']): boolean {
  if (reading.kind === 'named') return false;
  return reading.kind === 'complete' || reading.reasons.every(({ source }) => source === 'files');
}

/** How many recorded servers that a listing lacks are looked up by id. */
export const missingLookedUpMax = 20;

function missingServers(input: ReadingInput): readonly PartialReason[] {
  const { records, observed, unlisted, policy } = input;
  const listed = new Set(observed.servers.map(({ id }) => id).filter((id) => !unlisted.has(id)));
  const isLacked = ({ server }: AgentRecord) => !listed.has(server?.id ?? '');
  const recorded = records.filter(({ gone, server }) => gone === undefined && server !== undefined);
  // A server that a run was about to end was probably ended, even if no run recorded it. If a
  // lookup found it, it still exists and the listing hides it.
  const live = recorded.filter(
    (record) => unsaidEnd(record) === null || unlisted.has(record.server?.id ?? ''),
  );
  const missing = live.filter(isLacked).length;
  const lacked = recorded.filter(isLacked).length;
  const isDoubted = isImplausible(missing, live.length, policy);
  if (!isDoubted && lacked <= missingLookedUpMax) return [];
  const which = isDoubted ? `${missing} of ${live.length}` : `${lacked}`;
  return [{ source: 'servers', detail: `${which} recorded servers are not in the listing` }];
}

function missingPrices({ offers, partial }: ReadingInput): readonly PartialReason[] {
  const isSaid = partial.some(({ source }) => source === 'prices');
  return isSaid || pricesAreKnown(offers)
    ? []
    : [{ source: 'prices', detail: 'the list of prices is empty' }];
}

/** A time that no other clock agrees with makes the reading partial. */
function wrongClock({ clockDoubt }: ReadingInput): readonly PartialReason[] {
  if (clockDoubt === null) return [];
  return [{ source: 'clock', detail: `the clocks disagree: ${clockDoubt}` }];
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
 * Doubts about git's files and records, because of which single agents must not be decided on: the
 * caller lists everything instead. Empty if there are none.
 */
export function doubtsOfGit(
  input: Pick<ReadingInput, 'files' | 'records' | 'policy'> & {
    readonly unreadable: readonly PartialReason[];
  },
): readonly PartialReason[] {
  return [...input.unreadable, ...missingFiles(input)];
}

/**
 * Our servers without branch `status` mean that the branch was lost: this is no new installation.
 */
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

/** Whether more is missing than both the policy's count and its share of what is known. */
export function isImplausible(missing: number, known: number, policy: Policy): boolean {
  const { limits } = policy;
  return missing > limits.missingCountMax && missing > (known * limits.missingPercentMax) / 100;
}
