/** When a hold, a grace and an access end, by file and policy. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  accessEndMs,
  paymentGraceEndMs,
  suspensionEndMs,
} from '../../../reconciler/core/agent/access-times.ts';
import { heldUntilMs } from '../../../reconciler/core/agent/hold.ts';
import { at, fileNo, nowMs, policyOf } from '../../builders/world.ts';

const dayMs = 86_400_000;
const policy = policyOf();

test('a hold lasts as the file says, at most as long as the policy allows, and is over at its end', () => {
  const hold = { reason: 'a look', since: at(-60), until: at(30 * 1440) };
  const longestMs = nowMs - 60 * 60_000 + policy.hold.daysMax * dayMs;
  assert.equal(heldUntilMs({}, policy, nowMs), null);
  assert.equal(heldUntilMs({ hold }, policy, nowMs), longestMs);
  assert.equal(heldUntilMs({ hold }, policy, longestMs), null);
  assert.equal(heldUntilMs({ hold: { ...hold, until: at(5) } }, policy, nowMs), nowMs + 5 * 60_000);
});

test('without a policy the times of the file count', () => {
  const hold = { reason: 'a look', since: at(-60), until: at(30 * 1440) };
  assert.equal(heldUntilMs({ hold }, null, nowMs), nowMs + 30 * dayMs);
  assert.equal(heldUntilMs({ hold: { ...hold, until: at(-1) } }, null, nowMs), null);
});

test('an announced end counts while access has not ended', () => {
  const endOf = (state: 'granted' | 'suspended' | 'ended', until?: string) =>
    accessEndMs(fileNo(1, { access: { state, since: at(-60), ...(until && { until }) } }));
  assert.equal(endOf('granted'), null);
  assert.equal(endOf('granted', at(1)), nowMs + 60_000);
  assert.equal(endOf('suspended', at(1)), nowMs + 60_000);
  assert.equal(endOf('ended', at(1)), null);
});

test('each kind of unpaid access has the grace of its own', () => {
  const graces = { ...policy.entitlement, pastDueGraceDays: 3, unpaidGraceDays: 1 };
  assert.equal(paymentGraceEndMs(0, 'PaymentPastDue', graces), 3 * dayMs);
  assert.equal(paymentGraceEndMs(0, 'PaymentUnpaid', graces), dayMs);
});

test('a suspension has an end, and no other access has', () => {
  const endMs = nowMs + policy.retire.suspendedDays * dayMs;
  assert.equal(suspensionEndMs({ state: 'suspended', since: at(0) }, policy), endMs);
  assert.equal(suspensionEndMs({ state: 'ended', since: at(0) }, policy), null);
});
