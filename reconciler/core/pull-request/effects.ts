/**
 * What a pull request changes: the plan of the files as merging leaves them, compared with the plan of
 * the base, agent by agent. A decision that both plans make is no effect of the pull request.
 *
 * A retirement has a grace: the plan of the merged files is made a second time for the end of the last
 * grace, and shows the ends that follow.
 */
import { canonicalJson } from '../agent/digest.ts';
import { followsMoney } from '../agent/tombstone.ts';
import { impossible } from '../failure.ts';
import { endedServers, isChangeThat } from '../fleet/change-kinds.ts';
import { graceEndMs, withEnding } from '../fleet/ending.ts';
import { pricedServers } from '../fleet/priced.ts';
import type { Change, Idle } from '../fleet/situation.ts';
import { compareText, type World } from '../fleet/world.ts';
import { type Plan, planOf } from '../plan/plan.ts';
import { cents, fleetMonthlyCost, monthlyCost } from '../stack/cost.ts';

/** What a plan decides about one agent. */
type Outcome =
  | { readonly kind: 'change'; readonly change: Change; readonly after: string | null }
  | {
      readonly kind: 'deferred' | 'refused';
      readonly change: Change;
      readonly limit: string;
      readonly message: string;
    }
  | { readonly kind: 'idle'; readonly idle: Idle };

export type Effect = {
  readonly agent: string;
  /** of the base; null where nothing is decided */
  readonly before: Outcome | null;
  readonly now: Outcome | null;
  /** the end that follows a grace, with the time of it in `after` */
  readonly later: Outcome | null;
};

export type Effects = {
  /** sorted by agent */
  readonly effects: readonly Effect[];
  /** agents with a record whose file merging removes, and that are not retired by it */
  readonly removed: readonly string[];
  /** what holds changes back in the merged plan, beside the limits of its policy */
  readonly held: readonly string[];
  /** a month, once all of it is carried out; null where no prices are recorded */
  readonly cost: { readonly currency: string; readonly now: number; readonly by: number } | null;
};

/** Both worlds are of the same records; only their files, catalog and policy differ. */
export function effectsOf(base: World, merged: World): Effects {
  const ending = agentsEnded(base, merged);
  const asked = askedAt(merged, ending);
  const [plan, next] = [planOf(base), planOf(asked)];
  const [before, now] = [outcomesOf(plan), outcomesOf(next)];
  const later = endsAfterGrace(asked, ending);
  const agents = [...new Set([...before.keys(), ...now.keys(), ...later.keys()])].sort(compareText);
  const effects = agents
    .map((agent) => ({
      agent,
      before: before.get(agent) ?? null,
      now: now.get(agent) ?? null,
      later: later.get(agent) ?? null,
    }))
    .filter((one) => one.later !== null || keyOf(one.before) !== keyOf(one.now));
  const known = new Set<string>(plan.removed.map(({ agent }) => agent));
  return {
    effects,
    removed: next.removed.map(({ agent }) => agent).filter((agent) => !known.has(agent)),
    held: [
      ...(next.stop === undefined ? [] : [`everything is stopped: ${next.stop}`]),
      ...next.breakers.map(({ scope, message }) => `${scope}: ${message}`),
    ],
    cost: plan.cost === null ? null : { ...costOf(effects, base), now: plan.cost.monthlyBefore },
  };
}

/** The agents whose server's end the merged files ask for, and the base does not. */
function agentsEnded(base: World, merged: World): ReadonlySet<string> {
  const before = new Map(base.files.map((file) => [file.id, file]));
  const ended = merged.files.flatMap((file) => {
    if (file.kind !== 'valid') return [];
    const old = before.get(file.id);
    const [was, is] = [old?.kind === 'valid' ? old.agent.spec : null, file.agent.spec];
    const isRetired = is.retired !== undefined && was?.retired === undefined;
    const isReplaced = was !== null && is.revision > was.revision;
    return isRetired || isReplaced ? [file.id] : [];
  });
  return new Set<string>(ended);
}

/** Its requests are seen first when it is merged. One commit about several agents proves none alone. */
function askedAt(world: World, ending: ReadonlySet<string>): World {
  const files = new Map(world.files.map((file) => [String(file.id), file]));
  const records = world.records.map((record) => {
    const file = files.get(record.name);
    return file?.kind === 'valid' ? withEnding(record, file.agent.spec, world.nowMs) : record;
  });
  const several = world.files.flatMap((file) => {
    if (file.kind !== 'valid' || !ending.has(file.id)) return [];
    const { retired } = file.agent.spec;
    return retired !== undefined && followsMoney(retired) ? [] : [file.id];
  });
  return { ...world, records, unprovenAlone: new Set(several.length > 1 ? several : []) };
}

function endsAfterGrace(world: World, ending: ReadonlySet<string>): ReadonlyMap<string, Outcome> {
  const records = new Map(world.records.map((record) => [record.name, record]));
  const ends = new Map<string, number>();
  for (const file of world.files) {
    if (file.kind !== 'valid' || !ending.has(file.id)) continue;
    const endMs = graceEndMs(file.agent.spec, records.get(file.id) ?? null, world);
    if (Number.isFinite(endMs)) ends.set(file.id, endMs);
  }
  if (ends.size === 0) return new Map();
  const plan = planOf({ ...world, nowMs: Math.max(...ends.values()) + 1 });
  const found = new Map<string, Outcome>();
  for (const [agent, outcome] of outcomesOf(plan)) {
    const endMs = ends.get(agent);
    if (endMs === undefined || outcome.kind === 'idle' || outcome.change.kind !== 'retire')
      continue;
    const after = new Date(endMs).toISOString();
    found.set(agent, outcome.kind === 'change' ? { ...outcome, after } : outcome);
  }
  return found;
}

function outcomesOf(plan: Plan): ReadonlyMap<string, Outcome> {
  const found = new Map<string, Outcome>();
  for (const idle of plan.idle) found.set(idle.agent, { kind: 'idle', idle });
  for (const change of plan.changes)
    found.set(change.agent, { kind: 'change', change, after: null });
  for (const { change, limit, message } of plan.deferred)
    found.set(change.agent, { kind: 'deferred', change, limit, message });
  for (const { change, limit, message } of plan.refused)
    found.set(change.agent, { kind: 'refused', change, limit, message });
  return found;
}

/** Equal for equal decisions: the file's content and times that pass do not count. */
function keyOf(outcome: Outcome | null): string {
  if (outcome === null) return '';
  if (outcome.kind === 'idle') {
    const { reason, message } = outcome.idle;
    return canonicalJson({ reason, message });
  }
  const { basis: _decidedOn, ...change } = outcome.change;
  return canonicalJson({ ...outcome, change });
}

function costOf(effects: readonly Effect[], base: World) {
  const { offers } = base;
  const servers = new Map(pricedServers(base).map((server) => [server.id, server]));
  const ended = (ids: readonly string[]) =>
    fleetMonthlyCost(
      offers,
      ids.flatMap((id) => servers.get(id) ?? []),
    );
  const addedBy = (outcome: Outcome | null): number => {
    if (outcome === null || outcome.kind === 'idle') return 0;
    const { change } = outcome;
    const made = isChangeThat(change, 'makes') ? change.monthlyCost : 0;
    if (change.kind !== 'resize') return made - ended(endedServers(change));
    const server = servers.get(change.server);
    if (server === undefined) return 0;
    const resized = { serverType: change.to, location: server.location };
    return monthlyCost(offers, resized) - ended([change.server]);
  };
  const by = effects.reduce(
    (sum, { before, now, later }) => sum + addedBy(now) + addedBy(later) - addedBy(before),
    0,
  );
  return { currency: offers.currency, by: cents(by) };
}

/** How the effect is listed: by what happens to the agent's server in the end, if no limit holds it. */
export function natureOf({ now, later }: Effect): 'create' | 'change' | 'destroy' | 'none' {
  const last = [later, now].find((outcome) => outcome?.kind === 'change');
  if (last?.kind !== 'change') return 'none';
  switch (last.change.kind) {
    case 'create':
      return 'create';
    case 'retire':
    case 'replace':
    case 'rollback':
    case 'destroyOrphan':
      return 'destroy';
    case 'resume':
    case 'adopt':
    case 'power':
    case 'resize':
    case 'repair':
    case 'configure':
    case 'giveUp':
      return 'change';
    default:
      return impossible(last.change);
  }
}
