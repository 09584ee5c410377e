import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { agentPath } from '../../../../reconciler/core/agent/agent.ts';
import { agentStateKey } from '../../../../reconciler/core/fleet/observed.ts';
import { rebuildStatus } from '../../../../reconciler/flows/reconcile/finalize/rebuild.ts';
import { reconcile } from '../../../../reconciler/flows/reconcile/reconcile.ts';
import { firstAttempt, idNo } from '../../../builders/world.ts';
import { bringUp, edit, plantServer, recordOf, serverOf } from '../../../fakes/agents.ts';
import { checkInvariants } from '../../../fakes/invariants.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';

const write = { dryRun: false };

/** Branch `status` is missing, as in a fresh clone; the fleet is halted, as a rebuild requires. */
function lost(agents: number): FakeWorld {
  const world = createFakeWorld();
  for (let n = 1; n <= agents; n += 1) bringUp(world, n);
  world.git.branches.delete('status');
  world.restart();
  world.git.halt('records are rebuilt');
  return world;
}
const goOn = (world: FakeWorld) => {
  world.git.resume();
  return world.restart();
};

test('a lost branch is rewritten, and the fleet continues without a single effect', async () => {
  const world = lost(3);
  const before = [1, 2, 3].map((n) => serverOf(world, n)?.id);
  const { records, commit, branch, left } = await rebuildStatus(world.ports, write);
  assert.deepEqual([records.length, branch, left], [3, 'missing', []]);
  assert.equal(world.git.tip('status')?.id, commit);
  const { plan } = await reconcile(goOn(world), { run: firstAttempt('r') });
  assert.equal(plan.reading.kind, 'complete');
  assert.deepEqual([plan.changes, plan.refused, plan.orphans], [[], [], []]);
  assert.deepEqual(
    [1, 2, 3].map((n) => serverOf(world, n)?.id),
    before,
  );
  checkInvariants(world);
});

test('for a day nothing is destroyed, whatever asks for it; then the usual limits apply', async () => {
  const world = lost(3);
  await rebuildStatus(world.ports, write);
  const retired = { at: new Date(world.time.now()).toISOString(), by: 'person' as const };
  edit(world, 1, { retired: { ...retired, reason: 'abuse' } });
  const ports = goOn(world);
  await reconcile(ports, { run: firstAttempt('r0') });
  world.advance(2 * 3_600_000);
  const first = await reconcile(ports, { run: firstAttempt('r1') });
  assert.deepEqual(
    first.plan.deferred.map(({ limit }) => limit),
    ['retiresPerDay'],
  );
  assert.ok(serverOf(world, 1) !== null);
  world.advance(23 * 3_600_000);
  await reconcile(world.restart(), { run: firstAttempt('r2') });
  assert.equal(serverOf(world, 1), null);
  checkInvariants(world);
});

test('only unreadable records are rebuilt in an existing branch', async () => {
  const world = createFakeWorld();
  for (const n of [1, 2]) bringUp(world, n);
  const kept = recordOf(world, 2);
  const edits = { [agentPath(idNo(1))]: 'apiVersion: {' };
  world.git.add('status', { subject: 'broken', edits });
  world.git.halt('records are rebuilt');
  const { records, branch } = await rebuildStatus(world.ports, write);
  assert.deepEqual([records.map(({ name }) => name), branch], [[idNo(1)], 'there']);
  assert.deepEqual(recordOf(world, 2), kept);
  assert.equal(recordOf(world, 1)?.server?.id, serverOf(world, 1)?.id);
});

describe('nothing is written', () => {
  test('where the fleet is not halted, or no longer', async () => {
    const world = lost(1);
    world.git.resume();
    await assert.rejects(rebuildStatus(world.ports, write), { reason: 'Conflict' });
    world.git.halt('records are rebuilt');
    const run = () => world.git.resume();
    world.fault({ kind: 'meanwhile', port: 'cloud', method: 'servers', run });
    await assert.rejects(rebuildStatus(world.ports, write), { reason: 'Conflict' });
    assert.equal(world.git.tip('status'), null);
  });

  test('by a dry run', async () => {
    const world = lost(2);
    const { records, commit } = await rebuildStatus(world.ports, { dryRun: true });
    assert.deepEqual([records.length, commit, world.git.tip('status')], [2, null, null]);
  });

  test('on an incomplete listing', async () => {
    const world = lost(2);
    const partial = ['page 2 is missing'];
    const answer = (real: unknown) => ({ ...(real as object), partial });
    world.fault({ kind: 'lie', port: 'cloud', method: 'servers', answer });
    await assert.rejects(rebuildStatus(world.ports, write), /page 2 is missing/);
    assert.equal(world.git.tip('status'), null);
  });

  test('where another run writes the branch meanwhile', async () => {
    const world = lost(1);
    const run = () => void world.git.add('status', { subject: 'init', edits: { x: '1' } });
    world.fault({ kind: 'meanwhile', port: 'state', method: 'push', run });
    await assert.rejects(rebuildStatus(world.ports, write), { reason: 'PushRejected' });
    assert.equal(world.git.tip('status')?.subject, 'init');
  });
});

test('a second run has nothing left to do, also where the first one’s answer was lost', async () => {
  const world = lost(2);
  world.fault({ kind: 'lost', port: 'state', method: 'push' });
  await assert.rejects(rebuildStatus(world.ports, write));
  const { records, kept, commit } = await rebuildStatus(world.restart(), write);
  assert.deepEqual([records.length, kept, commit], [0, 2, null]);
});

test('of two servers the state names the agent’s', async () => {
  const world = lost(1);
  const own = serverOf(world, 1);
  assert.ok(own !== null);
  plantServer(world, 'spare', own.labels);
  const { records, left } = await rebuildStatus(world.ports, write);
  assert.deepEqual([records[0]?.server?.id, left], [own.id, []]);
});

test('an unreadable state leaves only its own agent to a person', async () => {
  const world = lost(2);
  const own = serverOf(world, 1);
  assert.ok(own !== null);
  plantServer(world, 'spare', own.labels);
  const key = agentStateKey(world.policy.fleet, idNo(1));
  const state = world.bucket.states.get(key);
  assert.ok(state !== undefined);
  world.bucket.states.set(key, { ...state, garbage: true });
  const { records, left } = await rebuildStatus(world.ports, write);
  assert.deepEqual([records.map(({ name }) => name), left.length], [[idNo(2)], 1]);
});
