/**
 * Slow readings of Stripe: one subscription is never read twice at once, whichever event named it.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type {
  BilledSubscription,
  VerifiedEvent,
} from '../../../reconciler/core/billing/billing.ts';
import { createIntake, type Intake } from '../../../reconciler/flows/intake/intake.ts';
import { createRereads } from '../../../reconciler/flows/intake/rereads.ts';
import type { Billing } from '../../../reconciler/ports/billing.ts';
import { askFor } from '../../fakes/agents.ts';
import { createFakeRepository } from '../../fakes/repository.ts';
import { createIntakeStage, type IntakeStage } from './intake-stage.ts';

const granted = {};
const suspended = { status: 'unpaid' } as const;
const canceled = { status: 'canceled', endedAt: 1_763_800_000 } as const;

type Delays = () => { readonly before: number; readonly after: number };
type Slow = { readonly billing: Billing; overlapsMax: number };

/** Stripe answers with its state at a moment between the request and the arrival of its answer. */
function slowBilling({ world }: IntakeStage, delays: Delays): Slow {
  const underWay = new Map<string, number>();
  const { wait } = world.ports.clock;
  const slow: Slow = {
    overlapsMax: 0,
    billing: {
      ...world.ports.billing,
      subscription: (id) =>
        slowly(`subscription ${id}`, () => world.ports.billing.subscription(id)),
      reportsOn: (id) => slowly(`reports on ${id}`, () => world.ports.billing.reportsOn(id)),
    },
  };
  async function slowly<Answer>(key: string, ask: () => Promise<Answer>): Promise<Answer> {
    const count = (underWay.get(key) ?? 0) + 1;
    underWay.set(key, count);
    slow.overlapsMax = Math.max(slow.overlapsMax, count);
    const { before, after } = delays();
    await wait(before);
    const answer = await ask();
    await wait(after);
    underWay.set(key, (underWay.get(key) ?? 1) - 1);
    return answer;
  }
  return slow;
}

const subjects: readonly Partial<VerifiedEvent>[] = [
  {},
  { type: 'charge.refunded', subscriptionIds: [] },
  { type: 'charge.dispute.created', subscriptionIds: [], customer: null, charge: 'ch_cus_Test1' },
];

describe('readings of one subscription', () => {
  for (const [name, first, second] of [
    ['by two events', 0, 0],
    ['by an event of its own and one of its customer', 0, 1],
    ['by one of its customer and one of a charge', 1, 2],
  ] as const) {
    it(`${name} that overlap: the older answer does not overwrite the newer`, async () => {
      const stage = createIntakeStage();
      const delays = [
        { before: 1, after: 900 },
        { before: 400, after: 1 },
      ];
      const slow = slowBilling(stage, () => delays.shift() ?? { before: 1, after: 1 });
      askFor(stage.world, 1);
      const intake = createIntake({ ...stage.world.ports, billing: slow.billing });
      const one = intake.handle(stage.eventFor(1, subjects[first]));
      await stage.world.ports.clock.wait(100);
      stage.stripeHas(1, suspended);
      const other = intake.handle(stage.eventFor(1, subjects[second]));
      await Promise.all([one, other]);
      assert.equal(slow.overlapsMax, 1);
      assert.equal(stage.specOf(1).access.state, 'suspended');
      const states = stage.subjects().filter((line) => /access granted/.test(line));
      assert.deepEqual(states, [], 'it never went back');
    });
  }
});

describe('a reading that outlasts its event', () => {
  it('is still the only one of its subscription: the next event waits for its own', async () => {
    const stage = createIntakeStage();
    const delays = [{ before: 1, after: 25_000 }];
    const slow = slowBilling(stage, () => delays.shift() ?? { before: 1, after: 1 });
    askFor(stage.world, 1);
    const intake = createIntake({ ...stage.world.ports, billing: slow.billing });
    await assert.rejects(intake.handle(stage.eventFor(1)), { reason: 'RateLimited' });
    stage.stripeHas(1, suspended);
    await stage.world.ports.clock.wait(1000);
    await intake.handle(stage.eventFor(1));
    assert.equal(slow.overlapsMax, 1);
    assert.equal(stage.specOf(1).access.state, 'suspended');
  });
});

const versions: readonly Partial<BilledSubscription>[] = [granted, suspended, canceled];
const millis = fc.integer({ min: 0, max: 800 });
const step = fc.record({
  subject: fc.constantFrom(...subjects),
  version: fc.constantFrom(...versions),
  wait: fc.integer({ min: 0, max: 600 }),
});
const steps = fc.array(step, { minLength: 2, maxLength: 10 });

function deliver(intakes: readonly Intake[], stage: IntakeStage, about: Partial<VerifiedEvent>) {
  const event = stage.eventFor(1, about);
  return Promise.all(intakes.map((intake) => intake.handle(event)));
}

async function play(
  stage: IntakeStage,
  intakes: readonly Intake[],
  played: readonly { subject: Partial<VerifiedEvent>; version: object; wait: number }[],
): Promise<void> {
  askFor(stage.world, 1);
  const handled: Promise<unknown>[] = [];
  for (const { subject, version, wait } of played) {
    await stage.world.ports.clock.wait(wait);
    stage.stripeHas(1, version);
    handled.push(deliver(intakes, stage, subject));
  }
  await Promise.all(handled);
}

function assertLast(stage: IntakeStage, played: readonly { version: object }[]): void {
  const spec = stage.specOf(1);
  const last = played.at(-1)?.version;
  const state = last === canceled ? 'ended' : last === suspended ? 'suspended' : 'granted';
  assert.equal(spec.access.state, state);
}

it('whatever is named, however long each reading takes: the last state at Stripe is written', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.infiniteStream(millis), async (played, stream) => {
      const stage = createIntakeStage();
      const next = () => stream.next().value as number;
      const slow = slowBilling(stage, () => ({ before: next(), after: next() }));
      const intake = createIntake({ ...stage.world.ports, billing: slow.billing });
      await play(stage, [intake], played);
      assert.equal(slow.overlapsMax, 1);
      assertLast(stage, played);
    }),
    { seed: 8, numRuns: 60 },
  );
});

it('with two services the result is the same, once each has read its writes again', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.infiniteStream(millis), async (played, stream) => {
      const stage = createIntakeStage();
      const { ports, git } = stage.world;
      const next = () => stream.next().value as number;
      const slow = slowBilling(stage, () => ({ before: next(), after: next() }));
      const own = () => ({ ...ports, billing: slow.billing, state: createFakeRepository(git) });
      const services = [own(), own()].map((one) => {
        const intake = createIntake(one);
        return { intake, rereads: createRereads({ ...one, files: ports.files }, intake) };
      });
      await play(
        stage,
        services.map(({ intake }) => intake),
        played,
      );
      for (let looks = 0; looks < 8; looks += 1) {
        for (const { rereads } of services) await rereads.look();
        stage.world.advance(10_000);
      }
      assertLast(stage, played);
      for (const { intake } of services) assert.deepEqual(intake.unconfirmed(), []);
    }),
    { seed: 9, numRuns: 60 },
  );
});
