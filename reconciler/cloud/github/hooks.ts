/** Webhooks of the repository: `push`, signed as GitHub signs, delivered once and not tried again. */
import { createHmac } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { RefChange } from '../git-repository.ts';
import {
  fieldIn,
  type GithubWorld,
  notFound,
  page,
  repositoryOf,
  requiredTextIn,
  textIn,
  timeOf,
} from './world.ts';

type Hook = {
  readonly id: number;
  readonly url: string;
  readonly secret: string | null;
  readonly events: readonly string[];
  readonly createdMs: number;
};

const patienceMs = 10_000;

export function registerHooks(app: FastifyInstance, world: GithubWorld): void {
  const hooks: Hook[] = [];

  app.post('/hooks', async ({ body }, reply) => {
    const config = fieldIn(body, 'config');
    const events = fieldIn(body, 'events');
    const hook: Hook = {
      id: world.nextId(),
      url: requiredTextIn(config, 'url'),
      secret: textIn(config, 'secret') ?? null,
      events: Array.isArray(events) ? events.map(String) : ['push'],
      createdMs: world.clock.now(),
    };
    hooks.push(hook);
    return reply.code(201).send(hookBody(hook));
  });
  app.get('/hooks', async (request, reply) => page(hooks, request, reply).map(hookBody));
  app.delete<{ Params: { id: string } }>('/hooks/:id', async ({ params }, reply) => {
    const index = hooks.findIndex(({ id }) => id === Number(params.id));
    if (index < 0) throw notFound();
    hooks.splice(index, 1);
    return reply.code(204).send();
  });

  world.repository.onChange((changes) => {
    for (const hook of hooks.filter(({ events }) => events.includes('push'))) {
      for (const change of changes) void deliver(world, hook, change);
    }
  });
}

async function deliver(world: GithubWorld, hook: Hook, change: RefChange): Promise<void> {
  const nobody = '0'.repeat(40);
  const body = JSON.stringify({
    ref: change.ref,
    before: change.before ?? nobody,
    after: change.after ?? nobody,
    created: change.before === null,
    deleted: change.after === null,
    repository: repositoryOf(world),
  });
  const signature = createHmac('sha256', hook.secret ?? '')
    .update(body)
    .digest('hex');
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'user-agent': 'GitHub-Hookshot/local',
    'x-github-event': 'push',
    'x-github-delivery': world.randomness.hex(32),
    'x-github-hook-id': String(hook.id),
  };
  if (hook.secret !== null) headers['x-hub-signature-256'] = `sha256=${signature}`;
  const signal = AbortSignal.timeout(patienceMs);
  // A receiver that is not there has missed it, as with the real one.
  await fetch(hook.url, { method: 'POST', headers, body, signal }).catch(() => {});
}

function hookBody(hook: Hook): Record<string, unknown> {
  return {
    id: hook.id,
    type: 'Repository',
    name: 'web',
    active: true,
    events: hook.events,
    config: { url: hook.url, content_type: 'json' },
    created_at: timeOf(hook.createdMs),
  };
}
