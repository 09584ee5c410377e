/**
 * Access by the rules of a policy: `grants`, and the older `acls`. The default is to deny. Names
 * are compared literally; groups and address ranges are not expanded.
 */
import { TailscaleError } from './errors.ts';
import { objectOf, textsOf } from './fields.ts';

export type Rule = {
  readonly src: readonly string[];
  readonly dst: readonly string[];
  /** `*`, `443`, `tcp:22`, `udp:1000-2000`, `icmp:*` */
  readonly ip: readonly string[];
};

type Probe = {
  readonly src: string;
  /** `host:port` */
  readonly target: string;
  readonly proto: string;
};

export function rulesOf(content: Readonly<Record<string, unknown>>): readonly Rule[] {
  return [
    ...listOf(content['grants'], 'grants').map(grantOf),
    ...listOf(content['acls'], 'acls').flatMap(aclOf),
  ];
}

export function reaches(rules: readonly Rule[], { src, target, proto }: Probe): boolean {
  const { host, port } = splitTarget(target);
  return rules.some(
    (rule) =>
      covers(rule.src, src) &&
      covers(rule.dst, host) &&
      rule.ip.some((ip) => allows(ip, proto, Number(port))),
  );
}

/** A grant without `ip` is about an application, and opens no port. */
function grantOf(value: unknown): Rule {
  const grant = objectOf(value, 'grant');
  if (grant['ip'] === undefined && grant['app'] === undefined)
    throw new TailscaleError(400, 'grant needs ip or app');
  return {
    src: textsOf(grant['src'], 'grant src'),
    dst: textsOf(grant['dst'], 'grant dst'),
    ip: textsOf(grant['ip'] ?? [], 'grant ip'),
  };
}

/** Each destination of an acl carries its own ports. */
function aclOf(value: unknown): readonly Rule[] {
  const acl = objectOf(value, 'acl');
  if (acl['action'] !== 'accept') throw new TailscaleError(400, 'acl action must be accept');
  const src = textsOf(acl['src'] ?? acl['users'], 'acl src');
  const proto = typeof acl['proto'] === 'string' ? `${acl['proto']}:` : '';
  return textsOf(acl['dst'] ?? acl['ports'], 'acl dst').map((one) => {
    const { host, port } = splitTarget(one);
    return { src, dst: [host], ip: port.split(',').map((part) => `${proto}${part}`) };
  });
}

function splitTarget(target: string): { readonly host: string; readonly port: string } {
  const at = target.lastIndexOf(':');
  const port = target.slice(at + 1);
  if (at < 1 || !/^(?:\*|\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*)$/.test(port))
    throw new TailscaleError(400, `"${target}" must be host:port`);
  return { host: target.slice(0, at), port };
}

function covers(names: readonly string[], name: string): boolean {
  return names.includes('*') || names.includes(name);
}

function allows(ip: string, proto: string, port: number): boolean {
  const [, of, ports = ''] = /^(?:([a-z0-9-]+):)?(.+)$/.exec(ip) ?? [];
  if (of !== undefined && of !== proto) return false;
  if (ports === '*') return true;
  const [first = '', last = first] = ports.split('-');
  return port >= Number(first) && port <= Number(last);
}

function listOf(value: unknown, name: string): readonly unknown[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new TailscaleError(400, `${name} must be a list`);
  return value;
}
