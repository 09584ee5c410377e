/** Webhooks of the repository: created, changed, deleted; they get a ping first, then pushes. */
import type { FastifyInstance } from 'fastify';
import type { RefChange } from '../git-repository.ts';
import { repositoryBody, userBody } from './bodies.ts';
import { isAncestor, lines, type RawCommit, rawCommits } from './commits.ts';
import { createDeliveries, type Deliveries, type Hook } from './deliveries.ts';
import { custom, notFound } from './errors.ts';
import { registerArea } from './frame.ts';
import { booleanIn, fieldIn, numberOf, recordIn, textIn, textsIn } from './input.ts';
import { page } from './page.ts';
import { type GithubWorld, htmlUrl, repoUrl, timeOf } from './world.ts';

type One = { Params: { id: string } };

export function registerHooks(app: FastifyInstance, world: GithubWorld): void {
  const hooks: Hook[] = [];
  const deliveries = createDeliveries(world);
  const find = (id: string): Hook => {
    const hook = hooks.find((one) => one.id === numberOf(id));
    if (hook === undefined) throw notFound();
    return hook;
  };
  const ping = (hook: Hook) => {
    const repository = repositoryBody(world);
    const zen = 'Keep it logically awesome.';
    const sender = userBody(world, world.accounts.owner);
    return deliveries.send(hook, 'ping', {
      zen,
      hook_id: hook.id,
      hook: hookBody(world, hook),
      repository,
      sender,
    });
  };
  registerArea(app, { needs: 'repository_hooks', docs: 'repos/webhooks' }, (scope) => {
    scope.post('/hooks', async ({ body }, reply) => {
      const nowMs = world.clock.now();
      const hook: Hook = {
        id: world.nextId(),
        url: '',
        secret: null,
        form: false,
        active: true,
        events: ['push'],
        createdMs: nowMs,
        updatedMs: nowMs,
        last: null,
      };
      change(hook, body);
      if (hooks.some(({ url }) => url === hook.url)) {
        throw custom('Hook', 'Hook already exists on this repository');
      }
      hooks.push(hook);
      if (hook.active) void ping(hook);
      return reply.code(201).send(hookBody(world, hook));
    });
    scope.get('/hooks', async (request, reply) =>
      page(hooks, request, reply).map((hook) => hookBody(world, hook)),
    );
    scope.get<One>('/hooks/:id', async ({ params }) => hookBody(world, find(params.id)));
    registerDeliveries(scope, deliveries, find);
  });

  world.repository.onChange((changes) => {
    const receivers = hooks.filter((hook) => hook.active && wants(hook, 'push'));
    if (receivers.length > 0)
      void tellOfPush(world, { receivers, changes, deliveries }).catch(() => {});
  });
}

function registerDeliveries(
  scope: FastifyInstance,
  deliveries: Deliveries,
  find: (id: string) => Hook,
): void {
  const path = '/hooks/:id/deliveries';
  type Delivery = { Params: { id: string; delivery: string } };
  scope.get<One>(path, async (request, reply) => {
    const hook = find(request.params.id);
    return page(deliveries.of(hook), request, reply).map((one) => deliveries.item(one));
  });
  scope.get<Delivery>(`${path}/:delivery`, async ({ params }) =>
    deliveries.full(deliveries.find(find(params.id), params.delivery)),
  );
  scope.post<Delivery>(`${path}/:delivery/attempts`, async ({ params }, reply) => {
    const hook = find(params.id);
    void deliveries.again(hook, deliveries.find(hook, params.delivery));
    return reply.code(202).send({});
  });
}

function wants({ events }: Hook, event: string): boolean {
  return events.includes(event) || events.includes('*');
}

function change(hook: Hook, body: unknown): void {
  const config = recordIn(body, 'config') ?? {};
  const url = textIn(config, 'url') ?? hook.url;
  if (!/^https?:\/\/[^\s]+$/.test(url)) {
    throw custom('Hook', url === '' ? 'url cannot be blank' : 'url is not supported');
  }
  const events = textsIn(body, 'events') ?? hook.events;
  const active = booleanIn(body, 'active') ?? hook.active;
  const form = fieldIn(config, 'content_type');
  hook.url = url;
  hook.secret = textIn(config, 'secret') ?? hook.secret;
  // GitHub sends forms unless it is asked for JSON; hooks here read JSON unless they ask.
  hook.form = form === undefined ? hook.form : form === 'form';
  Object.assign(hook, { events, active });
}

async function tellOfPush(
  world: GithubWorld,
  push: { receivers: readonly Hook[]; changes: readonly RefChange[]; deliveries: Deliveries },
): Promise<void> {
  for (const change of push.changes) {
    const body = await pushBody(world, change);
    for (const hook of push.receivers) void push.deliveries.send(hook, 'push', body);
  }
}

async function pushBody(world: GithubWorld, change: RefChange): Promise<Record<string, unknown>> {
  const { before, after, ref } = change;
  const noCommit = '0'.repeat(40);
  const range = before === null ? ['--max-count=20'] : [`^${before}`];
  const branch = ref.startsWith('refs/heads/') && after !== null;
  const ids = branch
    ? lines(await world.repository.git(['rev-list', '--reverse', after, ...range]))
    : [];
  const commits = (await rawCommits(world, ids)).map((raw) => commitInPush(world, raw));
  const forced = before !== null && after !== null && !(await isAncestor(world, before, after));
  const last = commits.at(-1) ?? null;
  return {
    ref,
    before: before ?? noCommit,
    after: after ?? noCommit,
    repository: repositoryBody(world),
    pusher: { name: last?.committer.name ?? world.owner, email: last?.committer.email ?? null },
    sender: userBody(world, world.accounts.owner),
    created: before === null,
    deleted: after === null,
    forced,
    base_ref: null,
    compare: htmlUrl(
      world,
      `/compare/${(before ?? noCommit).slice(0, 12)}...${(after ?? noCommit).slice(0, 12)}`,
    ),
    commits: before === null ? [] : commits,
    head_commit: last,
  };
}

function commitInPush(world: GithubWorld, raw: RawCommit) {
  const person = ({ name, email }: RawCommit['author']) => ({ name, email });
  return {
    id: raw.sha,
    tree_id: raw.tree,
    distinct: true,
    message: raw.message,
    timestamp: raw.committer.date,
    url: htmlUrl(world, `/commit/${raw.sha}`),
    author: person(raw.author),
    committer: person(raw.committer),
  };
}

function hookBody(world: GithubWorld, hook: Hook): Record<string, unknown> {
  const url = repoUrl(world, `/hooks/${hook.id}`);
  return {
    type: 'Repository',
    id: hook.id,
    name: 'web',
    active: hook.active,
    events: hook.events,
    config: {
      content_type: hook.form ? 'form' : 'json',
      insecure_ssl: '0',
      ...(hook.secret === null ? {} : { secret: '********' }),
      url: hook.url,
    },
    updated_at: timeOf(hook.updatedMs),
    created_at: timeOf(hook.createdMs),
    url,
    test_url: `${url}/test`,
    ping_url: `${url}/pings`,
    deliveries_url: `${url}/deliveries`,
    last_response: hook.last ?? { code: null, status: 'unused', message: null },
  };
}
