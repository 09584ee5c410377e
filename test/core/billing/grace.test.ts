/** The grace after a failed payment: its beginning, its end, and that nothing else moves it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { BilledSubscription } from '../../../reconciler/core/billing/billing.ts';
import { desire } from '../../../reconciler/core/billing/desire.ts';
import { days, fileText, follow, inputOf, seconds, since } from '../../builders/billed.ts';
import { nowMs, policyOf } from '../../builders/world.ts';

const pastDue = { status: 'past_due' } as const;
const unpaid = { status: 'unpaid' } as const;
const waived = 'void';
const later = (minutes: number) => ({ nowMs: nowMs + minutes * 60_000 });
const weekEnd = '2026-11-29T12:00:00Z';
const owing = follow(pastDue).text;
const accessAfter = (
  part: Partial<BilledSubscription>,
  file: string,
  rest: Parameters<typeof follow>[2],
) => follow(part, file, rest).spec.access;

describe('a grace', () => {
  it('is not moved by a later reading', () => {
    assert.equal(desire(inputOf(pastDue, owing, later(6 * days))).kind, 'unchanged');
  });

  it('ends at its time, and only another failed payment begins another one', () => {
    const over = follow(pastDue, owing, later(7 * days));
    assert.deepEqual(over.spec.access, {
      state: 'suspended',
      since: weekEnd,
      owedSince: '2026-11-22T12:00:00Z',
      issues: ['PaymentPastDue'],
    });
    const worse = follow(unpaid, over.text, later(8 * days));
    assert.equal(worse.spec.access.state, 'suspended');
    for (const [file, minutes] of [
      [worse.text, 9 * days],
      [over.text, 99 * days],
    ] as const)
      assert.equal(accessAfter(pastDue, file, later(minutes)).state, 'suspended');
  });

  it('is removed once the payment arrived', () => {
    const paid = follow({}, owing, later(days));
    assert.deepEqual(paid.spec.access, { state: 'granted', since });
    assert.equal(accessAfter(pastDue, paid.text, later(30 * days)).until, '2026-12-29T12:00:00Z');
  });

  it('of no days suspends at once', () => {
    const policy = policyOf('entitlement: {pastDueGraceDays: 0}\n');
    assert.equal(accessAfter(pastDue, fileText(), { policy }).state, 'suspended');
  });
});

describe('a grace whose beginning Stripe returns', () => {
  const twoDaysAgo = { ...pastDue, owedSince: seconds(-2 * days) };

  it('ends a fixed time after the invoice was due, however late that is read', () => {
    assert.equal(follow(twoDaysAgo).spec.access.until, '2026-11-27T12:00:00Z');
    const late = { ...pastDue, owedSince: seconds(-8 * days) };
    assert.deepEqual(follow(late).spec.access, {
      state: 'suspended',
      since: '2026-11-22T12:00:00Z',
      owedSince: '2026-11-14T12:00:00Z',
      issues: ['PaymentPastDue'],
    });
  });

  it('never begins in the future, and is not moved by a newer invoice', () => {
    const ahead = { ...pastDue, owedSince: seconds(60) };
    assert.equal(follow(ahead).spec.access.until, weekEnd);
    const newer = { ...pastDue, owedSince: seconds(0) };
    assert.equal(desire(inputOf(newer, follow(twoDaysAgo).text)).kind, 'unchanged');
  });
});

describe('a grace keeps its end through', () => {
  const granted = { state: 'granted', until: weekEnd };
  const kept = (access: ReturnType<typeof accessAfter>) => {
    return { state: access.state, until: access.until };
  };

  it('an announced end that was withdrawn again', () => {
    const announced = follow({ ...pastDue, cancelAt: seconds(2 * days) }, owing, later(days));
    assert.equal(announced.spec.access.until, '2026-11-24T12:00:00Z');
    assert.deepEqual(kept(accessAfter(pastDue, announced.text, later(2 * days))), granted);
  });

  it('a collection that was paused and resumed', () => {
    const paused = follow({ ...pastDue, pausedCollection: waived }, owing, later(days));
    assert.equal(paused.spec.access.state, 'suspended');
    assert.deepEqual(kept(accessAfter(pastDue, paused.text, later(2 * days))), granted);
  });

  it('a dispute that was won', () => {
    const policy = policyOf('entitlement: {disputed: suspended}\n');
    const rest = (minutes: number) => ({ ...later(minutes), policy });
    const disputed = follow({ ...pastDue, reported: ['dispute'] }, owing, rest(days));
    assert.equal(disputed.spec.access.state, 'suspended');
    const won = accessAfter({ ...pastDue, reported: [] }, disputed.text, rest(2 * days));
    assert.deepEqual(kept(won), granted);
  });

  it('past_due and unpaid in turn', () => {
    const policy = policyOf('entitlement: {pastDueGraceDays: 7, unpaidGraceDays: 7}\n');
    let file = fileText();
    for (let day = 0; day < 7; day += 1) {
      const { spec, text } = follow(day % 2 ? unpaid : pastDue, file, {
        ...later(day * days),
        policy,
      });
      assert.deepEqual(kept(spec.access), granted, String(day));
      file = text;
    }
    assert.equal(accessAfter(pastDue, file, { ...later(7 * days), policy }).state, 'suspended');
    assert.equal(accessAfter(unpaid, file, { ...later(7 * days), policy }).state, 'suspended');
  });

  it('a changed policy counts from the same beginning, and one input is written once', () => {
    const fewer = { ...later(3 * days), policy: policyOf('entitlement: {pastDueGraceDays: 2}\n') };
    const lowered = follow(pastDue, owing, fewer);
    assert.equal(lowered.spec.access.state, 'suspended');
    assert.equal(desire(inputOf(pastDue, lowered.text, fewer)).kind, 'unchanged');
    const raised = follow(pastDue, lowered.text, later(4 * days));
    assert.deepEqual(kept(raised.spec.access), granted);
  });

  it('the commit names the start of the missing payment where nothing else changed', () => {
    const { owedSince, ...before } = follow(pastDue).spec.access;
    assert.equal(owedSince, '2026-11-22T12:00:00Z');
    const { desired } = follow(pastDue, fileText({ access: before }));
    assert.ok(desired.kind === 'write' && desired.cause === 'access');
    assert.match(desired.subject, /: a payment is owed since 2026-11-22T12:00:00Z$/);
  });
});
