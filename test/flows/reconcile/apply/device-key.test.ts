/** The key of an agent's device never expires: set at its join, and again where it was changed. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { askFor, bringUp, recordOf } from '../../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { reconcileOnce, untilQuiet } from './reconciling.ts';

function keysExpire(world: FakeWorld): readonly boolean[] {
  return [...world.tailnet.devices.values()].map(({ keyExpires }) => keyExpires === true);
}

describe('the key of a device', () => {
  test('that expires after a join is changed before the agent runs', async () => {
    const world = createFakeWorld();
    world.tailnet.keysExpire = true;
    askFor(world, 1);
    await untilQuiet(world);
    assert.deepEqual(keysExpire(world), [false]);
    assert.equal(recordOf(world, 1)?.phase, 'running');
  });

  test('that a person let expire is repaired, and nothing else is touched', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    for (const device of world.tailnet.devices.values()) device.keyExpires = true;
    await untilQuiet(world);
    assert.deepEqual(keysExpire(world), [false]);
    const effects = world.calls.filter((call) => call !== 'journal.push');
    assert.deepEqual(effects, ['tailnet.disableKeyExpiry']);
  });

  test('that expires all the same fails the join', async () => {
    const world = createFakeWorld();
    world.tailnet.keysExpire = true;
    askFor(world, 1);
    world.fault({
      port: 'tailnet',
      method: 'device',
      kind: 'lie',
      answer: (real) => ({ ...Object(real), keyExpires: true }),
      times: 9,
    });
    const done = await reconcileOnce(world);
    assert.equal(done?.applied[0]?.outcome.kind, 'failed');
    assert.equal(recordOf(world, 1)?.attempts.at(-1)?.reason, 'Conflict');
  });
});
