/** Which refunds a plan says will wait for another day. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AgentRecord } from '../../../reconciler/core/fleet/recorded.ts';
import type { World } from '../../../reconciler/core/fleet/world.ts';
import { planOf } from '../../../reconciler/core/plan/plan.ts';
import { reportText } from '../../../reconciler/core/status/report.ts';
import {
  at,
  attempt,
  fileNo,
  idNo,
  policyOf,
  recordNo,
  seenLongAgo,
  without,
  worldOf,
} from '../../builders/world.ts';

const failed = [1, 2, 3, 4].map(() => attempt({ started: at(-600), ended: at(-590) }));
const spent = (n: number) => {
  const record = recordNo(n, { attempts: failed, everRunning: false, phase: 'queued' });
  return without(record, 'server');
};
const givenUp = (n: number, refunds: AgentRecord['refunds'] = []) => {
  return { ...spent(n), phase: 'failed' as const, receipts: ['gave-up/1'], refunds };
};
const canceledBy = (minutes: number) => {
  return { retired: { at: at(minutes), by: 'customer' as const, reason: 'mine' } };
};
const entry = (state: 'asked' | 'refused' | 'succeeded', minutes: number) => {
  return { cause: 'gaveUp', revision: 1, invoice: 'in_1', asked: at(minutes), state } as const;
};
function planned(refund: string, world: Partial<World>) {
  const policy = policyOf(`refund: {${refund}}\n`);
  return planOf(worldOf({ policy, ...world }));
}
const waiting = (refund: string, world: Partial<World>) =>
  planned(refund, world).refunds.waiting.map(({ agent, day }) => [agent, day]);
const byId = (...numbers: readonly number[]) => numbers.map((n) => idNo(n) as string).sort();

describe('refunds of a day', () => {
  const three = {
    files: [fileNo(1), fileNo(2), fileNo(3)],
    records: [spent(1), spent(2), spent(3)],
  };

  it('that fit are not said to wait', () => {
    const plan = planned('perDayMax: 3', three);
    assert.equal(plan.changes.filter(({ kind }) => kind === 'giveUp').length, 3);
    assert.deepEqual(plan.refunds, { perDayMax: 3, taken: 0, waiting: [] });
    assert.doesNotMatch(reportText(plan), /Refunds that wait/);
  });

  it('that do not fit wait for the next days, in the order of finalize', () => {
    const [, second, third] = byId(1, 2, 3);
    assert.deepEqual(waiting('perDayMax: 1', three), [
      [second, '2026-11-23'],
      [third, '2026-11-24'],
    ]);
    assert.match(
      reportText(planned('perDayMax: 1', three)),
      new RegExp(`Refunds that wait \\(2\\)\n  ${second}: at 2026-11-23; 0 of 1 of today are used`),
    );
  });

  it('the places that other runs took today count, those of yesterday and refused ones do not', () => {
    const before = (state: 'succeeded' | 'refused', minutes: number) => ({
      files: [fileNo(1), fileNo(2)],
      records: [
        spent(1),
        { ...givenUp(2, [entry(state, minutes)]), receipts: ['gave-up/1', 'compensated/1'] },
      ],
    });
    assert.deepEqual(waiting('perDayMax: 1', before('succeeded', -60)), [[idNo(1), '2026-11-23']]);
    assert.deepEqual(waiting('perDayMax: 1', before('succeeded', -60 * 24)), []);
    assert.deepEqual(waiting('perDayMax: 1', before('refused', -60)), []);
  });

  it('one that was asked for today keeps its place, and one of another day needs a new one', () => {
    const one = (minutes: number) => ({
      files: [fileNo(1), fileNo(2)],
      records: [givenUp(1, [entry('asked', minutes)]), givenUp(2)],
    });
    assert.deepEqual(waiting('perDayMax: 1', one(-60)), [[idNo(2), '2026-11-23']]);
    const [, second] = byId(1, 2);
    assert.deepEqual(waiting('perDayMax: 1', one(-60 * 24)), [[second, '2026-11-23']]);
  });

  it('canceled agents come first', () => {
    const files = [fileNo(1), fileNo(2, canceledBy(-300))];
    const fresh = worldOf({ files, records: [spent(1), recordNo(2, { phase: 'retiring' })] });
    const { records } = seenLongAgo(fresh);
    assert.deepEqual(waiting('perDayMax: 1', { files, records }), [[idNo(1), '2026-11-23']]);
    // Not while its grace lasts, which begins when a run first sees the tombstone.
    assert.deepEqual(waiting('perDayMax: 1', { files, records: fresh.records }), []);
  });

  it('without a refund only cancellations take places; with a limit of none, all wait', () => {
    assert.deepEqual(waiting('scope: none, perDayMax: 1', three), []);
    const canceled = waiting('scope: none, then: cancel, perDayMax: 2', three);
    assert.deepEqual(canceled, [[byId(1, 2, 3)[2], '2026-11-23']]);
    const all = byId(1, 2, 3).map((id) => [id, null]);
    assert.deepEqual(waiting('perDayMax: 0', three), all);
  });
});
