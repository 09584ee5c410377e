/** How often intake reads Stripe, and how often it pushes. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Failure } from '../../../reconciler/core/failure.ts';
import { createIntake } from '../../../reconciler/flows/intake/intake.ts';
import { createPace } from '../../../reconciler/flows/intake/pace.ts';
import { createPushBudget, windowFor } from '../../../reconciler/flows/intake/push-budget.ts';
import { readsPerSecond } from '../../../reconciler/flows/shared/stripe-account.ts';
import { subscriptionNo } from '../../builders/world.ts';
import { createFakeLog, type LogLine } from '../../fakes/log.ts';
import { createIntakeStage } from './intake-stage.ts';

describe('the pace', () => {
  it('allows a number of reads in any second, and returns when the next may start', () => {
    const pace = createPace();
    pace.setRate(3);
    assert.deepEqual([0, 100, 200, 300].map(pace.take), [true, true, true, false]);
    assert.equal(pace.waitMs(300), 700);
    assert.deepEqual([999, 1000, 1001, 1100, 1150].map(pace.take), [
      false,
      true,
      false,
      true,
      false,
    ]);
  });

  it('pauses where Stripe asks for it, and follows a changed policy', () => {
    const pace = createPace();
    pace.setRate(2);
    pace.rest(5000);
    assert.equal(pace.take(4999), false);
    assert.deepEqual([5000, 5000, 5000].map(pace.take), [true, true, false]);
    pace.setRate(4);
    assert.deepEqual([5001, 5001, 5001].map(pace.take), [true, true, false]);
  });

  it('is Stripe’s limit for the mode, unless the policy sets another', () => {
    const account = 'acct_1Example';
    assert.equal(readsPerSecond({ account, livemode: true }), 100);
    assert.equal(readsPerSecond({ account, livemode: false }), 25);
    assert.equal(readsPerSecond({ account, livemode: true, readsPerSecond: 7 }), 7);
  });

  it('holds for a burst: it takes longer, and no event is left out', async () => {
    const { world, intake, stripeHas, eventFor, commits } = createIntakeStage();
    const many = Array.from({ length: 60 }, (_, n) => n + 1);
    for (const n of many) stripeHas(n);
    const asked: number[] = [];
    world.fault({
      port: 'billing',
      method: 'subscription',
      times: 1000,
      kind: 'meanwhile',
      run: () => void asked.push(world.time.now()),
    });
    await Promise.all(many.map((n) => intake.handle(eventFor(n))));
    assert.equal(commits().length, many.length);
    assert.equal(asked.length, many.length);
    for (const [place, at] of asked.entries()) {
      const before = asked[place - 25];
      assert.ok(before === undefined || at - before >= 1000, `${at - (before ?? 0)} ms`);
    }
  });

  it('a read that Stripe limits is repeated', async () => {
    const { world, intake, stripeHas, eventFor, commits } = createIntakeStage();
    stripeHas(1);
    const failure = new Failure('RateLimited', 'Stripe asks us to slow down');
    const when = (id: unknown) => id === subscriptionNo(1);
    world.fault({ port: 'billing', method: 'subscription', kind: 'fail', failure, times: 2, when });
    const startedMs = world.time.now();
    await intake.handle(eventFor(1));
    assert.equal(commits().length, 1);
    assert.ok(world.time.now() - startedMs >= 2000, 'a second passes after each refusal');
  });

  it('ends after a hundred limited answers in a row, however long the deadline', async () => {
    const { world, stripeHas, eventFor } = createIntakeStage();
    const intake = createIntake(world.ports, { deadlineMs: 3_600_000 });
    const failure = new Failure('RateLimited', 'Stripe asks us to slow down');
    const refuse = (times: number) =>
      world.fault({ port: 'billing', method: 'subscription', kind: 'fail', failure, times });
    stripeHas(1);
    for (let times = 0; times < 2; times += 1) {
      refuse(60);
      await intake.handle(eventFor(1));
    }
    const startedMs = world.time.now();
    refuse(1000);
    await assert.rejects(intake.handle(eventFor(1)), { reason: 'RateLimited' });
    assert.ok(world.time.now() - startedMs < 110_000);
  });

  for (const [what, named] of [
    ['subscriptions', {}],
    ['customers', { type: 'charge.refunded', subscriptionIds: [] }],
  ] as const)
    it(`makes no further request about ${what} of events past their deadline`, async () => {
      const { world, intake, stripeHas, eventFor } = createIntakeStage();
      const policy = world.git.text('policy.yaml') ?? '';
      const slow = policy.replace('livemode: false', 'livemode: false, readsPerSecond: 1');
      world.git.commit('Few reads', { 'policy.yaml': slow });
      await intake.prepare();
      const many = Array.from({ length: 50 }, (_, n) => n + 1);
      for (const n of many) stripeHas(n);
      const finalized = await Promise.allSettled(
        many.map((n) => intake.handle(eventFor(n, named))),
      );
      assert.ok(finalized.some(({ status }) => status === 'rejected'));
      const { stripeReads } = intake.figures();
      await world.ports.clock.wait(60_000);
      assert.ok(intake.figures().stripeReads <= stripeReads + 1);
    });
});

describe('the push budget', () => {
  it('delays no event below half of it, and an event by two seconds at most', () => {
    assert.deepEqual([0, 0.5, 0.75, 1, 3].map(windowFor), [0, 0, 1000, 2000, 2000]);
  });

  it('counts ten minutes, raises one alarm, and refuses no event', () => {
    const lines: LogLine[] = [];
    const budget = createPushBudget({ log: createFakeLog(lines) });
    for (let n = 0; n < 60; n += 1) budget.count(n * 1000);
    assert.equal(budget.windowMs(60_000, 6), 2000);
    assert.equal(lines.length, 0);
    budget.count(60_000);
    budget.windowMs(60_001, 6);
    budget.windowMs(60_002, 6);
    assert.deepEqual(
      lines.map(({ level }) => level),
      ['error'],
    );
    assert.deepEqual(budget.figures(), { pushes: 61, pushBudgetExceeded: true });
    assert.equal(budget.windowMs(660_001, 6), 0);
    assert.equal(budget.figures().pushBudgetExceeded, false);
  });

  it('widens the window of intake under sustained load', async () => {
    const { world, intake, stripeHas, eventFor } = createIntakeStage();
    const policy = world.git.text('policy.yaml') ?? '';
    world.git.commit('Few pushes', { 'policy.yaml': `${policy}intake: {pushesPerMinute: 1}\n` });
    const waits: number[] = [];
    for (let n = 1; n <= 14; n += 1) {
      stripeHas(n);
      const before = world.time.now();
      await intake.handle(eventFor(n));
      waits.push(world.time.now() - before);
    }
    assert.ok((waits[2] ?? 0) < 500 && (waits[13] ?? 0) >= 2000, waits.join(' '));
    assert.ok(world.logs.some(({ message }) => /more pushes than the budget/.test(message)));
  });
});
