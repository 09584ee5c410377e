/** The world in memory has the delays and errors of the real one where a test asks for it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isFailure } from '../../reconciler/core/failure.ts';
import { agentStateKey, labelNames } from '../../reconciler/core/fleet/observed.ts';
import { idNo } from '../builders/world.ts';
import { applied } from '../support/gated.ts';
import { bringUp, recordOf, serverOf } from './agents.ts';
import { subscription } from './billing.ts';
import { createFakeWorld, type FakeWorld } from './world.ts';

const secondMs = 1000;

function twoAgents(): FakeWorld {
  const world = createFakeWorld();
  bringUp(world, 1);
  return world;
}

describe('readings that lag', () => {
  test('servers by id, by name and in a listing answer from a copy for a while', async () => {
    const world = twoAgents();
    const { cloud } = world.ports;
    for (const reading of ['serverById', 'serverByName', 'servers'] as const)
      world.unkind.lag(reading, 60 * secondMs);
    const { id } = bringUp(world, 2);
    const seen = async () => [
      (await cloud.server(id)) !== null,
      (await cloud.serverByName(idNo(2))) !== null,
      (await cloud.servers('aura')).items.length,
    ];
    assert.deepEqual(await seen(), [false, false, 1]);
    world.project.servers.delete(recordOf(world, 1)?.server?.id ?? '');
    assert.equal((await cloud.servers('aura')).items.length, 1, 'what is gone is still listed');
    world.advance(61 * secondMs);
    assert.deepEqual(await seen(), [true, true, 1]);
  });

  test('devices and states lack what has come since', async () => {
    const world = twoAgents();
    world.unkind.lag('devices', 60 * secondMs);
    world.unkind.lag('states', 60 * secondMs);
    bringUp(world, 2);
    const count = async () => [
      (await world.ports.tailnet.devices('aura')).items.length,
      (await world.ports.states.list('aura/agents/')).items.length,
    ];
    assert.deepEqual(await count(), [1, 1]);
    world.unkind.calm();
    assert.deepEqual(await count(), [2, 2]);
  });

  test('a branch is served as it was', async () => {
    const world = twoAgents();
    const before = world.git.branches.get('main');
    world.unkind.lagBranch('main', 60 * secondMs);
    world.git.commit('A change', { note: 'new' });
    const fetched = async () => (await world.spawn().ports.state.fetch('main'))?.commit;
    assert.equal(await fetched(), before);
    world.advance(61 * secondMs);
    assert.equal(await fetched(), world.git.branches.get('main'));
  });

  test('a reading of Stripe may be outdated when it arrives', async () => {
    const world = createFakeWorld();
    const paid = subscription('sub_1', 'cus_1');
    world.stripe.subscriptions.set('sub_1', paid);
    world.unkind.whileRead(3 * secondMs, () =>
      world.stripe.subscriptions.set('sub_1', { ...paid, status: 'unpaid' }),
    );
    const { billing } = world.ports;
    assert.equal((await billing.subscription('sub_1'))?.status, 'active');
    assert.equal((await billing.subscription('sub_1'))?.status, 'unpaid');
  });
});

describe('servers that differ from their answers', () => {
  test('one that is denied is not found, and exists', async () => {
    const world = twoAgents();
    const id = recordOf(world, 1)?.server?.id ?? '';
    world.unkind.deny(id, 60 * secondMs);
    const { cloud } = world.ports;
    assert.deepEqual([await cloud.server(id), await cloud.serverByName(idNo(1))], [null, null]);
    assert.deepEqual((await cloud.servers('aura')).items, []);
    world.advance(61 * secondMs);
    assert.notEqual(await cloud.server(id), null);
  });

  test('one whose create was answered by an error has its name at once and is visible later', async () => {
    const world = twoAgents();
    const server = serverOf(world, 1);
    assert.ok(server !== null);
    server.hiddenUntilMs = world.time.now() + 60 * secondMs;
    assert.equal(await world.ports.cloud.server(server.id), null);
    assert.throws(
      () => world.project.create({ ...server, labels: {} }),
      (thrown) => isFailure(thrown, 'Conflict'),
    );
    world.advance(60 * secondMs);
    assert.notEqual(await world.ports.cloud.server(server.id), null);
  });

  test('one that is locked for an hour accepts no action, one that is unknown has that status', async () => {
    const world = twoAgents();
    const server = serverOf(world, 1);
    assert.ok(server !== null);
    const untilMs = world.time.now() + 3600 * secondMs;
    Object.assign(server, { lockedUntilMs: untilMs, ailing: { status: 'unknown', untilMs } });
    await assert.rejects(world.ports.cloud.powerOff(server.id), (thrown) =>
      isFailure(thrown, 'Locked'),
    );
    assert.equal((await world.ports.cloud.server(server.id))?.status, 'unknown');
    world.advance(3601 * secondMs);
    assert.equal((await world.ports.cloud.server(server.id))?.status, 'running');
  });

  test('firewalls follow labels seconds later, and port 22 follows them', async () => {
    const world = twoAgents();
    const server = serverOf(world, 1);
    assert.ok(server !== null);
    Object.assign(world.project, { firewallLagMs: 8 * secondMs });
    world.hosts.firewallCounts = true;
    const hostKey = recordOf(world, 1)?.hostKey ?? '';
    const host = {
      agent: idNo(1),
      network: 'public' as const,
      ipv4: server.ipv4,
      hostKeys: [hostKey],
    };
    await assert.rejects(world.ports.configurator.healthy(host), /port 22 of [\d.]+ is closed/);
    const { cloud } = world.ports;
    const held = async () => (await cloud.server(server.id))?.firewalls.length;
    await cloud.setLabels(server.id, { ...server.labels, [labelNames.bootstrap]: '1' });
    assert.equal(await held(), 1);
    const before = world.time.now();
    assert.equal(await world.ports.configurator.healthy(host), true);
    assert.ok(world.time.now() - before >= 8 * secondMs, 'it was tried until port 22 was open');
    assert.equal(await held(), 2);
  });

  test('addresses stay assigned for a while after their server', async () => {
    const world = twoAgents();
    const server = serverOf(world, 1);
    assert.ok(server !== null);
    world.project.addressLagMs = 40 * secondMs;
    server.protection = { delete: false, rebuild: false };
    world.project.remove(server.id, 'api');
    const assignee = async () => (await world.ports.cloud.primaryIp(server.ipv4Id))?.assignee;
    assert.equal(await assignee(), server.id);
    world.advance(41 * secondMs);
    assert.equal(await assignee(), undefined);
  });
});

describe('Terraform and the type of a server', () => {
  test('powers a running one off, and Hetzner starts it again', async () => {
    const world = twoAgents();
    const server = serverOf(world, 1);
    assert.ok(server !== null);
    const stateKey = agentStateKey('aura', idNo(1));
    const { made: labels, name, location, image, userData } = server;
    const wanted = { name, location, image, userData, labels, serverType: 'cpx22', sshKeys: [] };
    const spec = { kind: 'agent', stateKey, pollIntervalMs: 1000, server: wanted } as never;
    const expect = { allow: 'updates', ids: [server.id], attributes: ['server_type'] } as never;
    const outcome = await applied(world.ports.stacks, { spec, expect, imports: [] });
    assert.equal(outcome, 'applied');
    assert.deepEqual(
      world.project.switchings.map(({ to, via }) => [to, via]),
      [['off', 'stack']],
    );
    assert.equal(world.project.statusOf(server), 'running');
    assert.equal(server.serverType, 'cpx22');
  });
});

describe('a token for another project', () => {
  test('is in use for one run', async () => {
    const world = twoAgents();
    world.unkind.misdirected = 1;
    const count = async () => (await world.spawn().ports.cloud.servers('aura')).items.length;
    assert.deepEqual([await count(), await count()], [0, 1]);
  });
});
