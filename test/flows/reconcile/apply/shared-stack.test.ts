/**
 * The shared stack in its own project alone: proof, imports, recovery, and the record of its ids.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type FailureReason, isFailure } from '../../../../reconciler/core/failure.ts';
import { fleetPath } from '../../../../reconciler/core/fleet/fleet-record.ts';
import { fleetStackSpec, fleetStateKey } from '../../../../reconciler/core/stack/stack-spec.ts';
import { applyFleet, destroyFleet } from '../../../../reconciler/flows/reconcile/apply/fleet.ts';
import { fleetRecordAt } from '../../../../reconciler/ports/at-snapshot.ts';
import { askFor, bringUp, plantServer, recordOf, serverOf } from '../../../fakes/agents.ts';
import { fleetIdsIn } from '../../../fakes/at-commit.ts';
import { plantFleet } from '../../../fakes/fleet-stack.ts';
import type { FakeProject } from '../../../fakes/servers.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { applied } from '../../../support/gated.ts';
import { reconcileOnce, untilQuiet } from './reconciling.ts';

const key = fleetStateKey('aura');
const ours = { 'aura.dev/fleet': 'aura' };
const usual = { recover: false };
const recover = { recover: true };
const accepting = { recover: true, acceptProject: true };

const is = (reason: FailureReason) => (thrown: unknown) => isFailure(thrown, reason);
const saying = (reason: FailureReason, text: RegExp) => (thrown: unknown) =>
  isFailure(thrown, reason) && text.test(thrown.message);

function recordedIds(world: FakeWorld) {
  return fleetIdsIn(world.git.text(fleetPath, 'status'));
}
async function readIds({ ports }: FakeWorld) {
  return (await fleetRecordAt(await ports.state.fetch('status')))?.firewalls ?? null;
}
function idsOf({ firewalls }: FakeProject) {
  const idOf = (name: string) => [...firewalls].find(([, one]) => one.name === name)?.[0];
  return {
    base: idOf('aura-base'),
    bootstrap: idOf('aura-bootstrap'),
    isolation: idOf('aura-isolation'),
  };
}
function stateIds(world: FakeWorld) {
  return (world.bucket.states.get(key)?.managed ?? []).map(({ id }) => id).sort();
}
/** An installation without fleet.yaml, as after `aura status rebuild`. */
function withoutFleetFile(agents: number): FakeWorld {
  const world = createFakeWorld();
  for (let n = 1; n <= agents; n += 1) bringUp(world, n);
  world.git.add('status', { subject: 'as it was before', edits: { [fleetPath]: null } });
  return world;
}
/** What `plantFleet` creates is what another installation of the same name has. */
function twin(world: FakeWorld): void {
  plantFleet(world.otherProject, fleetStackSpec(world.policy));
}
function effects(world: FakeWorld): readonly string[] {
  return world.calls.filter((call) => call !== 'journal.push');
}

describe('the ids of the fleet’s firewalls', () => {
  test('are recorded by the run that creates them, and read by every create', async () => {
    const world = createFakeWorld({ firewalls: false });
    assert.equal(await readIds(world), null);
    await applyFleet(world.ports, world.policy);
    assert.deepEqual(recordedIds(world), idsOf(world.project));
    assert.deepEqual(await readIds(world), idsOf(world.project));
    const subjects = world.git.history('status').map(({ subject }) => subject);
    assert.deepEqual(subjects, [
      "Begin to record the ids of the fleet's firewalls",
      "Record the ids of the fleet's firewalls",
    ]);
    await applyFleet(world.ports, world.policy);
    assert.equal(world.git.history('status').length, 2);
  });

  test('are recorded by the next run in an installation without fleet.yaml', async () => {
    const world = withoutFleetFile(2);
    const done = await reconcileOnce(world);
    assert.equal(done?.plan.fleet, 'update');
    assert.deepEqual(recordedIds(world), idsOf(world.project));
    await untilQuiet(world);
  });

  test('are recorded again where a person recreated a firewall', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    const [base = ''] = world.project.firewalls.keys();
    world.project.firewalls.delete(base);
    assert.equal((await reconcileOnce(world))?.plan.fleet, 'create');
    assert.notEqual(recordedIds(world)?.base, base);
    assert.deepEqual(recordedIds(world), idsOf(world.project));
    await untilQuiet(world);
  });

  test('are decided again where another run pushed first, and read where the answer is lost', async () => {
    for (const kind of ['meanwhile', 'lost'] as const) {
      const world = withoutFleetFile(1);
      const run = () => void bringUp(world, 2);
      const fault = world.fault({ port: 'state', method: 'push', kind, ...{ run } } as never);
      await applyFleet(world.ports, world.policy);
      assert.equal(fault.fired, 1);
      assert.deepEqual(recordedIds(world), idsOf(world.project));
      assert.equal(recordOf(world, 2) !== null, kind === 'meanwhile');
      const written = world.git.history('status').filter(({ subject }) => /^Record/.test(subject));
      assert.equal(written.length, 1, kind);
    }
  });

  test('that no push records are reported', async () => {
    const world = withoutFleetFile(1);
    const fault = { port: 'state', method: 'push', kind: 'meanwhile', times: 100 } as const;
    let pushes = 0;
    world.fault({
      ...fault,
      run: () =>
        void world.git.add('status', { subject: `${++pushes}`, edits: { x: `${pushes}` } }),
    });
    await assert.rejects(applyFleet(world.ports, world.policy), is('PushRejected'));
    assert.ok(pushes > 3 && pushes < 20);
  });

  test('are kept where records are written beside them', async () => {
    const world = createFakeWorld();
    const before = recordedIds(world);
    askFor(world, 1);
    await untilQuiet(world);
    assert.notEqual(recordOf(world, 1), null);
    assert.deepEqual(recordedIds(world), before);
  });

  test('that cannot be read stop the stack and every create', async () => {
    const world = createFakeWorld();
    world.git.add('status', { subject: 'broken', edits: { [fleetPath]: 'firewalls: [' } });
    await assert.rejects(applyFleet(world.ports, world.policy), is('UnexpectedAnswer'));
    await assert.rejects(readIds(world), is('UnexpectedAnswer'));
    assert.deepEqual(effects(world), []);
  });
});

describe('with a token for another project', () => {
  test('the stack is not applied, whether the other has firewalls of our names or not', async () => {
    for (const withTwin of [true, false]) {
      for (const agents of [0, 5]) {
        const world = createFakeWorld();
        for (let n = 1; n <= agents; n += 1) bringUp(world, n);
        if (withTwin) twin(world);
        const { size } = world.otherProject.firewalls;
        world.misdirect();
        for (const request of agents === 0 ? [usual, recover] : [usual, recover, accepting])
          await assert.rejects(
            applyFleet(world.ports, world.policy, request),
            is('MisconfiguredAccount'),
          );
        await assert.rejects(destroyFleet(world.ports, world.policy), is('MisconfiguredAccount'));
        assert.deepEqual(world.calls, []);
        assert.equal(world.otherProject.firewalls.size, size);
      }
    }
  });

  test('nor for one without fleet.yaml that records servers alone', async () => {
    const world = withoutFleetFile(2);
    twin(world);
    world.misdirect();
    const text = /^none of 2 recorded servers is in this Hetzner project/;
    await assert.rejects(
      applyFleet(world.ports, world.policy),
      saying('MisconfiguredAccount', text),
    );
    assert.deepEqual(world.calls, []);
  });

  test('a new installation takes nothing from a project that has servers with its labels', async () => {
    const world = createFakeWorld({ firewalls: false });
    twin(world);
    world.otherProject.create({
      name: 'agt-0000000000zz',
      serverType: 'cpx12',
      location: 'fsn1',
      image: 'debian-12',
      labels: ours,
      userData: '',
    });
    world.misdirect();
    await assert.rejects(
      applyFleet(world.ports, world.policy),
      saying('Conflict', /but 1 servers carry the fleet's labels/),
    );
    assert.deepEqual(world.calls, []);
  });
});

describe('nothing is recorded', () => {
  const anotherOnes = /but 2 servers carry the fleet's labels/;

  test('and branch status is missing over servers: it is not recreated', async () => {
    const world = createFakeWorld();
    for (const n of [1, 2]) bringUp(world, n);
    world.git.branches.delete('status');
    world.project.firewalls.clear();
    const ports = world.restart();
    await assert.rejects(applyFleet(ports, world.policy), saying('Conflict', anotherOnes));
    assert.deepEqual([world.calls, world.git.tip('status')], [[], null]);
  });

  test('and an empty branch status records neither the servers nor the firewalls', async () => {
    const world = createFakeWorld();
    for (const n of [1, 2]) bringUp(world, n);
    world.git.branches.delete('status');
    world.git.add('status', { subject: 'begun by an older init', edits: { 'README.md': 'x' } });
    world.bucket.states.delete(key);
    const ports = world.restart();
    await assert.rejects(applyFleet(ports, world.policy), saying('Conflict', anotherOnes));
    assert.deepEqual(world.calls, []);
  });

  test('and the servers could not be listed completely', async () => {
    const world = createFakeWorld({ firewalls: false });
    const partial = () => ({ items: [], partial: ['page 2'] });
    world.fault({ port: 'cloud', method: 'servers', kind: 'lie', answer: partial });
    const text = /but servers may carry the fleet's labels/;
    await assert.rejects(applyFleet(world.ports, world.policy), saying('Conflict', text));
    assert.deepEqual(world.calls, []);
  });

  test('but without fleet.yaml the state holds the firewalls: its unfinished server is trusted', async () => {
    const world = withoutFleetFile(0);
    plantServer(world, 'agt-0000000000zz', ours);
    await applyFleet(world.ports, world.policy);
    assert.deepEqual(recordedIds(world), idsOf(world.project));
  });
});

describe('firewalls that are not in Terraform’s state', () => {
  test('would be created a second time, and are refused by Hetzner', async () => {
    const world = createFakeWorld();
    world.bucket.states.delete(key);
    const spec = fleetStackSpec(world.policy);
    const expect = { allow: 'shared', ids: [] } as const;
    await assert.rejects(
      applied(world.ports.stacks, { spec, expect, imports: [] }),
      saying('Conflict', /uniqueness_error/),
    );
  });

  test('are imported where their state was lost', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    const before = idsOf(world.project);
    world.bucket.states.delete(key);
    assert.equal((await applyFleet(world.ports, world.policy)).imported, 3);
    assert.deepEqual([idsOf(world.project), recordedIds(world)], [before, before]);
    assert.equal(stateIds(world).length, 3);
  });

  test('and the break-glass key are imported', async () => {
    const publicKey =
      'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJyYJ1dDYc0M0c8xYZk0Ij1X9H2uXQq2r3m8b5pXq7n1';
    const world = createFakeWorld({ policy: `ssh: {breakGlassPublicKey: "${publicKey}"}\n` });
    assert.equal(world.project.sshKeys.size, 1);
    world.bucket.states.delete(key);
    assert.equal((await applyFleet(world.ports, world.policy)).imported, 4);
    assert.equal(stateIds(world).length, 4);
    assert.equal(world.project.sshKeys.size, 1);
  });

  for (const mishap of ['stateNotWritten', 'killedMidway', 'tainted'] as const) {
    test(`of a first run that failed (${mishap}) are imported by the next`, async () => {
      const world = createFakeWorld({ firewalls: false });
      askFor(world, 1);
      world.terraform.mishaps.push(mishap);
      await reconcileOnce(world).catch(() => null);
      assert.equal(world.project.firewalls.size, 1);
      plantServer(world, 'by-hand', ours);
      world.advance(3 * 3_600_000);
      await reconcileOnce(world);
      assert.equal(world.project.firewalls.size, 3);
      assert.notEqual(serverOf(world, 1), null);
      assert.deepEqual(recordedIds(world), idsOf(world.project));
    });
  }
});

describe('a state that holds another project’s firewalls', () => {
  /** The result of a former `init` with a wrong token: the state holds what is not here. */
  function misled(agents: number): FakeWorld {
    const world = withoutFleetFile(agents);
    const managed = plantFleet(world.otherProject, fleetStackSpec(world.policy));
    world.bucket.states.set(key, { managed, modifiedMs: world.time.now() });
    return world;
  }

  test('stops the run before anything is created, and the message names the verb', async () => {
    const world = misled(2);
    askFor(world, 3);
    await assert.rejects(
      reconcileOnce(world),
      saying('Conflict', /`aura init --recover` recreates it/),
    );
    assert.deepEqual(effects(world), []);
    assert.equal(world.project.servers.size, 2);
  });

  test('is rewritten by a recovery, and the next run serves the signup', async () => {
    const world = misled(2);
    const before = idsOf(world.project);
    const recovered = await applyFleet(world.ports, world.policy, recover);
    assert.deepEqual(recovered, { anew: true, imported: 3, changed: 0 });
    assert.deepEqual([idsOf(world.project), recordedIds(world)], [before, before]);
    assert.equal(world.otherProject.firewalls.size, 3);
    askFor(world, 3);
    await untilQuiet(world);
    assert.equal(world.project.servers.size, 3);
  });

  test('is left unchanged by a recovery with the wrong token', async () => {
    const world = misled(2);
    world.misdirect();
    await assert.rejects(
      applyFleet(world.ports, world.policy, recover),
      is('MisconfiguredAccount'),
    );
    assert.deepEqual(world.calls, []);
  });

  test('wrong ids in fleet.yaml do not outweigh the recorded servers', async () => {
    const world = misled(2);
    const wrong =
      'apiVersion: aura.dev/v1\nkind: FleetStatus\nfirewalls: {base: "1", bootstrap: "2"}\n';
    world.git.add('status', { subject: 'wrong', edits: { [fleetPath]: wrong } });
    await applyFleet(world.ports, world.policy, recover);
    assert.deepEqual(recordedIds(world), idsOf(world.project));
  });
});

test('without fleet.yaml, a fleet none of whose servers is there records nothing from its state', async () => {
  const world = withoutFleetFile(1);
  world.project.servers.clear();
  for (const request of [usual, recover])
    await assert.rejects(
      applyFleet(world.ports, world.policy, request),
      is('MisconfiguredAccount'),
    );
  assert.deepEqual([world.calls, recordedIds(world)], [[], null]);
});

describe('destroying the stack', () => {
  test('removes the ids, so that a later init begins again', async () => {
    const world = createFakeWorld();
    await destroyFleet(world.ports, world.policy);
    assert.equal(world.git.text(fleetPath, 'status'), null);
    assert.equal(world.project.firewalls.size, 0);
    await applyFleet(world.ports, world.policy);
    assert.deepEqual(recordedIds(world), idsOf(world.project));
  });

  test('is refused while a recorded server is there without its label', async () => {
    const world = createFakeWorld();
    bringUp(world, 1).labels = {};
    await assert.rejects(destroyFleet(world.ports, world.policy), is('Conflict'));
    assert.deepEqual(world.calls, []);
  });
});
