/**
 * Looks by planning: reads the fleet, or the agents whose file a push changed, and plans as a run
 * does. It needs only credentials that read, and writes nothing.
 */
import { type Plan, workOf } from '../../../core/plan/plan.ts';
import { planFigures } from '../../../core/plan/plan-figures.ts';
import { timeMs } from '../../../core/text/time.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Budget } from '../../../ports/cloud.ts';
import type { Snapshot } from '../../../ports/desired-state.ts';
import type { ObservePorts } from '../observe/listed.ts';
import { planFleet } from '../plan-fleet.ts';
import type { Look, Looked, Reason } from './look.ts';

type PlanLookPorts = ObservePorts & { readonly clock: Pick<Clock, 'now'> };

/** The last look, and the stop that was in force. */
type Last = { readonly looked: Looked; readonly stop: string | null };

const agentsFolder = 'agents/';
const minuteMs = 60_000;
const spaceMsLeast = 5_000;

export function createPlanLook(ports: PlanLookPorts): Look {
  let last: Last | null = null;
  return async (reason, fromMs) => {
    const scope = last === null ? 'listing' : await scopeOf(ports, reason, last);
    if (last !== null && scope === null)
      return { ...last.looked, work: [], isWhole: false, plan: null };
    const { plan, looked } = await lookAt(ports, scope ?? 'listing', last?.looked ?? null);
    const sinceMs = sinceOf(reason, { last, fromMs, plan, nowMs: ports.clock.now() });
    last = { looked: { ...looked, sinceMs }, stop: plan.stop ?? null };
    return last.looked;
  };
}

async function lookAt(
  ports: PlanLookPorts,
  scope: 'listing' | 'changed',
  last: Looked | null,
): Promise<{ readonly plan: Plan; readonly looked: Omit<Looked, 'sinceMs'> }> {
  const nowMs = ports.clock.now();
  const callsBefore = ports.cloud.budget()?.calls ?? 0;
  const { plan, world } = await planFleet(ports, scope);
  const everyMs = Math.max(world.policy.observe.everyMinutes, plan.pace?.minutes ?? 0) * minuteMs;
  // A plan of some agents does not know when others are due.
  const others = plan.reading.kind === 'named' ? (last?.next ?? null) : null;
  // By this machine's clock, which may differ from Hetzner's.
  const dueInMs = plan.nextDueAt === null ? null : timeMs(plan.nextDueAt) - timeMs(plan.basis.at);
  const looked: Omit<Looked, 'sinceMs'> = {
    plan: planFigures(plan),
    // Under a stop or a pause a run has nothing to do.
    work: plan.stop === undefined ? workOf(plan) : [],
    read: plan.reading.kind === 'named' ? 'changed' : 'fleet',
    isWhole: plan.reading.kind === 'complete',
    main: plan.basis.main,
    pauseMs: everyMs / 2,
    next: {
      dueMs: earlier(dueInMs === null ? null : nowMs + dueInMs, others?.dueMs ?? null),
      listingMs: others?.listingMs ?? nowMs + everyMs,
      spaceMs: spaceOf(ports.cloud.budget(), callsBefore),
    },
  };
  return { plan, looked };
}

/** null where the tips are those of the last look: no push, or one that was looked at. */
async function scopeOf(
  { state }: PlanLookPorts,
  reason: Reason,
  { looked, stop }: Last,
): Promise<'listing' | 'changed' | null> {
  if (reason !== 'push') return 'listing';
  const now = await state.mainAndStop();
  if (now.main.commit !== looked.main)
    return (await changesOnlyAgents(now.main, looked.main)) ? 'changed' : 'listing';
  return now.stop === stop ? null : 'listing';
}

/** Removed files are found by a listing only. */
async function changesOnlyAgents(main: Snapshot, before: string): Promise<boolean> {
  const changes = await main.changesSince(before, '');
  return changes?.every(({ path, oid }) => path.startsWith(agentsFolder) && oid !== null) ?? false;
}

type Since = {
  readonly last: Last | null;
  readonly fromMs: number;
  readonly plan: Plan;
  readonly nowMs: number;
};

function sinceOf(reason: Reason, { last, fromMs, plan, nowMs }: Since): number {
  if (reason === 'due') return last?.looked.next.dueMs ?? fromMs;
  if (reason === 'listing' || last === null) return fromMs;
  // A run on a new commit found what the commit asks for. A lifted stop has no commit.
  return last.looked.main === plan.basis.main ? nowMs : Number.NEGATIVE_INFINITY;
}

/**
 * Hetzner's requests are shared with the runs: once half of them are used up, looks after pushes
 * use a quarter of the refill at most.
 */
function spaceOf(budget: Budget | null, callsBefore: number): number {
  if (budget === null || budget.remaining > budget.callsPerHour / 2) return spaceMsLeast;
  const calls = budget.calls - callsBefore;
  return Math.max(spaceMsLeast, (calls * 4 * 60 * minuteMs) / budget.callsPerHour);
}

function earlier(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}
