/** `aura status`: shows all agents, or one in detail, from the files and the status branch. */
import type { AgentFile, AgentId } from '../../../core/agent/agent.ts';
import { Failure } from '../../../core/failure.ts';
import type { AgentRecord, RecordFile } from '../../../core/fleet/recorded.ts';
import { type AgentStatusView, agentStatus } from '../../../core/status/agent-status.ts';
import { lostSince } from '../../../core/status/file-lost.ts';
import { misplacedFiles, misplacedText } from '../../../core/status/misplaced.ts';
import { placeInQueue } from '../../../core/status/place-in-queue.ts';
import { readPolicy } from '../../../flows/shared/read-catalog.ts';
import type { Ports } from '../../../ports/ports.ts';
import { tipOf } from '../../../ports/tip.ts';
import { type ExitCode, exitCodes } from '../run/exit.ts';
import type { VerbContext } from '../run/verb.ts';
import { withPorts } from '../run/with-ports.ts';
import type { Output } from '../text/output.ts';
import {
  type AgentReport,
  agentText,
  type FleetReport,
  fleetText,
  phasesUnknown,
} from '../text/status-text.ts';

export async function status(
  { env, out }: VerbContext,
  options: { readonly agent?: AgentId },
): Promise<ExitCode> {
  return withPorts(env, ['state', 'files', 'journal', 'clock'], async (ports) => {
    const read = await readFleet(ports);
    const { agent } = options;
    return agent === undefined ? showFleet(read, out) : showAgent(read, agent, out);
  });
}

type Read = {
  readonly fleet: FleetReport;
  readonly records: ReadonlyMap<string, AgentRecord>;
};

function showFleet({ fleet }: Read, out: Output): ExitCode {
  const attention =
    fleet.unreadable.length > 0 || phasesUnknown(fleet) || fleet.agents.some(needsLook);
  out.text(fleetText(fleet, out));
  out.document({ ok: !attention, ...fleet });
  return attention ? exitCodes.attention : exitCodes.fine;
}

function showAgent({ fleet, records }: Read, id: AgentId, out: Output): ExitCode {
  const agent = fleet.agents.find((one) => one.id === id);
  if (agent === undefined) throw new Failure('NotFound', `there is no agent ${id}`);
  const record = records.get(id) ?? null;
  const attention = needsLook(agent);
  out.text(agentText(agent, record, out));
  out.document({ ok: !attention, agent, record });
  return attention ? exitCodes.attention : exitCodes.fine;
}

function needsLook({ phase, conditions }: AgentReport): boolean {
  const refused = conditions.some(({ type }) => type === 'Refused');
  const isOdd = phase === 'frozen' || phase === 'unknown';
  return isOdd || refused || lostSince({ conditions }) !== null;
}

/** Without the branch only the file of an agent is known. */
function unknownReport(view: AgentStatusView): AgentReport {
  const next = 'Unknown: branch status is missing. Run `aura doctor`.';
  return { ...view, phase: 'unknown', since: null, steps: [], conditions: [], next };
}

async function readFleet({
  state,
  files: { at },
  journal,
  clock,
}: Pick<Ports, 'state' | 'files' | 'journal' | 'clock'>): Promise<Read> {
  const [snapshot, recorded, stop] = await Promise.all([
    tipOf({ state }, 'main'),
    journal.read(),
    state.stop(),
  ]);
  const policy = await readPolicy(snapshot);
  const files = byAgent(await at(snapshot));
  const records = recordsOf(recorded.records);
  const all = [...records.values()];
  const views = [...new Set([...files.keys(), ...records.keys()])].sort().flatMap((id) => {
    const record = records.get(id) ?? null;
    const conditions = record?.conditions ?? [];
    const deferred = conditions.some(({ type }) => type === 'Deferred');
    const place = deferred ? placeInQueue(all, id) : null;
    const file = files.get(id) ?? null;
    const view = agentStatus({ id, file, record, policy, place, nowMs: clock.now() });
    if (view === null) return [];
    if (recorded.commit === null) return [unknownReport(view)];
    const isElsewhere = file?.kind === 'invalid' && file.id !== id;
    return [{ ...view, conditions, ...(isElsewhere ? { note: misplacedText(id, file) } : {}) }];
  });
  const unreadable = recorded.records.flatMap((file) =>
    file.kind === 'invalid' ? [{ path: file.path, why: file.why }] : [],
  );
  const { commit } = recorded;
  return {
    fleet: { main: snapshot.commit, status: commit, stop, agents: views, unreadable },
    records,
  };
}

/** A file outside of every agent's path counts for the agent that it names. */
function byAgent(files: readonly AgentFile[]): ReadonlyMap<AgentId, AgentFile> {
  const own = files.flatMap((file) => (file.id === null ? [] : [[file.id, file] as const]));
  return new Map<AgentId, AgentFile>([...misplacedFiles(files), ...own]);
}

function recordsOf(files: readonly RecordFile[]): ReadonlyMap<AgentId, AgentRecord> {
  return new Map(
    files.flatMap((file) => (file.kind === 'valid' ? [[file.id, file.record] as const] : [])),
  );
}
