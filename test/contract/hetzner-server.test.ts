import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { inspect } from 'node:util';
import { actionBody, startAction } from '../../local-cloud/hetzner/project.ts';
import { Failure, type FailureReason } from '../../reconciler/core/failure.ts';
import { fleetStackNeeds, wantedFirewalls } from '../../reconciler/core/fleet/firewall.ts';
import { policyOf } from '../builders/world.ts';
import { until } from '../support/until.ts';
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

  test('goes off by a hard power-off where the system ignores the shutdown for a minute', async () => {
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

  test('waits for a server that is still being created', async () => {
    const { server } = await world.post('/servers', {
      name: 'new',
      server_type: 'cpx12',
      location: 'fsn1',
      image: 'debian-12',
    });
    await world.cloud.powerOff(String(server?.id));
    assert.equal(serverOf(String(server?.id)).status, 'off');
  });

  test('waits for a server that starts by itself after a change of its type', async () => {
    const id = await makeServer(world);
    await world.cloud.powerOff(id);
    await world.post(`/servers/${id}/actions/change_type`, {
      server_type: 'cpx22',
      upgrade_disk: false,
    });
    await until('it starts by itself', () => {
      world.clock.advance(1);
      return serverOf(id).status === 'starting';
    });
    await world.cloud.powerOn(id);
    assert.equal(serverOf(id).status, 'running');
    assert.equal(world.requests(/poweron/), 0);
  });

  test('is requested again where the answer was lost, and done once', async () => {
    const id = await makeServer(world);
    world.faults.add({ api: 'hetzner', method: 'POST', kind: 'timeoutAfter', ms: 0 });
    await world.cloud.powerOff(id);
    assert.equal(serverOf(id).status, 'off');
    world.faults.add({ api: 'hetzner', method: 'POST', kind: 'status', status: 503, times: 2 });
    await world.cloud.powerOn(id);
    assert.equal(serverOf(id).status, 'running');
  });

  test('of a missing server is a failure', async () => {
    await assert.rejects(world.cloud.powerOn('1'), is('NotFound'));
  });
});

test('an action that fails, never ends or is forgotten is distinguished', async () => {
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

test('addresses are listed with their servers, and are deleted once they are free', async () => {
  const id = await makeServer(world);
  const { primary_ip: made } = await world.post('/primary_ips', {
    name: 'stray',
    type: 'ipv4',
    location: 'ash',
    labels: { 'aura.dev/fleet': 'aura' },
  });
  const { items, partial } = await world.cloud.primaryIps('aura');
  assert.deepEqual(partial, []);
  // Those that came with a server have no labels: they are deleted with it.
  assert.deepEqual(
    items.map((one) => [one.assignee, one.location]),
    [[null, 'ash']],
  );
  const stray = items[0] ?? assert.fail();
  assert.deepEqual(await world.cloud.primaryIp(String(made?.id)), stray);
  assert.deepEqual(stray.labels, { 'aura.dev/fleet': 'aura' });
  const used = (await world.cloud.server(id))?.ipv4Id ?? '';
  await assert.rejects(world.cloud.deletePrimaryIp(used), is('Conflict'));
  world.faults.add({ api: 'hetzner', method: 'DELETE', kind: 'timeoutAfter', ms: 0 });
  await world.cloud.deletePrimaryIp(stray.id);
  assert.equal(await world.cloud.primaryIp(stray.id), null);
});

test('the fleet’s firewalls equal what is wanted, until one is changed', async () => {
  const policy = policyOf();
  assert.equal(fleetStackNeeds(policy, await world.cloud.firewalls(policy.fleet), null), 'create');
  for (const wanted of wantedFirewalls(policy)) {
    await world.post('/firewalls', {
      name: wanted.name,
      labels: wanted.role === 'base' ? { 'aura.dev/fleet': policy.fleet } : {},
      rules: [...wanted.rules].reverse().map((rule) => ({
        direction: rule.direction,
        protocol: rule.protocol,
        ...(rule.port === null ? {} : { port: rule.port }),
        [rule.direction === 'in' ? 'source_ips' : 'destination_ips']: [...rule.peers].reverse(),
      })),
      apply_to: [
        { type: 'label_selector', label_selector: { selector: wanted.selector } },
        ...(wanted.role === 'base'
          ? [{ type: 'server', server: { id: Number(await makeServer(world)) } }]
          : []),
      ],
    });
  }
  await world.post('/firewalls', { name: 'another-owners' });
  const firewalls = await world.cloud.firewalls(policy.fleet);
  assert.equal(firewalls.length, 3);
  const idOf = (role: string) => firewalls.find(({ name }) => name.endsWith(role))?.id ?? '';
  const ids = {
    base: idOf('-base'),
    bootstrap: idOf('-bootstrap'),
    isolation: idOf('-isolation'),
  };
  assert.equal(fleetStackNeeds(policy, firewalls, ids), 'update');
  for (const one of world.project.firewalls.values())
    if (one.name.startsWith('aura-')) one.labels = { 'aura.dev/fleet': policy.fleet };
  const labelled = await world.cloud.firewalls(policy.fleet);
  assert.equal(fleetStackNeeds(policy, labelled, ids), 'none');
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
  assert.equal(fleetStackNeeds(policy, changed, ids), 'update');
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
      created: '2026-11-22T05:00:00Z',
      labels: { 'aura.dev/fleet': 'aura' },
    },
  ]);
});
