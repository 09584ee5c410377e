/** Decisions about agents whose run died, failed, or whose record is outdated. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Agent } from '../../../reconciler/core/agent/agent.ts';
import type { AgentRecord } from '../../../reconciler/core/fleet/recorded.ts';
import type { World } from '../../../reconciler/core/fleet/world.ts';
import { diff } from '../../../reconciler/core/plan/diff.ts';
import { dueWith } from '../../../reconciler/core/plan/restraint.ts';
import {
  at,
  attempt,
  deviceNo,
  fileNo,
  idNo,
  labelsNo,
  nonce,
  recordNo,
  serverNo,
  stateNo,
  unfinishedNo,
  without,
  worldOf,
} from '../../builders/world.ts';

const running = { servers: [serverNo(1)], devices: [deviceNo(1)], states: [stateNo(1)] };
const off = { ...running, servers: [serverNo(1, { status: 'off' })] };

const unmarked = {
  ...running,
  servers: [serverNo(1, { protection: { delete: false, rebuild: false } })],
};
const seeded = {
  nonce,
  hostKey: recordNo(1).hostKey ?? '',
  chosen: recordNo(1).chosen as NonNullable<AgentRecord['chosen']>,
};

function lease(change: NonNullable<AgentRecord['lease']>['change'], step = 'lease' as const) {
  return { run: 'run-9', runAttempt: 1, change, nonce, since: at(-100), until: at(-10), step };
}

function decided(
  record: AgentRecord,
  observed: Partial<World['observed']>,
  spec: Partial<Agent['spec']> = {},
): string {
  const world = worldOf({ files: [fileNo(1, spec)], records: [record] }, observed);
  const { changes, idle } = diff(world);
  const said = [
    ...changes.map((change) =>
      change.kind === 'repair' ? `repair ${change.drifts.join(' ')}` : change.kind,
    ),
    ...idle.map(({ reason }) => `idle ${reason}`),
  ];
  assert.ok(said.length <= 1);
  return said[0] ?? 'nothing';
}

const observedOid = fileNo(1).oid;
const stalled = attempt({
  change: 'repair',
  errorClass: 'stalled',
  ended: at(-60),
  reason: 'GateRefused',
});
const drifted = { ...running, states: [] };

const table: readonly (readonly [name: string, decided: string, expected: string])[] = [
  [
    'died after its last effect: taken over, so that the record is free',
    decided(recordNo(1, { lease: lease('power') }), running),
    'repair record',
  ],
  [
    'died after its last effect, on one that is off',
    decided(recordNo(1, { lease: lease('power') }), off, { power: 'stopped' }),
    'repair record',
  ],
  [
    'died after its last effect, on one that never ran and is to be off',
    decided(unfinishedNo(1, { lease: lease('power') }), off, { power: 'stopped' }),
    'repair record',
  ],
  [
    'a create made this one, which was off and hidden when its agent was retired, and is to stay off',
    decided(
      {
        ...(without(unfinishedNo(1), 'server') as AgentRecord),
        creates: [seeded],
      },
      off,
      { power: 'stopped' },
    ),
    'repair record',
  ],
  [
    'another change comes first and takes the lease over',
    decided(recordNo(1, { lease: lease('repair') }), drifted),
    'repair state',
  ],
  [
    'another party switched it off, as the file asks',
    decided(recordNo(1), off, { power: 'stopped' }),
    'repair record',
  ],
  [
    'died while it adopted a server that may have run: adopted again, never rolled back',
    decided(
      without(
        unfinishedNo(1, { lease: lease('adopt'), everRunning: false }),
        'server',
      ) as AgentRecord,
      { ...running, servers: [serverNo(1, { labels: labelsNo(1) })] },
    ),
    'adopt',
  ],
  [
    'was ended as one that ran, and a listing has it without its labels: never rolled back',
    decided(
      {
        ...(without(unfinishedNo(1), 'server') as AgentRecord),
        creates: [seeded],
        destroyed: [{ at: at(-5), server: '1001', kind: 'replace' }],
        attempts: [
          attempt({ change: 'replace', outcome: 'failed', step: 'server', ended: at(-5) }),
        ],
      },
      unmarked,
      { revision: 2 },
    ),
    'replace',
  ],
  [
    'was ended as one that never ran, and is there: rolled back',
    decided(
      {
        ...(without(unfinishedNo(1), 'server') as AgentRecord),
        creates: [seeded],
        destroyed: [{ at: at(-5), server: '1001', kind: 'rollback' }],
      },
      unmarked,
      { revision: 2 },
    ),
    'rollback',
  ],
  [
    'gave up and died before it recorded it',
    decided(
      {
        ...(without(unfinishedNo(1), 'server') as AgentRecord),
        attempts: [1, 2, 3, 4].map(() => attempt()),
        receipts: ['gave-up/1'],
        lease: lease('giveUp'),
      },
      {},
    ),
    'giveUp',
  ],
  [
    'died at every attempt, the last one included: spent',
    decided(
      unfinishedNo(1, {
        attempts: [1, 2, 3].map(() => attempt({ reason: 'Crashed' })),
        lease: { ...lease('resume'), step: 'join' },
      }),
      { ...running, servers: [serverNo(1, { protection: { delete: false, rebuild: false } })] },
    ),
    'rollback',
  ],
  [
    'died after an attempt that had failed early: the death counts last, and proves nothing of its server',
    decided(
      unfinishedNo(1, {
        attempts: [attempt({ step: 'vm', ended: at(-200) })],
        lease: { ...lease('resume'), step: 'join' },
      }),
      unmarked,
    ),
    'resume',
  ],
  [
    'died once: tried again after its delay',
    decided(
      unfinishedNo(1, {
        attempts: [attempt({ step: 'join', reason: 'Crashed', ended: at(-1) })],
      }),
      running,
    ),
    'idle RetryLater',
  ],
  [
    'died with others: tried again at once',
    decided(
      unfinishedNo(1, {
        attempts: [attempt({ step: 'join', reason: 'Crashed', scope: 'fleet', ended: at(-1) })],
      }),
      running,
    ),
    'resume',
  ],
  [
    'an unfinished server without a host key is tried; what it needs is missing for good',
    decided(without(unfinishedNo(1), 'hostKey') as AgentRecord, running),
    'resume',
  ],
  [
    'a finished server without a host key stays, with a reason',
    decided(without(without(recordNo(1), 'hostKey'), 'configured') as AgentRecord, {
      ...running,
      devices: [],
    }),
    'idle HostKeyUnknown',
  ],
  [
    'a failure that needs a person waits',
    decided(recordNo(1, { observedOid, attempts: [stalled] }), drifted),
    'idle RetryLater',
  ],
  [
    'and is tried again later',
    decided(recordNo(1, { observedOid, attempts: [{ ...stalled, ended: at(-121) }] }), drifted),
    'repair state',
  ],
  [
    'or once the file has changed',
    decided(recordNo(1, { observedOid: 'f'.repeat(40), attempts: [stalled] }), drifted),
    'repair state',
  ],
  [
    'a transient failure is tried again at once, the first time',
    decided(
      recordNo(1, { observedOid, attempts: [{ ...stalled, errorClass: 'transient' }] }),
      drifted,
    ),
    'repair state',
  ],
  [
    'a repair that waits delays no configuration',
    decided(recordNo(1, { observedOid, attempts: [stalled] }), drifted, {
      config: { model: 'other' },
    }),
    'configure',
  ],
  [
    'a power-off does not wait, however often it failed',
    decided(
      recordNo(1, {
        observedOid,
        attempts: [1, 2, 3].map(() => attempt({ change: 'power', ended: at(-1) })),
      }),
      running,
      { access: { state: 'suspended', since: at(-10) } },
    ),
    'power',
  ],
  [
    'an impossible resize delays no power on',
    decided(recordNo(1), off, { plan: 'no-such-plan' }),
    'power',
  ],
];

describe('after a death or a failure', () => {
  for (const [name, was, expected] of table) it(name, () => assert.equal(was, expected));
});

describe('of two reasons to wait', () => {
  const waits = (message: string, until?: string) => {
    const { path, oid } = fileNo(1);
    const due = until === undefined ? {} : { until };
    const idle = {
      agent: idNo(1),
      path,
      file: oid,
      reason: 'RetryLater' as const,
      message,
      ...due,
    };
    return { kind: 'idle' as const, idle };
  };
  const said = (first: string | undefined, other: string | undefined) => {
    const decided = dueWith(waits('first', first), waits('other', other));
    return decided.kind === 'idle' ? [decided.idle.message, decided.idle.until] : [];
  };
  it('the earlier time counts, with its message', () => {
    assert.deepEqual(said(at(5), at(9)), ['first', at(5)]);
    assert.deepEqual(said(at(5), at(5)), ['first', at(5)]);
    assert.deepEqual(said(at(9), at(5)), ['first; other', at(5)]);
    assert.deepEqual(said(undefined, at(5)), ['first; other', at(5)]);
    assert.deepEqual(said(at(5), undefined), ['first', at(5)]);
  });
});

describe('a wait for a person, beside a repair that waits for a time', () => {
  const world = (record: AgentRecord, plan: string) =>
    diff(worldOf({ files: [fileNo(1, { plan })], records: [record] }, drifted)).idle;
  const failedMessage = 'repair failed 1 times, last at step configure: GateRefused';

  it('nothing can be configured on it: that is reported, with the time of the repair', () => {
    const { hostKey: _key, ...record } = recordNo(1, { observedOid, attempts: [stalled] });
    const [one] = world(record, 'starter');
    assert.equal(one?.reason, 'HostKeyUnknown');
    assert.equal(one.until, at(60));
    assert.ok(one.message.endsWith(`; ${failedMessage}`), one.message);
  });

  it('a size is not available: the same', () => {
    const sized = fileNo(1, { plan: 'no-such-plan' });
    const record = recordNo(1, { observedOid: sized.oid, attempts: [stalled] });
    const [one] = world(record, 'no-such-plan');
    assert.equal(one?.reason, 'ResizeImpossible');
    assert.equal(one.until, at(60));
  });

  it('of two that wait for a time the earlier counts', () => {
    const resize = { ...stalled, change: 'resize', ended: at(-30) } as const;
    const sized = fileNo(1, { plan: 'pro' });
    const record = recordNo(1, { observedOid: sized.oid, attempts: [stalled, resize] });
    const [one] = world(record, 'pro');
    assert.equal(one?.reason, 'RetryLater');
    assert.equal(one.until, at(60));
  });
});
