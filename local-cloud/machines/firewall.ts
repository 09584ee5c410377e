/**
 * Rules of the machines' network, in nftables' language: what each machine may receive and send.
 *
 * As Hetzner's firewalls: without one everything is open. With one, what no rule allows is dropped
 * inwards, and outwards too as soon as there is a rule outwards. Several firewalls add up. Answers to
 * what was allowed pass.
 */
import type { Rule } from '../hetzner/records.ts';
import { contains } from './ranges.ts';

/** The rules of all firewalls that apply together; null where none does. */
export type Guard = readonly Rule[] | null;
export type Guarded = {
  /** its interface in the machines' network */
  readonly link: string;
  readonly address: string;
  readonly guard: Guard;
};

/**
 * The whole table, which replaces the former one in one step. A machine that is not in it is
 * connected to nothing.
 */
export function rulesetOf(machines: readonly Guarded[]): string {
  const sorted = [...machines].sort((a, b) => (a.link < b.link ? -1 : 1));
  return [
    'table inet machines {}',
    'delete table inet machines',
    'table inet machines {',
    ...sorted.flatMap(chainsOf),
    ...chain('forward', 'type filter hook forward priority 0; policy drop;', [
      ...verdicts('iifname', 'out', sorted),
      'ct state established,related accept',
      'ct state invalid drop',
      ...verdicts('oifname', 'in', sorted),
      'oifname "uplink" accept',
    ]),
    ...chain('input', 'type filter hook input priority 0; policy drop;', [
      'iifname "lo" accept',
      'ct state established,related accept',
      'meta l4proto icmp accept',
    ]),
    '}',
    '',
  ].join('\n');
}

function chainsOf({ link, address, guard }: Guarded): readonly string[] {
  const inwards = (guard ?? []).filter(({ direction }) => direction === 'in');
  const outwards = (guard ?? []).filter(({ direction }) => direction === 'out');
  return [
    ...chain(`out-${link}`, null, [
      `ip saddr != ${address} drop`,
      'ct state established,related return',
      ...outwards.flatMap((rule) => allowing(rule, 'daddr', 'return')),
      outwards.length > 0 ? 'drop' : 'return',
    ]),
    ...chain(`in-${link}`, null, [
      `ip daddr != ${address} drop`,
      ...inwards.flatMap((rule) => allowing(rule, 'saddr', 'accept')),
      guard === null ? 'accept' : 'drop',
    ]),
  ];
}

/** A rule that names no IPv4 address matches nothing here: machines have no IPv6. */
function allowing(rule: Rule, side: 'saddr' | 'daddr', verdict: string): readonly string[] {
  const peers = side === 'saddr' ? rule.source_ips : rule.destination_ips;
  const addresses = peers.filter((one) => !one.includes(':'));
  if (addresses.length === 0) return [];
  const whom = addresses.some((one) => one.endsWith('/0'))
    ? ''
    : `ip ${side} { ${withoutOverlaps(addresses).join(', ')} } `;
  const port = rule.port === null || rule.port === 'any' ? '1-65535' : rule.port;
  const what =
    rule.protocol === 'tcp' || rule.protocol === 'udp'
      ? `${rule.protocol} dport ${port}`
      : `meta l4proto ${rule.protocol}`;
  return [`${whom}${what} ${verdict}`];
}

/** nftables refuses a set in which one network contains another. */
function withoutOverlaps(cidrs: readonly string[]): readonly string[] {
  const all = [...new Set(cidrs)];
  return all.filter((one) => !all.some((other) => other !== one && contains(other, one)));
}

function verdicts(
  field: 'iifname' | 'oifname',
  way: 'in' | 'out',
  machines: readonly Guarded[],
): readonly string[] {
  if (machines.length === 0) return [];
  const jump = way === 'out' ? 'jump' : 'goto';
  const entries = machines.map(({ link }) => `"${link}" : ${jump} ${way}-${link}`);
  return [`${field} vmap { ${entries.join(', ')} }`];
}

function chain(name: string, hook: string | null, rules: readonly string[]): readonly string[] {
  const inside = [...(hook === null ? [] : [hook]), ...rules];
  return [`  chain ${name} {`, ...inside.map((line) => `    ${line}`), '  }'];
}
