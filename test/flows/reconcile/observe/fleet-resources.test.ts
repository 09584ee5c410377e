/** Keys, snapshots and lone locks: when they are read, and what follows where they are not. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { agentStateKey } from '../../../../reconciler/core/fleet/observed.ts';
import type { Scope } from '../../../../reconciler/flows/reconcile/observe/scope.ts';
import { planFleet } from '../../../../reconciler/flows/reconcile/plan-fleet.ts';
import { idNo } from '../../../builders/world.ts';
import { bringUp, plantServer } from '../../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { strayWorld } from '../apply/strays.ts';
import { finalized } from '../finalize/finalizing.ts';

function fleet(): FakeWorld {
  const world = createFakeWorld();
  bringUp(world, 1);
  return world;
}

/** Whether a run of this scope asks for the tailnet's keys, which only `--everything` does. */
async function areRead(world: FakeWorld, scope: Scope): Promise<boolean> {
  const fault = world.fault({ port: 'tailnet', method: 'keys', kind: 'fail', nth: 1000 });
  const { plan } = await planFleet(world.ports, scope);
  assert.equal(plan.foreign !== null, fault.seen > 0);
  assert.ok(fault.seen <= 1);
  return fault.seen > 0;
}

const decision = (kind: string, id: string) =>
  `apiVersion: aura.dev/v1\nkind: Orphan\nresource: {kind: ${kind}, id: "${id}", name: x, seen: "2026-11-22T05:00:00Z", why: x}\ndecision: undecided\n`;

describe('resources with the fleet’s labels beside servers', () => {
  test('are read where everything is requested, and in no other run of a converged fleet', async () => {
    assert.equal(await areRead(fleet(), 'everything'), true);
    assert.equal(await areRead(fleet(), 'fleet'), false);
    assert.equal(await areRead(fleet(), 'changed'), false);
  });

  test('are read where an orphan was found, and where a decision about one is on main', async () => {
    const withOrphan = fleet();
    plantServer(withOrphan, 'stray', { 'aura.dev/fleet': 'aura' });
    assert.equal(await areRead(withOrphan, 'fleet'), true);
    for (const text of [decision('sshKey', '4'), 'decision: destroy\n']) {
      const withDecision = fleet();
      withDecision.git.commit('Decide', { 'orphans/sshKey-4.yaml': text });
      assert.equal(await areRead(withDecision, 'fleet'), true);
    }
  });

  test('are not read where the fleet was not read completely: their owners would be unknown', async () => {
    const world = fleet();
    world.fault({ port: 'states', method: 'list', kind: 'fail' });
    assert.equal(await areRead(world, 'everything'), false);
  });

  test('a lock beside a state and one without a state are each read once', async () => {
    const world = fleet();
    for (const n of [1, 9])
      world.bucket.locks.set(agentStateKey('aura', idNo(n)), {
        id: `lock-${n}`,
        who: 'root@runner',
        operation: 'OperationTypeApply',
        created: new Date(world.time.now()).toISOString(),
      });
    const fault = world.fault({ port: 'states', method: 'lock', kind: 'fail', nth: 1000 });
    const { plan } = await planFleet(world.ports, 'everything');
    assert.deepEqual(
      plan.locks.map(({ agent }) => agent),
      [idNo(1), idNo(9)].sort(),
    );
    assert.equal(fault.seen, 2);
  });

  test('unread they prove no decision carried out; addresses are listed by every run', async () => {
    const world = fleet();
    const paths = ['primaryIp', 'sshKey'].map((kind) => `orphans/${kind}-4.yaml`);
    for (const kind of ['primaryIp', 'sshKey'])
      world.git.commit('Decide', { [`orphans/${kind}-4.yaml`]: decision(kind, '4') });
    world.fault({ port: 'tailnet', method: 'keys', kind: 'fail' });
    await finalized(world, (await planFleet(world.ports)).plan);
    assert.deepEqual(
      paths.filter((path) => world.git.text(path) !== null),
      ['orphans/sshKey-4.yaml'],
    );
  });
});

test('an address with our label that serves no server is found by any run', async () => {
  const { world } = strayWorld('primaryIp');
  const { plan } = await planFleet(world.ports);
  assert.deepEqual(
    plan.orphans.map(({ resource }) => resource),
    ['primaryIp'],
  );
});
