import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deferralText, refusalLines } from '../../../reconciler/core/plan/limits-text.ts';
import type { Plan } from '../../../reconciler/core/plan/plan.ts';
import { at, idNo } from '../../builders/world.ts';

type Refused = Plan['refused'][number];
const change: Refused['change'] = {
  kind: 'giveUp',
  agent: idNo(1),
  basis: { path: '', file: '', record: 'none' },
  because: '',
  revision: 1,
  refund: 'lastInvoice',
  subscription: 'pause',
  attempts: 1,
};
const refused = (limit: Refused['limit'], freeAt?: string): Refused => ({
  change,
  limit,
  message: `too much for ${limit}`,
  ...(freeAt === undefined ? {} : { freeAt }),
});

describe('the report on the limits of a plan', () => {
  it('a deferral has the time of its turn, where that is known', () => {
    const one = { change, limit: 'retiresPerHour' as const, place: 1, message: 'at most 5' };
    assert.equal(deferralText(one), 'at most 5');
    assert.equal(deferralText({ ...one, freeAt: at(0) }), `at most 5; its turn comes at ${at(0)}`);
  });

  it('each reason of a refusal is printed once, with what releases it', () => {
    assert.deepEqual(refusalLines([]), []);
    assert.deepEqual(refusalLines([refused('unprovenAlone'), refused('burst'), refused('burst')]), [
      'burst (2): too much for burst; without an approval they stay',
      'unprovenAlone (1): too much for unprovenAlone; without an approval they stay',
    ]);
    const freed = [refused('burst', at(9)), refused('burst', at(3)), refused('burst')];
    assert.deepEqual(refusalLines(freed), [
      `burst (3): too much for burst; without an approval 2 of them would be ended from ${at(3)} on, ` +
        'when enough of their set were ended a day before, and the rest stays',
    ]);
  });
});
