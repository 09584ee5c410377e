import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { inspect } from 'node:util';
import { Failure, type FailureReason } from '../../reconciler/core/failure.ts';
import { type HetznerWorld, makeServer, startHetznerWorld } from './hetzner-world.ts';

let world: HetznerWorld;
beforeEach(async () => {
  world = await startHetznerWorld();
});
afterEach(() => world.close());

const is = (reason: FailureReason) => (thrown: unknown) => {
  assert.ok(thrown instanceof Failure, inspect(thrown));
  assert.equal(thrown.reason, reason, thrown.message);
  return true;
};
const serverOf = (id: string) => world.project.servers.get(Number(id)) ?? assert.fail('no server');

describe('a listing', () => {
  /** `count` servers of ours, in three pages, and one of another fleet in between. */
  async function fill(count: number): Promise<string[]> {
    const ids: string[] = [];
    for (let n = 0; n < count; n += 1) ids.push(await makeServer(world, { name: `agt-${n}` }));
    await makeServer(world, { name: 'other', labels: { 'aura.dev/fleet': 'aura2' } });
    return ids;
  }
  /** Does something each time that a page of servers has been read. */
  function afterPage(page: number, doing: () => void): void {
    world.between.after = (request) => {
      const { searchParams } = new URL(request.url, 'http://localhost');
      if (request.routeOptions.url === '/v1/servers' && searchParams.get('page') === String(page))
        doing();
      return undefined;
    };
  }

  test('of more than two pages is complete, sorted by id, and ours alone', async () => {
    const ids = await fill(101);
    const { items, partial } = await world.cloud.servers('aura');
    assert.deepEqual(partial, []);
    assert.deepEqual(
      items.map((server) => server.id),
      ids,
    );
    assert.equal(world.requests(/^GET \/v1\/servers$/), 3);
  });

  test('of nothing is complete and empty', async () => {
    assert.deepEqual(await world.cloud.servers('aura'), { items: [], partial: [] });
  });

  test('that shifts once is read again; a missing server is not invented', async () => {
    const ids = await fill(60);
    const gone = ids[3] ?? '';
    afterPage(1, () => world.project.servers.delete(Number(gone)));
    const { items, partial } = await world.cloud.servers('aura');
    assert.deepEqual(partial, []);
    assert.deepEqual(
      items.map((server) => server.id),
      ids.filter((id) => id !== gone),
    );
    assert.equal(world.requests(/^GET \/v1\/servers$/), 4);
  });

  test('that shifts each time is partial, with its reason', async () => {
    const ids = await fill(60);
    afterPage(1, () => world.project.servers.delete(Number(ids.shift())));
    const { items, partial } = await world.cloud.servers('aura');
    const shifted = 'servers: it shifted while it was read: 59, then 58 announced, 58 seen';
    assert.deepEqual(partial, [shifted]);
    // One that existed all the time fell between the pages; one that is gone was listed.
    const seen = new Set(items.map((server) => server.id));
    assert.equal(ids.filter((id) => !seen.has(id)).length, 1);
  });

  test('whose second page is wrongly empty is read again', async () => {
    const ids = await fill(60);
    let times = 0;
    afterPage(1, () => {
      times += 1;
      if (times === 1) world.faults.add({ api: 'hetzner', kind: 'empty', path: '/v1/servers' });
    });
    const { items, partial } = await world.cloud.servers('aura');
    assert.deepEqual([items.length, partial], [ids.length, []]);
  });

  test('without its second page has what was read, and names the page', async () => {
    await fill(60);
    afterPage(1, () => world.faults.add({ api: 'hetzner', kind: 'status', status: 503, times: 5 }));
    const { items, partial } = await world.cloud.servers('aura');
    assert.equal(items.length, 50);
    assert.match(partial[0] ?? '', /^servers: page 2 is missing \(ProviderOutage: /);
  });

  test('survives two outages, a limit, and an answer that breaks off', async () => {
    const ids = await fill(2);
    world.faults.add({ api: 'hetzner', kind: 'status', status: 503, times: 2 });
    world.faults.add({ api: 'hetzner', kind: 'status', status: 429 });
    world.faults.add({ api: 'hetzner', kind: 'truncate' });
    const { items, partial } = await world.cloud.servers('aura');
    assert.deepEqual([items.length, partial], [ids.length, []]);
  });

  test('that cannot be read at all is a failure, never an empty list', async () => {
    world.faults.add({ api: 'hetzner', kind: 'status', status: 500, times: 5 });
    await assert.rejects(world.cloud.servers('aura'), is('ProviderOutage'));
    await assert.rejects(world.another({ token: 'wrong' }).servers('aura'), (thrown) => {
      assert.ok(!inspect(thrown, { depth: 9 }).includes('wrong'));
      return is('Unauthorized')(thrown);
    });
    for (const body of [{}, { servers: [] }, { servers: {}, meta: {} }, { servers: [{ id: 1 }] }]) {
      world.between.after = () => body;
      await assert.rejects(world.cloud.servers('aura'), is('UnexpectedAnswer'));
    }
  });

  test('without a total count is not taken for complete', async () => {
    await fill(1);
    world.between.after = (_request, body) => ({
      ...body,
      meta: { pagination: { next_page: null, total_entries: null } },
    });
    await assert.rejects(world.cloud.servers('aura'), is('UnexpectedAnswer'));
  });
});

test('a server is parsed completely', async () => {
  const id = await makeServer(world);
  const server = await world.cloud.server(id);
  const [ipv4, ipv6] = [...world.project.primaryIps.values()];
  assert.deepEqual(server, {
    id,
    name: 'agt-7m2k9q4xw3td',
    status: 'running',
    created: '2026-11-22T05:00:00Z',
    labels: { 'aura.dev/fleet': 'aura' },
    ipv4: ipv4?.ip,
    ipv4Id: String(ipv4?.id),
    ipv6Id: String(ipv6?.id),
    location: 'fsn1',
    serverType: 'cpx12',
    image: 'debian-12',
    diskGb: 40,
    memoryGb: 2,
    protection: { delete: false, rebuild: false },
    locked: false,
    backups: false,
    firewalls: [],
  });
  assert.deepEqual(await world.cloud.serverByName('agt-7m2k9q4xw3td'), server);
  assert.deepEqual((await world.cloud.servers('aura')).items, [server]);
});

test('a server without addresses, from a snapshot, is parsed too', async () => {
  const id = await makeServer(world, { public_net: { enable_ipv4: false, enable_ipv6: false } });
  serverOf(id).image = { id: 4711, name: null, architecture: 'x86' };
  const server = await world.cloud.server(id);
  assert.deepEqual(
    [server?.ipv4, server?.ipv4Id, server?.ipv6Id, server?.image],
    [null, null, null, '4711'],
  );
});

test('only Hetzner itself can report a resource as missing', async () => {
  assert.equal(await world.cloud.server('1'), null);
  assert.equal(await world.cloud.serverByName('absent'), null);
  assert.equal(await world.cloud.primaryIp('1'), null);
  await world.cloud.deleteServer('1');
  await world.cloud.deletePrimaryIp('1');
  world.between.before = (_request, reply) => void reply.code(404).send({ message: 'no route' });
  await assert.rejects(world.cloud.server('1'), is('UnexpectedAnswer'));
  await assert.rejects(world.cloud.deleteServer('1'), is('UnexpectedAnswer'));
});

describe('offers', () => {
  test('tell net prices, sizes and the stock, by type and location', async () => {
    world.hetzner.sellOut('cpx12', 'nbg1');
    const { currency, ipv4MonthlyNet, list } = await world.cloud.offers();
    assert.deepEqual([currency, ipv4MonthlyNet['fsn1']], ['EUR', 0.5]);
    assert.deepEqual(
      list.filter((offer) => offer.serverType === 'cpx12'),
      ['fsn1', 'hel1', 'nbg1'].map((location) => ({
        serverType: 'cpx12',
        location,
        monthlyNet: 5.99,
        diskGb: 40,
        memoryGb: 2,
        architecture: 'x86',
        available: location !== 'nbg1',
      })),
    );
    const names = list.map((offer) => `${offer.serverType} ${offer.location}`);
    assert.deepEqual(names, [...names].sort());
  });

  test('are kept for some minutes', async () => {
    await world.cloud.offers();
    world.hetzner.sellOut('cpx12', 'nbg1');
    const inNbg1 = async () =>
      (await world.cloud.offers()).list.find(
        (offer) => offer.serverType === 'cpx12' && offer.location === 'nbg1',
      )?.available;
    assert.equal(await inNbg1(), true);
    world.clock.advance(301);
    assert.equal(await inNbg1(), false);
    assert.equal(world.requests(/pricing/), 2);
  });

  test('of a type with an announced end stand until that end', async () => {
    const withdrawn = (time: string) => {
      world.between.after = (request, body) => {
        const { server_types: types } = body;
        if (request.routeOptions.url !== '/v1/server_types' || !Array.isArray(types)) return body;
        const deprecation = { announced: '2026-01-01T00:00:00Z', unavailable_after: time };
        return { ...body, server_types: types.map((type) => ({ ...type, deprecation })) };
      };
    };
    withdrawn('2026-11-23T00:00:00Z');
    assert.ok((await world.another().offers()).list.every((offer) => offer.available));
    withdrawn('2026-11-21T00:00:00Z');
    assert.ok((await world.another().offers()).list.every((offer) => !offer.available));
  });

  test('without a price are a failure, not free', async () => {
    world.between.after = (request, body) =>
      request.routeOptions.url === '/v1/pricing'
        ? { pricing: { currency: 'EUR', primary_ips: [{ type: 'ipv4', prices: [{}] }] } }
        : body;
    await assert.rejects(world.cloud.offers(), is('UnexpectedAnswer'));
  });
});

describe('the cloud’s time', () => {
  test('is the Date of the newest answer, requested where there is none', async () => {
    assert.equal(await world.cloud.now(), Date.parse('2026-11-22T05:00:00Z'));
    assert.equal(world.requests(/./), 1);
    await world.cloud.server('1');
    await world.cloud.now();
    assert.equal(world.requests(/./), 2);
  });

  test('moves for a program that waits by it alone', async () => {
    const since = await world.cloud.now();
    for (let waits = 0; waits < 10; waits += 1) {
      world.clock.advance(3);
      await world.cloud.now();
    }
    assert.ok((await world.cloud.now()) - since >= 25_000);
    assert.ok(world.requests(/./) <= 7);
  });
});

test('a project’s rate limit is waited out', async () => {
  const small = await startHetznerWorld({ requestsPerHour: 60 });
  try {
    for (let n = 0; n < 60; n += 1) await fetch(`${small.endpoint}/nothing`);
    assert.deepEqual(await small.cloud.servers('aura'), { items: [], partial: [] });
    assert.ok(small.requests(/^GET \/v1\/servers$/) > 1);
  } finally {
    await small.close();
  }
});
