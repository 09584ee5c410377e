/** Rare shapes of Stripe's objects, from a signed delivery to the file of an agent. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import Fastify from 'fastify';
import { attach, createCustomer } from '../../local-cloud/stripe/routes-customers.ts';
import { createSubscription } from '../../local-cloud/stripe/subscription-life.ts';
import { registerWebhook } from '../../reconciler/app/serve/webhook-route.ts';
import { createIntake } from '../../reconciler/flows/intake/intake.ts';
import { createFakeLog, type LogLine } from '../fakes/log.ts';
import { createIntakeWorld, type IntakeWorld, wallClock } from './intake-world.ts';

describe('a delivery', () => {
  let world: IntakeWorld;
  let url: string;
  const app = Fastify({ forceCloseConnections: true });
  const logs: LogLine[] = [];
  before(async () => {
    world = await createIntakeWorld();
    const ports = { billing: world.billing(), clock: wallClock, log: createFakeLog(logs) };
    const intake = createIntake({ ...ports, state: world.git.repository() });
    registerWebhook(app, { ...ports, intake });
    url = `${await app.listen({ host: '127.0.0.1', port: 0 })}/webhooks/stripe`;
  });
  after(async () => {
    await app.close();
    await world?.close();
  });

  /** The plan is the last of so many items. */
  function buy(customer: string, items: number): string {
    const account = world.stripe.objects;
    const plan = [...account.prices.values()].find((one) => one.metadata['plan'] === 'starter');
    assert.ok(plan !== undefined);
    const other = { product: 'prod_Other', lookup_key: null, metadata: {} };
    return account.quietly(() => {
      const none = { email: null, name: null, description: null, phone: null, metadata: {} };
      const buyer = createCustomer(account, { id: customer, ...none });
      const others = Array.from({ length: items - 1 }, (_, n) =>
        account.prices.put({ ...plan, id: `price_other${items}_${n}`, ...other }),
      );
      return createSubscription(account, {
        customer,
        currency: plan.currency,
        metadata: {},
        trial_end: null,
        default_payment_method: attach(account, 'pm_card_visa', buyer).id,
        newItems: [...others, plan].map(({ id: price }) => ({ price, quantity: 1, metadata: {} })),
        behaviour: 'allow_incomplete',
      }).id;
    });
  }

  test('about a subscription of eleven items is an agent of the plan on page two', async () => {
    const subscription = buy('cus_Eleven', 11);
    assert.equal((await world.deliver(url, 'evt_eleven', subscription))?.status, 200);
    const spec = await world.specOf(subscription);
    assert.deepEqual([spec?.plan, spec?.access.issues], ['starter', undefined]);
  });

  test('about a customer whose id the merchant chose is an agent', async () => {
    const subscription = buy('acme-0042', 1);
    assert.equal((await world.deliver(url, 'evt_chosen', subscription))?.status, 200);
    assert.equal((await world.specOf(subscription))?.customer, 'acme-0042');
  });

  test('that is thin is ignored with 200, and logged as thin', async () => {
    const answer = await world.send(url, {
      id: 'evt_thin',
      object: 'v2.core.event',
      type: 'v1.customer.subscription.updated',
      livemode: true,
      created: '2026-11-22T12:00:00.000Z',
      related_object: { id: 'sub_1', type: 'subscription', url: '/v1/subscriptions/sub_1' },
    });
    assert.equal(answer?.status, 200);
    assert.match(answer.body, /"ignored":"ThinEvent"/);
    const line = logs.find((one) => /thin event/.test(one.message));
    assert.equal(line?.level, 'warn');
  });
});
