/**
 * The network of one instance: a namespace that routes between its machines, each in a namespace of
 * its own, and an uplink to this computer.
 *
 * As at Hetzner a machine has one address, without neighbours, and the gateway 172.31.1.1. So all
 * that reaches a machine is routed, also from another one, and passes its firewall. This computer
 * reaches the machines over a route that belongs to the uplink; they reach web servers, for package
 * registries, and the resolvers, and nothing else beyond this computer.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { type Guarded, rulesetOf } from './firewall.ts';
import { run, runIfPossible } from './programs.ts';
import { addressIn } from './ranges.ts';
import type { Slot } from './slots.ts';

const gateway = '172.31.1.1';
const forwardingFile = '/proc/sys/net/ipv4/ip_forward';

type Uplink = {
  /** this computer's address towards the machines */
  readonly host: string;
  readonly inside: string;
};

export function uplinkOf({ uplink }: Slot): Uplink {
  return { host: addressIn(uplink, 1) ?? '', inside: addressIn(uplink, 2) ?? '' };
}

/** Name of a machine's interface in the namespace of the network. */
export function linkOf(machine: number): string {
  return `m${machine}`;
}

export function namespaceOf({ name }: Slot, machine: number): string {
  return `${name}-${machine}`;
}

export async function openNetwork(slot: Slot, resolvers: readonly string[]): Promise<void> {
  const { name, range } = slot;
  const { host, inside } = uplinkOf(slot);
  const bits = slot.uplink.split('/')[1];
  await run('ip', ['netns', 'add', name]);
  await guardMachines(slot, []);
  await run('ip', [
    'link',
    'add',
    `${name}-up`,
    'type',
    'veth',
    'peer',
    'name',
    'uplink',
    'netns',
    name,
  ]);
  await batch(name, [
    'link set lo up',
    `addr add ${inside}/${bits} dev uplink`,
    'link set uplink up',
    `route add default via ${host}`,
  ]);
  const forward = `echo 1 > ${forwardingFile}`;
  await run('ip', ['netns', 'exec', name, 'sh', '-c', forward]);
  await run('nft', ['-f', '-'], { input: uplinkRules(slot, resolvers) });
  await openForwarding(slot);
  await batch(null, [
    `addr add ${host}/${bits} dev ${name}-up`,
    `link set ${name}-up up`,
    `route add ${range} via ${inside} dev ${name}-up src ${host}`,
  ]);
}

/** Rules of this computer, in a table of the slot's name. */
function uplinkRules({ name, range, ...slot }: Slot, resolvers: readonly string[]): string {
  const { host } = uplinkOf({ name, range, ...slot });
  const ask = resolvers.length > 0 ? `ip daddr { ${resolvers.join(', ')} }` : '';
  return [
    `table ip ${name} {`,
    '  chain forward {',
    '    type filter hook forward priority -10; policy accept;',
    `    iifname != "${name}-up" oifname != "${name}-up" accept`,
    '    tcp flags syn tcp option maxseg size set rt mtu',
    '    ct state established,related accept',
    `    oifname "${name}-up" drop`,
    '    ip daddr 169.254.0.0/16 drop',
    ...(ask === '' ? [] : [`    ${ask} meta l4proto { tcp, udp } th dport 53 accept`]),
    '    tcp dport { 80, 443 } accept',
    '    drop',
    '  }',
    '  chain input {',
    '    type filter hook input priority -10; policy accept;',
    `    iifname "${name}-up" ip daddr != ${host} drop`,
    '  }',
    '  chain postrouting {',
    '    type nat hook postrouting priority srcnat; policy accept;',
    `    ip saddr ${range} oifname != "${name}-up" masquerade`,
    '  }',
    '}',
    '',
  ].join('\n');
}

/** The address at which every cloud has it leads to `endpoint`, on this computer. */
export async function serveMetadata({ name }: Slot, endpoint: string): Promise<void> {
  const rules = [
    'table ip metadata {',
    '  chain prerouting {',
    '    type nat hook prerouting priority dstnat; policy accept;',
    `    ip daddr 169.254.169.254 tcp dport 80 dnat to ${endpoint}`,
    '  }',
    '}',
    '',
  ];
  await run('ip', ['netns', 'exec', name, 'nft', '-f', '-'], { input: rules.join('\n') });
}

/** This computer forwards packets; where its firewall drops them by default, it gets two rules. */
async function openForwarding({ name }: Slot): Promise<void> {
  if (!forwards()) writeFileSync(forwardingFile, '1');
  const chain = await runIfPossible('iptables', ['-S', 'FORWARD']);
  if (!chain.startsWith('-P FORWARD DROP')) return;
  for (const way of ['-i', '-o'])
    await run('iptables', ['-I', 'FORWARD', way, `${name}-up`, '-j', 'ACCEPT']);
}

export function forwards(): boolean {
  return readFileSync(forwardingFile, 'utf8').trim() === '1';
}

/** Whatever of the network exists, all of its machines' namespaces with it. */
export async function clearNetwork({ name }: Slot): Promise<void> {
  const namespaces = (await run('ip', ['-j', 'netns', 'list'])).trim() || '[]';
  const names = (JSON.parse(namespaces) as { name: string }[]).map((one) => one.name);
  for (const one of names.filter((each) => each === name || each.startsWith(`${name}-`)))
    await run('ip', ['netns', 'del', one]);
  await runIfPossible('ip', ['link', 'del', `${name}-up`]);
  await runIfPossible('nft', ['delete', 'table', 'ip', name]);
  const chain = await runIfPossible('iptables', ['-S', 'FORWARD']);
  for (const rule of chain.split('\n').filter((line) => line.includes(` ${name}-up `)))
    await run('iptables', ['-D', ...rule.split(' ').slice(1)]);
}

export function stopForwarding(): void {
  writeFileSync(forwardingFile, '0');
}

/** A namespace without what an earlier boot left in it; connected where the machine has an address. */
export async function connect(slot: Slot, machine: number, address: string | null): Promise<void> {
  await disconnect(slot, machine);
  const [own, link] = [namespaceOf(slot, machine), linkOf(machine)];
  await run('ip', ['netns', 'add', own]);
  await batch(own, ['link set lo up']);
  if (address === null) return;
  await batch(slot.name, [
    `link add ${link} type veth peer name eth0 netns ${own}`,
    `addr add ${gateway}/32 dev ${link}`,
    `link set ${link} up`,
    `route add ${address}/32 dev ${link}`,
  ]);
  await batch(own, [
    `addr add ${address}/32 dev eth0`,
    'link set eth0 up',
    `route add ${gateway}/32 dev eth0`,
    `route add default via ${gateway}`,
  ]);
}

export async function disconnect(slot: Slot, machine: number): Promise<void> {
  // The interface first: the kernel removes those of a namespace later, and the name would be taken.
  await runIfPossible('ip', ['-n', slot.name, 'link', 'del', linkOf(machine)]);
  await runIfPossible('ip', ['netns', 'del', namespaceOf(slot, machine)]);
}

export async function guardMachines(slot: Slot, machines: readonly Guarded[]): Promise<void> {
  const nft = ['netns', 'exec', slot.name, 'nft', '-f', '-'];
  await run('ip', nft, { input: rulesetOf(machines) });
}

/** Commands of `ip`, in the namespace where one is given. */
async function batch(namespace: string | null, commands: readonly string[]): Promise<void> {
  const where = namespace === null ? [] : ['-n', namespace];
  await run('ip', [...where, '-batch', '-'], { input: `${commands.join('\n')}\n` });
}

/** Addresses of the name servers that this computer asks, without a stub on loopback. */
export function resolversOf(resolvConf: string): readonly string[] {
  return [...resolvConf.matchAll(/^\s*nameserver\s+([\d.]+)\s*$/gm)]
    .flatMap(([, address]) => address ?? [])
    .filter((address) => !address.startsWith('127.'));
}
