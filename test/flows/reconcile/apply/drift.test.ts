/** Drift other than labels, power and devices is repaired, and nothing else is changed. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isEmptyPlan } from '../../../../reconciler/core/plan/plan.ts';
import { planFleet } from '../../../../reconciler/flows/reconcile/plan-fleet.ts';
import { askFor, bringUp, isOn, recordOf, serverOf } from '../../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { outcomeText, reconcileOnce, untilQuiet } from './reconciling.ts';

async function done(world: FakeWorld): Promise<readonly string[]> {
  const { applied } = (await reconcileOnce(world)) ?? assert.fail();
  return applied.map(({ change, outcome }) => `${change} ${outcomeText(outcome)}`);
}

describe('drift', () => {
  test('a server that its firewall does not apply to gets it again, with its labels unchanged', async () => {
    const world = createFakeWorld();
    const server = bringUp(world, 1);
    const labels = { ...server.labels };
    world.project.unheld.add(server.id);
    assert.deepEqual(await done(world), ['repair done']);
    const after = serverOf(world, 1) ?? assert.fail();
    assert.deepEqual(after.labels, labels);
    assert.equal(world.project.observed(after).firewalls.length, 1);
    assert.deepEqual(await done(world), []);
  });

  test('a process that dies while the label is off leaves what the next run repairs', async () => {
    const world = createFakeWorld();
    const { id, labels } = bringUp(world, 1);
    world.project.unheld.add(id);
    const fault = world.fault({ port: 'cloud', method: 'setLabels', kind: 'dieAfter' });
    assert.equal(await reconcileOnce(world), null);
    assert.equal(fault.fired, 1);
    await untilQuiet(world);
    assert.deepEqual(serverOf(world, 1)?.labels, labels);
    assert.deepEqual(world.project.deletions, []);
  });

  test('a lost answer while the label is off leaves the label written', async () => {
    const world = createFakeWorld();
    const { id, labels } = bringUp(world, 1);
    world.project.unheld.add(id);
    world.fault({ port: 'cloud', method: 'setLabels', kind: 'lost' });
    assert.match((await done(world)).join(), /^repair failed at repair: NetworkUnreachable/);
    assert.deepEqual(serverOf(world, 1)?.labels, labels);
  });

  test('a type that was changed by hand is changed back, and the server runs as before', async () => {
    const world = createFakeWorld();
    const server = bringUp(world, 1);
    server.serverType = 'cpx22';
    assert.deepEqual(await done(world), ['resize done']);
    assert.equal(serverOf(world, 1)?.serverType, 'cpx12');
    assert.equal(recordOf(world, 1)?.chosen?.serverType, 'cpx12');
    assert.ok(isOn(world, 1));
    assert.deepEqual(await done(world), []);
  });

  test('a type that is to be withdrawn is in a plan of everything alone, and writes nothing', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    const at = '2027-03-01T00:00:00Z';
    world.project.withdrawals = [{ kind: 'serverType', name: 'cpx12', location: null, at }];
    const calls = world.calls.length;
    const { plan } = (await reconcileOnce(world, 'everything')) ?? assert.fail();
    assert.deepEqual(
      plan.idle.map(({ reason }) => reason),
      ['Deprecated'],
    );
    assert.ok(isEmptyPlan(plan));
    assert.deepEqual(world.calls.slice(calls), []);
    assert.deepEqual((await planFleet(world.ports)).plan.idle, []);
  });

  test('a stray key with our label opens no new server', async () => {
    const publicKey = 'ssh-ed25519 AAAA';
    const key = { publicKey, labels: { 'aura.dev/fleet': 'aura' }, created: '' };
    const keyed = createFakeWorld({ policy: `ssh: {breakGlassPublicKey: "${publicKey}"}\n` });
    const named = [...keyed.project.sshKeys.keys()];
    assert.equal(named.length, 1);
    assert.deepEqual(await keysOfCreate(keyed, key), [named]);
    // The policy names none, or no longer.
    const unnamed = createFakeWorld();
    unnamed.project.sshKeys.set('2', { name: 'aura-break-glass', ...key });
    assert.deepEqual(await keysOfCreate(unnamed, key), [[]]);
  });

  async function keysOfCreate(
    world: FakeWorld,
    key: Readonly<{ publicKey: string; labels: Record<string, string>; created: string }>,
  ): Promise<readonly unknown[]> {
    world.project.sshKeys.set('1', { name: 'laptop', ...key });
    const asked: unknown[] = [];
    world.fault({
      port: 'stacks',
      method: 'plan',
      kind: 'meanwhile',
      run: () => {},
      when: (request) => {
        const { spec } = request as { spec: { server?: { sshKeys: unknown } } };
        if (spec.server !== undefined) asked.push(spec.server.sshKeys);
        return false;
      },
    });
    askFor(world, 1);
    assert.deepEqual((await done(world)).includes('create done'), true);
    return asked;
  }
});
