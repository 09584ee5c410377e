/** How a record changes while a run works on its agent. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { agentPath } from '../../../reconciler/core/agent/agent.ts';
import { Failure } from '../../../reconciler/core/failure.ts';
import { attemptState } from '../../../reconciler/core/fleet/attempt.ts';
import {
  atStep,
  crashed,
  failed,
  leased,
  succeeded,
  superseded,
} from '../../../reconciler/core/fleet/progress.ts';
import { parseRecordFile, renderRecord } from '../../../reconciler/core/fleet/record-file.ts';
import {
  type AgentRecord,
  effectHash,
  type Lease,
  newRecord,
} from '../../../reconciler/core/fleet/recorded.ts';
import {
  beginning,
  unsaidEnd,
  withLostServer,
  withoutGoneServer,
  withoutServer,
  withPower,
  withServer,
} from '../../../reconciler/core/fleet/server-facts.ts';
import {
  at,
  attempt,
  idNo,
  nonce,
  nowMs,
  policyOf,
  recordNo,
  serverNo,
  subscriptionNo,
  unfinishedNo,
  without,
} from '../../builders/world.ts';

const fresh = newRecord(idNo(1), subscriptionNo(1), 'cus_Test1');
const choice = {
  revision: 2,
  plan: 'pro',
  region: 'us-east',
  location: 'ash',
  serverType: 'cpx21',
  image: 'debian-12',
};

function leasedFor(change: Lease['change'], record: AgentRecord = recordNo(1)): AgentRecord {
  return leased(record, { run: 'run-1', runAttempt: 2, change, nonce }, nowMs, 90 * 60_000);
}

describe('a lease', () => {
  it('ends the wait for a next attempt, and no other condition', () => {
    const said = (type: string) => ({
      type,
      status: 'True' as const,
      reason: 'X',
      message: '',
      since: at(-9),
    });
    const record = recordNo(1, { conditions: [said('Attention'), said('Retrying')] });
    assert.deepEqual(leasedFor('create', record).conditions, [said('Attention')]);
  });

  it('names its run, change, start, end and nonce', () => {
    assert.deepEqual(leasedFor('create', fresh).lease, {
      run: 'run-1',
      runAttempt: 2,
      change: 'create',
      nonce,
      since: at(0),
      until: at(90),
      step: 'lease',
      stepSince: at(0),
    });
  });

  it('makes a plan on the earlier record stale; a step does not', () => {
    const record = recordNo(1);
    const taken = leasedFor('power', record);
    assert.notEqual(effectHash(taken), effectHash(record));
    assert.equal(effectHash(atStep(taken, 'power', at(1))), effectHash(taken));
  });

  const phases: readonly (readonly [Lease['change'], AgentRecord['phase']])[] = [
    ['create', 'creating'],
    ['resume', 'creating'],
    ['retire', 'retiring'],
    ['resize', 'updating'],
    ['adopt', 'updating'],
    ['repair', 'updating'],
    ['configure', 'updating'],
    ['replace', 'updating'],
    ['power', 'running'],
    ['rollback', 'running'],
    ['giveUp', 'running'],
  ];
  for (const [change, phase] of phases)
    it(`for ${change} is shown as ${phase}`, () => assert.equal(leasedFor(change).phase, phase));
});

describe('a step', () => {
  it('updates what the customer sees, and keeps each step’s last time', () => {
    let record = leasedFor('create', fresh);
    const seen: string[] = [record.phase];
    for (const [minute, step] of (
      ['vm', 'boot', 'configure', 'join', 'verify'] as const
    ).entries()) {
      record = atStep(record, step, at(minute + 1));
      seen.push(record.phase);
    }
    assert.deepEqual(seen, [
      'creating',
      'creating',
      'creating',
      'configuring',
      'joining',
      'joining',
    ]);
    assert.equal(record.phaseSince, at(4));
    const again = atStep(record, 'configure', at(9));
    assert.equal(again.timings?.filter(({ step }) => step === 'configure').length, 1);
    assert.deepEqual(again.timings?.at(-1), { step: 'configure', at: at(9) });
  });

  it('of work on a server that ran keeps the times of its creation', () => {
    const timings = [{ step: 'lease' as const, at: at(-100) }];
    const record = { ...leasedFor('repair'), timings };
    assert.deepEqual(atStep(record, 'repair', at(1)).timings, timings);
  });

  it('without a lease has no owner', () => {
    const record = recordNo(1);
    assert.equal(atStep(record, 'vm', at(1)), record);
  });
});

describe('the end of an attempt', () => {
  it('by success frees the lease; a server that was brought up has run from now on', () => {
    const done = succeeded(leasedFor('resume', unfinishedNo(1)), at(3));
    assert.equal(done.lease, undefined);
    assert.equal(done.phase, 'running');
    assert.equal(done.everRunning, true);
    assert.deepEqual(done.attempts.at(-1), {
      change: 'resume',
      revision: 1,
      run: 'run-1',
      runAttempt: 2,
      started: at(0),
      ended: at(3),
      outcome: 'succeeded',
      step: 'lease',
      location: 'fsn1',
    });
    assert.equal(succeeded(leasedFor('power', unfinishedNo(1)), at(3)).everRunning, false);
  });

  it('by failure records reason, class and scope, and the attempts are bounded', () => {
    const failure = new Failure('BootTimeout', 'x'.repeat(2000));
    const { attempts } = failed(leasedFor('create'), failure, at(3));
    const last = attempts.at(-1);
    assert.deepEqual(
      [last?.outcome, last?.reason, last?.errorClass, last?.scope],
      ['failed', 'BootTimeout', 'transient', 'agent'],
    );
    assert.equal(last?.message?.length, 600);
  });

  it('because something else was asked for is no failure', () => {
    const ended = superseded(leasedFor('create'), new Failure('Stopped', 'stopped'), at(3));
    assert.equal(ended.attempts.at(-1)?.outcome, 'superseded');
    assert.equal(ended.attempts.at(-1)?.errorClass, undefined);
  });

  it('by death is recorded by the run that takes over, and counts as a failure', () => {
    const found = crashed(atStep(leasedFor('create'), 'join', at(2)), false);
    const last = found.attempts.at(-1);
    assert.equal(found.lease, undefined);
    assert.deepEqual(
      [last?.change, last?.outcome, last?.reason, last?.step, last?.run, last?.runAttempt],
      ['create', 'failed', 'Crashed', 'join', 'run-1', 2],
    );
    assert.equal(last?.scope, 'agent');
    const idle = recordNo(1);
    assert.equal(crashed(idle, false), idle);
  });

  it('by death is the time of the last step that it entered, whenever it is recorded', () => {
    assert.equal(
      crashed(atStep(leasedFor('create'), 'join', at(2)), false).attempts[0]?.ended,
      at(2),
    );
    assert.equal(crashed(leasedFor('create'), false).attempts[0]?.ended, at(0));
    const { stepSince: _older, ...lease } = leasedFor('create').lease ?? assert.fail();
    assert.equal(crashed(recordNo(1, { lease }), false).attempts[0]?.ended, at(0));
  });

  it('by a shared death is the fleet’s', () => {
    const last = crashed(leasedFor('create'), true).attempts.at(-1);
    assert.deepEqual(
      [last?.reason, last?.errorClass, last?.scope],
      ['Crashed', 'transient', 'fleet'],
    );
  });

  it('is kept twenty times', () => {
    const many = Array.from({ length: 20 }, () => attempt());
    const record = succeeded(leasedFor('power', recordNo(1, { attempts: many })), at(3));
    assert.equal(record.attempts.length, 20);
    assert.equal(record.attempts.at(-1)?.change, 'power');
  });
});

describe('a server', () => {
  it('that is new inherits nothing of an earlier one', () => {
    const record = beginning({ ...recordNo(1), gone: at(-1) }, choice, 'ssh-ed25519 NEW');
    for (const part of ['server', 'configured', 'tailnet', 'gone', 'timings'] as const)
      assert.equal(record[part], undefined, part);
    assert.equal(record.everRunning, false);
    assert.equal(record.hostKey, 'ssh-ed25519 NEW');
    assert.deepEqual(record.chosen, choice);
  });

  it('is recorded with what a deletion will need', () => {
    const record = withServer(fresh, serverNo(1, { status: 'off' }), { nonce, at: at(0) });
    assert.deepEqual(record.server, {
      id: '1001',
      nonce,
      created: at(-500),
      ipv4: '198.51.100.1',
      power: 'off',
    });
  });

  it('that was switched has its power recorded; a missing one has nothing recorded', () => {
    assert.equal(withPower(recordNo(1), 'off', at(1)).server?.power, 'off');
    assert.equal(withPower(recordNo(1), 'off', at(1)).server?.disrupted, at(1));
    assert.equal(withPower(fresh, 'off', at(1)), fresh);
  });

  it('that was destroyed is counted once, with its approval', () => {
    const end = {
      at: at(1),
      server: '1001',
      kind: 'retire',
      approval: 'approvals/a.yaml',
    } as const;
    const once = withoutServer(recordNo(1), end);
    assert.deepEqual(once.destroyed, [end]);
    assert.equal(once.server, undefined);
    assert.equal(once.hostKey, undefined);
    assert.equal(once.everRunning, false);
    const again = { ...end, at: at(2) };
    assert.deepEqual(withoutServer(once, again).destroyed, [again], 'of its last end');
    const tried = crashed(leasedFor('replace'), false);
    const other = withoutServer(tried, { at: at(3), server: '1002', kind: 'rollback' });
    assert.deepEqual(
      other.destroyed.map(({ server, kind }) => [server, kind]),
      [
        ['1001', 'replace'],
        ['1002', 'rollback'],
      ],
      'an unrecorded end is recorded once another server takes its place',
    );
  });

  it('that is found gone keeps the recorded kind of its end', () => {
    const end = { at: at(1), server: '1001', kind: 'replace' } as const;
    const found = {
      at: at(9),
      server: '1001',
      kind: 'retire',
      approval: 'approvals/a.yaml',
    } as const;
    const once = withoutServer(recordNo(1), end);
    assert.deepEqual(withoutGoneServer(once, found).destroyed, [end]);
    assert.deepEqual(withoutGoneServer(recordNo(1), found).destroyed, [found]);
  });

  it('that is gone counts as ended where its run died before it recorded the end', () => {
    const kinds = (record: AgentRecord) =>
      withLostServer(record, at(5)).destroyed.map((d) => d.kind);
    const dead = (change: Lease['change']) => crashed(leasedFor(change), false);
    assert.deepEqual(kinds({ ...dead('rollback'), everRunning: false }), ['rollback']);
    assert.deepEqual(
      kinds(dead('rollback')),
      [],
      'it was about another: what ran is not rolled back',
    );
    assert.deepEqual(kinds(dead('replace')), ['replace']);
    assert.deepEqual(kinds(failed(leasedFor('retire'), new Failure('Locked', ''), at(4))), [
      'retire',
    ]);
    const later = [attempt({ outcome: 'failed' }), attempt({ outcome: 'superseded' })];
    const replaced = dead('replace');
    const tried = { ...replaced, attempts: [...replaced.attempts, ...later] };
    assert.deepEqual(kinds(tried), ['replace'], 'creates since then made no other');
    assert.deepEqual(kinds(dead('power')), [], 'it went by itself');
    assert.deepEqual(kinds(recordNo(1)), []);
    assert.deepEqual(kinds(without(dead('replace'), 'server') as AgentRecord), []);
  });
});

describe('the attempts of a revision', () => {
  const own = () => new Failure('BootTimeout', 'it does not boot');
  const shared = () => new Failure('ProviderOutage', 'Hetzner is down');
  const tried = (record: AgentRecord, failure: Failure) =>
    failed(leasedFor('create', record), failure, at(1));
  const used = (record: AgentRecord) => {
    const world = { policy: policyOf(), nowMs, run: null };
    return attemptState(record, record.chosen?.revision ?? 1, world).used;
  };

  it('stay used up, however often a cause of the whole fleet fails later ones', () => {
    let record = tried(tried(recordNo(1), own()), own());
    for (let n = 0; n < 30; n += 1) record = tried(record, shared());
    assert.equal(used(record), 2);
    assert.ok(record.attempts.length <= 40);
  });

  it('are at most what a policy can allow, however often it is tried', () => {
    let record = recordNo(1);
    for (let n = 0; n < 60; n += 1) record = tried(record, own());
    assert.ok(used(record) >= 11);
    for (let n = 0; n < 30; n += 1) record = tried(record, shared());
    assert.ok(used(record) >= 11 && record.attempts.length <= 40, String(record.attempts.length));
    const path = agentPath(idNo(1));
    assert.equal(parseRecordFile({ path, text: renderRecord(record) }).kind, 'valid');
  });

  it('before a success are dropped with the rest', () => {
    let record = succeeded(leasedFor('create', tried(recordNo(1), own())), at(2));
    for (let n = 0; n < 30; n += 1) record = tried(record, shared());
    assert.deepEqual([used(record), record.attempts.length], [0, 20]);
  });
});

describe('an unrecorded end', () => {
  it('is kept among the attempts, however many failures follow', () => {
    let record = crashed(leasedFor('replace'), false);
    for (let n = 0; n < 30; n += 1) record = crashed(leasedFor('create', record), true);
    assert.equal(record.attempts.length, 21);
    assert.equal(record.attempts[0]?.change, 'replace');
    assert.equal(unsaidEnd(record), 'replace');
  });

  it('is that of a lease, or of the last attempt where it did not succeed', () => {
    assert.equal(unsaidEnd(leasedFor('replace')), 'replace');
    assert.equal(unsaidEnd(crashed(leasedFor('retire'), false)), 'retire');
    assert.equal(unsaidEnd(succeeded(leasedFor('retire'), at(4))), null);
    assert.equal(unsaidEnd(crashed(leasedFor('power'), false)), null);
    assert.equal(unsaidEnd(fresh), null);
    const before = attempt({ change: 'rollback', ended: at(-9000) });
    assert.equal(unsaidEnd(recordNo(1, { attempts: [before, attempt()] })), null, 'of another');
  });
});

describe('every resulting record', () => {
  it('can be written and read again', () => {
    const records = [
      leasedFor('create', fresh),
      atStep(leasedFor('create', fresh), 'vm', at(1)),
      beginning(leasedFor('create'), choice, 'ssh-ed25519 NEW'),
      crashed(leasedFor('rollback'), true),
      failed(leasedFor('create'), new Failure('GateRefused', 'no'), at(1)),
      succeeded(leasedFor('resume'), at(1)),
      withPower(recordNo(1), 'off', at(1)),
      withoutServer(recordNo(1), { at: at(1), server: '1', kind: 'replace' }),
    ];
    for (const record of records) {
      const text = renderRecord(record);
      const parsed = parseRecordFile({ path: agentPath(idNo(1)), text });
      assert.deepEqual(parsed.kind === 'valid' ? parsed.record : parsed.why, record);
    }
  });
});
