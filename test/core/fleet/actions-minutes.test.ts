/** The minutes of a month: counted once a day, each run once, from the first of the month on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type ActionsMinutes,
  periodDue,
  withMinutes,
} from '../../../reconciler/core/fleet/actions-minutes.ts';

const ms = (text: string) => Date.parse(text);
const counted: ActionsMinutes = {
  since: '2026-11-01T00:00:00Z',
  until: '2026-11-20T10:00:00Z',
  minutes: 400,
};

test('the first count begins with the month, and the next one where the last one ended', () => {
  const first = periodDue(undefined, ms('2026-11-20T12:00:00.400Z')) ?? assert.fail();
  assert.deepEqual(first, { from: counted.since, until: counted.until });
  assert.deepEqual(withMinutes(undefined, first, 400), counted);
  assert.equal(periodDue(counted, ms('2026-11-21T11:59:59Z')), null, 'once a day');
  const next = periodDue(counted, ms('2026-11-21T12:00:00Z')) ?? assert.fail();
  assert.deepEqual(next, { from: counted.until, until: '2026-11-21T10:00:00Z' });
  assert.deepEqual(withMinutes(counted, next, 30), { ...counted, until: next.until, minutes: 430 });
});

test('another month begins anew, with the first day that is over', () => {
  assert.equal(periodDue(counted, ms('2026-12-01T12:00:00Z')), null);
  const next = periodDue(counted, ms('2026-12-02T02:00:00Z')) ?? assert.fail();
  assert.deepEqual(next, { from: '2026-12-01T00:00:00Z', until: '2026-12-02T00:00:00Z' });
  assert.deepEqual(withMinutes(counted, next, 30), {
    ...{ since: next.from, until: next.until, minutes: 30 },
  });
});
