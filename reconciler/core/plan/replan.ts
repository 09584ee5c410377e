/**
 * Compares the changes of a part of a plan with what a fresh look at its agents asks for, because a
 * job may apply its part long after the plan was made. Only what is still asked for is kept, and
 * nothing is added to it.
 *
 * | the fresh look                                      | the planned change                  |
 * |-----------------------------------------------------|-------------------------------------|
 * | asks for the same: kind, basis, ids and choice      | is kept                             |
 * | goes on with what an earlier attempt of the job left | is kept as the fresh look has it   |
 * | asks for another change, or for none                | is skipped with the difference      |
 * | could not read the agent, or it is an orphan        | is kept: each step checks it anyway |
 *
 * Limits are not applied again: the plan applied them to the whole fleet, of which a part knows
 * nothing, and the lease of each change judges them on all records.
 */
import { parseAgentId } from '../agent/agent.ts';
import { canonicalJson, digest } from '../agent/digest.ts';
import { isLaterAttempt, type RunRef, runOf } from '../fleet/run.ts';
import type { Change } from '../fleet/situation.ts';
import { lookedAt, type World } from '../fleet/world.ts';
import { diff } from './diff.ts';
import type { Plan } from './plan.ts';

type Replanned = {
  /** with the changes that are still asked for */
  readonly plan: Plan;
  readonly differing: readonly { readonly change: Change; readonly message: string }[];
};

/** @param run the run that is to apply them */
export function replan(plan: Plan, world: World, run: RunRef): Replanned {
  const fresh = diff(world);
  const changes = new Map(fresh.changes.map((change) => [change.agent, change]));
  const idle = new Map(fresh.idle.map(({ agent, message }) => [agent, message]));
  const isRead = lookedAt(world);
  const kept: Change[] = [];
  const differing: Replanned['differing'][number][] = [];
  for (const change of plan.changes) {
    const now = changes.get(change.agent);
    if (change.kind === 'destroyOrphan' || !isRead(parseAgentId(change.agent))) kept.push(change);
    else if (now === undefined) {
      const why = idle.get(change.agent) ?? 'nothing is to be done';
      differing.push({ change, message: `it is planned differently now: ${why}` });
    } else if (changeHash(now) === changeHash(change)) kept.push(change);
    else if (continues(now, change, { world, run })) kept.push(approvedAs(now, change));
    else {
      const message = `it is planned differently now: ${difference(change, now)}`;
      differing.push({ change, message });
    }
  }
  return { plan: { ...plan, changes: kept }, differing };
}

/**
 * Reasons, prices and approvals say nothing about what is done; devices are listed for the whole
 * fleet only, and each is looked at before it is removed.
 */
const unhashed: ReadonlySet<string> = new Set([
  'because',
  'since',
  'monthlyCost',
  'approval',
  'device',
  'devices',
  'oldDevice',
]);

/** 32 hex over what a change does, and to what: kind, basis, ids and choice. */
function changeHash(change: Change): string {
  return digest(Object.fromEntries(factsOf(change)), 32);
}

function factsOf(change: Change): readonly (readonly [string, unknown])[] {
  return Object.entries(change).filter(([name]) => !unhashed.has(name));
}

/**
 * Whether an earlier attempt of this run began the planned change: what it left is what its plan
 * asked for, so a job that is run again goes on with it.
 */
function continues(
  now: Change,
  planned: Change,
  { world, run }: { readonly world: World; readonly run: RunRef },
): boolean {
  const isSame = now.kind === planned.kind || (planned.kind === 'create' && now.kind === 'resume');
  if (!isSame || now.basis.file !== planned.basis.file) return false;
  const record = world.records.find(({ name }) => name === planned.agent);
  const last = record?.lease ?? record?.attempts.at(-1);
  return last?.change === planned.kind && isLaterAttempt(run, runOf(last));
}

/** The fresh look does not read approvals; the lease asks the Forge for the planned one again. */
function approvedAs(now: Change, planned: Change): Change {
  if (!('approval' in planned) || planned.approval === undefined) return now;
  const { approval } = planned;
  switch (now.kind) {
    case 'retire':
    case 'replace':
    case 'rollback':
      return { ...now, approval };
    default:
      return now;
  }
}

function difference(planned: Change, now: Change): string {
  if (now.kind !== planned.kind) return `${now.kind} instead of ${planned.kind}`;
  const before = new Map(factsOf(planned).map(([name, value]) => [name, canonicalJson(value)]));
  const others = factsOf(now)
    .filter(([name, value]) => before.get(name) !== canonicalJson(value))
    .map(([name]) => (name === 'basis' ? 'file or record' : name));
  return `${now.kind} with another ${others.join(', ')}`;
}
