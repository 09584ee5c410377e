/**
 * Counts what was destroyed and what is about to be, over a rolling hour and a rolling day, and
 * decides whether the pending set may run at all.
 *
 * For each window n = done + pending. Where n exceeds what is always allowed and also the window's
 * count or its percentage of the servers last known, none of the pending set runs: a runaway is
 * refused as a whole, not after the first few. What a person has approved is not counted.
 */
import type { ApprovalDecision } from '../../../schemas/generated/approval.ts';
import { impossible } from '../failure.ts';
import type { AgentRecord } from '../world/recorded.ts';
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

const hourMs = 3_600_000;

/** `pending` are the destructive changes without an approval. */
export function judgeDestroys(pending: readonly Change[], world: World): WindowVerdict {
  const { limits } = world.policy;
  const servers = serversLastKnown(world);
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
    const done = destroyedSince(world.records, world.nowMs - window.ms);
    const count = done.length + pending.length;
    const share = (servers * window.percent) / 100;
    const isAllowed = (n: number) =>
      n <= limits.destroysAlwaysAllowedPerDay || (n <= window.max && n <= share);
    if (isAllowed(count)) continue;
    const [earliest] = done;
    const passes = isAllowed(pending.length) && earliest !== undefined;
    return {
      kind: 'refused',
      limit: window.name,
      freeAtMs: passes ? earliest + window.ms : null,
      message:
        `${pending.length} to destroy and ${done.length} destroyed within ${window.label} make ${count}: ` +
        `more than ${limits.destroysAlwaysAllowedPerDay} always allowed and more than ` +
        `${count > window.max ? `${window.max}` : `${window.percent} % of ${servers} servers`} ${window.label}`,
    };
  }
  return { kind: 'allowed' };
}

/** Changes that end a server. A retirement that only clears leftovers ends none. */
export function endsAServer(change: Change): boolean {
  switch (change.kind) {
    case 'retire':
      return change.servers.length > 0;
    case 'rollback':
    case 'replace':
      return true;
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
  if (kind !== 'retire' && kind !== 'replace' && kind !== 'rollback') return null;
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
    .filter((one) => one.approval === undefined && one.kind !== 'orphan')
    .map((one) => Date.parse(one.at))
    .filter((at) => at > sinceMs)
    .sort((a, b) => a - b);
}

function serversLastKnown(world: World): number {
  const recorded = world.records.filter(
    (record) => record.gone === undefined && record.server !== undefined,
  ).length;
  return Math.max(recorded, world.observed.servers.length);
}
