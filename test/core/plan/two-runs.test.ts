/** What another run has claimed counts for the limits as if it were done already, each once. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  countsAgainstWindows,
  judgeDestroys,
} from '../../../reconciler/core/plan/destroy-window.ts';
import { type Plan, planOf } from '../../../reconciler/core/plan/plan.ts';
import type { AgentRecord } from '../../../reconciler/core/world/recorded.ts';
import type { World } from '../../../reconciler/core/world/world.ts';
import {
  at,
  attempt,
  convergedWorld,
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
type Claim = NonNullable<AgentRecord['claim']>;

function claim(change: Claim['change'], part: Partial<Claim> = {}): Claim {
  return { run: 'r', change, nonce, since: at(-5), until: at(85), step: 'server', ...part };
}

/** Ten running agents, all but the last to be retired, of which some are claimed by another run. */
function claimedWorld(claims: Readonly<Record<number, Partial<AgentRecord>>>, pending = 3): World {
  const world = convergedWorld(10);
  const files = numbers(10).map((one) => fileNo(one, one <= pending ? retired : {}));
  const records = numbers(10).map((one) => recordNo(one, claims[one]));
  return { ...world, files, records };
}

const refusals = (world: World) => planOf(world).refused.map(({ limit }) => limit);

describe('servers that another run is ending', () => {
  for (const change of ['retire', 'replace'] as const) {
    it(`${change}: counts while its claim is live`, () => {
      const world = claimedWorld({ 9: { claim: claim(change) } });
      assert.deepEqual(refusals(claimedWorld({})), []);
      assert.deepEqual(new Set(refusals(world)), new Set(['destroysPerHour']));
      assert.match(
        planOf(world).refused[0]?.message ?? '',
        /^3 to destroy, 1 being destroyed by other runs and 0 destroyed within an hour make 4: /,
      );
    });
  }

  it('counts once: not again when its run has said that it is gone', () => {
    const ended = without(recordNo(9, { claim: claim('retire', { step: 'state' }) }), 'server');
    const destroyed = [{ at: at(-1), server: '1009', kind: 'retire' as const }];
    const world = claimedWorld({}, 2);
    const records = [
      ...world.records.filter(({ name }) => name !== idNo(9)),
      { ...ended, destroyed },
    ];
    assert.deepEqual(refusals({ ...world, records }), []);
    const three = { ...claimedWorld({}, 3), records };
    assert.match(planOf(three).refused[0]?.message ?? '', /^3 to destroy and 1 destroyed within/);
  });

  it('does not count where it is approved, disturbs without ending, or only clears leftovers', () => {
    const approval = 'approvals/a.yaml';
    assert.deepEqual(refusals(claimedWorld({ 9: { claim: claim('retire', { approval }) } })), []);
    assert.deepEqual(refusals(claimedWorld({ 9: { claim: claim('power') } })), []);
    assert.deepEqual(refusals(claimedWorld({ 9: { claim: claim('rollback') } })), []);
    const world = claimedWorld({});
    const leftovers = without(
      recordNo(9, { claim: claim('retire', { step: 'device' }) }),
      'server',
    );
    const records = world.records.map((one) => (one.name === idNo(9) ? leftovers : one));
    assert.deepEqual(refusals({ ...world, records }), []);
  });

  it('counts for the hour as long as its claim is live, however long that takes', () => {
    const long = claim('retire', { since: at(-80), until: at(10) });
    assert.deepEqual(
      new Set(refusals(claimedWorld({ 9: { claim: long } }))),
      new Set(['destroysPerHour']),
    );
  });

  it('an agent whose own claim is dead is pending, and counted as that alone', () => {
    const dead = { claim: claim('retire') };
    const world = { ...claimedWorld({ 1: dead }), runs: runsSaid({ r: 'over' }) };
    assert.deepEqual(refusals(world), []);
    assert.equal(planOf(world).changes.length, 3);
  });

  it('a dead run may have ended what it claimed and not said so', () => {
    const world = {
      ...claimedWorld({ 9: { claim: claim('retire', { since: at(-50) }) } }),
      runs: runsSaid({ r: 'over' }),
    };
    assert.deepEqual(new Set(refusals(world)), new Set(['destroysPerHour']));
    const later = { ...world, nowMs: Date.parse(at(25 * 60)) };
    assert.deepEqual(refusals(later), []);
  });

  const ended = attempt({ change: 'retire', step: 'server', ended: at(-20) });
  const again = attempt({ change: 'retire', step: 'power', reason: 'NotFound', ended: at(-10) });
  const seen = attempt({ change: 'power', outcome: 'succeeded', step: 'power', ended: at(-5) });
  const looked = { ...seen, change: 'repair' as const, step: 'repair' as const };
  const approved = { ...ended, approval: 'approvals/a.yaml' };
  const cases: readonly (readonly [string, Partial<AgentRecord>, boolean])[] = [
    ['failed at its end', { attempts: [ended] }, true],
    ['failed at its end, and then before it', { attempts: [ended, again] }, true],
    ['failed at its end, under another claim', { attempts: [ended], claim: claim('power') }, true],
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
      assert.equal(refusals(claimedWorld({ 9: part })).length > 0, isCounted));

  it('an earlier server of an agent counts beside the one that is to be ended now', () => {
    const world = claimedWorld({ 1: { attempts: [{ ...ended, change: 'replace' }] } });
    const listed = (id: string) => ({
      ...world,
      observed: {
        ...world.observed,
        servers: world.observed.servers.map((one) => (one.id === '1001' ? { ...one, id } : one)),
      },
      records: world.records.map((one) =>
        one.name === idNo(1) ? { ...one, creates: [seeded] } : one,
      ),
    });
    assert.equal(planOf(listed('1001')).refused.length, 0);
    assert.equal(planOf(listed('2001')).refused.length, 3, 'it was made after the first was ended');
  });

  it('one that was said to be gone, and is there, is pending as the others are', () => {
    const said = { at: at(-25 * 60), server: '1001', kind: 'retire' as const };
    const four = claimedWorld({ 1: { destroyed: [said] } }, 4);
    assert.equal(planOf(four).refused.length, 4, 'three would pass');
    assert.equal(planOf(claimedWorld({}, 3)).refused.length, 0);
  });

  it('a dead run counts from when it was last seen at work', () => {
    const policy = policyOf('limits: {destroysPerDayPercentMax: 100}\n');
    const of = (stepSince: string) => ({
      ...claimedWorld({ 9: { claim: claim('retire', { since: at(-61), stepSince }) } }),
      policy,
      runs: runsSaid({ r: 'over' }),
    });
    assert.equal(refusals(of(at(-40))).length, 3);
    assert.deepEqual(refusals(of(at(-61))), []);
  });

  it('says when the window lets the pending set through', () => {
    const since = at(-20);
    const world = claimedWorld({ 9: { claim: claim('retire', { since }) } });
    assert.equal(planOf(world).refused[0]?.freeAt, at(40));
  });
});

describe('a plan that is carried out', () => {
  const judged = (plan: Plan, records: readonly AgentRecord[], world: World) =>
    judgeDestroys(plan.changes.filter(countsAgainstWindows), {
      ...world,
      records,
      runs: new Map(),
      serversSeen: plan.counts.servers,
      plannedMs: Date.parse(plan.basis.at),
    }).kind;
  const world = claimedWorld({});
  const plan = planOf(world);
  const done = (n: number) => ({
    ...without(recordNo(n), 'server'),
    destroyed: [{ at: at(0), server: String(1000 + n), kind: 'retire' as const }],
  });

  it('may finish what it began: what it did is not pending any more', () => {
    const records = [done(1), recordNo(2, { claim: claim('retire') }), recordNo(3)];
    assert.equal(judged(plan, records, world), 'allowed');
  });

  it('ends where another one has used the window up', () => {
    assert.equal(judged(plan, [done(8), recordNo(1), recordNo(2), recordNo(3)], world), 'refused');
    const claimed = recordNo(8, { claim: claim('replace') });
    assert.equal(judged(plan, [claimed, recordNo(1)], world), 'refused');
  });
});

describe('servers that another run is making', () => {
  const limits = (text: string) => policyOf(`limits: {${text}}\n`);
  const making = (part: Partial<AgentRecord> = {}) =>
    without(
      recordNo(9, { everRunning: false, claim: claim('create', { step: 'vm' }), ...part }),
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

  it('cost what they will cost, before any listing shows them', () => {
    assert.deepEqual(deferred(world({ records: [] })), []);
    assert.deepEqual(deferred(world()), ['fleetCost']);
    assert.deepEqual(deferred(world({ policy: limits('fleetCostMonthlyMax: 11') })), []);
  });

  it('cost it once, when the listing shows them already', () => {
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
