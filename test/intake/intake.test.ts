/** Events to commits: races, losses, deaths, and events that are none of our business. */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { type AgentId, agentPath } from '../../reconciler/core/agent.ts';
import { parseAgentFile, withPeopleFields } from '../../reconciler/core/agent-file.ts';
import type { BilledSubscription, VerifiedEvent } from '../../reconciler/core/billing.ts';
import { createIntake, type Intake } from '../../reconciler/intake/intake.ts';
import { idNo, subscriptionNo } from '../builders/world.ts';
import { subscription } from '../fakes/billing.ts';
import { createFakeWorld, type FakeWorld } from '../fakes/world.ts';

let world: FakeWorld;
let intake: Intake;
let events = 0;

beforeEach(() => {
  world = createFakeWorld();
  intake = createIntake(world.ports);
  events = 0;
});

function eventFor(n: number, part: Partial<VerifiedEvent> = {}): VerifiedEvent {
  events += 1;
  return {
    id: `evt_${events}`,
    type: 'customer.subscription.updated',
    account: null,
    livemode: false,
    created: 1_763_000_000,
    subscriptionIds: [subscriptionNo(n)],
    customer: `cus_Test${n}`,
    ...part,
  };
}

function stripeHas(n: number, part: Partial<BilledSubscription> = {}): void {
  const id = subscriptionNo(n);
  world.stripe.subscriptions.set(id, subscription(id, `cus_Test${n}`, part));
}

const canceled = { status: 'canceled', endedAt: 1_763_800_000 } as const;
const textOf = (id: AgentId) => world.git.text(agentPath(id));
const ringTwice = async (n: number) => [
  await intake.handle(eventFor(n)),
  await intake.handle(eventFor(n)),
];

function specOf(n: number) {
  const path = agentPath(idNo(n));
  const parsed = parseAgentFile({ path, oid: '', text: textOf(idNo(n)) ?? '' });
  assert.ok(parsed.kind === 'valid');
  return parsed.agent.spec;
}

/** Commits after the installation's first. */
function commits() {
  return world.git.history('main').slice(1);
}
const subjects = () => commits().map((commit) => commit.subject);

describe('an event', () => {
  it('of a subscription that pays makes one file in one commit that cites it', async () => {
    stripeHas(1);
    const outcome = await intake.handle(eventFor(1));
    const [commit, ...more] = commits();
    assert.deepEqual(more, []);
    assert.deepEqual(commit?.paths, [agentPath(idNo(1))]);
    assert.deepEqual(commit?.trailers, [
      ['Aura-Cause', 'created'],
      ['Stripe-Event', 'evt_1'],
    ]);
    assert.deepEqual(outcome, {
      kind: 'handled',
      agents: [
        { agent: idNo(1), did: 'written', cause: 'created', issues: [], commits: [commit?.id] },
      ],
    });
  });

  it('that comes again writes nothing and is fine', async () => {
    stripeHas(1);
    const [, second] = await ringTwice(1);
    assert.deepEqual(second, { kind: 'handled', agents: [{ agent: idNo(1), did: 'unchanged' }] });
    assert.equal(commits().length, 1);
  });

  it('is a doorbell: what it says is not believed', async () => {
    stripeHas(1);
    await intake.handle(eventFor(1, { type: 'customer.subscription.deleted' }));
    assert.equal(specOf(1).access.state, 'granted');
    stripeHas(1, canceled);
    await intake.handle(eventFor(1, { type: 'customer.subscription.created' }));
    assert.deepEqual([specOf(1).access.state, specOf(1).retired?.by], ['ended', 'stripe']);
    assert.equal(commits().length, 2);
  });

  it('of a customer is about all of their subscriptions', async () => {
    stripeHas(1);
    stripeHas(2);
    world.stripe.subscriptions.set(
      subscriptionNo(3),
      subscription(subscriptionNo(3), 'cus_Test1', {}),
    );
    await intake.handle(eventFor(1, { type: 'customer.deleted', subscriptionIds: [] }));
    assert.deepEqual(
      [1, 2, 3].map((n) => textOf(idNo(n)) !== null),
      [true, false, true],
    );
    assert.equal(commits().length, 2);
  });

  it('of a type that changes nothing, or that names nobody, is ignored without asking anybody', async () => {
    const asked = world.fault({ port: 'state', method: 'fetch', kind: 'fail' });
    const unused = await intake.handle(eventFor(1, { type: 'product.created' }));
    const nobody = await intake.handle(
      eventFor(1, { type: 'charge.dispute.created', subscriptionIds: [], customer: null }),
    );
    assert.deepEqual(
      [unused, nobody].map((one) => one.kind === 'ignored' && one.reason),
      ['EventUnused', 'NobodyNamed'],
    );
    assert.equal(asked.fired, 0);
  });

  it('of a subscription that is not ours is none of our business', async () => {
    const outcome = await intake.handle(eventFor(1));
    assert.deepEqual(outcome, {
      kind: 'handled',
      agents: [{ agent: idNo(1), did: 'nothing', reason: 'NotOurs' }],
    });
    stripeHas(1, { items: [] });
    const unknown = await intake.handle(eventFor(1));
    assert.ok(unknown.kind === 'handled');
    assert.deepEqual(unknown.agents, [{ agent: idNo(1), did: 'nothing', reason: 'PlanUnknown' }]);
    assert.deepEqual(commits(), []);
  });
});

describe('another writer comes first', () => {
  it('and everything is decided again: what people wrote meanwhile stays', async () => {
    stripeHas(1);
    await intake.handle(eventFor(1));
    stripeHas(1, canceled);
    const path = agentPath(idNo(1));
    const race = world.fault({
      port: 'state',
      method: 'push',
      kind: 'meanwhile',
      run: () => {
        const quiet = withPeopleFields(textOf(idNo(1)) ?? '', { power: 'stopped' });
        world.git.commit('Quiet', { [path]: quiet });
      },
    });
    await intake.handle(eventFor(1));
    assert.equal(race.fired, 1);
    assert.deepEqual([specOf(1).access.state, specOf(1).power], ['ended', 'stopped']);
    assert.equal(commits().length, 3);
  });

  it('and the subscription is fetched again: an older reading is never written', async () => {
    stripeHas(1);
    await intake.handle(eventFor(1));
    stripeHas(1, { status: 'unpaid' });
    world.fault({
      port: 'state',
      method: 'push',
      kind: 'meanwhile',
      run: () => {
        stripeHas(1, canceled);
        world.git.commit('A note', { 'NOTES.md': 'x' });
      },
    });
    await intake.handle(eventFor(1));
    assert.deepEqual(subjects(), [
      `${idNo(1)}: created, starter in eu-central`,
      'A note',
      `${idNo(1)}: access ended, retired`,
    ]);
  });

  it('the tip is read before the subscription', async () => {
    stripeHas(1);
    await intake.handle(eventFor(1));
    stripeHas(1, { status: 'unpaid' });
    const path = agentPath(idNo(1));
    await intake.handle(eventFor(1));
    const suspended = textOf(idNo(1)) ?? '';
    // Right before our reading of the tip, the money comes and another process writes it.
    world.fault({
      port: 'state',
      method: 'fetch',
      kind: 'meanwhile',
      run: () => {
        stripeHas(1);
        world.git.commit('Paid', {
          [path]: suspended.replace('suspended', 'granted').replace(/, issues: \[[^\]]*\]/, ''),
        });
      },
    });
    const outcome = await intake.handle(eventFor(1));
    assert.ok(outcome.kind === 'handled');
    assert.deepEqual(outcome.agents, [{ agent: idNo(1), did: 'unchanged' }]);
    assert.equal(specOf(1).access.state, 'granted');
  });

  it('again and again: it ends at its deadline, and a later delivery heals', async () => {
    stripeHas(1);
    let notes = 0;
    world.fault({
      port: 'state',
      method: 'push',
      times: 1000,
      kind: 'meanwhile',
      run: () => {
        notes += 1;
        world.git.commit(`Note ${notes}`, { 'NOTES.md': String(notes) });
      },
    });
    const before = world.time.now();
    await assert.rejects(intake.handle(eventFor(1)), { reason: 'PushRejected', fate: 'transient' });
    const took = world.time.now() - before;
    assert.ok(took > 10_000 && took <= 20_000, `${took} ms`);
    assert.ok(notes > 10);
    world.calm();
    await intake.handle(eventFor(1));
    assert.equal(specOf(1).access.state, 'granted');
  });
});

describe('a push', () => {
  it('that fails is told, writes nothing, and the next delivery heals', async () => {
    stripeHas(1);
    world.fault({ port: 'state', method: 'push', kind: 'fail' });
    await assert.rejects(intake.handle(eventFor(1)), { reason: 'NetworkUnreachable' });
    assert.deepEqual(commits(), []);
    await intake.handle(eventFor(1));
    assert.equal(commits().length, 1);
  });

  for (const kind of ['lost', 'dieAfter'] as const) {
    it(`whose answer never came (${kind}) is not made again by the next delivery`, async () => {
      stripeHas(1);
      world.fault({ port: 'state', method: 'push', kind });
      await assert.rejects(intake.handle(eventFor(1)));
      intake = createIntake(world.restart());
      const outcome = await intake.handle(eventFor(1));
      assert.ok(outcome.kind === 'handled');
      assert.deepEqual(outcome.agents, [{ agent: idNo(1), did: 'unchanged' }]);
      assert.equal(commits().length, 1);
    });
  }

  it('that its process did not live to see is made by the next delivery', async () => {
    stripeHas(1);
    world.fault({ port: 'state', method: 'push', kind: 'die' });
    await assert.rejects(intake.handle(eventFor(1)));
    intake = createIntake(world.restart());
    await intake.handle(eventFor(1));
    assert.equal(commits().length, 1);
  });
});

describe('events that come together', () => {
  const many = [1, 2, 3, 4, 5];

  it('go in one push while another is under way, one commit for each agent', async () => {
    for (const n of many) stripeHas(n);
    await Promise.all(many.map((n) => intake.handle(eventFor(n))));
    const pushes = world.calls.filter((call) => call === 'state.push');
    assert.equal(pushes.length, 2);
    assert.deepEqual(
      commits().map((commit) => commit.paths.length),
      [1, 1, 1, 1, 1],
    );
    assert.equal(commits()[0]?.paths[0], agentPath(idNo(1)));
    const later = commits().slice(1);
    assert.deepEqual(
      later.flatMap(({ paths }) => paths),
      later.flatMap(({ paths }) => paths).sort(),
    );
  });

  it('for one agent make one commit that cites all of them', async () => {
    stripeHas(1);
    stripeHas(2);
    const outcomes = await Promise.all([1, 2, 2, 2].map((n) => intake.handle(eventFor(n))));
    assert.equal(commits().length, 2);
    assert.deepEqual(commits()[1]?.trailers, [
      ['Aura-Cause', 'created'],
      ['Stripe-Event', 'evt_2'],
      ['Stripe-Event', 'evt_3'],
      ['Stripe-Event', 'evt_4'],
    ]);
    assert.deepEqual(outcomes[1], outcomes[3]);
  });

  it('cost each other nothing: a fetch that fails and a file that is invalid', async () => {
    for (const n of many) stripeHas(n);
    world.git.commit('Oops', { [agentPath(idNo(3))]: 'kind: Agent\n' });
    world.fault({
      port: 'billing',
      method: 'subscription',
      kind: 'fail',
      when: (id) => id === subscriptionNo(4),
    });
    const settled = await Promise.allSettled(many.map((n) => intake.handle(eventFor(n))));
    assert.deepEqual(
      settled.map((one) => (one.status === 'rejected' ? one.reason.reason : 'fine')),
      ['fine', 'fine', 'InvalidInput', 'NetworkUnreachable', 'fine'],
    );
    assert.deepEqual(
      many.filter((n) => world.git.text(agentPath(idNo(n)))?.includes('subscription')),
      [1, 2, 5],
    );
    const errors = world.logs.filter(({ level }) => level === 'error');
    assert.match(JSON.stringify(errors), /spec is missing/);
  });

  it('of a customer with one invalid file: the other file is written, the event comes again', async () => {
    stripeHas(1);
    const second = subscription(subscriptionNo(2), 'cus_Test1');
    world.stripe.subscriptions.set(second.id, second);
    world.git.commit('Oops', { [agentPath(idNo(2))]: 'kind: Agent\n' });
    const event = eventFor(1, { type: 'charge.refunded', subscriptionIds: [] });
    await assert.rejects(intake.handle(event), { reason: 'InvalidInput' });
    assert.equal(specOf(1).access.state, 'granted');
  });

  it('an event that comes while another is written is decided on a tip that is read after it', async () => {
    stripeHas(1);
    stripeHas(2);
    await intake.handle(eventFor(2));
    let second: ReturnType<Intake['handle']> | null = null;
    world.fault({
      port: 'state',
      method: 'push',
      kind: 'meanwhile',
      run: () => {
        second = intake.handle(eventFor(2));
        stripeHas(2, canceled);
      },
    });
    await intake.handle(eventFor(1));
    await second;
    assert.equal(specOf(2).access.state, 'ended');
  });
});

describe('what is wrong and a person has to see', () => {
  const errors = () => world.logs.filter(({ level }) => level === 'error');

  it('an unreadable catalog or policy: all that is wrong with both is logged', async () => {
    stripeHas(1);
    const good = {
      'catalog.yaml': world.git.text('catalog.yaml'),
      'policy.yaml': world.git.text('policy.yaml'),
    };
    world.git.commit('Oops', {
      'catalog.yaml': (good['catalog.yaml'] ?? '').replace(
        'defaultRegion: eu',
        'defaultRegion: xx',
      ),
      'policy.yaml': 'fleet: Not a name\n',
    });
    await assert.rejects(intake.handle(eventFor(1)), { reason: 'InvalidInput' });
    const said = JSON.stringify(errors());
    for (const wrong of ['catalog.yaml', 'defaultRegion', 'policy.yaml', 'fleet', 'stripe']) {
      assert.ok(said.includes(wrong), wrong);
    }
    world.git.commit('Repaired', good);
    await intake.handle(eventFor(1));
    assert.equal(specOf(1).access.state, 'granted');
  });

  const strangers: readonly [string, Partial<VerifiedEvent>][] = [
    ['of the other mode', { livemode: true }],
    ['of another account', { account: 'acct_1Other' }],
  ];
  for (const [name, part] of strangers) {
    it(`an event ${name} ends nothing and is an alarm`, async () => {
      stripeHas(1);
      await intake.handle(eventFor(1));
      stripeHas(1, canceled);
      const event = eventFor(1, part);
      await assert.rejects(intake.handle(event), { reason: 'MisconfiguredAccount' });
      assert.deepEqual([specOf(1).access.state, errors().length], ['granted', 1]);
    });
  }

  it('a key of another account or mode: nothing is written until it is put right', async () => {
    stripeHas(1);
    for (const account of [
      { id: 'acct_1Other', livemode: false },
      { id: 'acct_1Example', livemode: true },
    ]) {
      world.stripe.account = account;
      intake = createIntake(world.ports);
      await assert.rejects(intake.handle(eventFor(1)), { reason: 'MisconfiguredAccount' });
    }
    assert.deepEqual([commits(), errors().length], [[], 2]);
  });

  it('the account is asked once, and again where that failed', async () => {
    stripeHas(1);
    const asked = world.fault({ port: 'billing', method: 'account', kind: 'fail' });
    await assert.rejects(intake.handle(eventFor(1)), { reason: 'NetworkUnreachable' });
    await ringTwice(1);
    assert.deepEqual([asked.seen, commits().length], [2, 1]);
  });

  it('a subscription that Stripe does not know any more, though it has a file', async () => {
    stripeHas(1);
    await intake.handle(eventFor(1));
    world.stripe.subscriptions.clear();
    await assert.rejects(intake.handle(eventFor(1)), { reason: 'NotFound' });
    assert.deepEqual([specOf(1).access.state, errors().length], ['granted', 1]);
  });

  it('what is odd about a subscription', async () => {
    stripeHas(1, { metadata: { region: 'mars' } });
    await intake.handle(eventFor(1));
    const warnings = world.logs.filter(({ level }) => level === 'warn');
    assert.match(JSON.stringify(warnings), /RegionUnknown/);
  });
});

describe('a file that was removed', () => {
  const remove = (trailers: readonly (readonly [string, string])[] = []) =>
    world.git.add('main', {
      subject: 'Remove it',
      edits: { [agentPath(idNo(1))]: null },
      trailers,
    });

  it('by a person comes back as it was, with a tombstone that cites the removal', async () => {
    stripeHas(1);
    await intake.handle(eventFor(1));
    const before = textOf(idNo(1));
    const removal = remove();
    await intake.handle(eventFor(1));
    const [restored, retired] = commits().slice(-2);
    assert.equal(restored?.tree.get(agentPath(idNo(1))), before);
    assert.deepEqual([specOf(1).retired?.by, specOf(1).retired?.cites], ['settle', removal]);
    assert.deepEqual(
      [restored, retired].map((commit) => commit?.trailers),
      ['restored', 'retired'].map((cause) => [
        ['Aura-Cause', cause],
        ['Aura-Cites', removal],
        ['Stripe-Event', 'evt_2'],
      ]),
    );
    const count = commits().length;
    await intake.handle(eventFor(1));
    assert.equal(commits().length, count);
  });

  it('by settle stays away, and that somebody pays for it is said', async () => {
    stripeHas(1);
    await intake.handle(eventFor(1));
    remove([['Aura-Cause', 'settled']]);
    const outcome = await intake.handle(eventFor(1));
    assert.ok(outcome.kind === 'handled');
    assert.deepEqual(outcome.agents, [{ agent: idNo(1), did: 'nothing', reason: 'Settled' }]);
    assert.equal(textOf(idNo(1)), null);
    assert.match(JSON.stringify(world.logs), /somebody paid and gets no agent/);
  });
});

describe('properties', () => {
  it('order and repetition of events give the same files, one commit for each', async () => {
    const states = [{}, canceled, { status: 'past_due' }, { items: [] }] as const;
    const scenario = fc.record({
      first: fc.array(fc.constantFrom(...states), { minLength: 3, maxLength: 3 }),
      second: fc.array(fc.constantFrom(...states), { minLength: 3, maxLength: 3 }),
      rings: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 8 }),
      together: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(scenario, async ({ first, second, rings, together }) => {
        const files: (readonly (string | null)[])[] = [];
        const counts: number[] = [];
        for (const order of [
          [1, 2, 3],
          [...rings, 3, 2, 1],
        ]) {
          world = createFakeWorld();
          intake = createIntake(world.ports);
          for (const phase of [first, second]) {
            phase.forEach((part, index) => {
              stripeHas(index + 1, part);
            });
            if (together) await Promise.all(order.map((n) => intake.handle(eventFor(n))));
            else for (const n of order) await intake.handle(eventFor(n));
          }
          files.push([1, 2, 3].map((n) => textOf(idNo(n))));
          counts.push(subjects().length);
        }
        assert.deepEqual(files[0], files[1]);
        assert.equal(counts[0], counts[1]);
      }),
      { seed: 20261122, numRuns: 60 },
    );
  });
});
