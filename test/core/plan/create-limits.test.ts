/**
 * What a plan allows, the leases of its creates allow too, one after the other, in whatever state
 * the fleet is; and what it defers, they refuse.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AgentRecord } from '../../../reconciler/core/fleet/recorded.ts';
import type { World } from '../../../reconciler/core/fleet/world.ts';
import { createRefusal } from '../../../reconciler/core/plan/create-limits.ts';
import { costOfFleet, unrecordedCost } from '../../../reconciler/core/plan/fleet-cost.ts';
import { planOf } from '../../../reconciler/core/plan/plan.ts';
import {
  at,
  convergedWorld,
  fileNo,
  firstAttempt,
  labelsNo,
  policyOf,
  recordNo,
  serverNo,
  worldOf,
} from '../../builders/world.ts';

const run = firstAttempt('run-now');
const leaseNo = (n: number, part: Partial<NonNullable<AgentRecord['lease']>> = {}) => ({
  run: 'run-other',
  runAttempt: 1,
  change: 'create' as const,
  nonce: `0123456789abcde${n}`,
  step: 'vm' as const,
  since: at(-2),
  until: at(60),
  ...part,
});

/** Agents 1 and 2 run; 5, 6 and 7 wait for a server. */
function waiting(change: (world: World) => Partial<World> = () => ({})): World {
  const world = convergedWorld(2);
  const files = [...world.files, fileNo(5), fileNo(6), fileNo(7)];
  return { ...world, files, ...change({ ...world, files }) };
}

const worlds: Readonly<Record<string, World>> = {
  'in which all is recorded': waiting(),
  'with a server that no record names': waiting(({ observed }) => ({
    observed: {
      ...observed,
      servers: [...observed.servers, { ...serverNo(9), name: 'stray', labels: labelsNo(9) }],
    },
  })),
  'whose prices have changed since': waiting(({ records }) => ({
    records: records.map((one) => ({ ...one, cost: { monthly: 99, currency: 'EUR' } })),
  })),
  'with a server that was lost': waiting(({ observed, records }) => ({
    records: records.map((one) => ({ ...one, cost: { monthly: 5.5, currency: 'EUR' } })),
    observed: { ...observed, servers: observed.servers.slice(1) },
  })),
  'in which another run creates': waiting(({ files, records }) => ({
    files: [...files, fileNo(8)],
    records: [
      ...records,
      {
        ...recordNo(8, { lease: leaseNo(8) }),
        server: undefined,
        cost: { monthly: 5.5, currency: 'EUR' },
      } as never,
    ],
  })),
  'without any server': worldOf({ files: [fileNo(5), fileNo(6)] }),
};

const withMax = (world: World, limits: string): World => ({
  ...world,
  policy: policyOf(`limits: {${limits}}\n`),
});

/** Why each create of the plan is refused when it is leased after those before it. */
function refusals(world: World, wanted: World = world): readonly (string | null)[] {
  let { records } = world;
  const monthlyUnrecorded = unrecordedCost(world);
  const { policy, nowMs } = world;
  return planOf(wanted).changes.flatMap((change) => {
    if (change.kind !== 'create') return [];
    const refusal = createRefusal(change, { records, policy, nowMs, run, monthlyUnrecorded });
    if (refusal !== null) return [refusal];
    const own = records.find(({ name }) => name === change.agent) ?? recordOfNew(change.agent);
    const lease = leaseNo(5, { run: run.id, since: at(0), nonce: 'ffffffffffffffff' });
    const cost = { monthly: change.monthlyCost, currency: 'EUR' };
    const leased = { ...own, lease, ...(own.server === undefined ? { cost } : {}) };
    records = [...records.filter(({ name }) => name !== change.agent), leased];
    return [null];
  });
}

function recordOfNew(agent: string): AgentRecord {
  const { server: _server, cost: _cost, ...record } = recordNo(5);
  return { ...record, name: agent, attempts: [], destroyed: [] };
}

for (const [what, world] of Object.entries(worlds)) {
  describe(`in a fleet ${what}`, () => {
    const creates = planOf(world).changes.filter(({ kind }) => kind === 'create');
    const added = creates.reduce(
      (sum, one) => sum + (one.kind === 'create' ? one.monthlyCost : 0),
      0,
    );

    test('a ceiling that a plan just keeps is kept by its leases', () => {
      const max = costOfFleet(world) + added;
      const exact = withMax(world, `fleetCostMonthlyMax: ${max}`);
      assert.equal(refusals(exact).length, creates.length);
      assert.deepEqual(new Set(refusals(exact)), new Set([null]));
      const short = withMax(world, `fleetCostMonthlyMax: ${max - 0.01}`);
      assert.equal(planOf(short).deferred.length, 1);
      const said = refusals(short, exact);
      assert.match(said.at(-1) ?? '', /^the fleet would cost/);
      assert.deepEqual(new Set(said.slice(0, -1)), new Set(creates.length > 1 ? [null] : []));
    });

    for (const [limit, text] of [
      ['createsPerRunMax', /a run$/],
      ['createsPerHourMax', /an hour$/],
    ] as const)
      test(`${limit} is kept`, () => {
        const begun = limit === 'createsPerHourMax' && what.includes('another run') ? 1 : 0;
        const max = creates.length + begun;
        assert.deepEqual(new Set(refusals(withMax(world, `${limit}: ${max}`))), new Set([null]));
        if (max === 1) return;
        const said = refusals(withMax(world, `${limit}: ${max - 1}`), world);
        assert.match(said.at(-1) ?? '', text);
      });
  });
}
