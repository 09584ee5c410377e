/**
 * Puts a converged fleet into the local cloud without going through its APIs: servers, addresses,
 * devices, files and records that agree with each other, so that the first run finds nothing to do.
 */
import type { LocalCloud } from '../../local-cloud/cloud.ts';
import { makePrimaryIp } from '../../local-cloud/hetzner/addresses.ts';
import { agentPath } from '../../reconciler/core/agent/agent.ts';
import { withPeopleFields } from '../../reconciler/core/agent/agent-file.ts';
import type { Policy } from '../../reconciler/core/agent/policy.ts';
import { wantedFirewalls } from '../../reconciler/core/fleet/firewall.ts';
import {
  type FleetIds,
  fleetPath,
  newFleetRecord,
  renderFleetRecord,
} from '../../reconciler/core/fleet/fleet-record.ts';
import { agentStateKey, deviceTag, labelNames } from '../../reconciler/core/fleet/observed.ts';
import {
  agentNumber,
  choice,
  createdAt,
  createFileText,
  type FleetAgent,
  stackOf,
} from './reconcile-agents.ts';
import { importFiles } from './reconcile-import.ts';
import type { FleetOptions } from './reconcile-messages.ts';
import { createRecordText, type Device, type Made, oidOf } from './reconcile-records.ts';

const createdMs = Date.parse(createdAt);
type World = LocalCloud['world'];

/** @returns the keys of all states, sorted */
export async function fillFleet(
  world: World,
  policy: Policy,
  options: FleetOptions,
): Promise<readonly string[]> {
  const firewalls = addFirewalls(world, policy);
  const fileText = createFileText();
  const recordText = createRecordText(options.roleVersion, policy);
  const keys: string[] = [];
  const records: [path: string, text: string][] = [];
  const files: [path: string, text: string][] = [];
  for (let n = 0; n < options.agents; n += 1) {
    const agent = agentNumber(n);
    const server = n < options.sample ? provisioned(world, agent) : addServer(world, policy, agent);
    const made = { ...server, device: addDevice(world, policy, agent, n) };
    const text = fileText(agent);
    files.push([agentPath(agent.id), text]);
    records.push([agentPath(agent.id), recordText(agent, made, oidOf(text))]);
    keys.push(agentStateKey(policy.fleet, agent.id));
  }
  records.push([fleetPath, renderFleetRecord(newFleetRecord({ firewalls }))]);
  await importFiles(world.repository.gitDir, 'main', { files, subject: 'A fleet' });
  await importFiles(world.repository.gitDir, 'status', { files: records, subject: 'Its records' });
  return keys.sort();
}

/** Changes by people, in turn: power off, another configuration, another plan. */
export async function changeFiles(world: World, agents: number): Promise<void> {
  const fileText = createFileText();
  const changes = [
    { power: 'stopped' as const },
    { config: { model: 'another' } },
    { region: 'eu-central', power: 'stopped' as const },
  ];
  const files: [path: string, text: string][] = [];
  for (let n = 0; n < agents; n += 1) {
    const agent = agentNumber(n + 100);
    const fields = changes[n % changes.length] ?? {};
    files.push([agentPath(agent.id), withPeopleFields(fileText(agent), fields)]);
  }
  await importFiles(world.repository.gitDir, 'main', {
    files,
    subject: 'People change their mind',
  });
}

function addFirewalls({ hetzner: { project } }: World, policy: Policy): FleetIds {
  const ids = { base: '', bootstrap: '', isolation: '' };
  for (const { role, name, rules, selector } of wantedFirewalls(policy)) {
    const id = project.nextId();
    ids[role] = String(id);
    project.firewalls.set(id, {
      id,
      name,
      labels: { [labelNames.fleet]: policy.fleet },
      rules: rules.map(({ direction, protocol, port, peers }) => ({
        direction,
        protocol,
        port,
        source_ips: direction === 'in' ? [...peers] : [],
        destination_ips: direction === 'out' ? [...peers] : [],
        description: null,
      })),
      appliedTo: [{ type: 'label_selector', selector, since: createdMs }],
      created: createdMs,
    });
  }
  return ids;
}

/** A server that Terraform created, after its verification. */
function provisioned({ hetzner: { project } }: World, { id }: FleetAgent): Omit<Made, 'device'> {
  const server = project.servers.one('@name', id);
  if (server === undefined) throw new Error(`Terraform has made no server ${id}`);
  server.protection = { delete: true, rebuild: true };
  const address = server.ipv4 === null ? undefined : project.primaryIps.get(server.ipv4);
  return { server: String(server.id), ipv4: address?.ip ?? '' };
}

function addServer(
  { hetzner: { project } }: World,
  policy: Policy,
  agent: FleetAgent,
): Omit<Made, 'device'> {
  const id = project.nextId();
  const address = (type: 'ipv4' | 'ipv6') =>
    makePrimaryIp(project, {
      type,
      location: choice.location,
      name: `primary_ip-${project.nextId()}`,
      autoDelete: true,
      labels: {},
      assignee: id,
    });
  const [ipv4, ipv6] = [address('ipv4'), address('ipv6')];
  project.servers.set(id, {
    id,
    name: agent.id,
    status: 'running',
    created: createdMs,
    labels: stackOf(policy, agent).server.labels,
    labelsBefore: null,
    labelsChangedAt: createdMs,
    typeName: choice.serverType,
    location: choice.location,
    image: imageOf(project),
    diskGb: 40,
    userData: '',
    sshKeys: [],
    ipv4: ipv4.id,
    ipv6: ipv6.id,
    protection: { delete: true, rebuild: true },
    locked: false,
    placementGroup: null,
    startedAt: createdMs,
    backups: false,
    rescue: false,
    lockedByStaff: false,
    deaf: false,
  });
  return { server: String(id), ipv4: ipv4.ip };
}

/** The image of a server that Terraform has made. */
function imageOf(project: World['hetzner']['project']) {
  const [first] = project.servers.values();
  return first?.image ?? null;
}

function addDevice({ tailscale }: World, policy: Policy, agent: FleetAgent, n: number): Device {
  const nodeId = `n${agent.nonce.slice(0, 10)}CNTRL`;
  const address = `100.${64 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}`;
  const name = `${agent.id}.tail5a1e7.ts.net`;
  tailscale.tailnet.devices.set(nodeId, {
    id: String(4_000_000_000 + n),
    nodeId,
    machine: agent.id,
    hostname: agent.id,
    name,
    nameIsSet: false,
    address,
    ipv6: `fd7a:115c:a1e0::${(n >> 16).toString(16)}:${(n & 0xffff).toString(16)}`,
    tags: [deviceTag(policy.fleet)],
    ephemeral: false,
    authorized: true,
    created: createdMs,
    lastSeen: createdMs,
    online: true,
    keyExpiryDisabled: true,
    expires: createdMs,
    enabledRoutes: [],
    advertisedRoutes: [],
  });
  return { nodeId, address, name };
}
