/**
 * RED. A state that remembers another server, which is there (it was copied or restored), keeps
 * `removeState` (apply/remove.ts) from its end by `Superseded`. That is the word for "something else was
 * asked for": `retryOf` counts no failure, so it is tried in every tick and no condition is written;
 * and `ended` (core/report/agent-alarms.ts) asks for a recorded server, which is gone by then. The
 * retirement never ends, its file stays for ever, and nothing tells. Right: `GateRefused`, as the create
 * says it (a person compares them by `aura state`), and an alarm for what is retired for longer than
 * `endedHoursMax` and not gone, whether or not a server is recorded.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agentStateKey } from '../../reconciler/core/world/observed.ts';
import { idNo } from '../builders/world.ts';
import { bringUp, isOn, recordOf } from '../fakes/agents.ts';
import { createFakeWorld } from '../fakes/world.ts';
import { endedLongAgo } from './cases.ts';
import { tick } from './rounds.ts';
import { toldOf } from './told.ts';

test('a retirement whose state remembers another agent’s server ends, or it is told', async () => {
  const world = createFakeWorld();
  bringUp(world, 1);
  bringUp(world, 2);
  const copied = world.bucket.states.get(agentStateKey('aura', idNo(2))) ?? assert.fail();
  world.bucket.states.set(agentStateKey('aura', idNo(1)), copied);
  endedLongAgo(world);
  for (let hour = 1; hour <= 24; hour += 1) {
    await tick(world);
    world.advance(3_600_000);
  }
  assert.ok(isOn(world, 2));
  const isGone = recordOf(world, 1)?.gone !== undefined;
  assert.ok(isGone || toldOf(world, 1).length > 0);
});
