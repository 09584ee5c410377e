/** The addresses of a destroyed server: whose they are, and how long they stay assigned. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { labelNames } from '../../../../reconciler/core/fleet/observed.ts';
import { idNo } from '../../../builders/world.ts';
import { bringUp, recordOf } from '../../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { endedLongAgo } from './cases.ts';
import { applyOne, dueChange, outcomeText, untilQuiet } from './reconciling.ts';

const secondMs = 1000;

/** Agent 1 is retired; its address is changed to this once its server is gone. */
async function retired(
  world: FakeWorld,
  part: { readonly assignee?: string | null; readonly labels?: Record<string, string> },
): Promise<{ readonly outcome: string; readonly isThere: boolean }> {
  const { ipv4Id } = bringUp(world, 1);
  endedLongAgo(world);
  const { plan } = await dueChange(world);
  const { primaryIps } = world.project;
  const address = primaryIps.get(ipv4Id) ?? assert.fail();
  const run = () => void primaryIps.set(ipv4Id, { ...address, autoDelete: false, ...part });
  world.fault({ port: 'cloud', method: 'primaryIp', kind: 'meanwhile', run });
  const outcome = outcomeText(await applyOne(world, plan));
  return { outcome, isThere: primaryIps.has(ipv4Id) };
}

describe('the address of a destroyed server', () => {
  test('is waited for while Hetzner still lists it as assigned', async () => {
    const world = createFakeWorld();
    const { ipv4Id } = bringUp(world, 1);
    endedLongAgo(world);
    const { plan } = await dueChange(world);
    world.project.addressLagMs = 6 * secondMs;
    assert.equal(outcomeText(await applyOne(world, plan)), 'done');
    assert.equal(world.project.primaryIps.has(ipv4Id), false);
    assert.ok(!world.calls.includes('cloud.deletePrimaryIp'), 'it went by itself');
  });

  test('is a failure where it stays assigned for long, and is tried again', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    endedLongAgo(world);
    const { plan } = await dueChange(world);
    world.project.addressLagMs = 60 * secondMs;
    assert.match(outcomeText(await applyOne(world, plan)), /Locked$/);
    assert.equal(recordOf(world, 1)?.destroyed.length, 1);
    await untilQuiet(world);
    assert.notEqual(recordOf(world, 1)?.gone, undefined);
  });

  test('is deleted where it is free', async () => {
    const world = createFakeWorld();
    assert.deepEqual(await retired(world, { assignee: null }), { outcome: 'done', isThere: false });
  });

  test('is kept where it serves another server by now', async () => {
    const world = createFakeWorld();
    const other = bringUp(world, 2);
    const { outcome, isThere } = await retired(world, { assignee: other.id });
    assert.match(outcome, /OwnershipUnproven$/);
    assert.ok(isThere);
  });

  test('is kept where it carries the label of another agent', async () => {
    const world = createFakeWorld();
    bringUp(world, 2);
    const labels = { [labelNames.agent]: idNo(2) };
    const { outcome, isThere } = await retired(world, { assignee: null, labels });
    assert.match(outcome, /OwnershipUnproven$/);
    assert.ok(isThere);
  });
});
