/** A status is written only for the file that the plan was made on. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Failure } from '../../../../reconciler/core/failure.ts';
import { at, idNo } from '../../../builders/world.ts';
import { askFor, bringUp, edit, fileText, recordOf } from '../../../fakes/agents.ts';
import { oidOf } from '../../../fakes/git.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { reconcileOnce } from '../apply/reconciling.ts';
import { effectsOfAnother, finalized, planned } from './finalizing.ts';

const hold = { reason: 'look', since: at(-5), until: at(60) };
const observed = (world: FakeWorld, n: number) => recordOf(world, n)?.observedOid;
const oid = (world: FakeWorld, n: number) => oidOf(fileText(world, n) ?? '');
const reasons = (world: FakeWorld, n: number) =>
  (recordOf(world, n)?.conditions ?? []).map(({ reason }) => reason);

describe('a file that changes after the plan', () => {
  function heldWorld(): FakeWorld {
    const world = createFakeWorld();
    for (const n of [1, 2]) {
      bringUp(world, n);
      edit(world, n, { hold });
    }
    return world;
  }

  test('gets no condition of that plan, and is not marked as observed; the others are', async () => {
    const world = heldWorld();
    const before = observed(world, 1);
    const plan = await planned(world);
    edit(world, 1, { hold: undefined });
    const report = await finalized(world, plan);
    assert.deepEqual(report.statuses, [idNo(2)]);
    assert.deepEqual([observed(world, 1), reasons(world, 1)], [before, []]);
    assert.deepEqual([observed(world, 2), reasons(world, 2)], [oid(world, 2), ['Held']]);
    await finalized(world);
    assert.deepEqual([observed(world, 1), reasons(world, 1)], [oid(world, 1), []]);
    assert.deepEqual(await effectsOfAnother(world), []);
  });

  test('a file that came after it has no record yet', async () => {
    const world = heldWorld();
    const plan = await planned(world);
    askFor(world, 3, { hold });
    await finalized(world, plan);
    assert.equal(recordOf(world, 3), null);
  });

  test('where the plan’s commit cannot be read any more, nothing is written', async () => {
    const world = heldWorld();
    const plan = await planned(world);
    const lost = { ...plan, basis: { ...plan.basis, main: '0'.repeat(40) } };
    assert.deepEqual((await finalized(world, lost)).statuses, []);
  });

  test('other changes on main delay no event', async () => {
    const world = heldWorld();
    const plan = await planned(world);
    world.git.commit('Notes', { 'README.md': 'x\n' });
    assert.deepEqual((await finalized(world, plan)).statuses, [idNo(1), idNo(2)].sort());
  });

  test('a fix that comes during apply is tried at once, without a delay', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    edit(world, 1, { config: { model: 'wrong' } });
    const failure = new Failure('ConfigureFailed', 'no such model');
    const wrong = { port: 'configurator', method: 'configure', kind: 'fail', failure } as const;
    world.fault(wrong);
    await reconcileOnce(world);
    // From the second failure on, a change waits before it is tried again.
    const second = world.fault({
      ...wrong,
      when() {
        edit(world, 1, { config: { model: 'right' } });
        return true;
      },
    });
    await reconcileOnce(world);
    assert.equal(second.fired, 1);
    assert.notEqual(observed(world, 1), oid(world, 1), 'no plan has seen the fix yet');
    const done = await reconcileOnce(world);
    assert.deepEqual(
      done?.plan.changes.map(({ kind }) => kind),
      ['configure'],
    );
  });
});
