/**
 * Whether the end of a server was asked for by a commit about that one agent. One that the money caused
 * is proven otherwise: Stripe is asked again right before it. A commit that retires or reprovisions
 * several agents at once may be a slip, and so may one that history does not show: a person approves.
 */
import type { LogEntry } from '../core/commands/history.ts';
import type { Agent, Retired } from '../core/desired/agent.ts';
import { parseAgentFile } from '../core/desired/agent-file.ts';
import { followsMoney } from '../core/desired/tombstone.ts';
import { type EndChange, takesBudget } from '../core/plan/destroy-budget.ts';
import type { Change } from '../core/world/situation.ts';
import type { World } from '../core/world/world.ts';
import type { TickPorts } from './listed.ts';

/** So far back a file's history is read. */
const commitsMax = 300;
const agentsFolder = 'agents/';

type StatePort = Pick<TickPorts, 'state'>;

/** Agents of which a change ends a server without such a proof. */
export async function unprovenAlone(
  ports: StatePort,
  world: World,
  changes: readonly Change[],
): Promise<ReadonlySet<string>> {
  const agents = new Map(
    world.files.flatMap((file) => (file.kind === 'valid' ? [[file.id as string, file]] : [])),
  );
  const unproven = new Set<string>();
  for (const change of changes.filter(takesBudget)) {
    const file = agents.get(change.agent);
    if (file === undefined || isStripes(change.kind, file.agent)) continue;
    const asks = (agent: Agent) => asksFor(change.kind, agent, file.agent);
    const brought = await commitThat(ports, file, asks);
    if (brought === null || agentsIn(brought) !== 1) unproven.add(change.agent);
  }
  return unproven;
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
