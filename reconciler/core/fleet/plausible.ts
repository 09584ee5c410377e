/**
 * Decides whether a reading is whole and can be true at all. A listing that answers 200 and lacks half
 * of the fleet is more likely a wrong token than a fleet that vanished: nothing may be destroyed, made
 * or replaced because of it. Nothing else decides that: see `needsWholeReading` for what follows.
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
  /** ids of observed servers that the listing lacks, as a look by id has shown */
  readonly unlisted: ReadonlySet<string>;
  /** agents that were looked up in place of listings, sorted; null where everything was listed */
  readonly named: readonly AgentId[] | null;
  /** what could not be read whole, and records that could not be parsed */
  readonly partial: readonly PartialReason[];
  /** why Hetzner's clock is not trusted; null where it is */
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
 * Whether a file that is missing is known to have been removed: in a whole reading, and where removed
 * files are all that makes it partial, for git gave those whole. With anything else in doubt, what is
 * missing may be our own misreading.
 */
export function showsRemovals(reading: Reading | PlanDocument['reading']): boolean {
  if (reading.kind === 'named') return false;
  return reading.kind === 'complete' || reading.reasons.every(({ source }) => source === 'files');
}

/** Recorded servers that a listing lacks are looked up by their ids, up to so many. */
export const missingLookedUpMax = 20;

function missingServers(input: ReadingInput): readonly PartialReason[] {
  const { records, observed, unlisted, policy } = input;
  const listed = new Set(observed.servers.map(({ id }) => id).filter((id) => !unlisted.has(id)));
  const isLacked = ({ server }: AgentRecord) => !listed.has(server?.id ?? '');
  const recorded = records.filter(({ gone, server }) => gone === undefined && server !== undefined);
  // One that a run was about to end is gone by our own doing, whether that run lived to say so or
  // not. Where it still exists, its end was not reached, and the listing hides it.
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

/** Nothing is made or destroyed by a time that no other clock agrees with. */
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
