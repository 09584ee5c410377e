/** Slow, broken and malicious clients, over real connections. */
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';

import {
  fastifyLimits,
  limitsUsual,
  type ServerLimits,
} from '../../../reconciler/app/serve/limits.ts';
import { createService } from '../../../reconciler/app/serve/server.ts';
import { networkOf } from '../../../reconciler/app/serve/waiting-connections.ts';
import { platformToken, serviceConfig } from '../../builders/service-config.ts';
import { idNo, nowMs } from '../../builders/world.ts';
import { bringUp } from '../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../fakes/world.ts';
import { until } from '../../support/until.ts';
import { halfOf, openClient, type RawClient } from './raw-client.ts';

async function serve(t: TestContext, limits: Partial<ServerLimits> = {}, world = world1()) {
  const { app } = createService({
    ports: world.ports,
    planning: null,
    config: serviceConfig,
    log: world.ports.log,
    limits,
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const clients: RawClient[] = [];
  t.after(async () => {
    for (const client of clients) client.leave();
    await app.close();
  });
  return {
    app,
    url,
    world,
    async open(...texts: readonly string[]): Promise<RawClient> {
      const client = await openClient(url);
      clients.push(client);
      for (const text of texts) await client.write(text);
      return client;
    },
    deliver: () =>
      fetch(`${url}/webhooks/stripe`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'stripe-signature': 'valid' },
        body: JSON.stringify(eventOf('sub_Test1')),
      }),
    get: async (path: string) => (await fetch(`${url}${path}`)).status,
  };
}

function world1(): FakeWorld {
  const world = createFakeWorld();
  bringUp(world, 1);
  return world;
}

function eventOf(subscription: string) {
  return {
    id: 'evt_1',
    type: 'customer.subscription.updated',
    account: null,
    livemode: false,
    created: nowMs / 1000,
    subscriptionIds: [subscription],
    charge: null,
    customer: 'cus_Test1',
  };
}

const times = <Result>(count: number, make: () => Promise<Result>) =>
  Promise.all(Array.from({ length: count }, make));

describe('B1: incomplete requests use no place of complete ones', () => {
  it('slow posts to the webhook do not make a delivery wait or fail', async (t) => {
    const { open, deliver, get } = await serve(t, { deliveriesMax: 2, requestsMax: 3 });
    await times(10, () => open(halfOf('POST /webhooks/stripe')));
    assert.equal((await deliver()).status, 200);
    assert.equal(await get('/readyz'), 200);
  });

  it('404, 405 and 401 come before the body, whose rest is only discarded', async (t) => {
    const { open, deliver } = await serve(t, { requestsMax: 3 });
    for (const [line, status] of [
      ['POST /nothing', 404],
      ['PUT /', 405],
      ['POST /healthz', 405],
      ['PUT /webhooks/stripe', 405],
      [`POST /v1/agents/${idNo(1)}/commands`, 401],
    ] as const) {
      const clients = await times(5, () => open(halfOf(line)));
      for (const client of clients) assert.equal((await client.answer()).status, status, line);
    }
    assert.equal((await deliver()).status, 200);
  });

  it('health is answered at the limit of open requests', async (t) => {
    const world = world1();
    const gate = Promise.withResolvers<void>();
    const inside = Promise.withResolvers<void>();
    const { state } = world.ports;
    let held = false;
    const fetch = async (branch: string) => {
      if (held) inside.resolve();
      if (held) await gate.promise;
      return state.fetch(branch);
    };
    const ports = { ...world.ports, state: { ...state, fetch } };
    const { get, deliver } = await serve(t, { requestsMax: 1 }, { ...world, ports });
    held = true;
    const waits = deliver();
    await inside.promise;
    assert.equal(await get(`/v1/agents/${idNo(1)}`), 503);
    assert.equal(await get('/healthz'), 200);
    held = false;
    gate.resolve();
    assert.equal((await waits).status, 200);
    assert.equal(await get(`/v1/agents/${idNo(1)}`), 404);
  });

  it('one address holds a limited number of waiting connections: the oldest are closed', async (t) => {
    const limits = { waitingPerAddressMax: 3, waitingLeastMs: 0 };
    const { open, deliver, world } = await serve(t, limits);
    const oldest = await open(halfOf('POST /webhooks/stripe'));
    const second = await open('GET /healthz HT');
    for (let n = 0; n < 3; n += 1) await open();
    assert.equal(await oldest.closed, '');
    assert.equal(await second.closed, '');
    assert.equal((await deliver()).status, 200);
    const said = world.logs.filter(({ message }) => message.startsWith('connections are ended'));
    assert.equal(said.length, 1);
  });

  it('one that idles between two requests is closed only for the limit of all', async (t) => {
    const crowded = await serve(t, { waitingMax: 2, waitingLeastMs: 30, idleMs: 60_000 });
    const { open } = await serve(t, { waitingPerAddressMax: 3, waitingLeastMs: 0 });
    const get = 'GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n';
    const idle = await open(get);
    await idle.answer();
    const slow = await open(get);
    await slow.answer();
    await slow.write('GET /healthz HT');
    // Once another one is answered, what was written before has been read.
    await (await open(get)).answer();
    await open();
    await slow.closed;
    const ended = await crowded.open(get);
    await ended.answer();
    const sinceMs = Date.now();
    await until(
      'it has idled for a while',
      () => Date.now() - sinceMs > 60,
      () => crowded.get('/healthz'),
    );
    await crowded.open();
    await ended.closed;
    await idle.write(get.replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n'));
    assert.equal(((await idle.closed).match(/HTTP\/1\.1 200 /g) ?? []).length, 2);
  });

  it('all addresses together hold a limited number, and no young one is closed for another', async (t) => {
    const { open } = await serve(t, { waitingMax: 1, waitingLeastMs: 0 });
    const oldest = await open();
    await open();
    assert.equal(await oldest.closed, '');
    const young = await serve(t, { waitingMax: 1, waitingPerAddressMax: 1 });
    const first = await young.open();
    await young.open();
    await first.write('GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n');
    assert.equal((await first.answer()).status, 200);
  });

  it('an IPv6 address counts by its network', () => {
    for (const [address, network] of [
      ['127.0.0.1', '127.0.0.1'],
      ['::ffff:192.0.2.7', '192.0.2.7'],
      ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
      ['2001:db8::7', '2001:db8:0:0::/64'],
      ['fe80::1%eth0', 'fe80:0:0:0::/64'],
      ['::1', '0:0:0:0::/64'],
    ] as const)
      assert.equal(networkOf(address), network);
  });
});

describe('B2: discarded bodies are not kept', () => {
  it('all unfinished bodies together are bounded: the one that began first is dropped', async (t) => {
    const { open, deliver } = await serve(t, { unfinishedBytesMax: 4000 });
    const half = halfOf('POST /webhooks/stripe').replace('1000', '3000');
    const first = await open(half);
    const second = await open(half, 'x'.repeat(2000));
    await first.write('x'.repeat(2500));
    assert.equal(await first.closed, '');
    assert.equal((await deliver()).status, 200);
    await second.write('x'.repeat(3000 - 2000 - '{"id":'.length));
    assert.equal((await second.answer()).status, 400);
  });

  it('a body above the limit of its route is refused by its length, before it comes', async (t) => {
    const { open } = await serve(t);
    const size = (bytes: number) => (text: string) => text.replace('1000', String(bytes));
    const webhook = await open(size(300_000)(halfOf('POST /webhooks/stripe')));
    assert.equal((await webhook.answer()).status, 413);
    const authorization = `Bearer ${platformToken}`;
    const line = `POST /v1/agents/${idNo(1)}/commands`;
    const command = await open(size(17_000)(halfOf(line, { authorization })));
    assert.equal((await command.answer()).status, 413);
  });
});

describe('B3: each limit holds', () => {
  const idleMs = 20_000;

  it('a body that does not end is cut off by the limit of its request', async (t) => {
    const { open } = await serve(t, { headersMs: 50, requestMs: 100, idleMs });
    const idle = await open('GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await idle.answer();
    const drips = await open(halfOf('POST /webhooks/stripe'));
    assert.match(await first(drips, idle), /^HTTP\/1\.1 408 .*"code":"Timeout"/s);
  });

  it('so is one whose request was answered before it', async (t) => {
    const { open } = await serve(t, { headersMs: 50, requestMs: 100, idleMs });
    const idle = await open('GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await idle.answer();
    const drips = await open(halfOf('POST /nothing'));
    assert.match(await first(drips, idle), /^HTTP\/1\.1 404 /);
  });

  it('headers that do not end by theirs, though the request may take longer', async (t) => {
    const { open } = await serve(t, { headersMs: 50, requestMs: idleMs, idleMs: 1000 });
    const idle = await open('GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await idle.answer();
    const headers = await open('POST /webhooks/stripe HTTP/1.1\r\nhost: local');
    const silent = await open();
    assert.match(await first(headers, idle), /^HTTP\/1\.1 408 /);
    await first(silent, idle);
  });

  it('a connection that idles after an answer by its own', async (t) => {
    const { open } = await serve(t, { idleMs: 50 });
    const body = await open(halfOf('POST /webhooks/stripe'));
    const idle = await open('GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n');
    assert.match(await first(idle, body), /^HTTP\/1\.1 200 /);
  });

  it('headers are bounded too', async (t) => {
    const { open } = await serve(t);
    const client = await open(`GET /healthz HTTP/1.1\r\nhost: x\r\nx-long: ${'x'.repeat(9000)}`);
    assert.equal((await client.answer()).status, 431);
  });

  it('the default limits are those of the server', async (t) => {
    const { server } = (await serve(t)).app;
    const { headersTimeout, requestTimeout, keepAliveTimeout, maxConnections } = server;
    assert.deepEqual(
      [headersTimeout, requestTimeout, keepAliveTimeout, maxConnections],
      [10_000, 15_000, 10_000, 4000],
    );
  });

  it('limits that contradict each other are refused, and the default ones are not', () => {
    const wrong = { ...limitsUsual, headersMs: limitsUsual.requestMs + 1 };
    assert.throws(() => fastifyLimits(wrong), /longer than their whole request/);
    fastifyLimits(limitsUsual);
  });
});

/** What the first received until it was closed, which the other was not before. */
async function first(expected: RawClient, other: RawClient): Promise<string> {
  return Promise.race([
    expected.closed,
    other.closed.then(() => assert.fail('the other one was closed first')),
  ]);
}

describe('B6: a client that disconnects', () => {
  it('is no bug of ours, and a line in the log for many of them', async (t) => {
    const { open, get, world } = await serve(t);
    for (const line of ['POST /webhooks/stripe', `POST /v1/agents/${idNo(1)}/commands`]) {
      const authorization = `Bearer ${platformToken}`;
      for (let n = 0; n < 20; n += 1) {
        const client = await open(halfOf(line, { authorization }));
        // The server has begun to read it once it answers another one.
        assert.equal(await get('/healthz'), 200);
        client.leave();
      }
    }
    assert.equal(await get('/healthz'), 200);
    const said = world.logs.filter(({ level }) => level === 'error' || level === 'warn');
    assert.deepEqual(
      said.map(({ level, message }) => [level, message]),
      [
        ['warn', 'deliveries were refused'],
        ['warn', 'clients disconnected during their request'],
      ],
    );
  });
});

describe('B8: the end of the service', () => {
  it('answers what was received, on new and old connections', async (t) => {
    const { app, open } = await serve(t);
    const get = 'GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n';
    const old = await open(get);
    await old.answer();
    const [fresh, silent] = [await open(), await open()];
    const late = openLate(open, get);
    const written = [old.write(get), fresh.write(get)];
    const closed = app.close();
    await Promise.all(written);
    assert.equal(((await old.closed).match(/HTTP\/1\.1 200 /g) ?? []).length, 2);
    assert.match(await fresh.closed, /^HTTP\/1\.1 200 .*connection: close/is);
    assert.match(await late, /^HTTP\/1\.1 200 /);
    assert.equal(await silent.closed, '');
    await closed;
  });
});

/** Connects in this turn; the server has not accepted it in the same one. */
async function openLate(open: (text: string) => Promise<RawClient>, text: string) {
  return (await open(text)).closed;
}
