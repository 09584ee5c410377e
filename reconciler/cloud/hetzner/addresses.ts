/** Primary IPs: made with a server and gone with it, or standing alone. */
import type { FastifyInstance } from 'fastify';
import { locations } from './catalogue.ts';
import { HetznerError, invalid } from './errors.ts';
import { answerListing } from './listing.ts';
import { actionBody, found, type PrimaryIp, type Project, startAction, timeOf } from './project.ts';
import { checkedLabels } from './selector.ts';

type Made = {
  readonly type: 'ipv4' | 'ipv6';
  readonly location: string;
  readonly name: string;
  readonly autoDelete: boolean;
  readonly labels: Record<string, string>;
};

/** Addresses of the benchmarking and documentation ranges (RFC 2544, RFC 3849): never anybody's. */
export function makePrimaryIp(project: Project, made: Made): PrimaryIp {
  const n = project.nextAddress();
  const id = project.nextId();
  const ip =
    made.type === 'ipv4'
      ? `198.${18 + ((n >> 16) & 1)}.${(n >> 8) & 255}.${n & 255}`
      : `2001:db8:${(n >> 16).toString(16)}:${(n & 0xffff).toString(16)}::/64`;
  const primaryIp: PrimaryIp = {
    id,
    ip,
    assignee: null,
    protected: false,
    created: project.clock.now(),
    ...made,
  };
  project.primaryIps.set(id, primaryIp);
  return primaryIp;
}

export function registerAddresses(app: FastifyInstance, project: Project): void {
  type ById = { Params: { id: string } };
  app.get('/primary_ips', (request, reply) => {
    const ip = new URL(request.url, 'http://localhost').searchParams.get('ip');
    const all = [...project.primaryIps.values()].filter((one) => ip === null || one.ip === ip);
    return answerListing({ request, reply }, 'primary_ips', all, body);
  });
  app.get<ById>('/primary_ips/:id', ({ params }) => ({
    primary_ip: body(found(project.primaryIps, 'primary_ip', params.id)),
  }));
  app.post<{ Body: Record<string, unknown> }>('/primary_ips', ({ body: asked }, reply) => {
    const { name, type, location } = asked ?? {};
    if (typeof name !== 'string') throw invalid('name', 'is required');
    if (type !== 'ipv4' && type !== 'ipv6') throw invalid('type', 'must be ipv4 or ipv6');
    if ([...project.primaryIps.values()].some((one) => one.name === name))
      throw new HetznerError('uniqueness_error', 'name is already used');
    const where = typeof location === 'string' ? location : 'fsn1';
    if (!locations.some((one) => one.name === where)) throw invalid('location', 'is unknown');
    const made = makePrimaryIp(project, {
      type,
      location: where,
      name,
      autoDelete: asked['auto_delete'] === true,
      labels: checkedLabels(asked['labels']),
    });
    return reply.code(201).send({ primary_ip: body(made), action: null });
  });
  app.put<ById & { Body: Record<string, unknown> }>(
    '/primary_ips/:id',
    ({ params, body: asked }) => {
      const one = found(project.primaryIps, 'primary_ip', params.id);
      if (typeof asked?.['name'] === 'string') one.name = asked['name'];
      if (asked?.['labels'] !== undefined) one.labels = checkedLabels(asked['labels']);
      if (typeof asked?.['auto_delete'] === 'boolean') one.autoDelete = asked['auto_delete'];
      return { primary_ip: body(one) };
    },
  );
  app.delete<ById>('/primary_ips/:id', ({ params }, reply) => {
    const one = found(project.primaryIps, 'primary_ip', params.id);
    if (one.protected) throw new HetznerError('protected', 'primary IP is protected');
    if (one.assignee !== null) throw new HetznerError('resource_in_use', 'primary IP is assigned');
    project.primaryIps.delete(one.id);
    return reply.code(204).send();
  });
  app.post<ById & { Body: { delete?: boolean } }>(
    '/primary_ips/:id/actions/change_protection',
    ({ params, body: asked }, reply) => {
      const one = found(project.primaryIps, 'primary_ip', params.id);
      one.protected = asked?.delete === true;
      const action = startAction(project, 'change_protection', {
        seconds: 0,
        resources: [{ id: one.id, type: 'primary_ip' }],
      });
      return reply.code(201).send({ action: actionBody(project, action) });
    },
  );
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
    dns_ptr: [],
    location: locations.find((place) => place.name === one.location) ?? null,
    protection: { delete: one.protected },
  };
}
