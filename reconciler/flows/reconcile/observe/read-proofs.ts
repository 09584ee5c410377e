/**
 * Checks whether the destruction of a server was asked for by a commit about that agent only. A
 * retirement caused by the subscription's state is checked at Stripe instead, right before it. A
 * commit for several agents at once, or one that is not in history, may be a mistake: it needs an
 * approval.
 */

import type { Agent, Retired } from '../../../core/agent/agent.ts';
import { parseAgentFile } from '../../../core/agent/agent-file.ts';
import { followsMoney } from '../../../core/agent/tombstone.ts';
import type { LogEntry } from '../../../core/commands/history.ts';
import { Failure } from '../../../core/failure.ts';
import type { Change } from '../../../core/fleet/situation.ts';
import type { World } from '../../../core/fleet/world.ts';
import type { OrphanFindings } from '../../../core/orphans/orphan.ts';
import { type EndChange, takesBudget } from '../../../core/plan/destroy-budget.ts';
import { decidedOf, type Plan, planOf } from '../../../core/plan/plan.ts';
import type { ObservePorts } from './listed.ts';

/** How many commits of a file are read. */
const commitsMax = 300;
const agentsFolder = 'agents/';

type StatePort = Pick<ObservePorts, 'state'>;

/**
 * Refuses every destructive change without this proof. Git is read only for changes that would run.
 */
export async function provenPlan(
  ports: StatePort,
  read: World,
  found: OrphanFindings,
): Promise<{ readonly plan: Plan; readonly world: World }> {
  const decided = decidedOf(read, found);
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
    // All of them are proven, so the plan does not change.
    if (!next.some(({ agent }) => unproven.has(agent))) return { plan, world };
  }
  throw new Failure('Bug', 'more changes were checked than there are files');
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

/** Whether an earlier version of the file asked for the same change. */
function asksFor(change: EndChange, before: Agent, now: Agent): boolean {
  return change === 'replace'
    ? before.spec.revision >= now.spec.revision
    : isSameTombstone(before.spec.retired, now.spec.retired);
}

/** A person's tombstone that replaces one of the subscription's is a new request. */
function isSameTombstone(before: Retired | undefined, now: Retired | undefined): boolean {
  if (before === undefined || now === undefined) return before === now;
  return before.at === now.at && followsMoney(before) === followsMoney(now);
}

/** The commit that introduced the request; null where it is not in history. */
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
    // An earlier version may have asked already: an unreadable one is skipped.
    if (file?.kind === 'invalid') continue;
    if (file === null || !asks(file.agent)) return brought;
    brought = entry;
  }
  // All versions ask for it: the file was created so, or the commit is further back.
  return commits.length < commitsMax ? brought : null;
}

function agentsIn({ paths }: LogEntry): number {
  return paths.filter((path) => path.startsWith(agentsFolder)).length;
}
