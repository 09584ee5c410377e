/**
 * Finds orphans: resources with our fleet's labels that no file and no record names, or that are a
 * second one of what an agent has already. Resources younger than the policy's grace are skipped,
 * because the run that made them may not have recorded them yet.
 */
import type { Orphan, PlanDocument } from '../../../schemas/generated/plan.ts';
import { nodeOwners } from '../fleet/device.ts';
import { agentOfState, outlivesLeases } from '../fleet/lock.ts';
import { agentOfServer, labelNames } from '../fleet/observed.ts';
import { recordId } from '../fleet/recorded.ts';
import type { PlaceOf } from '../fleet/server-place.ts';
import { compareText, knownIds, type World } from '../fleet/world.ts';
import { offerOf } from '../stack/choice.ts';
import { cents, monthlyCost } from '../stack/cost.ts';
import { newest } from '../stack/prepared-image.ts';
import { breakGlassName } from '../stack/stack-spec.ts';
import { timeMs } from '../text/time.ts';
import { noOwnerText, type Owners, strayDevices } from './stray-device.ts';

export type Candidate = Omit<Orphan, 'decision'>;
export type Waiting = PlanDocument['waiting'][number];

export function orphanCandidates(world: World, placeOf: PlaceOf): readonly Candidate[] {
  const records = world.records.filter((record) => record.gone === undefined);
  const owners: Owners = {
    known: knownIds(world),
    records: new Map(records.map((record) => [recordId(record), record])),
  };
  return [
    ...servers(world, placeOf),
    ...devices(world, owners),
    ...states(world, owners),
    ...locks(world, owners),
    ...addresses(world, owners),
    ...authKeys(world),
    ...sshKeys(world),
    ...snapshots(world, owners),
  ].sort((a, b) => compareText(a.resource, b.resource) || compareText(a.id, b.id));
}

function servers(world: World, placeOf: PlaceOf): readonly Candidate[] {
  const { fleet } = world.policy;
  return world.observed.servers
    .filter((server) => server.labels[labelNames.fleet] === fleet)
    .flatMap((server) => {
      const place = placeOf(server);
      if (place.kind !== 'orphan' || !isOld(server.created, world)) return [];
      const { why } = place;
      const { id, name, created, labels, location, serverType } = server;
      const cost =
        offerOf(world.offers, serverType, location) === null
          ? {}
          : { monthlyCost: monthlyCost(world.offers, { serverType, location }) };
      return [{ resource: 'server' as const, id, name, created, labels, location, ...cost, why }];
    });
}

/** Sorted servers without a record that are neither adoptable nor orphans yet, and why. */
export function waitingServers(world: World, placeOf: PlaceOf): readonly Waiting[] {
  const { fleet } = world.policy;
  return world.observed.servers
    .filter((server) => server.labels[labelNames.fleet] === fleet)
    .flatMap((server): Waiting[] => {
      const place = placeOf(server);
      const { id } = server;
      const agent = agentOfServer(server, fleet) ?? '';
      if (place.kind === 'waiting') return [{ server: id, agent, message: place.why }];
      if (place.kind !== 'orphan' || isOld(server.created, world)) return [];
      return [{ server: id, agent, message: `${place.why}; it is too young to be an orphan` }];
    })
    .sort((a, b) => compareText(a.server, b.server));
}

/** Devices that no record names. A recorded device belongs to its agent, whatever its hostname. */
function devices(world: World, owners: Owners): readonly Candidate[] {
  const recorded = nodeOwners(world.records);
  const whyStray = strayDevices(world, owners);
  return world.observed.devices
    .filter((device) => !recorded.has(device.nodeId))
    .flatMap((device) => {
      const why = whyStray(device);
      if (why === null || !isOld(device.created, world)) return [];
      const { nodeId: id, name, created } = device;
      return [{ resource: 'device' as const, id, name, created, why }];
    });
}

function states(world: World, { known }: Owners): readonly Candidate[] {
  return world.observed.states.flatMap(({ key, modified }) => {
    const agent = agentOfState(key, world.policy.fleet);
    if (agent === '' || known.has(agent) || !isOld(modified, world)) return [];
    const why = noOwnerText(agent);
    return [{ resource: 'state' as const, id: key, name: key, created: modified, why }];
  });
}

/** Only locks that outlive any lease: a run that destroys an orphan may hold a younger one. */
function locks(world: World, { known }: Owners): readonly Candidate[] {
  return world.locks
    .filter((lock) => outlivesLeases(lock, world.policy, world.nowMs) && isOld(lock.created, world))
    .flatMap((lock) => {
      const agent = agentOfState(lock.key, world.policy.fleet);
      if (agent === '' || known.has(agent)) return [];
      const created = new Date(timeMs(lock.created)).toISOString();
      const why = `${lock.who} left it (${lock.operation}), and ${noOwnerText(agent)}`;
      return [{ resource: 'lock' as const, id: lock.key, name: lock.key, created, why }];
    });
}

/** Only unassigned addresses: assigned ones are removed with their server. */
function addresses(world: World, { known, records }: Owners): readonly Candidate[] {
  return world.observed.primaryIps
    .filter((one) => one.assignee === null && isOld(one.created, world))
    .flatMap((address) => {
      const { id, ip, labels, location, created } = address;
      const agent = labels[labelNames.agent];
      // A run that works on its agent may be about to use or remove it.
      if (agent !== undefined && records.get(agent)?.lease !== undefined) return [];
      const why =
        agent === undefined
          ? 'it carries our fleet label, serves no server and names no agent'
          : known.has(agent)
            ? `it serves no server, and ${agent} does without it`
            : `it serves no server, and ${noOwnerText(agent)}`;
      const monthly = address.ip.includes(':') ? 0 : world.offers.ipv4MonthlyNet[location];
      const cost = monthly === undefined ? {} : { monthlyCost: cents(monthly) };
      const head = { resource: 'primaryIp' as const, id, name: ip, created, labels, location };
      return [{ ...head, ...cost, why }];
    });
}

/** Our keys expire after `tailnet.keySeconds`: a key that is older was not made by a run. */
function authKeys(world: World): readonly Candidate[] {
  const { policy, nowMs } = world;
  return (world.resources?.authKeys ?? [])
    .filter((key) => isOld(key.created, world))
    .filter((key) => nowMs > timeMs(key.created) + policy.tailnet.keySeconds * 1000)
    .map(({ id, description, created, expires }) => ({
      resource: 'authKey' as const,
      id,
      name: description,
      created,
      why: `it is unused and opens the tailnet until ${expires}, longer than any of ours may`,
    }));
}

/** Jobs use certificates; the only key that the project keeps is the policy's break-glass key. */
function sshKeys(world: World): readonly Candidate[] {
  const { policy } = world;
  const kept = policy.ssh.breakGlassPublicKey === undefined ? null : breakGlassName(policy);
  return (world.resources?.sshKeys ?? [])
    .filter((key) => key.name !== kept && isOld(key.created, world))
    .map(({ id, name, created, labels }) => ({
      resource: 'sshKey' as const,
      id,
      name,
      created,
      labels,
      why: 'it carries our fleet label and is not the key that policy.yaml names',
    }));
}

/**
 * Snapshots that neither the catalog nor a recorded choice names, and whose agent is unknown. The
 * newest prepared image is being proposed for the catalog.
 */
function snapshots(world: World, { known, records }: Owners): readonly Candidate[] {
  const used = new Set([world.catalog.image]);
  for (const { chosen } of records.values()) if (chosen !== undefined) used.add(chosen.image);
  const all = world.resources?.snapshots ?? [];
  const proposed = newest(all);
  return all
    .filter((snapshot) => snapshot !== proposed)
    .filter((snapshot) => !used.has(snapshot.id) && isOld(snapshot.created, world))
    .flatMap(({ id, description, created, labels, monthlyCost: cost }) => {
      const agent = labels[labelNames.agent];
      if (agent !== undefined && known.has(agent)) return [];
      const why =
        agent === undefined ? 'neither the catalog nor any agent names it' : noOwnerText(agent);
      const head = { resource: 'snapshot' as const, id, name: description, created, labels };
      return [{ ...head, ...(cost === null ? {} : { monthlyCost: cost }), why }];
    });
}

function isOld(created: string, world: World): boolean {
  return world.nowMs - timeMs(created) >= world.policy.orphans.graceMinutes * 60_000;
}
