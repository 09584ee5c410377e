/** Figures of the records for monitoring: step times, attempts, conditions, cost. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fleetFigures } from '../../../reconciler/core/status/fleet-figures.ts';
import { at, attempt, recordNo, without } from '../../builders/world.ts';

const steps = ['lease', 'vm', 'boot', 'configure', 'join', 'verify'] as const;
const timings = steps.map((step, minute) => ({ step, at: at(minute - 20) }));

test('each step lasts until the next one, the last until the end of its attempt', () => {
  const record = recordNo(1);
  const revision = record.chosen?.revision ?? 1;
  const made = attempt({ change: 'create', outcome: 'succeeded', revision, ended: at(-12) });
  const figures = fleetFigures([{ ...record, timings, attempts: [made] }]);
  assert.deepEqual(
    figures.steps.map(({ step, seconds }) => [step, seconds]),
    [...steps.slice(0, -1).map((step) => [step, 60] as const), ['verify', 180]],
  );
  assert.deepEqual(
    figures.provisions.map(({ seconds }) => seconds),
    [8 * 60],
  );
  const failed = { ...made, outcome: 'failed' as const };
  const before = { ...made, revision: revision + 1 };
  for (const attempts of [[], [failed], [before]])
    assert.deepEqual(fleetFigures([{ ...record, timings, attempts }]).steps, []);
});

test('equal things are counted, and what is gone costs nothing', () => {
  const condition = {
    ...{ type: 'Refused', status: 'True' as const, reason: 'DestroysPerDay', message: 'x' },
    since: at(-5),
  };
  const cost = { monthly: 5, currency: 'EUR' };
  const records = [1, 2, 3].map((n) => recordNo(n, { conditions: [condition], cost }));
  const figures = fleetFigures([...records, recordNo(4, { cost, gone: at(-1) })]);
  assert.deepEqual(figures.conditions, [
    { of: { type: 'Refused', reason: 'DestroysPerDay' }, count: 3 },
  ]);
  const plan = recordNo(1).chosen?.plan ?? '';
  assert.deepEqual(figures.costs, [{ currency: 'EUR', plan, monthly: 15 }]);
  const [odd] = fleetFigures([{ ...without(recordNo(1), 'chosen'), cost }]).costs;
  assert.equal(odd?.plan, '');
});
