/** For any events in any order, repetition and delay, the files equal the state at Stripe. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { agentPath } from '../../../reconciler/core/agent/agent.ts';
import { parseCatalog } from '../../../reconciler/core/agent/catalog.ts';
import type { BilledSubscription } from '../../../reconciler/core/billing/billing.ts';
import { desire } from '../../../reconciler/core/billing/desire.ts';
import { createIntake } from '../../../reconciler/flows/intake/intake.ts';
import { idNo, subscriptionNo } from '../../builders/world.ts';
import { createFakeRepository } from '../../fakes/repository.ts';
import { canceled, createIntakeStage, type IntakeStage } from './intake-stage.ts';

const fleet = [1, 2, 3];
const states: readonly Partial<BilledSubscription>[] = [
  {},
  canceled,
  { status: 'past_due' },
  { items: [] },
  { cancelAt: 1_790_000_000 },
  { metadata: { region: 'mars' } },
];
/** The states of each subscription at Stripe, in order. */
const phases = fc.array(
  fc.array(fc.constantFrom(...states), { minLength: fleet.length, maxLength: fleet.length }),
  { minLength: 1, maxLength: 4 },
);
/** Which of the two replicas each delivery reaches, and which subscription it names. */
const extraEvents = fc.array(
  fc.record({ n: fc.constantFrom(...fleet), replica: fc.constantFrom(0, 1) }),
  { maxLength: 8 },
);
const types = [
  'checkout.session.completed',
  'customer.subscription.created',
  'customer.subscription.updated',
  'customer.subscription.deleted',
  'invoice.paid',
  'invoice.payment_failed',
  'charge.refunded',
];

function replicasOf({ world }: IntakeStage) {
  return [0, 1].map(() => createIntake({ ...world.ports, state: createFakeRepository(world.git) }));
}

const filesOf = ({ textOf }: IntakeStage) => fleet.map((n) => textOf(idNo(n)));

/** Nothing is left to do: over these files, the last state at Stripe changes nothing. */
function assertFinal(stage: IntakeStage): void {
  const { world } = stage;
  const catalog = parseCatalog(world.git.text('catalog.yaml') ?? '');
  assert.ok(catalog.ok);
  for (const n of fleet) {
    const subscription = world.stripe.subscriptions.get(subscriptionNo(n));
    assert.ok(subscription !== undefined);
    const text = stage.textOf(idNo(n));
    const file = text === null ? null : { path: agentPath(idNo(n)), oid: '', text };
    const { kind } = desire({
      file,
      subscription,
      catalog: catalog.value,
      policy: world.policy,
      nowMs: world.time.now(),
      removal: null,
    });
    assert.ok(kind === 'unchanged' || kind === 'nothing', `${n}: ${kind}`);
  }
}

const runs = { seed: 20261122, numRuns: 40 };

describe('intake, for any deliveries', () => {
  it('ends in what `desire` returns for the final subscriptions, with two replicas', async () => {
    await fc.assert(
      fc.asyncProperty(phases, extraEvents, fc.boolean(), async (all, extra, together) => {
        const stage = createIntakeStage();
        const replicas = replicasOf(stage);
        for (const phase of all) {
          phase.forEach((part, index) => {
            stage.stripeHas(index + 1, part);
          });
          const due = [...extra, ...fleet.map((n) => ({ n, replica: n % 2 }))];
          const handle = ({ n, replica }: (typeof due)[number]) =>
            replicas[replica]?.handle(stage.eventFor(n));
          if (together) await Promise.all(due.map(handle));
          else for (const one of due) await handle(one);
        }
        assertFinal(stage);
      }),
      runs,
    );
  });

  it('gives the same result for each event in every order, twice, and three days late', async () => {
    const orders = fc.shuffledSubarray(types, { minLength: types.length });
    await fc.assert(
      fc.asyncProperty(phases, orders, fc.boolean(), async (all, order, late) => {
        const ends: (readonly (string | null)[])[] = [];
        for (const deliveries of [types, [...order, ...[...order].reverse()]]) {
          const stage = createIntakeStage();
          for (const phase of all) {
            phase.forEach((part, index) => {
              stage.stripeHas(index + 1, part);
            });
            for (const n of fleet) await stage.intake.handle(stage.eventFor(n));
          }
          if (late && deliveries !== types) stage.world.advance(3 * 86_400_000);
          const before = stage.commits().length;
          for (const type of deliveries) {
            for (const n of fleet) await stage.intake.handle(stage.eventFor(n, { type }));
          }
          assert.equal(stage.commits().length, before);
          assertFinal(stage);
          ends.push(filesOf(stage));
        }
        assert.deepEqual(ends[0], ends[1]);
      }),
      { ...runs, numRuns: 15 },
    );
  });

  it('writes one commit for each change, and none for order and repetition', async () => {
    await fc.assert(
      fc.asyncProperty(phases, extraEvents, async (all, extra) => {
        const counts: number[] = [];
        for (const more of [[], extra]) {
          const stage = createIntakeStage();
          for (const phase of all) {
            phase.forEach((part, index) => {
              stage.stripeHas(index + 1, part);
            });
            const due = [...more.map(({ n }) => n), ...fleet];
            await Promise.all(due.map((n) => stage.intake.handle(stage.eventFor(n))));
          }
          counts.push(stage.commits().length);
        }
        assert.equal(counts[0], counts[1]);
      }),
      runs,
    );
  });
});
