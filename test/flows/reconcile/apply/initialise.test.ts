/** `aura init` without its command line: what it creates, what it imports, and what it refuses. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type FailureReason, isFailure } from '../../../../reconciler/core/failure.ts';
import { fleetPath } from '../../../../reconciler/core/fleet/fleet-record.ts';
import { fleetStackSpec, fleetStateKey } from '../../../../reconciler/core/stack/stack-spec.ts';
import {
  initialise,
  recoverFleet,
} from '../../../../reconciler/flows/reconcile/apply/initialise.ts';
import { askFor, bringUp, plantServer } from '../../../fakes/agents.ts';
import { fleetIdsIn } from '../../../fakes/at-commit.ts';
import { everyDeath } from '../../../fakes/deaths.ts';
import { plantFleet } from '../../../fakes/fleet-stack.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { untilQuiet } from './reconciling.ts';

const key = fleetStateKey('aura');
const ours = { 'aura.dev/fleet': 'aura' };
const saying = (reason: FailureReason, ...texts: readonly RegExp[]) => {
  return (thrown: unknown) =>
    isFailure(thrown, reason) && texts.every((text) => text.test(thrown.message));
};

function init(world: FakeWorld) {
  return initialise(world.ports, world.policy);
}
function ids(world: FakeWorld) {
  return fleetIdsIn(world.git.text(fleetPath, 'status'));
}

describe('init in a new installation', () => {
  test('creates branch and stack, once', async () => {
    const world = createFakeWorld({ firewalls: false });
    assert.deepEqual(await init(world), { status: 'created', fleet: 'created' });
    assert.equal(world.project.firewalls.size, 3);
    assert.ok(world.project.firewalls.has(ids(world)?.base ?? ''));
    const calls = world.calls.length;
    assert.deepEqual(await init(world), { status: 'there', fleet: 'there' });
    assert.equal(world.calls.length, calls);
  });

  test('prepares what signups need', async () => {
    const world = createFakeWorld({ firewalls: false });
    await init(world);
    askFor(world, 1);
    await untilQuiet(world);
    assert.equal(world.project.servers.size, 1);
  });

  test('wherever it dies, completes when it is run again', async () => {
    const deaths = await everyDeath({
      world: () => createFakeWorld({ firewalls: false }),
      flow: (world) => init(world).catch(() => null),
      kinds: ['die', 'dieAfter', 'lost', 'fail'],
      async after(world) {
        await init(world);
        assert.deepEqual(await init(world), { status: 'there', fleet: 'there' });
        assert.equal(world.project.firewalls.size, 3);
        assert.notEqual(ids(world), null);
      },
    });
    assert.ok(deaths >= 16, String(deaths));
  });

  test('imports firewalls that have our names and labels', async () => {
    const world = createFakeWorld({ firewalls: false });
    plantFleet(world.project, fleetStackSpec(world.policy));
    const before = [...world.project.firewalls.keys()];
    assert.deepEqual(await init(world), { status: 'created', fleet: 'imported' });
    assert.deepEqual([...world.project.firewalls.keys()], before);
    assert.equal(world.bucket.states.get(key)?.managed.length, 3);
  });

  test('repairs what differs, and imports what its state lost', async () => {
    const world = createFakeWorld();
    const [[id = '', firewall] = []] = world.project.firewalls;
    world.project.firewalls.set(id, { ...(firewall ?? assert.fail()), rules: '' });
    assert.deepEqual(await init(world), { status: 'there', fleet: 'updated' });
    world.bucket.states.delete(key);
    assert.deepEqual(await init(world), { status: 'there', fleet: 'imported' });
  });
});

describe('init changes nothing', () => {
  async function refused(world: FakeWorld, reason: FailureReason, ...texts: readonly RegExp[]) {
    const branches = [...world.git.branches];
    for (const doing of [initialise, recoverFleet])
      await assert.rejects(doing(world.ports, world.policy), saying(reason, ...texts));
    assert.deepEqual([world.calls, [...world.git.branches]], [[], branches]);
  }

  test('with a token for another project, though that has firewalls of the same names', async () => {
    for (const withTwin of [true, false]) {
      const world = createFakeWorld();
      for (const n of [1, 2, 3, 4, 5]) bringUp(world, n);
      if (withTwin) plantFleet(world.otherProject, fleetStackSpec(world.policy));
      world.misdirect();
      await refused(
        world,
        'MisconfiguredAccount',
        /^none of 5 recorded servers .* is in this Hetzner project/,
        /HCLOUD_TOKEN/,
      );
    }
  });

  test('where the records name servers only, and none of them is there', async () => {
    const world = createFakeWorld();
    for (const n of [1, 2, 3, 4, 5]) bringUp(world, n);
    world.git.add('status', { subject: 'as before', edits: { [fleetPath]: null } });
    world.project.servers.clear();
    await refused(world, 'MisconfiguredAccount', /^none of 5 recorded servers is in this/);
  });

  test('over servers with our labels where branch status was lost', async () => {
    const world = createFakeWorld();
    for (const n of [1, 2]) bringUp(world, n);
    world.git.branches.delete('status');
    world.restart();
    await refused(
      world,
      'Conflict',
      /^2 servers carry the label of this fleet, and there is no branch status/,
      /`aura status rebuild`/,
      /docs\/runbooks\/restore-the-repository\.md/,
    );
  });

  test('over servers with our labels that a recreated branch does not record', async () => {
    const world = createFakeWorld({ firewalls: false });
    world.git.add('status', { subject: 'begun by an older init', edits: { 'README.md': 'x' } });
    plantServer(world, 'agt-0000000000zz', ours);
    await refused(world, 'Conflict', /no record names one of them/);
  });

  test('where a firewall has our name and not our label', async () => {
    const world = createFakeWorld({ firewalls: false });
    const firewall = { name: 'aura-base', labels: {}, rules: '', selectors: [] };
    world.project.firewalls.set('77', firewall);
    await refused(world, 'Conflict', /^77 \(aura-base\) does not have the label/);
  });

  test('where the servers cannot be listed completely', async () => {
    const world = createFakeWorld({ firewalls: false });
    const partial = () => ({ items: [], partial: ['page 2'] });
    world.fault({ port: 'cloud', method: 'servers', kind: 'lie', times: 2, answer: partial });
    await refused(world, 'UnexpectedAnswer', /cannot be listed completely: page 2/);
  });

  test('under a stop', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    world.bucket.states.delete(key);
    world.git.halt('incident');
    await refused(world, 'Stopped', /incident/);
  });
});
