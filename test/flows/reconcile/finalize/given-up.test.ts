/** An agent that was given up: refunded, and paused or canceled, each once, as the policy says. */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { newRecord } from '../../../../reconciler/core/fleet/recorded.ts';
import { finalize } from '../../../../reconciler/flows/reconcile/finalize/finalize.ts';
import { agentNo, at, attempt, idNo, subscriptionNo } from '../../../builders/world.ts';
import { askFor, edit, fileText, recordOf, writeRecord } from '../../../fakes/agents.ts';
import { invoiceOf, renew } from '../../../fakes/billing.ts';
import { everyDeath } from '../../../fakes/deaths.ts';
import { pause } from '../../../fakes/halts.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { effectsOfAnother, finalized, planned } from './finalizing.ts';

let world: FakeWorld;
beforeEach(() => {
  world = createFakeWorld();
});
const policies = (then: string) => createFakeWorld({ policy: `refund: {then: ${then}}\n` });

/** As after four attempts that failed; `ran` before, until the first of them. */
function givenUp(n: number, { on = world, ran = false } = {}): void {
  askFor(on, n);
  const failure = { reason: 'ConfigureFailed', errorClass: 'transient', scope: 'agent' } as const;
  const failed = [-200, -190, -150, -20].map((minutes) =>
    attempt({ change: 'create', outcome: 'failed', ...failure, started: at(minutes) }),
  );
  const fine = attempt({ change: 'create', outcome: 'succeeded', started: at(-900) });
  writeRecord(on, {
    ...newRecord(idNo(n), subscriptionNo(n), agentNo(n).spec.customer),
    phase: 'failed',
    attempts: ran ? [fine, ...failed] : failed,
    receipts: ['gave-up/1'],
  });
}
const done = (on = world) => [...on.stripe.done.keys()].sort();
const keyOf = (n: number, word: string) => `${idNo(n)}/1/gave-up-${word}`;
const made = (n: number, on = world) => recordOf(on, n)?.refunds?.map(({ state }) => state);
const receipts = (n: number, on = world) => recordOf(on, n)?.receipts;
const isPaused = (n: number, on = world) =>
  on.stripe.subscriptions.get(subscriptionNo(n))?.pausedCollection;

describe('a given up agent', () => {
  const cases = {
    keep: { keys: ['refund'], left: ['gave-up/1', 'compensated/1'] },
    pause: { keys: ['pause', 'refund'], left: ['gave-up/1', 'paused/1', 'compensated/1'] },
    cancel: { keys: ['cancel', 'refund'], left: ['gave-up/1', 'compensated/1'] },
  } as const;
  for (const [then, { keys, left }] of Object.entries(cases)) {
    it(`is refunded, and then: ${then}, once`, async () => {
      world = policies(then);
      givenUp(1);
      const report = await finalized(world);
      assert.deepEqual([report.compensated, report.failed], [[idNo(1)], []]);
      assert.deepEqual(
        done(),
        keys.map((word) => keyOf(1, word)),
      );
      assert.deepEqual([receipts(1), made(1)], [left, ['succeeded']]);
      assert.equal(
        world.stripe.subscriptions.get(subscriptionNo(1))?.status,
        then === 'cancel' ? 'canceled' : 'active',
      );
      await finalized(world);
      assert.deepEqual(await effectsOfAnother(world), []);
    });

    it(`then: ${then}: wherever the process died or an answer was lost, each is done once`, async () => {
      const deaths = await everyDeath({
        world: () => {
          const fresh = policies(then);
          givenUp(1, { on: fresh });
          return fresh;
        },
        flow: (dying) => finalized(dying),
        async after(survived) {
          // A renewal between two attempts makes another invoice the last one.
          renew(survived.stripe, subscriptionNo(1));
          survived.advance(25 * 3_600_000);
          await finalized(survived);
          await finalized(survived);
          assert.deepEqual(
            done(survived),
            keys.map((word) => keyOf(1, word)),
          );
          assert.deepEqual([survived.stripe.refunds.length, receipts(1, survived)], [1, left]);
        },
      });
      assert.ok(deaths >= 9, String(deaths));
    });
  }

  it('that ran is refunded what was unused since its first failed attempt', async () => {
    const asked: (number | undefined)[] = [];
    const { refundInvoice } = world.ports.billing;
    const watched: typeof refundInvoice = (invoice, purpose, since) => {
      asked.push(since);
      return refundInvoice(invoice, purpose, since);
    };
    Object.assign(world.ports.billing, { refundInvoice: watched });
    givenUp(1, { ran: true });
    givenUp(2);
    await finalized(world);
    assert.deepEqual(asked.sort(), [Date.parse(at(-200)) / 1000, undefined]);
  });

  it('is not refunded where the policy says so, and still paused', async () => {
    world = createFakeWorld({ policy: 'refund: {scope: none}\n' });
    givenUp(1);
    await finalized(world);
    assert.deepEqual([done(), made(1)], [[keyOf(1, 'pause')], undefined]);
  });

  it('on a trial, with nothing paid, is paused and uses up no refund of the day', async () => {
    world = createFakeWorld({ policy: 'refund: {perDayMax: 1}\n' });
    for (const n of [1, 2]) givenUp(n);
    const [first, second] = [1, 2].sort((a, b) => (idNo(a) < idNo(b) ? -1 : 1));
    world.stripe.paid.delete(subscriptionNo(first ?? 0));
    assert.equal((await finalized(world)).compensated.length, 2);
    assert.deepEqual([made(first ?? 0), made(second ?? 0)], [undefined, ['succeeded']]);
  });
});

describe('nothing is done at Stripe', () => {
  it('under a stop or a pause, under a hold, or for another revision', async () => {
    for (const n of [1, 2]) givenUp(n);
    edit(world, 1, { hold: { reason: 'x', since: at(-60), until: at(60) } });
    edit(world, 2, { revision: 2 });
    assert.deepEqual((await finalized(world)).compensated, []);
    givenUp(3);
    world.git.halt('trouble');
    await finalized(world);
    world.git.resume();
    pause(world);
    await finalized(world);
    assert.deepEqual(done(), []);
  });

  it('where the customer canceled: that refunds by itself', async () => {
    givenUp(1);
    edit(world, 1, { retired: { at: at(-90), by: 'customer', reason: 'x' } });
    for (let runs = 0; runs < 2; runs += 1) await finalized(world);
    assert.deepEqual(
      done().filter((key) => key.includes('gave-up')),
      [],
    );
  });

  for (const [what, happens] of Object.entries({
    'a retry': () => edit(world, 1, { revision: 2 }),
    'a stop': () => world.git.halt('just now'),
    'a hold': () => edit(world, 1, { hold: { reason: 'x', since: at(-1), until: at(60) } }),
  }))
    it(`after ${what} between the pause and the refund`, async () => {
      givenUp(1);
      const fault = world.fault({
        port: 'billing',
        method: 'pauseCollection',
        kind: 'meanwhile',
        run: () => void happens(),
      });
      await finalized(world);
      assert.equal(fault.fired, 1);
      assert.deepEqual(done(), [keyOf(1, 'pause')]);
    });
});

describe('the refunds of a day', () => {
  it('are one budget with those of cancellations, over parallel runs; the others wait', async () => {
    world = createFakeWorld({ policy: 'refund: {perDayMax: 2}\n' });
    for (const n of [1, 2, 3, 4]) givenUp(n);
    edit(world, 4, { retired: { at: at(-90), by: 'customer', reason: 'x' } });
    const plan = await planned(world);
    const runs = [world.spawn(), world.spawn(), world.spawn()];
    await Promise.all(runs.map(({ ports }) => finalize(ports, plan)));
    assert.equal(world.stripe.refunds.length, 2);
    await finalized(world);
    assert.equal(world.stripe.refunds.length, 2);
    assert.equal([1, 2, 3].filter((n) => isPaused(n) !== null).length, 3, 'none is charged');
    world.advance(24 * 3_600_000);
    for (let more = 0; more < 2; more += 1) await finalized(world);
    assert.equal(world.stripe.refunds.length, 4);
  });

  it('come on the days that the plan says', async () => {
    world = createFakeWorld({ policy: 'refund: {perDayMax: 1}\n' });
    for (const n of [1, 2, 3]) givenUp(n);
    const { refunds, basis } = await planned(world);
    const days = new Map(refunds.waiting.map(({ agent, day }) => [agent, day]));
    assert.equal(days.size, 2);
    for (let day = 0; day < 3; day += 1) {
      await finalized(world);
      world.advance(24 * 3_600_000);
    }
    for (const n of [1, 2, 3]) {
      const [entry] = recordOf(world, n)?.refunds ?? [];
      assert.equal(entry?.asked.slice(0, 10), days.get(idNo(n)) ?? basis.at.slice(0, 10));
    }
  });

  it('limit cancellations too, where nothing is refunded', async () => {
    world = createFakeWorld({ policy: 'refund: {scope: none, then: cancel, perDayMax: 1}\n' });
    for (const n of [1, 2]) givenUp(n);
    for (let runs = 0; runs < 2; runs += 1) await finalized(world);
    assert.equal(done().length, 1);
    world.advance(24 * 3_600_000);
    await finalized(world);
    assert.equal(done().length, 2);
  });
});

describe('a permanent refusal', () => {
  const refused = async () => {
    givenUp(1);
    world.stripe.unrefundable.set(subscriptionNo(1), 'the charge is disputed');
    assert.equal((await finalized(world)).failed.length, 1);
    assert.deepEqual((await finalized(world)).failed, []);
    world.advance(25 * 3_600_000);
    world.stripe.unrefundable.clear();
  };

  it('is a condition, tried once a day on the same invoice', async () => {
    await refused();
    assert.deepEqual(
      recordOf(world, 1)?.conditions.map(({ reason }) => reason),
      ['StripeRefuses', 'Failed'],
    );
    assert.deepEqual(made(1), ['refused']);
    const owed = invoiceOf(world.stripe, subscriptionNo(1));
    renew(world.stripe, subscriptionNo(1));
    await finalized(world);
    assert.deepEqual(
      world.stripe.refunds.map(({ invoice }) => invoice),
      [owed],
    );
    assert.equal(recordOf(world, 1)?.atStripe, undefined);
  });

  it('ends once a person has refunded it, and a new invoice is not what was owed', async () => {
    await refused();
    world.stripe.paid.delete(subscriptionNo(1));
    renew(world.stripe, subscriptionNo(1));
    await finalized(world);
    assert.deepEqual([world.stripe.refunds, recordOf(world, 1)?.atStripe], [[], undefined]);
  });
});

describe('a refund that its bank returns', () => {
  const returned = async () => {
    givenUp(1);
    await finalized(world);
    const [refund] = world.stripe.refunds;
    assert.ok(refund !== undefined);
    refund.made = { ...refund.made, state: 'failed', reason: 'expired_or_canceled_card' };
    return refund;
  };
  const reasons = () => recordOf(world, 1)?.conditions.map(({ reason }) => reason);

  it('is a condition and is not repeated, until a person gave the money back', async () => {
    const { invoice } = await returned();
    assert.deepEqual((await finalized(world)).refunds, [idNo(1)]);
    await finalized(world);
    assert.deepEqual([made(1), reasons()?.includes('RefundFailed')], [['failed'], true]);
    assert.deepEqual(await effectsOfAnother(world), []);
    world.advance(40 * 24 * 3_600_000);
    world.stripe.credited.set(invoice, 1900);
    await finalized(world);
    await finalized(world);
    assert.deepEqual([made(1), reasons()?.includes('RefundFailed')], [['handled'], false]);
    assert.equal(world.stripe.refunds.length, 1);
  });

  it('is followed from pending on, and asks for nothing once it is over', async () => {
    givenUp(1);
    await finalized(world);
    const [refund] = world.stripe.refunds;
    assert.ok(refund !== undefined);
    const asked: number[] = [];
    const { refundsSince } = world.ports.billing;
    Object.assign(world.ports.billing, {
      refundsSince: (seconds: number) => {
        asked.push(seconds);
        return refundsSince(seconds);
      },
    });
    refund.made = { ...refund.made, state: 'pending' };
    await finalized(world);
    assert.deepEqual(made(1), ['pending']);
    refund.made = { ...refund.made, state: 'succeeded' };
    await finalized(world);
    assert.deepEqual([made(1), asked.length], [['succeeded'], 2]);
    world.advance(31 * 24 * 3_600_000);
    await finalized(world);
    assert.equal(asked.length, 2);
  });
});

it('a retry that succeeds resumes the collection, and nothing else is charged', async () => {
  givenUp(1);
  await finalized(world);
  assert.equal(isPaused(1), 'mark_uncollectible');
  assert.ok(fileText(world, 1) !== null);
  edit(world, 1, { revision: 2 });
  await finalized(world);
  assert.equal(isPaused(1), 'mark_uncollectible');
  const record = recordOf(world, 1) ?? assert.fail();
  const server = { id: '7', nonce: '0123456789abcdef', created: at(0) };
  const chosen = {
    region: 'eu-central',
    location: 'fsn1',
    serverType: 'cpx12',
    image: 'debian-12',
  };
  const running = { phase: 'running', server, chosen: { ...chosen, revision: 2, plan: 'starter' } };
  writeRecord(world, { ...record, ...running, everRunning: true } as typeof record);
  const { ports } = world;
  const { records } = await ports.journal.read();
  assert.equal(records.length, 1);
  const report = await finalize(ports, await planned(world));
  assert.deepEqual([report.resumed, isPaused(1)], [[idNo(1)], null]);
  assert.deepEqual(receipts(1), ['gave-up/1', 'compensated/1']);
});
