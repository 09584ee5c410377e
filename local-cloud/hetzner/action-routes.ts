/** Routes of actions: by id, by several ids, and by resource. */
import type { FastifyInstance } from 'fastify';
import { invalid } from './errors.ts';
import { type ById, queryOf } from './input.ts';
import { answerList, type Exchange } from './listing.ts';
import { actionBody, found, type Project, statusOf } from './project.ts';
import type { Action } from './records.ts';
import { listOf } from './sorted-ids.ts';

const idsMax = 500;

export function registerActions(app: FastifyInstance, project: Project): void {
  app.get('/actions', (request, reply) => {
    const ids = queryOf(request).getAll('id');
    if (ids.length === 0) throw invalid('id', 'at least one is required');
    if (ids.length > idsMax) throw invalid('id', `at most ${idsMax} are allowed`);
    if (ids.some((id) => !/^\d{1,15}$/.test(id))) throw invalid('id', 'must be an integer');
    return answer(project, { request, reply }, [...new Set(ids.map(Number))]);
  });
  app.get<ById>('/actions/:id', ({ params }) => ({
    action: actionBody(project, found(project.actions, 'action', params.id)),
  }));
  for (const { path, type, rows } of kindsOf(project)) {
    registerActionsOf(app, project, { path, type, rows });
  }
}

function registerActionsOf(
  app: FastifyInstance,
  project: Project,
  { path, type, rows }: { path: string; type: string; rows: ReadonlyMap<number, unknown> },
): void {
  app.get(`/${path}/actions`, (request, reply) =>
    answer(project, { request, reply }, listOf(project.actionsByType.get(type))),
  );
  app.get<ById>(`/${path}/actions/:id`, ({ params }) => {
    const action = found(project.actions, 'action', params.id);
    const isOfType = action.resources.some((one) => one.type === type);
    return {
      action: actionBody(project, isOfType ? action : found(new Map(), 'action', params.id)),
    };
  });
  app.get<ById>(`/${path}/:id/actions`, (request, reply) => {
    found(rows, type, request.params.id);
    const ids = listOf(project.actionsOf.get(Number(request.params.id)));
    return answer(project, { request, reply }, ids);
  });
  app.get<{ Params: { id: string; action: string } }>(
    `/${path}/:id/actions/:action`,
    ({ params }) => {
      found(rows, type, params.id);
      const action = found(project.actions, 'action', params.action);
      const isIts = action.resources.some((one) => one.id === Number(params.id));
      return {
        action: actionBody(project, isIts ? action : found(new Map(), 'action', params.action)),
      };
    },
  );
}

function kindsOf(project: Project) {
  return [
    { path: 'servers', type: 'server', rows: project.servers },
    { path: 'firewalls', type: 'firewall', rows: project.firewalls },
    { path: 'primary_ips', type: 'primary_ip', rows: project.primaryIps },
    { path: 'images', type: 'image', rows: project.snapshots },
    { path: 'volumes', type: 'volume', rows: project.volumes },
    { path: 'floating_ips', type: 'floating_ip', rows: project.floatingIps },
    { path: 'load_balancers', type: 'load_balancer', rows: project.loadBalancers },
  ] as const;
}

function answer(project: Project, exchange: Exchange, ids: readonly number[]): unknown {
  const now = project.clock.now();
  const statuses = queryOf(exchange.request).getAll('status');
  const actions = ids
    .flatMap((id) => project.actions.get(id) ?? [])
    .filter((one) => statuses.length === 0 || statuses.includes(statusOf(one, now)));
  return answerList<Action>(exchange, actions, {
    key: 'actions',
    body: (action) => actionBody(project, action),
    sorts: {
      command: (one) => one.command,
      status: (one) => statusOf(one, now),
      started: (one) => one.started,
      finished: (one) => one.endsAt,
      progress: (one) =>
        now >= one.endsAt ? 100 : (now - one.started) / (one.endsAt - one.started),
    },
  });
}
