/** Events to files: what an event writes, and what it reports to a person. */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { agentPath } from '../../../reconciler/core/agent/agent.ts';
import type { VerifiedEvent } from '../../../reconciler/core/billing/billing.ts';
import { createIntake } from '../../../reconciler/flows/intake/intake.ts';
import { at, idNo, recordNo, subscriptionNo } from '../../builders/world.ts';
import { writeRecord } from '../../fakes/agents.ts';
import { subscription } from '../../fakes/billing.ts';
import { oidOf } from '../../fakes/git.ts';
import { canceled, createIntakeStage } from './intake-stage.ts';

let { world, intake, textOf, commits, eventFor, stripeHas, specOf } = createIntakeStage();

beforeEach(() => {
  ({ world, intake, textOf, commits, eventFor, stripeHas, specOf } = createIntakeStage());
});

const deliverTwice = async (n: number) => [
  await intake.handle(eventFor(n)),
  await intake.handle(eventFor(n)),
];

describe('an event', () => {
  it('of a subscription that pays creates one file in one commit that cites it', async () => {
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
        {
          agent: idNo(1),
          did: 'written',
          cause: 'created',
          issues: [],
          isolates: false,
          paidButRetired: false,
          commits: [commit?.id],
        },
      ],
    });
  });

  it('that is delivered again writes nothing and is acknowledged', async () => {
    stripeHas(1);
    const [, second] = await deliverTwice(1);
    assert.deepEqual(second, { kind: 'handled', agents: [{ agent: idNo(1), did: 'unchanged' }] });
    assert.equal(commits().length, 1);
  });

  it('is a trigger: its content is not used', async () => {
    stripeHas(1);
    await intake.handle(eventFor(1, { type: 'customer.subscription.deleted' }));
    assert.equal(specOf(1).access.state, 'granted');
    stripeHas(1, canceled);
    await intake.handle(eventFor(1, { type: 'customer.subscription.created' }));
    assert.deepEqual([specOf(1).access.state, specOf(1).retired?.by], ['ended', 'stripe']);
    assert.equal(commits().length, 2);
  });

  it('of a customer reads all of their subscriptions', async () => {
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

  it('of a type that changes nothing, or without a subscription, is ignored without a request', async () => {
    const asked = world.fault({ port: 'state', method: 'fetch', kind: 'fail' });
    const unused = await intake.handle(eventFor(1, { type: 'product.created' }));
    const unnamed = await intake.handle(
      eventFor(1, { type: 'charge.dispute.created', subscriptionIds: [], customer: null }),
    );
    assert.deepEqual(
      [unused, unnamed].map((one) => one.kind === 'ignored' && one.reason),
      ['EventUnused', 'NothingNamed'],
    );
    assert.equal(asked.fired, 0);
  });

  it('of a subscription that is not ours is ignored', async () => {
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

describe('a problem that a person has to solve', () => {
  const errors = () => world.logs.filter(({ level }) => level === 'error');

  it('an unreadable catalog or policy: every error in both is logged', async () => {
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
    it(`an event ${name} ends no agent and raises an alarm`, async () => {
      stripeHas(1);
      await intake.handle(eventFor(1));
      stripeHas(1, canceled);
      const event = eventFor(1, part);
      await assert.rejects(intake.handle(event), { reason: 'MisconfiguredAccount' });
      assert.deepEqual([specOf(1).access.state, errors().length], ['granted', 1]);
    });
  }

  it('a key of another account or mode: nothing is written until it is repaired', async () => {
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

  it('the account is read once, and again where that failed', async () => {
    stripeHas(1);
    const asked = world.fault({ port: 'billing', method: 'account', kind: 'fail', times: 2 });
    await assert.rejects(intake.handle(eventFor(1)), { reason: 'NetworkUnreachable' });
    await deliverTwice(1);
    assert.deepEqual([asked.seen, commits().length], [3, 1]);
  });

  it('a subscription with a file that Stripe no longer returns', async () => {
    stripeHas(1);
    await intake.handle(eventFor(1));
    world.stripe.subscriptions.clear();
    await assert.rejects(intake.handle(eventFor(1)), { reason: 'NotFound' });
    assert.deepEqual([specOf(1).access.state, errors().length], ['granted', 1]);
  });

  it('an odd subscription', async () => {
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

  it('by a person is restored as it was, with a tombstone that cites the removal', async () => {
    stripeHas(1);
    await intake.handle(eventFor(1));
    const before = textOf(idNo(1));
    const removal = remove();
    await intake.handle(eventFor(1));
    const [restored, retired] = commits().slice(-2);
    assert.equal(restored?.tree.get(agentPath(idNo(1))), before);
    assert.deepEqual([specOf(1).retired?.by, specOf(1).retired?.cites], ['person', removal]);
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

  it('by finalize stays removed, and its paid access is reported', async () => {
    stripeHas(1);
    await intake.handle(eventFor(1));
    const observedOid = oidOf(textOf(idNo(1)) ?? '');
    writeRecord(world, recordNo(1, { gone: at(-1), observedOid }));
    remove([['Aura-Cause', 'finalized']]);
    const outcome = await intake.handle(eventFor(1));
    assert.ok(outcome.kind === 'handled');
    assert.deepEqual(outcome.agents, [{ agent: idNo(1), did: 'nothing', reason: 'Finalized' }]);
    assert.equal(textOf(idNo(1)), null);
    assert.match(JSON.stringify(world.logs), /a subscription is paid and gets no agent/);
  });

  it('with the trailer of finalize alone is no removal by finalize: the file is restored', async () => {
    stripeHas(1);
    await intake.handle(eventFor(1));
    const before = textOf(idNo(1));
    writeRecord(world, recordNo(1));
    const removal = remove([['Aura-Cause', 'finalized']]);
    await intake.handle(eventFor(1));
    assert.equal(
      commits()
        .at(-2)
        ?.tree.get(agentPath(idNo(1))),
      before,
    );
    assert.equal(specOf(1).retired?.cites, removal);
  });
});
