/**
 * Human mistakes that concern all agents at once. Each of these ends and replaces no agent, and is
 * reported clearly.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Failure, isFailure } from '../../../../reconciler/core/failure.ts';
import { isChangeThat } from '../../../../reconciler/core/fleet/change-kinds.ts';
import { needsAttention, type Plan } from '../../../../reconciler/core/plan/plan.ts';
import { reportText } from '../../../../reconciler/core/status/report.ts';
import { planFleet } from '../../../../reconciler/flows/reconcile/plan-fleet.ts';
import { catalogText } from '../../../builders/world.ts';
import { askFor, bringUp, isOn, removeFiles } from '../../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { reconcileOnce } from '../apply/reconciling.ts';

const many = 'limits: {createsPerRunMax: 1000, createsPerHourMax: 1000}\n';

function fleetOf(count: number): FakeWorld {
  const world = createFakeWorld({ policy: many });
  for (let n = 1; n <= count; n += 1) bringUp(world, n);
  return world;
}

async function planned(world: FakeWorld): Promise<Plan> {
  return (await planFleet(world.ports)).plan;
}

function endsNoAgent({ changes, deferred }: Plan): void {
  const all = [...changes, ...deferred.map(({ change }) => change)];
  assert.deepEqual(
    all.filter((change) => isChangeThat(change, 'ends')),
    [],
  );
}

/** Its plan is applied too, and all agents are still there. */
async function allStay(world: FakeWorld, count: number): Promise<void> {
  await reconcileOnce(world);
  assert.deepEqual(world.project.deletions, []);
  assert.equal(world.project.servers.size, count);
}

describe('a fleet survives', () => {
  test('a catalog whose image changed: only new servers are created from it', async () => {
    const world = fleetOf(10);
    world.git.commit('A new image', {
      'catalog.yaml': catalogText.replace('image: debian-12', 'image: ubuntu-24.04'),
    });
    const plan = await planned(world);
    assert.deepEqual([plan.changes, plan.refused, plan.idle], [[], [], []]);
    assert.match(reportText(plan), /Nothing to change/);
    askFor(world, 11);
    await allStay(world, 11);
    const images = [...world.project.servers.values()].map(({ image }) => image);
    assert.equal(images.filter((image) => image === 'ubuntu-24.04').length, 1);
  });

  test('a catalog that moves every plan to another type', async () => {
    const world = fleetOf(10);
    world.git.commit('Bigger', { 'catalog.yaml': catalogText.replaceAll('cpx12', 'cpx22') });
    assert.deepEqual((await planned(world)).changes, []);
    await allStay(world, 10);
  });

  test('an unreadable catalog: the run stops and names the place', async () => {
    const world = fleetOf(3);
    world.git.commit('Oops', { 'catalog.yaml': 'plans: [' });
    await assert.rejects(
      planned(world),
      (thrown) => isFailure(thrown, 'InvalidInput') && /catalog\.yaml/.test(thrown.message),
    );
  });

  test('a thousand files that are deleted in one commit', async () => {
    const world = fleetOf(1000);
    removeFiles(world, ...Array.from({ length: 1000 }, (_, place) => place + 1));
    const plan = await planned(world);
    endsNoAgent(plan);
    assert.deepEqual([plan.changes, plan.orphans], [[], []]);
    assert.match(
      reportText(plan),
      /PARTIAL READING: nothing is created or destroyed: files: 1000 of 1000 recorded agents have no file/,
    );
    assert.ok(needsAttention(plan));
    await allStay(world, 1000);
  });

  test('some files that are deleted in one commit: a person is asked, no agent ends', async () => {
    const world = fleetOf(30);
    removeFiles(world, 1, 2, 3, 4, 5);
    const plan = await planned(world);
    endsNoAgent(plan);
    assert.equal(plan.removed.length, 5);
    await allStay(world, 30);
    assert.deepEqual(
      world.forge.open().map(({ title }) => title),
      ['Removed files of 5 agents'],
    );
  });

  test('a main that was force-pushed to an older commit', async () => {
    const world = fleetOf(12);
    await planned(world);
    world.git.rewind('main', 6);
    await assert.rejects(
      planned(world),
      (thrown) => thrown instanceof Failure && /main is gone or was rewritten/.test(thrown.message),
    );
    assert.deepEqual(world.project.deletions, []);
  });

  test('the same, found by a machine that never fetched the lost commits', async () => {
    const world = fleetOf(12);
    world.git.rewind('main', 6);
    world.restart();
    const plan = await planned(world);
    endsNoAgent(plan);
    assert.match(reportText(plan), /PARTIAL READING.*files: 6 of 12 recorded agents have no file/);
    await allStay(world, 12);
  });

  test('a revert of ten creates at once', async () => {
    const world = fleetOf(10);
    const created = Array.from({ length: 10 }, (_, place) => askFor(world, 11 + place));
    await reconcileOnce(world);
    assert.equal(world.project.servers.size, 20);
    for (const commit of created.reverse()) world.git.revert(commit);
    const plan = await planned(world);
    endsNoAgent(plan);
    assert.deepEqual(plan.changes, []);
    assert.match(reportText(plan), /PARTIAL READING.*files: 10 of 20 recorded agents have no file/);
    await allStay(world, 20);
    assert.ok(isOn(world, 11) && isOn(world, 20));
  });

  test('a burst of creates that are reverted in a large fleet: the limits refuse all the ends', async () => {
    const world = fleetOf(120);
    const created = Array.from({ length: 21 }, (_, place) => askFor(world, 121 + place));
    await reconcileOnce(world);
    for (const commit of created.reverse()) world.git.revert(commit);
    // Each revert removed one agent: each file is restored with a tombstone, seen by the next run.
    await reconcileOnce(world);
    await reconcileOnce(world);
    world.advance(2 * 3_600_000);
    const plan = await planned(world);
    endsNoAgent(plan);
    assert.equal(plan.refused.length, 21);
    assert.match(
      reportText(plan),
      /Refused \(21\)\n {2}burst \(21\): the ends of more agents were requested within an hour/,
    );
    await allStay(world, 141);
    assert.match(world.forge.open()[0]?.title ?? '', /^Approve 21 deletions/);
  });
});
