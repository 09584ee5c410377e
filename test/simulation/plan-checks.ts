/** What must hold of a plan, and of the ends by plans, each violation a sentence. */

import { labelNames } from '../../reconciler/core/fleet/observed.ts';
import type { Plan } from '../../reconciler/core/plan/plan.ts';
import { fileAt, recordAt } from '../fakes/at-commit.ts';
import type { Deletion } from '../fakes/servers.ts';
import type { FakeWorld } from '../fakes/world.ts';
import { minuteMs } from './stage.ts';

/** Nothing is created or destroyed on an incomplete reading. */
export function planViolations({ reading, changes }: Plan): readonly string[] {
  if (reading.kind !== 'partial') return [];
  const banned = ['create', 'adopt', 'replace', 'retire', 'rollback', 'giveUp', 'destroyOrphan'];
  return changes
    .filter(({ kind }) => banned.includes(kind))
    .map(({ kind, agent }) => `${kind} of ${agent} on a ${reading.kind} reading`);
}

/** Within any hour and any day each kind ends at most as many servers as its budget has places. */
export function windowViolations(world: FakeWorld): readonly string[] {
  // The ends that the limits count are gone with the commits that recorded them.
  if (world.git.rewritten.has('status')) return [];
  const { limits } = world.policy;
  const windows = [
    { name: 'an hour', minutes: 60, max: limits.destroysPerHourCount },
    { name: 'a day', minutes: 24 * 60, max: limits.destroysPerDayCount },
  ];
  return ['retire', 'replace'].flatMap((kind) => {
    const ends = world.project.deletions
      .filter((one) => !one.server.planted && endedBy(world, one) === kind)
      .filter((one) => !wasApproved(world, one))
      .map(({ atMs }) => atMs)
      .sort((a, b) => a - b);
    return windows.flatMap(({ name, minutes, max }) =>
      ends.some((end, place) => {
        const first = ends[place - max];
        return first !== undefined && end - first <= (minutes - 10) * minuteMs;
      })
        ? [`${max + 1} servers ended by ${kind} within ${name}`]
        : [],
    );
  });
}

/** By the world's own time, whatever a clock returned: no server ends in its grace or a hold. */
export function earlyEnds({ git, policy, project }: FakeWorld): readonly string[] {
  const graceMs = policy.retire.graceHours * 60 * minuteMs;
  return project.deletions.flatMap((one) => {
    const name = one.server.labels[labelNames.agent] ?? '';
    const change = recordAt(git, one.status, name)?.lease?.change;
    const spec = fileAt(git, one.main, name)?.spec;
    if (one.server.planted || spec === undefined) return [];
    const { retired, hold } = spec;
    const early = change === 'retire' && retired !== undefined;
    return [
      ...(early && one.atMs < Date.parse(retired.at) + graceMs - 1000
        ? [`server ${one.server.id} of ${name} was ended in its grace`]
        : []),
      ...(change !== 'rollback' && hold !== undefined && one.atMs < Date.parse(hold.until) - 1000
        ? [`server ${one.server.id} of ${name} was ended under a hold`]
        : []),
    ];
  });
}

/** A rollback of a server that never ran has a limit of its own. */
function endedBy({ git }: FakeWorld, { server, status }: Deletion): string | undefined {
  const agent = server.labels[labelNames.agent] ?? '';
  return recordAt(git, status, agent)?.lease?.change;
}

/** One that was merged at most a day before, and not withdrawn by then. */
function wasApproved(world: FakeWorld, { server, atMs, main }: Deletion): boolean {
  const validMs = world.policy.approvals.validHours * 60 * minuteMs;
  const tree = world.git.commits.get(main ?? '')?.tree ?? new Map<string, string>();
  return world.forge.proposals.some(({ commit, mergedAt }) => {
    if (commit === null || mergedAt === null) return false;
    // A change that has begun is completed.
    if (atMs - Date.parse(mergedAt) > validMs + 10 * minuteMs) return false;
    const brought = world.git.commits.get(commit);
    return brought?.paths.some(
      (path) => path.startsWith('approvals/') && tree.get(path)?.includes(server.id) === true,
    );
  });
}
