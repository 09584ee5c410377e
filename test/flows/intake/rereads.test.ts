/** Readings without an event: past an announced end, and after overlapping readings. */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { createIntake } from '../../../reconciler/flows/intake/intake.ts';
import { createRereads, type Rereads } from '../../../reconciler/flows/intake/rereads.ts';
import { resync } from '../../../reconciler/flows/resync/resync.ts';
import { idNo, subscriptionNo } from '../../builders/world.ts';
import { askFor } from '../../fakes/agents.ts';
import { createFakeRepository } from '../../fakes/repository.ts';
import { createIntakeStage, type IntakeStage } from './intake-stage.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
let stage: IntakeStage;
let rereads: Rereads;

beforeEach(() => {
  stage = createIntakeStage();
  rereads = createRereads(stage.world.ports, stage.intake);
  const never = Number.MAX_SAFE_INTEGER;
  const asked = stage.world.fault({
    port: 'billing',
    method: 'subscription',
    kind: 'fail',
    nth: never,
  });
  reads = () => asked.seen;
});

const seconds = (ms: number) => Math.round(ms / 1000);
const now = () => stage.world.time.now();
let reads: () => number;
/** Reads again once overlapping readings have ended. */
async function lookAfterOverlap(looking: Pick<Rereads, 'look'> = rereads): Promise<void> {
  await looking.look();
  stage.world.advance(10_000);
  await looking.look();
}

describe('past an access end that the file announces', () => {
  it('the subscription is read at that time, and Stripe’s state then is written', async () => {
    const cancelAt = seconds(now() + 10 * minuteMs);
    stage.stripeHas(1, { cancelAt });
    stage.stripeHas(2);
    await Promise.all([1, 2].map((n) => stage.intake.handle(stage.eventFor(n))));
    await lookAfterOverlap();
    const before = reads();
    stage.stripeHas(1, { status: 'canceled', endedAt: cancelAt });
    stage.world.advance(9 * minuteMs);
    assert.deepEqual(await rereads.look(), []);
    assert.equal(reads(), before);
    stage.world.advance(minuteMs);
    assert.deepEqual(await rereads.look(), [subscriptionNo(1)]);
    assert.deepEqual(
      [stage.specOf(1).access.state, stage.specOf(2).access.state],
      ['ended', 'granted'],
    );
    assert.deepEqual(stage.commits().at(-1)?.trailers, [
      ['Aura-Cause', 'reread'],
      ['Aura-Cause', 'ended'],
    ]);
  });

  it('a grace that is over suspends access, whichever event wrote its end', async () => {
    const access = { state: 'granted', since: '2026-11-01T00:00:00Z' } as const;
    const owedSince = new Date(now() - 6 * dayMs).toISOString().replace(/\.\d+Z/, 'Z');
    const until = new Date(now() + dayMs).toISOString().replace(/\.\d+Z/, 'Z');
    askFor(stage.world, 1, { access: { ...access, owedSince, until, issues: ['PaymentPastDue'] } });
    stage.stripeHas(1, { status: 'past_due' });
    assert.deepEqual(await rereads.look(), []);
    stage.world.advance(dayMs);
    await rereads.look();
    assert.equal(stage.specOf(1).access.state, 'suspended');
    stage.world.advance(dayMs);
    await rereads.look();
    assert.deepEqual(await rereads.look(), [], 'nothing more is to come');
  });

  it('the subscription is read less and less often while Stripe returns it active', async () => {
    stage.stripeHas(1, { cancelAt: seconds(now() + minuteMs) });
    await stage.intake.handle(stage.eventFor(1));
    await rereads.look();
    const before = reads();
    for (let minute = 0; minute <= 24 * 60; minute += 1) {
      stage.world.advance(minuteMs);
      await rereads.look();
    }
    const count = reads() - before;
    assert.ok(count > 20 && count < 40, String(count));
  });

  it('a failed reading of Stripe is repeated and reported', async () => {
    stage.stripeHas(1, { cancelAt: seconds(now() + minuteMs) });
    await stage.intake.handle(stage.eventFor(1));
    await rereads.look();
    stage.world.advance(2 * minuteMs);
    stage.stripeHas(1, { status: 'canceled', endedAt: seconds(now()) });
    stage.world.fault({ port: 'billing', method: 'subscription', kind: 'fail' });
    await rereads.look();
    assert.equal(stage.specOf(1).access.state, 'granted');
    assert.ok(stage.world.logs.some(({ message }) => /could not be read again yet/.test(message)));
    stage.world.advance(2 * minuteMs);
    await rereads.look();
    assert.equal(stage.specOf(1).access.state, 'ended');
  });

  it('the loop runs until the service ends', async () => {
    stage.stripeHas(1, { cancelAt: seconds(now() + minuteMs) });
    await stage.intake.handle(stage.eventFor(1));
    stage.stripeHas(1, { status: 'canceled', endedAt: seconds(now() + minuteMs) });
    const running = rereads.run();
    await stage.world.ports.clock.wait(2 * minuteMs);
    assert.equal(stage.specOf(1).access.state, 'ended');
    rereads.end();
    await running;
  });
});

describe('readings of two services that overlap and differ', () => {
  it('are decided by a third one that begins after both have ended', async () => {
    askFor(stage.world, 1);
    const { ports, git } = stage.world;
    const slow = {
      ...ports.billing,
      async subscription(id: string) {
        const answer = await ports.billing.subscription(id);
        await ports.clock.wait(300);
        return answer;
      },
    };
    const [one, two] = [
      createIntake({ ...ports, state: createFakeRepository(git) }),
      createIntake({ ...ports, state: createFakeRepository(git), billing: slow }),
    ];
    // The second reads the old state; the first, while that answer is in transit, the new one.
    stage.stripeHas(1, { status: 'unpaid' });
    const late = two.handle(stage.eventFor(1));
    await ports.clock.wait(150);
    stage.stripeHas(1);
    const right = await one.handle(stage.eventFor(1));
    assert.ok(right.kind === 'handled' && right.agents[0]?.did === 'unchanged');
    await late;
    assert.equal(stage.specOf(1).access.state, 'suspended', 'an answer from before was written');
    assert.deepEqual([one.unconfirmed(), two.unconfirmed()], [[], [subscriptionNo(1)]]);
    const again = createRereads(ports, two);
    assert.deepEqual(await again.look(), [], 'another service may still be at it');
    await lookAfterOverlap(again);
    assert.equal(stage.specOf(1).access.state, 'granted');
    await lookAfterOverlap(again);
    assert.deepEqual(two.unconfirmed(), []);
    assert.deepEqual(stage.subjects().slice(-2), [
      `${idNo(1)}: access suspended, PaymentUnpaid raised`,
      `${idNo(1)}: access granted, PaymentUnpaid cleared`,
    ]);
  });

  it('include a resync: what it wrote is read once more at its end', async () => {
    askFor(stage.world, 1);
    const { ports } = stage.world;
    let reads = 0;
    const slow = {
      ...ports.billing,
      async subscription(id: string) {
        const answer = await ports.billing.subscription(id);
        reads += 1;
        if (reads > 1) return answer;
        // While this answer is in transit, the state changes, and a service writes the change.
        stage.stripeHas(1);
        await stage.intake.handle(stage.eventFor(1));
        return answer;
      },
    };
    stage.stripeHas(1, { status: 'unpaid' });
    const report = await resync({ ...ports, billing: slow });
    assert.deepEqual([report.complete, report.stopped], [true, null]);
    assert.equal(stage.specOf(1).access.state, 'granted');
    assert.equal(stage.commits().length, 3);
  });

  it('are repeated, less and less often, while Stripe does not answer', async () => {
    stage.stripeHas(1);
    await stage.intake.handle(stage.eventFor(1));
    const before = reads();
    stage.world.fault({ port: 'billing', method: 'subscription', kind: 'fail', times: 1000 });
    for (let seconds = 0; seconds < 3600; seconds += 5) {
      stage.world.advance(5000);
      await rereads.look();
    }
    assert.ok(reads() - before < 10, String(reads() - before));
    stage.world.calm();
    stage.world.advance(60 * minuteMs);
    await rereads.look();
    assert.deepEqual(stage.intake.unconfirmed(), []);
  });

  it('read no tip where there is nothing to write: another writer confirms its own files', async () => {
    stage.stripeHas(1);
    await stage.intake.handle(stage.eventFor(1));
    const fetches = stage.world.fault({ port: 'state', method: 'fetch', kind: 'fail', nth: 99 });
    await stage.intake.reread(subscriptionNo(1));
    assert.equal(fetches.seen, 0);
  });

  it('cost one more reading for each write, and none where an event triggers it', async () => {
    stage.stripeHas(1);
    await stage.intake.handle(stage.eventFor(1));
    const before = reads();
    await lookAfterOverlap();
    await lookAfterOverlap();
    assert.equal(reads() - before, 1);
    stage.stripeHas(1, { status: 'unpaid' });
    await stage.intake.handle(stage.eventFor(1));
    await stage.intake.handle(stage.eventFor(1));
    assert.deepEqual(stage.intake.unconfirmed(), []);
  });
});
