/** What a snapshot says: of `main` an agent's file, of `status` an agent's record and the fleet's. */
import { type AgentFile, type AgentId, agentPath } from '../core/agent/agent.ts';
import { parseAgentFile } from '../core/agent/agent-file.ts';
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

/** null without one. Throws where it cannot be read: what would follow from it would be a guess. */
export async function recordAt(
  status: Snapshot | null,
  agent: AgentId,
): Promise<AgentRecord | null> {
  const found = (await status?.read(agentPath(agent))) ?? null;
  return found === null ? null : recordIn(agent, found.text);
}

export async function fleetFileAt(status: Snapshot | null): Promise<FleetFile> {
  return parseFleetFile((await status?.read(fleetPath))?.text ?? null);
}

/** null without one. Throws where it cannot be read. */
export async function fleetRecordAt(status: Snapshot | null): Promise<FleetRecord | null> {
  return fleetRecordOf(await fleetFileAt(status));
}
