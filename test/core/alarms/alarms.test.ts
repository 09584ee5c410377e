import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AgentFile } from '../../../reconciler/core/agent/agent.ts';
import { incidentsIn } from '../../../reconciler/core/agent/incidents.ts';
import { silencesIn } from '../../../reconciler/core/agent/silences.ts';
import { type AlarmInput, alarmsOf } from '../../../reconciler/core/alarms/alarms.ts';
import type { AgentRecord, RecordFile } from '../../../reconciler/core/fleet/recorded.ts';
import { nothingElse } from '../../builders/alarm-input.ts';
import {
  at,
  attempt,
  fileNo,
  idNo,
  nowMs,
  policyOf,
  recordNo,
  without,
} from '../../builders/world.ts';

function recorded(...records: readonly AgentRecord[]): readonly RecordFile[] {
  return records.map((record) => {
    const n = [1, 2, 3, 4, 5, 6, 7, 8].find((one) => idNo(one) === record.name) ?? 0;
    return { kind: 'valid', id: idNo(n), path: fileNo(n).path, record };
  });
}

function input(part: Partial<AlarmInput> = {}): AlarmInput {
  const runs = { kind: 'known', lastSuccess: at(-10) } as const;
  return { ...nothingElse, policy: policyOf(), files: [], records: [], runs, ...part };
}

const kinds = (part: Partial<AlarmInput>) => alarmsOf(input(part), nowMs).map(({ kind }) => kind);
const granted = (minutes: number) => ({
  access: { state: 'granted' as const, since: at(minutes) },
});
const invalid = (n: number): AgentFile => ({
  kind: 'invalid',
  id: idNo(n),
  path: fileNo(n).path,
  oid: 'f'.repeat(40),
  problems: [],
});

test('the text of all of them at once', (t) => {
  const ended = { access: { state: 'ended' as const, since: at(-60 * 30) } };
  const hold = { reason: 'legal', since: at(-60), until: at(600) };
  const retired = { at: at(-300), by: 'person' as const, reason: 'abuse' };
  const refused = {
    type: 'Refused',
    status: 'True' as const,
    reason: 'DestroysPerDay',
    message: '',
  };
  const fleetWide = { scope: 'fleet' as const, reason: 'ResourceUnavailable', location: 'fsn1' };
  const alarms = alarmsOf(
    {
      ...nothingElse,
      silences: silencesIn('silences: {}'),
      incidents: incidentsIn('incidents: {}'),
      account: { kind: 'known', id: 'acct_1Another', livemode: true },
      policy: policyOf(),
      files: [
        fileNo(1, granted(-200)),
        fileNo(2, granted(-20)),
        fileNo(3, { ...ended, retired: { ...retired, at: at(-60 * 30) } }),
        fileNo(4, { retired, hold }),
        fileNo(5),
        invalid(6),
      ],
      records: [
        ...recorded(
          recordNo(3),
          recordNo(4),
          recordNo(5, { conditions: [{ ...refused, since: at(-70) }] }),
          recordNo(7, { attempts: [1, 2, 3].map(() => attempt({ ...fleetWide, ended: at(-5) })) }),
        ),
        { kind: 'invalid', id: idNo(8), path: fileNo(8).path, why: 'no YAML' },
      ],
      runs: { kind: 'known', lastSuccess: at(-180) },
      conditions: [{ type: 'ClocksDisagree', since: at(-5), message: 'the clocks disagree' }],
    },
    nowMs,
  );
  t.assert.snapshot(alarms);
});

test('a finding about money is an alarm with its agents', () => {
  const type = 'MarginLow' as const;
  const conditions = [{ type, since: at(-5), message: 'thin', agents: [idNo(1)] }];
  const alarms = alarmsOf(input({ conditions }), nowMs);
  assert.deepEqual(
    alarms.map(({ kind, agents }) => [kind, agents]),
    [['MarginLow', [idNo(1)]]],
  );
});

test('a converged fleet has none', () => {
  assert.deepEqual(
    alarmsOf(input({ files: [fileNo(1)], records: recorded(recordNo(1)) }), nowMs),
    [],
  );
});

describe('entitled without a running server', () => {
  const at15 = (part: Partial<AlarmInput>) => kinds(part).includes('EntitledWithoutServer');

  test('from fifteen minutes on, not a moment before', () => {
    assert.ok(at15({ files: [fileNo(1, granted(-15))] }));
    assert.ok(!at15({ files: [fileNo(1, granted(-14))] }));
  });

  test('further attempts do not restart its clock', () => {
    const record = without(
      recordNo(1, {
        everRunning: false,
        phase: 'queued',
        phaseSince: at(-1),
        attempts: [attempt({ started: at(-30), ended: at(-25) }), attempt({ ended: at(-1) })],
      }),
      'server',
    );
    assert.ok(at15({ files: [fileNo(1, granted(-40))], records: recorded(record) }));
  });

  test('an agent in the queue counts, one that is off on request does not', () => {
    const queued = without(recordNo(1, { everRunning: false, phase: 'queued' }), 'server');
    assert.ok(at15({ files: [fileNo(1, granted(-40))], records: recorded(queued) }));
    assert.ok(!at15({ files: [fileNo(1, { ...granted(-40), power: 'stopped' })] }));
  });

  test('a fresh VM counts from the end of the old one', () => {
    const destroyed = [{ at: at(-5), server: '1001', kind: 'replace' as const }];
    const record = without(recordNo(1, { everRunning: false, destroyed }), 'server');
    assert.ok(!at15({ files: [fileNo(1)], records: recorded(record) }));
    const older = { ...record, destroyed: [{ ...destroyed[0], at: at(-20) }] } as AgentRecord;
    assert.ok(at15({ files: [fileNo(1)], records: recorded(older) }));
  });

  test('switched on just now it waits for a run; once a run observed it, for its server', () => {
    const off = recordNo(1, {
      phase: 'stopped',
      phaseSince: at(-4000),
      observedOid: 'e'.repeat(40),
      server: { id: '1001', nonce: 'abcdefghij012345', created: at(-5000), power: 'off' },
    });
    const files = [fileNo(1, granted(-9000))];
    assert.ok(!at15({ files, records: recorded(off) }));
    const seen = { ...off, phase: 'updating' as const, observedOid: fileNo(1).oid };
    assert.ok(!at15({ files, records: recorded({ ...seen, phaseSince: at(-5) }) }));
    assert.ok(at15({ files, records: recorded({ ...seen, phaseSince: at(-16) }) }));
  });

  test('access that came back counts from then on', () => {
    const off = recordNo(1, {
      phase: 'suspended',
      phaseSince: at(-4000),
      server: { id: '1001', nonce: 'abcdefghij012345', created: at(-5000), power: 'off' },
    });
    assert.ok(at15({ files: [fileNo(1, granted(-16))], records: recorded(off) }));
    assert.ok(!at15({ files: [fileNo(1, granted(-10))], records: recorded(off) }));
  });
});

describe('runs', () => {
  const files = [fileNo(1)];
  const records = recorded(recordNo(1));
  const of = (runs: AlarmInput['runs']) => kinds({ files, records, runs });

  test('three missing in a row are an alarm, two are not', () => {
    assert.deepEqual(of({ kind: 'known', lastSuccess: at(-179) }), []);
    assert.deepEqual(of({ kind: 'known', lastSuccess: at(-180) }), ['NoSuccessfulRun']);
  });

  test('they are scheduled hourly, however often the service lists the fleet', () => {
    const policy = policyOf('observe: {everyMinutes: 1}\n');
    const seen = (lastSuccess: string) =>
      kinds({ files, records, policy, runs: { kind: 'known', lastSuccess } });
    assert.deepEqual([seen(at(-179)), seen(at(-180))], [[], ['NoSuccessfulRun']]);
  });

  test('no run at all is an alarm where there is an agent; a silent Forge is none', () => {
    const never = { kind: 'known', lastSuccess: null } as const;
    assert.deepEqual(of(never), ['NoSuccessfulRun']);
    assert.deepEqual(kinds({ runs: never }), []);
    assert.deepEqual(of({ kind: 'unknown' }), []);
  });
});

test('ended is an alarm after twenty hours, while a server is recorded', () => {
  const since = (hours: number) => ({
    access: { state: 'ended' as const, since: at(-60 * hours) },
    retired: { at: at(-60 * hours), by: 'stripe' as const, reason: 'canceled' },
  });
  const records = recorded(recordNo(1));
  assert.deepEqual(kinds({ files: [fileNo(1, since(20))], records }), ['EndedButBilled']);
  assert.deepEqual(kinds({ files: [fileNo(1, since(19))], records }), []);
  const nothing = recorded(without(recordNo(1), 'server'));
  assert.deepEqual(kinds({ files: [fileNo(1, since(30))], records: nothing }), []);
});

test('a refusal is one after an hour, an expired hold is none', () => {
  const refusal = (minutes: number) => [
    { type: 'Refused', status: 'True' as const, reason: 'x', message: '', since: at(-minutes) },
  ];
  const files = [fileNo(1)];
  const after = (minutes: number) =>
    kinds({ files, records: recorded(recordNo(1, { conditions: refusal(minutes) })) });
  assert.deepEqual([after(59), after(60)], [[], ['RefusedForLong']]);
  const retired = { at: at(-30), by: 'person' as const, reason: 'abuse' };
  const hold = { reason: 'legal', since: at(-600), until: at(-1) };
  assert.deepEqual(
    kinds({ files: [fileNo(1, { retired, hold })], records: recorded(recordNo(1)) }),
    ['PaidButRetired'],
  );
});

test('the order of files and records does not matter', () => {
  const files = [1, 2, 3].map((n) => fileNo(n, granted(-20 - n)));
  const forwards = alarmsOf(input({ files }), nowMs);
  assert.deepEqual(alarmsOf(input({ files: files.toReversed() }), nowMs), forwards);
  assert.deepEqual(forwards[0]?.since, at(-23).replace('.000Z', '.000Z'));
});

test('access past its end is left to a person once no resync has read Stripe for long', () => {
  const until = (minutes: number) => ({
    access: { state: 'granted' as const, since: at(-9000), until: at(minutes) },
  });
  const of = (minutes: number, rest: object = {}) =>
    kinds({
      files: [fileNo(1, { ...until(minutes), ...rest })],
      records: recorded(recordNo(1)),
    });
  assert.deepEqual(of(60), []);
  assert.deepEqual(of(-179), []);
  assert.deepEqual(of(-180), ['AccessNotReread']);
  const retired = { at: at(-5), by: 'person' as const, reason: 'abuse' };
  assert.deepEqual(of(-180, { retired }), ['PaidButRetired']);
});

describe('paid for, and retired anyway', () => {
  type Retired = NonNullable<ReturnType<typeof fileNo>['agent']['spec']['retired']>;
  const cites = 'c'.repeat(40);
  const of = (access: ReturnType<typeof granted>['access'] | object, part: Partial<Retired>) => {
    const retired = { at: at(-5), by: 'person' as const, reason: 'x', ...part };
    const file = fileNo(1, { access: access as ReturnType<typeof granted>['access'], retired });
    return alarmsOf(input({ files: [file], records: recorded(recordNo(1)) }), nowMs);
  };
  const paid = { state: 'granted', since: at(-600) };
  const lately = { state: 'granted', since: at(-2) };

  test('is an alarm at once, however it was removed or retired', () => {
    for (const part of [{}, { cites }] as const) {
      const [alarm, ...more] = of(paid, part);
      assert.deepEqual([alarm?.kind, alarm?.severity, more], ['PaidButRetired', 'page', []]);
      assert.equal(alarm?.since, at(-5));
      assert.equal(of(lately, part)[0]?.since, at(-2));
    }
  });

  test('is none where its customer canceled paid access; paid after that, it is one', () => {
    assert.deepEqual(of(paid, { by: 'customer' }), []);
    assert.deepEqual(of({ ...paid, since: at(-5) }, { by: 'customer' }), []);
    assert.equal(of(lately, { by: 'customer' })[0]?.kind, 'PaidButRetired');
  });

  test('is none while nothing is paid, and lasts after the end of the server', () => {
    for (const state of ['suspended', 'ended'] as const)
      assert.deepEqual(of({ state, since: at(-600) }, {}), []);
    const retired = { at: at(-90), by: 'person' as const, reason: 'x' };
    const gone = without(recordNo(1, { phase: 'retired', gone: at(-1) }), 'server');
    const files = [fileNo(1, { retired })];
    assert.deepEqual(kinds({ files, records: recorded(gone) }), ['PaidButRetired']);
  });

  test('is one, too, where a tombstone that payment lifts is still there', () => {
    for (const by of ['stripe', 'finalize'] as const)
      assert.equal(of(paid, { by })[0]?.kind, 'PaidButRetired');
  });
});

test('paid again after its end, the clock of its server starts with the payment', () => {
  const tried = [
    attempt({ started: at(-9000), ended: at(-8990), outcome: 'succeeded' }),
    attempt({ started: at(-3), ended: at(-2) }),
  ];
  const record = without(
    recordNo(1, { phase: 'queued', everRunning: false, attempts: tried }),
    'server',
  );
  const late = (minutes: number) =>
    kinds({
      files: [fileNo(1, granted(minutes))],
      records: recorded({ ...record, phaseSince: at(-4) }),
    });
  assert.deepEqual(late(-15), ['EntitledWithoutServer']);
  assert.deepEqual(late(-14), []);
  assert.deepEqual(late(-9995), [], 'where it ran since, with the first try after that');
});

describe('a server that cannot be proven to be its agent’s own', () => {
  const condition = { type: 'Attention', status: 'True' as const, message: '' };
  const of = (reason: string, minutes: number) =>
    recordNo(1, { conditions: [{ ...condition, reason, since: at(minutes) }] });
  const raised = (reason: string, minutes: number) =>
    kinds({ files: [fileNo(1)], records: recorded(of(reason, minutes)) }).includes('SpareServer');

  test('from an hour on', () => {
    assert.ok(raised('SpareServer', -60));
    assert.ok(!raised('SpareServer', -59));
    assert.ok(!raised('ServerGone', -90));
  });
});

describe('branch status is missing', () => {
  test('no agent’s state is known, and none is reported as unserved', () => {
    const files = [fileNo(1, granted(-200)), fileNo(2)];
    const [alarm, ...others] = alarmsOf(input({ files, statusExists: false }), nowMs);
    assert.deepEqual(others, []);
    assert.deepEqual(
      [alarm?.kind, alarm?.severity, alarm?.agents],
      ['RecordsMissing', 'page', [idNo(1), idNo(2)].sort()],
    );
    assert.match(alarm?.message ?? '', /^branch status is missing: nothing is known of 2 agents/);
  });

  test('before any agent exists it is no alarm', () =>
    assert.deepEqual(kinds({ statusExists: false }), []));
});

describe('the Stripe account', () => {
  const { account, livemode } = policyOf().stripe;
  const said = (seen: AlarmInput['account']) => alarmsOf(input({ account: seen }), nowMs);

  test('is an alarm where it is another one, or in the other mode', () => {
    assert.deepEqual(said({ kind: 'known', id: account, livemode }), []);
    assert.deepEqual(said({ kind: 'unknown' }), []);
    for (const seen of [
      { id: account, livemode: !livemode },
      { id: 'acct_1Another', livemode },
    ]) {
      const [alarm] = said({ kind: 'known', ...seen });
      assert.deepEqual([alarm?.kind, alarm?.severity], ['WrongStripeAccount', 'page']);
      assert.match(alarm?.message ?? '', new RegExp(`for ${seen.id} in .*pins ${account}`));
    }
  });

  test('is one where Stripe refuses the key', () =>
    assert.match(said({ kind: 'refused' })[0]?.message ?? '', /^Stripe refuses our key/));
});

test('a server between on and off raises an alarm of its own where its agent is to be off', () => {
  const powerUnknown = {
    type: 'Attention',
    status: 'True' as const,
    reason: 'PowerUnknown',
    message: '',
  };
  const record = recordNo(1, { conditions: [{ ...powerUnknown, since: at(-61) }] });
  const records = recorded(record);
  assert.deepEqual(kinds({ files: [fileNo(1, { power: 'stopped' })], records }), [
    'ServerPowerUnknown',
  ]);
  assert.deepEqual(kinds({ files: [fileNo(1)], records }), ['EntitledWithoutServer']);
});
