/** Which agents the deep check reads: every agent in turn, whichever runs are missing. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { World } from '../../../reconciler/core/fleet/world.ts';
import { deepCheckCondition, deepCheckTurns } from '../../../reconciler/core/plan/deep-check.ts';
import { planOf } from '../../../reconciler/core/plan/plan.ts';
import {
  at,
  convergedWorld,
  fileNo,
  idNo,
  nowMs,
  policyOf,
  recordNo,
  runsSaid,
  serverNo,
  stateNo,
  worldOf,
} from '../../builders/world.ts';

const slotMs = 24 * 3_600_000;
const agents = 23;
const allAgents = Array.from({ length: agents }, (_, n) => idNo(n + 1)).sort();

function policyFor(agentsPerRun: number) {
  return policyOf(`deepCheck: {agentsPerRun: ${agentsPerRun}}\n`);
}

function turns(world: World): readonly string[] {
  return deepCheckTurns(world, planOf(world)).map(({ agent }) => agent);
}

const doubt = {
  type: deepCheckCondition,
  status: 'True' as const,
  reason: 'Disagrees',
  message: 'backups is true',
  since: at(-60),
};

describe('turns', () => {
  const fleet = convergedWorld(agents, { policy: policyFor(4) });
  const cycleSlots = Math.ceil(agents / 4);
  const firstOfCycle = Math.ceil(nowMs / slotMs / cycleSlots) * cycleSlots;
  const inSlot = (slot: number) => turns({ ...fleet, nowMs: slot * slotMs });

  test('each cycle reads each agent exactly once, a fixed number a run', () => {
    const seen: string[] = [];
    for (let slot = firstOfCycle; slot < firstOfCycle + cycleSlots; slot += 1) {
      const now = inSlot(slot);
      assert.ok(now.length <= 4);
      seen.push(...now);
    }
    assert.deepEqual(seen.sort(), allAgents);
  });

  test('two runs within one slot read the same', () => {
    const early = turns({ ...fleet, nowMs: firstOfCycle * slotMs });
    const late = turns({ ...fleet, nowMs: firstOfCycle * slotMs + slotMs - 1 });
    assert.deepEqual(late, early);
    assert.equal(early.length, 4);
  });

  test('runs that always miss the same slots of a cycle miss no agent forever', () => {
    const seen = new Set<string>();
    for (let cycle = 0; cycle < 60; cycle += 1)
      for (const slot of [0, 1])
        for (const one of inSlot(firstOfCycle + cycle * cycleSlots + slot)) seen.add(one);
    assert.deepEqual([...seen].sort(), allAgents);
  });

  test('the order of the listing does not matter', () => {
    const turned = {
      ...fleet,
      records: [...fleet.records].reverse(),
      observed: { ...fleet.observed, servers: [...fleet.observed.servers].reverse() },
    };
    assert.deepEqual(turns(turned), turns(fleet));
    assert.ok(turns(fleet).length > 0);
  });

  test('agents in doubt are read again besides, each run', () => {
    const records = fleet.records.map((record) =>
      [idNo(5), idNo(9)].includes(record.name as never)
        ? { ...record, conditions: [doubt] }
        : record,
    );
    for (let slot = firstOfCycle; slot < firstOfCycle + cycleSlots; slot += 1) {
      const now = turns({ ...fleet, records, nowMs: slot * slotMs });
      assert.ok(now.includes(idNo(5)) && now.includes(idNo(9)));
      assert.ok(now.length <= 6);
    }
  });
});

describe('no agent is read', () => {
  const one = convergedWorld(1, { policy: policyFor(1) });

  test('unless it is converged', () => {
    assert.deepEqual(turns(one), [idNo(1)]);
  });
  test('where the deep check is turned off', () => {
    assert.deepEqual(turns({ ...one, policy: policyFor(0) }), []);
  });
  test('in an incomplete reading', () => {
    const reasons = [{ source: 'devices' as const, detail: 'down' }];
    const partial = { ...one.observed, reading: { kind: 'partial' as const, reasons } };
    assert.deepEqual(turns({ ...one, observed: partial }), []);
    const named = { ...one.observed, reading: { kind: 'named' as const, agents: [idNo(1)] } };
    assert.deepEqual(turns({ ...one, observed: named }), []);
  });
  test('that is to be changed, or held', () => {
    assert.deepEqual(turns({ ...one, files: [fileNo(1, { power: 'stopped' })] }), []);
    const hold = { reason: 'x', since: at(-5), until: at(5) };
    assert.deepEqual(turns({ ...one, files: [fileNo(1, { hold })] }), []);
  });
  test('that a run works on, or whose state is locked', () => {
    const lease = {
      run: 'run-1',
      runAttempt: 1,
      change: 'configure' as const,
      step: 'lease' as const,
      nonce: 'n'.repeat(16),
      since: at(-5),
      until: at(50),
    };
    const runs = runsSaid({ 'run-1': 'running' });
    assert.deepEqual(turns({ ...one, records: [recordNo(1, { lease })], runs }), []);
    const states = [{ ...stateNo(1), locked: true }];
    assert.deepEqual(turns({ ...one, observed: { ...one.observed, states } }), []);
  });
  test('whose server was just made: firewalls still come to it', () => {
    const { observed, ...world } = one;
    const young = { ...observed, servers: [serverNo(1, { created: at(-14) })] };
    assert.deepEqual(turns({ ...world, observed: young }), []);
    const old = { ...observed, servers: [serverNo(1, { created: at(-16) })] };
    assert.deepEqual(turns({ ...world, observed: old }), [idNo(1)]);
  });
  test('where there is no fleet', () => {
    assert.deepEqual(turns(worldOf({ policy: policyFor(5) })), []);
  });
});
