/**
 * Finds what carries our fleet's marks but belongs to no file and no record, and what a person has
 * decided about it. Nothing here is destroyed without a merged decision; what has none of our marks
 * is not looked at.
 */
import type { Orphan } from '../../schemas/generated/plan.ts';
import { monthlyCost } from './cost.ts';
import { agentOfServer, labelNames, type ObservedServer } from './observed.ts';
import type { Change } from './situation.ts';
import { agentOfDevice, claimedIds, compareText, type OrphanFile, type World } from './world.ts';

export type { Orphan };
export type OrphanFindings = {
  readonly orphans: readonly Orphan[];
  readonly changes: readonly Change[];
};
type Candidate = Omit<Orphan, 'decision'>;

/** Empty in anything but a complete reading: what is missing from it could be an orphan's owner. */
export function findOrphans(world: World): OrphanFindings {
  if (world.observed.reading.kind !== 'complete') return { orphans: [], changes: [] };
  const decisions = new Map(
    world.orphanFiles.map((file) => [orphanKey(file.decision.resource), file]),
  );
  const orphans: Orphan[] = [];
  const changes: Change[] = [];
  for (const candidate of candidates(world)) {
    const file = decisions.get(orphanKey({ kind: candidate.resource, id: candidate.id }));
    const decision = decisionOf(file, world.nowMs);
    orphans.push({ ...candidate, decision });
    const mayAct = world.stop === null && world.policy.pause === undefined;
    if (decision === 'destroy' && file !== undefined && mayAct)
      changes.push(destruction(candidate, file));
  }
  return { orphans, changes };
}

export function orphanKey(resource: { readonly kind: string; readonly id: string }): string {
  return `${resource.kind}/${resource.id}`;
}

function candidates(world: World): readonly Candidate[] {
  const claimed = claimedIds(world);
  return [...servers(world, claimed), ...devices(world, claimed), ...states(world, claimed)].sort(
    (a, b) => compareText(a.resource, b.resource) || compareText(a.id, b.id),
  );
}

function servers(world: World, claimed: ReadonlySet<string>): readonly Candidate[] {
  const owned = new Map(
    world.records
      .filter((record) => record.gone === undefined)
      .map((record) => [record.name, record]),
  );
  return world.observed.servers
    .filter(
      (server) =>
        server.labels[labelNames.fleet] === world.policy.fleet && isOld(server.created, world),
    )
    .flatMap((server) => {
      const why = strayServer(server, world.policy.fleet, claimed, owned);
      if (why === null) return [];
      return [
        {
          resource: 'server' as const,
          id: server.id,
          name: server.name,
          created: server.created,
          labels: server.labels,
          monthlyCost: monthlyCost(world.offers, server.serverType, server.location),
          why,
        },
      ];
    });
}

function strayServer(
  server: ObservedServer,
  fleet: string,
  claimed: ReadonlySet<string>,
  records: ReadonlyMap<string, World['records'][number]>,
): string | null {
  const agent = agentOfServer(server, fleet);
  if (agent === null) return 'it carries our fleet label and names no agent';
  if (!claimed.has(agent)) return `no file and no record speaks for ${agent}`;
  const record = records.get(agent);
  if (record?.claim?.nonce !== undefined && record.claim.nonce === server.labels[labelNames.nonce])
    return null;
  if (record?.server !== undefined && record.server.id !== server.id) {
    return `${agent} has server ${record.server.id}; this is a second one`;
  }
  return null;
}

function devices(world: World, claimed: ReadonlySet<string>): readonly Candidate[] {
  const nodes = new Set(
    world.records.flatMap((record) =>
      record.tailnet === undefined ? [] : [record.tailnet.nodeId],
    ),
  );
  return world.observed.devices
    .filter((device) => isOld(device.created, world) && !nodes.has(device.nodeId))
    .flatMap((device) => {
      const agent = agentOfDevice(device);
      if (agent !== null && claimed.has(agent)) return [];
      const why =
        agent === null
          ? 'it carries our tag and names no agent'
          : `no file and no record speaks for ${agent}`;
      return [
        {
          resource: 'device' as const,
          id: device.nodeId,
          name: device.name,
          created: device.created,
          why,
        },
      ];
    });
}

function states(world: World, claimed: ReadonlySet<string>): readonly Candidate[] {
  const prefix = `${world.policy.fleet}/agents/`;
  return world.observed.states
    .filter((state) => state.key.startsWith(prefix) && isOld(state.modified, world))
    .flatMap((state) => {
      const agent = state.key.slice(prefix.length).split('/')[0] ?? '';
      if (claimed.has(agent)) return [];
      return [
        {
          resource: 'state' as const,
          id: state.key,
          name: state.key,
          created: state.modified,
          why: `no file and no record speaks for ${agent}`,
        },
      ];
    });
}

function decisionOf(file: OrphanFile | undefined, nowMs: number): Orphan['decision'] {
  if (file === undefined) return 'new';
  const { decision } = file.decision;
  if (typeof decision === 'string') return decision;
  return nowMs < Date.parse(decision.keep.until) ? 'keep' : 'undecided';
}

function destruction(candidate: Candidate, file: OrphanFile): Change {
  return {
    kind: 'destroyOrphan',
    agent: candidate.labels?.[labelNames.agent] ?? candidate.name,
    basis: { path: file.path, file: file.oid, record: 'none' },
    because: `${file.path} says destroy: ${candidate.why}`,
    resource: candidate.resource,
    id: candidate.id,
  };
}

function isOld(created: string, world: World): boolean {
  return world.nowMs - Date.parse(created) >= world.policy.orphans.graceMinutes * 60_000;
}
