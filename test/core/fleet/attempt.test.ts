/** Whether an agent may be tried again, and when; how a fleet-wide cause changes that. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  attemptState,
  diedWithSeveral,
  lastFailure,
  openBreakers,
} from '../../../reconciler/core/fleet/attempt.ts';
import { crashed } from '../../../reconciler/core/fleet/progress.ts';
import type { AgentRecord, Attempt, Lease } from '../../../reconciler/core/fleet/recorded.ts';
import type { RunRef } from '../../../reconciler/core/fleet/run.ts';
import {
  at,
  attempt,
  nonce,
  nowMs,
  policyOf,
  recordNo,
  unfinishedNo,
  without,
} from '../../builders/world.ts';

const policy = policyOf('retries: {delays: [5m, 30m], breakerTrialAfter: 5m}\n');
const recordWith = (...attempts: readonly Attempt[]): AgentRecord =>
  unfinishedNo(1, { attempts: [...attempts] });
const failedAt = (minutes: number, part: Partial<Attempt> = {}) =>
  attempt({ started: at(minutes - 10), ended: at(minutes), ...part });
const outage = (minutes: number, part: Partial<Attempt> = {}) =>
  failedAt(minutes, { reason: 'ProviderOutage', scope: 'fleet', ...part });
const stateOf = (record: AgentRecord | null, revision = 1) => {
  const state = attemptState(record, revision, { policy, nowMs, run: null });
  return [state.kind, state.used];
};

describe('another attempt', () => {
  it('is ready where none was made', () => {
    assert.deepEqual(stateOf(null), ['ready', 0]);
    assert.deepEqual(stateOf(recordWith()), ['ready', 0]);
  });

  it('waits its delay, counted from the end of the failed one', () => {
    const [justBefore, justAfter] = [failedAt(-5 + 1 / 60), failedAt(-5)];
    assert.deepEqual(stateOf(recordWith(justBefore)), ['waiting', 1]);
    assert.deepEqual(stateOf(recordWith(justAfter)), ['ready', 1]);
    const state = attemptState(recordWith(failedAt(-2)), 1, { policy, nowMs, run: null });
    assert.equal(state.kind === 'waiting' && state.dueMs, Date.parse(at(3)));
  });

  it('waits longer after the second', () => {
    assert.deepEqual(stateOf(recordWith(failedAt(-60), failedAt(-29))), ['waiting', 2]);
    assert.deepEqual(stateOf(recordWith(failedAt(-60), failedAt(-30))), ['ready', 2]);
  });

  it('there is none after the last, however long ago', () => {
    const three = [failedAt(-900), failedAt(-800), failedAt(-700)];
    assert.deepEqual(stateOf(recordWith(...three)), ['spent', 3]);
  });

  it('there is none where a person has to act first', () => {
    const stalled = failedAt(-60, { reason: 'InvalidInput', errorClass: 'stalled' });
    assert.deepEqual(stateOf(recordWith(stalled)), ['spent', 1]);
  });

  it('counts again after a success, and for a new revision', () => {
    const success = failedAt(-100, { outcome: 'succeeded', step: 'done' });
    const spent = [failedAt(-400), failedAt(-300), failedAt(-200)];
    assert.deepEqual(stateOf(recordWith(...spent, success)), ['ready', 0]);
    assert.deepEqual(stateOf(recordWith(...spent, success, failedAt(-1))), ['waiting', 1]);
    assert.deepEqual(stateOf(recordWith(...spent), 2), ['ready', 0]);
  });

  it('is not used up by causes that the whole fleet shares, nor by being superseded', () => {
    const record = recordWith(
      outage(-3),
      outage(-2),
      outage(-1),
      failedAt(-1, { outcome: 'superseded' }),
    );
    assert.deepEqual(stateOf(record), ['ready', 0]);
  });

  it('is not used up by changes other than creates', () => {
    const record = recordWith(
      failedAt(-1, { change: 'power', step: 'power' }),
      failedAt(-1, { change: 'repair', step: 'repair' }),
    );
    assert.deepEqual(stateOf(record), ['ready', 0]);
  });

  it('is never due where the policy gives no delays', () => {
    const once = policyOf('retries: {delays: []}\n');
    const state = attemptState(recordWith(failedAt(-900)), 1, { policy: once, nowMs, run: null });
    assert.deepEqual([state.kind, state.used], ['spent', 1]);
  });
});

describe('an attempt that died with its run', () => {
  const crash = (minutes: number, part: Partial<Attempt> = {}) =>
    failedAt(minutes, { run: '17', runAttempt: 1, reason: 'Crashed', ...part });
  const askedBy = (run: RunRef | null, ...attempts: readonly Attempt[]) =>
    attemptState(recordWith(...attempts), 1, { policy, nowMs, run }).kind;

  it('waits its delay like any other', () => {
    assert.equal(askedBy(null, crash(-5 + 1 / 60)), 'waiting');
    assert.equal(askedBy(null, crash(-5)), 'ready');
    assert.equal(askedBy(null, failedAt(-60), crash(-29)), 'waiting');
  });

  it('is due at once for a later attempt of the same run, and for no other', () => {
    assert.equal(askedBy({ id: '17', attempt: 2 }, crash(-1)), 'ready');
    assert.equal(askedBy({ id: '17', attempt: 3 }, crash(-1, { runAttempt: 2 })), 'ready');
    assert.equal(askedBy({ id: '17', attempt: 1 }, crash(-1)), 'waiting');
    assert.equal(askedBy({ id: '17', attempt: 2 }, crash(-1, { runAttempt: 2 })), 'waiting');
    assert.equal(askedBy({ id: '18', attempt: 2 }, crash(-1)), 'waiting');
  });

  it('is waited for by a run that is run again where it failed by its own cause', () => {
    const failed = failedAt(-1, { run: '17', runAttempt: 1 });
    assert.equal(askedBy({ id: '17', attempt: 2 }, failed), 'waiting');
  });

  it('was the last of them anyway', () => {
    const three = [crash(-9), crash(-8), crash(-1)];
    assert.equal(askedBy({ id: '17', attempt: 2 }, ...three), 'spent');
  });

  it('uses up none where its run died with several', () => {
    const shared = crash(-1, { scope: 'fleet' });
    assert.deepEqual(stateOf(recordWith(shared, shared, shared, shared)), ['ready', 0]);
  });
});

describe('a run that is over died with several agents', () => {
  const leaseBy = (run: string, part: Partial<Lease> = {}): Lease => ({
    run,
    runAttempt: 1,
    change: 'create',
    nonce,
    since: at(-30),
    until: at(60),
    step: 'vm',
    ...part,
  });
  const leasedNo = (n: number, lease: Lease, attempts: Attempt[] = []) =>
    recordNo(n, { lease, attempts });
  const crashOf = (run: string) => failedAt(-9, { run, reason: 'Crashed' });
  const several = (runAttempt: number, ...records: readonly AgentRecord[]) =>
    diedWithSeveral({ id: '17', attempt: runAttempt }, records);

  it('where it left two leases, whatever they were for', () => {
    const one = leasedNo(1, leaseBy('17'));
    assert.equal(several(1, one, leasedNo(2, leaseBy('17'))), true);
    assert.equal(several(1, one, leasedNo(2, leaseBy('17', { change: 'power' }))), true);
    assert.equal(several(1, one), false);
    assert.equal(several(1, one, leasedNo(2, leaseBy('18')), recordNo(3)), false);
  });

  it('each of its attempts by itself', () => {
    const [first, second] = [leaseBy('17'), leaseBy('17', { runAttempt: 2 })];
    const mixed = [leasedNo(1, first), leasedNo(2, second)];
    assert.deepEqual([several(1, ...mixed), several(2, ...mixed)], [false, false]);
    assert.equal(several(2, ...mixed, leasedNo(3, second)), true);
    assert.equal(several(1, ...mixed, leasedNo(3, { ...first, runAttempt: 1 })), true);
  });

  it('anyway while they are taken over one by one, and when all are', () => {
    const taken = leasedNo(1, leaseBy('19'), [crashOf('17')]);
    assert.equal(several(1, taken, leasedNo(2, leaseBy('17'))), true);
    assert.equal(several(1, taken, leasedNo(2, leaseBy('20'), [crashOf('17')])), true);
    const done = failedAt(-1, { outcome: 'succeeded', step: 'done' });
    const freed = recordNo(1, { attempts: [crashOf('17'), done] });
    assert.equal(several(1, freed, leasedNo(2, leaseBy('17'))), true);
  });

  it('not where one of them died twice, or another failed by its own cause', () => {
    const one = leasedNo(1, leaseBy('17'), [crashOf('17'), crashOf('17')]);
    const failed = recordNo(2, { attempts: [failedAt(-9, { run: '17' })] });
    assert.equal(several(1, one), false);
    assert.equal(several(1, one, failed), false);
  });

  it('also where their leases end one by one', () => {
    const [ended, lasting] = [leaseBy('17', { until: at(-1) }), leaseBy('17', { until: at(20) })];
    assert.equal(several(1, leasedNo(1, ended), leasedNo(2, lasting)), true);
  });
});

describe('the step of the last attempt’s end', () => {
  it('is none without one, and none after a success', () => {
    assert.equal(lastFailure(recordWith(), 1), null);
    const success = failedAt(-1, { outcome: 'succeeded', step: 'done' });
    assert.equal(lastFailure(recordWith(failedAt(-9), success), 1), null);
    assert.equal(lastFailure(recordWith(failedAt(-9)), 2), null);
  });

  it('is the step of its failure', () => {
    const failed = failedAt(-9, { step: 'join', reason: 'JoinFailed' });
    assert.deepEqual(lastFailure(recordWith(failed), 1), {
      step: 'join',
      stalled: false,
      own: true,
      reason: 'JoinFailed',
    });
  });

  it('a cause of the fleet stalls no agent', () => {
    const unauthorised = outage(-9, { reason: 'Unauthorized', errorClass: 'stalled' });
    assert.equal(lastFailure(recordWith(unauthorised), 1)?.stalled, false);
    const invalid = failedAt(-9, { reason: 'InvalidInput', errorClass: 'stalled' });
    assert.equal(lastFailure(recordWith(invalid), 1)?.stalled, true);
  });

  it('a superseded one failed at no step', () => {
    const superseded = failedAt(-9, { outcome: 'superseded', reason: 'Superseded', step: 'boot' });
    assert.equal(lastFailure(recordWith(superseded), 1)?.reason, 'Superseded');
  });

  it('a lease of a dead run: the process died in that step', () => {
    const lease = {
      run: '17',
      runAttempt: 1,
      change: 'create',
      nonce,
      since: at(-30),
      until: at(-1),
      step: 'vm',
    } as const;
    const record = { ...recordWith(failedAt(-60)), lease };
    assert.deepEqual(lastFailure(crashed(record, false), 1), {
      step: 'vm',
      stalled: false,
      own: false,
      reason: 'Crashed',
    });
    const powering = { ...record, lease: { ...lease, change: 'power' as const } };
    assert.equal(lastFailure(crashed(powering, false), 1)?.step, 'configure');
  });
});

describe('breakers', () => {
  const open = (...records: readonly AgentRecord[]) =>
    openBreakers(records, policy, nowMs).map((one) => [one.reason, one.location, one.failures]);

  it('a shared cause opens one, with a trial after the policy’s time', () => {
    const [breaker] = openBreakers([recordWith(outage(-3), outage(-1))], policy, nowMs);
    assert.deepEqual(breaker, {
      reason: 'ProviderOutage',
      location: null,
      failures: 2,
      sinceMs: Date.parse(at(-3)),
      trialMs: Date.parse(at(4)),
    });
  });

  it('a run that died opens none', () => {
    const shared = outage(-3, { reason: 'Crashed' });
    assert.deepEqual(open(recordWith(shared, shared), recordWith(shared)), []);
  });

  it('opens only at the policy’s number of failures, counted over all agents', () => {
    const patient = policyOf('retries: {breakerFailures: 3}\n');
    const records = [recordWith(outage(-3), outage(-2)), recordWith(outage(-1))];
    assert.equal(openBreakers(records, patient, nowMs).length, 1);
    assert.equal(openBreakers(records.slice(1), patient, nowMs).length, 0);
  });

  it('sold out concerns one location; an outage does not', () => {
    const soldOut = { reason: 'ResourceUnavailable' };
    assert.deepEqual(
      open(
        recordWith(
          outage(-3, { ...soldOut, location: 'nbg1' }),
          outage(-2, { ...soldOut, location: 'fsn1' }),
          outage(-1, { location: 'fsn1' }),
        ),
      ),
      [
        ['ProviderOutage', null, 1],
        ['ResourceUnavailable', 'fsn1', 1],
        ['ResourceUnavailable', 'nbg1', 1],
      ],
    );
  });

  it('a success closes the breakers that it disproves, whichever agent had it', () => {
    const soldOut = { reason: 'ResourceUnavailable', location: 'nbg1' };
    const success = failedAt(-1, { outcome: 'succeeded', step: 'done', location: 'fsn1' });
    assert.deepEqual(open(recordWith(outage(-3), outage(-2, soldOut)), recordWith(success)), [
      ['ResourceUnavailable', 'nbg1', 1],
    ]);
    const earlier = { ...success, ended: at(-5) };
    assert.equal(open(recordWith(outage(-3)), recordWith(earlier)).length, 1);
  });

  it('expires after a day, and is for existing reasons only', () => {
    assert.deepEqual(open(recordWith(outage(-24 * 60))), []);
    assert.equal(open(recordWith(outage(-24 * 60 + 1))).length, 1);
    assert.deepEqual(open(recordWith(outage(-1, { reason: 'Gremlins' }))), []);
    assert.deepEqual(open(recordWith(without(outage(-1), 'reason'))), []);
  });
});
