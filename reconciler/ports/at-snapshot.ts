/** Reads an agent's file from a snapshot of `main`, and records from one of `status`. */
import { type AgentFile, type AgentId, agentPath } from '../core/agent/agent.ts';
import { parseAgentFile } from '../core/agent/agent-file.ts';
import { type IncidentsFile, incidentsIn, incidentsPath } from '../core/agent/incidents.ts';
import { type SilencesFile, silencesIn, silencesPath } from '../core/agent/silences.ts';
import {
  type FleetFile,
  type FleetRecord,
  fleetPath,
  fleetRecordOf,
  parseFleetFile,
} from '../core/fleet/fleet-record.ts';
import { recordIn } from '../core/fleet/record-file.ts';
import type { AgentRecord } from '../core/fleet/recorded.ts';
import type { Snapshot } from './desired-state.ts';

/** null where nothing is at the path. */
export async function agentFileAt(main: Snapshot | null, path: string): Promise<AgentFile | null> {
  const found = (await main?.read(path)) ?? null;
  return found === null ? null : parseAgentFile({ path, ...found });
}

/** null without one. Throws where the record cannot be read: nothing may be decided without it. */
export async function recordAt(
  status: Snapshot | null,
  agent: AgentId,
): Promise<AgentRecord | null> {
  const found = (await status?.read(agentPath(agent))) ?? null;
  return found === null ? null : recordIn(agent, found.text);
}

export async function silencesAt(main: Snapshot): Promise<SilencesFile> {
  return silencesIn((await main.read(silencesPath))?.text ?? null);
}

export async function incidentsAt(main: Snapshot): Promise<IncidentsFile> {
  return incidentsIn((await main.read(incidentsPath))?.text ?? null);
}

export async function fleetFileAt(status: Snapshot | null): Promise<FleetFile> {
  return parseFleetFile((await status?.read(fleetPath))?.text ?? null);
}

/** null without one. Throws where it cannot be read. */
export async function fleetRecordAt(status: Snapshot | null): Promise<FleetRecord | null> {
  return fleetRecordOf(await fleetFileAt(status));
}
