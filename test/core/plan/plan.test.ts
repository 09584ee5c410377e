/** The plan as a value: order-free, fingerprinted, and empty once it was carried out. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { labelNames } from '../../../reconciler/core/fleet/observed.ts';
import type { World } from '../../../reconciler/core/fleet/world.ts';
import { fingerprintOf, isEmptyPlan, planOf } from '../../../reconciler/core/plan/plan.ts';
import { reportMarkdown, reportText } from '../../../reconciler/core/status/report.ts';
import { validate } from '../../../schemas/validate.ts';
import {
  at,
  attempt,
  convergedWorld,
  deviceNo,
  fileNo,
  labelsNo,
  recordNo,
  seenLongAgo,
  serverNo,
  stateNo,
  unfinishedNo,
  worldOf,
} from '../../builders/world.ts';

/** One of each: creates, a retirement, repairs, an orphan, a removed file, a finalized one. */
function busyWorld(): World {
  return seenLongAgo(
    worldOf(
      {
        files: [
          fileNo(1),
          fileNo(2, {
            plan: 'pro',
            region: 'us-east',
            access: { state: 'granted', since: at(-900) },
          }),
          fileNo(3, {
            access: { state: 'ended', since: at(-300) },
            retired: { at: at(-300), by: 'stripe', reason: 'canceled' },
          }),
          fileNo(4, { power: 'stopped' }),
          fileNo(5),
          fileNo(6, {
            access: { state: 'ended', since: at(-300) },
            retired: { at: at(-300), by: 'stripe', reason: 'canceled' },
          }),
          fileNo(8),
        ],
        records: [
          recordNo(3),
          recordNo(4),
          recordNo(5),
          recordNo(6),
          recordNo(7),
          unfinishedNo(8, { attempts: [attempt({ ended: at(-2) })] }),
        ],
      },
      {
        servers: [
          serverNo(3, { status: 'off' }),
          serverNo(4),
          serverNo(5, { protection: { delete: false, rebuild: false } }),
          serverNo(7),
          serverNo(9, {
            name: 'stray',
            labels: { ...labelsNo(9), [labelNames.agent]: 'agt-zzzzzzzzzzzz' },
          }),
        ],
        devices: [deviceNo(4), deviceNo(5), deviceNo(7)],
        states: [stateNo(3), stateNo(4), stateNo(5), stateNo(7)],
      },
    ),
  );
}

function shuffled(world: World, order: readonly number[]): World {
  let turn = 0;
  const mix = <Item>(items: readonly Item[]): Item[] =>
    items
      .map((item) => ({ item, key: order[turn++ % order.length] ?? 0 }))
      .sort((a, b) => a.key - b.key)
      .map(({ item }) => item);
  const { observed } = world;
  return {
    ...world,
    files: mix(world.files),
    records: mix(world.records),
    observed: {
      ...observed,
      servers: mix(observed.servers),
      devices: mix(observed.devices),
      states: mix(observed.states),
    },
  };
}

describe('plan', () => {
  it('does not depend on the order of its inputs', () => {
    const plan = planOf(busyWorld());
    assert.ok(plan.changes.length >= 4 && plan.orphans.length === 1 && plan.removed.length === 1);
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 30, maxLength: 30 }), (order) => {
        assert.deepEqual(planOf(shuffled(busyWorld(), order)), plan);
      }),
      { numRuns: 50, seed: 7 },
    );
  });

  it('is empty over a converged world', () => {
    const plan = planOf(convergedWorld(5));
    assert.equal(isEmptyPlan(plan), true);
    assert.deepEqual([plan.idle, plan.deferred, plan.refused, plan.nextDueAt], [[], [], [], null]);
  });

  it('is valid by its own schema', () => {
    const checked = validate('plan', planOf(busyWorld()));
    assert.deepEqual(checked.ok ? [] : checked.problems, []);
  });

  it('keeps its fingerprint while only time passes, and changes it with a decision', () => {
    const world = busyWorld();
    const plan = planOf(world);
    assert.equal(planOf({ ...world, nowMs: world.nowMs + 1000 }).fingerprint, plan.fingerprint);
    assert.equal(fingerprintOf(plan), plan.fingerprint);
    assert.notEqual(
      planOf({ ...world, files: world.files.slice(1) }).fingerprint,
      plan.fingerprint,
    );
  });

  it('destroys, creates and finalizes nothing from a partial reading', () => {
    const world = busyWorld();
    const reading = {
      kind: 'partial' as const,
      reasons: [{ source: 'servers' as const, detail: 'page 2 is missing' }],
    };
    const plan = planOf({ ...world, observed: { ...world.observed, reading } });
    assert.deepEqual(plan.changes.map((change) => change.kind).sort(), ['power', 'repair']);
    assert.deepEqual([plan.removed, plan.finished, plan.orphans], [[], [], []]);
  });

  it('reads well as text and as Markdown', (t) => {
    const plan = planOf(busyWorld());
    t.assert.snapshot(reportText(plan), { serializers: [String] });
    t.assert.snapshot(reportMarkdown(plan), { serializers: [String] });
  });

  it('caps long groups in the report', () => {
    const files = Array.from({ length: 60 }, (_, n) => fileNo(n + 1, { region: 'nowhere' }));
    assert.match(reportText(planOf(worldOf({ files }))), /… and 20 more, in the plan/);
  });
});
