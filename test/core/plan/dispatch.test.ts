/** When the service dispatches a run for what it found. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type Dispatched,
  type DispatchInput,
  dispatchedAfter,
  mustDispatch,
} from '../../../reconciler/core/plan/dispatch.ts';

const minuteMs = 60_000;
const nowMs = 100 * 24 * 60 * minuteMs;

function input(part: Partial<DispatchInput> = {}): DispatchInput {
  const known = {
    isWhole: true,
    read: 'fleet' as const,
    main: 'a',
    sinceMs: nowMs - minuteMs,
    pauseMs: minuteMs,
    nowMs,
  };
  return { ...known, work: ['one'], runs: [], before: new Map(), ...part };
}
const dispatched = (times: number, minutesAgo: number): Dispatched =>
  new Map([['one', { times, atMs: nowMs - minutesAgo * minuteMs }]]);
const run = { begun: true, reads: 'fleet', main: 'a', createdMs: nowMs } as const;

describe('a run is dispatched', () => {
  test('for work, and for none without it', () => {
    assert.equal(mustDispatch(input()), true);
    assert.equal(mustDispatch(input({ work: [] })), false);
  });

  test('unless one waits, or began since on the same commit', () => {
    assert.equal(mustDispatch(input({ runs: [{ ...run, begun: false, main: 'b' }] })), false);
    assert.equal(mustDispatch(input({ runs: [run] })), false);
    assert.equal(mustDispatch(input({ runs: [{ ...run, main: 'b' }] })), true);
    const early = { ...run, createdMs: nowMs - 2 * minuteMs };
    assert.equal(mustDispatch(input({ runs: [early] })), true);
  });

  test('beside a run that reads less than was read to find it', () => {
    const less = { ...run, reads: 'changed' } as const;
    for (const runs of [[less], [{ ...less, begun: false }]]) {
      assert.equal(mustDispatch(input({ runs })), true);
      assert.equal(mustDispatch(input({ runs, read: 'changed' })), false);
    }
  });

  test('again after a pause that doubles, up to a day', () => {
    const after = (times: number, minutes: number) =>
      mustDispatch(input({ before: dispatched(times, minutes) }));
    assert.deepEqual([after(1, 0.9), after(1, 1)], [false, true]);
    assert.deepEqual([after(5, 15), after(5, 16)], [false, true]);
    assert.deepEqual([after(1000, 1439), after(1000, 1440)], [false, true]);
  });

  test('again only where no run is in progress, but for new work at once', () => {
    const runs = [{ ...run, main: 'b' }];
    const before = dispatched(1, 60);
    assert.equal(mustDispatch(input({ runs, before })), false);
    assert.equal(mustDispatch(input({ runs, before, work: ['one', 'two'] })), true);
  });
});

test('what is no longer to be done is forgotten, where everything was read', () => {
  const before = dispatched(3, 5);
  const work = ['two'];
  assert.deepEqual(
    [...dispatchedAfter(input({ before, work }), true)],
    [['two', { times: 1, atMs: nowMs }]],
  );
  const part = dispatchedAfter(input({ before, work, isWhole: false }), true);
  assert.deepEqual([...part.keys()], ['one', 'two']);
  const again = dispatchedAfter(input({ before }), true);
  assert.deepEqual([...again], [['one', { times: 4, atMs: nowMs }]]);
  assert.deepEqual(dispatchedAfter(input({ before }), false), before);
});
