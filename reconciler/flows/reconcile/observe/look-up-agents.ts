/**
 * Looks up a few agents, such as those whose file has just changed, each by name, label, recorded
 * server and recorded device: the cost depends on them and not on the fleet. An agent that cannot be read
 * completely is left to the next full listing.
 */
import type { AgentId } from '../../../core/agent/agent.ts';
import type { Policy } from '../../../core/agent/policy.ts';
import { Failure } from '../../../core/failure.ts';
import {
  agentStateKey,
  type ObservedDevice,
  type ObservedServer,
  type ObservedState,
} from '../../../core/fleet/observed.ts';
import { doubtsOfGit } from '../../../core/fleet/plausible.ts';
import { type AgentRecord, recordId } from '../../../core/fleet/recorded.ts';
import type { ObservePorts } from './listed.ts';
import type { Known } from './read-git.ts';
import type { Scope } from './scope.ts';

/** Past this number a full listing takes fewer requests. */
const looksMax = 50;
const looksAtOnce = 8;

/**
 * The agents that the scope names, or whose file has changed; null where it is the fleet, they are
 * too many, or git leaves doubts: then everything is listed and judged as a whole.
 */
export function agentsToLookUp(
  scope: Scope,
  known: Known,
  policy: Policy,
): readonly AgentId[] | null {
  if (scope !== 'changed' && typeof scope === 'string') return null;
  if (!known.statusExists || doubtsOfGit({ ...known, policy }).length > 0) return null;
  const agents = scope === 'changed' ? changedAgents(known) : scope.agents;
  return agents.length <= looksMax ? agents : null;
}

/** Agents whose file differs from their record's `observedOid`. */
function changedAgents(known: Known): readonly AgentId[] {
  const records = new Map(known.recordFiles.map((file) => [file.path, file]));
  return known.files.flatMap(({ id, path, oid }) => {
    const record = records.get(path);
    const observed = record?.kind === 'valid' ? record.record.observedOid : undefined;
    return id === null || observed === oid ? [] : [id];
  });
}

export async function lookUpAgents(
  ports: ObservePorts,
  fleet: string,
  { agents, records }: { agents: readonly AgentId[]; records: readonly AgentRecord[] },
) {
  const known = new Map(records.map((record) => [recordId(record), record]));
  const looks: Look[] = [];
  let next = 0;
  const worker = async () => {
    for (let id = agents[next]; id !== undefined; id = agents[next]) {
      next += 1;
      const look = await lookAt(ports, fleet, { id, record: known.get(id) ?? null });
      if (look !== null) looks.push(look);
    }
  };
  await Promise.all(Array.from({ length: looksAtOnce }, worker));
  return {
    named: looks.map(({ id }) => id).sort(),
    servers: looks.flatMap(({ servers }) => servers),
    devices: looks.flatMap(({ devices }) => devices),
    states: looks.flatMap(({ states }) => states),
    partial: [],
  };
}

type Look = {
  readonly id: AgentId;
  readonly servers: readonly ObservedServer[];
  readonly devices: readonly ObservedDevice[];
  readonly states: readonly ObservedState[];
};

/** null where the agent could not be read completely; a permanent failure stops the run. */
async function lookAt(
  { cloud, tailnet, states, log }: ObservePorts,
  fleet: string,
  { id, record }: { id: AgentId; record: AgentRecord | null },
): Promise<Look | null> {
  const recorded = record?.gone === undefined ? record?.server?.id : undefined;
  const node = record?.tailnet?.nodeId;
  try {
    const [named, labelled, byId, device, kept] = await Promise.all([
      cloud.serverByName(id),
      cloud.serversOf(fleet, id),
      recorded === undefined ? null : cloud.server(recorded),
      node === undefined ? null : tailnet.device(node),
      states.list(`${fleet}/agents/${id}/`),
    ]);
    if (kept.partial.length > 0) return null;
    // A hidden server looks like a deleted one: only a full listing distinguishes them.
    if (recorded !== undefined && byId === null) {
      log.warn(
        { agent: id, server: recorded },
        'a recorded server was not found; the next listing decides',
      );
      return null;
    }
    const key = agentStateKey(fleet, id);
    const lacksState = recorded !== undefined && kept.items.every((state) => state.key !== key);
    if (lacksState && (await states.read(key)) !== null) {
      log.warn({ agent: id, key }, 'a listing lacks an existing state; the next one decides');
      return null;
    }
    const servers = new Map<string, ObservedServer>();
    for (const server of [named, ...labelled, byId])
      if (server !== null) servers.set(server.id, server);
    return {
      id,
      servers: [...servers.values()],
      devices: device === null ? [] : [device],
      states: kept.items,
    };
  } catch (error) {
    if (!(error instanceof Failure) || error.errorClass !== 'transient') throw error;
    log.warn({ agent: id, error }, 'an agent could not be read; the next listing has it');
    return null;
  }
}
