/** An orphan of every kind, from the run that finds it to the one that has nothing left to do. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { agentPath } from '../../../../reconciler/core/agent/agent.ts';
import { Failure } from '../../../../reconciler/core/failure.ts';
import { agentStateKey, labelNames } from '../../../../reconciler/core/fleet/observed.ts';
import { isEmptyPlan } from '../../../../reconciler/core/plan/plan.ts';
import { serverAddress } from '../../../../reconciler/core/stack/stack-spec.ts';
import { at, idNo, labelsNo } from '../../../builders/world.ts';
import {
  bringUp,
  isOn,
  plantServer,
  recordOf,
  removeFiles,
  serverOf,
} from '../../../fakes/agents.ts';
import { everyDeath } from '../../../fakes/deaths.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { outcomeText, reconcileOnce } from './reconciling.ts';
import { decideAll, head, hour, key, kinds, look, strayWorld } from './strays.ts';

function ageAll(world: FakeWorld): void {
  assert.deepEqual([...(world.git.tip('main')?.tree.keys() ?? [])].filter(isDecision), []);
  assert.deepEqual(world.forge.open(), []);
}

function isDecision(path: string): boolean {
  return path.startsWith('orphans/');
}

describe('an orphan', () => {
  for (const kind of Object.keys(kinds)) {
    test(`of kind ${kind}: found, proposed, decided, destroyed, forgotten`, async () => {
      const { world, isThere } = strayWorld(kind);
      const found = await look(world);
      assert.deepEqual(
        found.plan.orphans.map(({ resource, decision }) => [resource, decision]),
        [[kind, 'new']],
      );
      assert.ok(isThere(), 'nothing goes before a decision');
      decideAll(world, 'destroy');
      const { applied } = await look(world);
      assert.deepEqual(
        applied.map(({ change, outcome }) => `${change} ${outcomeText(outcome)}`),
        ['destroyOrphan done'],
      );
      assert.ok(!isThere());
      await look(world);
      ageAll(world);
      const { plan } = await look(world);
      assert.ok(isEmptyPlan(plan));
      assert.ok(isOn(world, 1), 'the agent beside it is left alone');
    });

    test(`of kind ${kind}: kept, nothing happens and no decision is asked for`, async () => {
      const { world, isThere } = strayWorld(kind);
      await look(world);
      decideAll(world, `{keep: {until: "${at(9000)}"}}`);
      const { plan } = await look(world);
      assert.deepEqual([plan.orphans.length, plan.changes.length], [1, 0]);
      assert.ok(isEmptyPlan(plan) && isThere());
      assert.deepEqual(world.forge.open(), []);
    });

    test(`of kind ${kind}: wherever the process dies, the next runs destroy it, and nothing else`, async () => {
      const present = new WeakMap<FakeWorld, () => boolean>();
      const deaths = await everyDeath({
        world() {
          const { world, isThere } = strayWorld(kind);
          present.set(world, isThere);
          return world;
        },
        async flow(world) {
          await look(world);
          decideAll(world, 'destroy');
          await look(world);
        },
        async after(world) {
          for (let runs = 0; runs < 4; runs += 1) {
            const [open] = world.forge.open();
            if (open !== undefined) decideAll(world, 'destroy');
            await look(world);
          }
          assert.equal(present.get(world)?.(), false);
          ageAll(world);
          assert.ok(isOn(world, 1));
        },
      });
      assert.ok(deaths >= 3, `${deaths} deaths`);
    });
  }

  test('that a usual run does not list is not taken for one that is gone', async () => {
    const { world, isThere } = strayWorld('snapshot');
    await look(world);
    await reconcileOnce(world);
    assert.equal(world.forge.open().length, 1, 'it is still proposed');
    decideAll(world, `{keep: {until: "${at(9000)}"}}`);
    world.fault({
      port: 'cloud',
      method: 'snapshots',
      kind: 'fail',
      failure: new Failure('ProviderOutage', 'a bad gateway'),
    });
    await reconcileOnce(world);
    assert.equal([...(world.git.tip('main')?.tree.keys() ?? [])].filter(isDecision).length, 1);
    assert.ok(isThere());
  });

  test('a server with a state is destroyed by Terraform, with its state', async () => {
    const { world } = strayWorld('server');
    const { id } = [...world.project.servers.values()].find(({ name }) => name === idNo(9)) ?? {};
    const managed = { address: serverAddress, id: id ?? '', tainted: false };
    world.bucket.states.set(key, { managed: [managed], modifiedMs: 0 });
    await look(world);
    decideAll(world, 'destroy');
    await look(world);
    await look(world);
    assert.deepEqual(
      world.project.deletions.map(({ server, via }) => [server.name, via]),
      [[idNo(9), 'stack']],
    );
    assert.ok(!world.bucket.states.has(key));
  });

  test('a server whose name is in another’s state is destroyed by API, and the state stays', async () => {
    const { world } = strayWorld('server');
    const another = plantServer(world, 'unrelated', { [labelNames.fleet]: 'other' });
    const managed = {
      address: serverAddress,
      id: another.id,
      tainted: false,
    };
    world.bucket.states.set(key, { managed: [managed], modifiedMs: world.time.now() });
    await look(world);
    decideAll(world, 'destroy');
    await look(world);
    assert.deepEqual(
      world.project.deletions.map(({ server, via }) => [server.name, via]),
      [[idNo(9), 'api']],
    );
    assert.ok(world.project.servers.has(another.id));
    assert.ok(world.bucket.states.has(key));
  });

  test('a resource without our labels is counted with its cost, and never named or changed', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    plantServer(world, 'a-secret-project', { team: 'research' });
    plantServer(world, 'another', { [labelNames.fleet]: 'aura2' });
    world.advance(3 * hour);
    const { plan } = await look(world);
    assert.deepEqual(plan.foreign, { servers: 2, monthlyCost: 11 });
    assert.doesNotMatch(JSON.stringify(plan), /secret|research|aura2/);
    assert.ok(isEmptyPlan(plan));
    assert.deepEqual(world.forge.proposals, []);
  });
});

describe('an orphan that is adopted', () => {
  /** Its file and its record are gone, its server runs. */
  function abandoned(): FakeWorld {
    const world = createFakeWorld();
    bringUp(world, 1);
    bringUp(world, 2);
    removeFiles(world, 2);
    world.git.add('status', { subject: 'forgotten', edits: { [agentPath(idNo(2))]: null } });
    world.advance(3 * hour);
    return world;
  }

  test('gets its last file back, is adopted, and its plan is empty or updates', async () => {
    const world = abandoned();
    const server = serverOf(world, 2) ?? assert.fail();
    world.bucket.states.delete(agentStateKey('aura', idNo(2)));
    const before = world.git
      .history('main')
      .at(-2)
      ?.tree.get(agentPath(idNo(2)));
    await look(world);
    const [path = ''] = [...(world.git.tip(head)?.tree.keys() ?? [])].filter((one) =>
      one.includes('server'),
    );
    assert.match(world.git.text(path, head) ?? '', /its last file was removed by commit/);
    decideAll(world, 'adopt');
    const taken = await look(world);
    assert.deepEqual(taken.finalized.adopted, [idNo(2)]);
    assert.equal(world.git.text(agentPath(idNo(2))), before);
    const commit = world.git.tip('main');
    assert.deepEqual(commit?.trailers[0], ['Aura-Cause', 'adopted']);
    assert.equal(world.git.text(path), null, 'the decision went with it');
    const kindsDone: string[] = [];
    for (let runs = 0; runs < 4; runs += 1) {
      const { applied } = await look(world);
      kindsDone.push(...applied.map(({ change, outcome }) => `${change} ${outcome.kind}`));
    }
    assert.deepEqual(kindsDone, ['adopt done', 'repair done']);
    assert.equal(recordOf(world, 2)?.server?.id, server.id);
    assert.ok(world.bucket.states.has(agentStateKey('aura', idNo(2))), 'imported');
    assert.deepEqual(world.project.deletions, []);
    assert.ok(isOn(world, 2));
  });

  test('without a file in history gets one that is made of its labels', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    const server = plantServer(world, idNo(9), labelsNo(9));
    world.advance(3 * hour);
    await look(world);
    decideAll(world, 'adopt');
    const { finalized } = await look(world);
    assert.deepEqual(finalized.adopted, [idNo(9)]);
    const text = world.git.text(agentPath(idNo(9))) ?? '';
    assert.match(text, /plan: "starter"/);
    assert.match(text, /region: "eu-central"/);
    const { applied } = await look(world);
    assert.deepEqual(
      applied.map(({ change, outcome }) => `${change} ${outcomeText(outcome)}`),
      ['adopt done'],
    );
    assert.equal(recordOf(world, 9)?.server?.id, server.id);
  });

  test('whose labels do not identify its agent stays as it is, with the reason', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    const server = plantServer(world, 'stray', { [labelNames.fleet]: 'aura' });
    world.advance(3 * hour);
    await look(world);
    decideAll(world, 'adopt');
    const main = world.git.tip('main')?.id;
    const { finalized } = await look(world);
    assert.deepEqual(finalized.adopted, []);
    assert.equal(world.git.tip('main')?.id, main);
    assert.ok(world.project.servers.has(server.id));
    assert.ok(world.logs.some(({ message }) => /cannot be adopted/.test(message)));
  });

  test('wherever finalize dies, its file is written once', async () => {
    await everyDeath({
      world: abandoned,
      async flow(world) {
        await look(world);
        decideAll(world, 'adopt');
        await look(world);
      },
      async after(world) {
        for (let runs = 0; runs < 5; runs += 1) {
          if (world.forge.open().length > 0) decideAll(world, 'adopt');
          await look(world);
        }
        assert.equal(recordOf(world, 2)?.server?.id, serverOf(world, 2)?.id);
        assert.deepEqual(world.project.deletions, []);
        ageAll(world);
      },
    });
  });
});
