/** Checks a firewall's rules, and returns them in the form of the API's answers. */
import { isIP } from 'node:net';
import { HetznerError, invalid } from './errors.ts';
import { objectIn, optionalList, optionalText } from './input.ts';
import type { Rule } from './records.ts';

const rulesMax = 50;
const protocols: readonly unknown[] = ['tcp', 'udp', 'icmp', 'esp', 'gre'];
const cidrsMax = 100;
const portMax = 65_535;

export function rulesOf(asked: unknown): Rule[] {
  const list = optionalList({ rules: asked }, 'rules');
  if (list.length > rulesMax)
    throw new HetznerError('resource_limit_exceeded', 'firewall rule limit exceeded', {
      limits: [{ name: 'firewall_rule_limit' }],
    });
  return list.map((one) => ruleOf(one));
}

function ruleOf(one: unknown): Rule {
  const rule = objectIn(one, 'rules');
  const { direction, protocol } = rule;
  if (direction !== 'in' && direction !== 'out')
    throw invalid('rules', 'direction must be in or out');
  if (typeof protocol !== 'string' || !protocols.includes(protocol))
    throw invalid('rules', 'protocol is unknown');
  const sources = cidrsOf(rule['source_ips']);
  const destinations = cidrsOf(rule['destination_ips']);
  if (direction === 'in' && sources.length === 0)
    throw invalid('rules', 'source_ips are required for incoming rules');
  if (direction === 'out' && destinations.length === 0)
    throw invalid('rules', 'destination_ips are required for outgoing rules');
  return {
    direction,
    protocol,
    port: portOf(protocol, optionalText(rule, 'port')),
    source_ips: sources,
    destination_ips: destinations,
    description: optionalText(rule, 'description') ?? null,
  };
}

function portOf(protocol: string, port: string | undefined): string | null {
  const takesPorts = protocol === 'tcp' || protocol === 'udp';
  if (port === undefined || port === '') {
    if (takesPorts) throw invalid('rules', `port is required for ${protocol}`);
    return null;
  }
  if (!takesPorts) throw invalid('rules', `${protocol} has no ports`);
  if (port === 'any') return port;
  const [, from = '', to = from] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(port) ?? [];
  const [first, last] = [Number(from), Number(to)];
  if (from === '' || first < 1 || last > portMax || first > last)
    throw invalid('rules', `port '${port.slice(0, 20)}' is not valid`);
  return port;
}

function cidrsOf(asked: unknown): string[] {
  const list = optionalList({ rules: asked }, 'rules');
  if (list.length > cidrsMax) throw invalid('rules', `at most ${cidrsMax} addresses a rule`);
  return list.map((one) => normalised(typeof one === 'string' ? one : ''));
}

/** The network's own address, IPv6 in lower case and short: as `10.0.0.0/8`, `fe80::/10`. */
function normalised(cidr: string): string {
  const [, address = '', bits = ''] = /^([0-9a-fA-F.:]{2,45})\/(\d{1,3})$/.exec(cidr) ?? [];
  const family = isIP(address);
  const width = family === 4 ? 32 : 128;
  if (family === 0 || Number(bits) > width)
    throw invalid('rules', `'${cidr.slice(0, 60)}' is not a valid CIDR`);
  if (family === 4) return `${ipv4Network(address, Number(bits))}/${Number(bits)}`;
  return `${ipv6Network(address, Number(bits))}/${Number(bits)}`;
}

function ipv4Network(address: string, bits: number): string {
  const octets = address.split('.').map(Number);
  return octets.map((octet, at) => octet & maskOf(bits - at * 8, 8)).join('.');
}

function ipv6Network(address: string, bits: number): string {
  const groups = groupsOf(address).map((group, at) => group & maskOf(bits - at * 16, 16));
  // The URL parser writes addresses in their one short form.
  const { hostname } = new URL(`http://[${groups.map((group) => group.toString(16)).join(':')}]`);
  return hostname.slice(1, -1);
}

function groupsOf(address: string): readonly number[] {
  const { hostname } = new URL(`http://[${address}]`);
  const [head = '', tail] = hostname.slice(1, -1).split('::');
  const parse = (part: string) =>
    part === '' ? [] : part.split(':').map((one) => parseInt(one, 16));
  const [left, right] = [parse(head), parse(tail ?? '')];
  return [...left, ...new Array<number>(8 - left.length - right.length).fill(0), ...right];
}

/** A mask of the upper `bits` of `width` bits. */
function maskOf(bits: number, width: number): number {
  const kept = Math.min(Math.max(bits, 0), width);
  return ((2 ** width - 1) << (width - kept)) & (2 ** width - 1);
}
