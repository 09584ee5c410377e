import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { inspect } from 'node:util';
import { actionBody, startAction } from '../../reconciler/cloud/hetzner/project.ts';
import { Failure, type FailureReason } from '../../reconciler/core/failure.ts';
import { fleetStackNeeds, wantedFirewalls } from '../../reconciler/core/firewall.ts';
import { policyOf } from '../builders/world.ts';
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

  test('of more than two pages is whole, sorted by id, and ours alone', async () => {
    const ids = await fill(101);
    const { items, partial } = await world.cloud.servers('aura');
    assert.deepEqual(partial, []);
    assert.deepEqual(
      items.map((server) => server.id),
      ids,
    );
    assert.equal(world.requests(/^GET \/v1\/servers$/), 3);
  });

  test('of nothing is whole and empty', async () => {
    assert.deepEqual(await world.cloud.servers('aura'), { items: [], partial: [] });
  });

  test('that shifts once is read again; a server that vanished is not guessed', async () => {
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

  test('that shifts each time is partial, and says so', async () => {
    const ids = await fill(60);
    afterPage(1, () => world.project.servers.delete(Number(ids.shift())));
    const { items, partial } = await world.cloud.servers('aura');
    assert.deepEqual(partial, [
      {
        source: 'servers',
        detail: 'servers: it shifted while it was read: 59, then 58 announced, 58 seen',
      },
    ]);
    // One that was there all the time fell between the pages; one that is gone was seen.
    const seen = new Set(items.map((server) => server.id));
    assert.equal(ids.filter((id) => !seen.has(id)).length, 1);
  });

  test('whose second page lies empty is read again', async () => {
    const ids = await fill(60);
    let times = 0;
    afterPage(1, () => {
      times += 1;
      if (times === 1) world.faults.add({ api: 'hetzner', kind: 'empty', path: '/v1/servers' });
    });
    const { items, partial } = await world.cloud.servers('aura');
    assert.deepEqual([items.length, partial], [ids.length, []]);
  });

  test('without its second page holds what was seen, and names the page', async () => {
    await fill(60);
    afterPage(1, () => world.faults.add({ api: 'hetzner', kind: 'status', status: 503, times: 5 }));
    const { items, partial } = await world.cloud.servers('aura');
    assert.equal(items.length, 50);
    assert.match(partial[0]?.detail ?? '', /^servers: page 2 is missing \(ProviderOutage: /);
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

  test('that does not say how many there are is not taken for whole', async () => {
    await fill(1);
    world.between.after = (_request, body) => ({
      ...body,
      meta: { pagination: { next_page: null, total_entries: null } },
    });
    await assert.rejects(world.cloud.servers('aura'), is('UnexpectedAnswer'));
  });
});

test('a server is parsed whole', async () => {
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
    ipv6: ipv6?.ip,
    ipv6Id: String(ipv6?.id),
    location: 'fsn1',
    serverType: 'cpx12',
    image: 'debian-12',
    diskGb: 40,
    protection: { delete: false, rebuild: false },
    locked: false,
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
    [server?.ipv4, server?.ipv4Id, server?.ipv6, server?.ipv6Id, server?.image],
    [null, null, null, null, '4711'],
  );
});

test('only Hetzner itself can say that something is not there', async () => {
  assert.equal(await world.cloud.server('1'), null);
  assert.equal(await world.cloud.serverByName('nobody'), null);
  assert.equal(await world.cloud.primaryIp('1'), null);
  await world.cloud.deleteServer('1');
  await world.cloud.deletePrimaryIp('1');
  world.between.before = (_request, reply) => void reply.code(404).send({ message: 'no route' });
  await assert.rejects(world.cloud.server('1'), is('UnexpectedAnswer'));
  await assert.rejects(world.cloud.deleteServer('1'), is('UnexpectedAnswer'));
});

describe('power', () => {
  test('goes off by the system’s own shutdown, and on again', async () => {
    const id = await makeServer(world);
    await world.cloud.powerOff(id);
    assert.equal(serverOf(id).status, 'off');
    assert.equal(world.requests(/poweroff/), 0);
    await world.cloud.powerOff(id);
    assert.equal(world.requests(/shutdown/), 1);
    await world.cloud.powerOn(id);
    assert.equal(serverOf(id).status, 'running');
    await world.cloud.powerOn(id);
    assert.equal(world.requests(/poweron/), 1);
  });

  test('goes off by the plug where the system takes no notice for a minute', async () => {
    const id = await makeServer(world);
    const since = world.clock.now();
    world.between.before = (request, reply) => {
      if (!request.url.endsWith('/shutdown')) return;
      const action = startAction(world.project, 'shutdown_server', { seconds: 1, resources: [] });
      void reply.code(201).send({ action: actionBody(world.project, action) });
    };
    await world.cloud.powerOff(id);
    assert.equal(serverOf(id).status, 'off');
    const tookMs = world.clock.now() - since;
    assert.ok(tookMs >= 60_000 && tookMs < 75_000, String(tookMs));
  });

  test('waits for a server that is still being made', async () => {
    const { server } = await world.post('/servers', {
      name: 'new',
      server_type: 'cpx12',
      location: 'fsn1',
      image: 'debian-12',
    });
    await world.cloud.powerOff(String(server?.id));
    assert.equal(serverOf(String(server?.id)).status, 'off');
  });

  test('is asked for again where the answer was lost, and done once', async () => {
    const id = await makeServer(world);
    world.faults.add({ api: 'hetzner', method: 'POST', kind: 'timeoutAfter', ms: 0 });
    await world.cloud.powerOff(id);
    assert.equal(serverOf(id).status, 'off');
    world.faults.add({ api: 'hetzner', method: 'POST', kind: 'status', status: 503, times: 2 });
    await world.cloud.powerOn(id);
    assert.equal(serverOf(id).status, 'running');
  });

  test('of a server that is not there is a failure', async () => {
    await assert.rejects(world.cloud.powerOn('1'), is('NotFound'));
  });
});

describe('the type of a server', () => {
  test('changes when it is off, and the disk stays', async () => {
    const id = await makeServer(world);
    await assert.rejects(world.cloud.changeType(id, 'cpx22'), is('Conflict'));
    await world.cloud.powerOff(id);
    await world.cloud.changeType(id, 'cpx22');
    assert.deepEqual([serverOf(id).typeName, serverOf(id).diskGb], ['cpx22', 40]);
    await assert.rejects(world.cloud.changeType(id, 'cpx11'), is('Conflict'));
  });

  test('is not asked for twice where the answer was lost: looking tells', async () => {
    const id = await makeServer(world);
    await world.cloud.powerOff(id);
    const lost = { api: 'hetzner', method: 'POST', kind: 'timeoutAfter', ms: 0 } as const;
    world.faults.add(lost);
    await assert.rejects(world.cloud.changeType(id, 'cpx22'), is('OutcomeUnknown'));
    world.clock.advance(20);
    await world.cloud.changeType(id, 'cpx22');
    assert.equal(world.requests(/change_type/), 1);
  });
});

test('an action that fails, never ends or is forgotten is told apart', async () => {
  const id = await makeServer(world);
  let error: { code: string; message: string } | null = null;
  let seconds = 1;
  world.between.before = (request, reply) => {
    if (!request.url.endsWith('/change_protection')) return;
    const action = startAction(world.project, 'change_protection', { seconds, resources: [] });
    action.error = error;
    void reply.code(201).send({ action: actionBody(world.project, action) });
  };
  for (const [code, reason] of [
    ['locked', 'Locked'],
    ['resource_unavailable', 'ResourceUnavailable'],
    ['constructor', 'UnexpectedAnswer'],
  ] as const) {
    error = { code, message: 'it went wrong' };
    await assert.rejects(world.cloud.protect(id, true), (thrown) => {
      assert.match(String(thrown), /change_protection failed \(\w+: it went wrong\)/);
      return is(reason)(thrown);
    });
  }
  error = null;
  seconds = 1_000_000;
  const since = world.clock.now();
  await assert.rejects(world.cloud.protect(id, true), is('OutcomeUnknown'));
  assert.ok(world.clock.now() - since < 11 * 60_000);
  world.between.after = () => {
    world.project.actions.clear();
    return undefined;
  };
  await assert.rejects(world.cloud.protect(id, true), is('OutcomeUnknown'));
});

test('protection goes on and off for deletion and rebuild together, and holds', async () => {
  const id = await makeServer(world);
  await world.cloud.protect(id, true);
  await world.cloud.protect(id, true);
  assert.deepEqual((await world.cloud.server(id))?.protection, { delete: true, rebuild: true });
  await assert.rejects(world.cloud.deleteServer(id), is('Protected'));
  await world.cloud.protect(id, false);
  await world.cloud.deleteServer(id);
  assert.equal(await world.cloud.server(id), null);
});

test('labels are set as a whole', async () => {
  const id = await makeServer(world);
  world.faults.add({ api: 'hetzner', method: 'PUT', kind: 'timeoutAfter', ms: 0 });
  await world.cloud.setLabels(id, { 'aura.dev/fleet': 'aura', 'aura.dev/revision': '2' });
  assert.deepEqual(serverOf(id).labels, { 'aura.dev/fleet': 'aura', 'aura.dev/revision': '2' });
  await assert.rejects(world.cloud.setLabels(id, { bad: 'a:b' }), is('InvalidInput'));
  await assert.rejects(world.cloud.setLabels('1', {}), is('NotFound'));
});

test('a deletion whose answer was lost is a deletion', async () => {
  const id = await makeServer(world);
  world.faults.add({ api: 'hetzner', method: 'DELETE', kind: 'timeoutAfter', ms: 0 });
  await world.cloud.deleteServer(id);
  assert.equal(world.project.servers.size, 0);
  await world.cloud.deleteServer(id);
});

test('addresses are listed with whom they belong to, and go once they are free', async () => {
  const id = await makeServer(world);
  const { primary_ip: made } = await world.post('/primary_ips', {
    name: 'stray',
    type: 'ipv4',
    location: 'ash',
    labels: { 'aura.dev/fleet': 'aura' },
  });
  const { items, partial } = await world.cloud.primaryIps('aura');
  assert.deepEqual(partial, []);
  // Those that came with a server have no labels: they go with it.
  assert.deepEqual(
    items.map((one) => [one.assignee, one.autoDelete, one.location]),
    [[null, false, 'ash']],
  );
  const stray = items[0] ?? assert.fail();
  assert.deepEqual(await world.cloud.primaryIp(String(made?.id)), stray);
  assert.deepEqual([stray.name, stray.labels], ['stray', { 'aura.dev/fleet': 'aura' }]);
  const used = (await world.cloud.server(id))?.ipv4Id ?? '';
  await assert.rejects(world.cloud.deletePrimaryIp(used), is('Conflict'));
  world.faults.add({ api: 'hetzner', method: 'DELETE', kind: 'timeoutAfter', ms: 0 });
  await world.cloud.deletePrimaryIp(stray.id);
  assert.equal(await world.cloud.primaryIp(stray.id), null);
});

test('the fleet’s firewalls equal what is wanted, until somebody changes one', async () => {
  const policy = policyOf();
  assert.equal(fleetStackNeeds(policy, await world.cloud.firewalls(policy.fleet)), 'create');
  for (const wanted of wantedFirewalls(policy)) {
    await world.post('/firewalls', {
      name: wanted.name,
      labels: wanted.role === 'base' ? { 'aura.dev/fleet': policy.fleet } : {},
      rules: [...wanted.rules].reverse().map((rule) => ({
        direction: rule.direction,
        protocol: rule.protocol,
        ...(rule.port === null ? {} : { port: rule.port }),
        source_ips: [...rule.sources].reverse(),
      })),
      apply_to: [
        { type: 'label_selector', label_selector: { selector: wanted.selector } },
        ...(wanted.role === 'base'
          ? [{ type: 'server', server: { id: Number(await makeServer(world)) } }]
          : []),
      ],
    });
  }
  await world.post('/firewalls', { name: 'somebody-elses' });
  const firewalls = await world.cloud.firewalls(policy.fleet);
  assert.equal(firewalls.length, 2);
  assert.equal(fleetStackNeeds(policy, firewalls), 'none');
  const base = [...world.project.firewalls.values()].find((one) => one.name.endsWith('-base'));
  base?.rules.push({
    direction: 'out',
    protocol: 'gre',
    port: null,
    source_ips: [],
    destination_ips: ['10.0.0.0/8'],
    description: null,
  });
  const changed = await world.cloud.firewalls(policy.fleet);
  assert.match(changed.map((one) => one.rules).join('\n'), /^out gre - 10\.0\.0\.0\/8$/m);
  assert.equal(fleetStackNeeds(policy, changed), 'update');
  const [server] = (await world.cloud.servers('aura')).items;
  assert.deepEqual(server?.firewalls, [String(base?.id)]);
});

test('keys of the fleet are listed, and no others', async () => {
  const publicKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKeyOne';
  const { ssh_key: made } = await world.post('/ssh_keys', {
    name: 'aura-break-glass',
    public_key: publicKey,
    labels: { 'aura.dev/fleet': 'aura' },
  });
  await world.post('/ssh_keys', { name: 'mine', public_key: `${publicKey}Two=` });
  assert.deepEqual(await world.cloud.sshKeys('aura'), [
    {
      id: String(made?.id),
      name: 'aura-break-glass',
      publicKey,
      created: '2026-11-22T05:00:00Z',
      labels: { 'aura.dev/fleet': 'aura' },
    },
  ]);
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
        hourlyNet: 0.009599359,
        diskGb: 40,
        cores: 1,
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

  test('of a type that is announced to go stand until it goes', async () => {
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
  test('is the Date of the newest answer, asked for where there is none', async () => {
    assert.equal(await world.cloud.now(), Date.parse('2026-11-22T05:00:00Z'));
    assert.equal(world.requests(/./), 1);
    await world.cloud.server('1');
    await world.cloud.now();
    assert.equal(world.requests(/./), 2);
  });

  test('moves for who waits by it alone', async () => {
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
