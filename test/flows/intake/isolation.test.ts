/** `policy.abuse`: a dispute or a fraud warning isolates agents, within a budget a day. */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { resync } from '../../../reconciler/flows/resync/resync.ts';
import { edit } from '../../fakes/agents.ts';
import { createIntakeStage, type IntakeStage } from './intake-stage.ts';

let stage: IntakeStage;

/** Agents of one customer each, and what the policy does. */
function staged(abuse: string, agents = 1): IntakeStage {
  const fresh = createIntakeStage(`abuse: ${abuse}\n`);
  for (let n = 1; n <= agents; n += 1) fresh.stripeHas(n);
  return fresh;
}
const both = '{onDispute: isolate, onFraudWarning: isolate}';

beforeEach(async () => {
  stage = staged(both);
  await resync(stage.world.ports);
});

const about = (on: IntakeStage, n: number, type = 'radar.early_fraud_warning.created') =>
  on.eventFor(n, { type, subscriptionIds: [], customer: null, charge: `ch_cus_Test${n}` });
const warn = (on: IntakeStage, n: number) => {
  on.world.stripe.warned.add(`cus_Test${n}`);
  return on.intake.handle(about(on, n));
};
const isIsolated = (on: IntakeStage, n: number) => on.specOf(n).isolated !== undefined;
const trailersOf = (on: IntakeStage) =>
  (on.commits().at(-1)?.trailers ?? []).map((trailer) => trailer.join(': '));

describe('a fraud warning', () => {
  it('isolates by a commit that names the event, once', async () => {
    const event = about(stage, 1);
    stage.world.stripe.warned.add('cus_Test1');
    await stage.intake.handle(event);
    assert.ok(isIsolated(stage, 1));
    assert.deepEqual(stage.specOf(1).access.issues, ['FraudWarning']);
    assert.deepEqual(trailersOf(stage), ['Aura-Cause: isolated', `Stripe-Event: ${event.id}`]);
    const count = stage.commits().length;
    await stage.intake.handle(event);
    await stage.intake.handle(stage.eventFor(1));
    assert.equal(stage.commits().length, count, 'later events write nothing');
  });

  it('that was not one at Stripe isolates no agent', async () => {
    await stage.intake.handle(about(stage, 1));
    assert.ok(!isIsolated(stage, 1));
  });

  it('isolates every agent of the customer', async () => {
    const [id] = [...stage.world.stripe.subscriptions.values()].map((one) => one.customer);
    stage.stripeHas(2, { customer: id ?? '' });
    await resync(stage.world.ports);
    await warn(stage, 1);
    assert.deepEqual([isIsolated(stage, 1), isIsolated(stage, 2)], [true, true]);
  });

  it('isolates an agent whose subscription is canceled at the same time', async () => {
    stage.stripeHas(1, { status: 'canceled', endedAt: 1_763_000_100 });
    await warn(stage, 1);
    const { isolated, retired } = stage.specOf(1);
    assert.deepEqual([isolated !== undefined, retired?.by], [true, 'stripe']);
    assert.deepEqual(trailersOf(stage).slice(0, 2), ['Aura-Cause: isolated', 'Aura-Cause: ended']);
  });
});

describe('an agent that was released', () => {
  it('stays released while the same report goes on, and after it', async () => {
    await warn(stage, 1);
    edit(stage.world, 1, { isolated: undefined });
    await stage.intake.handle(about(stage, 1, 'radar.early_fraud_warning.updated'));
    await resync(stage.world.ports);
    assert.ok(!isIsolated(stage, 1));
    stage.world.stripe.warned.clear();
    await resync(stage.world.ports);
    assert.equal(stage.specOf(1).access.issues, undefined);
    assert.ok(!isIsolated(stage, 1));
  });

  it('is the decision of a person: a dispute that is won releases none', async () => {
    stage.world.stripe.disputed.add('cus_Test1');
    await stage.intake.handle(about(stage, 1, 'charge.dispute.created'));
    stage.world.stripe.disputed.clear();
    await stage.intake.handle(about(stage, 1, 'charge.dispute.closed'));
    assert.ok(isIsolated(stage, 1));
    assert.match(stage.subjects().at(-1) ?? '', /PaymentDisputed cleared, still isolated$/);
  });
});

describe('the budget', () => {
  it('isolates so many agents in 24 hours, of all events and replicas, and counts no release', async () => {
    const on = staged(`{onFraudWarning: isolate, isolationsPerDayMax: 3}`, 6);
    await resync(on.world.ports);
    for (let n = 1; n <= 2; n += 1) await warn(on, n);
    edit(on.world, 1, { isolated: undefined });
    on.world.stripe.warned.add('cus_Test3').add('cus_Test4');
    await Promise.all([3, 4].map((n) => on.intake.handle(about(on, n))));
    const isolated = () => [1, 2, 3, 4, 5, 6].filter((n) => isIsolated(on, n));
    assert.equal(isolated().length, 2, 'one of those two, and the second');
    assert.deepEqual(on.specOf(4).access.issues, ['FraudWarning'], 'the alarm names it');
    await warn(on, 5);
    assert.ok(!isIsolated(on, 5));
    on.world.time.advance(24 * 3_600_000 + 1000);
    await warn(on, 6);
    assert.ok(isIsolated(on, 6));
    assert.equal(isolated().length, 3, 'those beyond it stay decisions of a person');
  });

  it('concerns a resync too, and one of 0 isolates none', async () => {
    const on = staged('{onFraudWarning: isolate, isolationsPerDayMax: 0}');
    await resync(on.world.ports);
    await warn(on, 1);
    assert.ok(!isIsolated(on, 1));
  });

  it('is not used up by isolations of people', async () => {
    const on = staged('{onFraudWarning: isolate, isolationsPerDayMax: 1}', 2);
    await resync(on.world.ports);
    edit(on.world, 1, { isolated: { reason: 'by hand', since: '2026-11-22T12:00:00Z' } });
    await warn(on, 2);
    assert.ok(isIsolated(on, 2));
  });
});

it('a resync isolates for a report whose event was lost, where another one is known', async () => {
  const on = staged('{onDispute: isolate}');
  await resync(on.world.ports);
  await warn(on, 1);
  on.world.stripe.disputed.add('cus_Test1');
  const [written] = (await resync(on.world.ports)).written;
  assert.deepEqual(written?.causes, ['isolated']);
  assert.ok(isIsolated(on, 1));
});
