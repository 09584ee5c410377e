/** A resync: the same decision for every listed subscription, interrupted at any point. */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { agentPath } from '../../../reconciler/core/agent/agent.ts';
import { parseAgentFile } from '../../../reconciler/core/agent/agent-file.ts';
import type { BilledSubscription } from '../../../reconciler/core/billing/billing.ts';
import { Failure } from '../../../reconciler/core/failure.ts';
import { createIntake } from '../../../reconciler/flows/intake/intake.ts';
import { type ResyncOptions, resync } from '../../../reconciler/flows/resync/resync.ts';
import { at, idNo, nowMs, subscriptionNo } from '../../builders/world.ts';
import { askFor, edit, fileText, removeFiles } from '../../fakes/agents.ts';
import { subscription } from '../../fakes/billing.ts';
import { everyDeath } from '../../fakes/deaths.ts';
import { createFakeWorld, type FakeWorld } from '../../fakes/world.ts';

let world: FakeWorld;

beforeEach(() => {
  world = createFakeWorld();
});

/** Stripe lists the newest first; the fake lists what was set last first. */
function stripeHas(n: number, part: Partial<BilledSubscription> = {}, on = world): void {
  const id = subscriptionNo(n);
  const created = 1_763_000_000 + n;
  const one = subscription(id, `cus_Test${n}`, { created, startDate: created, ...part });
  on.stripe.subscriptions.set(id, one);
}
function specOf(n: number, on = world) {
  const path = agentPath(idNo(n));
  const parsed = parseAgentFile({ path, oid: '', text: fileText(on, n) ?? '' });
  assert.ok(parsed.kind === 'valid', `no valid file of ${n}`);
  return parsed.agent.spec;
}
const run = (options: ResyncOptions = {}, on = world) => resync(on.ports, options);
const commits = (on = world) => on.git.history('main').slice(1);
const canceled = { status: 'canceled', endedAt: 1_763_800_000 } as const;
const numbers = (count: number) => Array.from({ length: count }, (_, n) => n + 1);

describe('a resync', () => {
  it('writes one commit for each agent that differs, with the reason', async () => {
    for (const n of numbers(3)) stripeHas(n);
    assert.deepEqual((await run()).written.length, 3);
    stripeHas(2, canceled);
    const before = commits().length;
    const report = await run();
    assert.deepEqual(
      [report.complete, report.cursor, report.seen, report.stopped],
      [true, null, 3, null],
    );
    const [commit, ...more] = commits().slice(before);
    assert.deepEqual(more, []);
    assert.deepEqual(report.written, [
      {
        agent: idNo(2),
        causes: ['ended'],
        subject: `${idNo(2)}: access ended, retired`,
        commits: [commit?.id],
      },
    ]);
    assert.deepEqual(commit?.trailers, [
      ['Aura-Cause', 'resync'],
      ['Aura-Cause', 'ended'],
    ]);
    assert.equal((await run()).written.length, 0, 'a converged account writes nothing');
  });

  it('prints its result first, and then writes just that', async () => {
    for (const n of numbers(3)) stripeHas(n);
    const looked = await run({ dryRun: true });
    assert.deepEqual(commits(), []);
    assert.ok(looked.dryRun && looked.written.every((one) => one.commits.length === 0));
    const done = await run();
    const bare = ({ written }: typeof looked) => written.map((one) => ({ ...one, commits: [] }));
    assert.deepEqual(bare(done), bare(looked));
  });

  it('pushes at most fifty agents at once', async () => {
    for (const n of numbers(120)) stripeHas(n);
    await run();
    assert.equal(commits().length, 120);
    assert.equal(world.calls.filter((call) => call === 'state.push').length, 3);
  });

  it('lists paid subscriptions without a plan, and counts unknown prices', async () => {
    const items = (price: string) => [
      { priceId: price, productId: 'prod_Other', lookupKey: null, quantity: 1, monthly: null },
    ];
    stripeHas(1, { items: items('price_X') });
    stripeHas(2, { items: items('price_X') });
    stripeHas(3, { items: items('price_Y'), ...canceled });
    const report = await run();
    assert.deepEqual(report.unplanned, [
      { subscription: subscriptionNo(1), reason: 'PlanUnknown' },
      { subscription: subscriptionNo(2), reason: 'PlanUnknown' },
    ]);
    assert.deepEqual(report.unknownPrices, [{ price: 'price_X', subscriptions: 2 }]);
    const alerts = world.logs.filter(({ level }) => level === 'warn');
    assert.equal(alerts.length, 3);
  });

  it('equals the result of all events, whatever the subscriptions', async () => {
    const status = fc.constantFrom(
      'active',
      'past_due',
      'unpaid',
      'canceled',
      'paused',
      'trialing',
    );
    const change = fc.record({ n: fc.integer({ min: 1, max: 5 }), status });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 8 }), async (changes) => {
        const [by, events] = [createFakeWorld(), createFakeWorld()];
        const intake = createIntake(events.ports);
        for (const on of [by, events]) for (const n of numbers(3)) stripeHas(n, {}, on);
        const deliver = async (n: number) => {
          const id = subscriptionNo(n);
          await intake.handle({
            id: `evt_${n}`,
            type: 'customer.subscription.updated',
            account: null,
            livemode: false,
            created: 1,
            subscriptionIds: [id],
            customer: null,
            charge: null,
          });
        };
        await run({}, by);
        for (const n of numbers(3)) await deliver(n);
        for (const { n, status: now } of changes) {
          const part = now === 'canceled' ? canceled : { status: now };
          for (const on of [by, events]) stripeHas(n, part, on);
        }
        await run({}, by);
        for (const n of numbers(5)) await deliver(n);
        const sinceless = (n: number, on: FakeWorld) =>
          fileText(on, n)?.replaceAll(/(since|until): [^,}]+/g, '$1');
        for (const n of numbers(5)) assert.equal(sinceless(n, by), sinceless(n, events));
      }),
      { seed: 3, numRuns: 25 },
    );
  });
});

describe('tombstones without an event', () => {
  const suspended = (days: number) =>
    ({ state: 'suspended', since: new Date(nowMs - days * 86_400_000).toISOString() }) as const;

  it('for access that was suspended too long, and for an end without a tombstone', async () => {
    for (const n of numbers(4)) askFor(world, n);
    edit(world, 1, {});
    setAccess(1, suspended(15), { status: 'paused' });
    setAccess(2, suspended(13), { status: 'paused' });
    setAccess(3, { state: 'ended', since: '2025-11-22T08:26:40Z' }, canceled);
    const report = await run();
    assert.deepEqual(
      [1, 2, 3, 4].map((n) => specOf(n).retired?.by),
      ['finalize', undefined, 'stripe', undefined],
    );
    assert.equal(specOf(1).retired?.at, at(0).replace('.000Z', 'Z'), 'with a grace of its own');
    const causes = report.written.map(({ causes: [cause] }) => cause);
    assert.deepEqual(causes.sort(), ['ended', 'suspended']);
    assert.equal((await run()).written.length, 0);
  });

  it('not while a hold lasts', async () => {
    askFor(world, 1);
    setAccess(1, suspended(15), { status: 'paused' });
    edit(world, 1, { hold: { reason: 'x', since: at(-60), until: at(60) } });
    assert.equal((await run()).written.length, 0);
    world.advance(2 * 3_600_000);
    assert.equal((await run()).written.length, 1);
  });

  function setAccess(n: number, access: object, part: Partial<BilledSubscription>): void {
    stripeHas(n, { ...part });
    const issues = 'status' in part && part.status === 'paused' ? ['SubscriptionPaused'] : [];
    const said = issues.length === 0 ? access : { ...access, issues };
    const text = (fileText(world, n) ?? '').replace(
      /access: .*/,
      `access: ${JSON.stringify(said)}`,
    );
    world.git.add('main', { subject: 'access', edits: { [agentPath(idNo(n))]: text } });
  }
});

describe('absence', () => {
  it('from the listing ends no agent: the subscription is read by itself', async () => {
    for (const n of numbers(3)) askFor(world, n);
    const hidden = world.stripe.subscriptions.get(subscriptionNo(2));
    assert.ok(hidden !== undefined);
    world.stripe.subscriptions.set(subscriptionNo(2), { ...hidden, ...canceled });
    hideFromListing(subscriptionNo(2));
    const report = await run();
    assert.deepEqual([report.unlisted, report.unknown], [[idNo(2)], []]);
    assert.deepEqual([specOf(2).retired?.by, specOf(1).retired], ['stripe', undefined]);
  });

  it('from Stripe altogether is an alarm, and ends no agent', async () => {
    for (const n of numbers(2)) askFor(world, n);
    world.stripe.subscriptions.delete(subscriptionNo(2));
    const report = await run();
    assert.deepEqual([report.unknown, report.written], [[idNo(2)], []]);
    assert.ok(
      world.logs.some(({ level, message }) => level === 'error' && /has no such/.test(message)),
    );
    assert.equal(specOf(2).retired, undefined);
  });

  it('of everything stops the run', async () => {
    askFor(world, 1);
    world.stripe.subscriptions.clear();
    const report = await run();
    assert.equal(report.complete, false);
    assert.match(report.stopped?.message ?? '', /lists no subscriptions, but main has one/);
    assert.deepEqual(report.unknown, []);
    assert.equal((await run({}, createFakeWorld())).complete, true, 'an empty world is fine');
  });

  it('of a subscription whose file is invalid is reported, and the others are written', async () => {
    for (const n of numbers(2)) askFor(world, n);
    stripeHas(2, canceled);
    world.git.commit('Broken', { [agentPath(idNo(1))]: 'kind: Agent\n' });
    const report = await run();
    assert.deepEqual(
      report.failed.map(({ agent, reason }) => [agent, reason]),
      [[idNo(1), 'InvalidInput']],
    );
    assert.equal(specOf(2).access.state, 'ended');
  });

  it('of a file that a person removed restores it as finalize would', async () => {
    askFor(world, 1);
    removeFiles(world, 1);
    const report = await run();
    assert.deepEqual(report.written[0]?.causes, ['restored']);
    assert.equal(specOf(1).retired?.by, 'person');
    assert.deepEqual(
      commits()
        .at(-1)
        ?.trailers.map(([, value]) => value)
        .slice(0, 2),
      ['resync', 'retired'],
    );
  });

  function hideFromListing(id: string): void {
    const { billing } = world.ports;
    const list = billing.allSubscriptions;
    Object.assign(billing, {
      async *allSubscriptions(after?: string) {
        for await (const one of list(after)) if (one.id !== id) yield one;
      },
    });
  }
});

describe('the wrong account', () => {
  it('is one clear error, before anything is listed', async () => {
    for (const n of numbers(3)) askFor(world, n);
    world.stripe.subscriptions.clear();
    for (const wrong of [{ id: 'acct_1Other' }, { livemode: true }]) {
      world.stripe.account = { id: 'acct_1Example', livemode: false, ...wrong };
      const before = commits().length;
      await assert.rejects(run(), { reason: 'MisconfiguredAccount' });
      assert.equal(commits().length, before);
    }
  });

  it('with the right account id is recognized by its unknown subscriptions', async () => {
    for (const n of numbers(30)) askFor(world, n);
    world.stripe.subscriptions.clear();
    stripeHas(99, { items: [] });
    await assert.rejects(run(), { reason: 'MisconfiguredAccount', message: /has none of 20/ });
  });

  it('is not assumed where a listed one has a file, however many others are unknown', async () => {
    for (const n of numbers(115)) stripeHas(n);
    await run();
    // The newest are unknown, then those of another product, and only then the fleet.
    for (const n of numbers(115).slice(90)) world.stripe.subscriptions.delete(subscriptionNo(n));
    const created = 1_763_000_090;
    for (const n of numbers(60)) stripeHas(200 + n, { items: [], created });
    stripeHas(3, canceled);
    const report = await run();
    assert.deepEqual([report.complete, report.stopped], [true, null]);
    assert.equal(report.unknown.length, 25);
    assert.equal(specOf(3).access.state, 'ended');
    const logged = world.logs.filter(({ message }) => /has no such subscr/.test(message));
    assert.equal(logged.length, 25);
  });
});

describe('an interrupted run', () => {
  const failing = (nth: number) =>
    world.fault({
      port: 'billing',
      method: 'subscription',
      kind: 'fail',
      nth,
      times: 1000,
      failure: new Failure('ProviderOutage', 'Stripe is down'),
    });

  it('returns its cursor, and the next continues from there', async () => {
    for (const n of numbers(120)) stripeHas(n);
    failing(60);
    const first = await run();
    assert.equal(first.complete, false);
    assert.deepEqual([first.stopped?.reason, first.written.length], ['ProviderOutage', 50]);
    assert.equal(first.cursor, subscriptionNo(71));
    world.calm();
    const second = await run({ after: first.cursor ?? '' });
    assert.deepEqual([second.complete, second.seen, second.written.length], [true, 70, 70]);
    assert.deepEqual(second.unlisted, [], 'what the first has seen is not asked for again');
    assert.equal((await run()).written.length, 0);
  });

  it('by its own limit, again and again, reads every subscription once', async () => {
    for (const n of numbers(130)) stripeHas(n);
    let cursor: string | null = null;
    let seen = 0;
    for (let runs = 0; runs < 10; runs += 1) {
      const report: Awaited<ReturnType<typeof run>> = await run({
        max: 40,
        ...(cursor === null ? {} : { after: cursor }),
      });
      seen += report.seen;
      cursor = report.cursor;
      if (report.complete) break;
    }
    assert.deepEqual([cursor, seen, commits().length], [null, 130, 130]);
  });

  it('with a cursor that Stripe does not know is stopped', async () => {
    stripeHas(1);
    const report = await run({ after: 'sub_Unowned' });
    assert.equal(report.stopped?.reason, 'NotFound');
    assert.deepEqual(commits(), []);
  });

  it('by its death, anywhere: another run ends in the same files', async () => {
    await everyDeath({
      world: () => {
        const fresh = createFakeWorld();
        for (const n of numbers(3)) stripeHas(n, n === 2 ? { status: 'unpaid' } : {}, fresh);
        askFor(fresh, 2);
        fresh.stripe.subscriptions.set(
          subscriptionNo(2),
          subscription(subscriptionNo(2), 'cus_Test2', canceled),
        );
        return fresh;
      },
      flow: (dying) => run({}, dying),
      async after(survived) {
        const report = await run({}, survived);
        assert.ok(report.complete);
        assert.deepEqual(
          [1, 2, 3].map((n) => specOf(n, survived).access.state),
          ['granted', 'ended', 'granted'],
        );
        assert.equal(commits(survived).length, 4, 'nothing was written twice');
      },
    });
  });
});

it('a push in between: its changes are kept, and Stripe is read again', async () => {
  askFor(world, 1);
  stripeHas(1, { status: 'unpaid' });
  const race = world.fault({
    port: 'state',
    method: 'push',
    kind: 'meanwhile',
    run: () => {
      edit(world, 1, { power: 'stopped' });
      stripeHas(1, canceled);
    },
  });
  const report = await run();
  assert.equal(race.fired, 1);
  assert.deepEqual(report.written[0]?.causes, ['ended']);
  assert.deepEqual([specOf(1).power, specOf(1).access.state], ['stopped', 'ended']);
});
