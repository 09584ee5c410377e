/** Whether a lease blocks other runs, by the state of its run at the Forge, else by its end. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askRunState, isLeaseLive } from '../../../reconciler/flows/shared/run-state.ts';
import { firstAttempt, nonce } from '../../builders/world.ts';
import { createFakeWorld, type FakeWorld } from '../../fakes/world.ts';

const run = firstAttempt('17');
const minuteMs = 60_000;

function leaseOf(world: FakeWorld, minutes: number) {
  const at = (ms: number) => new Date(world.time.now() + ms).toISOString();
  const head = { run: '17', runAttempt: 1, change: 'create' as const, step: 'vm' as const, nonce };
  return { ...head, since: at(-minuteMs), until: at(minutes * minuteMs) };
}

test('a run that the Forge reports as running holds its lease past its end', async () => {
  const world = createFakeWorld();
  world.forge.runs.set('17', 'running');
  assert.equal(await isLeaseLive(world.ports, leaseOf(world, -1)), true);
});

test('a run that is over holds no lease', async () => {
  const world = createFakeWorld();
  world.forge.runs.set('17', 'over');
  assert.equal(await isLeaseLive(world.ports, leaseOf(world, 5)), false);
  assert.equal(await isLeaseLive(world.ports, undefined), false);
});

test('where the Forge does not know the run, the end of the lease decides', async () => {
  for (const [minutes, live] of [
    [5, true],
    [-1, false],
  ] as const) {
    const world = createFakeWorld();
    assert.equal(await isLeaseLive(world.ports, leaseOf(world, minutes)), live);
  }
});

test('where the Forge does not answer, a lease holds past its end', async () => {
  const world = createFakeWorld();
  world.forge.runs.set('17', 'over');
  world.fault({ port: 'forge', method: 'runState', kind: 'fail' });
  assert.equal(await isLeaseLive(world.ports, leaseOf(world, -1)), true);
  assert.equal(await isLeaseLive(world.ports, leaseOf(world, -1)), false);
});

test('a Forge that does not answer is logged', async () => {
  const world = createFakeWorld();
  world.fault({ port: 'forge', method: 'runState', kind: 'fail' });
  assert.equal(await askRunState(world.ports, run), 'unanswered');
  assert.match(JSON.stringify(world.logs), /17\/1.*its leases hold/);
});
