/**
 * Load balancers, as far as they are billed: made and deleted, without targets, services and
 * networks, whose routes answer 404.
 */
import type { FastifyInstance } from 'fastify';
import { loadBalancerTypes, locations } from './catalogue.ts';
import { loadBalancerTypeBody, locationBody } from './catalogue-body.ts';
import { HetznerError, invalid } from './errors.ts';
import {
  type Asked,
  askedOf,
  type ById,
  isMeant,
  optionalFlag,
  requiredText,
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
import type { LoadBalancer } from './records.ts';
import { checkedLabels } from './selector.ts';

export function registerLoadBalancers(app: FastifyInstance, project: Project): void {
  const table = project.loadBalancers;
  registerReading(app, table, 'load_balancer', {
    key: 'load_balancers',
    body: loadBalancerBody,
    sorts: { name: (one) => one.name, created: (one) => one.created },
  });
  app.post('/load_balancers', ({ body: given }, reply) => {
    const one = newLoadBalancer(project, askedOf(given));
    table.set(one.id, one);
    const action = act(project, one, 'create_load_balancer', 1);
    return reply.code(201).send({ load_balancer: loadBalancerBody(one), action });
  });
  app.put<WithBody>('/load_balancers/:id', ({ params, body: given }) => {
    const one = found(table, 'load_balancer', params.id);
    rename(table, one, askedOf(given));
    return { load_balancer: loadBalancerBody(one) };
  });
  app.delete<ById>('/load_balancers/:id', ({ params }, reply) => {
    const one = found(table, 'load_balancer', params.id);
    if (one.protected) throw new HetznerError('protected', 'load balancer deletion is protected');
    table.delete(one.id);
    return reply.code(204).send();
  });
  app.post<WithBody>('/load_balancers/:id/actions/change_protection', ({ params, body }, reply) => {
    const one = found(table, 'load_balancer', params.id);
    const wanted = optionalFlag(askedOf(body), 'delete');
    if (wanted === undefined) throw invalid('delete', 'is required');
    one.protected = wanted;
    return reply.code(201).send({ action: act(project, one, 'change_protection', 0) });
  });
}

function newLoadBalancer(project: Project, asked: Asked): LoadBalancer {
  const name = requiredText(asked, 'name');
  const type = loadBalancerTypes.find((one) => isMeant(one, asked['load_balancer_type']));
  if (type === undefined) throw invalid('load_balancer_type', 'is unknown');
  const place = asked['location'];
  const zone = asked['network_zone'];
  const location = locations.find((one) =>
    place === undefined || place === null ? one.network_zone === zone : isMeant(one, place),
  )?.name;
  if (location === undefined) throw invalid('location', 'is unknown');
  const labels = checkedLabels(asked['labels']);
  refuseTaken(project.loadBalancers, name);
  refuseBeyondLimit(project, 'loadBalancers');
  const [id, n] = [project.nextId(), project.nextAddress()];
  const ip = `198.19.${(n >> 8) & 255}.${n & 255}`;
  const created = project.clock.now();
  return { id, name, typeName: type.name, location, ip, labels, protected: false, created };
}

function act(project: Project, one: LoadBalancer, command: string, seconds: number): object {
  const resources = [{ id: one.id, type: 'load_balancer' }];
  return actionBody(project, startAction(project, command, { seconds, resources }));
}

function loadBalancerBody(one: LoadBalancer): object {
  const type = loadBalancerTypes.find(({ name }) => name === one.typeName);
  return {
    id: one.id,
    name: one.name,
    public_net: {
      enabled: true,
      ipv4: { ip: one.ip, dns_ptr: null },
      ipv6: { ip: `2001:db8:fffe:${one.id.toString(16).slice(-4)}::1`, dns_ptr: null },
    },
    private_net: [],
    location: locationBody(one.location),
    load_balancer_type: type === undefined ? null : loadBalancerTypeBody(type),
    protection: { delete: one.protected },
    labels: one.labels,
    created: timeOf(one.created),
    services: [],
    targets: [],
    algorithm: { type: 'round_robin' },
    outgoing_traffic: 0,
    ingoing_traffic: 0,
    included_traffic: 21_990_232_555_520,
  };
}
