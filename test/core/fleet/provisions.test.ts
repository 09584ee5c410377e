import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newFleetRecord } from '../../../reconciler/core/fleet/fleet-record.ts';
import { provisionFigures, withProvisions } from '../../../reconciler/core/fleet/provisions.ts';
import { at, attempt, idNo, recordNo } from '../../builders/world.ts';

const none = newFleetRecord({});
const took = (n: number, minutes: number, ended = -50) =>
  recordNo(n, {
    attempts: [attempt({ started: at(ended - minutes), ended: at(ended), outcome: 'succeeded' })],
  });

test('a create takes from its first attempt to the end of the one that succeeded', () => {
  const attempts = [
    attempt({ started: at(-60), ended: at(-50) }),
    attempt({ change: 'rollback', started: at(-45), ended: at(-44), outcome: 'succeeded' }),
    attempt({ change: 'resume', started: at(-40), ended: at(-30), outcome: 'succeeded' }),
    attempt({ change: 'configure', started: at(-20), ended: at(-10) }),
    attempt({ revision: 2, started: at(-9), ended: at(-8), outcome: 'succeeded' }),
  ];
  assert.deepEqual(withProvisions(none, [recordNo(1, { attempts })]).provisions, {
    'eu-central': [
      { at: at(-50), agent: idNo(1), failed: 'ConfigureFailed' },
      { at: at(-30), agent: idNo(1), seconds: 1800 },
    ],
  });
});

test('the same records change nothing, in any order, and neither do records that go', () => {
  const records = [took(1, 2, -50), took(2, 4, -40), took(3, 6, -50)];
  const once = withProvisions(none, records);
  for (const again of [records, records.toReversed(), records.slice(0, 1), []])
    assert.deepEqual(withProvisions(once, again), once);
});

test('the newest thirty of a region are kept', () => {
  const records = Array.from({ length: 40 }, (_, n) => took(n + 1, 1, -n));
  const { provisions } = withProvisions(none, records);
  const kept = provisions?.['eu-central'] ?? [];
  assert.equal(kept.length, 30);
  assert.deepEqual([kept[0]?.at, kept.at(-1)?.at], [at(-29), at(0)]);
});

test('a record without a create adds nothing', () => {
  assert.equal(withProvisions(none, [recordNo(1)]), none);
});

test('average, 95th percentile and failure rate', () => {
  assert.equal(provisionFigures([]), null);
  const list = Array.from({ length: 20 }, (_, n) => ({
    at: at(n),
    agent: idNo(1),
    seconds: (n + 1) * 10,
  }));
  const failed = Array.from({ length: 5 }, () => ({ at: at(0), agent: idNo(1), failed: 'X' }));
  assert.deepEqual(provisionFigures([...list, ...failed]), {
    ...{ count: 25, averageSeconds: 105, p95Seconds: 190, failureRate: 0.2 },
  });
  assert.deepEqual(provisionFigures(failed), {
    ...{ count: 5, averageSeconds: null, p95Seconds: null, failureRate: 1 },
  });
});
