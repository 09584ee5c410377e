/** Conditions of the whole fleet and prices are in fleet.yaml, and only on an existing branch. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseFleetFile } from '../../../../reconciler/core/fleet/fleet-record.ts';
import { labelNames } from '../../../../reconciler/core/fleet/observed.ts';
import type { Plan } from '../../../../reconciler/core/plan/plan.ts';
import { finalizeFleetRecord } from '../../../../reconciler/flows/reconcile/finalize/fleet-record.ts';
import { planFleet } from '../../../../reconciler/flows/reconcile/plan-fleet.ts';
import { attempt, idNo } from '../../../builders/world.ts';
import { bringUp, plantServer, recordOf } from '../../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { planned } from './finalizing.ts';

async function doubtful(world: FakeWorld): Promise<Plan> {
  const plan = await planned(world);
  const reason = { source: 'clock', detail: 'an hour apart' } as const;
  return { ...plan, reading: { kind: 'partial', reasons: [reason] } };
}

describe('a doubt about the clocks', () => {
  test('is written on top of another writer’s push', async () => {
    const world = createFakeWorld();
    const plan = await doubtful(world);
    const run = () => void world.git.add('status', { subject: 'rival', edits: { 'x.md': 'x' } });
    world.fault({ kind: 'meanwhile', port: 'state', method: 'push', run });
    await finalizeFleetRecord(world.ports, plan, []);
    assert.match(world.git.text('fleet.yaml', 'status') ?? '', /ClocksDisagree[\s\S]*hour apart/);
    assert.equal(world.git.text('x.md', 'status'), 'x');
    const written = world.git.tip('status')?.id;
    await finalizeFleetRecord(world.ports, plan, []);
    assert.equal(world.git.tip('status')?.id, written);
  });

  test('creates no branch: a new one would be taken for all records', async () => {
    const world = createFakeWorld();
    const plan = await doubtful(world);
    world.git.branches.delete('status');
    await finalizeFleetRecord(world.restart(), plan, []);
    assert.equal(world.git.tip('status'), null);
  });
});

describe('prices', () => {
  const pricesIn = (world: FakeWorld) => {
    const file = parseFleetFile(world.git.text('fleet.yaml', 'status') ?? null);
    assert.ok(file.kind === 'valid');
    return file.record.prices;
  };
  const dearer = async (world: FakeWorld): Promise<Plan> => {
    const plan = await planned(world);
    assert.ok(plan.prices !== null);
    return { ...plan, prices: { ...plan.prices, ipv4: { fsn1: 9 } } };
  };

  test('are written when they have changed, with the time of that run, and not again', async () => {
    const world = createFakeWorld();
    const before = world.git.tip('status')?.id;
    await finalizeFleetRecord(world.ports, await planned(world), []);
    assert.equal(world.git.tip('status')?.id, before);
    const plan = await dearer(world);
    await finalizeFleetRecord(world.ports, plan, []);
    assert.deepEqual(pricesIn(world), { at: plan.basis.at, ...plan.prices });
    const written = world.git.tip('status')?.id;
    const later = { ...plan, basis: { ...plan.basis, at: '2027-01-01T00:00:00.000Z' } };
    await finalizeFleetRecord(world.ports, later, []);
    assert.equal(world.git.tip('status')?.id, written);
  });

  test('of a reading that is not complete stay as they were', async () => {
    const world = createFakeWorld();
    const before = pricesIn(world);
    const reason = { source: 'prices', detail: 'cut off' } as const;
    const plan = await dearer(world);
    const partial: Plan = { ...plan, reading: { kind: 'partial', reasons: [reason] } };
    await finalizeFleetRecord(world.ports, partial, []);
    await finalizeFleetRecord(world.ports, { ...plan, prices: null }, []);
    assert.deepEqual(pricesIn(world), before);
  });
});

test('what quotas count beside the fleet is written where a run read it, and it changed', async () => {
  const world = createFakeWorld();
  bringUp(world, 1);
  bringUp(world, 2);
  const before = world.git.tip('status')?.id;
  await finalizeFleetRecord(world.ports, await planned(world), []);
  assert.equal(world.git.tip('status')?.id, before, 'no quota is set');
  const policy = world.git.text('policy.yaml', 'main') ?? '';
  world.git.commit('Quotas', { 'policy.yaml': `${policy}quotas: {servers: 9}\n` });
  const others = () => {
    const file = parseFleetFile(world.git.text('fleet.yaml', 'status') ?? null);
    return file.kind === 'valid' ? file.record.others?.map(({ at: _, ...one }) => one) : null;
  };
  await finalizeFleetRecord(world.ports, await planned(world), []);
  assert.deepEqual(others(), [{ servers: 0, primaryIps: 0, devices: 0 }]);
  const foreign = plantServer(world, 'a-secret-project', { team: 'research' });
  plantServer(world, 'stray', { [labelNames.fleet]: 'aura' });
  for (const tag of ['tag:people', 'tag:aura-ci']) world.tailnet.add('other', tag);
  const plan = await planned(world);
  await finalizeFleetRecord(world.ports, plan, []);
  assert.deepEqual(others(), [{ servers: 2, primaryIps: 2, devices: 1 }]);
  const written = world.git.tip('status')?.id;
  await finalizeFleetRecord(world.ports, await planned(world), []);
  assert.equal(world.git.tip('status')?.id, written);
  world.project.servers.delete(foreign.id);
  const { plan: unread } = await planFleet(world.ports, 'listing');
  assert.equal(unread.others, null);
  await finalizeFleetRecord(world.ports, unread, []);
  assert.equal(world.git.tip('status')?.id, written);
});

test('minutes of Actions are counted once a day, and written where the Forge tells them', async () => {
  const world = createFakeWorld();
  const policy = world.git.text('policy.yaml', 'main') ?? '';
  world.git.commit('Quotas', { 'policy.yaml': `${policy}quotas: {actionsMinutes: 2000}\n` });
  const minutes = () => {
    const file = parseFleetFile(world.git.text('fleet.yaml', 'status') ?? null);
    return file.kind === 'valid' ? file.record.actionsMinutes?.minutes : null;
  };
  const run = async () => finalizeFleetRecord(world.ports, await planned(world), []);
  const job = (hoursAgo: number, seconds: number) => {
    const created = new Date(world.time.now() - hoursAgo * 3_600_000).toISOString();
    world.forge.jobs.push({ created, seconds });
  };
  for (const seconds of [61, 1]) job(3, seconds);
  job(1, 600);
  world.fault({ kind: 'fail', port: 'forge', method: 'minutesUsed' });
  await run();
  assert.equal(minutes(), undefined);
  assert.match(world.git.text('fleet.yaml', 'status') ?? '', /others:/, 'the rest is written');
  await run();
  assert.equal(minutes(), 3, 'those of the last hours may still run');
  await run();
  assert.equal(minutes(), 3);
  world.advance(24 * 3_600_000);
  await run();
  assert.equal(minutes(), 13);
});

test('the last creates are written once, and stay when their records go', async () => {
  const world = createFakeWorld();
  bringUp(world, 1, {}, { attempts: [attempt({ outcome: 'succeeded' })] });
  const plan = await planned(world);
  const record = recordOf(world, 1) ?? assert.fail();
  await finalizeFleetRecord(world.ports, plan, [record]);
  const written = world.git.tip('status')?.id;
  for (const records of [[record], []]) {
    await finalizeFleetRecord(world.ports, plan, records);
    assert.equal(world.git.tip('status')?.id, written);
  }
  const text = world.git.text('fleet.yaml', 'status') ?? '';
  assert.match(text, new RegExp(`eu-central:\\n.*at: .*\\n +agent: ${idNo(1)}\\n +seconds: 600`));
});
