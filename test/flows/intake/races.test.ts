/** Other writers, lost answers, crashes, and events that arrive together. */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { agentPath } from '../../../reconciler/core/agent/agent.ts';
import { withPeopleFields } from '../../../reconciler/core/agent/agent-file.ts';
import { createIntake, type Intake } from '../../../reconciler/flows/intake/intake.ts';
import { idNo, subscriptionNo } from '../../builders/world.ts';
import { subscription } from '../../fakes/billing.ts';
import { canceled, createIntakeStage } from './intake-stage.ts';

let { world, intake, textOf, commits, subjects, eventFor, stripeHas, specOf } = createIntakeStage();

beforeEach(() => {
  ({ world, intake, textOf, commits, subjects, eventFor, stripeHas, specOf } = createIntakeStage());
});

describe('another writer pushes first', () => {
  it('and everything is decided again: what people wrote meanwhile is kept', async () => {
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

  it('and changed the file: the subscription is read again, and no older reading is written', async () => {
    stripeHas(1);
    await intake.handle(eventFor(1));
    stripeHas(1, { status: 'unpaid' });
    const path = agentPath(idNo(1));
    world.fault({
      port: 'state',
      method: 'push',
      kind: 'meanwhile',
      run: () => {
        stripeHas(1, canceled);
        world.git.commit('A note', { [path]: `${textOf(idNo(1))}# a note\n` });
      },
    });
    await intake.handle(eventFor(1));
    assert.deepEqual(subjects(), [
      `${idNo(1)}: created, starter in eu-central`,
      'A note',
      `${idNo(1)}: access ended, retired`,
    ]);
    assert.match(textOf(idNo(1)) ?? '', /# a note/);
  });

  it('and changed other files: no subscription is read again, however often it happens', async () => {
    for (const n of [1, 2, 3]) stripeHas(n);
    world.fault({
      port: 'state',
      method: 'push',
      times: 5,
      kind: 'meanwhile',
      run: () => void world.git.commit('A note', { 'NOTES.md': String(world.calls.length) }),
    });
    const asked = world.fault({ port: 'billing', method: 'subscription', kind: 'fail', nth: 99 });
    await Promise.all([1, 2, 3].map((n) => intake.handle(eventFor(n))));
    assert.equal(asked.seen, 3);
    assert.equal(intake.figures().racesLost, 5);
  });

  it('during a reading of Stripe: what was read before the file changed is read again', async () => {
    for (const n of [1, 2]) stripeHas(n);
    await Promise.all([1, 2].map((n) => intake.handle(eventFor(n))));
    for (const n of [1, 2]) stripeHas(n, { status: 'unpaid' });
    const path = agentPath(idNo(2));
    // The answer about the second, as it was, arrives after another writer has changed its file.
    const reading = world.fault({
      port: 'billing',
      method: 'subscription',
      kind: 'lie',
      when: (id) => id === subscriptionNo(2),
      answer: async (real) => {
        await world.ports.clock.wait(3000);
        return real;
      },
    });
    world.fault({
      port: 'state',
      method: 'push',
      kind: 'meanwhile',
      run: () => {
        stripeHas(2, canceled);
        world.git.commit('A note', { [path]: `${textOf(idNo(2))}# a note\n` });
      },
    });
    await Promise.all([1, 2].map((n) => intake.handle(eventFor(n))));
    assert.equal(reading.fired, 1);
    assert.equal(specOf(2).access.state, 'ended');
    assert.ok(!subjects().some((line) => line.includes(`${idNo(2)}: access suspended`)));
  });

  it('the tip is read before the subscription', async () => {
    stripeHas(1);
    await intake.handle(eventFor(1));
    stripeHas(1, { status: 'unpaid' });
    const path = agentPath(idNo(1));
    await intake.handle(eventFor(1));
    const suspended = textOf(idNo(1)) ?? '';
    // Right before the tip is read, the payment arrives and another process writes it.
    world.fault({
      port: 'state',
      method: 'fetch',
      kind: 'meanwhile',
      run: () => {
        stripeHas(1);
        world.git.commit('Paid', {
          [path]: suspended
            .replace('suspended', 'granted')
            .replace(/, owedSince: .*, issues: \[[^\]]*\]/, ''),
        });
      },
    });
    const outcome = await intake.handle(eventFor(1));
    assert.ok(outcome.kind === 'handled');
    assert.deepEqual(outcome.agents, [{ agent: idNo(1), did: 'unchanged' }]);
    assert.equal(specOf(1).access.state, 'granted');
  });

  it('again and again: intake ends at its deadline, and a later delivery writes the file', async () => {
    stripeHas(1);
    let notes = 0;
    world.fault({
      port: 'state',
      method: 'push',
      times: 10_000,
      kind: 'meanwhile',
      run: () => {
        notes += 1;
        world.git.commit(`Note ${notes}`, { 'NOTES.md': String(notes) });
      },
    });
    const before = world.time.now();
    await assert.rejects(intake.handle(eventFor(1)), {
      reason: 'PushRejected',
      errorClass: 'transient',
    });
    const took = world.time.now() - before;
    assert.ok(took > 10_000 && took <= 20_100, `${took} ms`);
    assert.ok(notes > 10);
    world.calm();
    await intake.handle(eventFor(1));
    assert.equal(specOf(1).access.state, 'granted');
  });
});

describe('a push', () => {
  it('that fails is reported, writes nothing, and the next delivery writes it', async () => {
    stripeHas(1);
    world.fault({ port: 'state', method: 'push', kind: 'fail' });
    await assert.rejects(intake.handle(eventFor(1)), { reason: 'NetworkUnreachable' });
    assert.deepEqual(commits(), []);
    await intake.handle(eventFor(1));
    assert.equal(commits().length, 1);
  });

  it('that fails fails its own events, and no other', async () => {
    for (const n of [1, 2]) stripeHas(n);
    await intake.handle(eventFor(1));
    world.fault({ port: 'state', method: 'push', kind: 'fail' });
    const both = await Promise.allSettled([1, 2].map((n) => intake.handle(eventFor(n))));
    assert.deepEqual(
      both.map(({ status }) => status),
      ['fulfilled', 'rejected'],
    );
  });

  for (const kind of ['lost', 'dieAfter'] as const) {
    it(`whose answer is lost (${kind}) is not repeated by the next delivery`, async () => {
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

  it('that its process did not complete is made by the next delivery', async () => {
    stripeHas(1);
    world.fault({ port: 'state', method: 'push', kind: 'die' });
    await assert.rejects(intake.handle(eventFor(1)));
    intake = createIntake(world.restart());
    await intake.handle(eventFor(1));
    assert.equal(commits().length, 1);
  });
});

describe('events that arrive together', () => {
  const many = [1, 2, 3, 4, 5];

  it('go in one push, one commit for each agent', async () => {
    for (const n of many) stripeHas(n);
    await Promise.all(many.map((n) => intake.handle(eventFor(n))));
    const pushes = world.calls.filter((call) => call === 'state.push');
    assert.equal(pushes.length, 1);
    assert.deepEqual(
      commits().map((commit) => commit.paths.length),
      [1, 1, 1, 1, 1],
    );
    const paths = commits().flatMap((commit) => commit.paths);
    assert.deepEqual(paths, [...paths].sort());
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

  it('are independent: a fetch that fails and a file that is invalid', async () => {
    for (const n of many) stripeHas(n);
    world.git.commit('Oops', { [agentPath(idNo(3))]: 'kind: Agent\n' });
    world.fault({
      port: 'billing',
      method: 'subscription',
      kind: 'fail',
      when: (id) => id === subscriptionNo(4),
    });
    const results = await Promise.allSettled(many.map((n) => intake.handle(eventFor(n))));
    assert.deepEqual(
      results.map((one) => (one.status === 'rejected' ? one.reason.reason : 'fine')),
      ['fine', 'fine', 'InvalidInput', 'NetworkUnreachable', 'fine'],
    );
    assert.deepEqual(
      many.filter((n) => world.git.text(agentPath(idNo(n)))?.includes('subscription')),
      [1, 2, 5],
    );
    const errors = world.logs.filter(({ level }) => level === 'error');
    assert.match(JSON.stringify(errors), /spec is missing/);
  });

  it('of a customer with one invalid file: the other file is written, the event is redelivered', async () => {
    stripeHas(1);
    const second = subscription(subscriptionNo(2), 'cus_Test1');
    world.stripe.subscriptions.set(second.id, second);
    world.git.commit('Oops', { [agentPath(idNo(2))]: 'kind: Agent\n' });
    const event = eventFor(1, { type: 'charge.refunded', subscriptionIds: [] });
    await assert.rejects(intake.handle(event), { reason: 'InvalidInput' });
    assert.equal(specOf(1).access.state, 'granted');
  });

  it('an event that arrives during a push is decided on a reading that began after it', async () => {
    stripeHas(1);
    stripeHas(2);
    await intake.handle(eventFor(2));
    let second: ReturnType<Intake['handle']> | null = null;
    world.fault({
      port: 'state',
      method: 'push',
      kind: 'meanwhile',
      run: () => {
        stripeHas(2, canceled);
        second = intake.handle(eventFor(2));
      },
    });
    await intake.handle(eventFor(1));
    await second;
    assert.equal(specOf(2).access.state, 'ended');
  });

  it('one that arrives after the reading began goes in the same push, with a second reading', async () => {
    stripeHas(1);
    world.fault({
      port: 'billing',
      method: 'subscription',
      kind: 'meanwhile',
      run: () => world.ports.clock.wait(100),
    });
    const asked = world.fault({ port: 'billing', method: 'subscription', kind: 'fail', nth: 99 });
    const first = intake.handle(eventFor(1));
    await world.ports.clock.wait(50);
    await Promise.all([first, intake.handle(eventFor(1))]);
    const pushes = world.calls.filter((call) => call === 'state.push');
    assert.deepEqual([asked.seen, pushes.length, commits()[0]?.trailers.length], [2, 1, 3]);
  });

  it('many for one subscription that arrive during a write cost one more reading', async () => {
    stripeHas(1);
    const asked = world.fault({ port: 'billing', method: 'subscription', kind: 'fail', nth: 99 });
    let later: Promise<unknown> | null = null;
    world.fault({
      port: 'state',
      method: 'push',
      kind: 'meanwhile',
      run: () => {
        stripeHas(1, canceled);
        later = Promise.all([1, 1, 1, 1].map((n) => intake.handle(eventFor(n))));
      },
    });
    await intake.handle(eventFor(1));
    await later;
    assert.deepEqual([asked.seen, specOf(1).access.state], [2, 'ended']);
  });

  it('“nothing to do” is returned for a tip that was read after the event arrived', async () => {
    stripeHas(1);
    await intake.handle(eventFor(1));
    const looks = world.fault({ port: 'state', method: 'fetch', kind: 'fail', nth: 99 });
    await intake.handle(eventFor(1));
    assert.equal(looks.seen, 1);
    world.fault({ port: 'state', method: 'fetch', kind: 'fail' });
    await assert.rejects(intake.handle(eventFor(1)), { reason: 'NetworkUnreachable' });
  });

  it('a push confirms the tip for events without a change too', async () => {
    stripeHas(1);
    stripeHas(2);
    await intake.handle(eventFor(1));
    const looks = world.fault({ port: 'state', method: 'fetch', kind: 'fail', nth: 99 });
    await Promise.all([1, 2].map((n) => intake.handle(eventFor(n))));
    assert.equal(looks.seen, 0);
  });

  it('a subscription that Stripe does not return delays no other', async () => {
    for (const n of many) stripeHas(n);
    world.fault({
      port: 'billing',
      method: 'subscription',
      kind: 'meanwhile',
      when: (id) => id === subscriptionNo(3),
      run: () => world.ports.clock.wait(15_000),
    });
    const before = world.time.now();
    const slow = intake.handle(eventFor(3));
    await Promise.all([1, 2, 4, 5].map((n) => intake.handle(eventFor(n))));
    assert.ok(world.time.now() - before < 2000, `${world.time.now() - before} ms`);
    await slow;
    assert.equal(specOf(3).access.state, 'granted');
  });
});
