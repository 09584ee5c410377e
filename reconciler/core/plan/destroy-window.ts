/**
 * Counts what was destroyed, what other runs are destroying and what is about to be, over a rolling
 * hour and a rolling day, and decides whether the pending set may run at all.
 *
 * For each window n = done + under way + pending, each server once. Where n exceeds what is always
 * allowed and also the window's count or its percentage of the servers last known, none of the
 * pending set runs: a runaway is refused as a whole, not after the first few. What a person has
 * approved is not counted. The plan judges by it, and each claim once more on the newest records.
 */
import type { ApprovalDecision } from '../../../schemas/generated/approval.ts';
import { impossible } from '../failure.ts';
import { timeMs } from '../time.ts';
import { type AgentRecord, claimIsLiveIn } from '../world/recorded.ts';
import { unsaidEndMs } from '../world/server-facts.ts';
import type { Change } from '../world/situation.ts';
import type { GrantedApproval, World } from '../world/world.ts';

type ApprovalEntry = ApprovalDecision['entries'][number];
export type WindowName = 'destroysPerHour' | 'destroysPerDay';
export type WindowVerdict =
  | { readonly kind: 'allowed' }
  | {
      readonly kind: 'refused';
      readonly limit: WindowName;
      readonly message: string;
      /** when the window lets them through; null where only an approval does, or a smaller set */
      readonly freeAtMs: number | null;
    };

/** What the counting needs to know. */
export type DestroyBasis = Pick<World, 'records' | 'policy' | 'nowMs' | 'runs'> & {
  /** servers of the fleet in the listing that was planned on */
  readonly serversSeen: number;
  /** when that plan was made */
  readonly plannedMs: number;
};

const hourMs = 3_600_000;

/** `pending` are the destructive changes without an approval, of which some may be done by now. */
export function judgeDestroys(pending: readonly Change[], basis: DestroyBasis): WindowVerdict {
  const { limits } = basis.policy;
  const servers = serversLastKnown(basis);
  const left = pendingStill(pending, basis);
  const windows = [
    {
      name: 'destroysPerHour',
      label: 'an hour',
      ms: hourMs,
      max: limits.destroysPerHourMax,
      percent: limits.destroysPerHourPercentMax,
    },
    {
      name: 'destroysPerDay',
      label: 'a day',
      ms: 24 * hourMs,
      max: limits.destroysPerDayMax,
      percent: limits.destroysPerDayPercentMax,
    },
  ] as const;
  for (const window of windows) {
    const done = destroyedSince(basis.records, basis.nowMs - window.ms);
    const underWay = beingDestroyed(left, basis, basis.nowMs - window.ms);
    const count = done.length + underWay.length + left.length;
    const share = (servers * window.percent) / 100;
    const isAllowed = (n: number) =>
      n <= limits.destroysAlwaysAllowedPerDay || (n <= window.max && n <= share);
    if (isAllowed(count)) continue;
    const [earliest] = [...done, ...underWay].sort((a, b) => a - b);
    const passes = isAllowed(left.length) && earliest !== undefined;
    const others =
      underWay.length === 0 ? '' : `, ${underWay.length} being destroyed by other runs`;
    return {
      kind: 'refused',
      limit: window.name,
      freeAtMs: passes ? Math.max(earliest + window.ms, basis.nowMs) : null,
      message:
        `${left.length} to destroy${others} and ${done.length} destroyed within ${window.label} ` +
        `make ${count}: ` +
        `more than ${limits.destroysAlwaysAllowedPerDay} always allowed and more than ` +
        `${count > window.max ? `${window.max}` : `${window.percent} % of ${servers} servers`} ${window.label}`,
    };
  }
  return { kind: 'allowed' };
}

/** Those that the windows count: they end a server, and no person has approved of it. */
export function countsAgainstWindows(change: Change): boolean {
  return endsAServer(change) && !('approval' in change && change.approval !== undefined);
}

/**
 * Changes that end a server that ran. A retirement that only clears leftovers ends none, and what is
 * rolled back never ran: that has a limit of its own (core/plan/rollbacks).
 */
export function endsAServer(change: Change): boolean {
  switch (change.kind) {
    case 'retire':
      return change.servers.length > 0;
    case 'replace':
      return true;
    case 'rollback':
      return false;
    case 'destroyOrphan':
      // A reviewed decision to destroy is its own approval.
      return false;
    case 'create':
    case 'resume':
    case 'adopt':
    case 'power':
    case 'resize':
    case 'repair':
    case 'configure':
    case 'giveUp':
      return false;
    default:
      return impossible(change);
  }
}

/** The approval that lists exactly this change and has not been used for it; null without one. */
export function approvalFor(
  change: Change,
  approvals: readonly GrantedApproval[],
  records: readonly AgentRecord[],
): string | null {
  const wanted = approvalEntryOf(change);
  if (wanted === null) return null;
  for (const { path, approval } of approvals) {
    const listed = approval.entries.some(
      (entry) =>
        entry.agent === wanted.agent &&
        entry.server === wanted.server &&
        entry.change === wanted.change &&
        entry.file === wanted.file,
    );
    if (listed && !isUsed(path, wanted, records)) return path;
  }
  return null;
}

/** What a permission for a change says; null for one that needs none. */
export function approvalEntryOf(change: Change): ApprovalEntry | null {
  const { agent, basis, kind } = change;
  if (kind !== 'retire' && kind !== 'replace') return null;
  return { agent, server: serverOf(change), file: basis.file, change: kind };
}

/** Its server was destroyed under this approval. */
export function isUsed(
  path: string,
  { agent, server }: Pick<ApprovalEntry, 'agent' | 'server'>,
  records: readonly AgentRecord[],
): boolean {
  return records.some(
    (record) =>
      record.name === agent &&
      record.destroyed.some((one) => one.approval === path && one.server === server),
  );
}

/** Hetzner's id of the server that a destructive change would end; empty where it has none. */
export function serverOf(change: Change): string {
  if (change.kind === 'retire') return change.servers[0] ?? '';
  return 'server' in change ? change.server : '';
}

/** Times of unapproved destructions since then, ms, sorted. */
function destroyedSince(records: readonly AgentRecord[], sinceMs: number): readonly number[] {
  return records
    .flatMap((record) => record.destroyed)
    .filter((one) => one.approval === undefined && !uncounted.has(one.kind))
    .map((one) => timeMs(one.at))
    .filter((at) => at > sinceMs)
    .sort((a, b) => a - b);
}

/**
 * A plan that is carried out has done some of it: those are counted as done, not as pending. What was
 * said to be gone before it was made was not, and is ended by it.
 */
function pendingStill(
  pending: readonly Change[],
  { records, plannedMs }: DestroyBasis,
): readonly Change[] {
  const since = records.flatMap(({ destroyed }) =>
    destroyed.filter(({ at }) => timeMs(at) >= plannedMs),
  );
  const ended = new Set(since.map(({ server }) => server));
  return pending.filter((change) => !ended.has(serverOf(change)));
}

/**
 * Since when, ms, a server is being ended, or may have been, that nobody has said to be gone yet: a
 * dead run, or one that failed at it, may have ended the server and not come to say so.
 */
function beingDestroyed(
  pending: readonly Change[],
  basis: DestroyBasis,
  sinceMs: number,
): readonly number[] {
  const pendingOf = new Map(pending.map((change) => [change.agent, serverOf(change)]));
  return basis.records.flatMap((record) => {
    const ended = pendingOf.get(record.name);
    // An earlier server of the agent counts beside the one that is to be ended now.
    if (ended !== undefined && (record.server?.id ?? ended) === ended) return [];
    const claimed = claimedEnd(record, basis);
    if (claimed?.isLive) return [claimed.ms];
    const ms = claimed?.ms ?? unsaidEndMs(record);
    return ms !== null && ms > sinceMs ? [ms] : [];
  });
}

/** The claim of a run that ends the server, and when it was last seen at it, ms; null where there is none. */
function claimedEnd({ claim, server }: AgentRecord, { runs, nowMs }: DestroyBasis) {
  if (claim === undefined || !destructive.has(claim.change) || claim.approval !== undefined)
    return null;
  const isLive = claimIsLiveIn({ nowMs, runs }, claim);
  // Which server it is about may be written down only after the claim.
  const isUnsaid = server !== undefined || (isLive && claim.step === 'claim');
  return isUnsaid ? { isLive, ms: timeMs(claim.stepSince ?? claim.since) } : null;
}

const destructive: ReadonlySet<string> = new Set(['retire', 'replace']);
const uncounted: ReadonlySet<string> = new Set(['orphan', 'rollback']);

function serversLastKnown({ records, serversSeen }: DestroyBasis): number {
  const recorded = records.filter(
    (record) => record.gone === undefined && record.server !== undefined,
  ).length;
  return Math.max(recorded, serversSeen);
}
