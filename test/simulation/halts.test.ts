/** Stop, pause and file are read again before each effect of each kind of change. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { agentPath } from '../../reconciler/core/agent/agent.ts';
import { idNo } from '../builders/world.ts';
import { fileText } from '../fakes/agents.ts';
import { everyHalt, pause } from '../fakes/halts.ts';
import type { FakeWorld } from '../fakes/world.ts';
import { cases } from '../flows/reconcile/apply/cases.ts';
import {
  applyOne,
  dueChange,
  reconcileOnce,
  untilQuiet,
} from '../flows/reconcile/apply/reconciling.ts';

const comment = (world: FakeWorld) => {
  const text = fileText(world, 1);
  if (text !== null)
    world.git.commit('A comment', {
      [agentPath(idNo(1))]: `${text}# seen at ${world.time.now()}\n`,
    });
};

for (const [what, by] of [
  ['a stop', (world: FakeWorld) => world.git.halt('just now')],
  ['a pause', pause],
  ['a change of its file', comment],
] as const) {
  describe(`${what} that comes during a change`, () => {
    const concerned = cases.filter(({ change }) => by !== comment || change !== 'destroyOrphan');
    for (const one of concerned) {
      test(`${one.name}: nothing begins after it except ends`, async () => {
        const flow = async (world: FakeWorld) => applyOne(world, (await dueChange(world)).plan);
        const { count, beyond } = await everyHalt({ world: one.world, flow, by });
        assert.deepEqual(beyond, []);
        assert.ok(count >= 1, `${count} effects`);
      });
    }
  });
}

describe('a stop during a change, once it is lifted', () => {
  for (const one of cases) {
    test(`${one.name}: the change is completed`, async () => {
      const world = await one.world();
      world.fault({ kind: 'meanwhile', nth: 3, run: () => world.git.halt('just now') });
      await reconcileOnce(world);
      world.calm();
      world.git.resume();
      await untilQuiet(world);
      one.reached(world);
    });
  }
});
