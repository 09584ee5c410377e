/** Bursts, turns and the times that a plan announces for them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AgentRecord } from '../../../reconciler/core/fleet/recorded.ts';
import type { World } from '../../../reconciler/core/fleet/world.ts';
import { dueMoments } from '../../../reconciler/core/plan/due.ts';
import { planOf } from '../../../reconciler/core/plan/plan.ts';
import { at, convergedWorld, fileNo, idNo, policyOf, seenLongAgo } from '../../builders/world.ts';

const numbers = (n: number) => Array.from({ length: n }, (_, place) => place + 1);
const retired = {
  access: { state: 'ended' as const, since: at(-300) },
  retired: { at: at(-300), by: 'stripe' as const, reason: 'canceled' },
};
const path = 'approvals/a.yaml';

function retirements(n: number, fleet: number, limits = ''): World {
  const files = numbers(fleet).map((one) => fileNo(one, one <= n ? retired : {}));
  const policy = policyOf(
    `limits: {destroysPerHourCount: 1000, destroysPerDayCount: 1000${limits}}\n`,
  );
  return seenLongAgo({ ...convergedWorld(fleet, { policy }), files });
}

/** The same world once these were ended under an approval. */
function approved(world: World, minutes: (n: number) => number, ...gone: readonly number[]): World {
  const of = new Map<string, number>(gone.map((one) => [idNo(one), minutes(one)]));
  const records = world.records.map((record): AgentRecord => {
    const ended = of.get(record.name);
    if (ended === undefined || record.server === undefined) return record;
    const { server, ...rest } = record;
    const asked = record.ending?.seen ?? '';
    const destroyed = [
      { asked, at: at(ended), server: server.id, kind: 'retire' as const, approval: path },
    ];
    return { ...rest, everRunning: false, destroyed };
  });
  const servers = world.observed.servers.filter(({ name }) => !of.has(name));
  return { ...world, records, observed: { ...world.observed, servers } };
}

const later = (world: World, iso: string): World => ({ ...world, nowMs: Date.parse(iso) });
const retires = (world: World) =>
  planOf(world).changes.filter((change) => change.kind === 'retire' && change.servers.length > 0)
    .length;

describe('the time at which a refused end is let through', () => {
  it('is true for what an approver left out in a small fleet', () => {
    const world = approved(retirements(12, 20), () => -30, ...numbers(8));
    const plan = planOf(world);
    assert.equal(plan.refused.length, 4);
    const [free] = plan.refused.flatMap(({ freeAt }) => freeAt ?? []);
    if (free !== undefined) assert.equal(retires(later(world, free)), 4);
  });

  it('is not announced where another rule refuses the end then', () => {
    const world = {
      ...approved(retirements(5, 10), () => -30, 1, 2),
      unprovenAlone: new Set<string>([3, 4, 5].map((n) => idNo(n))),
    };
    const plan = planOf(world);
    const [free] = plan.refused.flatMap(({ freeAt }) => freeAt ?? []);
    if (free !== undefined) assert.equal(retires(later(world, free)), 3);
  });

  it('is true for every number of approved ones, at whatever times they were ended', () => {
    const wrong: string[] = [];
    for (const fleet of [5, 10, 20, 30, 60, 120])
      for (const burst of [4, 6, 11, 14, 21, 30])
        for (const ended of [1, 2, 3, 5, 8, 13, 20]) {
          if (burst > fleet || ended >= burst) continue;
          const world = approved(retirements(burst, fleet), (n) => -30 - n, ...numbers(ended));
          const plan = planOf(world);
          const free = plan.refused
            .flatMap(({ freeAt }) => freeAt ?? [])
            .sort()
            .at(-1);
          if (free === undefined) continue;
          const then = planOf(later(world, free)).refused.length;
          if (then > 0) wrong.push(`${fleet}/${burst}/${ended}: ${then} refused at ${free}`);
        }
    assert.deepEqual(wrong, []);
  });
});

describe('what an approver left out of a set of reprovisions', () => {
  /** The first `done` of `n` were approved and have their new server. */
  function reprovisions(n: number, fleet: number, done: number): World {
    const files = numbers(fleet).map((one) => fileNo(one, one <= n ? { revision: 2 } : {}));
    const policy = policyOf(
      'limits: {destroysPerHourCount: 1000, destroysPerDayCount: 1000, createsPerRunMax: 1000, ' +
        'createsPerHourMax: 1000, fleetCostMonthlyMax: 100000}\n',
    );
    const world = seenLongAgo({ ...convergedWorld(fleet, { policy }), files });
    const isDone = new Set<string>(numbers(done).map((one) => idNo(one)));
    const records = world.records.map((record): AgentRecord => {
      const { server, chosen, ending, ...rest } = record;
      if (!isDone.has(record.name) || server === undefined || chosen === undefined) return record;
      const destroyed = [
        {
          asked: at(-300),
          at: at(-30),
          server: `9${server.id}`,
          kind: 'replace' as const,
          approval: path,
        },
      ];
      return { ...rest, server, chosen: { ...chosen, revision: 2 }, destroyed };
    });
    return { ...world, records };
  }

  for (const [n, fleet, done] of [
    [12, 50, 10],
    [41, 1000, 25],
  ] as const)
    it(`stays refused: ${done} of ${n}, in a fleet of ${fleet}`, () => {
      assert.equal(planOf(reprovisions(n, fleet, 0)).refused.length, n);
      const { refused, changes } = planOf(reprovisions(n, fleet, done));
      assert.deepEqual(
        [refused.length, changes.filter(({ kind }) => kind === 'replace').length],
        [n - done, 0],
      );
    });
});

describe('a queue', () => {
  it('that drains announces the same time for each that waits, run after run', () => {
    const policy = policyOf('limits: {missingCountMax: 1000, burstCount: 1000}\n');
    const files = numbers(100).map((one) => fileNo(one, one <= 90 ? retired : {}));
    let world = seenLongAgo({ ...convergedWorld(100, { policy }), files });
    const said = new Map<string, string>();
    let changes = 0;
    let ended = 0;
    const counts: number[] = [];
    for (let run = 0; run < 4 * 72 && ended < 90; run += 1) {
      const plan = planOf(world);
      const ends = plan.changes.filter(({ kind }) => kind === 'retire');
      for (const { change, limit } of plan.deferred) {
        const before = said.get(change.agent);
        if (before !== undefined && before !== limit) changes += 1;
        said.set(change.agent, limit);
      }
      counts.push(ends.length);
      const gone = new Set(ends.map(({ agent }) => agent));
      const records = world.records.map((record, place): AgentRecord => {
        if (!gone.has(record.name) || record.server === undefined) return record;
        const { server, ...rest } = record;
        ended += 1;
        const doneAt = new Date(world.nowMs + 40_000 + (place % 7) * 10_000).toISOString();
        return {
          ...rest,
          everRunning: false,
          destroyed: [
            { at: doneAt, server: server.id, kind: 'retire', asked: record.ending?.seen ?? '' },
          ],
        };
      });
      world = {
        ...world,
        records,
        files: world.files.filter(({ id }) => id === null || !gone.has(id)),
        nowMs: world.nowMs + 15 * 60_000,
        observed: {
          ...world.observed,
          servers: world.observed.servers.filter(({ name }) => !gone.has(name)),
        },
      };
    }
    assert.equal(ended, 90);
    assert.ok(changes <= 90, `${changes} rewritten; ends per run ${counts.join(' ')}`);
  });
});

it('triggers a run of the service when the turn of a deferred end comes', () => {
  const policy = policyOf('limits: {missingCountMax: 1000, burstCount: 1000}\n');
  const files = numbers(100).map((one) => fileNo(one, one <= 9 ? retired : {}));
  const world = seenLongAgo({ ...convergedWorld(100, { policy }), files });
  const records = world.records.map((record, place): AgentRecord => {
    if (place >= 5 || record.server === undefined) return record;
    const { server, ...rest } = record;
    const asked = record.ending?.seen ?? '';
    return { ...rest, destroyed: [{ at: at(-30), server: server.id, kind: 'retire', asked }] };
  });
  const servers = world.observed.servers.slice(5);
  const later = { ...world, records, observed: { ...world.observed, servers } };
  const { nextDueAt, deferred } = planOf(later);
  assert.deepEqual([deferred.length, nextDueAt], [4, at(30)]);
  const moments = dueMoments({ files, records, policy, sinceMs: world.nowMs });
  assert.ok(moments.includes(Date.parse(at(30))), JSON.stringify(moments));
});
