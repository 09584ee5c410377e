/** Port 22 is open only while a run works on a server, whatever the outcome. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isOpen, labelNames } from '../../../../reconciler/core/fleet/observed.ts';
import { askFor, bringUp, edit, recordOf, serverOf, writeRecord } from '../../../fakes/agents.ts';
import type { HostStep } from '../../../fakes/hosts.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { reconcileOnce } from './reconciling.ts';

const minuteMs = 60_000;

function newWorld(): FakeWorld {
  const world = createFakeWorld();
  world.hosts.firewallCounts = true;
  return world;
}

function open(world: FakeWorld): boolean {
  const server = serverOf(world, 1);
  return server !== null && isOpen(world.project.observed(server));
}

/** Its device was deleted: it joins the tailnet again. */
function withoutDevice(): FakeWorld {
  const world = newWorld();
  bringUp(world, 1);
  world.tailnet.devices.clear();
  return world;
}

describe('port 22', () => {
  for (const step of ['boot', 'configure', 'join', 'healthy'] as const satisfies HostStep[]) {
    test(`is closed between the attempts of a create that fails at ${step}`, async () => {
      const world = newWorld();
      askFor(world, 1);
      world.hosts.fail(step, 9999);
      for (let n = 0; n < 5; n += 1) {
        const done = await reconcileOnce(world);
        if (n === 0) assert.equal(done?.applied[0]?.outcome.kind, 'failed');
        assert.equal(open(world), false);
        world.advance(10 * minuteMs);
      }
    });
  }

  test('is closed after a repair of an agent that ran whose device cannot join', async () => {
    const world = withoutDevice();
    world.hosts.fail('join', 99);
    for (let hours = 0; hours < 53; hours += 1) {
      await reconcileOnce(world);
      assert.equal(open(world), false);
      world.advance(60 * minuteMs);
    }
  });

  test('is closed where its own firewall is never applied', async () => {
    const world = newWorld();
    world.hosts.tailnet = 'notJoined';
    bringUp(world, 1);
    edit(world, 1, { config: { model: 'm2' } });
    world.project.firewallLagMs = 10 * minuteMs;
    const done = await reconcileOnce(world);
    assert.equal(done?.applied[0]?.outcome.kind, 'failed');
    assert.ok(!(labelNames.bootstrap in (serverOf(world, 1)?.labels ?? {})));
  });

  test('is closed where a stop comes during work on the server', async () => {
    const world = withoutDevice();
    const port = { port: 'configurator', method: 'join' } as const;
    world.fault({ ...port, kind: 'meanwhile', run: () => world.git.halt('a look') });
    world.fault({ ...port, kind: 'fail' });
    await reconcileOnce(world);
    assert.equal(world.git.branches.has('stop'), true);
    assert.equal(open(world), false);
  });

  test('is left to another run that has taken the agent over meanwhile', async () => {
    const world = withoutDevice();
    world.fault({
      port: 'configurator',
      method: 'join',
      kind: 'meanwhile',
      run() {
        const record = recordOf(world, 1) ?? assert.fail();
        assert.ok(record.lease !== undefined);
        const taken = { ...record, lease: { ...record.lease, run: 'another' } };
        writeRecord(world, taken);
      },
    });
    world.hosts.fail('join', 1);
    await reconcileOnce(world);
    assert.equal(open(world), true);
  });

  test('that a run left open is closed by the next one at once, whatever else has to wait', async () => {
    const world = withoutDevice();
    world.hosts.fail('join', 99);
    for (let n = 0; n < 3; n += 1) await reconcileOnce(world);
    const server = serverOf(world, 1) ?? assert.fail();
    world.project.relabel(server, { ...server.labels, [labelNames.bootstrap]: '1' });
    const done = await reconcileOnce(world);
    assert.deepEqual(
      done?.plan.changes.flatMap((one) => (one.kind === 'repair' ? one.drifts : [])),
      ['bootstrap'],
    );
    assert.equal(open(world), false);
  });

  test('of a server that waits for its next attempt is closed by the next run', async () => {
    const world = newWorld();
    askFor(world, 1);
    world.hosts.fail('configure', 9);
    await reconcileOnce(world);
    await reconcileOnce(world);
    const server = serverOf(world, 1) ?? assert.fail();
    world.project.relabel(server, { ...server.labels, [labelNames.bootstrap]: '1' });
    const attempts = recordOf(world, 1)?.attempts.filter(({ change }) => change !== 'repair');
    const done = await reconcileOnce(world);
    assert.deepEqual(
      done?.plan.changes.map(({ kind }) => kind),
      ['repair'],
    );
    assert.equal(open(world), false);
    const after = recordOf(world, 1)?.attempts.filter(({ change }) => change !== 'repair');
    assert.deepEqual(after, attempts, 'no attempt is used up');
  });

  test('of a server whose process dies at any effect is closed once a run has succeeded', async () => {
    for (let nth = 1; nth < 30; nth += 1) {
      const world = withoutDevice();
      const fault = world.fault({ kind: 'dieAfter', nth });
      await reconcileOnce(world);
      world.calm();
      if (fault.fired === 0) return assert.ok(nth > 4);
      await reconcileOnce(world);
      assert.equal(open(world), false, `after effect ${nth}`);
    }
  });
});
