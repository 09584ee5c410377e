/** Servers that another run is creating count, with their cost, as if they existed. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AgentRecord } from '../../../reconciler/core/fleet/recorded.ts';
import type { World } from '../../../reconciler/core/fleet/world.ts';
import { planOf } from '../../../reconciler/core/plan/plan.ts';
import {
  at,
  fileNo,
  idNo,
  nonce,
  policyOf,
  recordNo,
  runsSaid,
  serverNo,
  without,
  worldOf,
} from '../../builders/world.ts';

type Lease = NonNullable<AgentRecord['lease']>;

function lease(change: Lease['change'], part: Partial<Lease> = {}): Lease {
  return {
    run: 'r',
    runAttempt: 1,
    change,
    nonce,
    since: at(-5),
    until: at(85),
    step: 'server',
    ...part,
  };
}

describe('servers that another run is creating', () => {
  const limits = (text: string) => policyOf(`limits: {${text}}\n`);
  const making = (part: Partial<AgentRecord> = {}) =>
    without(
      recordNo(9, { everRunning: false, lease: lease('create', { step: 'vm' }), ...part }),
      'server',
    ) as AgentRecord;
  const world = (part: Partial<World> = {}, observed: Partial<World['observed']> = {}) =>
    worldOf(
      {
        files: [fileNo(1)],
        records: [making()],
        policy: limits('fleetCostMonthlyMax: 8'),
        ...part,
      },
      observed,
    );
  const deferred = (of: World) => planOf(of).deferred.map(({ limit }) => limit);

  it('have their future cost, before any listing contains them', () => {
    assert.deepEqual(deferred(world({ records: [] })), []);
    assert.deepEqual(deferred(world()), ['fleetCost']);
    assert.deepEqual(deferred(world({ policy: limits('fleetCostMonthlyMax: 11') })), []);
  });

  it('have it once, when the listing contains them already', () => {
    const eleven = { policy: limits('fleetCostMonthlyMax: 11') };
    assert.deepEqual(deferred(world(eleven, { servers: [serverNo(9)] })), []);
    const recorded = { ...making(), server: recordNo(9).server } as AgentRecord;
    const named = { kind: 'named' as const, agents: [idNo(1)] };
    assert.deepEqual(deferred(world({ ...eleven, records: [recorded] }, { reading: named })), []);
  });

  it('cost nothing where their run is over', () => {
    assert.deepEqual(deferred(world({ runs: runsSaid({ r: 'over' }) })), []);
  });

  it('count for the hour and for their customer', () => {
    const mine = [making({ customer: 'cus_Test1' })];
    assert.deepEqual(deferred(world({ policy: limits('createsPerHourMax: 1') })), [
      'createsPerHour',
    ]);
    assert.deepEqual(
      deferred(world({ records: mine, policy: limits('createsPerCustomerPerHourMax: 1') })),
      ['createsPerCustomerPerHour'],
    );
  });
});
