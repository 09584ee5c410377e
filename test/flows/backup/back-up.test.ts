import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backUp, bundles } from '../../../reconciler/flows/backup/back-up.ts';
import { bringUp } from '../../fakes/agents.ts';
import { createFakeWorld } from '../../fakes/world.ts';

const hourMs = 3_600_000;
const bundlesKept = 48;

test('one bundle an hour is written, the newest are kept, and nothing else is touched', async () => {
  const world = createFakeWorld();
  bringUp(world, 1);
  const other = { content: Buffer.from('x'), modifiedMs: 0 };
  world.bucket.objects.set('aura/bundles/README', other);
  world.bucket.objects.set('another/bundles/1.bundle', other);
  const made: string[] = [];
  for (let hour = 0; hour < bundlesKept + 2; hour += 1) {
    made.push((await backUp(world.ports, 'aura')).key);
    world.advance(hourMs);
  }
  const kept = (await bundles(world.ports.archive, 'aura')).map(({ key }) => key);
  assert.deepEqual(kept, made.slice(2).toReversed());
  assert.equal(made[0], 'aura/bundles/2026-11-22T12-00-00Z.bundle');
  assert.ok(world.bucket.objects.has('aura/bundles/README'));
  assert.ok(world.bucket.objects.has('another/bundles/1.bundle'));
});

test('the bundle holds both branches at their tips', async () => {
  const world = createFakeWorld();
  bringUp(world, 1);
  const { tips } = await backUp(world.ports, 'aura');
  const { git } = world;
  assert.deepEqual(tips, { main: git.tip('main')?.id, status: git.tip('status')?.id });
});

test('old bundles are kept where the upload of the new one is incomplete', async () => {
  const world = createFakeWorld();
  bringUp(world, 1);
  for (let hour = 0; hour < bundlesKept; hour += 1) {
    await backUp(world.ports, 'aura');
    world.advance(hourMs);
  }
  const before = [...world.bucket.objects.keys()];
  const fault = world.fault({ kind: 'lie', port: 'archive', method: 'get', answer: () => null });
  await assert.rejects(backUp(world.ports, 'aura'), { reason: 'UnexpectedAnswer' });
  assert.equal(fault.fired, 1);
  assert.ok(before.every((key) => world.bucket.objects.has(key)));
});

test('without a branch there is no bundle', async () => {
  const world = createFakeWorld({ firewalls: false });
  await assert.rejects(backUp(world.ports, 'aura'), { reason: 'NotFound' });
  assert.equal(world.bucket.objects.size, 0);
});
