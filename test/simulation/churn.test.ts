/** The limits on ends let ordinary churn through, and no accident; each figure can change. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { policyOf } from '../builders/world.ts';
import { accidents } from './churn/accidents.ts';
import { type FleetFigures, playChurn } from './churn/churn.ts';

function played(sizes: readonly number[], limits = ''): readonly FleetFigures[] {
  const policy = policyOf(limits === '' ? '' : `limits: {${limits}}\n`);
  return playChurn({ years: 1, seed: 7, sizes, policy, took: () => undefined });
}

describe('a year of churn at the policy’s defaults', () => {
  for (const agents of [20, 100, 300])
    test(`of ${agents} agents needs no person, has no overdue end, and announces true times`, () => {
      for (const year of played([agents])) {
        assert.ok(year.ends > agents / 4, `${year.ends} ends`);
        assert.deepEqual(
          [year.approvals, year.daysBlocked, year.overdue23h, year.promisedWrong, year.passed],
          [0, 0, 0, 0, []],
        );
      }
    });
});

describe('other limits change the figures', () => {
  test('a budget that is too small: ends are overdue', () => {
    const [, first] = played(
      [500],
      'destroysPerHourCount: 1, destroysPerDayCount: 2, destroysPerDayPercent: 0',
    );
    assert.ok((first?.overdue23h ?? 0) > 0);
    assert.equal(first?.approvals, 0);
  });

  test('a burst that is too small: a person is needed', () => {
    const [, first] = played([500], 'burstCount: 2, burstPercent: 0');
    assert.ok((first?.approvals ?? 0) > 0 && (first?.daysBlocked ?? 0) > 0);
  });

  test('a burst without an end: accidents that retire agents pass', () => {
    const [year] = played([100], 'burstCount: 1000, missingPercentMax: 100');
    assert.deepEqual(year?.passed, [
      'files removed one by one',
      'wrong account',
      'mass revert',
      'mass reprovision',
      'one more than a burst',
    ]);
    assert.equal((year?.accidentsRefused ?? 0) + 5, Object.keys(accidents).length);
  });
});
