/** Every effect of a change is preceded by a look, which counts for one effect and a short time. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Failure } from '../../../reconciler/core/failure.ts';
import { lookFirst } from '../../../reconciler/flows/shared/look-first.ts';
import { bringUp } from '../../fakes/agents.ts';
import { effectful } from '../../fakes/process.ts';
import { createFakeWorld } from '../../fakes/world.ts';

/** Effects that end something are never held back; an import has a plan. */
const free: ReadonlySet<string> = new Set(['tailnet.revokeKey', 'stacks.unlock', 'stacks.import']);
const held = ['cloud', 'tailnet', 'states', 'stacks', 'configurator'] as const;

describe('an effect does not begin where its look fails', () => {
  for (const effect of [...effectful, 'stacks.plan'])
    for (const port of held)
      if (effect.startsWith(`${port}.`) && !free.has(effect))
        test(effect, async () => {
          const world = createFakeWorld();
          const { ports } = lookFirst(world.ports, async () => {
            throw new Failure('Stopped', 'just now');
          });
          const method = effect.slice(port.length + 1);
          const begin = (ports[port] as unknown as Record<string, () => Promise<unknown>>)[method];
          await assert.rejects((begin ?? assert.fail(effect))(), { reason: 'Stopped' });
          assert.deepEqual(world.calls, []);
        });
});

test('a look counts only for the effect that follows it at once', async () => {
  const world = createFakeWorld();
  const server = bringUp(world, 1);
  let looks = 0;
  const { ports, unheld, look } = lookFirst(world.ports, async () => {
    looks += 1;
  });
  const effect = () => ports.cloud.protect(server.id, true);
  const looked: number[] = [];
  for (const step of [
    effect,
    effect,
    look,
    effect,
    look,
    async () => world.advance(3000),
    effect,
    look,
    () => unheld.cloud.setLabels(server.id, server.labels),
    effect,
  ]) {
    await step();
    looked.push(looks);
  }
  assert.deepEqual(looked, [1, 2, 3, 3, 4, 4, 5, 6, 6, 7]);
});

test('a failed look does not count, and invalidates an earlier one', async () => {
  const world = createFakeWorld();
  const server = bringUp(world, 1);
  let stopped = false;
  const { ports, look } = lookFirst(world.ports, async () => {
    if (stopped) throw new Failure('Stopped', 'just now');
  });
  await look();
  stopped = true;
  await assert.rejects(look());
  await assert.rejects(ports.cloud.protect(server.id, true), { reason: 'Stopped' });
});
