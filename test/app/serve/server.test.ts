import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, it } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { createService } from '../../../reconciler/app/serve/server.ts';
import { agentPath } from '../../../reconciler/core/agent/agent.ts';
import { withPeopleFields } from '../../../reconciler/core/agent/agent-file.ts';
import { Failure } from '../../../reconciler/core/failure.ts';
import { createLink } from '../../../reconciler/flows/status/token.ts';
import { linkSecret, serviceConfig } from '../../builders/service-config.ts';
import { idNo, nowMs } from '../../builders/world.ts';
import { askFor, bringUp } from '../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../fakes/world.ts';

function serverOf(world: FakeWorld): FastifyInstance {
  const { ports } = world;
  return createService({ ports, planning: null, config: serviceConfig, log: ports.log }).app;
}

function tokenNo(n: number, part: { epoch?: number; expires?: number; secret?: string } = {}) {
  const expires = nowMs / 1000 + 3600;
  return createLink({ id: idNo(n), epoch: 0, expires, secret: linkSecret, ...part });
}

function ask(app: FastifyInstance, n: number, authorization?: string, query = '') {
  return app.inject({
    url: `/v1/agents/${idNo(n)}${query}`,
    headers: authorization === undefined ? {} : { authorization },
  });
}

function world1(): FakeWorld {
  const world = createFakeWorld();
  bringUp(world, 1);
  return world;
}

describe('GET /v1/agents/:id', () => {
  it('shows one agent to holders of its link, by header or by address', async () => {
    const app = serverOf(world1());
    for (const answer of [
      await ask(app, 1, `Bearer ${tokenNo(1)}`),
      await ask(app, 1, undefined, `?token=${tokenNo(1)}`),
    ]) {
      assert.equal(answer.statusCode, 200);
      const { id, phase, steps, next } = answer.json();
      assert.deepEqual([id, phase, steps.length], [idNo(1), 'running', 5]);
      assert.match(next, /is running/);
      assert.doesNotMatch(answer.body, /sub_|cus_|nonce|node/);
    }
  });

  it('404 without a token, or with a wrong, old, revoked or foreign one: the same answer', async () => {
    const app = serverOf(world1());
    const wrong: readonly (readonly [n: number, authorization: string | undefined])[] = [
      [1, undefined],
      [1, ''],
      [1, 'Bearer'],
      [1, 'Basic dXNlcjpwYXNz'],
      [1, `Bearer ${tokenNo(1)}x`],
      [1, `Bearer ${tokenNo(1, { expires: nowMs / 1000 })}`],
      [1, `Bearer ${tokenNo(1, { epoch: 1 })}`],
      [1, `Bearer ${tokenNo(1, { secret: 'x'.repeat(32) })}`],
      [2, `Bearer ${tokenNo(1)}`],
      [2, `Bearer ${tokenNo(2)}`],
      [2, undefined],
    ];
    const answers = await Promise.all(wrong.map(([n, text]) => ask(app, n, text)));
    for (const answer of answers) {
      const { date: _, ...headers } = answer.headers;
      const { date: __, ...first } = answers[0]?.headers ?? {};
      assert.equal(answer.statusCode, 404);
      assert.deepEqual([headers, answer.body], [first, answers[0]?.body]);
    }
    assert.equal(answers[0]?.json().error.code, 'NotFound');
    const twice = await ask(app, 1, undefined, `?token=${tokenNo(1)}&token=${tokenNo(1)}`);
    assert.equal(twice.statusCode, 404);
    const odd = await app.inject({
      url: '/v1/agents/..%2F..%2Fpolicy.yaml',
      headers: { authorization: `Bearer ${tokenNo(1)}` },
    });
    assert.deepEqual([odd.statusCode, odd.body], [404, twice.body]);
  });

  it('a valid token in the address does not help an invalid one in the header', async () => {
    const answer = await ask(serverOf(world1()), 1, 'Bearer no', `?token=${tokenNo(1)}`);
    assert.equal(answer.statusCode, 404);
  });

  it('a raised epoch revokes the links', async () => {
    const world = world1();
    const path = agentPath(idNo(1));
    const text = withPeopleFields(world.git.text(path) ?? '', { linkEpoch: 1 });
    world.git.commit('revokes links', { [path]: text });
    const app = serverOf(world);
    assert.equal((await ask(app, 1, `Bearer ${tokenNo(1)}`)).statusCode, 404);
    assert.equal((await ask(app, 1, `Bearer ${tokenNo(1, { epoch: 1 })}`)).statusCode, 200);
  });

  it('is not cached, whatever the answer', async () => {
    const app = serverOf(world1());
    for (const [n, token] of [
      [1, tokenNo(1)],
      [2, tokenNo(1)],
      [2, tokenNo(2)],
      [1, 'no'],
    ] as const) {
      const { headers } = await ask(app, n, `Bearer ${token}`);
      assert.equal(headers['cache-control'], 'private, no-store');
      assert.equal(headers['referrer-policy'], 'no-referrer');
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.match(String(headers['content-type']), /^application\/json/);
    }
  });

  it('503 while git does not answer, and again as soon as it does', async () => {
    const world = world1();
    const app = serverOf(world);
    const failure = new Failure('NetworkUnreachable', 'CANARY https://user:pass@host');
    const fault = world.fault({ kind: 'fail', port: 'state', method: 'fetch', failure });
    const answer = await ask(app, 1, `Bearer ${tokenNo(1)}`);
    assert.equal(fault.fired, 1);
    assert.deepEqual([answer.statusCode, answer.json().error.code], [503, 'Unavailable']);
    assert.equal(answer.headers['retry-after'], '5');
    assert.doesNotMatch(answer.body, /CANARY|stack/);
    assert.equal((await ask(app, 1, `Bearer ${tokenNo(1)}`)).statusCode, 200);
  });

  it('B8: 503 where git refuses our login, or another error needs a person', async () => {
    const world = world1();
    const app = serverOf(world);
    for (const reason of ['Unauthorized', 'Forbidden', 'MisconfiguredAccount'] as const) {
      const failure = new Failure(reason, 'CANARY');
      world.fault({ kind: 'fail', port: 'state', method: 'fetch', failure });
      const answer = await ask(app, 1, `Bearer ${tokenNo(1)}`);
      assert.deepEqual([answer.statusCode, answer.json().error.code], [503, 'Unavailable']);
      assert.doesNotMatch(answer.body, /CANARY/);
    }
    const logged = world.logs.filter(({ level }) => level === 'error');
    assert.deepEqual(
      logged.map(({ message }) => message),
      ['requests failed'],
    );
  });

  it('500 for a bug, without its message', async () => {
    const world = world1();
    const app = serverOf(world);
    const failure = new Failure('Bug', 'CANARY');
    const fault = world.fault({ kind: 'fail', port: 'state', method: 'fetch', failure });
    const answer = await ask(app, 1, `Bearer ${tokenNo(1)}`);
    assert.equal(fault.fired, 1);
    assert.deepEqual([answer.statusCode, Object.keys(answer.json())], [500, ['error']]);
    assert.doesNotMatch(answer.body, /CANARY|\.ts/);
    const logged = world.logs.filter(({ level }) => level === 'error');
    assert.equal(logged.length, 1);
  });

  it('writes no file, and no token into the log', async () => {
    const world = world1();
    const app = serverOf(world);
    const calls = world.calls.length;
    const token = tokenNo(1);
    await ask(app, 1, undefined, `?token=${token}`);
    await ask(app, 1, `Bearer ${token}`);
    assert.equal(world.calls.length, calls);
    const logged = JSON.stringify(world.logs);
    assert.match(logged, /answered/);
    assert.equal(logged.includes(token.slice(-20)), false);
  });
});

describe('a missing route', () => {
  it('is 404 or 405 in JSON, with the allowed methods', async () => {
    const app = serverOf(world1());
    const nothing = await app.inject({ url: '/nothing' });
    assert.deepEqual([nothing.statusCode, nothing.json().error.code], [404, 'NotFound']);
    for (const [method, url, allow] of [
      ['DELETE', `/v1/agents/${idNo(1)}`, 'GET, HEAD, OPTIONS'],
      ['POST', '/healthz', 'GET, HEAD'],
      ['GET', '/webhooks/stripe', 'POST'],
    ] as const) {
      const answer = await app.inject({ method, url });
      assert.deepEqual([answer.statusCode, answer.headers.allow], [405, allow], url);
      assert.equal(answer.json().error.code, 'MethodNotAllowed');
    }
    const typed = await app.inject({
      method: 'PUT',
      url: '/healthz',
      headers: { 'content-type': 'text/unknown' },
      payload: 'x',
    });
    assert.equal(typed.statusCode, 405);
  });

  it('an address that cannot be decoded is refused without being repeated', async () => {
    const answer = await serverOf(world1()).inject({ url: '/v1/agents/%E0%A4%A' });
    assert.equal(answer.statusCode, 400);
    assert.doesNotMatch(answer.body, /%E0/);
  });
});

describe('the webhook', () => {
  it('exists, and refuses unsigned requests', async () => {
    const world = world1();
    const answer = await serverOf(world).inject({
      method: 'POST',
      url: '/webhooks/stripe',
      headers: { 'content-type': 'application/json' },
      payload: '{}',
    });
    assert.equal(answer.statusCode, 400, answer.body);
    assert.equal(world.git.history('main').length, 2);
  });

  it('creates a file for a subscription that was paid', async () => {
    const world = createFakeWorld();
    const before = askFor(world, 1);
    world.git.rewind('main', 1);
    assert.equal(world.git.text(agentPath(idNo(1))), null, before);
    const event = {
      id: 'evt_1',
      type: 'customer.subscription.created',
      account: null,
      livemode: false,
      created: nowMs / 1000,
      subscriptionIds: ['sub_Test1'],
      charge: null,
      customer: 'cus_Test1',
    };
    const app = serverOf(world);
    const answer = await app.inject({
      method: 'POST',
      url: '/webhooks/stripe',
      headers: { 'content-type': 'application/json', 'stripe-signature': 'valid' },
      payload: JSON.stringify(event),
    });
    assert.equal(answer.statusCode, 200, answer.body);
    assert.match(world.git.text(agentPath(idNo(1))) ?? '', /subscription: "?sub_Test1/);
    assert.equal((await ask(app, 1, `Bearer ${tokenNo(1)}`)).json().phase, 'queued');
  });
});

describe('health', () => {
  it('alive is alive, whatever is broken', async () => {
    const world = world1();
    world.fault({ kind: 'fail', port: 'state', method: 'fetch', times: 99 });
    const answer = await serverOf(world).inject({ url: '/healthz' });
    assert.deepEqual([answer.statusCode, answer.json()], [200, { ok: true }]);
  });

  it('ready with a repository and the pinned account', async () => {
    const answer = await serverOf(world1()).inject({ url: '/readyz' });
    assert.deepEqual(
      [answer.statusCode, answer.json()],
      [200, { ready: true, checks: { repository: 'ok', stripe: 'ok', intake: 'ok' } }],
    );
  });

  it('not ready with another account, another mode, or no repository', async () => {
    for (const account of [
      { id: 'acct_other', livemode: false },
      { id: 'acct_1Example', livemode: true },
    ]) {
      const world = world1();
      world.stripe.account = account;
      const answer = await serverOf(world).inject({ url: '/readyz' });
      assert.deepEqual(
        [answer.statusCode, answer.json().checks],
        [503, { repository: 'ok', stripe: 'failing', intake: 'ok' }],
      );
    }
    const world = world1();
    const fault = world.fault({ kind: 'fail', port: 'state', method: 'fetch', times: 9 });
    const answer = await serverOf(world).inject({ url: '/readyz' });
    assert.ok(fault.fired > 0);
    assert.deepEqual([answer.statusCode, answer.json().checks.repository], [503, 'failing']);
  });

  it('probes are answered from memory for a while, and then read again', async () => {
    const world = world1();
    const app = serverOf(world);
    await app.inject({ url: '/readyz' });
    world.stripe.account = { id: 'acct_other', livemode: false };
    assert.equal((await app.inject({ url: '/readyz' })).statusCode, 200);
    world.advance(10_000);
    assert.equal((await app.inject({ url: '/readyz' })).statusCode, 503);
  });
});

/** A server whose repository answers when `release` is called, and a request that waits for it. */
async function startWaiting(shutdownMs: number) {
  const world = world1();
  const inside = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const { state } = world.ports;
  let listening = false;
  const ports = {
    ...world.ports,
    state: {
      ...state,
      async tips() {
        // What the service fetches at its start is not waited for.
        if (!listening) return state.tips();
        inside.resolve();
        await gate.promise;
        return state.tips();
      },
    },
  };
  const { app } = createService({
    ports,
    planning: null,
    config: serviceConfig,
    log: ports.log,
    limits: { shutdownMs },
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  listening = true;
  const headers = { authorization: `Bearer ${tokenNo(1)}` };
  const answer = fetch(`${url}/v1/agents/${idNo(1)}`, { headers });
  answer.catch(() => {});
  await inside.promise;
  return { app, url, answer, release: gate.resolve };
}

describe('the end of the service', () => {
  it('a request in progress is answered, a connection without one is ended', async () => {
    const { app, url, answer, release } = await startWaiting(60_000);
    const idle = connect(Number(new URL(url).port), '127.0.0.1');
    await once(idle, 'connect');
    const ended = once(idle, 'close');
    const closed = app.close();
    release();
    assert.equal((await answer).status, 200);
    await closed;
    await ended;
    await assert.rejects(fetch(`${url}/healthz`));
  });

  it('a request without an end does not keep the service from ending', async () => {
    const { app, answer, release } = await startWaiting(20);
    await app.close();
    await assert.rejects(answer);
    release();
  });
});
