/** A customer's cancellation ends the subscription once, after the grace, and refunds the rest. */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { Agent } from '../../../../reconciler/core/agent/agent.ts';
import { alarmsOf } from '../../../../reconciler/core/alarms/alarms.ts';
import { Failure } from '../../../../reconciler/core/failure.ts';
import { finalize } from '../../../../reconciler/flows/reconcile/finalize/finalize.ts';
import { resync } from '../../../../reconciler/flows/resync/resync.ts';
import type { Billing } from '../../../../reconciler/ports/billing.ts';
import { nothingElse } from '../../../builders/alarm-input.ts';
import { at, attempt, idNo, subscriptionNo } from '../../../builders/world.ts';
import { askFor, bringUp, edit, fileText, recordOf } from '../../../fakes/agents.ts';
import { invoiceOf } from '../../../fakes/billing.ts';
import { everyDeath } from '../../../fakes/deaths.ts';
import { pause } from '../../../fakes/halts.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { effectsOfAnother, finalized, planned } from './finalizing.ts';

type Retired = NonNullable<Agent['spec']['retired']>;
let world: FakeWorld;

beforeEach(() => {
  world = createFakeWorld();
});

const byCustomer = (minutes: number, by: Retired['by'] = 'customer'): Retired => {
  return { at: at(minutes), by, reason: 'no longer needed' };
};

/** An agent whose record is in phase retiring already. */
function canceled(n: number, retired: Retired = byCustomer(-90), on = world): void {
  bringUp(on, n, { retired }, { phase: 'retiring' });
}
const done = (on = world) => [...on.stripe.done.keys()].sort();
const keyOf = (n: number, word: string) => `${idNo(n)}/1/customer-${word}`;

/** What the record of a canceled agent keeps of its refund. */
const madeOf = (n: number) => ({
  cause: 'canceled',
  revision: 1,
  invoice: invoiceOf(world.stripe, subscriptionNo(n)),
  unusedSince: Date.parse(at(-90)) / 1000,
  asked: at(0),
  state: 'succeeded',
  ids: ['re_1'],
  amount: 1900,
  currency: 'eur',
});

describe('a canceled agent', () => {
  it('has its subscription canceled and refunded, once', async () => {
    canceled(1);
    const { canceled: report } = await finalized(world);
    assert.deepEqual(report, [idNo(1)]);
    assert.deepEqual(done(), [keyOf(1, 'cancel'), keyOf(1, 'refund')]);
    assert.equal(world.stripe.subscriptions.get(subscriptionNo(1))?.status, 'canceled');
    assert.deepEqual(recordOf(world, 1)?.receipts, ['canceled/1']);
    assert.deepEqual(recordOf(world, 1)?.refunds, [madeOf(1)]);
    assert.deepEqual(await effectsOfAnother(world), []);
  });

  it('is refunded the unused part since the cancellation, all of it where nothing ever ran', async () => {
    const asked: (number | undefined)[] = [];
    const { refundInvoice } = world.ports.billing;
    const watched: Billing['refundInvoice'] = (id, purpose, since) => {
      asked.push(since);
      return refundInvoice(id, purpose, since);
    };
    Object.assign(world.ports.billing, { refundInvoice: watched });
    canceled(1);
    await finalized(world);
    bringUp(world, 2, { retired: byCustomer(-90) }, { phase: 'retiring', everRunning: false });
    await finalized(world);
    const attempts = (['rollback', 'giveUp'] as const).map((change) =>
      attempt({ change, outcome: 'succeeded' }),
    );
    const neverUp = { phase: 'retiring', everRunning: false } as const;
    bringUp(world, 3, { retired: byCustomer(-90) }, { ...neverUp, attempts });
    await finalized(world);
    assert.deepEqual(asked, [Date.parse(at(-90)) / 1000, undefined, undefined]);
  });

  it('that was still being created ends the same', async () => {
    askFor(world, 1, { retired: byCustomer(-90) });
    await finalized(world);
    assert.deepEqual(done(), [], 'it is seen for the first time, and its grace begins');
    world.advance(61 * 60_000);
    for (let runs = 0; runs < 3; runs += 1) await finalized(world);
    assert.deepEqual(done(), [keyOf(1, 'cancel'), keyOf(1, 'refund')]);
    await resync(world.ports);
    for (let runs = 0; runs < 3; runs += 1) await finalized(world);
    assert.equal(fileText(world, 1), null, 'nothing is left, and the file goes');
  });
});

describe('nothing is canceled', () => {
  it('within the grace, under a hold, or without the tombstone', async () => {
    canceled(1, byCustomer(-30));
    canceled(2);
    edit(world, 2, { hold: { reason: 'x', since: at(-60), until: at(60) } });
    canceled(3);
    edit(world, 3, { retired: undefined });
    assert.deepEqual((await finalized(world)).canceled, []);
    assert.deepEqual(done(), []);
  });

  it('where a tombstone by another than the customer ends the agent', async () => {
    canceled(1, byCustomer(-90, 'person'));
    canceled(2, byCustomer(-90, 'finalize'));
    await finalized(world);
    assert.deepEqual(done(), []);
  });

  it('under a stop, or where it cannot be read', async () => {
    canceled(1);
    world.git.halt('trouble');
    await finalized(world);
    world.git.resume();
    world.fault({ port: 'state', method: 'stop', kind: 'fail', nth: 3, times: 5 });
    await finalized(world);
    assert.deepEqual(done(), []);
  });

  it('where Stripe does not return the subscription: an alarm', async () => {
    canceled(1);
    world.stripe.subscriptions.clear();
    const { failed } = await finalized(world);
    assert.deepEqual([done(), recordOf(world, 1)?.receipts], [[], []]);
    assert.deepEqual(
      failed.map(({ part, about, reason }) => [part, about, reason]),
      [['canceled subscriptions', idNo(1), 'NotFound']],
    );
  });
});

describe('the refund', () => {
  it('is none where the policy gives none', async () => {
    world = createFakeWorld({ policy: 'refund: {scope: none}\n' });
    canceled(1);
    await finalized(world);
    assert.deepEqual(done(), [keyOf(1, 'cancel')]);
    assert.deepEqual(recordOf(world, 1)?.receipts, ['canceled/1']);
  });

  it('waits for tomorrow past the limit of a day, and the file waits with it', async () => {
    world = createFakeWorld({ policy: 'refund: {perDayMax: 1}\n' });
    for (const n of [1, 2]) askFor(world, n, { retired: byCustomer(-90) });
    await finalized(world);
    world.advance(61 * 60_000);
    for (let runs = 0; runs < 3; runs += 1) await finalized(world);
    await resync(world.ports);
    for (let runs = 0; runs < 3; runs += 1) await finalized(world);
    const files = () => [1, 2].filter((n) => fileText(world, n) !== null).length;
    const refunds = () => [...world.stripe.done.values()].filter(({ kind }) => kind === 'refund');
    assert.deepEqual([refunds().length, files()], [1, 1]);
    world.advance(24 * 3_600_000);
    for (let runs = 0; runs < 3; runs += 1) await finalized(world);
    assert.deepEqual([refunds().length, files()], [2, 0]);
  });
});

describe('the refunds of a day', () => {
  const refunded = (on = world) =>
    [...on.stripe.done].flatMap(([key, { kind }]) => (kind === 'refund' ? [key] : []));

  it('go to those who canceled first, whatever their ids', async () => {
    world = createFakeWorld({ policy: 'refund: {perDayMax: 1}\n' });
    const numbers = [1, 2, 3, 4, 5].sort((a, b) => (idNo(a) < idNo(b) ? -1 : 1));
    // The higher the id, the earlier it was canceled.
    numbers.forEach((n, place) => {
      canceled(n, byCustomer(-90 - 70 * place));
    });
    const order: string[] = [];
    for (let days = 0; days < 5; days += 1) {
      await finalized(world);
      order.push(...refunded().filter((key) => !order.includes(key)));
      world.advance(24 * 3_600_000);
    }
    assert.deepEqual(
      order,
      [...numbers].reverse().map((n) => keyOf(n, 'refund')),
    );
  });

  it('wait, while all are canceled at Stripe at once and not read again', async () => {
    world = createFakeWorld({ policy: 'refund: {perDayMax: 0}\n' });
    for (const n of [1, 2]) canceled(n);
    await finalized(world);
    assert.deepEqual(done(), [keyOf(1, 'cancel'), keyOf(2, 'cancel')].sort());
    assert.deepEqual(await effectsOfAnother(world), []);
  });

  it('are one budget for parallel runs', async () => {
    world = createFakeWorld({ policy: 'refund: {perDayMax: 1}\n' });
    for (const n of [1, 2, 3]) canceled(n);
    const plan = await planned(world);
    const runs = [world.spawn(), world.spawn(), world.spawn()];
    await Promise.all(runs.map(({ ports }) => finalize(ports, plan)));
    assert.equal(refunded().length, 1);
    assert.equal([1, 2, 3].flatMap((n) => recordOf(world, n)?.refunds ?? []).length, 1);
  });

  for (const then of ['is noted by the next run', 'is held meanwhile'] as const) {
    it(`include one whose run died right after it, where it ${then}`, async () => {
      world = createFakeWorld({ policy: 'refund: {perDayMax: 1}\n' });
      canceled(1, byCustomer(-95));
      canceled(2);
      const died = world.fault({ port: 'billing', method: 'refundInvoice', kind: 'dieAfter' });
      await assert.rejects(finalized(world));
      assert.equal(died.fired, 1);
      world.calm();
      world.restart();
      if (then === 'is held meanwhile')
        edit(world, 1, { hold: { reason: 'x', since: at(-1), until: at(60) } });
      for (let runs = 0; runs < 2; runs += 1) await finalized(world);
      assert.deepEqual(refunded(), [keyOf(1, 'refund')]);
    });
  }

  it('exclude one whose payment had nothing left to refund', async () => {
    world = createFakeWorld({ policy: 'refund: {perDayMax: 1}\n' });
    canceled(1, byCustomer(-95));
    canceled(2);
    world.stripe.paid.delete(subscriptionNo(1));
    const { canceled: report } = await finalized(world);
    assert.deepEqual(report, [idNo(1), idNo(2)].sort());
    assert.deepEqual(refunded(), [keyOf(2, 'refund')]);
  });
});

describe('a final refusal by Stripe', () => {
  const conditions = () =>
    (recordOf(world, 1)?.conditions ?? []).map(({ type, reason }) => `${type}/${reason}`);
  const alarms = async () => {
    const { records } = await world.ports.journal.read();
    const files = await world.ports.files.at(
      (await world.ports.state.fetch('main')) ?? assert.fail(),
    );
    const input = { policy: world.policy, files, records, ...nothingElse };
    const found = alarmsOf(input, world.time.now());
    return found.map(({ kind }) => kind).filter((kind) => kind === 'StripeRefuses');
  };
  beforeEach(() => {
    canceled(1);
    canceled(2);
    world.stripe.unrefundable.set(subscriptionNo(1), 'the charge is disputed');
  });

  it('is a condition and an alarm, tried once a day, and uses up no budget of others', async () => {
    const { failed, canceled: others } = await finalized(world);
    assert.deepEqual([failed.map(({ about }) => about), others], [[idNo(1)], [idNo(2)]]);
    assert.deepEqual(
      recordOf(world, 1)?.refunds?.map(({ state }) => state),
      ['refused'],
    );
    assert.deepEqual((await finalized(world)).failed, []);
    assert.deepEqual(
      [conditions().includes('Billing/StripeRefuses'), await alarms()],
      [true, ['StripeRefuses']],
    );
    assert.deepEqual(await effectsOfAnother(world), []);
    const since = recordOf(world, 1)?.atStripe?.since;
    world.advance(25 * 3_600_000);
    assert.equal((await finalized(world)).failed.length, 1);
    assert.equal(recordOf(world, 1)?.atStripe?.since, since);
    assert.ok(fileText(world, 1) !== null, 'its file says what is owed');
  });

  it('ends once a person has refunded it', async () => {
    for (let runs = 0; runs < 2; runs += 1) await finalized(world);
    world.stripe.paid.delete(subscriptionNo(1));
    world.advance(25 * 3_600_000);
    assert.deepEqual((await finalized(world)).canceled, [idNo(1)]);
    await finalized(world);
    assert.deepEqual([conditions(), await alarms()], [[], []]);
    assert.equal(recordOf(world, 1)?.atStripe, undefined);
  });

  it('ends once a person has written a tombstone of their own', async () => {
    for (let runs = 0; runs < 2; runs += 1) await finalized(world);
    edit(world, 1, { retired: byCustomer(-90, 'person') });
    world.advance(25 * 3_600_000);
    assert.deepEqual((await finalized(world)).failed, []);
    assert.deepEqual([conditions().includes('Billing/StripeRefuses'), await alarms()], [false, []]);
  });
});

describe('a change after the plan', () => {
  const after = {
    'a restore': () => edit(world, 1, { retired: undefined }),
    'a hold': () => edit(world, 1, { hold: { reason: 'x', since: at(-1), until: at(60) } }),
    'a pause': () => pause(world),
    'a stop': () => world.git.halt('just now'),
  };
  for (const [what, happens] of Object.entries(after)) {
    it(`${what} before the first of several: none of it is carried out at Stripe`, async () => {
      canceled(1);
      const plan = await planned(world);
      happens();
      await finalized(world, plan);
      assert.deepEqual(done(), []);
    });

    it(`${what} during the end of another: it is decided on the tip of then`, async () => {
      canceled(2, byCustomer(-95));
      canceled(1);
      const fault = world.fault({
        port: 'billing',
        method: 'cancelSubscription',
        kind: 'meanwhile',
        run: () => void happens(),
      });
      await finalized(world);
      assert.equal(fault.fired, 1);
      assert.deepEqual(
        done().filter((key) => key.startsWith(idNo(1))),
        [],
      );
    });

    it(`${what} between the cancellation and the refund: nothing is refunded`, async () => {
      canceled(1);
      world.fault({
        port: 'billing',
        method: 'cancelSubscription',
        kind: 'meanwhile',
        run: () => void happens(),
      });
      await finalized(world);
      assert.deepEqual(done(), [keyOf(1, 'cancel')]);
    });

    it(`${what} while the refund's budget is reserved: nothing is refunded`, async () => {
      canceled(1);
      // The first push is of the phase, the second records the cancellation at Stripe.
      const fault = world.fault({
        port: 'journal',
        method: 'push',
        kind: 'meanwhile',
        nth: 2,
        run: () => void happens(),
      });
      await finalized(world);
      assert.equal(fault.fired, 1);
      assert.deepEqual(done(), [keyOf(1, 'cancel')]);
    });
  }
});

it('a failure is tried again by the next run, and the others continue', async () => {
  for (const n of [1, 2]) canceled(n);
  const failure = new Failure('ProviderOutage', 'Stripe is down');
  world.fault({ port: 'billing', method: 'cancelSubscription', kind: 'fail', failure });
  assert.equal((await finalized(world)).canceled.length, 1);
  assert.equal((await finalized(world)).canceled.length, 1);
  assert.equal(done().length, 4);
});

it('wherever the process died or an answer was lost: each is carried out once', async () => {
  const deaths = await everyDeath({
    world: () => {
      const fresh = createFakeWorld();
      canceled(1, byCustomer(-90), fresh);
      return fresh;
    },
    flow: (dying) => finalized(dying),
    async after(survived) {
      await finalized(survived);
      await finalized(survived);
      assert.deepEqual(done(survived), [keyOf(1, 'cancel'), keyOf(1, 'refund')]);
      assert.ok(recordOf(survived, 1)?.receipts.includes('canceled/1'));
    },
  });
  assert.ok(deaths >= 9, String(deaths));
});
