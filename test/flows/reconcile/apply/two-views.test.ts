/** Ends that the plan lets through and the lease refuses are not repeated without a question. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { agentPath } from '../../../../reconciler/core/agent/agent.ts';
import { at, idNo } from '../../../builders/world.ts';
import { bringUp, edit, removeFiles, sawEnding } from '../../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { outcomeText, reconcileOnce } from './reconciling.ts';

const retired = { at: at(-90), by: 'person', reason: 'no longer needed' } as const;

/** Of five, four retired at one time: one more than a burst may have. */
function fleet(): FakeWorld {
  const world = createFakeWorld();
  for (const n of [1, 2, 3, 4, 5]) bringUp(world, n);
  for (const n of [1, 2, 3, 4]) {
    edit(world, n, { retired });
    sawEnding(world, n, at(-90));
  }
  return world;
}

/** They end, or a person is asked. */
async function ends(world: FakeWorld): Promise<void> {
  const said: string[] = [];
  let asked = false;
  for (let runs = 0; runs < 12; runs += 1) {
    const done = await reconcileOnce(world);
    for (const { agent, outcome } of done?.applied ?? [])
      said.push(`${agent} ${outcomeText(outcome)}`);
    const titles = world.forge.open().map(({ title }) => title);
    asked ||= titles.some((title) => title.startsWith('Approve'));
    said.push(`refused ${done?.plan.refused.length} proposals ${titles.join()}`);
    world.advance(6 * 3_600_000);
  }
  assert.ok(world.project.deletions.length >= 3 || asked, [...new Set(said)].join('\n'));
}

describe('a set that lost one agent', () => {
  test('by a file that cannot be read: the others end, or a person is asked', async () => {
    const world = fleet();
    world.git.commit('Oops', { [agentPath(idNo(1))]: 'nonsense: [\n' });
    await ends(world);
  });

  test('by the removal of its file together with another: the others end, or a person is asked', async () => {
    const world = createFakeWorld();
    for (let n = 1; n <= 15; n += 1) bringUp(world, n);
    for (const n of [1, 2, 3, 4]) {
      edit(world, n, { retired });
      sawEnding(world, n, at(-90));
    }
    removeFiles(world, 1, 10);
    await ends(world);
  });

  test('by a person who keeps it: the others end, or a person is asked', async () => {
    const world = fleet();
    edit(world, 1, { retired: undefined });
    await ends(world);
  });
});
