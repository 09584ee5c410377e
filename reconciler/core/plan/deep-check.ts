/**
 * Decides whom Terraform itself reads in this run. The listing is the quick way to see a server and
 * does not see all of it; where the two differ (core/stack/refreshed), our reading is wrong or
 * something was changed that it does not look at. Nothing is changed for it: it is reported to a
 * person.
 *
 * Turns are not recorded. Time is cut into slots, one a run; a cycle of slots passes
 * each agent once, and each cycle begins elsewhere, so that slots in which no run came do not always
 * miss the same agents. Those that disagreed the last time are read again, until they agree.
 */
import { digest } from '../agent/digest.ts';
import { agentStateKey, type ObservedServer } from '../fleet/observed.ts';
import type { AgentRecord } from '../fleet/recorded.ts';
import { compareText, type World } from '../fleet/world.ts';
import { timeMs } from '../text/time.ts';
import type { Plan } from './plan.ts';

export type DeepCheck = Plan['deepChecks'][number];

/** Type of the condition that stands in a record until the two readings agree. */
export const deepCheckCondition = 'DeepCheck';

/** One agent to be read: the server as the listing has it. */
export type DeepCheckTurn = {
  readonly agent: string;
  readonly stateKey: string;
  readonly server: ObservedServer;
};

/** A server that was just made is still changing: firewalls reach it minutes later. */
const youngMs = 15 * 60_000;

/**
 * `agentsPerRun` in turn, and up to half as many of those in doubt; sorted by agent. Empty unless the
 * whole fleet was seen. An agent that is to be changed, or that a run works on, misses its turn.
 */
export function deepCheckTurns(world: World, plan: Plan): readonly DeepCheckTurn[] {
  const { policy, observed, nowMs } = world;
  const { agentsPerRun } = policy.deepCheck;
  if (agentsPerRun === 0 || plan.reading.kind !== 'complete') return [];
  const slot = Math.floor(nowMs / (policy.observe.everyMinutes * 60_000));
  const live = world.records.filter(({ server, gone }) => server !== undefined && !gone);
  const namesOf = (records: readonly AgentRecord[]) =>
    records.map(({ name }) => name).sort(compareText);
  const chosen = new Set([
    ...windowOf(namesOf(live), slot, agentsPerRun),
    ...windowOf(namesOf(live.filter(isDoubted)), slot, Math.ceil(agentsPerRun / 2)),
  ]);
  const busy = mentionedIn(plan);
  const turns = live.flatMap(({ name, server: recorded, lease }): DeepCheckTurn[] => {
    if (!chosen.has(name) || busy.has(name) || lease !== undefined) return [];
    const stateKey = agentStateKey(policy.fleet, name);
    const server = observed.servers.find(({ id }) => id === recorded?.id);
    const isKept = observed.states.some(({ key, locked }) => key === stateKey && !locked);
    if (server === undefined || !isKept) return [];
    return nowMs - timeMs(server.created) < youngMs ? [] : [{ agent: name, stateKey, server }];
  });
  return turns.sort((a, b) => compareText(a.agent, b.agent));
}

/** Of them the plan says something already, or is about to change something. */
function mentionedIn({ changes, deferred, refused, idle, removed }: Plan): ReadonlySet<string> {
  const waiting = [...deferred, ...refused].map(({ change }) => change);
  return new Set([...changes, ...waiting, ...idle, ...removed].map(({ agent }) => agent));
}

function isDoubted({ conditions }: AgentRecord): boolean {
  return conditions.some(({ type }) => type === deepCheckCondition);
}

/** The names of one slot: `size` of them, cyclically, from another beginning in each cycle. */
function windowOf(names: readonly string[], slot: number, size: number): readonly string[] {
  const slots = Math.ceil(names.length / size);
  if (slots === 0) return [];
  const cycle = Math.floor(slot / slots);
  const beginning = Number.parseInt(digest(`run ${cycle}`, 8), 16) % names.length;
  const first = (slot % slots) * size;
  const last = Math.min(first + size, names.length);
  return Array.from({ length: last - first }, (_, n) => {
    return names[(beginning + first + n) % names.length] ?? '';
  });
}
