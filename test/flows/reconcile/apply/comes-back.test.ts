/** Gone agents that are created again, and successive tombstones. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agentPath } from '../../../../reconciler/core/agent/agent.ts';
import { renderAgent } from '../../../../reconciler/core/agent/agent-file.ts';
import { agentNo, at, idNo } from '../../../builders/world.ts';
import { bringUp, edit, recordOf, serverOf } from '../../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { reconcileOnce } from './reconciling.ts';

const minuteMs = 60_000;
const retired = { at: at(-90), by: 'person', reason: 'x' } as const;

async function runs(world: FakeWorld, count: number, minutes: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    await reconcileOnce(world);
    world.advance(minutes * minuteMs);
  }
}

test('gone, created again, and its old tombstone restored by hand: an hour of grace', async () => {
  const world = createFakeWorld();
  bringUp(world, 1);
  const first = edit(world, 1, { retired });
  await runs(world, 3, 1);
  assert.equal(serverOf(world, 1), null);
  assert.notEqual(recordOf(world, 1)?.gone, undefined);
  const back = world.git.revert(first);
  await runs(world, 4, 1);
  assert.ok(serverOf(world, 1) !== null);
  world.git.revert(back);
  await runs(world, 3, 19);
  assert.ok(serverOf(world, 1) !== null, JSON.stringify(recordOf(world, 1)?.ending));
  await runs(world, 3, 19);
  assert.equal(serverOf(world, 1), null);
});

test('the same, where every create fails in between and leaves a dead lease', async () => {
  const world = createFakeWorld();
  bringUp(world, 1);
  const first = edit(world, 1, { retired });
  await runs(world, 3, 1);
  const back = world.git.revert(first);
  world.fault({ port: 'stacks', method: 'apply', kind: 'dieAfter' });
  await runs(world, 1, 1);
  world.calm();
  world.git.revert(back);
  await runs(world, 3, 19);
  assert.ok(serverOf(world, 1) !== null, JSON.stringify(recordOf(world, 1)));
});

test('reprovisioned while its grace runs, restored, retired again: each has its own hour', async () => {
  const world = createFakeWorld();
  bringUp(world, 1);
  const write = (spec: Parameters<typeof agentNo>[1]) =>
    world.git.commit('written', { [agentPath(idNo(1))]: renderAgent(agentNo(1, spec)) });
  write({ retired: { ...retired, at: at(-1) }, revision: 2 });
  await runs(world, 2, 20);
  write({ revision: 2 });
  await runs(world, 3, 5);
  assert.equal(recordOf(world, 1)?.chosen?.revision, 2);
  assert.ok(serverOf(world, 1) !== null);
  write({ retired: { ...retired, at: at(-1) }, revision: 2 });
  await runs(world, 3, 19);
  assert.ok(serverOf(world, 1) !== null, JSON.stringify(recordOf(world, 1)?.ending));
});
