import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { paceOf } from '../../../reconciler/core/plan/pace.ts';
import { fingerprintOf, planOf } from '../../../reconciler/core/plan/plan.ts';
import { reportText } from '../../../reconciler/core/status/report.ts';
import { worldOf } from '../../builders/world.ts';

describe('how often a fleet can be listed', () => {
  test('at every scheduled run, while the refill suffices', () => {
    assert.equal(paceOf(5, 3600, 15), null);
    assert.equal(paceOf(214, 3600, 15), null);
    assert.equal(paceOf(720, 3600, 15), null);
  });

  test('less often once it does not, with a fifth left for changes', () => {
    assert.deepEqual(paceOf(721, 3600, 15), { calls: 721, callsPerHour: 3600, minutes: 16 });
    assert.deepEqual(paceOf(2104, 3600, 15), { calls: 2104, callsPerHour: 3600, minutes: 44 });
  });

  test('a policy that asks for fewer runs needs no longer pauses', () => {
    assert.equal(paceOf(2104, 3600, 44), null);
    assert.equal(paceOf(2104, 3600, 43)?.minutes, 44);
  });

  test('the report contains it, and the plan is the same plan', () => {
    const plan = planOf(worldOf({}));
    const paced = { ...plan, pace: { calls: 2104, callsPerHour: 3600, minutes: 44 } };
    assert.match(reportText(paced), /2104 of the 3600 requests .* one every 44 minutes/);
    assert.equal(fingerprintOf(paced), fingerprintOf(plan));
  });
});
