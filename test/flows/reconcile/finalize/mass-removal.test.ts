/** Removals of many at once: which files are restored, and which a person is asked about. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { agentPath } from '../../../../reconciler/core/agent/agent.ts';
import { Failure } from '../../../../reconciler/core/failure.ts';
import { finalize } from '../../../../reconciler/flows/reconcile/finalize/finalize.ts';
import { idNo } from '../../../builders/world.ts';
import { bringUp, fileText, removeFiles } from '../../../fakes/agents.ts';
import { everyDeath } from '../../../fakes/deaths.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { effectsOfAnother, finalized, planned, specOf, subjectsSince } from './finalizing.ts';

const head = 'aura/removed-files';

describe('many files that were removed one by one', () => {
  test('are restored in one push, two commits each, and each can be reverted alone', async () => {
    const world = createFakeWorld({ policy: 'limits: {missingPercentMax: 100}\n' });
    const all = Array.from({ length: 10 }, (_, place) => place + 1);
    for (const n of all) bringUp(world, n);
    const removals = all.map((n) => removeFiles(world, n));
    const last = removals.at(-1) ?? '';
    const report = await finalized(world);
    assert.deepEqual(report.restored, all.map(idNo).sort());
    assert.deepEqual(
      world.calls.filter((call) => call === 'state.push'),
      ['state.push'],
    );
    assert.equal(subjectsSince(world, last).length, 20);
    for (const n of all) assert.equal(specOf(world, n).retired?.cites, removals[n - 1]);
    const third = world.git
      .history('main')
      .find(({ subject }) => subject.startsWith(`${idNo(3)}: retired`));
    world.git.revert(third?.id ?? '');
    assert.equal(specOf(world, 3).retired, undefined);
    await finalized(world);
    assert.deepEqual(await effectsOfAnother(world), []);
  });

  test('are restored in several pushes where they exceed one', async () => {
    const world = createFakeWorld({ policy: 'limits: {missingPercentMax: 100}\n' });
    const all = Array.from({ length: 101 }, (_, place) => place + 1);
    for (const n of all) bringUp(world, n);
    for (const n of all) removeFiles(world, n);
    const report = await finalized(world);
    assert.equal(report.restored.length, 101);
    assert.equal(world.calls.filter((call) => call === 'state.push').length, 2);
    assert.ok(all.every((n) => specOf(world, n).retired?.by === 'person'));
  });
});

describe('so many removals that the reading is partial', () => {
  /** Five of twelve, in one commit. */
  function massRemoval() {
    const world = createFakeWorld();
    for (let n = 1; n <= 12; n += 1) bringUp(world, n);
    const before = world.git.tip('main');
    const removal = removeFiles(world, 1, 2, 3, 4, 5);
    return { world, before, removal };
  }
  const outage = (world: FakeWorld, port: 'cloud' | 'tailnet', method: string) => {
    const failure = new Failure('ProviderOutage', 'a bad gateway');
    world.fault({ port, method, kind: 'fail', failure, times: 100 });
  };

  test('one pull request names their number, their commit, and how to restore them', async () => {
    const { world, before, removal } = massRemoval();
    const plan = await planned(world);
    assert.deepEqual([plan.reading.kind, plan.removed.length, plan.changes], ['partial', 5, []]);
    const report = await finalized(world, plan);
    assert.deepEqual([report.restored, report.lost, report.statuses], [[], [], []]);
    assert.equal(world.git.tip('main')?.id, removal);
    const [proposal, ...more] = world.forge.open();
    assert.ok(proposal !== undefined && more.length === 0);
    const short = removal.slice(0, 10);
    assert.match(proposal.body, new RegExp(`^### 5 agents, by commit ${short}$`, 'm'));
    assert.match(proposal.body, new RegExp(`\`git revert ${short}\` does the same`));
    assert.deepEqual(await effectsOfAnother(world), [], 'and is asked once');
    world.forge.merge(proposal.number);
    assert.deepEqual(world.git.tip('main')?.tree, before?.tree);
    assert.equal((await planned(world)).reading.kind, 'complete');
    await finalized(world);
    assert.deepEqual(await effectsOfAnother(world), []);
  });

  test('a revert of the commit does the same, and the pull request is closed', async () => {
    const { world, before, removal } = massRemoval();
    await finalized(world);
    world.git.revert(removal);
    assert.deepEqual(world.git.tip('main')?.tree, before?.tree);
    await finalized(world);
    assert.deepEqual(world.forge.open(), []);
  });

  test('removals one by one are asked about too: nothing is written to main', async () => {
    const world = createFakeWorld();
    for (let n = 1; n <= 12; n += 1) bringUp(world, n);
    for (const n of [1, 2, 3, 4, 5]) removeFiles(world, n);
    const tip = world.git.tip('main')?.id;
    const report = await finalized(world);
    assert.deepEqual([report.restored, report.proposals.length], [[], 1]);
    assert.equal(world.git.tip('main')?.id, tip);
    assert.equal((world.forge.open()[0]?.body ?? '').match(/^### 1 agent, by commit/gm)?.length, 5);
  });

  for (const [what, port, method] of [
    ['the servers', 'cloud', 'servers'],
    ['the devices', 'tailnet', 'devices'],
  ] as const) {
    test(`${what} were not read either: nothing is asked, and a former question stays`, async () => {
      const { world } = massRemoval();
      outage(world, port, method);
      assert.deepEqual((await planned(world)).removed, []);
      assert.deepEqual((await finalized(world)).proposals, []);
      world.calm();
      await finalized(world);
      outage(world, port, method);
      await finalized(world);
      assert.equal(world.forge.open().length, 1);
    });
  }

  test('an unreadable record: nothing is asked', async () => {
    const { world } = massRemoval();
    const edits = { [agentPath(idNo(6))]: 'phase: running\n' };
    world.git.add('status', { subject: 'by hand', edits });
    const plan = await planned(world);
    assert.deepEqual(plan.removed, []);
    assert.deepEqual((await finalize(world.ports, plan)).proposals, []);
  });

  test('wherever finalize dies, the next one leaves one whole pull request and main as it was', async () => {
    const deaths = await everyDeath({
      world: () => massRemoval().world,
      flow: finalized,
      async after(world) {
        await finalized(world);
        assert.equal(world.forge.open().length, 1);
        for (const n of [1, 2, 3, 4, 5]) {
          assert.ok(world.git.text(agentPath(idNo(n)), head) !== null);
          assert.equal(fileText(world, n), null);
        }
        assert.deepEqual(await effectsOfAnother(world), []);
      },
    });
    assert.ok(deaths >= 5, `${deaths} deaths`);
  });
});
