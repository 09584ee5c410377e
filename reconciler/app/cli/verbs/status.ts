/** `aura status`: shows all agents, or one in detail, from the files and the status branch. */
import { setTimeout as pause } from 'node:timers/promises';
import type { AgentFile, AgentId } from '../../../core/agent/agent.ts';
import { Failure } from '../../../core/failure.ts';
import { isDeferred, isRefused } from '../../../core/fleet/limit-conditions.ts';
import type { AgentRecord, RecordFile } from '../../../core/fleet/recorded.ts';
import { type AgentStatusView, agentStatus } from '../../../core/status/agent-status.ts';
import { lostSince } from '../../../core/status/file-lost.ts';
import { misplacedFiles, misplacedText } from '../../../core/status/misplaced.ts';
import { placesInQueue } from '../../../core/status/place-in-queue.ts';
import { readPolicy } from '../../../flows/shared/read-catalog.ts';
import type { Ports } from '../../../ports/ports.ts';
import { tipOf } from '../../../ports/tip.ts';
import { type ExitCode, exitCodes, UsageError } from '../run/exit.ts';
import { untilSignal } from '../run/until-signal.ts';
import type { VerbContext } from '../run/verb.ts';
import { withPorts } from '../run/with-ports.ts';
import type { Printed } from '../text/documents.ts';
import type { Output } from '../text/output.ts';
import {
  type AgentReport,
  agentText,
  type FleetReport,
  fleetText,
  phasesUnknown,
} from '../text/status-text.ts';
import { isFiltered, isShown, type StatusFilters } from './status-filters.ts';
import { watchText } from './status-watch.ts';

type StatusOptions = StatusFilters & { readonly agent?: AgentId; readonly watch?: true };

export async function status({ env, out }: VerbContext, options: StatusOptions): Promise<ExitCode> {
  const { agent, watch } = options;
  if (watch === true && out.json) throw new UsageError('--watch shows text: leave out --json');
  if (agent !== undefined && isFiltered(options))
    throw new UsageError('filters choose among all agents: leave out the id');
  return withPorts(env, ['state', 'files', 'journal', 'clock'], async (ports) => {
    const look = async () => {
      const read = await readFleet(ports);
      return agent === undefined ? fleetView(read, options, out) : agentView(read, agent, out);
    };
    if (watch === true) {
      await watchText(out, async () => (await look()).text, waitUnlessSignalled());
      return exitCodes.fine;
    }
    const { text, printed, attention } = await look();
    out.text(text);
    out.document(printed);
    return attention ? exitCodes.attention : exitCodes.fine;
  });
}

function waitUnlessSignalled(): (ms: number) => Promise<boolean> {
  const ending = new AbortController();
  void untilSignal().then(() => ending.abort());
  return async (ms) => {
    await pause(ms, null, { signal: ending.signal }).catch(() => {});
    return !ending.signal.aborted;
  };
}

type Read = {
  readonly fleet: FleetReport;
  readonly records: ReadonlyMap<string, AgentRecord>;
  readonly nowMs: number;
};

type View = {
  readonly text: string;
  readonly printed: Printed<'status'>;
  readonly attention: boolean;
};

function fleetView({ fleet, nowMs }: Read, filters: StatusFilters, out: Output): View {
  const shown = { ...fleet, agents: fleet.agents.filter((agent) => isShown(agent, filters)) };
  const attention =
    shown.unreadable.length > 0 || phasesUnknown(fleet) || shown.agents.some(needsLook);
  const total = fleet.agents.length;
  const text = fleetText(shown, out, { nowMs, total });
  return { text, printed: { ok: !attention, ...shown }, attention };
}

function agentView({ fleet, records }: Read, id: AgentId, out: Output): View {
  const agent = fleet.agents.find((one) => one.id === id);
  if (agent === undefined) throw new Failure('NotFound', `there is no agent ${id}`);
  const record = records.get(id) ?? null;
  const text = agentText(agent, record, out);
  const attention = needsLook(agent);
  return { text, printed: { ok: !attention, agent, record }, attention };
}

function needsLook({ phase, conditions }: AgentReport): boolean {
  const refused = conditions.some(isRefused);
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
  const nowMs = clock.now();
  const files = byAgent(await at(snapshot));
  const records = recordsOf(recorded.records);
  const all = [...records.values()];
  const views = [...new Set([...files.keys(), ...records.keys()])].sort().flatMap((id) => {
    const record = records.get(id) ?? null;
    const conditions = record?.conditions ?? [];
    const deferred = conditions.some(isDeferred);
    const place = deferred ? (placesInQueue(all).get(id) ?? null) : null;
    const file = files.get(id) ?? null;
    const seen = agentStatus({ id, file, record, policy, place, fleet: null, nowMs });
    if (seen === null) return [];
    // Operators see the cost whatever the policy shows to customers.
    const view = { ...seen, cost: record?.cost ?? null };
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
    nowMs,
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
