/** An agent in the tailnet is managed there, and port 22 opens only for the others. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { labelNames } from '../../../../reconciler/core/fleet/observed.ts';
import { askFor, bringUp, edit, recordOf, serverOf } from '../../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { reconcileOnce, untilQuiet } from './reconciling.ts';

/** One agent that runs, and whose configuration has changed. */
function edited(): FakeWorld {
  const world = createFakeWorld();
  world.hosts.firewallCounts = true;
  bringUp(world, 1);
  edit(world, 1, { config: { model: 'm2' } });
  return world;
}

async function applied(world: FakeWorld): Promise<readonly string[]> {
  const done = await reconcileOnce(world);
  return (done?.applied ?? []).map(({ change, outcome }) => `${change} ${outcome.kind}`);
}

const labelWrites = (world: FakeWorld) =>
  world.calls.filter((call) => call === 'cloud.setLabels').length;
const isConfigured = (world: FakeWorld) => world.calls.includes('configurator.configure');

describe('the way to a host', () => {
  test('of an agent in the tailnet leads through it, and port 22 stays closed', async () => {
    const world = edited();
    assert.deepEqual(await applied(world), ['configure done']);
    assert.equal(isConfigured(world), true);
    assert.equal(labelWrites(world), 0);
  });

  for (const tailnet of ['notJoined', 'silent'] as const)
    test(`is its public address where the tailnet is ${tailnet}, and port 22 closes`, async () => {
      const world = edited();
      world.hosts.tailnet = tailnet;
      assert.deepEqual(await applied(world), ['configure done']);
      assert.equal(labelWrites(world), 2);
      assert.ok(!(labelNames.bootstrap in (serverOf(world, 1)?.labels ?? {})));
    });

  test('is its public address where its device is offline', async () => {
    const world = edited();
    const [device] = [...world.tailnet.devices.values()];
    world.tailnet.expire(device?.nodeId ?? '');
    assert.deepEqual(await applied(world), ['configure done']);
    assert.equal(labelWrites(world), 2);
  });

  test('is not taken under a stop', async () => {
    const world = edited();
    const port = { port: 'configurator', method: 'enterTailnet' } as const;
    world.fault({ ...port, kind: 'meanwhile', run: () => world.git.halt('a look') });
    assert.deepEqual(await applied(world), ['configure superseded']);
    assert.equal(isConfigured(world), false);
  });

  test('of a host that a run lost in the tailnet is tried again later', async () => {
    const world = edited();
    world.fault({ port: 'configurator', method: 'configure', kind: 'fail' });
    assert.deepEqual(await applied(world), ['configure failed']);
    assert.equal(labelWrites(world), 0);
    world.advance(30 * 60_000);
    assert.deepEqual(await applied(world), ['configure done']);
  });

  test('of a server whose verify died leads through the tailnet', async () => {
    const world = createFakeWorld();
    askFor(world, 1);
    world.fault({ port: 'cloud', method: 'protect', kind: 'dieAfter' });
    assert.deepEqual(await applied(world), []);
    delete serverOf(world, 1)?.labels[labelNames.bootstrap];
    const before = labelWrites(world);
    await untilQuiet(world);
    assert.equal(recordOf(world, 1)?.phase, 'running');
    // Of the label `ran`; opening port 22 would be another one.
    assert.equal(labelWrites(world) - before, 1);
  });
});

describe('a create is verified over the tailnet', () => {
  const create = () => {
    const world = createFakeWorld();
    askFor(world, 1);
    return world;
  };

  test('and fails where the host publishes no gateway', async () => {
    const world = create();
    world.hosts.publish = false;
    assert.deepEqual(await applied(world), ['create failed']);
    const last = recordOf(world, 1)?.attempts.at(-1);
    assert.equal(last?.reason, 'VerifyFailed');
    assert.match(last?.message ?? '', /over the tailnet the gateway is not published/);
    world.hosts.publish = true;
    world.advance(30 * 60_000);
    assert.deepEqual(await applied(world), ['resume done']);
  });

  for (const tailnet of ['notJoined', 'silent'] as const)
    test(`but by the host alone where the tailnet is ${tailnet}`, async () => {
      const world = create();
      world.hosts.publish = false;
      world.hosts.tailnet = tailnet;
      assert.deepEqual(await applied(world), ['create done']);
    });
});
