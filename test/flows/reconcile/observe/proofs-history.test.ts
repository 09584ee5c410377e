/** Histories that may hide which commit asked for an end. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { agentPath } from '../../../../reconciler/core/agent/agent.ts';
import { renderAgent } from '../../../../reconciler/core/agent/agent-file.ts';
import { planFleet } from '../../../../reconciler/flows/reconcile/plan-fleet.ts';
import { agentNo, at, idNo } from '../../../builders/world.ts';
import { bringUp, sawEnding } from '../../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';

const tombstone = { at: at(-600), by: 'stripe', reason: 'canceled' } as const;
const ended = { state: 'ended', since: at(-600) } as const;
type Spec = Parameters<typeof agentNo>[1];

function write(world: FakeWorld, spec: Spec, ...numbers: number[]): string {
  const edits = numbers.map((n) => [agentPath(idNo(n)), renderAgent(agentNo(n, spec))]);
  const commit = world.git.commit('Written', Object.fromEntries(edits));
  for (const n of numbers) sawEnding(world, n);
  return commit;
}

async function planned(world: FakeWorld) {
  const { changes, refused } = (await planFleet(world.ports)).plan;
  return {
    runs: changes.map(({ agent, kind }) => [agent, kind]),
    refused: refused.map(({ change, limit }) => [change.agent, limit]).sort(),
  };
}

function fleet(): FakeWorld {
  const world = createFakeWorld();
  for (const n of [1, 2, 3]) bringUp(world, n);
  return world;
}
const both = [1, 2].map((n) => [idNo(n), 'unprovenAlone']).sort();

describe('a commit about several agents', () => {
  test('that takes Stripe’s tombstones over is what asks for the end: no payment lifts it now', async () => {
    const world = fleet();
    for (const n of [1, 2]) write(world, { access: ended, retired: tombstone }, n);
    write(world, { retired: { ...tombstone, by: 'person' } }, 1, 2);
    assert.deepEqual((await planned(world)).refused, both);
  });

  test('that restores tombstones which were lifted one by one', async () => {
    const world = fleet();
    const retired = { ...tombstone, by: 'person' } as const;
    for (const n of [1, 2]) write(world, { retired }, n);
    for (const n of [1, 2]) write(world, {}, n);
    write(world, { retired }, 1, 2);
    assert.deepEqual((await planned(world)).refused, both);
  });

  test('that raises revisions which one of their own had raised and reverted', async () => {
    const world = fleet();
    for (const n of [1, 2]) write(world, { revision: 5 }, n);
    for (const n of [1, 2]) write(world, { revision: 1 }, n);
    write(world, { revision: 2 }, 1, 2);
    assert.deepEqual((await planned(world)).refused, both);
  });

  test('that asks for another revision than an earlier commit about one agent', async () => {
    const world = fleet();
    for (const n of [1, 2]) write(world, { revision: 2 }, n);
    write(world, { revision: 3, region: 'us-east' }, 1, 2);
    assert.deepEqual((await planned(world)).refused, both);
  });

  test('whose reprovisions a later commit of their own has moved to another place', async () => {
    const world = fleet();
    write(world, { revision: 2 }, 1, 2);
    for (const n of [1, 2]) write(world, { revision: 2, config: { model: 'x' } }, n);
    assert.deepEqual((await planned(world)).refused, both);
  });

  test('behind a text that could not be read', async () => {
    const world = fleet();
    const retired = { ...tombstone, by: 'person' } as const;
    write(world, { retired }, 1, 2);
    world.git.commit('Oops', { [agentPath(idNo(1))]: 'nonsense: [\n' });
    write(world, { retired }, 1);
    assert.deepEqual((await planned(world)).refused, both);
  });
});

test('does not change what a commit about one agent proves, after thirty more commits', async () => {
  const world = fleet();
  const retired = { ...tombstone, by: 'person' } as const;
  write(world, { retired }, 1);
  for (let n = 0; n < 31; n += 1) write(world, { retired, config: { model: `m${n}` } }, 1);
  assert.deepEqual((await planned(world)).refused, []);
});
