/** A lease is taken over at once, and nothing is touched while a program of the dead run is left. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { agentStateKey } from '../../../../reconciler/core/fleet/observed.ts';
import { idNo } from '../../../builders/world.ts';
import { askFor, isOn, recordOf } from '../../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { outcomeText, reconcileAgain, reconcileOnce } from './reconciling.ts';

const key = agentStateKey('aura', idNo(1));
const second = 1000;

/** The first attempt of a run died while Terraform held the state's lock. */
async function killed(): Promise<FakeWorld> {
  const world = createFakeWorld();
  askFor(world, 1);
  world.fault({ port: 'stacks', method: 'apply', kind: 'die' });
  assert.equal(await reconcileOnce(world), null);
  const created = new Date(world.time.now()).toISOString();
  world.bucket.locks.set(key, { id: 'a-lock', who: 'root@here', operation: 'apply', created });
  return world;
}

describe('the second attempt of a run', () => {
  test('takes the lease of the first one over at once', async () => {
    const world = await killed();
    const lease = recordOf(world, 1)?.lease;
    assert.deepEqual([lease?.run, lease?.runAttempt], ['run-1', 1]);
    const before = world.time.now();
    const done = await reconcileAgain(world);
    assert.deepEqual(
      done?.applied.map(({ outcome }) => outcomeText(outcome)),
      ['done'],
    );
    assert.ok(isOn(world, 1));
    assert.equal(recordOf(world, 1)?.attempts.at(-1)?.runAttempt, 2);
    assert.ok(!world.logs.some(({ message }) => /waits for processes/.test(message)));
    assert.ok(world.time.now() - before < 30 * 60 * second);
  });

  test('waits for programs of the first one that are still ending on this machine', async () => {
    const world = await killed();
    const gone = world.time.now() + 100 * second;
    world.processes.set('run-1/1', gone);
    const unlocks: number[] = [];
    world.fault({
      port: 'stacks',
      method: 'unlock',
      kind: 'meanwhile',
      run: () => void unlocks.push(world.time.now()),
    });
    const done = await reconcileAgain(world);
    assert.deepEqual(
      done?.applied.map(({ outcome }) => outcomeText(outcome)),
      ['done'],
    );
    assert.equal(unlocks.length, 1);
    assert.ok((unlocks[0] ?? 0) >= gone, 'the lock was released under a living program');
  });

  test('does nothing where they do not end, uses up no attempt, and goes on once they have', async () => {
    const world = await killed();
    world.processes.set('run-1/1', world.time.now() + 3600 * second);
    const done = await reconcileAgain(world);
    assert.deepEqual(
      done?.applied.map(({ outcome }) => outcomeText(outcome)),
      ['superseded: processes of run run-1/1 have not ended on this machine'],
    );
    assert.ok(world.bucket.locks.has(key));
    assert.equal(world.project.servers.size, 0);
    assert.equal(recordOf(world, 1)?.lease, undefined);
    world.advance(3600 * second);
    world.bucket.locks.delete(key);
    await reconcileOnce(world);
    assert.ok(isOn(world, 1));
  });
});
