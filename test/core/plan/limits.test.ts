/** Deferral, refusal, rolling windows, approvals and breakers: which changes may run now. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openBreakers } from '../../../reconciler/core/fleet/attempt.ts';
import { labelNames } from '../../../reconciler/core/fleet/observed.ts';
import type { AgentRecord } from '../../../reconciler/core/fleet/recorded.ts';
import type { World } from '../../../reconciler/core/fleet/world.ts';
import { planOf } from '../../../reconciler/core/plan/plan.ts';
import {
  at,
  attempt,
  catalogOf,
  catalogText,
  convergedWorld,
  fileNo,
  idNo,
  nowMs,
  policyOf,
  recordNo,
  seenLongAgo,
  unfinishedNo,
  without,
  worldOf,
} from '../../builders/world.ts';

const numbers = (n: number) => Array.from({ length: n }, (_, place) => place + 1);
const limits = (text: string) => policyOf(`limits: {${text}}\n`);

/** n new agents, the higher the number the older. */
function signups(n: number, part: Partial<World> = {}): World {
  return worldOf({
    files: numbers(n).map((one) => fileNo(one, { access: { state: 'granted', since: at(-one) } })),
    ...part,
  });
}

describe('creates beyond a limit are deferred, oldest first', () => {
  it('per run', () => {
    const plan = planOf(signups(5, { policy: limits('createsPerRunMax: 2') }));
    assert.deepEqual(plan.changes.map((change) => change.agent).sort(), [idNo(5), idNo(4)].sort());
    assert.deepEqual(
      plan.deferred.map((one) => [one.place, one.change.agent, one.limit]),
      [
        [1, idNo(3), 'createsPerRun'],
        [2, idNo(2), 'createsPerRun'],
        [3, idNo(1), 'createsPerRun'],
      ],
    );
  });

  it('per hour, counting finished and running ones', () => {
    const records = [
      recordNo(8, { attempts: [attempt({ outcome: 'succeeded', started: at(-30) })] }),
      recordNo(9, {
        lease: {
          run: 'r',
          runAttempt: 1,
          change: 'create',
          nonce: 'n'.repeat(16),
          since: at(-10),
          until: at(60),
          step: 'vm',
        },
      }),
      recordNo(7, { attempts: [attempt({ outcome: 'succeeded', started: at(-61) })] }),
    ];
    const world = signups(3, { policy: limits('createsPerHourMax: 3'), records });
    assert.deepEqual(
      planOf(world).deferred.map((one) => one.limit),
      ['createsPerHour', 'createsPerHour'],
    );
  });

  it('per customer and hour, while others continue', () => {
    const files = numbers(4).map((one) =>
      fileNo(one, { customer: one <= 3 ? 'cus_Greedy' : 'cus_Modest' }),
    );
    const plan = planOf(worldOf({ files, policy: limits('createsPerCustomerPerHourMax: 1') }));
    assert.equal(plan.changes.length, 2);
    assert.ok(plan.changes.some((change) => change.agent === idNo(4)));
    assert.deepEqual(
      new Set(plan.deferred.map((one) => one.limit)),
      new Set(['createsPerCustomerPerHour']),
    );
  });

  it('by the servers of one customer, also of earlier runs; a replacement adds none', () => {
    const customer = 'cus_Greedy';
    const converged = convergedWorld(2);
    const records = converged.records.map((one) => ({ ...one, customer }));
    const files = [
      fileNo(1, { customer, revision: 2 }),
      fileNo(2, { customer }),
      ...[3, 4].map((one) => fileNo(one, { customer })),
      fileNo(5),
    ];
    const policy = limits('agentsPerCustomerMax: 3');
    const plan = planOf(seenLongAgo({ ...converged, records, files, policy }));
    const kinds = plan.changes.map(({ kind, agent }) => [kind, agent]);
    assert.equal(kinds.filter(([kind]) => kind === 'create').length, 2, JSON.stringify(kinds));
    assert.ok(kinds.some(([kind, agent]) => kind === 'replace' && agent === idNo(1)));
    assert.ok(kinds.some(([, agent]) => agent === idNo(5)));
    assert.deepEqual(
      plan.deferred.map((one) => [one.limit, one.message]),
      [['agentsPerCustomer', 'its customer has 3 other servers, and at most 3 are allowed']],
    );
  });

  it('by the cost of the fleet', () => {
    const plan = planOf(signups(3, { policy: limits('fleetCostMonthlyMax: 11') }));
    assert.deepEqual(
      [plan.changes.length, plan.deferred.map((one) => one.limit), plan.cost?.monthlyAfter],
      [2, ['fleetCost'], 11],
    );
  });

  it('by what a plan may cost', () => {
    const catalog = catalogOf(catalogText.replace('monthlyCeiling: 15', 'monthlyCeiling: 5'));
    assert.deepEqual(
      planOf(signups(1, { catalog })).deferred.map((one) => one.limit),
      ['planCost'],
    );
  });

  it('a replacement that is refused, or waits for its own budget, uses no place of a create', () => {
    const fleet = (text: string) => {
      const world = convergedWorld(3, { policy: limits(`createsPerRunMax: 2, ${text}`) });
      const files = [1, 2, 3].map((n) => fileNo(n, { revision: 2 }));
      const young = fileNo(4, { access: { state: 'granted', since: at(-1) } });
      return planOf(seenLongAgo({ ...world, files: [...files, young] }));
    };
    const refused = fleet('burstCount: 1');
    assert.deepEqual(
      [refused.changes.map(({ agent }) => agent), refused.refused.length],
      [[idNo(4)], 3],
    );
    const waiting = fleet('destroysPerHourCount: 1');
    assert.deepEqual(waiting.changes.map(({ kind }) => kind).sort(), ['create', 'replace']);
    assert.deepEqual(
      waiting.deferred.map(({ limit, place, freeAt }) => [limit, place, freeAt]),
      [
        ['replacesPerHour', 1, at(60)],
        ['replacesPerHour', 2, at(120)],
      ],
    );
  });

  it('a replacement whose create does not pass is deferred entirely: its old server stays', () => {
    const files = numbers(3).map((one) => fileNo(one, one === 1 ? { revision: 2 } : {}));
    const records = [
      ...numbers(3).map((one) => recordNo(one)),
      recordNo(9, {
        customer: 'cus_Test1',
        gone: at(-1),
        attempts: [attempt({ outcome: 'succeeded', started: at(-5) })],
      }),
    ];
    const world = {
      ...convergedWorld(3),
      files,
      records,
      policy: limits('createsPerCustomerPerHourMax: 1'),
    };
    const plan = planOf(world);
    assert.deepEqual(
      [plan.changes, plan.deferred.map((one) => [one.change.kind, one.limit])],
      [[], [['replace', 'createsPerCustomerPerHour']]],
    );
  });
});

describe('disruptions have a limit of their own', () => {
  it('power-off for lost access comes before the rest', () => {
    const files = numbers(4).map((one) =>
      fileNo(
        one,
        one === 4 ? { access: { state: 'suspended', since: at(-5) } } : { config: { model: 'x' } },
      ),
    );
    const plan = planOf({ ...convergedWorld(4), files, policy: limits('disruptionsPerRunMax: 2') });
    assert.deepEqual(plan.changes.map((change) => change.kind).sort(), ['configure', 'power']);
    assert.deepEqual(
      plan.deferred.map((one) => one.limit),
      ['disruptionsPerRun', 'disruptionsPerRun'],
    );
  });

  it('a few at once open port 22 to join the tailnet again, first those that left it open', () => {
    const world = convergedWorld(4);
    const servers = world.observed.servers.map((server) =>
      server.name === idNo(4)
        ? { ...server, labels: { ...server.labels, [labelNames.bootstrap]: '1' } }
        : server,
    );
    const observed = { ...world.observed, servers, devices: [] };
    const plan = planOf({ ...world, observed, policy: limits('disruptionsPerRunMax: 2') });
    assert.deepEqual(
      plan.changes.map((change) => [change.agent, change.kind === 'repair' ? change.drifts : []]),
      [
        [idNo(1), ['device']],
        [idNo(4), ['bootstrap', 'device']],
      ],
    );
    assert.deepEqual(
      plan.deferred.map((one) => [one.change.agent, one.limit]),
      [2, 3].map((n) => [idNo(n), 'disruptionsPerRun']),
    );
  });
});

describe('breakers', () => {
  const outage = (minutes: number, part = {}) =>
    attempt({ scope: 'fleet', reason: 'ProviderOutage', step: 'vm', ended: at(minutes), ...part });
  const failedBy = (n: number, ...attempts: ReturnType<typeof attempt>[]) =>
    without(unfinishedNo(n, { attempts }), 'server') as AgentRecord;

  it('a cause of the fleet stops all attempts until its trial, then lets one through', () => {
    const closed = planOf(signups(3, { records: [failedBy(1, outage(-2))] }));
    assert.deepEqual(
      [closed.changes.length, closed.deferred.map((one) => one.limit), closed.breakers.length],
      [0, ['breaker', 'breaker', 'breaker'], 1],
    );
    assert.equal(closed.nextDueAt, at(3));
    const trial = planOf(signups(3, { records: [failedBy(1, outage(-6))] }));
    assert.deepEqual(
      [trial.changes.map((change) => change.agent), trial.deferred.length],
      [[idNo(3)], 2],
    );
  });

  it('of two causes the later trial counts', () => {
    const unauthorized = outage(-1, { reason: 'Unauthorized' });
    const plan = planOf(signups(3, { records: [failedBy(1, outage(-6), unauthorized)] }));
    assert.deepEqual(
      [plan.changes.length, plan.deferred.map((one) => one.message.slice(0, 12))],
      [0, ['Unauthorized', 'Unauthorized', 'Unauthorized']],
    );
  });

  it('a success closes it', () => {
    const records = [
      failedBy(1, outage(-6)),
      recordNo(9, { attempts: [attempt({ outcome: 'succeeded', step: 'done', ended: at(-3) })] }),
    ];
    assert.deepEqual(openBreakers(records, policyOf(), nowMs), []);
  });

  it('sold out in one place blocks that place alone', () => {
    const records = [failedBy(1, outage(-1, { reason: 'ResourceUnavailable', location: 'fsn1' }))];
    const plan = planOf(signups(2, { records }));
    assert.deepEqual(
      plan.changes.map((change) => (change.kind === 'create' ? change.choice.location : '')),
      ['nbg1', 'nbg1'],
    );
    assert.deepEqual(
      plan.breakers.map((one) => one.scope),
      ['creates in fsn1'],
    );
  });

  it('failures of agents alone open none', () => {
    assert.deepEqual(
      openBreakers([failedBy(1, attempt({ ended: at(-1) }))], policyOf(), nowMs),
      [],
    );
  });

  it('resumes wait too', () => {
    const waits = (...outages: ReturnType<typeof attempt>[]) => {
      const attempts = [attempt({ ended: at(-40) }), ...outages];
      const facts = { files: [fileNo(1)], records: [unfinishedNo(1, { attempts })] };
      const { deferred } = planOf(worldOf(facts, convergedWorld(1).observed));
      return deferred.map((one) => [one.change.kind, one.limit]);
    };
    const step = 'configure';
    assert.deepEqual(waits(outage(-1, { step })), [['resume', 'breaker']]);
    assert.deepEqual(waits(outage(-6, { step })), []);
    const unauthorized = outage(-1, { step, reason: 'Unauthorized' });
    assert.deepEqual(waits(outage(-6, { step }), unauthorized), [['resume', 'breaker']]);
  });
});
