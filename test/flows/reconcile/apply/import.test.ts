import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { agentStateKey } from '../../../../reconciler/core/fleet/observed.ts';
import { importServer } from '../../../../reconciler/flows/reconcile/apply/import.ts';
import { planFleet } from '../../../../reconciler/flows/reconcile/plan-fleet.ts';
import { firstAttempt, idNo } from '../../../builders/world.ts';
import { bringUp, edit, recordOf, serverOf } from '../../../fakes/agents.ts';
import { checkInvariants } from '../../../fakes/invariants.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';

const key = agentStateKey('aura', idNo(1));

async function requested(world: FakeWorld, rebuild: boolean, run = 'local-1') {
  const main = await world.ports.state.fetch('main');
  assert.ok(main !== null);
  const file = (await world.ports.files.at(main)).find(({ id }) => id === idNo(1));
  const record = recordOf(world, 1);
  assert.ok(file?.kind === 'valid' && record !== null);
  return {
    policy: world.policy,
    file,
    record,
    rebuild,
    run: firstAttempt(run),
    because: 'a test asked for it',
  };
}
async function imported(world: FakeWorld, rebuild = false) {
  const { outcome } = await importServer(world.ports, await requested(world, rebuild));
  checkInvariants(world);
  return outcome;
}
const stateServer = (world: FakeWorld) => world.bucket.states.get(key)?.managed[0]?.id;
const planned = async (world: FakeWorld) => (await planFleet(world.ports)).plan.changes;

function withoutState(): FakeWorld {
  const world = createFakeWorld();
  bringUp(world, 1);
  world.bucket.states.clear();
  return world;
}

test('a server without a state is imported, and nothing differs afterwards', async () => {
  const world = withoutState();
  assert.deepEqual(await imported(world), { kind: 'done' });
  assert.equal(stateServer(world), serverOf(world, 1)?.id);
  assert.deepEqual(await planned(world), []);
  assert.equal(recordOf(world, 1)?.lease, undefined);
  assert.equal(recordOf(world, 1)?.attempts.at(-1)?.outcome, 'succeeded');
});

test('an existing state is not overwritten by an import', async () => {
  const world = createFakeWorld();
  bringUp(world, 1);
  const outcome = await imported(world);
  assert.equal(outcome.kind === 'failed' ? outcome.failure.reason : outcome.kind, 'Conflict');
});

test('a rebuilt state that held another server holds the recorded one', async () => {
  const world = createFakeWorld();
  bringUp(world, 1);
  const [managed] = world.bucket.states.get(key)?.managed ?? [];
  assert.ok(managed !== undefined);
  world.bucket.states.set(key, { managed: [{ ...managed, id: '999' }], modifiedMs: 0 });
  assert.deepEqual(await imported(world, true), { kind: 'done' });
  assert.equal(stateServer(world), serverOf(world, 1)?.id);
  assert.deepEqual(await planned(world), []);
});

test('what differed and was repaired is reported, and nothing else', async () => {
  const world = createFakeWorld();
  bringUp(world, 1);
  const changedBy = async () =>
    (await importServer(world.ports, await requested(world, true))).changed;
  assert.deepEqual(await changedBy(), []);
  const server = serverOf(world, 1);
  assert.ok(server !== null);
  server.labels = { ...server.labels, team: 'blue' };
  assert.deepEqual(await changedBy(), ['labels']);
});

describe('nothing is done', () => {
  const outcomeOf = async (world: FakeWorld) => {
    const outcome = await imported(world, true);
    return outcome.kind === 'failed' ? outcome.failure.reason : outcome.kind;
  };

  test('under a stop', async () => {
    const world = withoutState();
    world.git.halt('fire');
    assert.equal(await outcomeOf(world), 'superseded');
    assert.deepEqual(world.calls, []);
  });

  test('where the file changes at the same moment', async () => {
    const world = withoutState();
    const request = await requested(world, false);
    edit(world, 1, { power: 'stopped' });
    assert.equal((await importServer(world.ports, request)).outcome.kind, 'skipped');
    assert.equal(world.bucket.states.size, 0);
  });

  test('with a server that is not the recorded one', async () => {
    const world = withoutState();
    const server = serverOf(world, 1);
    assert.ok(server !== null);
    server.labels = { ...server.labels, 'aura.dev/nonce': 'zzzzzzzzzzzzzzzz' };
    assert.equal(await outcomeOf(world), 'OwnershipUnproven');
    assert.equal(world.bucket.states.size, 0);
  });

  test('while a live run holds the lock', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    const created = new Date(world.time.now()).toISOString();
    const lock = { id: 'l', who: 'olga@laptop', operation: 'plan', created };
    world.bucket.locks.set(key, lock);
    assert.equal(await outcomeOf(world), 'StateLocked');
    assert.ok(world.bucket.states.has(key), 'the state stays');
  });
});

test('a record without a server has none to import', async () => {
  const world = withoutState();
  const request = await requested(world, false);
  for (const part of ['server', 'chosen'] as const) {
    const { [part]: _none, ...rest } = request.record;
    const record = rest as typeof request.record;
    await assert.rejects(importServer(world.ports, { ...request, record }), { reason: 'NotFound' });
  }
});

test('of two at once one has the lease, and the other skips the agent', async () => {
  const world = withoutState();
  const [first, second] = [await requested(world, false, 'a'), await requested(world, false, 'b')];
  const outcomes = await Promise.all([
    importServer(world.ports, first),
    importServer(world.ports, second),
  ]);
  assert.deepEqual(outcomes.map(({ outcome }) => outcome.kind).sort(), ['done', 'skipped']);
});

test('wherever it dies, the next run imports the server', async () => {
  for (const method of ['remove', 'plan'] as const) {
    for (const kind of ['die', 'dieAfter'] as const) {
      const world = createFakeWorld();
      bringUp(world, 1);
      const port = method === 'remove' ? 'states' : 'stacks';
      const fault = world.fault({ kind, port, method });
      await assert.rejects(importServer(world.ports, await requested(world, true)));
      assert.equal(fault.fired, 1, `${port}.${method}`);
      const ports = world.restart();
      world.calm();
      world.advance(2 * 3_600_000);
      const { applyPlan } = await import('../../../../reconciler/flows/reconcile/apply/apply.ts');
      const { plan } = await planFleet(ports);
      await applyPlan(ports, plan, { run: firstAttempt('next'), parts: 'all' });
      checkInvariants(world);
      assert.equal(stateServer(world), serverOf(world, 1)?.id, `${kind} at ${method}`);
      assert.deepEqual(await planned(world), []);
    }
  }
});
