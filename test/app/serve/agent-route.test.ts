import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { createService } from '../../../reconciler/app/serve/server.ts';
import { agentPath } from '../../../reconciler/core/agent/agent.ts';
import { withPeopleFields } from '../../../reconciler/core/agent/agent-file.ts';
import { createLink } from '../../../reconciler/flows/status/token.ts';
import { linkSecret, platformToken, serviceConfig } from '../../builders/service-config.ts';
import { idNo, nowMs } from '../../builders/world.ts';
import { bringUp } from '../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../fakes/world.ts';

const site = 'https://aura.example';

function serverOf(world: FakeWorld, trustedProxies: readonly string[] = []): FastifyInstance {
  const config = { ...serviceConfig, http: { siteOrigins: [site], trustedProxies } };
  const { ports } = world;
  return createService({ ports, planning: null, config, log: ports.log }).app;
}

function world1(): FakeWorld {
  const world = createFakeWorld();
  bringUp(world, 1);
  return world;
}

const url = `/v1/agents/${idNo(1)}`;
const token = createLink({
  id: idNo(1),
  epoch: 0,
  expires: nowMs / 1000 + 60,
  secret: linkSecret,
});
const bearer = { authorization: `Bearer ${token}` };

describe('a link that opened its agent', () => {
  const opened = async () => {
    const world = world1();
    bringUp(world, 2);
    const app = serverOf(world);
    const status = async (of = url) => (await app.inject({ url: of, headers: bearer })).statusCode;
    assert.equal(await status(), 200);
    return { world, status };
  };

  it('opens no other one afterwards', async () => {
    const { status } = await opened();
    assert.equal(await status(`/v1/agents/${idNo(2)}`), 404);
    assert.equal(await status(), 200);
  });

  it('ends in its second', async () => {
    const { world, status } = await opened();
    world.advance(59_000);
    assert.equal(await status(), 200);
    world.advance(1000);
    assert.equal(await status(), 404);
  });

  it('ends with its epoch', async () => {
    const { world, status } = await opened();
    const path = agentPath(idNo(1));
    const text = withPeopleFields(world.git.text(path) ?? '', { linkEpoch: 1 });
    world.git.commit('revokes links', { [path]: text });
    world.advance(3000);
    assert.equal(await status(), 404);
  });
});

describe('a client that has the newest state', () => {
  it('gets 304 without a body, until the state changes', async () => {
    const world = world1();
    const app = serverOf(world);
    const first = await app.inject({ url, headers: bearer });
    const tag = String(first.headers['etag']);
    assert.match(tag, /^"[A-Za-z0-9_-]{22}"$/);
    for (const names of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
      const answer = await app.inject({ url, headers: { ...bearer, 'if-none-match': names } });
      assert.deepEqual([answer.statusCode, answer.body], [304, ''], names);
      assert.equal(answer.headers['cache-control'], 'private, no-store');
      assert.equal(answer.headers['etag'], tag);
    }
    const path = agentPath(idNo(1));
    const text = withPeopleFields(world.git.text(path) ?? '', { power: 'stopped' });
    world.git.commit('stops it', { [path]: text });
    world.advance(3000);
    const next = await app.inject({ url, headers: { ...bearer, 'if-none-match': tag } });
    assert.equal(next.statusCode, 200);
    assert.notEqual(next.headers['etag'], tag);
  });

  it('gets no 304 with a link that does not hold', async () => {
    const answer = await serverOf(world1()).inject({ url, headers: { 'if-none-match': '*' } });
    assert.equal(answer.statusCode, 404);
  });
});

it('a command of the platform is shown at once', async () => {
  const app = serverOf(world1());
  const shown = async () => (await app.inject({ url, headers: bearer })).json().power.asked;
  assert.equal(await shown(), 'running');
  const { statusCode } = await app.inject({
    method: 'POST',
    url: `${url}/commands`,
    headers: { authorization: `Bearer ${platformToken}` },
    payload: { command: 'stop' },
  });
  assert.equal(statusCode, 202);
  assert.equal(await shown(), 'stopped');
});

describe('a page of another site', () => {
  const preflight = (app: FastifyInstance, origin: string) =>
    app.inject({
      method: 'OPTIONS',
      url,
      headers: { origin, 'access-control-request-headers': 'authorization' },
    });

  it('may read an agent if it is the product’s own, errors included', async () => {
    const app = serverOf(world1());
    for (const headers of [{ ...bearer, origin: site }, { origin: site }]) {
      const answer = await app.inject({ url, headers });
      assert.equal(answer.headers['access-control-allow-origin'], site);
      assert.equal(answer.headers['vary'], 'origin');
      assert.equal(answer.headers['access-control-allow-credentials'], undefined);
    }
    const { statusCode, headers } = await preflight(app, site);
    assert.deepEqual(
      [statusCode, headers['access-control-allow-origin'], headers['access-control-allow-headers']],
      [204, site, 'authorization, if-none-match'],
    );
  });

  it('may not if its origin differs in anything', async () => {
    const app = serverOf(world1());
    for (const origin of [
      'https://aura.example.evil',
      'http://aura.example',
      'null',
      `${site}:8443`,
    ])
      for (const answer of [
        await app.inject({ url, headers: { ...bearer, origin } }),
        await preflight(app, origin),
      ])
        assert.equal(answer.headers['access-control-allow-origin'], undefined, origin);
  });
});

describe('too many requests', () => {
  it('with one token are answered 429, whether it is valid or not', async () => {
    for (const text of [token, `${token.slice(0, -1)}~`]) {
      const world = world1();
      const app = serverOf(world);
      const headers = { authorization: `Bearer ${text}` };
      const statuses = new Map<number, number>();
      for (let n = 0; n < 70; n += 1) {
        const { statusCode } = await app.inject({ url, headers });
        statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1);
      }
      assert.equal(statuses.get(429), 10);
      const refused = await app.inject({ url, headers });
      assert.ok(Number(refused.headers['retry-after']) > 0);
      assert.equal(refused.json().error.code, 'RateLimited');
      world.advance(1000);
      assert.notEqual((await app.inject({ url, headers })).statusCode, 429);
    }
  });

  it('from one address are answered 429, also with many tokens', async () => {
    const app = serverOf(world1());
    const from = async (remoteAddress: string, n: number) =>
      (await app.inject({ url, remoteAddress, headers: { authorization: `Bearer ${n}` } }))
        .statusCode;
    const statuses: number[] = [];
    for (let n = 0; n < 610; n += 1) statuses.push(await from('2001:db8::1', n));
    assert.equal(statuses.filter((status) => status === 429).length, 10);
    assert.equal(await from('2001:db8::ffff', 0), 429, 'the same network');
    assert.equal(await from('192.0.2.1', 0), 404);
  });

  it('count for the address that a trusted proxy reports, and no other one does', async () => {
    const ask = async (app: FastifyInstance, remoteAddress: string, n: number) => {
      const headers = { authorization: `Bearer ${n}`, 'x-forwarded-for': `192.0.2.${n % 250}` };
      return (await app.inject({ url, remoteAddress, headers })).statusCode;
    };
    const count = async (remoteAddress: string) => {
      const app = serverOf(world1(), ['10.0.0.0/8']);
      let refused = 0;
      for (let n = 0; n < 610; n += 1) if ((await ask(app, remoteAddress, n)) === 429) refused += 1;
      return refused;
    };
    assert.equal(await count('10.1.2.3'), 0);
    assert.equal(await count('203.0.113.9'), 10);
  });
});
