/** The service asks for a run when a change becomes due, once for each due time. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Failure } from '../../../reconciler/core/failure.ts';
import { askWhereDue, createDueRuns } from '../../../reconciler/flows/reconcile/due-runs.ts';
import { at, attempt, nowMs } from '../../builders/world.ts';
import { bringUp, edit, recordOf, writeRecord } from '../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../fakes/world.ts';

const minutes = (n: number) => nowMs + n * 60_000;

/** An agent whose repair failed twice: it is due again five minutes after the second time. */
function waiting(): FakeWorld {
  const world = createFakeWorld();
  bringUp(world, 1);
  const record = recordOf(world, 1) ?? assert.fail();
  const failed = () => attempt({ change: 'repair', step: 'repair', ended: at(0) });
  writeRecord(world, { ...record, attempts: [failed(), failed()] });
  return world;
}

const between = (world: FakeWorld, since: number, until: number) =>
  askWhereDue(world.ports, { sinceMs: minutes(since), untilMs: minutes(until) });

/** The loop over a clock that a test moves: each look ends a wait of a minute. */
async function watch(world: FakeWorld, looks: number): Promise<void> {
  let left = looks;
  const clock = {
    now: () => world.time.now(),
    async wait(ms: number) {
      world.advance(ms);
      if (left === 0) due.end();
      left -= 1;
    },
  };
  const due = createDueRuns({ ...world.ports, clock });
  await due.run();
}

describe('a due time', () => {
  test('triggers a run when it has passed, and not before or again', async () => {
    const world = waiting();
    assert.equal(await between(world, 3, 4), false);
    assert.equal(await between(world, 4, 5), true);
    assert.equal(await between(world, 5, 60), false);
    assert.deepEqual(world.forge.dispatched, [
      { type: 'aura-reconcile', payload: { because: `due at ${at(5)}` } },
    ]);
  });

  test('triggers one run by a loop that looks once a minute', async () => {
    const world = waiting();
    await watch(world, 20);
    assert.equal(world.forge.dispatched.length, 1);
  });

  test('that passed before the service began is left to the schedule', async () => {
    const world = waiting();
    world.advance(10 * 60_000);
    await watch(world, 20);
    assert.deepEqual(world.forge.dispatched, []);
  });

  test('triggers again after an outage of the Forge', async () => {
    const world = waiting();
    const fault = world.fault({ port: 'forge', method: 'dispatch', kind: 'fail', times: 3 });
    await watch(world, 20);
    assert.deepEqual([fault.fired, world.forge.dispatched.length], [3, 1]);
  });

  test('is dropped where the Forge refuses us: it would refuse every minute', async () => {
    const world = waiting();
    const failure = new Failure('Forbidden', 'GitHub answers 403');
    const fault = world.fault({
      port: 'forge',
      method: 'dispatch',
      kind: 'fail',
      failure,
      times: 9,
    });
    await watch(world, 20);
    assert.deepEqual([fault.fired, world.forge.dispatched.length], [1, 0]);
  });

  test('triggers nothing under a stop', async () => {
    const world = waiting();
    world.git.halt('trouble');
    assert.equal(await between(world, 4, 6), false);
  });
});

test('may be the end of a hold or of a grace', async () => {
  const world = createFakeWorld();
  bringUp(world, 1);
  edit(world, 1, { hold: { reason: 'a look', since: at(-5), until: at(30) } });
  assert.equal(await between(world, 29, 31), true);
  const retired = { at: at(-10), by: 'person' as const, reason: 'enough' };
  edit(world, 1, { retired });
  assert.equal(await between(world, 49, 51), true);
});
