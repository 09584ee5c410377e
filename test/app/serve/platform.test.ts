/** The platform's tokens: what each admits, and what a commit says of its holder. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createService } from '../../../reconciler/app/serve/server.ts';
import { causeOf } from '../../../reconciler/core/commands/commit-body.ts';
import type { PlatformScope } from '../../../reconciler/ports/platform.ts';
import { serviceConfig } from '../../builders/service-config.ts';
import { idNo } from '../../builders/world.ts';
import { askFor, bringUp } from '../../fakes/agents.ts';
import { createFakeWorld } from '../../fakes/world.ts';

const tokenOf = (name: string) => `${name}-`.repeat(40);
const holder = (name: string, ...scopes: PlatformScope[]) => ({
  name,
  scopes,
  token: tokenOf(name),
});
const tokens = [
  holder('shop', 'commands'),
  holder('support', 'commands', 'read'),
  holder('prometheus', 'metrics'),
  { ...holder('shop', 'commands'), token: tokenOf('next') },
];

function started() {
  const world = createFakeWorld();
  askFor(world, 1);
  bringUp(world, 2);
  const config = { ...serviceConfig, platform: { tokens } };
  const { app } = createService({
    ports: world.ports,
    planning: null,
    config,
    log: world.ports.log,
  });
  const request = async (scope: PlatformScope, token: string | null, n = 1) => {
    const authorization = token === null ? {} : { authorization: `Bearer ${token}` };
    const headers = { ...authorization, 'content-type': 'application/json' };
    const agent = `/v1/agents/${idNo(n)}`;
    const answer = await {
      commands: () =>
        app.inject({
          method: 'POST',
          url: `${agent}/commands`,
          headers,
          payload: { command: 'stop' },
        }),
      metrics: () => app.inject({ url: '/metrics', headers }),
      read: () => app.inject({ url: agent, headers }),
    }[scope]();
    return { status: answer.statusCode, body: answer.body };
  };
  return { world, request };
}

test('a token admits to its scopes: 403 names the missing one, any other text is refused', async () => {
  const { request, world } = started();
  const statuses: [string, ...number[]][] = [];
  for (const name of ['shop', 'support', 'prometheus', 'next', 'stranger']) {
    const of = async (scope: PlatformScope) => (await request(scope, tokenOf(name))).status;
    statuses.push([name, await of('commands'), await of('metrics'), await of('read')]);
  }
  assert.deepEqual(statuses, [
    ['shop', 202, 403, 404],
    ['support', 200, 403, 200],
    ['prometheus', 403, 200, 404],
    ['next', 200, 403, 404],
    ['stranger', 401, 401, 404],
  ]);
  const { body } = await request('metrics', tokenOf('shop'));
  assert.equal(
    JSON.parse(body).error.message,
    'The token of shop does not have the scope metrics.',
  );
  assert.doesNotMatch(JSON.stringify([world.logs, body]), /shop-shop/);
});

test('with the scope read any agent can be read, and only an existing one', async () => {
  const { request } = started();
  for (const n of [1, 2]) {
    const { status, body } = await request('read', tokenOf('support'), n);
    assert.deepEqual([status, JSON.parse(body).id], [200, idNo(n)]);
  }
  assert.equal((await request('read', tokenOf('support'), 9)).status, 404);
  assert.equal((await request('read', null)).status, 404);
});

test('the commit names the holder of the token', async () => {
  const { request, world } = started();
  await request('commands', tokenOf('next'));
  const [entry] = await world.ports.state.log('main', 1);
  assert.ok(entry !== undefined);
  assert.deepEqual(entry.trailers, [
    ['Aura-Cause', 'stop'],
    ['Aura-By', 'platform/shop'],
  ]);
  assert.equal(causeOf(entry).who, 'platform/shop');
});

test('each holder has its own rate for an agent, over all of its tokens', async () => {
  const { request } = started();
  const statuses: number[] = [];
  for (const name of ['shop', 'next', 'shop', 'next', 'shop', 'next', 'support'])
    statuses.push((await request('commands', tokenOf(name))).status);
  assert.deepEqual(statuses, [202, 200, 200, 200, 200, 429, 200]);
});
