/** Since when a server is isolated, and its evidence. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { recordDifferences } from '../../../reconciler/core/commands/differences.ts';
import { isolationText, withIsolation } from '../../../reconciler/core/fleet/recorded-isolation.ts';
import { at, recordNo } from '../../builders/world.ts';

const record = recordNo(1);
const isolated = withIsolation(record, true, at(-9));

it('is recorded once, and removed with the isolation', () => {
  assert.deepEqual(isolated.server?.isolation, { since: at(-9), snapshot: null });
  assert.deepEqual(withIsolation(isolated, true, at(0)), isolated);
  assert.deepEqual(withIsolation(isolated, false, at(0)), record);
  const { server: _, ...bare } = record;
  assert.deepEqual(withIsolation(bare, true, at(0)), bare);
});

it('has its words', () => {
  assert.equal(isolationText(record.server), undefined);
  const without = `since ${at(-9)}, without a snapshot`;
  assert.equal(isolationText(isolated.server), without);
  const server = record.server ?? assert.fail();
  const kept = { ...server, isolation: { since: at(-9), snapshot: '4711' } };
  assert.equal(isolationText(kept), `since ${at(-9)}, snapshot 4711`);
  assert.deepEqual(recordDifferences(record, isolated), [
    { field: 'isolation', from: null, to: without },
  ]);
});
