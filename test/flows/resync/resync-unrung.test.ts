/** A resync finds changes without an event. */
import assert from 'node:assert/strict';
import { beforeEach, it } from 'node:test';
import { resync } from '../../../reconciler/flows/resync/resync.ts';
import { at, idNo } from '../../builders/world.ts';
import { createIntakeStage, type IntakeStage } from '../intake/intake-stage.ts';

let stage: IntakeStage;

beforeEach(() => {
  stage = createIntakeStage();
});

const run = () => resync(stage.world.ports);

it('finds a grace that ran out, without any event', async () => {
  stage.stripeHas(1);
  await run();
  stage.stripeHas(1, { status: 'past_due' });
  await run();
  const { until } = stage.specOf(1).access;
  assert.equal(Date.parse(until ?? ''), Date.parse(at(7 * 24 * 60)));
  stage.world.time.advance(7 * 24 * 3600 * 1000 - 60_000);
  assert.deepEqual((await run()).written, []);
  stage.world.time.advance(60_000);
  assert.deepEqual((await run()).written[0]?.causes, ['access']);
  assert.deepEqual(
    [stage.specOf(1).access.state, stage.specOf(1).access.until, stage.specOf(1).access.issues],
    ['suspended', undefined, ['PaymentPastDue']],
  );
});

it('reads disputes only where a file records one, and clears those that are over', async () => {
  for (const n of [1, 2, 3]) stage.stripeHas(n);
  await run();
  stage.world.stripe.disputed.add('cus_Test2').add('cus_Test3');
  const about = { subscriptionIds: [], customer: null, charge: 'ch_cus_Test2' };
  await stage.intake.handle(stage.eventFor(2, { type: 'charge.dispute.created', ...about }));
  assert.deepEqual(stage.specOf(2).access.issues, ['PaymentDisputed']);
  assert.deepEqual((await run()).written, []);
  stage.world.stripe.disputed.clear();
  assert.deepEqual(
    (await run()).written.map(({ agent }) => agent),
    [idNo(2)],
  );
  assert.equal(stage.specOf(2).access.issues, undefined);
});
