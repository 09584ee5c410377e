/** The conditions in records after a run, and that writing them again changes nothing. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AgentRecord } from '../../../reconciler/core/fleet/recorded.ts';
import type { World } from '../../../reconciler/core/fleet/world.ts';
import { planOf } from '../../../reconciler/core/plan/plan.ts';
import { mentionsOf, unmentioned } from '../../../reconciler/core/status/mention.ts';
import { statusInPart } from '../../../reconciler/core/status/standing.ts';
import { gone, statusAfter } from '../../../reconciler/core/status/status.ts';
import {
  at,
  attempt,
  convergedWorld,
  fileNo,
  idNo,
  nowMs,
  policyOf,
  recordNo,
  seenLongAgo,
  unfinishedNo,
  worldOf,
} from '../../builders/world.ts';

/** The record of agent 1 after finalizing this world's plan. */
function recordAfter(world: World): AgentRecord | null {
  const file = world.files.find((one) => one.id === idNo(1));
  assert.ok(file);
  const record = world.records.find((one) => one.name === idNo(1)) ?? null;
  return statusAfter(file, record, mentionsOf(planOf(world)).get(idNo(1)), world.nowMs);
}
const seen = recordNo(1, { observedOid: fileNo(1).oid });

describe('statusInPart', () => {
  const file = fileNo(1, { retired: { at: at(-600), by: 'person', reason: 'enough' } });

  it('keeps the former conditions, and writes nothing where those are all', () => {
    const refused = { type: 'Refused', status: 'True' as const, reason: 'Burst', message: 'x' };
    const record = recordNo(1, {
      phase: 'retiring',
      observedOid: file.oid,
      conditions: [{ ...refused, since: at(-9) }],
    });
    const idle = [
      {
        agent: idNo(1),
        path: file.path,
        file: file.oid,
        reason: 'PartialReading' as const,
        message: 'retire waits for a complete reading',
      },
    ];
    const first = statusInPart(file, record, { ...unmentioned, idle }, nowMs);
    assert.deepEqual(
      first?.conditions.map(({ type, since }) => [type, since]),
      [
        ['Observing', at(0)],
        ['Refused', at(-9)],
      ],
    );
    assert.equal(statusInPart(file, first, { ...unmentioned, idle }, nowMs + 1000), null);
  });
});

describe('statusAfter', () => {
  it('writes nothing over a converged agent', () => {
    assert.equal(recordAfter(convergedWorld(1, { records: [seen] })), null);
  });
  it('is idempotent: it does not change what it wrote', () => {
    const worlds = [
      worldOf({ files: [fileNo(1, { region: 'nowhere' })] }),
      convergedWorld(1, {
        files: [fileNo(1, { hold: { reason: 'x', since: at(-5), until: at(5) } })],
      }),
      worldOf({
        files: [fileNo(1)],
        records: [unfinishedNo(1, { attempts: [attempt({ ended: at(-1) })] })],
      }),
      worldOf({ files: [fileNo(1)], stop: 'incident' }),
    ];
    for (const world of worlds) {
      const first = recordAfter(world);
      assert.ok(first, 'something is written');
      const again = { ...world, records: [first], nowMs: nowMs + 1000 };
      assert.equal(recordAfter(again), null);
    }
  });
  it('an agent that waits for its turn is queued, with the reason', () => {
    const policy = policyOf('limits: {createsPerRunMax: 1}\n');
    const files = [fileNo(1), fileNo(2, { access: { state: 'granted', since: at(-900) } })];
    const record = recordAfter(worldOf({ files, policy }));
    assert.equal(record?.phase, 'queued');
    assert.deepEqual(
      record?.conditions.map((one) => [one.type, one.reason]),
      [['Deferred', 'CreatesPerRun']],
    );
  });
  it('a refusal is visible', () => {
    const policy = policyOf('limits: {burstCount: 0}\n');
    const retired = {
      access: { state: 'ended' as const, since: at(-300) },
      retired: { at: at(-300), by: 'stripe' as const, reason: 'canceled' },
    };
    const record = recordAfter(
      seenLongAgo(convergedWorld(1, { files: [fileNo(1, retired)], policy })),
    );
    assert.deepEqual(
      record?.conditions.map((one) => [one.type, one.reason]),
      [['Refused', 'Burst']],
    );
    assert.equal(record?.phase, 'retiring');
  });
  it('an agent that a run is creating is left to that run', () => {
    assert.equal(recordAfter(worldOf({ files: [fileNo(1)] })), null);
    const lease = {
      run: 'r',
      runAttempt: 1,
      change: 'create' as const,
      nonce: 'n'.repeat(16),
      since: at(-1),
      until: at(60),
      step: 'vm' as const,
    };
    assert.equal(
      recordAfter(worldOf({ files: [fileNo(1)], records: [unfinishedNo(1, { lease })] })),
      null,
    );
  });
  it('an invalid file freezes the record, with its place', () => {
    const problems = [{ path: 'p', line: 3, column: 5, field: 'spec.power', message: 'is wrong' }];
    const files = [
      {
        kind: 'invalid' as const,
        id: idNo(1),
        path: fileNo(1).path,
        oid: 'e'.repeat(40),
        problems,
      },
    ];
    const record = recordAfter(convergedWorld(1, { files, records: [seen] }));
    assert.equal(record?.phase, 'frozen');
    assert.match(record?.conditions[0]?.message ?? '', /p:3:5: spec\.power/);
  });
  it('phases follow access and power', () => {
    const phase = (spec: Parameters<typeof fileNo>[1], power: 'on' | 'off') =>
      recordAfter({
        ...convergedWorld(1, {
          files: [fileNo(1, spec)],
          records: [
            recordNo(1, {
              server: { ...recordNo(1).server, power } as NonNullable<AgentRecord['server']>,
            }),
          ],
        }),
      })?.phase;
    assert.equal(phase({ power: 'stopped' }, 'off'), 'stopped');
    assert.equal(phase({ power: 'stopped' }, 'on'), 'stopping');
    assert.equal(phase({ access: { state: 'suspended', since: at(-5) } }, 'off'), 'suspended');
  });
  it('Stripe’s oddities are in a condition', () => {
    const file = fileNo(1, {
      access: { state: 'granted', since: at(-600), issues: ['PlanUnknown'] },
    });
    assert.deepEqual(
      recordAfter(convergedWorld(1, { files: [file] }))?.conditions.map((one) => [
        one.type,
        one.reason,
      ]),
      [['Billing', 'PlanUnknown']],
    );
  });
});

describe('gone', () => {
  it('drops what no longer exists and keeps the history', () => {
    const record = gone(
      recordNo(1, { destroyed: [{ at: at(-1), server: '1001', kind: 'retire' }] }),
      at(0),
      'd'.repeat(40),
    );
    assert.deepEqual(
      [record?.phase, record?.server, record?.tailnet, record?.destroyed.length],
      ['retired', undefined, undefined, 1],
    );
  });
  it('counts an end whose run died before it recorded it', () => {
    const attempts = [attempt({ change: 'retire', step: 'server', reason: 'OutcomeUnknown' })];
    const record = gone(recordNo(1, { attempts }), at(0), 'd'.repeat(40));
    assert.deepEqual(record?.destroyed, [{ at: at(0), server: '1001', kind: 'retire' }]);
  });
  it('is written once, for the content that is removed', () => {
    const record = recordNo(1, { gone: at(-1), observedOid: 'd'.repeat(40) });
    assert.equal(gone(record, at(0), 'd'.repeat(40)), null);
    const again = { ...record, observedOid: 'e'.repeat(40) };
    assert.deepEqual(gone(record, at(0), 'e'.repeat(40)), again);
  });
});
