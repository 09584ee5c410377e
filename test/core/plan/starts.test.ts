/** Creates that a replacement promised, and rollbacks that still run, as the limits count them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AgentRecord } from '../../../reconciler/core/fleet/recorded.ts';
import { rollbacksLeft } from '../../../reconciler/core/plan/rollbacks.ts';
import { promisedCreates, startsPerCustomer } from '../../../reconciler/core/plan/starts.ts';
import { at, attempt, idNo, nowMs, policyOf, recordNo, without } from '../../builders/world.ts';

const replaced = (ended: string) => attempt({ change: 'replace', outcome: 'succeeded', ended });
const withoutServer = (...attempts: AgentRecord['attempts']) =>
  without(recordNo(1, { attempts }), 'server') as AgentRecord;

describe('a create that a replacement promised', () => {
  it('stays so through creates that fail, for a day', () => {
    const promised = (record: AgentRecord) => [...promisedCreates([record], nowMs)];
    const failed = attempt({ ended: at(-5) });
    assert.deepEqual(promised(withoutServer(replaced(at(-90)))), [idNo(1)]);
    assert.deepEqual(promised(withoutServer(replaced(at(-90)), failed)), [idNo(1)]);
    assert.deepEqual(promised(withoutServer(replaced(at(-25 * 60)), failed)), []);
    assert.deepEqual(promised(withoutServer(failed)), []);
    const retired = attempt({ change: 'retire', ended: at(-5) });
    assert.deepEqual(promised(withoutServer(replaced(at(-90)), retired)), [], 'it is to go');
    const made = attempt({ outcome: 'succeeded', ended: at(-5) });
    assert.deepEqual(promised(withoutServer(replaced(at(-90)), made)), [], 'it was made, and went');
    assert.deepEqual(promised(recordNo(1, { attempts: [replaced(at(-90))] })), []);
  });
});

describe('the starts of a customer', () => {
  it('are those within the window, and the create that a replacement has just promised', () => {
    const starts = (record: AgentRecord) =>
      startsPerCustomer([record], nowMs - 3_600_000).get('cus_Test1') ?? 0;
    const made = attempt({ outcome: 'succeeded', started: at(-40), ended: at(-39) });
    assert.equal(starts(withoutServer(made)), 1);
    assert.equal(starts(withoutServer(made, replaced(at(-5)))), 2);
    assert.equal(starts(withoutServer(replaced(at(-65)))), 0);
  });
});

describe('the limit of rollbacks', () => {
  it('counts those of live leases, and no other leases', () => {
    const policy = policyOf('limits: {rollbacksPerHourMax: 1}\n');
    const lease = (change: 'rollback' | 'power') =>
      ({
        run: 'run-9',
        runAttempt: 1,
        change,
        nonce: 'a1b2c3d4e5f60718',
        since: at(-1),
        until: at(89),
        step: 'lease',
      }) as const;
    const left = (record: AgentRecord) =>
      rollbacksLeft({ records: [record], policy, nowMs, runs: new Map() });
    assert.equal(left(recordNo(1, { lease: lease('rollback') })), 0);
    assert.equal(left(recordNo(1, { lease: lease('power') })), 1);
  });

  it('counts those of the last hour, and no other ends', () => {
    const policy = policyOf('limits: {rollbacksPerHourMax: 1}\n');
    const left = (kind: 'rollback' | 'retire', minutes: number) => {
      const destroyed = [{ at: at(minutes), server: '1001', kind }];
      const records = [recordNo(1, { destroyed })];
      return rollbacksLeft({ records, policy, nowMs, runs: new Map() });
    };
    assert.deepEqual(
      [left('rollback', -59), left('rollback', -61), left('retire', -59)],
      [0, 1, 1],
    );
  });
});
