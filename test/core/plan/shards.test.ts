/** The parts of a plan: how many there are, and which change is in which. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { planOf } from '../../../reconciler/core/plan/plan.ts';
import { shard, shardsOf } from '../../../reconciler/core/plan/shards.ts';
import { convergedWorld, fileNo, worldOf } from '../../builders/world.ts';

const apply = { concurrency: 8, shardsMax: 8 };
const creates = (count: number) =>
  planOf(worldOf({ files: Array.from({ length: count }, (_, n) => fileNo(n + 1)) }));

describe('shards', () => {
  it('are none for a plan without changes', () => {
    assert.deepEqual(shardsOf(planOf(convergedWorld(3)), apply), []);
  });

  it('are one for each `concurrency` changes, up to `shardsMax`', () => {
    const plan = creates(17);
    const counts = (limits: typeof apply) =>
      new Set(shardsOf(plan, limits).map((name) => Number(name.split('/')[1])));
    assert.equal(plan.changes.length, 17);
    assert.deepEqual(counts({ concurrency: 17, shardsMax: 8 }), new Set([1]));
    assert.deepEqual(counts({ concurrency: 16, shardsMax: 8 }), new Set([2]));
    assert.deepEqual(counts({ concurrency: 8, shardsMax: 8 }), new Set([3]));
    assert.deepEqual(counts({ concurrency: 1, shardsMax: 5 }), new Set([5]));
  });

  it('have every change exactly once, and those without changes are left out', () => {
    const plan = creates(17);
    for (const concurrency of [1, 2, 3, 17]) {
      const names = shardsOf(plan, { concurrency, shardsMax: 256 });
      const parts = names.map((name) => {
        const [i = 0, n = 0] = name.split('/').map(Number);
        return shard(plan, i, n).changes;
      });
      assert.ok(parts.every((changes) => changes.length > 0));
      assert.deepEqual(
        parts
          .flat()
          .map(({ agent }) => agent)
          .sort(),
        plan.changes.map(({ agent }) => agent).sort(),
      );
    }
    const sparse = shardsOf(plan, { concurrency: 1, shardsMax: 256 });
    assert.ok(sparse.length < 17, 'with 17 parts for 17 changes some are empty');
    const indices = sparse.map((name) => Number.parseInt(name, 10));
    assert.deepEqual(
      indices,
      [...indices].sort((a, b) => a - b),
    );
  });
});
