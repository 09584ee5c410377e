/**
 * Whether the end of a server was asked for by a commit about that one agent. One that the money caused
 * is proven otherwise: Stripe is asked again right before it. A commit that retires or reprovisions
 * several agents at once may be a slip, and so may one that history does not show: a person approves.
 */

import type { Agent, Retired } from '../../../core/agent/agent.ts';
import { parseAgentFile } from '../../../core/agent/agent-file.ts';
import { followsMoney } from '../../../core/agent/tombstone.ts';
import type { LogEntry } from '../../../core/commands/history.ts';
import { Failure } from '../../../core/failure.ts';
import type { Change } from '../../../core/fleet/situation.ts';
import type { World } from '../../../core/fleet/world.ts';
import { type EndChange, takesBudget } from '../../../core/plan/destroy-budget.ts';
import { decidedOf, type Plan, planOf } from '../../../core/plan/plan.ts';
import type { ObservePorts } from './listed.ts';

/** So far back a file's history is read. */
const commitsMax = 300;
const agentsFolder = 'agents/';

type StatePort = Pick<ObservePorts, 'state'>;

/**
 * The plan, with every end refused that lacks such a proof. Git is asked of those alone that would run:
 * one that waits for its turn, or is refused already, is asked about when it would.
 */
export async function provenPlan(
  ports: StatePort,
  read: World,
): Promise<{ readonly plan: Plan; readonly world: World }> {
  const decided = decidedOf(read);
  const unproven = new Set<string>();
  const asked = new Set<string>();
  for (let passes = 0; passes <= read.files.length; passes += 1) {
    const world = { ...read, unprovenAlone: new Set(unproven) };
    const plan = planOf(world, decided);
    const next = plan.changes.filter(takesBudget).filter(({ agent }) => !asked.has(agent));
    if (next.length === 0) return { plan, world };
    for (const change of next) {
      asked.add(change.agent);
      if (!(await isProven(ports, read, change))) unproven.add(change.agent);
    }
    // What was asked about is all that runs: nothing changes by it where each is proven.
    if (!next.some(({ agent }) => unproven.has(agent))) return { plan, world };
  }
  throw new Failure('Bug', 'more ends were asked about than there are files');
}

async function isProven(
  ports: StatePort,
  { files }: World,
  change: Change & { kind: EndChange },
): Promise<boolean> {
  const file = files.find(({ id }) => id === change.agent);
  if (file?.kind !== 'valid') return false;
  if (isStripes(change.kind, file.agent)) return true;
  const asks = (agent: Agent) => asksFor(change.kind, agent, file.agent);
  const brought = await commitThat(ports, file, asks);
  return brought !== null && agentsIn(brought) === 1;
}

function isStripes(change: EndChange, { spec: { retired } }: Agent): boolean {
  return change === 'retire' && retired !== undefined && followsMoney(retired);
}

/** Whether an earlier text of the file asked for the same end as the one of now. */
function asksFor(change: EndChange, before: Agent, now: Agent): boolean {
  return change === 'replace'
    ? before.spec.revision >= now.spec.revision
    : isSameTombstone(before.spec.retired, now.spec.retired);
}

/** One that a person has taken over from the money is asked for by who did. */
function isSameTombstone(before: Retired | undefined, now: Retired | undefined): boolean {
  if (before === undefined || now === undefined) return before === now;
  return before.at === now.at && followsMoney(before) === followsMoney(now);
}

/** The commit since which the file asks for it; null where history does not show it. */
async function commitThat(
  { state }: StatePort,
  { path }: { readonly path: string },
  asks: (agent: Agent) => boolean,
): Promise<LogEntry | null> {
  const commits = await state.log('main', commitsMax, path);
  let brought: LogEntry | null = null;
  for (const entry of commits) {
    const text = await state.textAt(entry.commit, path);
    const file = text === null ? null : parseAgentFile({ path, oid: entry.commit, text });
    // Behind a text that cannot be read the end may have been asked for before.
    if (file?.kind === 'invalid') continue;
    if (file === null || !asks(file.agent)) return brought;
    brought = entry;
  }
  // All that was read asks for it: the file was made so, or what made it is further back.
  return commits.length < commitsMax ? brought : null;
}

function agentsIn({ paths }: LogEntry): number {
  return paths.filter((path) => path.startsWith(agentsFolder)).length;
}
