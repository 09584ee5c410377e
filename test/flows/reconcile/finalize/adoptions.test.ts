/** A server is adopted where its own decision on the tip asks for it, whatever the plan is. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agentPath } from '../../../../reconciler/core/agent/agent.ts';
import { idNo, labelsNo } from '../../../builders/world.ts';
import { bringUp, plantServer } from '../../../fakes/agents.ts';
import { createFakeWorld } from '../../../fakes/world.ts';
import { decideAll, look } from '../apply/strays.ts';
import { finalized, planned } from './finalizing.ts';

test('of two adoptions, the server that is kept since the plan stays as it is', async () => {
  const world = createFakeWorld();
  bringUp(world, 1);
  const servers = [8, 9].map((n) => plantServer(world, idNo(n), labelsNo(n)));
  world.advance(3 * 3_600_000);
  await look(world);
  decideAll(world, 'adopt');
  const plan = await planned(world);
  assert.deepEqual(
    plan.orphans.map(({ decision }) => decision),
    ['adopt', 'adopt'],
  );
  const [kept = '', adopted = ''] = servers.map(({ id }) => `orphans/server-${id}.yaml`);
  const text = (world.git.text(kept) ?? '').replace(/^decision: adopt/m, 'decision: undecided');
  world.git.commit('Second thoughts', { [kept]: text });
  const report = await finalized(world, plan);
  assert.deepEqual(report.adopted, [idNo(9)]);
  assert.equal(world.git.text(agentPath(idNo(8))), null);
  assert.equal(world.git.text(kept), text);
  assert.equal(world.git.text(adopted), null);
});
