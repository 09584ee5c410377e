/** A device that a person has decided to destroy, and what may have changed since the decision. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { renderOrphanFile } from '../../../../reconciler/core/agent/decision-file.ts';
import { deviceTag } from '../../../../reconciler/core/fleet/observed.ts';
import { newRecord } from '../../../../reconciler/core/fleet/recorded.ts';
import { at, idNo, subscriptionNo } from '../../../builders/world.ts';
import { askFor, bringUp, edit, recordOf, writeRecord } from '../../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { applyOne, dueChange, outcomeText, untilQuiet } from './reconciling.ts';

const hour = 3_600_000;

/** Agent 1 is stopped without server and device; a device of ours has its id as its hostname. */
async function strayWorld() {
  const world = createFakeWorld();
  bringUp(world, 2);
  askFor(world, 1, { power: 'stopped' });
  const device = world.tailnet.add(idNo(1), deviceTag('aura'));
  await untilQuiet(world);
  world.advance(3 * hour);
  decide(world, device.nodeId);
  return { world, node: device.nodeId };
}

function decide(world: FakeWorld, id: string): void {
  const resource = {
    kind: 'device',
    id,
    name: `${idNo(1)}.example.ts.net`,
    seen: at(0),
    why: 'nothing shows whose it is',
  } as const;
  const decision = { apiVersion: 'aura.dev/v1', kind: 'Orphan', resource, decision: 'destroy' };
  const text = renderOrphanFile(decision as Parameters<typeof renderOrphanFile>[0]);
  world.forge.mergeReviewed('It goes', { [`orphans/device-${id}.yaml`]: text });
}

async function destroyed(world: FakeWorld, meanwhile: () => unknown): Promise<string> {
  const { plan, change } = await dueChange(world);
  assert.equal(change.kind, 'destroyOrphan');
  await meanwhile();
  return outcomeText(await applyOne(world, plan));
}

describe('a device with the name of an agent without server and device', () => {
  test('is deleted, even while it is connected', async () => {
    const { world, node } = await strayWorld();
    assert.equal(await destroyed(world, () => {}), 'done');
    assert.ok(!world.tailnet.devices.has(node));
    assert.equal(world.tailnet.devices.size, 1);
  });

  test('is kept where a record names it by now', async () => {
    const { world, node } = await strayWorld();
    const outcome = await destroyed(world, () => {
      const record = recordOf(world, 2) ?? assert.fail();
      writeRecord(world, { ...record, tailnet: { nodeId: node, address: '100.64.0.9' } });
    });
    assert.match(outcome, new RegExp(`^superseded: the record of ${idNo(2)} now names it`));
    assert.ok(world.tailnet.devices.has(node));
  });

  test('is kept where a run has begun to work on the agent', async () => {
    const { world, node } = await strayWorld();
    const outcome = await destroyed(world, () => {
      const record = newRecord(idNo(1), subscriptionNo(1), 'cus_Test1');
      const lease = {
        run: 'run-7',
        runAttempt: 1,
        change: 'create' as const,
        nonce: 'abcdefghij012345',
        step: 'join' as const,
        since: at(180),
        until: at(240),
      };
      writeRecord(world, { ...record, lease });
    });
    assert.match(outcome, /^superseded: the record of /);
    assert.ok(world.tailnet.devices.has(node));
  });

  for (const how of ['name', 'record'] as const) {
    test(`is kept where the agent has a server by now that it may run on, by its ${how}`, async () => {
      const { world, node } = await strayWorld();
      const outcome = await destroyed(world, () => {
        // Created some hours before the device, and its own device is not recorded.
        const server = bringUp(world, 1, { power: 'stopped' });
        const { tailnet, ...record } = recordOf(world, 1) ?? assert.fail();
        world.tailnet.devices.delete(tailnet?.nodeId ?? '');
        if (how === 'record') server.name = 'by-hand';
        if (how === 'name') writeRecord(world, without(record));
        else writeRecord(world, record);
      });
      assert.match(outcome, /^superseded: it may be the device of server /);
      assert.ok(world.tailnet.devices.has(node));
    });
  }

  test('is deleted where the agent has a younger server by now', async () => {
    const { world, node } = await strayWorld();
    const outcome = await destroyed(world, () => {
      const { id } = bringUp(world, 1, { power: 'stopped' });
      const server = world.project.servers.get(id) ?? assert.fail();
      const created = new Date(world.time.now()).toISOString();
      world.project.servers.set(id, { ...server, created });
      const { tailnet, ...record } = recordOf(world, 1) ?? assert.fail();
      world.tailnet.devices.delete(tailnet?.nodeId ?? '');
      writeRecord(world, record);
    });
    assert.equal(outcome, 'done');
    assert.ok(!world.tailnet.devices.has(node));
  });

  test('is deleted where the agent has a device of its own by now', async () => {
    const { world, node } = await strayWorld();
    const { plan } = await dueChange(world);
    edit(world, 1, { power: 'running' });
    bringUp(world, 1);
    assert.equal(outcomeText(await applyOne(world, plan)), 'done');
    assert.ok(!world.tailnet.devices.has(node));
    assert.ok(world.tailnet.devices.has(recordOf(world, 1)?.tailnet?.nodeId ?? ''));
  });

  test('is kept where the recorded device of the agent is gone, and its server is there', async () => {
    const { world, node } = await strayWorld();
    const outcome = await destroyed(world, () => {
      bringUp(world, 1, { power: 'stopped' });
      world.tailnet.devices.delete(recordOf(world, 1)?.tailnet?.nodeId ?? '');
    });
    assert.match(outcome, /^superseded: it may be the device of server /);
    assert.ok(world.tailnet.devices.has(node));
  });

  test('is kept where it lost our tag', async () => {
    const { world, node } = await strayWorld();
    const outcome = await destroyed(world, () => {
      const device = world.tailnet.devices.get(node) ?? assert.fail();
      world.tailnet.devices.set(node, { ...device, tags: ['tag:other'] });
    });
    assert.match(outcome, /OwnershipUnproven$/);
    assert.ok(world.tailnet.devices.has(node));
  });
});

test('a device with the id of no agent is deleted', async () => {
  const world = createFakeWorld();
  bringUp(world, 2);
  const { nodeId } = world.tailnet.add('laptop', deviceTag('aura'));
  await untilQuiet(world);
  world.advance(3 * hour);
  decide(world, nodeId);
  assert.equal(await destroyed(world, () => {}), 'done');
  assert.ok(!world.tailnet.devices.has(nodeId));
});

function without<Value extends { readonly server?: unknown }>({ server: _server, ...rest }: Value) {
  return rest;
}
