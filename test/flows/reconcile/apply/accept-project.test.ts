/** A project that no record proves, and a person who confirms that it is the fleet's. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { agentPath } from '../../../../reconciler/core/agent/agent.ts';
import { type FailureReason, isFailure } from '../../../../reconciler/core/failure.ts';
import { fleetPath } from '../../../../reconciler/core/fleet/fleet-record.ts';
import { recoverFleet } from '../../../../reconciler/flows/reconcile/apply/initialise.ts';
import { idNo } from '../../../builders/world.ts';
import { askFor, isOn, plantServer } from '../../../fakes/agents.ts';
import { fleetIdsIn } from '../../../fakes/at-commit.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { reconcileOnce, untilQuiet } from './reconciling.ts';

const is = (reason: FailureReason) => (thrown: unknown) => isFailure(thrown, reason);

describe('missing firewalls while no server is recorded', () => {
  function emptied(): FakeWorld {
    const world = createFakeWorld();
    world.project.firewalls.clear();
    return world;
  }

  test('stop the run, whose message names the way out, and are created once a person confirms', async () => {
    const world = emptied();
    askFor(world, 1);
    await assert.rejects(
      reconcileOnce(world),
      /or they were deleted, and `aura init --recover --accept-project`/,
    );
    await assert.rejects(recoverFleet(world.ports, world.policy), is('MisconfiguredAccount'));
    await recoverFleet(world.ports, world.policy, true);
    const recorded = fleetIdsIn(world.git.text(fleetPath, 'status'));
    assert.deepEqual(
      Object.values(recorded ?? {}).sort(),
      [...world.project.firewalls.keys()].sort(),
    );
    await untilQuiet(world);
    assert.ok(isOn(world, 1));
  });

  test('are not created while a record is unreadable, or a run may have created a server', async () => {
    const unreadable = emptied();
    const edits = { [agentPath(idNo(1))]: 'kind: [' };
    unreadable.git.add('status', { subject: 'broken', edits });
    const powerUnknown = createFakeWorld();
    askFor(powerUnknown, 1);
    powerUnknown.fault({ port: 'stacks', method: 'apply', kind: 'dieAfter' });
    assert.equal(await reconcileOnce(powerUnknown), null);
    powerUnknown.calm();
    powerUnknown.misdirect();
    for (const world of [unreadable, powerUnknown]) {
      const before = world.calls.length;
      await assert.rejects(recoverFleet(world.ports, world.policy, true), is('Conflict'));
      assert.equal(world.calls.length, before);
    }
  });

  test('are not created beside servers with our labels that no record names', async () => {
    const world = emptied();
    plantServer(world, 'stray', { 'aura.dev/fleet': 'aura' });
    await assert.rejects(recoverFleet(world.ports, world.policy, true), is('Conflict'));
    assert.equal(world.project.firewalls.size, 0);
  });
});
