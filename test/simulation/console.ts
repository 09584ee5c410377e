/** Changes by people in Hetzner's or Tailscale's console, behind the reconciler. */
import type { Randomness } from '../../local-cloud/randomness.ts';
import { fleetPath } from '../../reconciler/core/fleet/fleet-record.ts';
import { deviceTag, labelNames } from '../../reconciler/core/fleet/observed.ts';
import { idNo } from '../builders/world.ts';
import { plantServer, serverOf } from '../fakes/agents.ts';
import { fleetIdsIn } from '../fakes/at-commit.ts';
import { diskOf, ranLabel } from '../fakes/servers.ts';
import type { FakeWorld } from '../fakes/world.ts';
import type { Act } from './act.ts';

function byHand(
  what: string,
  act: (world: FakeWorld, n: number, random: Randomness) => boolean,
): Act {
  return (world, random, n) => (act(world, n, random) ? `${what} ${n} by hand` : null);
}

export const breaks: readonly Act[] = [
  byHand('deletes the server of', (world, n) => {
    const server = serverOf(world, n);
    if (server === null) return false;
    world.project.servers.delete(server.id);
    return world.project.primaryIps.delete(server.ipv4Id);
  }),
  byHand('switches', (world, n, random) => {
    const server = serverOf(world, n);
    if (server === null) return false;
    const status = random.below(2) === 0 ? 'off' : 'running';
    server.statuses.push({ atMs: world.time.now(), status });
    return true;
  }),
  byHand('labels', (world, n, random) => {
    const server = serverOf(world, n);
    if (server === null) return false;
    const names = [labelNames.customer, labelNames.revision, labelNames.bootstrap];
    const name = names[random.below(names.length)] ?? labelNames.customer;
    server.labels = { ...server.labels, [name]: '1' };
    return true;
  }),
  byHand('unprotects', (world, n) => {
    const server = serverOf(world, n);
    if (server === null) return false;
    server.protection = { delete: false, rebuild: false };
    // Removing the only label that an unverified server ran permits its rollback.
    if (server.labels[ranLabel] !== '1') world.project.ran.delete(server.id);
    return true;
  }),
  byHand('deletes the device of', (world, n) => {
    const found = [...world.tailnet.devices.values()].find(({ hostname }) => hostname === idNo(n));
    return found !== undefined && world.tailnet.devices.delete(found.nodeId);
  }),
  byHand('deletes the state of', (world, n) => {
    const key = [...world.bucket.states.keys()].find((one) => one.includes(idNo(n)));
    return key !== undefined && world.bucket.states.delete(key);
  }),
  byHand('plants a server beside', (world, n) => {
    if (world.project.soldOut.has('cpx12/fsn1')) return false;
    const { servers } = world.project;
    const name = `stray-${servers.size}-${world.time.now()}`;
    // Names are unique within a project.
    if ([...servers.values()].some((server) => server.name === name)) return false;
    plantServer(world, name, {
      [labelNames.fleet]: 'aura',
      [labelNames.nonce]: `stray${n}`.padEnd(16, '0'),
    });
    return true;
  }),
  byHand('plants a device beside', (world) => {
    world.tailnet.add('a-laptop', deviceTag('aura'));
    return true;
  }),
];

/** With a bigger disk, as the console does by default. */
export const resizesByHand = byHand('resizes', (world, n, random) => {
  const server = serverOf(world, n);
  if (server === null) return false;
  const types = server.location === 'ash' ? ['cpx11', 'cpx21'] : ['cpx12', 'cpx22'];
  const type = types[random.below(2)] ?? server.serverType;
  if (diskOf(world.project, type) < server.diskGb) return false;
  server.serverType = type;
  server.diskGb = diskOf(world.project, type);
  return true;
});

export const labelsByHand = byHand('labels as having run', (world, n, random) => {
  const server = serverOf(world, n);
  if (server === null) return false;
  if (random.below(2) === 0) server.protection = { delete: true, rebuild: true };
  else server.labels = { ...server.labels, [ranLabel]: '1' };
  world.project.noteRan(server);
  return true;
});

export const opensFirewalls = byHand('takes the firewall from', (world, n, random) => {
  const { firewalls, unheld } = world.project;
  const server = serverOf(world, n);
  const [first] = [...firewalls.keys()];
  const kind = random.below(3);
  // Without either of the recorded ones nothing identifies the project: then all records are
  // recreated, as docs/runbooks/recover-the-shared-stack.md describes.
  const ids = fleetIdsIn(world.git.text(fleetPath, 'status'));
  const proves = (id: string) => id !== first && (id === ids?.base || id === ids?.bootstrap);
  if (kind === 0 && first !== undefined)
    return [...firewalls.keys()].some(proves) && firewalls.delete(first);
  if (kind === 1 && first !== undefined) {
    const before = firewalls.get(first);
    if (before !== undefined)
      firewalls.set(first, { ...before, rules: 'in tcp 1-65535 0.0.0.0/0' });
    return true;
  }
  if (server === null) return false;
  unheld.add(server.id);
  return true;
});
