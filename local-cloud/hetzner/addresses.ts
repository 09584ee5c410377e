/**
 * Primary IPs: created and deleted with a server, or on their own. `address-actions.ts` has their
 * actions.
 */
import type { FastifyInstance } from 'fastify';
import { addressIn, hostsIn } from '../machines/ranges.ts';
import { assign, detach } from './address-actions.ts';
import { locations } from './catalogue.ts';
import { locationBody } from './catalogue-body.ts';
import { HetznerError, invalid } from './errors.ts';
import {
  type Asked,
  askedOf,
  type ById,
  isMeant,
  optionalFlag,
  optionalId,
  optionalText,
  requiredText,
  type WithBody,
} from './input.ts';
import { refuseTaken, registerReading, rename } from './kind.ts';
import { actionBody, found, type Project, refuseBeyondLimit, timeOf } from './project.ts';
import type { PrimaryIp } from './records.ts';
import { reverseNames } from './reverse-names.ts';
import { checkedLabels } from './selector.ts';

type Made = Pick<PrimaryIp, 'type' | 'location' | 'name' | 'autoDelete' | 'labels' | 'assignee'>;

/** Shared by all that have none, because a large world holds hundreds of thousands. */
const none: Readonly<Record<string, string>> = Object.freeze({});

/** Addresses of the benchmarking and documentation ranges (RFC 2544, RFC 3849): never in use. */
export function makePrimaryIp(project: Project, made: Made): PrimaryIp {
  const n = project.nextAddress();
  const id = project.nextId();
  const ip =
    made.type === 'ipv4'
      ? (freeInRange(project, n) ?? `198.${18 + ((n >> 16) & 1)}.${(n >> 8) & 255}.${n & 255}`)
      : `2001:db8:${(n >> 16).toString(16)}:${(n & 0xffff).toString(16)}::/64`;
  const primaryIp: PrimaryIp = {
    ...made,
    id,
    ip,
    protected: false,
    created: project.clock.now(),
    dnsPtr: none,
  };
  project.primaryIps.set(id, primaryIp);
  return primaryIp;
}

/** The first free address from the n-th on, where addresses come from a range. */
export function freeInRange(project: Project, n: number): string | null {
  const { ipv4Range, primaryIps } = project;
  if (ipv4Range === null) return null;
  const count = hostsIn(ipv4Range);
  for (let tried = 0; tried < count; tried += 1) {
    const ip = addressIn(ipv4Range, 1 + ((n + tried) % count));
    if (ip !== null && primaryIps.one('@ip', ip) === undefined) return ip;
  }
  throw new HetznerError('resource_unavailable', 'no IPv4 address is available');
}

export function registerAddresses(app: FastifyInstance, project: Project): void {
  registerReading(app, project.primaryIps, 'primary_ip', {
    key: 'primary_ips',
    body,
    filters: { ip: '@ip' },
    sorts: { created: (one) => one.created },
  });
  app.post('/primary_ips', ({ body: asked }, reply) =>
    reply.code(201).send(createPrimaryIp(project, askedOf(asked))),
  );
  app.put<WithBody>('/primary_ips/:id', ({ params, body: given }) => {
    const one = found(project.primaryIps, 'primary_ip', params.id);
    const asked = askedOf(given);
    const autoDelete = optionalFlag(asked, 'auto_delete') ?? one.autoDelete;
    rename(project.primaryIps, one, asked);
    one.autoDelete = autoDelete;
    return { primary_ip: body(one) };
  });
  app.delete<ById>('/primary_ips/:id', ({ params }, reply) => {
    const one = found(project.primaryIps, 'primary_ip', params.id);
    if (one.protected) throw new HetznerError('protected', 'primary IP deletion is protected');
    if (one.assignee !== null) detach(project, one);
    project.primaryIps.delete(one.id);
    return reply.code(204).send();
  });
}

function createPrimaryIp(project: Project, asked: Asked): object {
  const name = requiredText(asked, 'name');
  const { type } = asked;
  if (type !== 'ipv4' && type !== 'ipv6') throw invalid('type', 'must be ipv4 or ipv6');
  if ((optionalText(asked, 'assignee_type') ?? 'server') !== 'server')
    throw invalid('assignee_type', 'must be server');
  const assignee = optionalId(asked, 'assignee_id');
  const server = assignee === undefined ? null : found(project.servers, 'server', assignee);
  const place = asked['location'] ?? server?.location;
  if (place === undefined) throw invalid('location', 'is required');
  const location = locations.find((one) => isMeant(one, place))?.name;
  if (location === undefined) throw invalid('location', 'is unknown');
  const labels = checkedLabels(asked['labels']);
  const autoDelete = optionalFlag(asked, 'auto_delete') === true;
  refuseTaken(project.primaryIps, name);
  refuseBeyondLimit(project, 'primaryIps');
  const made = { type, location, name, autoDelete, labels, assignee: null } as const;
  if (server === null) return { primary_ip: body(makePrimaryIp(project, made)), action: null };
  const wanted = makePrimaryIp(project, made);
  try {
    const action = assign(project, wanted, server);
    return { primary_ip: body(wanted), action: actionBody(project, action) };
  } catch (thrown) {
    project.primaryIps.delete(wanted.id);
    throw thrown;
  }
}

function body(one: PrimaryIp): object {
  return {
    id: one.id,
    name: one.name,
    type: one.type,
    ip: one.ip,
    labels: one.labels,
    auto_delete: one.autoDelete,
    assignee_id: one.assignee,
    assignee_type: 'server',
    blocked: false,
    created: timeOf(one.created),
    dns_ptr: reverseNames(one),
    location: locationBody(one.location),
    protection: { delete: one.protected },
  };
}
