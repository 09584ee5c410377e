/** What `policy.abuse` makes of a dispute and of a fraud warning. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { desire } from '../../../reconciler/core/billing/desire.ts';
import { ended, fileText, follow, inputOf } from '../../builders/billed.ts';
import { at, policyOf } from '../../builders/world.ts';

const isolating = policyOf('abuse: {onDispute: isolate, onFraudWarning: isolate}\n');
const now = '2026-11-22T12:00:00Z';
const dispute = { reported: ['dispute'] } as const;
const warning = { reported: ['fraudWarning'] } as const;
const none = { reported: [] } as const;
const [onDispute, onWarning] = [
  { reason: 'a payment of its customer is disputed', since: now },
  { reason: 'a payment of its customer is reported as fraud', since: now },
];

describe('a report about a payment', () => {
  it('isolates only where the policy says so for that kind', () => {
    for (const [policy, part, isolated] of [
      ['{}', dispute, undefined],
      ['{}', warning, undefined],
      ['{onDispute: isolate}', dispute, onDispute],
      ['{onDispute: isolate}', warning, undefined],
      ['{onFraudWarning: isolate}', dispute, undefined],
      ['{onFraudWarning: isolate}', warning, onWarning],
    ] as const) {
      const { spec } = follow(part, fileText(), { policy: policyOf(`abuse: ${policy}\n`) });
      assert.deepEqual(spec.isolated, isolated, `${policy} ${part.reported}`);
      assert.equal(spec.access.issues?.length, 1);
    }
  });

  it('says so in the commit, and both reasons of two', () => {
    const both = follow({ reported: ['dispute', 'fraudWarning'] }, fileText(), {
      policy: isolating,
    });
    assert.equal(both.spec.isolated?.reason, `${onDispute.reason}; ${onWarning.reason}`);
    const { desired } = both;
    assert.ok(desired.kind === 'write' && desired.isolates);
    assert.equal(desired.cause, 'isolated');
    assert.match(desired.subject, /FraudWarning raised, PaymentDisputed raised, isolated$/);
  });

  it('that the file has already isolates no agent: a release stands, and so does an old policy', () => {
    const known = follow(warning).text;
    assert.equal(desire(inputOf(warning, known, { policy: isolating })).kind, 'unchanged');
    assert.equal(desire(inputOf({}, known, { policy: isolating })).kind, 'unchanged');
    const another = follow({ reported: ['fraudWarning', 'dispute'] }, known, { policy: isolating });
    assert.deepEqual(another.spec.isolated, onDispute, 'another report does');
    const over = follow(none, known, { policy: isolating }).text;
    const again = follow(warning, over, { policy: isolating });
    assert.deepEqual(again.spec.isolated, onWarning, 'and a later one');
  });

  it('that is over releases no agent, and the commit says so', () => {
    const { text } = follow(dispute, fileText(), { policy: isolating });
    const won = follow(none, text, { policy: isolating });
    assert.deepEqual(won.spec.isolated, onDispute);
    assert.ok(won.desired.kind === 'write' && !won.desired.isolates);
    assert.match(won.desired.subject, /PaymentDisputed cleared, still isolated$/);
    const refunded = follow(warning, text, { policy: isolating });
    assert.ok(refunded.desired.kind === 'write');
    assert.doesNotMatch(refunded.desired.subject, /still isolated/, 'another one is open');
  });

  it('leaves an isolation by a person as it is', () => {
    const isolated = { reason: 'abuse report 4711', since: at(-60) };
    const { spec, desired } = follow(dispute, fileText({ isolated }), { policy: isolating });
    assert.deepEqual(spec.isolated, isolated);
    assert.ok(desired.kind === 'write' && !desired.isolates);
    assert.equal(desired.cause, 'issues');
  });

  it('isolates an agent that is ended in the same commit, or was before', () => {
    const both = follow({ ...ended, ...warning }, fileText(), { policy: isolating });
    assert.deepEqual([both.spec.isolated, both.spec.retired?.by], [onWarning, 'stripe']);
    assert.ok(both.desired.kind === 'write' && both.desired.isolates);
    assert.equal(both.desired.cause, 'ended');
    const before = follow(ended).text;
    const after = follow({ ...ended, ...warning }, before, { policy: isolating });
    assert.deepEqual(after.spec.isolated, onWarning);
    const released = follow({ ...ended, ...warning }, before).text;
    const again = desire(inputOf({ ...ended, ...warning }, released, { policy: isolating }));
    assert.equal(again.kind, 'unchanged', 'once');
  });

  it('isolates an agent whose first event it is', () => {
    const { spec, desired } = follow(warning, null, { policy: isolating });
    assert.deepEqual(spec.isolated, onWarning);
    assert.ok(desired.kind === 'write' && desired.isolates);
    assert.match(desired.subject, /: created, .*, isolated$/);
  });
});
