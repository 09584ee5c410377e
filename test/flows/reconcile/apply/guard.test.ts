/**
 * What has to hold right before a server is ended, one condition after the other: each alone keeps the
 * server, whatever the plan says and however far the change has come.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Failure } from '../../../../reconciler/core/failure.ts';
import { agentStateKey, labelNames } from '../../../../reconciler/core/fleet/observed.ts';
import { serverAddress } from '../../../../reconciler/core/stack/stack-spec.ts';
import { isGone } from '../../../../reconciler/flows/reconcile/apply/guard.ts';
import { idNo } from '../../../builders/world.ts';
import { bringUp, recordOf, serverOf } from '../../../fakes/agents.ts';
import type { FaultRequest } from '../../../fakes/process.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { cases, endedLongAgo } from './cases.ts';
import { applyOne, dueChange, outcomeText, untilQuiet } from './rounds.ts';

async function worldOf(name: string): Promise<FakeWorld> {
  return (cases.find((one) => one.name === name) ?? assert.fail()).world();
}

/** Agent 1 is to be retired; `happens` comes with a call, once. */
async function retired(
  call: Pick<FaultRequest, 'port' | 'method' | 'nth'>,
  happens: (world: FakeWorld) => unknown,
): Promise<{ readonly world: FakeWorld; readonly outcome: string }> {
  const world = await worldOf('retire');
  const { plan } = await dueChange(world);
  const fault = world.fault({
    ...call,
    kind: 'meanwhile',
    run: async () => void (await happens(world)),
  } as FaultRequest);
  const outcome = outcomeText(await applyOne(world, plan));
  assert.equal(fault.fired, 1);
  world.calm();
  return { world, outcome };
}

describe('a server that is gone', () => {
  const ports = (byId: unknown, byName: unknown) =>
    ({ ports: { cloud: { server: async () => byId, serverByName: async () => byName } } }) as never;

  for (const [what, byId, byName, expected] of [
    ['neither by its id nor by its name', null, null, true],
    ['by its name another one', null, { id: '8' }, true],
    ['by its id alone', { id: '7' }, null, false],
    ['by its name alone', null, { id: '7' }, false],
  ] as const)
    test(`is found ${what}: ${expected}`, async () => {
      assert.equal(await isGone(ports(byId, byName), '7', idNo(1)), expected);
    });
});

describe('a server is proven once more, after everything that takes its time', () => {
  for (const name of ['retire', 'replace'])
    test(`${name}: another one by its nonce since it was switched off keeps its protection`, async () => {
      const world = await worldOf(name);
      const { plan } = await dueChange(world);
      const server = serverOf(world, 1) ?? assert.fail();
      const run = () => {
        server.labels = { ...server.labels, [labelNames.nonce]: 'somebodyelses123' };
      };
      world.fault({ port: 'tailnet', method: 'deleteDevice', kind: 'meanwhile', run });
      assert.equal(outcomeText(await applyOne(world, plan)), 'failed at server: WitnessMissing');
      assert.ok(server.protection.delete);
      assert.ok(world.project.servers.has(server.id));
    });

  test('one that is gone by name, while its id still shows it, is not said to be gone', async () => {
    const { world, outcome } = await retired({ port: 'cloud', method: 'protect' }, (one) =>
      one.unkind.lag('serverById', 20 * 60_000),
    );
    assert.equal(outcome, 'failed at server: OutcomeUnknown');
    assert.deepEqual(recordOf(world, 1)?.destroyed, []);
    world.unkind.calm();
    await untilQuiet(world);
    assert.notEqual(recordOf(world, 1)?.gone, undefined);
  });

  test('one whose protection could not be lifted, and that is there, is a failure at once', async () => {
    const world = await worldOf('retire');
    const { plan } = await dueChange(world);
    const failure = new Failure('RateLimited', 'slow down');
    world.fault({ port: 'cloud', method: 'protect', kind: 'fail', failure });
    const before = world.calls.length;
    assert.equal(outcomeText(await applyOne(world, plan)), 'failed at server: RateLimited');
    assert.ok(!world.calls.slice(before).includes('stacks.apply'));
  });
});

describe('a state that remembers more than the server', () => {
  test('ends nothing, and the rest of it stays', async () => {
    const world = createFakeWorld();
    const [server, other] = [bringUp(world, 1), bringUp(world, 2)];
    endedLongAgo(world);
    const managed = [serverAddress, 'hcloud_server.other'].map((address, index) => ({
      address,
      type: 'hcloud_server',
      id: (index === 0 ? server : other).id,
      tainted: false,
    }));
    const key = agentStateKey(world.policy.fleet, idNo(1));
    world.bucket.states.set(key, { managed, modifiedMs: world.time.now() });
    const { plan } = await dueChange(world);
    assert.equal(outcomeText(await applyOne(world, plan)), 'failed at server: GateRefused');
    assert.deepEqual(world.project.deletions, []);
  });
});
