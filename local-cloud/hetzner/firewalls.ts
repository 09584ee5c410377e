/** Firewalls, applied to servers or to whatever a label selector matches. */
import type { FastifyInstance } from 'fastify';
import { HetznerError, invalid } from './errors.ts';
import { applySeconds, followed, isFollowed } from './firewall-guard.ts';
import { rulesOf } from './firewall-rules.ts';
import {
  type Asked,
  askedOf,
  type ById,
  objectIn,
  optionalId,
  optionalList,
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
  tellChange,
  timeOf,
} from './project.ts';
import type { Action, ActionResource, AppliedTo, Firewall } from './records.ts';
import { checkedLabels, parseSelector } from './selector.ts';

export function registerFirewalls(app: FastifyInstance, project: Project): void {
  const one = (id: string) => found(project.firewalls, 'firewall', id);
  const shown = (firewall: Firewall) => body(project, firewall);
  registerReading(app, project.firewalls, 'firewall', {
    key: 'firewalls',
    body: shown,
    sorts: { name: (item) => item.name, created: (item) => item.created },
  });
  app.post('/firewalls', ({ body: asked }, reply) =>
    reply.code(201).send(createFirewall(project, askedOf(asked))),
  );
  app.put<WithBody>('/firewalls/:id', ({ params, body: given }) => {
    const firewall = one(params.id);
    rename(project.firewalls, firewall, askedOf(given));
    return { firewall: shown(firewall) };
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
  registerActions(app, project);
}

function registerActions(app: FastifyInstance, project: Project): void {
  const acting = (
    command: string,
    doing: (firewall: Firewall, asked: Asked) => readonly Action[],
  ) =>
    app.post<WithBody>(`/firewalls/:id/actions/${command}`, ({ params, body: given }, reply) => {
      const actions = doing(found(project.firewalls, 'firewall', params.id), askedOf(given));
      return reply
        .code(201)
        .send({ actions: actions.map((action) => actionBody(project, action)) });
    });
  acting('set_rules', (firewall, asked) => {
    if (asked['rules'] === undefined) throw invalid('rules', 'is required');
    firewall.rules = rulesOf(asked['rules']);
    return [act(project, firewall, 'set_firewall_rules')];
  });
  acting('apply_to_resources', (firewall, asked) => {
    const targets = targetsOf(project, asked, 'apply_to', project.clock.now());
    const known = new Set(firewall.appliedTo.map(targetKey));
    if (targets.some((target) => known.has(targetKey(target))))
      throw new HetznerError('firewall_already_applied', 'firewall is already applied');
    firewall.appliedTo.push(...targets);
    return targets.map((target) => act(project, firewall, 'apply_firewall', target));
  });
  acting('remove_from_resources', (firewall, asked) => {
    const targets = targetsOf(project, asked, 'remove_from', 0);
    const known = new Set(firewall.appliedTo.map(targetKey));
    for (const target of targets) {
      const server = target.type === 'server' ? project.servers.get(target.server) : undefined;
      if (server === undefined || known.has(targetKey(target))) continue;
      if (isFollowed(project, firewall, server))
        throw new HetznerError(
          'firewall_managed_by_label_selector',
          'firewall is applied by a label selector',
        );
    }
    const gone = new Set(targets.map(targetKey));
    firewall.appliedTo = firewall.appliedTo.filter((target) => !gone.has(targetKey(target)));
    return targets.map((target) => act(project, firewall, 'remove_firewall', target));
  });
}

function createFirewall(project: Project, asked: Asked): object {
  const name = requiredText(asked, 'name');
  const labels = checkedLabels(asked['labels']);
  const rules = rulesOf(asked['rules']);
  // A new firewall guards its servers at once.
  const appliedTo = [...targetsOf(project, asked, 'apply_to', 0)];
  refuseTaken(project.firewalls, name);
  refuseBeyondLimit(project, 'firewalls');
  const created = project.clock.now();
  const firewall: Firewall = { id: project.nextId(), name, labels, rules, appliedTo, created };
  project.firewalls.set(firewall.id, firewall);
  const actions = [
    act(project, firewall, 'set_firewall_rules'),
    ...appliedTo.map((target) => act(project, firewall, 'apply_firewall', target)),
  ];
  return {
    firewall: body(project, firewall),
    actions: actions.map((action) => actionBody(project, action)),
  };
}

function act(project: Project, firewall: Firewall, command: string, target?: AppliedTo): Action {
  const resources: ActionResource[] = [{ id: firewall.id, type: 'firewall' }];
  if (target?.type === 'server') resources.push({ id: target.server, type: 'server' });
  tellChange(project, { kind: 'firewalls' });
  return startAction(project, command, { seconds: applySeconds, resources });
}

function targetKey(target: AppliedTo): string {
  return target.type === 'server' ? `server/${target.server}` : `selector/${target.selector}`;
}

function targetsOf(
  project: Project,
  asked: Asked,
  field: 'apply_to' | 'remove_from',
  since: number,
): readonly AppliedTo[] {
  const targets = optionalList(asked, field).map((one): AppliedTo => {
    const { type, server, label_selector: selected } = objectIn(one, field);
    if (type === 'server') {
      const id = optionalId(objectIn(server, field), 'id') ?? 0;
      const guarded = project.servers.get(id);
      if (guarded === undefined)
        throw new HetznerError('firewall_resource_not_found', `server with ID '${id}' not found`);
      if (field === 'apply_to' && guarded.ipv4 === null && guarded.ipv6 === null)
        throw new HetznerError('private_net_only_server', 'server has no public interface');
      return { type, server: id, since };
    }
    if (type !== 'label_selector') throw invalid(field, 'must be a server or a label selector');
    const selector = requiredText(objectIn(selected, field), 'selector', 4096);
    if (parseSelector(selector, field).length === 0) throw invalid(field, 'selector is empty');
    return { type, selector, since };
  });
  return [...new Map(targets.map((target) => [targetKey(target), target])).values()];
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
      return {
        type: 'label_selector',
        label_selector: { selector: target.selector },
        applied_to_resources: followed(project, target.selector).map((id) => ({
          type: 'server',
          server: { id },
        })),
      };
    }),
  };
}
