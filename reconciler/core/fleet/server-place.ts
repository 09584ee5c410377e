/**
 * Decides for every listed server of the fleet which agent it belongs to, so that none runs and is
 * billed unnoticed. The first row that applies counts; every server gets exactly one place.
 *
 * | the server                                                | its place                |
 * |-----------------------------------------------------------|--------------------------|
 * | is named by a record, whatever its labels                 | recorded                 |
 * | is the builder of a run that may act                      | leased                   |
 * | is the builder of a run that is over                      | waiting: a run ends it   |
 * | names no agent                                            | orphan                   |
 * | has an agent whose recorded server is listed              | orphan: a second one     |
 * | has an agent without a file, and without a record or gone | orphan                   |
 * | carries the nonce of its agent's lease, or of a create    | leased: a run records it |
 * | has an agent with another server that has such a nonce    | orphan: a second one     |
 * | has an agent whose file was removed                       | waiting for the file     |
 * | has an agent whose file is invalid                        | waiting for the file     |
 * | is the only one with all labels of its agent              | adoptable                |
 * | anything else                                             | waiting for a person     |
 *
 * Whether the agent should run does not matter: the next run powers off or retires an adopted
 * server, and a server that is not adopted would be billed without end.
 */
import type { Agent, AgentFile, AgentId } from '../agent/agent.ts';
import { type Builder, builderIsLive, builderOf } from './builder.ts';
import { agentOfServer, carriesNonce, labelNames, type ObservedServer } from './observed.ts';
import { type AgentRecord, recordId } from './recorded.ts';
import { compareText, type World } from './world.ts';

type ServerPlace =
  | { readonly kind: 'recorded' }
  | { readonly kind: 'leased' }
  | { readonly kind: 'adoptable' }
  | { readonly kind: 'orphan'; readonly why: string }
  | { readonly kind: 'waiting'; readonly why: string };

export type PlaceOf = (server: ObservedServer) => ServerPlace;

/** Valid only in a complete reading: an unread file or record could be the owner of a server. */
export function serverPlaces(world: World): PlaceOf {
  const { files, records, observed, policy } = world;
  const fileOf = new Map(files.map((file) => [file.id, file]));
  const recordOf = new Map(records.map((record) => [recordId(record), record]));
  const recorded = new Set(records.map((record) => record.server?.id));
  const listed = new Set(observed.servers.map(({ id }) => id));
  let byAgent: ReadonlyMap<AgentId | null, readonly ObservedServer[]> | null = null;
  const serversOf = (agent: AgentId) => {
    byAgent ??= Map.groupBy(observed.servers, (server) => agentOfServer(server, policy.fleet));
    return byAgent.get(agent) ?? [];
  };
  return (server) => {
    if (recorded.has(server.id)) return { kind: 'recorded' };
    const builder = builderOf(server, world.builders);
    if (builder !== null) return builderPlace(builder, world);
    const agent = agentOfServer(server, policy.fleet);
    if (agent === null) return orphan('it carries our fleet label and names no agent');
    const record = recordOf.get(agent) ?? null;
    const file = fileOf.get(agent) ?? null;
    const own =
      record?.server !== undefined && listed.has(record.server.id) ? record.server.id : null;
    if (own !== null) return orphan(`${agent} has server ${own}; this is a second one`);
    // Checked before the nonce, because no run works on an agent that was finalized.
    if (file === null && (record === null || record.gone !== undefined))
      return orphan(`no file and no record names ${agent}`);
    const siblings = serversOf(agent);
    const made = record === null ? null : ownCreate(siblings, record);
    if (made?.id === server.id) return { kind: 'leased' };
    if (made !== null) return orphan(`${agent} has server ${made.id}; this is a second one`);
    const others = siblings.filter(({ id }) => id !== server.id);
    return unownedPlace(server, { agent, file, others });
  };
}

function builderPlace(builder: Builder, world: World): ServerPlace {
  if (builderIsLive(builder, world)) return { kind: 'leased' };
  return waiting(`it is the builder of run ${builder.run}, which is over: the next run ends it`);
}

function unownedPlace(
  server: ObservedServer,
  owner: {
    readonly agent: AgentId;
    readonly file: AgentFile | null;
    readonly others: readonly ObservedServer[];
  },
): ServerPlace {
  const { agent, file, others } = owner;
  if (file === null) return waiting(`the file of ${agent} was removed`);
  if (file.kind === 'invalid') return waiting(`${file.path} is invalid`);
  const ours = (one: ObservedServer) => carriesAllLabels(one, file.agent);
  if (ours(server) && !others.some(ours)) return { kind: 'adoptable' };
  const ids = [server, ...others].map(({ id }) => id).sort();
  return waiting(
    ids.length === 1
      ? `it carries the label of ${agent} and lacks other labels of its own server`
      : `servers ${ids.join(', ')} carry the label of ${agent} and none is recorded`,
  );
}

/** The server that a create of this agent made, even if its call failed; null if there is none. */
export function ownCreate(
  servers: readonly ObservedServer[],
  record: AgentRecord,
): ObservedServer | null {
  // Several servers with one nonce, which needs copied labels: the oldest is the create's.
  const [first] = servers
    .filter((server) => carriesOwnNonce(server, record))
    .sort((a, b) => compareText(a.created, b.created) || compareText(a.id, b.id));
  return first ?? null;
}

function carriesOwnNonce({ labels }: ObservedServer, { lease, creates }: AgentRecord): boolean {
  const nonce = labels[labelNames.nonce];
  if (nonce === undefined) return false;
  // An adoption makes no server: the nonce is that of the adopted one, which may have run.
  if (lease?.nonce === nonce && lease.change !== 'adopt') return true;
  return creates?.some((one) => one.nonce === nonce) === true;
}

/** Whether a server has the labels agent, subscription and nonce and the name of this agent. */
export function carriesAllLabels(server: ObservedServer, { metadata, spec }: Agent): boolean {
  const { labels, name } = server;
  return (
    labels[labelNames.agent] === metadata.name &&
    labels[labelNames.subscription] === spec.subscription &&
    carriesNonce(server) &&
    name === metadata.name
  );
}

function orphan(why: string): ServerPlace {
  return { kind: 'orphan', why };
}

function waiting(why: string): ServerPlace {
  return { kind: 'waiting', why };
}
