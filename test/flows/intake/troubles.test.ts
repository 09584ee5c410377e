/** Events that fail for days, as Stripe delivers them again and again. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { intakeAlarms, isStalled } from '../../../reconciler/core/alarms/intake-alarms.ts';
import { Failure } from '../../../reconciler/core/failure.ts';
import { createIntake } from '../../../reconciler/flows/intake/intake.ts';
import { TipFailure } from '../../../reconciler/flows/intake/tip.ts';
import { createTroubles } from '../../../reconciler/flows/intake/troubles.ts';
import { idNo, nowMs } from '../../builders/world.ts';
import { askFor, fileText } from '../../fakes/agents.ts';
import { createFakeWorld } from '../../fakes/world.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

function eventOf(id: string, part: object = {}) {
  return {
    id,
    type: 'customer.subscription.updated',
    account: null,
    livemode: false,
    created: nowMs / 1000,
    subscriptionIds: ['sub_Test1'],
    charge: null,
    customer: 'cus_Test1',
    ...part,
  };
}

function watched() {
  let ms = nowMs;
  const troubles = createTroubles({ now: () => ms });
  return {
    ...troubles,
    pass(more: number) {
      ms += more;
    },
    kinds: () => intakeAlarms(troubles.now(), ms).map(({ kind, scope }) => `${kind}${scope}`),
    stalled: () => isStalled(troubles.now(), ms),
    alarms: () => intakeAlarms(troubles.now(), ms),
  };
}
const frozen = new Failure('InvalidInput', 'the file is broken');
const outage = new Failure('NetworkUnreachable', 'git does not answer');

describe('C: an event that is answered 503 for long raises an alarm', () => {
  it('with the agent’s name, once the event is older than an hour, until it is handled', () => {
    const { failed, handled, pass, kinds, alarms } = watched();
    const event = eventOf('evt_1');
    failed(event, frozen);
    pass(30 * minuteMs);
    failed(event, frozen);
    assert.deepEqual(kinds(), []);
    pass(90 * minuteMs);
    failed(event, frozen);
    handled(eventOf('evt_2'));
    const [alarm] = alarms();
    assert.deepEqual([alarm?.kind, alarm?.agents], ['EventNotHandled', [idNo(1)]]);
    assert.equal(alarm?.since, new Date(nowMs).toISOString());
    assert.match(alarm?.message ?? '', /evt_1 \(InvalidInput\)/);
    handled(event);
    assert.deepEqual(kinds(), []);
  });

  it('through all of Stripe’s pauses, and no longer once Stripe stops delivering it', () => {
    const { failed, pass, kinds } = watched();
    const event = eventOf('evt_1');
    for (const hours of [2, 3, 5, 10, 12, 12, 12]) {
      pass(hours * hourMs);
      failed(event, frozen);
      assert.deepEqual(kinds(), ['EventNotHandled']);
    }
    pass(13 * hourMs);
    assert.deepEqual(kinds(), ['EventNotHandled']);
    pass(2 * hourMs);
    assert.deepEqual(kinds(), []);
  });

  it('of very many events the newest are kept, and a few named', () => {
    const { failed, pass, alarms, now } = watched();
    pass(2 * hourMs);
    for (let n = 0; n < 1500; n += 1) failed(eventOf(`evt_${n}`), frozen);
    assert.equal(now().overdue.length, 1000);
    assert.match(alarms()[0]?.message ?? '', /and 995 more$/);
  });
});

describe('B7: stalled intake', () => {
  it('is a failure of all events for a minute, and ends with an event that is handled', () => {
    const { failed, handled, pass, stalled, kinds } = watched();
    failed(eventOf('evt_1'), outage);
    assert.equal(stalled(), false);
    pass(minuteMs);
    assert.deepEqual([stalled(), kinds()], [true, ['IntakeStalled']]);
    handled(eventOf('evt_2'));
    assert.deepEqual([stalled(), kinds()], [false, []]);
  });

  it('is not one agent whose file is broken', () => {
    const { failed, pass, stalled } = watched();
    failed(eventOf('evt_1'), frozen);
    pass(10 * minuteMs);
    failed(eventOf('evt_1'), frozen);
    assert.equal(stalled(), false);
  });

  it('is found without any event, and ends so where the tip was the cause', () => {
    const { looked, failed, pass, stalled } = watched();
    looked(new TipFailure(frozen));
    pass(5 * minuteMs);
    assert.equal(stalled(), true);
    looked(null);
    assert.equal(stalled(), false);
    failed(eventOf('evt_1'), new Failure('BranchRewritten', 'main was rewritten'));
    pass(5 * minuteMs);
    looked(null);
    assert.equal(stalled(), false);
    failed(eventOf('evt_1'), new Failure('Forbidden', 'the push is refused'));
    pass(5 * minuteMs);
    looked(null);
    assert.equal(stalled(), true, 'whether a push is taken was not tried');
    pass(hourMs);
    assert.equal(stalled(), false, 'nothing came that could have succeeded');
  });
});

describe('B8: events of another account or mode', () => {
  it('are answered 503 until the alarm is raised, then 200, and change nothing', async () => {
    const world = createFakeWorld();
    askFor(world, 1);
    const before = fileText(world, 1);
    const intake = createIntake(world.ports);
    const kinds = () => intakeAlarms(intake.troubles(), world.time.now()).map(({ kind }) => kind);
    for (const part of [{ livemode: true }, { account: 'acct_other' }]) {
      const event = eventOf('evt_1', part);
      await assert.rejects(intake.handle(event), { reason: 'MisconfiguredAccount' });
      assert.deepEqual(kinds(), ['ForeignEvents']);
      world.advance(9 * minuteMs);
      await assert.rejects(intake.handle(event), { reason: 'MisconfiguredAccount' });
      world.advance(2 * minuteMs);
      const outcome = await intake.handle(event);
      assert.ok(outcome.kind === 'ignored' && outcome.reason === 'OtherAccount');
    }
    assert.match(
      intakeAlarms(intake.troubles(), world.time.now())[0]?.message ?? '',
      /our account in live mode, acct_other in test mode/,
    );
    assert.equal((await intake.handle(eventOf('evt_2'))).kind, 'handled');
    assert.equal(fileText(world, 1), before);
    world.advance(25 * hourMs);
    assert.deepEqual(kinds(), []);
  });

  it('are never acknowledged where our own key or the policy is wrong', async () => {
    const world = createFakeWorld();
    askFor(world, 1);
    world.stripe.account = { id: 'acct_other', livemode: false };
    const intake = createIntake(world.ports);
    for (let hours = 0; hours < 48; hours += 12) {
      await assert.rejects(intake.handle(eventOf('evt_1')), { reason: 'MisconfiguredAccount' });
      world.advance(12 * hourMs);
    }
    const kinds = intakeAlarms(intake.troubles(), world.time.now()).map(({ kind }) => kind);
    assert.deepEqual(kinds, ['EventNotHandled']);
  });
});
