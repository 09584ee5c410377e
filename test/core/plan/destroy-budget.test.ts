/** How many servers all runs together may end within an hour and a day: each end counts once. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AgentRecord } from '../../../reconciler/core/fleet/recorded.ts';
import type { World } from '../../../reconciler/core/fleet/world.ts';
import { budgetOf } from '../../../reconciler/core/plan/destroy-budget.ts';
import { planOf } from '../../../reconciler/core/plan/plan.ts';
import {
  at,
  attempt,
  convergedWorld,
  fileNo,
  idNo,
  nonce,
  nowMs,
  policyOf,
  recordNo,
  runsSaid,
  seenLongAgo,
  without,
} from '../../builders/world.ts';

const numbers = (n: number) => Array.from({ length: n }, (_, place) => place + 1);
const retired = {
  access: { state: 'ended' as const, since: at(-300) },
  retired: { at: at(-300), by: 'stripe' as const, reason: 'canceled' },
};
const seeded = {
  nonce,
  hostKey: recordNo(1).hostKey ?? '',
  chosen: recordNo(1).chosen as NonNullable<AgentRecord['chosen']>,
};
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

/** Three places an hour, and no burst. */
const policy = policyOf('limits: {destroysPerHourCount: 3, missingCountMax: 100}\n');

/** Ten running agents, the first of them to be retired, and the records of some. */
function fleetOf(
  parts: Readonly<Record<number, Partial<AgentRecord>>>,
  pending = 3,
  part: Partial<World> = {},
): World {
  const files = numbers(10).map((one) => fileNo(one, one <= pending ? retired : {}));
  const records = numbers(10).map((one) => recordNo(one, parts[one]));
  return seenLongAgo({ ...convergedWorld(10, { policy }), files, records, ...part });
}
const withRecord = (world: World, n: number, record: AgentRecord): World => ({
  ...world,
  records: world.records.map((one) => (one.name === idNo(n) ? record : one)),
});
/** The number of requested ends that wait. */
const waiting = (world: World) => planOf(world).deferred.length;
const done = (minutes: number, part: Partial<AgentRecord['destroyed'][number]> = {}) => ({
  at: at(minutes),
  server: '9000',
  kind: 'retire' as const,
  ...part,
});

describe('ends beyond the budget wait, the oldest first', () => {
  it('with their place, and the time of their turn', () => {
    const world = fleetOf({}, 5);
    const seen = new Map([1, 2, 3, 4, 5].map((n) => [idNo(n) as string, at(-100 - n)]));
    const records = world.records.map((one) =>
      one.ending === undefined
        ? one
        : { ...one, ending: { ...one.ending, seen: seen.get(one.name) ?? at(0) } },
    );
    const plan = planOf({ ...world, records });
    assert.deepEqual(
      plan.changes.map(({ agent }) => agent).sort(),
      [idNo(5), idNo(4), idNo(3)].sort(),
    );
    assert.deepEqual(
      plan.deferred.map(({ change, limit, place, freeAt }) => [change.agent, limit, place, freeAt]),
      [
        [idNo(2), 'retiresPerHour', 1, at(60)],
        [idNo(1), 'retiresPerHour', 2, at(60)],
      ],
    );
    assert.equal(plan.nextDueAt, at(60));
  });

  it('with the same answers, however many wait', () => {
    const messages = (pending: number) =>
      planOf(fleetOf({}, pending)).deferred.map(({ message }) => message);
    assert.deepEqual(new Set([...messages(5), ...messages(8)]).size, 1);
    assert.equal(
      messages(5)[0],
      'at most 3 servers of retired agents are ended an hour, or 0.5 % of the fleet',
    );
  });

  it('by the day where its places are used up', () => {
    const tight = policyOf('limits: {destroysPerDayCount: 2, missingCountMax: 100}\n');
    const plan = planOf(fleetOf({ 9: { destroyed: [done(-90)] } }, 3, { policy: tight }));
    assert.equal(plan.changes.length, 1);
    assert.deepEqual(
      plan.deferred.map(({ limit, freeAt }) => [limit, freeAt]),
      [
        ['retiresPerDay', at(24 * 60 - 90)],
        ['retiresPerDay', at(24 * 60)],
      ],
    );
  });

  it('by the share of a large fleet that the policy names', () => {
    const basis = (serversSeen: number) => ({ ...fleetOf({}), serversSeen });
    const atOnce = (serversSeen: number) => {
      const budget = budgetOf('retire', basis(serversSeen));
      return numbers(1000).filter(() => budget.take().atMs === nowMs).length;
    };
    assert.deepEqual([atOnce(600), atOnce(1000), atOnce(10_000)], [3, 5, 50]);
  });

  it('all of them where the budget is zero', () => {
    const none = policyOf('limits: {destroysPerHourCount: 0, missingCountMax: 100}\n');
    const plan = planOf(fleetOf({}, 2, { policy: none }));
    assert.deepEqual(
      [plan.changes.length, plan.deferred.map(({ freeAt }) => freeAt)],
      [0, [undefined, undefined]],
    );
  });

  it('apart from replacements, which have places of their own', () => {
    const world = fleetOf({}, 3);
    const files = world.files.map((file, place) =>
      place < 6 ? file : fileNo(place + 1, { revision: 2 }),
    );
    const plan = planOf(seenLongAgo({ ...world, files }));
    assert.deepEqual(plan.changes.map(({ kind }) => kind).sort(), [
      ...Array(3).fill('replace'),
      ...Array(3).fill('retire'),
    ]);
    assert.deepEqual(
      plan.deferred.map(({ limit, place }) => [limit, place]),
      [['replacesPerHour', 1]],
    );
  });

  it('except a retirement that only clears leftovers', () => {
    const world = fleetOf({}, 6);
    const servers = world.observed.servers.slice(6);
    const plan = planOf({ ...world, observed: { ...world.observed, servers } });
    assert.deepEqual(
      [plan.deferred.length, plan.changes.filter(({ kind }) => kind === 'retire').length],
      [0, 6],
    );
  });
});

describe('what uses a place', () => {
  it('each end within the hour, and none of before', () => {
    assert.equal(waiting(fleetOf({ 9: { destroyed: [done(-59)] } })), 1);
    assert.equal(waiting(fleetOf({ 9: { destroyed: [done(-60)] } })), 0);
  });

  it('not one that was approved, rolled back, an orphan, or a replacement', () => {
    for (const part of [
      { approval: 'approvals/a.yaml' },
      { kind: 'rollback' as const },
      { kind: 'orphan' as const },
      { kind: 'replace' as const },
    ])
      assert.equal(waiting(fleetOf({ 9: { destroyed: [done(-1, part)] } })), 0);
  });

  it('all of them for a day, where records were lost', () => {
    const plan = planOf(fleetOf({ 9: { destroyed: [done(-60, { kind: 'assumed' })] } }));
    assert.deepEqual(
      plan.deferred.map(({ limit, freeAt }) => [limit, freeAt]),
      Array(3).fill(['retiresPerDay', at(23 * 60)]),
    );
  });

  it('all of them for a day, however many records were lost', () => {
    const record = recordNo(1, { destroyed: [done(-60, { kind: 'assumed' })] });
    const basis = { ...fleetOf({}), records: Array(200_000).fill(record), serversSeen: 0 };
    assert.equal(budgetOf('retire', basis).take().atMs, Date.parse(at(23 * 60)));
  });

  it('one that another run works on, as long as its lease is live, however long that takes', () => {
    assert.equal(waiting(fleetOf({ 9: { lease: lease('retire') } })), 1);
    const long = lease('retire', { since: at(-80), until: at(10) });
    assert.equal(waiting(fleetOf({ 9: { lease: long } })), 1);
    assert.equal(waiting(fleetOf({ 9: { lease: lease('replace') } })), 0);
    assert.equal(waiting(fleetOf({ 9: { lease: lease('power') } })), 0);
    assert.equal(waiting(fleetOf({ 9: { lease: lease('rollback') } })), 0);
    const approval = 'approvals/a.yaml';
    assert.equal(waiting(fleetOf({ 9: { lease: lease('retire', { approval }) } })), 0);
  });

  it('one whose lease names no server yet, and not one that clears leftovers', () => {
    const world = fleetOf({});
    const leased = (step: Lease['step']) =>
      without(recordNo(9, { lease: lease('retire', { step }) }), 'server') as AgentRecord;
    assert.equal(waiting(withRecord(world, 9, leased('lease'))), 1);
    assert.equal(waiting(withRecord(world, 9, leased('device'))), 0);
  });

  it('once: not again when its run has recorded the end', () => {
    const ended = without(recordNo(9, { lease: lease('retire', { step: 'state' }) }), 'server');
    const record = { ...ended, destroyed: [done(-1, { server: '1009' })] };
    assert.equal(waiting(withRecord(fleetOf({}), 9, record)), 1);
  });

  it('a dead run may have ended its server without a record', () => {
    const world = fleetOf({ 9: { lease: lease('retire', { since: at(-50) }) } }, 3, {
      runs: runsSaid({ r: 'over' }),
    });
    assert.equal(waiting(world), 1);
    assert.equal(waiting({ ...world, nowMs: Date.parse(at(11)) }), 0);
  });

  it('a dead run counts from its last recorded step', () => {
    const of = (stepSince: string) =>
      fleetOf({ 9: { lease: lease('retire', { since: at(-61), stepSince }) } }, 3, {
        runs: runsSaid({ r: 'over' }),
      });
    assert.equal(waiting(of(at(-40))), 1);
    assert.equal(waiting(of(at(-61))), 0);
  });

  const ended = attempt({ change: 'retire', step: 'server', ended: at(-20) });
  const again = attempt({ change: 'retire', step: 'power', reason: 'NotFound', ended: at(-10) });
  const seen = attempt({ change: 'power', outcome: 'succeeded', step: 'power', ended: at(-5) });
  const looked = { ...seen, change: 'repair' as const, step: 'repair' as const };
  const approved = { ...ended, approval: 'approvals/a.yaml' };
  const cases: readonly (readonly [string, Partial<AgentRecord>, boolean])[] = [
    ['failed at its end', { attempts: [ended] }, true],
    ['failed at its end, and then before it', { attempts: [ended, again] }, true],
    ['failed at its end, under another lease', { attempts: [ended], lease: lease('power') }, true],
    ['was stopped at its end', { attempts: [{ ...ended, outcome: 'superseded' }] }, true],
    ['died with its step unwritten', { attempts: [{ ...again, reason: 'Crashed' }] }, true],
    ['was stopped before its end', { attempts: [{ ...again, outcome: 'superseded' }] }, false],
    ['failed at its end, and a repair looked at it', { attempts: [ended, looked] }, true],
    ['failed at its end under an approval', { attempts: [approved] }, false],
    ['failed before its end', { attempts: [again] }, false],
    ['failed, and another change succeeded since', { attempts: [ended, again, seen] }, false],
  ];
  for (const [what, part, isCounted] of cases)
    it(`a server whose retirement ${what} ${isCounted ? 'may be gone, and counts' : 'is there'}`, () =>
      assert.equal(waiting(fleetOf({ 9: part })) > 0, isCounted));
});

describe('an end that has begun has its place', () => {
  const begun = attempt({ change: 'retire', step: 'server', ended: at(-20) });

  it('and uses no second one, nor one from another', () => {
    const world = fleetOf({ 1: { attempts: [begun] } }, 4);
    const plan = planOf(world);
    assert.ok(plan.changes.some(({ agent }) => agent === idNo(1)));
    assert.deepEqual([plan.changes.length, plan.deferred.length], [3, 1]);
  });

  it('an earlier server of the agent counts beside the one that is to be ended now', () => {
    const world = fleetOf({ 1: { attempts: [begun], creates: [seeded] } });
    const listed = (id: string) => ({
      ...world,
      observed: {
        ...world.observed,
        servers: world.observed.servers.map((one) => (one.id === '1001' ? { ...one, id } : one)),
      },
    });
    assert.equal(waiting(listed('1001')), 0);
    assert.equal(waiting(listed('2001')), 1, 'it was created after the first was ended');
  });

  it('one that was recorded as gone, and is there, uses a place as any', () => {
    const said = done(-25 * 60, { server: '1001' });
    assert.equal(waiting(fleetOf({ 1: { destroyed: [said] } }, 4)), 1);
  });
});
