/**
 * A network for one test file: a namespace with a bridge, one namespace a machine, and an interface
 * of this machine on the bridge. There is room for four at once, 14 addresses each; what a killed
 * test left is removed by the next one that takes its place.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { isAlive } from '../../scripts/setup/parts.mjs';

const places = [0, 1, 2, 3];

type Network = {
  /** the namespace with the bridge, and its address there */
  readonly hub: { readonly namespace: string; readonly address: string };
  /** a new namespace with an address on the bridge */
  machine(): { readonly namespace: string; readonly address: string };
  close(): void;
};

export function openNetwork(): Network {
  const place = places.find(taken) ?? assert.fail('each place for a test network is taken');
  try {
    return laidOut(place);
  } catch (error) {
    clear(place);
    throw error;
  }
}

function laidOut(place: number): Network {
  const address = (host: number) => `203.0.113.${128 + 16 * place + host}`;
  const hub = { namespace: namespaceOf(place, 0), address: address(1) };
  const link = linkOf(place);
  ip(`netns add ${hub.namespace}`);
  ip(`link set ${link}p netns ${hub.namespace}`);
  ip(`-n ${hub.namespace} link add bridge type bridge`);
  ip(`-n ${hub.namespace} addr add ${hub.address}/28 dev bridge`);
  ip(`-n ${hub.namespace} link set dev ${link}p master bridge`);
  for (const name of ['lo', 'bridge', `${link}p`])
    ip(`-n ${hub.namespace} link set dev ${name} up`);
  ip(`addr add ${address(2)}/28 dev ${link}`);
  ip(`link set dev ${link} up`);
  let machines = 0;
  return {
    hub,
    machine() {
      machines += 1;
      const namespace = namespaceOf(place, machines);
      ip(`netns add ${namespace}`);
      ip(`-n ${hub.namespace} link add m${machines} type veth peer name eth0 netns ${namespace}`);
      ip(`-n ${hub.namespace} link set dev m${machines} master bridge up`);
      ip(`-n ${namespace} addr add ${address(2 + machines)}/28 dev eth0`);
      for (const name of ['lo', 'eth0']) ip(`-n ${namespace} link set dev ${name} up`);
      return { namespace, address: address(2 + machines) };
    },
    close: () => clear(place),
  };
}

/** Makes the pair of interfaces, whose name only one process can have. Its alias names the owner. */
function taken(place: number): boolean {
  const link = linkOf(place);
  const owner = ownerOf(link);
  if (owner !== null && isAlive(owner)) return false;
  clear(place);
  try {
    ip(`link add ${link} type veth peer name ${link}p`);
  } catch {
    return false;
  }
  ip(`link set ${link} alias ${process.pid}`);
  return true;
}

function ownerOf(link: string): number | null {
  try {
    return Number(/^\s+alias (\d+)$/m.exec(ip(`link show ${link}`))?.[1] ?? 0);
  } catch {
    return null;
  }
}

/** A namespace takes its interfaces along, and their other ends. */
function clear(place: number): void {
  if (ownerOf(linkOf(place)) !== null) ip(`link del ${linkOf(place)}`);
  for (const namespace of namespaces())
    if (namespace.startsWith(`tn-${place}-`)) ip(`netns del ${namespace}`);
}

export function namespaces(): readonly string[] {
  return ip('netns list')
    .split('\n')
    .map((line) => line.split(' ')[0] ?? '')
    .filter((name) => name !== '');
}

function namespaceOf(place: number, machine: number): string {
  return `tn-${place}-${machine}`;
}

function linkOf(place: number): string {
  return `tn-up${place}`;
}

function ip(args: string): string {
  return execFileSync('ip', args.split(' '), {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
