/** Disputes and fraud warnings: events that name only a charge. */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { askFor } from '../../fakes/agents.ts';
import { createIntakeStage, type IntakeStage } from './intake-stage.ts';

let stage: IntakeStage;

beforeEach(() => {
  stage = createIntakeStage();
  stage.stripeHas(1);
  askFor(stage.world, 1);
});

const about = (type: string) =>
  stage.eventFor(1, { type, subscriptionIds: [], customer: null, charge: 'ch_cus_Test1' });
const issues = () => stage.specOf(1).access.issues ?? [];

describe('an event that names a charge', () => {
  for (const type of ['charge.dispute.created', 'radar.early_fraud_warning.created']) {
    it(`${type}: the current state of its customer at Stripe is written`, async () => {
      stage.world.stripe.disputed.add('cus_Test1');
      await stage.intake.handle(about(type));
      assert.deepEqual(issues(), ['PaymentDisputed']);
      await stage.intake.handle(stage.eventFor(1));
      assert.deepEqual(issues(), ['PaymentDisputed'], 'another event does not undo it');
      stage.world.stripe.disputed.clear();
      await stage.intake.handle(about('charge.dispute.closed'));
      assert.deepEqual(issues(), []);
    });
  }

  it('late and twice: a dispute that is over flags no agent', async () => {
    const before = stage.commits().length;
    await stage.intake.handle(about('charge.dispute.created'));
    await stage.intake.handle(about('charge.dispute.created'));
    assert.equal(stage.commits().length, before);
  });

  it('of a charge without a customer concerns no agent', async () => {
    const outcome = await stage.intake.handle({
      ...about('charge.dispute.created'),
      charge: 'ch_cus_Unknown',
    });
    assert.deepEqual(outcome, { kind: 'handled', agents: [] });
  });

  it('in any order with others: a newer reading does not lose the dispute', async () => {
    stage.world.stripe.disputed.add('cus_Test1');
    for (const reversed of [false, true]) {
      const fresh = createIntakeStage();
      fresh.stripeHas(1);
      askFor(fresh.world, 1);
      fresh.world.stripe.disputed.add('cus_Test1');
      const events = [about('charge.dispute.created'), stage.eventFor(1), stage.eventFor(1)];
      await Promise.all((reversed ? events.reverse() : events).map(fresh.intake.handle));
      assert.deepEqual(fresh.specOf(1).access.issues, ['PaymentDisputed'], String(reversed));
    }
  });

  it('is not answered by a reading that began before its customer was known', async () => {
    stage.world.stripe.disputed.add('cus_Test1');
    const { wait } = stage.world.ports.clock;
    stage.world.fault({
      port: 'billing',
      method: 'customerOfCharge',
      kind: 'meanwhile',
      run: () => wait(100),
    });
    const dispute = stage.intake.handle(about('charge.dispute.created'));
    await wait(50);
    await Promise.all([dispute, stage.intake.handle(stage.eventFor(1))]);
    assert.deepEqual(issues(), ['PaymentDisputed']);
  });

  it('is delivered again where its reading fails', async () => {
    for (const method of ['customerOfCharge', 'subscriptionIdsOf', 'reportsOn'] as const) {
      stage.world.fault({ port: 'billing', method, kind: 'fail' });
      await assert.rejects(stage.intake.handle(about('charge.dispute.created')), method);
    }
  });
});
