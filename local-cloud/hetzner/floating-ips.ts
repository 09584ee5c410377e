/** Floating IPs: addresses of the project that move between the servers of their location. */
import type { FastifyInstance } from 'fastify';
import { freeInRange } from './addresses.ts';
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
  type WithBody,
} from './input.ts';
import { refuseTaken, registerReading, rename } from './kind.ts';
import {
  actionBody,
  found,
  type Project,
  refuseBeyondLimit,
  startAction,
  timeOf,
} from './project.ts';
import type { Action, FloatingIp } from './records.ts';
import { checkedLabels } from './selector.ts';

export function registerFloatingIps(app: FastifyInstance, project: Project): void {
  const table = project.floatingIps;
  registerReading(app, table, 'floating_ip', {
    key: 'floating_ips',
    body: floatingIpBody,
    sorts: { created: (one) => one.created },
  });
  app.post('/floating_ips', ({ body: asked }, reply) =>
    reply.code(201).send(createFloatingIp(project, askedOf(asked))),
  );
  app.put<WithBody>('/floating_ips/:id', ({ params, body: given }) => {
    const one = found(table, 'floating_ip', params.id);
    const asked = askedOf(given);
    const description = optionalText(asked, 'description') ?? one.description;
    rename(table, one, asked);
    one.description = description;
    return { floating_ip: floatingIpBody(one) };
  });
  app.delete<ById>('/floating_ips/:id', ({ params }, reply) => {
    const one = found(table, 'floating_ip', params.id);
    if (one.protected) throw new HetznerError('protected', 'floating IP deletion is protected');
    table.delete(one.id);
    return reply.code(204).send();
  });
  for (const [command, doing] of Object.entries(commandsOf(project))) {
    app.post<WithBody>(`/floating_ips/:id/actions/${command}`, ({ params, body }, reply) => {
      const action = doing(found(table, 'floating_ip', params.id), askedOf(body));
      return reply.code(201).send({ action: actionBody(project, action) });
    });
  }
}

function commandsOf(
  project: Project,
): Readonly<Record<string, (one: FloatingIp, asked: Asked) => Action>> {
  return {
    assign: (one, asked) => {
      const id = optionalId(asked, 'server');
      if (id === undefined) throw invalid('server', 'is required');
      one.server = found(project.servers, 'server', id).id;
      return act(project, one, 'assign_floating_ip');
    },
    unassign: (one) => {
      const action = act(project, one, 'unassign_floating_ip');
      one.server = null;
      return action;
    },
    change_protection: (one, asked) => {
      const wanted = optionalFlag(asked, 'delete');
      if (wanted === undefined) throw invalid('delete', 'is required');
      one.protected = wanted;
      return act(project, one, 'change_protection', 0);
    },
  };
}

function createFloatingIp(project: Project, asked: Asked): object {
  const { type } = asked;
  if (type !== 'ipv4' && type !== 'ipv6') throw invalid('type', 'must be ipv4 or ipv6');
  const server = optionalId(asked, 'server');
  const assigned = server === undefined ? null : found(project.servers, 'server', server);
  const place = asked['home_location'] ?? assigned?.location;
  const location = locations.find((one) => isMeant(one, place))?.name;
  if (location === undefined) throw invalid('home_location', 'is unknown');
  const labels = checkedLabels(asked['labels']);
  refuseBeyondLimit(project, 'floatingIps');
  const id = project.nextId();
  const name = optionalText(asked, 'name') ?? `floating-ip-${id}`;
  refuseTaken(project.floatingIps, name);
  const n = project.nextAddress();
  const one: FloatingIp = {
    ...{ id, name, type, labels, location },
    ip:
      type === 'ipv4'
        ? (freeInRange(project, n) ?? `198.19.${(n >> 8) & 255}.${n & 255}`)
        : `2001:db8:ffff:${(n & 0xffff).toString(16)}::/64`,
    description: optionalText(asked, 'description') ?? '',
    server: assigned?.id ?? null,
    protected: false,
    created: project.clock.now(),
  };
  project.floatingIps.set(id, one);
  const action = one.server === null ? null : act(project, one, 'assign_floating_ip');
  return {
    floating_ip: floatingIpBody(one),
    action: action === null ? null : actionBody(project, action),
  };
}

function act(project: Project, one: FloatingIp, command: string, seconds = 1): Action {
  const resources = [
    { id: one.id, type: 'floating_ip' },
    ...(one.server === null ? [] : [{ id: one.server, type: 'server' }]),
  ];
  return startAction(project, command, { seconds, resources });
}

export function floatingIpsOf(project: Project, server: number): readonly number[] {
  return [...project.floatingIps.values()].flatMap((one) =>
    one.server === server ? [one.id] : [],
  );
}

export function unassignAll(project: Project, server: number): void {
  for (const one of project.floatingIps.values()) if (one.server === server) one.server = null;
}

function floatingIpBody(one: FloatingIp): object {
  return {
    id: one.id,
    name: one.name,
    description: one.description,
    ip: one.ip,
    type: one.type,
    server: one.server,
    dns_ptr: [],
    home_location: locationBody(one.location),
    blocked: false,
    protection: { delete: one.protected },
    labels: one.labels,
    created: timeOf(one.created),
  };
}
