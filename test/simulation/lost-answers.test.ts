/** A lost answer is no failure: the same run looks up the outcome. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deviceTag, labelNames } from '../../reconciler/core/fleet/observed.ts';
import { idNo } from '../builders/world.ts';
import { askFor, bringUp, isOn, recordOf, serverOf } from '../fakes/agents.ts';
import { leftovers } from '../fakes/invariants.ts';
import { createFakeWorld, type FakeWorld } from '../fakes/world.ts';
import { cases, orphanToDestroy } from '../flows/reconcile/apply/cases.ts';
import {
  applyOne,
  dueChange,
  outcomeText,
  reconcileOnce,
  untilQuiet,
} from '../flows/reconcile/apply/reconciling.ts';

const caseOf = (name: string) =>
  (cases.find((one) => one.name === name) ?? assert.fail(`no case ${name}`)).world();

describe('the answer to a push of the record is lost', () => {
  for (const one of cases.filter(({ change }) => change !== 'destroyOrphan')) {
    test(`${one.name}: whichever it is, the change is done and recorded once`, async () => {
      const undisturbed = await one.world();
      await applyOne(undisturbed, (await dueChange(undisturbed)).plan);
      const pushes = undisturbed.calls.filter((call) => call === 'journal.push').length;
      assert.ok(pushes >= 2);
      for (let nth = 1; nth <= pushes; nth += 1) {
        const world = await one.world();
        const { plan } = await dueChange(world);
        const attempts = recordOf(world, 1)?.attempts.length ?? 0;
        const dead = recordOf(world, 1)?.lease === undefined ? 0 : 1;
        world.fault({ port: 'journal', method: 'push', kind: 'lost', nth });
        const outcome = await applyOne(world, plan);
        assert.equal(outcomeText(outcome), 'done', `push ${nth}`);
        assert.equal(recordOf(world, 1)?.lease, undefined);
        assert.equal(recordOf(world, 1)?.attempts.length, attempts + dead + 1);
      }
    });
  }
});

describe('the answer to a deletion is lost', () => {
  for (const name of ['retire', 'replace', 'rollback']) {
    test(`${name}: by Terraform`, async () => {
      const world = await caseOf(name);
      const { plan } = await dueChange(world);
      world.fault({ port: 'stacks', method: 'apply', kind: 'lost' });
      assert.equal(outcomeText(await applyOne(world, plan)), 'done');
      assert.equal(recordOf(world, 1)?.destroyed.length, 1);
      assert.deepEqual(leftovers(world), []);
    });

    test(`${name}: by the API`, async () => {
      const world = await caseOf(name);
      world.bucket.states.clear();
      const { plan } = await dueChange(world);
      world.fault({ port: 'cloud', method: 'deleteServer', kind: 'lost' });
      assert.equal(outcomeText(await applyOne(world, plan)), 'done');
      assert.equal(recordOf(world, 1)?.destroyed.length, 1);
    });

    test(`${name}: one that really failed is a failure, and the server stays recorded`, async () => {
      const world = await caseOf(name);
      const { plan } = await dueChange(world);
      world.fault({ port: 'stacks', method: 'apply', kind: 'fail' });
      assert.match(outcomeText(await applyOne(world, plan)), /^failed at server/);
      assert.notEqual(recordOf(world, 1)?.server, undefined);
      assert.equal(recordOf(world, 1)?.destroyed.length, 0);
    });
  }
});

describe('Terraform is killed while it works', () => {
  async function killed(): Promise<FakeWorld> {
    const world = createFakeWorld();
    askFor(world, 1);
    world.terraform.mishaps.push('killedMidway');
    await reconcileOnce(world);
    assert.equal(world.bucket.locks.size, 1, 'its lock is left');
    return world;
  }

  test('the lock that it left is released with the lease of its run, and its server is brought up', async () => {
    const world = await killed();
    const { id } = serverOf(world, 1) ?? assert.fail();
    world.advance(6 * 60_000);
    const done = await reconcileOnce(world);
    assert.deepEqual(
      done?.applied.map(({ change, outcome }) => [change, outcome.kind]),
      [['resume', 'done']],
    );
    assert.equal(world.bucket.locks.size, 0);
    await untilQuiet(world);
    assert.equal(serverOf(world, 1)?.id, id);
    assert.ok(isOn(world, 1));
    assert.equal(recordOf(world, 1)?.phase, 'running');
  });

  test('while its run is not over, lock and lease stay', async () => {
    const world = await killed();
    const run = recordOf(world, 1)?.lease?.run ?? '';
    world.forge.runs.set(run, 'running');
    world.calls.length = 0;
    const done = await reconcileOnce(world);
    assert.deepEqual(done?.applied, []);
    assert.deepEqual(world.calls, []);
    assert.equal(world.bucket.locks.size, 1);
  });

  test('a lock of another run is waited for, and the resource to be changed stays', async () => {
    const world = await caseOf('retire');
    const [key = ''] = [...world.bucket.states.keys()].filter((one) => one.includes('/agents/'));
    const created = new Date(world.time.now() - 60_000).toISOString();
    world.bucket.locks.set(key, { id: 'lock-1', who: 'pat', operation: 'plan', created });
    const { plan } = await dueChange(world);
    assert.equal(outcomeText(await applyOne(world, plan)), 'failed at server: StateLocked');
    assert.equal(world.bucket.locks.get(key)?.id, 'lock-1');
    assert.deepEqual(world.project.deletions, []);
    world.bucket.locks.clear();
    await untilQuiet(world);
    assert.deepEqual(leftovers(world), []);
  });
});

describe('a change at the last moment', () => {
  test('an orphan that loses our label between its protection and its end stays', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    const id = orphanToDestroy(world);
    const { plan } = await dueChange(world);
    const run = () => {
      const server = world.project.servers.get(id) ?? assert.fail();
      server.labels = { ...server.labels, [labelNames.fleet]: 'another' };
    };
    world.fault({ port: 'cloud', method: 'protect', kind: 'meanwhile', run });
    assert.match(outcomeText(await applyOne(world, plan)), /OwnershipUnproven$/);
    assert.ok(world.project.servers.has(id));
  });

  test('a device that an earlier server left is deleted before the new one joins, and no other is', async () => {
    const world = createFakeWorld();
    const stranger = world.tailnet.add('a-laptop', deviceTag('aura'));
    const namesake = world.tailnet.add(idNo(1), deviceTag('aura'));
    askFor(world, 1);
    // It joins, no record has its device, and its server is deleted by hand.
    world.fault({ port: 'configurator', method: 'join', kind: 'dieAfter' });
    await reconcileOnce(world);
    world.calm();
    const left = [...world.tailnet.devices.values()].find(({ machine }) => machine !== null);
    world.project.servers.clear();
    world.advance(6 * 60_000);
    await reconcileOnce(world);
    assert.ok(left !== undefined && !world.tailnet.devices.has(left.nodeId));
    assert.ok(world.tailnet.devices.has(stranger.nodeId));
    assert.ok(world.tailnet.devices.has(namesake.nodeId), 'a name alone is nothing');
    const device = world.tailnet.devices.get(recordOf(world, 1)?.tailnet?.nodeId ?? '');
    assert.equal(device?.machine, serverOf(world, 1)?.id);
  });
});
