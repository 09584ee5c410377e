/** A report stays readable for any number of changes. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Plan, planOf } from '../../../reconciler/core/plan/plan.ts';
import { reportMarkdown, reportText } from '../../../reconciler/core/status/report.ts';
import {
  at,
  fileNo,
  policyOf,
  recordNo,
  seenLongAgo,
  serverNo,
  stateNo,
  worldOf,
} from '../../builders/world.ts';

/** A thousand agents, each with a change: create, end, power off, repair. */
function thousandChanges(): Plan {
  const numbers = Array.from({ length: 1000 }, (_, place) => place + 1);
  const made = numbers.filter((n) => n % 10 < 4);
  const others = numbers.filter((n) => n % 10 >= 4);
  const plan = planOf(
    seenLongAgo(
      worldOf(
        {
          policy: policyOf(
            'limits: {createsPerRunMax: 1000, createsPerHourMax: 1000, disruptionsPerRunMax: 1000, fleetCostMonthlyMax: 100000}\n',
          ),
          files: numbers.map((n) =>
            fileNo(
              n,
              n % 10 === 4
                ? { access: { state: 'suspended', since: at(-60) } }
                : n % 10 === 5
                  ? { retired: { at: at(-300), by: 'person', reason: 'a clean-up' } }
                  : {},
            ),
          ),
          records: others.map((n) => recordNo(n)),
        },
        {
          servers: others.map((n) =>
            serverNo(n, n % 10 > 5 ? { protection: { delete: false, rebuild: false } } : {}),
          ),
          states: others.map((n) => stateNo(n)),
        },
      ),
    ),
  );
  const all = plan.changes.length + plan.refused.length + plan.deferred.length;
  assert.equal(all, 1000);
  assert.equal(made.length, 400);
  return plan;
}

describe('a report of a thousand changes', () => {
  it('has the number of each kind and reason, the cost, and not all of them', (t) => {
    const markdown = reportMarkdown(thousandChanges());
    t.assert.snapshot(markdown, { serializers: [String] });
  });

  it('fits into a pull request, as text too', () => {
    const plan = thousandChanges();
    // GitHub takes 65,536 characters.
    assert.ok(reportMarkdown(plan).length < 65_536, `${reportMarkdown(plan).length}`);
    assert.ok(reportText(plan).split('\n').length < 300);
  });
});
