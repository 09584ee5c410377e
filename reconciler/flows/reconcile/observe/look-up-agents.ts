/**
 * Looks up the agents whose file people or Stripe have just changed, each by its name, its label, its
 * recorded server and its recorded device: what a push costs follows the change and not the fleet. An
 * agent that cannot be looked up whole is left to the next listing of everything.
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

/** Past it a listing of everything takes fewer requests than so many looks. */
const looksMax = 50;
const looksAtOnce = 8;

/**
 * Agents whose file is another one than their record was last brought in line with; null where they are
 * too many, or git leaves something in doubt: then everything is listed, which is judged as a whole.
 */
export function agentsToLookUp(known: Known, policy: Policy): readonly AgentId[] | null {
  if (!known.statusExists || doubtsOfGit({ ...known, policy }).length > 0) return null;
  const records = new Map(known.recordFiles.map((file) => [file.path, file]));
  const agents = known.files.flatMap(({ id, path, oid }) => {
    const record = records.get(path);
    const observed = record?.kind === 'valid' ? record.record.observedOid : undefined;
    return id === null || observed === oid ? [] : [id];
  });
  return agents.length <= looksMax ? agents : null;
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

/**
 * null where something of it could not be read, or what is recorded of it was not found; a project
 * that refuses us stops the run.
 */
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
    // One server that is denied looks like one that is gone: only a whole listing tells the two.
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
      log.warn({ agent: id, key }, 'a listing lacks a state that is there; the next one decides');
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
    log.warn({ agent: id, error }, 'a changed agent could not be looked at; the next listing does');
    return null;
  }
}
