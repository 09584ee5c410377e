/**
 * A state that holds another, existing server prevents the end of a retirement: an alarm is raised.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agentStateKey } from '../../../../reconciler/core/fleet/observed.ts';
import { idNo } from '../../../builders/world.ts';
import { bringUp, isOn, recordOf } from '../../../fakes/agents.ts';
import { createFakeWorld } from '../../../fakes/world.ts';
import { endedLongAgo } from './cases.ts';
import { reconcileOnce } from './reconciling.ts';
import { reportedOf } from './reported.ts';

test('a retirement whose state holds another agent’s server ends, or it is reported', async () => {
  const world = createFakeWorld();
  bringUp(world, 1);
  bringUp(world, 2);
  const copied = world.bucket.states.get(agentStateKey('aura', idNo(2))) ?? assert.fail();
  world.bucket.states.set(agentStateKey('aura', idNo(1)), copied);
  endedLongAgo(world);
  for (let hour = 1; hour <= 24; hour += 1) {
    await reconcileOnce(world);
    world.advance(3_600_000);
  }
  assert.ok(isOn(world, 2));
  assert.ok(world.bucket.states.has(agentStateKey('aura', idNo(1))), 'a person can look at it');
  assert.equal(recordOf(world, 1)?.attempts.at(-1)?.reason, 'GateRefused');
  const isGone = recordOf(world, 1)?.gone !== undefined;
  assert.ok(isGone || reportedOf(world, 1).length > 0);
});
