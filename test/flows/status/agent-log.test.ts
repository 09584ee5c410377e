/** The log of an agent is read over the tailnet, and what prevents it is said. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isFailure } from '../../../reconciler/core/failure.ts';
import { readAgentLog } from '../../../reconciler/flows/status/agent-log.ts';
import { idNo } from '../../builders/world.ts';
import { bringUp, recordOf, writeRecord } from '../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../fakes/world.ts';

function running(): FakeWorld {
  const world = createFakeWorld();
  bringUp(world, 1);
  return world;
}
const hosts = (tailnet: FakeWorld['hosts']['tailnet']) => (world: FakeWorld) => {
  world.hosts.tailnet = tailnet;
};
const read = (world: FakeWorld) => readAgentLog(world.ports, idNo(1), 10);

describe('the log of an agent', () => {
  test('is read on its host, which shows a pinned key, while port 22 is closed', async () => {
    const world = running();
    world.hosts.firewallCounts = true;
    assert.deepEqual(await read(world), ['a line of its log']);
    assert.deepEqual(world.calls, ['configurator.enterTailnet']);
  });

  const cases: readonly (readonly [string, (world: FakeWorld) => void, RegExp])[] = [
    ['without a tailnet here', hosts('notJoined'), /no Tailscale/],
    ['that nothing reaches', hosts('silent'), /closed/],
    [
      'that is offline',
      (world) => world.tailnet.expire(recordOf(world, 1)?.tailnet?.nodeId ?? ''),
      /is offline in the tailnet since 20/,
    ],
    ['whose device was deleted', (world) => world.tailnet.devices.clear(), /was deleted/],
    ['that is off', (world) => changed(world, { power: 'off' }), /is switched off/],
    ['without a server', (world) => changed(world, null), /has no server/],
  ];
  for (const [name, spoil, message] of cases)
    test(`says why one ${name} cannot be read`, async () => {
      const world = running();
      spoil(world);
      await assert.rejects(
        read(world),
        (thrown) => thrown instanceof Error && message.test(thrown.message),
      );
    });

  test('of an agent that is not there is not found', async () => {
    const world = running();
    await assert.rejects(readAgentLog(world.ports, idNo(2), 10), (thrown) =>
      isFailure(thrown, 'NotFound'),
    );
  });
});

function changed(world: FakeWorld, part: { readonly power: 'off' } | null): void {
  const record = recordOf(world, 1) ?? assert.fail();
  const { server, ...rest } = record;
  if (part === null || server === undefined) writeRecord(world, rest);
  else writeRecord(world, { ...record, server: { ...server, ...part } });
}
