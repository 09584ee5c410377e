/**
 * Decides for every listed server of the fleet whose it is, so that none runs and is billed unseen.
 * The first row that applies counts; every server gets exactly one place.
 *
 * | the server                                                  | its place                        |
 * |-------------------------------------------------------------|----------------------------------|
 * | names no agent                                              | orphan                           |
 * | is the one that its agent's record names                    | recorded                         |
 * | carries the nonce of its agent's claim, or of a create      | claimed: a run records it        |
 * | has an agent without a file and without a record            | orphan                           |
 * | has an agent whose recorded server, or own create, is there | orphan: a second one             |
 * | has an agent whose file was removed                         | waiting for the file             |
 * | has an agent whose file is invalid                          | waiting for the file             |
 * | alone carries all labels of its agent                       | adoptable                        |
 * | anything else                                               | waiting for a person             |
 *
 * Whether the agent should run does not enter: a server that is taken over is powered off or retired
 * by the next run, and one that is not would be billed for ever.
 */
import type { Agent, AgentFile, AgentId } from '../desired/agent.ts';
import { agentOfServer, labelNames, type ObservedServer } from './observed.ts';
import { type AgentRecord, recordId } from './recorded.ts';
import type { World } from './world.ts';

export type ServerPlace =
  | { readonly kind: 'recorded' }
  | { readonly kind: 'claimed' }
  | { readonly kind: 'adoptable' }
  | { readonly kind: 'orphan'; readonly why: string }
  | { readonly kind: 'waiting'; readonly why: string };

type PlaceOf = (server: ObservedServer) => ServerPlace;

/** Only in a complete reading: what was not seen could be the owner of what was. */
export function serverPlaces({ files, records, observed, policy }: World): PlaceOf {
  const fileOf = new Map(files.map((file) => [file.id, file]));
  const recordOf = new Map(records.map((record) => [recordId(record), record]));
  const listed = new Set(observed.servers.map(({ id }) => id));
  let byAgent: ReadonlyMap<AgentId | null, readonly ObservedServer[]> | null = null;
  const serversOf = (agent: AgentId) => {
    byAgent ??= Map.groupBy(observed.servers, (server) => agentOfServer(server, policy.fleet));
    return byAgent.get(agent) ?? [];
  };
  return (server) => {
    const agent = agentOfServer(server, policy.fleet);
    if (agent === null) return orphan('it carries our fleet label and names no agent');
    const record = recordOf.get(agent) ?? null;
    const file = fileOf.get(agent) ?? null;
    if (record?.server?.id === server.id) return { kind: 'recorded' };
    if (record?.server === undefined || !listed.has(record.server.id)) {
      if (record !== null && isOwnCreate(server, record)) return { kind: 'claimed' };
    }
    if (file === null && (record === null || record.gone !== undefined))
      return orphan(`no file and no record speaks for ${agent}`);
    const others = serversOf(agent).filter(({ id }) => id !== server.id);
    const own = others.find(
      (other) => other.id === record?.server?.id || (record !== null && isOwnCreate(other, record)),
    );
    if (own !== undefined) return orphan(`${agent} has server ${own.id}; this is a second one`);
    return unownedPlace(server, { agent, file, others });
  };
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
      ? `it carries the label of ${agent} and not all that tell its own server`
      : `servers ${ids.join(', ')} carry the label of ${agent} and none is recorded`,
  );
}

/** Whether the server carries the nonce of a create of this agent, whatever its answer was. */
export function isOwnCreate({ labels }: ObservedServer, { claim, creates }: AgentRecord): boolean {
  const nonce = labels[labelNames.nonce];
  if (nonce === undefined) return false;
  // A run that died while it took a server back made none: that one may have run, and is taken again.
  if (claim?.nonce === nonce && claim.change !== 'adopt') return true;
  return creates?.some((one) => one.nonce === nonce) === true;
}

/** Everything that tells an agent's own server: fleet, agent, subscription, nonce and name. */
export function carriesAllLabels(server: ObservedServer, { metadata, spec }: Agent): boolean {
  const { labels, name } = server;
  return (
    labels[labelNames.agent] === metadata.name &&
    labels[labelNames.subscription] === spec.subscription &&
    /^[0-9a-z]{16}$/.test(labels[labelNames.nonce] ?? '') &&
    name === metadata.name
  );
}

function orphan(why: string): ServerPlace {
  return { kind: 'orphan', why };
}

function waiting(why: string): ServerPlace {
  return { kind: 'waiting', why };
}
