/** Minutes of a day, and the uptime that is computed from them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { countOf, minutesIn, union } from '../../../reconciler/core/heartbeats/minutes.ts';
import { parseReport, renderReport } from '../../../reconciler/core/heartbeats/replica-report.ts';
import {
  countOfDay,
  mergedDay,
  minutesByDay,
  parseDay,
  renderDay,
  uptimeOf,
  withMinutes,
} from '../../../reconciler/core/heartbeats/uptime.ts';
import { heartbeatOf } from '../../builders/heartbeats.ts';
import { idNo } from '../../builders/world.ts';

const range = fc
  .tuple(fc.nat(1439), fc.nat(1439))
  .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
const ranges = fc.array(range, { maxLength: 12 });
const setOf = (all: readonly (readonly [number, number])[]) =>
  all.reduce<readonly number[]>((sum, one) => union(sum, one), []);
const numbersIn = (minutes: readonly number[]) =>
  new Set(
    Array.from({ length: 1440 }, (_, minute) => minute).filter((minute) =>
      minutes.some(
        (from, place) => place % 2 === 0 && from <= minute && minute <= (minutes[place + 1] ?? -1),
      ),
    ),
  );

describe('sets of minutes', () => {
  test('hold what is in one of them, once, in any order', () => {
    fc.assert(
      fc.property(ranges, ranges, (some, others) => {
        const [a, b] = [setOf(some), setOf(others)];
        const both = union(a, b);
        assert.deepEqual(numbersIn(both), new Set([...numbersIn(a), ...numbersIn(b)]));
        assert.deepEqual(both, union(b, a));
        assert.deepEqual(union(both, a), both, 'once more changes nothing');
        assert.equal(countOf(both), numbersIn(both).size);
        assert.deepEqual(minutesIn(both), both, 'and can be read again');
      }),
    );
  });

  test('are refused where they are none', () => {
    for (const wrong of [
      null,
      {},
      [1],
      [5, 4],
      [0, 1440],
      [-1, 2],
      [0, 1, 1, 2],
      [0, 1.5],
      ['0', 1],
    ])
      assert.equal(minutesIn(wrong), null, JSON.stringify(wrong));
  });
});

describe('the uptime', () => {
  const id = idNo(1);

  test('counts minutes of which something is known, and unhealthy ones against it', () => {
    const up = withMinutes(undefined, 'up', [0, 99]);
    const day = withMinutes(up, 'down', [90, 109]);
    assert.deepEqual(countOfDay(day), { up: 90, known: 110 });
  });

  test('of two replicas is that of both, whatever is merged how often', () => {
    const one = new Map([[id, withMinutes(undefined, 'up', [0, 9])]]);
    const other = new Map([
      [id, withMinutes(undefined, 'up', [5, 19])],
      [idNo(2), withMinutes(undefined, 'down', [0, 0])],
    ]);
    const merged = mergedDay(one, other);
    assert.deepEqual(merged.get(id), { up: [0, 19], down: [] });
    assert.deepEqual(mergedDay(merged, one), merged);
    assert.deepEqual(new Map([...mergedDay(other, one)].sort()), new Map([...merged].sort()));
  });

  test('is written as it is read, and another day is not taken for it', () => {
    const day = new Map([[id, { up: [0, 1439], down: [3, 5] }]]);
    const text = renderDay('2026-11-30', day);
    assert.deepEqual(parseDay(text, '2026-11-30'), day);
    for (const wrong of [text.replace('-30', '-29'), '', '{"day":"2026-11-30"}', 'null'])
      assert.equal(parseDay(wrong, '2026-11-30'), null);
    const partly = '{"day":"2026-11-30","agents":{"x":{},"agt-000000000000":null}}';
    assert.deepEqual(parseDay(partly, '2026-11-30'), new Map());
  });

  test('divides a time among the days', () => {
    const parts = minutesByDay(
      Date.parse('2026-11-29T23:58:30Z'),
      Date.parse('2026-11-30T00:01:00Z'),
    );
    assert.deepEqual(parts, [
      { day: '2026-11-29', minutes: [1438, 1439] },
      { day: '2026-11-30', minutes: [0, 0] },
    ]);
  });

  test('is a percentage of each day and of all, and 100 only where nothing is missing', () => {
    const counts = new Map([
      ['2026-11-29', { up: 1439, known: 1440 }],
      ['2026-11-30', { up: 60, known: 60 }],
      ['2026-10-01', { up: 0, known: 1440 }],
    ]);
    const nowMs = Date.parse('2026-11-30T01:00:00Z');
    assert.deepEqual(uptimeOf(counts, { nowMs, days: 3 }), {
      percent: 99.93,
      days: [
        { day: '2026-11-28', percent: null },
        { day: '2026-11-29', percent: 99.93 },
        { day: '2026-11-30', percent: 100 },
      ],
    });
  });
});

describe('the report of a replica', () => {
  const replica = { id: '0123456789abcdef', startedMs: 1, listeningSinceMs: 1, asOfMs: 2 };
  const sighting = { revision: 1, atMs: 2, wellMs: 1, beat: heartbeatOf() };

  test('is written as it is read', () => {
    const report = { replica, sightings: new Map([[idNo(1), sighting]]) };
    assert.deepEqual(parseReport(renderReport(report)), report);
  });

  test('is read without what cannot be', () => {
    for (const wrong of [
      '',
      '[]',
      '{}',
      JSON.stringify({ replica: { ...replica, asOfMs: '2' }, agents: {} }),
    ])
      assert.equal(parseReport(wrong), null, wrong);
    const agents = {
      [idNo(1)]: { ...sighting, beat: { from: 'the future' } },
      [idNo(2)]: sighting,
    };
    const read = parseReport(JSON.stringify({ replica, agents }));
    assert.deepEqual([...(read?.sightings.keys() ?? [])], [idNo(2)]);
  });
});
