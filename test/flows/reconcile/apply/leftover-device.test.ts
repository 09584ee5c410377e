/** Devices that are deleted with their server, and devices that an earlier server left. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { planFleet } from '../../../../reconciler/flows/reconcile/plan-fleet.ts';
import { idNo } from '../../../builders/world.ts';
import { askFor, bringUp, edit, recordOf, serverOf, writeRecord } from '../../../fakes/agents.ts';
import type { FaultRequest } from '../../../fakes/process.ts';
import type { FakeDevice } from '../../../fakes/tailnet.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { endedLongAgo } from './cases.ts';
import { applyOne, dueChange, outcomeText, reconcileOnce, untilQuiet } from './reconciling.ts';

const minute = 60_000;

function onServerOf(world: FakeWorld, n: number): FakeDevice | undefined {
  const id = serverOf(world, n)?.id;
  return [...world.tailnet.devices.values()].find(({ machine }) => machine === id);
}

/** Agent 1 has the device of its own machine under its own name, and there is no other. */
function hasItsOwn(world: FakeWorld): void {
  const device = onServerOf(world, 1);
  assert.equal(recordOf(world, 1)?.tailnet?.nodeId, device?.nodeId);
  assert.equal(device?.name, `${idNo(1)}.example.ts.net`);
  assert.equal(world.tailnet.devices.size, 1);
}

/** It has joined, and the run died before it recorded the device. */
async function joinedUnsaid(world = createFakeWorld()) {
  askFor(world, 1);
  world.fault({ port: 'configurator', method: 'join', kind: 'dieAfter' });
  await reconcileOnce(world);
  world.calm();
  return { world, device: onServerOf(world, 1) ?? assert.fail('it did not join') };
}

/** It failed at its last step: its device is recorded, and it never ran. */
async function failedLate() {
  const world = createFakeWorld();
  askFor(world, 1);
  world.hosts.fail('healthy', 200);
  await reconcileOnce(world);
  return { world, node: recordOf(world, 1)?.tailnet?.nodeId ?? assert.fail('it did not join') };
}

describe('the recorded device', () => {
  const unlisted = { port: 'tailnet', method: 'devices', kind: 'lie', times: 2 } as const;
  const answer = () => ({ items: [], partial: [] });

  test('is deleted by a retirement, though the listing lacked it and its name differs', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    world.tailnet.renameItself(onServerOf(world, 1)?.nodeId ?? '', 'the-boss');
    endedLongAgo(world);
    world.fault({ ...unlisted, answer });
    await reconcileOnce(world);
    assert.equal(world.tailnet.devices.size, 0);
  });

  test('is deleted before a new server is created, though the listing lacked it', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    world.tailnet.renameItself(onServerOf(world, 1)?.nodeId ?? '', 'the-boss');
    world.project.servers.clear();
    world.fault({ ...unlisted, answer });
    await reconcileOnce(world);
    hasItsOwn(world);
  });

  test('is deleted by a rollback, whatever its name', async () => {
    const { world, node } = await failedLate();
    world.tailnet.renameItself(node, 'the-boss');
    edit(world, 1, { revision: 2 });
    const { plan, change } = await dueChange(world);
    assert.equal(change.kind, 'rollback');
    assert.equal(outcomeText(await applyOne(world, plan)), 'done');
    assert.equal(world.tailnet.devices.size, 0);
  });

  test('is kept where the server to be rolled back is not the recorded one', async () => {
    const { world, node } = await failedLate();
    edit(world, 1, { revision: 2 });
    const { plan } = await dueChange(world);
    const server = serverOf(world, 1) ?? assert.fail();
    server.labels = { ...server.labels, 'aura.dev/nonce': 'another000000123' };
    assert.equal(outcomeText(await applyOne(world, plan)), 'failed at server: OwnershipUnproven');
    assert.ok(world.tailnet.devices.has(node));
  });

  test('is kept where it has lost our tag, and the retirement continues', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    const device = onServerOf(world, 1) ?? assert.fail();
    world.tailnet.devices.set(device.nodeId, { ...device, tags: ['tag:laptop'] });
    endedLongAgo(world);
    await untilQuiet(world);
    assert.notEqual(recordOf(world, 1)?.gone, undefined);
    assert.ok(world.tailnet.devices.has(device.nodeId));
  });
});

describe('a leftover', () => {
  /** The server was deleted by hand. */
  async function leftBehind() {
    const { world, device } = await joinedUnsaid();
    world.project.servers.clear();
    world.project.primaryIps.clear();
    world.advance(10 * minute);
    return { world, device };
  }

  test('of a retired agent is deleted with it', async () => {
    const { world } = await leftBehind();
    endedLongAgo(world);
    await untilQuiet(world);
    assert.equal(world.tailnet.devices.size, 0);
    assert.notEqual(recordOf(world, 1)?.gone, undefined);
  });

  test('of a deleted server is deleted before the next one joins', async () => {
    const { world } = await leftBehind();
    await reconcileOnce(world);
    hasItsOwn(world);
  });

  test('is kept where another agent’s record cannot be read', async () => {
    const { world, device } = await leftBehind();
    const { plan } = await dueChange(world);
    const unreadable = { kind: 'invalid', id: null, path: 'agents/z/z/agt-z.yaml', why: 'a slip' };
    const answer = (real: unknown) => {
      const read = real as { readonly records: readonly object[] };
      return { ...read, records: [...read.records, unreadable] };
    };
    world.fault({ port: 'journal', method: 'read', kind: 'lie', answer, times: 99 });
    assert.equal(outcomeText(await applyOne(world, plan)), 'done');
    assert.ok(world.tailnet.devices.has(device.nodeId));
  });

  test('is kept where another agent’s record names it by now', async () => {
    const { world, device } = await leftBehind();
    bringUp(world, 2);
    const { plan } = await planFleet(world.ports);
    const other = recordOf(world, 2) ?? assert.fail();
    writeRecord(world, { ...other, tailnet: { nodeId: device.nodeId, address: '100.64.0.9' } });
    const changes = plan.changes.filter(({ agent }) => agent === idNo(1));
    assert.equal(outcomeText(await applyOne(world, { ...plan, changes })), 'done');
    assert.ok(world.tailnet.devices.has(device.nodeId));
  });

  test('that cannot be deleted now is a failure, and is tried again', async () => {
    const { world } = await leftBehind();
    world.fault({ port: 'tailnet', method: 'deleteDevice', kind: 'fail' });
    const { plan } = await dueChange(world);
    assert.equal(outcomeText(await applyOne(world, plan)), 'failed at join: NetworkUnreachable');
    await untilQuiet(world);
    hasItsOwn(world);
  });

  test('is kept for now where the devices cannot be listed completely', async () => {
    for (const kind of ['fail', 'lie'] as const) {
      const { world, device } = await leftBehind();
      const { plan } = await dueChange(world);
      const partial = [{ source: 'tailscale', reason: 'x', detail: 'cut off' }];
      const answer = (listing: unknown) => ({ ...(listing as object), partial });
      world.fault({ port: 'tailnet', method: 'devices', kind, answer, times: 9 } as FaultRequest);
      assert.equal(outcomeText(await applyOne(world, plan)), 'done');
      assert.ok(world.tailnet.devices.has(device.nodeId), kind);
    }
  });

  test('that is connected again before its deletion is kept', async () => {
    const { world, device } = await leftBehind();
    endedLongAgo(world);
    await reconcileOnce(world);
    // The recorded server is known to be gone by now, and the device is observed.
    world.tailnet.devices.set(device.nodeId, device);
    world.advance(minute);
    const { plan, change } = await dueChange(world);
    assert.deepEqual(change.kind === 'retire' && change.devices, [device.nodeId]);
    world.tailnet.devices.set(device.nodeId, { ...device, machine: null });
    assert.equal(outcomeText(await applyOne(world, plan)), 'done');
    assert.ok(world.tailnet.devices.has(device.nodeId));
  });

  test('of a rolled back server is deleted with it, without another create', async () => {
    const { world } = await joinedUnsaid();
    edit(world, 1, { revision: 2, power: 'stopped' });
    await untilQuiet(world);
    assert.equal(recordOf(world, 1)?.destroyed[0]?.kind, 'rollback');
    assert.equal(world.tailnet.devices.size, 0);
  });

  test('that appears connected for a while is deleted before the next server joins', async () => {
    const fresh = createFakeWorld();
    fresh.tailnet.offlineAfterMs = 2 * minute;
    const { world, device } = await joinedUnsaid(fresh);
    edit(world, 1, { revision: 2 });
    await reconcileOnce(world);
    assert.equal(recordOf(world, 1)?.destroyed[0]?.kind, 'rollback');
    assert.ok(world.tailnet.devices.has(device.nodeId), 'it still seems connected');
    world.advance(3 * minute);
    const { plan, change } = await dueChange(world);
    assert.equal(change.kind === 'create' && change.oldDevice, device.nodeId);
    world.calls.length = 0;
    assert.equal(outcomeText(await applyOne(world, plan)), 'done');
    const effects = world.calls.filter((call) => call !== 'journal.push');
    assert.deepEqual(effects.slice(0, 2), ['stacks.apply', 'tailnet.deleteDevice']);
    hasItsOwn(world);
  });

  test('does not exist where another agent’s record names the device, though all else fits', async () => {
    const world = createFakeWorld();
    bringUp(world, 2, { power: 'stopped' });
    const node = recordOf(world, 2)?.tailnet?.nodeId ?? '';
    world.tailnet.renameItself(node, idNo(1));
    bringUp(world, 1);
    const record = recordOf(world, 1) ?? assert.fail();
    const when = new Date(world.time.now()).toISOString();
    writeRecord(world, {
      ...record,
      attempts: [
        {
          change: 'create',
          revision: 1,
          run: 'r',
          runAttempt: 1,
          started: when,
          ended: when,
          step: 'done',
          outcome: 'succeeded',
        },
      ],
    });
    world.advance(10 * minute);
    world.project.servers.delete(serverOf(world, 1)?.id ?? '');
    await reconcileOnce(world);
    assert.equal(recordOf(world, 1)?.phase, 'running');
    assert.ok(world.tailnet.devices.has(node));
  });

  test('in a listing that lags repeats no effect, and is deleted in the end', async () => {
    const world = createFakeWorld();
    world.tailnet.lagMs = 3 * minute;
    askFor(world, 1);
    await untilQuiet(world);
    hasItsOwn(world);
    endedLongAgo(world);
    await untilQuiet(world);
    assert.equal(world.tailnet.devices.size, 0);
    assert.deepEqual(world.project.deletions.length, 1);
  });
});
