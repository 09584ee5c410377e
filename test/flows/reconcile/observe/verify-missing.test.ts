/** A listing that lacks many recorded resources is trusted only where single looks agree. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Failure } from '../../../../reconciler/core/failure.ts';
import type { Plan } from '../../../../reconciler/core/plan/plan.ts';
import { planFleet } from '../../../../reconciler/flows/reconcile/plan-fleet.ts';
import type { Listing } from '../../../../reconciler/ports/listing.ts';
import { at, attempt } from '../../../builders/world.ts';
import { bringUp } from '../../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';

const agents = 5;

function fleet(): FakeWorld {
  const world = createFakeWorld();
  for (let n = 1; n <= agents; n += 1) bringUp(world, n);
  return world;
}

const nothing = async (): Promise<Listing<never>> => ({ items: [], partial: [] });

async function planned(world: FakeWorld, ports: Partial<FakeWorld['ports']>): Promise<Plan> {
  return (await planFleet({ ...world.ports, ...ports })).plan;
}

function reasons({ reading }: Plan): readonly string[] {
  return reading.kind === 'partial' ? reading.reasons.map(({ detail }) => detail) : [];
}

describe('an empty listing of devices', () => {
  test('that is wrong repairs no agent, and is reported', async () => {
    const world = fleet();
    const plan = await planned(world, { tailnet: { ...world.ports.tailnet, devices: nothing } });
    assert.deepEqual(plan.changes, []);
    assert.match(
      reasons(plan).join(),
      /^5 of 5 recorded ones are not listed, but \S+ still exists$/,
    );
  });

  test('that is true lets them join again', async () => {
    const world = fleet();
    world.tailnet.devices.clear();
    const plan = await planned(world, {});
    assert.equal(plan.reading.kind, 'complete');
    assert.deepEqual(
      plan.changes.map((change) => change.kind === 'repair' && change.drifts),
      Array(agents).fill(['device']),
    );
  });

  test('is not trusted while single looks fail as well', async () => {
    const world = fleet();
    const device = async () => {
      throw new Failure('ProviderOutage', 'a bad gateway');
    };
    const tailnet = { ...world.ports.tailnet, devices: nothing, device };
    const plan = await planned(world, { tailnet });
    assert.deepEqual([plan.changes, reasons(plan)], [[], ['ProviderOutage: a bad gateway']]);
  });

  test('of few records needs no further look', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    world.tailnet.devices.clear();
    const device = async () => assert.fail('no lookup is needed');
    const plan = await planned(world, { tailnet: { ...world.ports.tailnet, device } });
    assert.equal(plan.changes.length, 1);
  });
});

describe('an empty listing of servers', () => {
  test('is not trusted where the server that a run was about to end is still there', async () => {
    const world = createFakeWorld();
    for (const n of [1, 2, 3]) bringUp(world, n);
    const retired = { at: at(-600), by: 'person', reason: 'test' } as const;
    const ended = attempt({ change: 'retire', step: 'device', ended: at(-5) });
    bringUp(world, 4, { retired }, { attempts: [ended] });
    const plan = await planned(world, { cloud: { ...world.ports.cloud, servers: nothing } });
    assert.deepEqual(plan.changes, []);
    assert.deepEqual(reasons(plan), ['4 of 4 recorded servers are not in the listing']);
  });
});

describe('an empty listing of states', () => {
  test('that is wrong imports nothing, and is reported', async () => {
    const world = fleet();
    const plan = await planned(world, { states: { ...world.ports.states, list: nothing } });
    assert.deepEqual(plan.changes, []);
    assert.match(reasons(plan).join(), /^5 of 5 recorded ones .*terraform\.tfstate still exists/);
  });

  test('that is true imports their servers', async () => {
    const world = fleet();
    world.bucket.states.clear();
    const plan = await planned(world, {});
    assert.deepEqual(
      plan.changes.map((change) => change.kind === 'repair' && change.drifts),
      Array(agents).fill(['state']),
    );
  });

  test('with some still there: the looks are spread over the missing ones', async () => {
    const world = fleet();
    const [first, ...others] = [...world.bucket.states.keys()].sort();
    for (const key of others.slice(0, -1)) world.bucket.states.delete(key);
    const left = first ?? assert.fail();
    const list = async (): Promise<Listing<never>> => nothing();
    const plan = await planned(world, { states: { ...world.ports.states, list } });
    assert.deepEqual(plan.changes, []);
    assert.ok(reasons(plan).join().includes(left));
  });
});
