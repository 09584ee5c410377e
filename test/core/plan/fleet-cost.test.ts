/** The ceilings on cost: an unknown price is not zero, and currencies are not mixed. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Offers } from '../../../reconciler/core/fleet/observed.ts';
import type { World } from '../../../reconciler/core/fleet/world.ts';
import { planOf } from '../../../reconciler/core/plan/plan.ts';
import { choose } from '../../../reconciler/core/stack/choice.ts';
import { monthlyCost } from '../../../reconciler/core/stack/cost.ts';
import {
  agentNo,
  catalogOf,
  convergedWorld,
  fileNo,
  offers,
  policyOf,
  recordNo,
  serverNo,
} from '../../builders/world.ts';

const dearest = Math.max(...offers.list.map(({ monthlyNet }) => monthlyNet));
const address = offers.ipv4MonthlyNet['fsn1'] ?? 0;
const old = { serverType: 'cx11', location: 'fsn1' };
const euros = (monthly: number) => ({ monthly, currency: 'EUR' });

describe('a server type that is no longer listed', () => {
  test('costs what was recorded, else as much as the dearest', () => {
    const listed = { serverType: 'cpx12', location: 'fsn1', recorded: euros(99) };
    const offer = offers.list.find((one) => one.serverType === 'cpx12' && one.location === 'fsn1');
    assert.equal(monthlyCost(offers, listed), (offer?.monthlyNet ?? 0) + address);
    assert.equal(monthlyCost(offers, { ...old, recorded: euros(4.51) }), 4.51);
    const unknown = Math.round((dearest + address) * 100) / 100;
    for (const recorded of [null, { monthly: 4.51, currency: 'USD' }])
      assert.equal(monthlyCost(offers, { ...old, recorded }), unknown);
  });

  test('in a location that has no price either costs no less', () => {
    const cost = monthlyCost(offers, { serverType: 'cx11', location: 'old1' });
    assert.ok(cost >= dearest + address, String(cost));
  });

  /** Agent 1 runs on it, agent 2 waits for a server. */
  function aging(monthly: number | null, max: number): World {
    const cost = monthly === null ? {} : { cost: euros(monthly) };
    const { cost: _cost, ...bare } = recordNo(1);
    const world = convergedWorld(1, {
      policy: policyOf(`limits: {fleetCostMonthlyMax: ${max}}\n`),
      records: [{ ...bare, ...cost }],
    });
    const servers = [{ ...serverNo(1), serverType: 'cx11' }];
    const files = [fileNo(1), fileNo(2)];
    return { ...world, files, observed: { ...world.observed, servers } };
  }
  const deferred = (world: World) =>
    planOf(world).deferred.map(({ change, limit }) => `${change.kind} ${limit}`);

  test('counts towards the ceiling by its record', () => {
    assert.deepEqual(deferred(aging(90, 100)), []);
    assert.deepEqual(deferred(aging(99, 100)), ['create fleetCost']);
    assert.equal(planOf(aging(90, 100)).cost?.monthlyBefore, 90);
  });

  test('counts towards the ceiling as the dearest where nothing was recorded', () => {
    assert.deepEqual(deferred(aging(null, dearest)), ['create fleetCost']);
    assert.deepEqual(deferred(aging(null, 10 * dearest)), []);
  });

  test('has no price as an orphan: its cost is unknown', () => {
    const world = convergedWorld(1);
    const stray = { ...serverNo(9), labels: { 'aura.dev/fleet': 'aura' } };
    const orphan = (serverType: string) => {
      const servers = [...world.observed.servers, { ...stray, serverType }];
      return planOf({ ...world, observed: { ...world.observed, servers } }).orphans[0];
    };
    assert.deepEqual([orphan('cpx12')?.monthlyCost, orphan('cx11')?.monthlyCost], [5.5, undefined]);
  });

  test('is no choice for a server that has to be created again', () => {
    const record = recordNo(1, {
      chosen: { ...recordNo(1).chosen, ...old } as NonNullable<
        ReturnType<typeof recordNo>['chosen']
      >,
    });
    const { spec } = agentNo(1);
    const outcome = choose({ spec, record, catalog: catalogOf(), offers, breakers: [] });
    assert.ok(outcome.kind === 'none', JSON.stringify(outcome));
    assert.match(outcome.message, /no longer lists cx11 in fsn1.*a higher revision chooses again/);
    const again = { ...spec, revision: spec.revision + 1 };
    assert.equal(
      choose({ spec: again, record, catalog: catalogOf(), offers, breakers: [] }).kind,
      'chosen',
    );
  });
});

describe('a ceiling', () => {
  const dollars: Offers = { ...offers, currency: 'USD' };
  const wanted = (part: Partial<World>) => {
    const world = convergedWorld(1, part);
    return planOf({ ...world, files: [...world.files, fileNo(2)] });
  };

  test('in another currency than the price list blocks every create, with the reason', () => {
    const [one, ...more] = wanted({ offers: dollars }).deferred;
    assert.deepEqual([one?.change.kind, one?.limit, more], ['create', 'fleetCost', []]);
    assert.match(one?.message ?? '', /in EUR, and Hetzner's prices in USD: set limits.currency/);
  });

  test('in the same currency counts', () => {
    const policy = policyOf('limits: {currency: USD}\n');
    assert.deepEqual(wanted({ offers: dollars, policy }).deferred, []);
    assert.equal(wanted({ policy }).deferred.length, 1);
  });
});
