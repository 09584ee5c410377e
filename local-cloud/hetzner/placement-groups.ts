/** Placement groups: at most ten servers each, on separate hosts. */
import type { FastifyInstance } from 'fastify';
import { HetznerError, invalid } from './errors.ts';
import { askedOf, type ById, requiredText, type WithBody } from './input.ts';
import { refuseTaken, registerReading, rename } from './kind.ts';
import { found, type Project, refuseBeyondLimit, timeOf } from './project.ts';
import type { PlacementGroup } from './records.ts';
import { checkedLabels } from './selector.ts';

const serversMax = 10;

export function registerPlacementGroups(app: FastifyInstance, project: Project): void {
  const groups = project.placementGroups;
  const body = (group: PlacementGroup) => placementGroupBody(project, group);
  registerReading(app, groups, 'placement_group', {
    key: 'placement_groups',
    body,
    filters: { type: '@type' },
    sorts: { name: (one) => one.name, created: (one) => one.created },
  });
  app.post('/placement_groups', ({ body: given }, reply) => {
    const asked = askedOf(given);
    const name = requiredText(asked, 'name');
    if (asked['type'] !== 'spread') throw invalid('type', 'must be spread');
    const labels = checkedLabels(asked['labels']);
    refuseTaken(groups, name);
    refuseBeyondLimit(project, 'placementGroups');
    const created = project.clock.now();
    const group: PlacementGroup = { id: project.nextId(), name, labels, type: 'spread', created };
    groups.set(group.id, group);
    return reply.code(201).send({ placement_group: body(group), action: null });
  });
  app.put<WithBody>('/placement_groups/:id', ({ params, body: given }) => {
    const group = found(groups, 'placement_group', params.id);
    rename(groups, group, askedOf(given));
    return { placement_group: body(group) };
  });
  app.delete<ById>('/placement_groups/:id', ({ params }, reply) => {
    const group = found(groups, 'placement_group', params.id);
    // Its servers remain, without a group.
    for (const id of [...project.servers.ids('@group', String(group.id))]) {
      const server = project.servers.get(id);
      if (server === undefined) continue;
      project.servers.change(server, () => {
        server.placementGroup = null;
      });
    }
    groups.delete(group.id);
    return reply.code(204).send();
  });
}

export function refuseFullGroup(project: Project, id: number): void {
  const group = found(project.placementGroups, 'placement_group', id);
  if (project.servers.ids('@group', String(group.id)).length >= serversMax)
    throw new HetznerError('placement_error', 'placement group is full');
}

export function placementGroupBody(project: Project, group: PlacementGroup): object {
  return {
    id: group.id,
    name: group.name,
    labels: group.labels,
    type: group.type,
    created: timeOf(group.created),
    servers: [...project.servers.ids('@group', String(group.id))],
  };
}
