/** What a customer canceled ends at Stripe once, after the grace, and the unused part comes back. */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { Agent } from '../../reconciler/core/desired/agent.ts';
import { Failure } from '../../reconciler/core/failure.ts';
import { resync } from '../../reconciler/intake/resync.ts';
import type { Billing } from '../../reconciler/ports.ts';
import { at, idNo, subscriptionNo } from '../builders/world.ts';
import { askFor, bringUp, edit, fileText, recordOf } from '../fakes/agents.ts';
import { everyDeath } from '../fakes/deaths.ts';
import { createFakeWorld, type FakeWorld } from '../fakes/world.ts';
import { effectsOfAnother, settled } from './settling.ts';

type Retired = NonNullable<Agent['spec']['retired']>;
let world: FakeWorld;

beforeEach(() => {
  world = createFakeWorld();
});

const byCustomer = (minutes: number, by: Retired['by'] = 'customer'): Retired => {
  return { at: at(minutes), by, reason: 'no longer needed' };
};

/** An agent whose record knows already that it is on its way out. */
function canceled(n: number, retired: Retired = byCustomer(-90), on = world): void {
  bringUp(on, n, { retired }, { phase: 'retiring' });
}
const done = (on = world) => [...on.stripe.done.keys()].sort();
const keyOf = (n: number, word: string) => `${idNo(n)}/1/customer-${word}`;

describe('a canceled agent', () => {
  it('has its subscription canceled and refunded, once', async () => {
    canceled(1);
    const { canceled: report } = await settled(world);
    assert.deepEqual(report, [idNo(1)]);
    assert.deepEqual(done(), [keyOf(1, 'cancel'), keyOf(1, 'refund')]);
    assert.equal(world.stripe.subscriptions.get(subscriptionNo(1))?.status, 'canceled');
    assert.deepEqual(recordOf(world, 1)?.told, ['canceled/1', 'refunded/1/2026-11-22']);
    assert.deepEqual(await effectsOfAnother(world), []);
  });

  it('gets back what is unused from when they asked, all of it where nothing ever ran', async () => {
    const asked: (number | undefined)[] = [];
    const { refundLastInvoice } = world.ports.billing;
    const watched: Billing['refundLastInvoice'] = (id, purpose, since) => {
      asked.push(since);
      return refundLastInvoice(id, purpose, since);
    };
    Object.assign(world.ports.billing, { refundLastInvoice: watched });
    canceled(1);
    await settled(world);
    bringUp(world, 2, { retired: byCustomer(-90) }, { phase: 'retiring', everRunning: false });
    await settled(world);
    assert.deepEqual(asked, [Date.parse(at(-90)) / 1000, undefined]);
  });

  it('while it was still being set up ends the same', async () => {
    askFor(world, 1, { retired: byCustomer(-90) });
    for (let ticks = 0; ticks < 3; ticks += 1) await settled(world);
    assert.deepEqual(done(), [keyOf(1, 'cancel'), keyOf(1, 'refund')]);
    await resync(world.ports);
    for (let ticks = 0; ticks < 3; ticks += 1) await settled(world);
    assert.equal(fileText(world, 1), null, 'nothing is left, and the file goes');
  });
});

describe('nothing is canceled', () => {
  it('within the grace, under a hold, or where the tombstone is gone', async () => {
    canceled(1, byCustomer(-30));
    canceled(2);
    edit(world, 2, { hold: { reason: 'x', since: at(-60), until: at(60) } });
    canceled(3);
    edit(world, 3, { retired: undefined });
    assert.deepEqual((await settled(world)).canceled, []);
    assert.deepEqual(done(), []);
  });

  it("where another hand's tombstone ends the agent", async () => {
    canceled(1, byCustomer(-90, 'person'));
    canceled(2, byCustomer(-90, 'settle'));
    await settled(world);
    assert.deepEqual(done(), []);
  });

  it('under a stop, nor where it cannot be read', async () => {
    canceled(1);
    world.git.halt('trouble');
    await settled(world);
    world.git.resume();
    world.fault({ port: 'state', method: 'stop', kind: 'fail', nth: 3, times: 5 });
    await settled(world);
    assert.deepEqual(done(), []);
  });

  it('where Stripe does not know the subscription: an alarm', async () => {
    canceled(1);
    world.stripe.subscriptions.clear();
    await settled(world);
    assert.deepEqual([done(), recordOf(world, 1)?.told], [[], []]);
    assert.ok(
      world.logs.some(({ level, message }) => level === 'error' && /still open/.test(message)),
    );
  });
});

describe('the money', () => {
  it('stays where the policy gives none back', async () => {
    world = createFakeWorld({ policy: 'refund: {scope: none}\n' });
    canceled(1);
    await settled(world);
    assert.deepEqual(done(), [keyOf(1, 'cancel')]);
    assert.deepEqual(recordOf(world, 1)?.told, ['canceled/1']);
  });

  it('waits for tomorrow past the limit of a day, and the file waits with it', async () => {
    world = createFakeWorld({ policy: 'refund: {perDayMax: 1}\n' });
    for (const n of [1, 2]) askFor(world, n, { retired: byCustomer(-90) });
    for (let ticks = 0; ticks < 3; ticks += 1) await settled(world);
    await resync(world.ports);
    for (let ticks = 0; ticks < 3; ticks += 1) await settled(world);
    const files = () => [1, 2].filter((n) => fileText(world, n) !== null).length;
    const refunds = () => [...world.stripe.done.values()].filter(({ kind }) => kind === 'refund');
    assert.deepEqual([refunds().length, files()], [1, 1]);
    world.advance(24 * 3_600_000);
    for (let ticks = 0; ticks < 3; ticks += 1) await settled(world);
    assert.deepEqual([refunds().length, files()], [2, 0]);
  });
});

it('one that fails is tried again by the next tick, and the others go on', async () => {
  for (const n of [1, 2]) canceled(n);
  const failure = new Failure('ProviderOutage', 'Stripe is down');
  world.fault({ port: 'billing', method: 'cancelSubscription', kind: 'fail', failure });
  assert.equal((await settled(world)).canceled.length, 1);
  assert.equal((await settled(world)).canceled.length, 1);
  assert.equal(done().length, 4);
});

it('wherever the process died or an answer was lost: each is done once', async () => {
  const deaths = await everyDeath({
    world: () => {
      const fresh = createFakeWorld();
      canceled(1, byCustomer(-90), fresh);
      return fresh;
    },
    flow: (dying) => settled(dying),
    async after(survived) {
      await settled(survived);
      await settled(survived);
      assert.deepEqual(done(survived), [keyOf(1, 'cancel'), keyOf(1, 'refund')]);
      assert.ok(recordOf(survived, 1)?.told.includes('canceled/1'));
    },
  });
  assert.ok(deaths >= 9, String(deaths));
});
