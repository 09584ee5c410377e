/** Firewalls, applied to servers or to whatever a label selector matches. */
import type { FastifyInstance } from 'fastify';
import { HetznerError, invalid, notFound } from './errors.ts';
import { answerListing } from './listing.ts';
import {
  type Action,
  type AppliedTo,
  actionBody,
  type Firewall,
  found,
  type Project,
  type Rule,
  startAction,
  timeOf,
} from './project.ts';
import { checkedLabels, parseSelector } from './selector.ts';

type Asked = Record<string, unknown>;

export function registerFirewalls(app: FastifyInstance, project: Project): void {
  type ById = { Params: { id: string } };
  const one = (id: string) => found(project.firewalls, 'firewall', id);
  app.get('/firewalls', (request, reply) =>
    answerListing({ request, reply }, 'firewalls', project.firewalls.values(), (firewall) =>
      body(project, firewall),
    ),
  );
  app.get<ById>('/firewalls/:id', ({ params }) => ({ firewall: body(project, one(params.id)) }));
  app.post<{ Body: Asked }>('/firewalls', ({ body: asked }, reply) => {
    const name = asked?.['name'];
    if (typeof name !== 'string' || name === '') throw invalid('name', 'is required');
    if ([...project.firewalls.values()].some((other) => other.name === name))
      throw new HetznerError('uniqueness_error', 'name is already used');
    const firewall: Firewall = {
      id: project.nextId(),
      name,
      labels: checkedLabels(asked['labels']),
      rules: rulesOf(asked['rules']),
      appliedTo: targetsOf(project, asked['apply_to']),
      created: project.clock.now(),
    };
    project.firewalls.set(firewall.id, firewall);
    const actions = [
      act(project, firewall, 'set_firewall_rules'),
      ...firewall.appliedTo.map(() => act(project, firewall, 'apply_firewall')),
    ];
    return reply.code(201).send({
      firewall: body(project, firewall),
      actions: actions.map((action) => actionBody(project, action)),
    });
  });
  app.put<ById & { Body: Asked }>('/firewalls/:id', ({ params, body: asked }) => {
    const firewall = one(params.id);
    if (typeof asked?.['name'] === 'string') firewall.name = asked['name'];
    if (asked?.['labels'] !== undefined) firewall.labels = checkedLabels(asked['labels']);
    return { firewall: body(project, firewall) };
  });
  app.delete<ById>('/firewalls/:id', ({ params }, reply) => {
    const firewall = one(params.id);
    if (firewall.appliedTo.length > 0)
      throw new HetznerError(
        'resource_in_use',
        `firewall with ID '${firewall.id}' is still in use`,
      );
    project.firewalls.delete(firewall.id);
    return reply.code(204).send();
  });
  const acting = (
    command: string,
    doing: (firewall: Firewall, asked: Asked) => readonly Action[],
  ) =>
    app.post<ById & { Body: Asked }>(
      `/firewalls/:id/actions/${command}`,
      ({ params, body: asked }, reply) => {
        const actions = doing(one(params.id), asked ?? {});
        return reply
          .code(201)
          .send({ actions: actions.map((action) => actionBody(project, action)) });
      },
    );
  acting('set_rules', (firewall, asked) => {
    firewall.rules = rulesOf(asked['rules']);
    return [act(project, firewall, 'set_firewall_rules')];
  });
  acting('apply_to_resources', (firewall, asked) => {
    const known = new Set(firewall.appliedTo.map(targetKey));
    const targets = targetsOf(project, asked['apply_to']).filter(
      (target) => !known.has(targetKey(target)),
    );
    firewall.appliedTo.push(...targets);
    return targets.map(() => act(project, firewall, 'apply_firewall'));
  });
  acting('remove_from_resources', (firewall, asked) => {
    const gone = new Set(targetsOf(project, asked['remove_from']).map(targetKey));
    firewall.appliedTo = firewall.appliedTo.filter((target) => !gone.has(targetKey(target)));
    return [...gone].map(() => act(project, firewall, 'remove_firewall'));
  });
}

function act(project: Project, firewall: Firewall, command: string): Action {
  return startAction(project, command, {
    seconds: 1,
    resources: [{ id: firewall.id, type: 'firewall' }],
  });
}

function targetKey(target: AppliedTo): string {
  return target.type === 'server' ? `server/${target.server}` : `selector/${target.selector}`;
}

function targetsOf(project: Project, asked: unknown): AppliedTo[] {
  if (asked === undefined || asked === null) return [];
  if (!Array.isArray(asked)) throw invalid('apply_to', 'must be a list');
  return asked.map(
    (one: {
      type?: string;
      server?: { id?: number };
      label_selector?: { selector?: string };
    }): AppliedTo => {
      if (one.type === 'server') {
        const id = one.server?.id ?? 0;
        if (!project.servers.has(id)) throw notFound('server', id);
        return { type: 'server', server: id };
      }
      const selector = one.label_selector?.selector;
      if (one.type !== 'label_selector' || selector === undefined)
        throw invalid('apply_to', 'must be a server or a label selector');
      parseSelector(selector);
      return { type: 'label_selector', selector };
    },
  );
}

function rulesOf(asked: unknown): Rule[] {
  if (asked === undefined || asked === null) return [];
  if (!Array.isArray(asked)) throw invalid('rules', 'must be a list');
  return asked.map((one: Record<string, unknown>) => {
    const direction = one['direction'];
    const protocol = one['protocol'];
    if (direction !== 'in' && direction !== 'out')
      throw invalid('rules', 'direction must be in or out');
    if (typeof protocol !== 'string' || !['tcp', 'udp', 'icmp', 'esp', 'gre'].includes(protocol))
      throw invalid('rules', 'protocol is unknown');
    return {
      direction,
      protocol,
      port: typeof one['port'] === 'string' && one['port'] !== '' ? one['port'] : null,
      source_ips: cidrs(one['source_ips']),
      destination_ips: cidrs(one['destination_ips']),
      description: typeof one['description'] === 'string' ? one['description'] : null,
    };
  });
}

function cidrs(asked: unknown): string[] {
  if (!Array.isArray(asked)) return [];
  return asked.map((one) => String(one).toLowerCase());
}

function body(project: Project, firewall: Firewall): object {
  return {
    id: firewall.id,
    name: firewall.name,
    labels: firewall.labels,
    created: timeOf(firewall.created),
    rules: firewall.rules,
    applied_to: firewall.appliedTo.map((target) => {
      if (target.type === 'server') return { type: 'server', server: { id: target.server } };
      const matches = parseSelector(target.selector);
      const servers = [...project.servers.values()].filter((server) => matches(server.labels));
      return {
        type: 'label_selector',
        label_selector: { selector: target.selector },
        applied_to_resources: servers.map((server) => ({
          type: 'server',
          server: { id: server.id },
        })),
      };
    }),
  };
}
