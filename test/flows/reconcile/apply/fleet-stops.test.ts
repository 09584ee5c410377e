/** The shared stack under a stop, and where the outcome of its apply is unknown. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fleetStateKey } from '../../../../reconciler/core/stack/stack-spec.ts';
import { applyFleet } from '../../../../reconciler/flows/reconcile/apply/fleet.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';

const key = fleetStateKey('aura');

function oldLock(world: FakeWorld): void {
  const created = new Date(world.time.now() - 24 * 3_600_000).toISOString();
  world.bucket.locks.set(key, { id: 'l', who: 'kim', operation: 'x', created });
}

test('a stop keeps even the lock of a dead run', async () => {
  const world = createFakeWorld({ firewalls: false });
  oldLock(world);
  world.git.halt('just now');
  await assert.rejects(applyFleet(world.ports, world.policy), { reason: 'Stopped' });
  assert.ok(world.bucket.locks.has(key));
  assert.equal(world.project.firewalls.size, 0);
});

test('a stop that comes with a recovery keeps the wrong state', async () => {
  const world = createFakeWorld();
  const state = { managed: [], modifiedMs: 0, garbage: true as const };
  world.bucket.states.set(key, state);
  const run = () => void world.git.halt('just now');
  world.fault({ port: 'stacks', method: 'lock', kind: 'meanwhile', run });
  const recovery = applyFleet(world.ports, world.policy, { recover: true });
  await assert.rejects(recovery, { reason: 'Stopped' });
  assert.equal(world.bucket.states.get(key), state);
});

test('a state that lacks a firewall after the apply is an unknown outcome', async () => {
  const world = createFakeWorld({ firewalls: false });
  const answer = () => ({ resources: [] });
  world.fault({ port: 'states', method: 'read', nth: 2, kind: 'lie', answer, times: 9 });
  await assert.rejects(applyFleet(world.ports, world.policy), { reason: 'OutcomeUnknown' });
});
