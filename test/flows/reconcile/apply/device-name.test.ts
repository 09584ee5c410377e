/**
 * A device is named by its agent's id, whatever had that name before and whatever its host says.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deviceTag } from '../../../../reconciler/core/fleet/observed.ts';
import { idNo } from '../../../builders/world.ts';
import { askFor, bringUp, recordOf } from '../../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import {
  applyOne,
  dueChange,
  outcomeText,
  reconcileOnce,
  story,
  untilQuiet,
} from './reconciling.ts';

const tag = deviceTag('aura');
const minute = 60_000;
const own = `${idNo(1)}.example.ts.net`;

function deviceOf(world: FakeWorld) {
  const node = recordOf(world, 1)?.tailnet?.nodeId ?? '';
  return world.tailnet.devices.get(node) ?? assert.fail('its device is gone');
}

/** One that had the name when agent 1 joined. */
async function joinedAsSecond() {
  const world = createFakeWorld();
  const namesake = world.tailnet.add(idNo(1), tag);
  askFor(world, 1);
  await reconcileOnce(world);
  assert.equal(deviceOf(world).name, `${idNo(1)}-1.example.ts.net`);
  return { world, namesake };
}

describe('a second device of a name', () => {
  test('keeps its other name while the name is taken, and no rename is tried', async () => {
    const { world, namesake } = await joinedAsSecond();
    const { plan } = await untilQuiet(world);
    assert.deepEqual(plan.changes, []);
    assert.ok(!world.calls.includes('tailnet.rename'));
    assert.ok(world.tailnet.devices.has(namesake.nodeId));
  });

  test('gets the name once it is free, and the record is updated', async () => {
    const { world, namesake } = await joinedAsSecond();
    world.tailnet.devices.delete(namesake.nodeId);
    const { plan, change } = await dueChange(world);
    assert.deepEqual(change.kind === 'repair' && change.drifts, ['deviceName']);
    world.calls.length = 0;
    assert.equal(outcomeText(await applyOne(world, plan)), 'done');
    assert.deepEqual(
      world.calls.filter((call) => call !== 'journal.push'),
      ['tailnet.rename'],
    );
    assert.equal(deviceOf(world).name, own);
    assert.equal(recordOf(world, 1)?.tailnet?.name, own);
    await untilQuiet(world);
  });

  test('gets it with the join where it is free by then', async () => {
    const world = createFakeWorld();
    const namesake = world.tailnet.add(idNo(1), tag);
    askFor(world, 1);
    const run = () => void world.tailnet.devices.delete(namesake.nodeId);
    world.fault({ port: 'tailnet', method: 'device', kind: 'meanwhile', run });
    await reconcileOnce(world);
    assert.equal(deviceOf(world).name, own);
    assert.equal(recordOf(world, 1)?.tailnet?.name, own);
    assert.equal(recordOf(world, 1)?.phase, 'running');
  });

  for (const method of ['rename', 'devices'] as const) {
    test(`joins although ${method} fails, and gets the name later`, async () => {
      const world = createFakeWorld();
      const namesake = world.tailnet.add(idNo(1), tag);
      askFor(world, 1);
      const { plan } = await dueChange(world);
      const run = () => void world.tailnet.devices.delete(namesake.nodeId);
      world.fault({ port: 'tailnet', method: 'device', kind: 'meanwhile', run });
      const fault = world.fault({ port: 'tailnet', method, kind: 'fail' });
      assert.equal(outcomeText(await applyOne(world, plan)), 'done');
      assert.equal(fault.fired, 1);
      assert.notEqual(deviceOf(world).name, own);
      await untilQuiet(world);
      assert.equal(deviceOf(world).name, own);
    });
  }

  test('whose name a device outside the fleet has waits with a condition, without repeated tries', async () => {
    const world = createFakeWorld();
    const stranger = world.tailnet.add(idNo(1), 'tag:other');
    askFor(world, 1);
    await reconcileOnce(world);
    for (let tries = 0; tries < 2; tries += 1) {
      world.advance(minute);
      const failed = await reconcileOnce(world);
      assert.match(failed === null ? '' : story(failed), /repair .* failed at repair: Conflict/);
    }
    world.advance(minute);
    const waiting = await reconcileOnce(world);
    assert.deepEqual(waiting?.applied, []);
    assert.deepEqual(
      waiting?.plan.idle.map(({ reason }) => reason),
      ['RetryLater'],
    );
    world.tailnet.devices.delete(stranger.nodeId);
    world.advance(3 * 60 * minute);
    await untilQuiet(world);
    assert.equal(deviceOf(world).name, own);
  });
});

describe('a machine with another hostname', () => {
  test('is still its agent’s, no orphan, and gets its name back; after that the name stays', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    const { nodeId } = deviceOf(world);
    world.advance(3 * 60 * minute);
    world.tailnet.renameItself(nodeId, 'the-boss');
    const { plan, change } = await dueChange(world);
    assert.deepEqual([change.kind, plan.orphans], ['repair', []]);
    await untilQuiet(world);
    assert.deepEqual([deviceOf(world).nodeId, deviceOf(world).name], [nodeId, own]);
    world.tailnet.renameItself(nodeId, 'the-boss-again');
    const quiet = await untilQuiet(world);
    assert.deepEqual([quiet.runs, quiet.plan.orphans], [1, []]);
    assert.equal(deviceOf(world).name, own);
  });

  test('is not renamed in a reading that does not show every name', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    world.tailnet.renameItself(deviceOf(world).nodeId, 'the-boss');
    await reconcileOnce(world, 'changed');
    assert.ok(!world.calls.includes('tailnet.rename'));
  });

  test('of a device that is deleted before its rename: nothing is renamed, and it joins again', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    world.tailnet.renameItself(deviceOf(world).nodeId, 'the-boss');
    const { plan } = await dueChange(world);
    world.tailnet.devices.clear();
    assert.equal(outcomeText(await applyOne(world, plan)), 'done');
    await untilQuiet(world);
    assert.equal(deviceOf(world).name, own);
  });
});
