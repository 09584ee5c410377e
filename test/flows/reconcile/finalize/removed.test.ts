import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { agentPath } from '../../../../reconciler/core/agent/agent.ts';
import { Failure } from '../../../../reconciler/core/failure.ts';
import { at, idNo, nowMs } from '../../../builders/world.ts';
import {
  bringUp,
  edit,
  fileText,
  recordOf,
  removeFiles,
  writeRecord,
} from '../../../fakes/agents.ts';
import { everyDeath } from '../../../fakes/deaths.ts';
import { oidOf } from '../../../fakes/git.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { effectsOfAnother, finalized, planned, specOf, subjectsSince } from './finalizing.ts';

const head = 'aura/removed-files';

/** Agent 1 runs; its file was removed, comments and all. */
function removedWorld() {
  const world = createFakeWorld();
  bringUp(world, 1);
  const text = `# mine, do not touch\n${fileText(world, 1)}`;
  world.git.commit('A comment', { [agentPath(idNo(1))]: text });
  const removal = removeFiles(world, 1);
  return { world, text, removal };
}

describe('a file that was removed while its agent runs', () => {
  test('is restored byte for byte, and then with a tombstone, in two commits of one push', async () => {
    const { world, text, removal } = removedWorld();
    const report = await finalized(world);
    assert.deepEqual(report.restored, [idNo(1)]);
    assert.deepEqual(report.proposals, []);
    assert.deepEqual(
      world.calls.filter((call) => call === 'state.push'),
      ['state.push'],
    );
    const [restored, retired, ...more] = world.git.history('main').slice(-2);
    assert.ok(restored !== undefined && retired !== undefined && more.length === 0);
    assert.equal(restored.parent, removal);
    assert.equal(restored.tree.get(agentPath(idNo(1))), text);
    assert.deepEqual(restored.trailers, [
      ['Aura-Cause', 'restored'],
      ['Aura-Cites', removal],
    ]);
    assert.deepEqual(retired.trailers, [
      ['Aura-Cause', 'retired'],
      ['Aura-Cites', removal],
    ]);
    assert.deepEqual(specOf(world, 1).retired, {
      at: new Date(nowMs).toISOString(),
      by: 'person',
      reason: `its file was removed by commit ${removal.slice(0, 10)}`,
      cites: removal,
    });
    assert.deepEqual([restored.paths, retired.paths], [[agentPath(idNo(1))], [agentPath(idNo(1))]]);
  });

  test('a revert of the second commit keeps the agent: the next run has nothing to do', async () => {
    const { world, text } = removedWorld();
    await finalized(world);
    world.git.revert(world.git.tip('main')?.id ?? '');
    assert.equal(fileText(world, 1), text);
    const plan = await planned(world);
    assert.deepEqual([plan.changes, plan.removed, plan.finished], [[], [], []]);
  });

  test('finalized twice, the second writes nothing', async () => {
    const { world } = removedWorld();
    await finalized(world);
    // The grace and the phase of the tombstone are written once more.
    await finalized(world);
    assert.deepEqual(await effectsOfAnother(world), []);
  });

  test('another push in between: decided again on its tip', async () => {
    const { world, text, removal } = removedWorld();
    const fault = world.fault({
      port: 'state',
      method: 'push',
      kind: 'meanwhile',
      run: () => void world.git.commit('Something else', { 'notes.md': 'hello\n' }),
    });
    await finalized(world);
    assert.equal(fault.fired, 1);
    assert.deepEqual(subjectsSince(world, removal), [
      'Something else',
      `${idNo(1)}: file restored as it was before ${removal.slice(0, 10)}`,
      `${idNo(1)}: retired, its file was removed by ${removal.slice(0, 10)}`,
    ]);
    assert.equal(world.git.text('notes.md'), 'hello\n');
    assert.equal(
      world.git
        .history('main')
        .at(-2)
        ?.tree.get(agentPath(idNo(1))),
      text,
    );
  });

  test('another push that reverts the removal: nothing is written over it', async () => {
    const { world, text, removal } = removedWorld();
    world.fault({
      port: 'state',
      method: 'push',
      kind: 'meanwhile',
      run: () => void world.git.revert(removal),
    });
    const report = await finalized(world);
    assert.deepEqual(report.restored, []);
    assert.equal(fileText(world, 1), text);
    assert.deepEqual(subjectsSince(world, removal), ['Revert "Remove files"']);
  });

  test('a main that changes without end ends the attempts', async () => {
    const { world, removal } = removedWorld();
    let count = 0;
    world.fault({
      port: 'state',
      method: 'push',
      kind: 'meanwhile',
      times: 100,
      run() {
        count += 1;
        world.git.commit('Busy', { 'notes.md': `${count}\n` });
      },
    });
    const { failed } = await finalized(world);
    assert.deepEqual(
      failed.map(({ part, reason }) => [part, reason]),
      [['removed files', 'PushRejected']],
    );
    assert.equal(fileText(world, 1), null);
    assert.deepEqual(new Set(subjectsSince(world, removal)), new Set(['Busy']));
  });

  test('wherever finalize dies or an answer is lost, the next one leaves the same two commits', async () => {
    const deaths = await everyDeath({
      world: () => removedWorld().world,
      flow: finalized,
      async after(world) {
        await finalized(world);
        await finalized(world);
        const subjects = world.git.history('main').map(({ subject }) => subject);
        assert.equal(subjects.filter((one) => /file restored/.test(one)).length, 1);
        assert.equal(subjects.filter((one) => /retired, its/.test(one)).length, 1);
        assert.equal(specOf(world, 1).retired?.by, 'person');
        assert.deepEqual(await effectsOfAnother(world), []);
      },
    });
    assert.ok(deaths >= 3, `${deaths} deaths`);
  });

  test('an existing tombstone keeps its time: only the file is restored', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    const retired = { at: at(-30), by: 'stripe' as const, reason: 'canceled' };
    edit(world, 1, { retired });
    const text = fileText(world, 1);
    const removal = removeFiles(world, 1);
    await finalized(world);
    assert.equal(fileText(world, 1), text);
    assert.equal(subjectsSince(world, removal).length, 1);
  });

  const byFinalize = (world: FakeWorld) =>
    world.git.add('main', {
      subject: 'finalized',
      trailers: [['Aura-Cause', 'finalized']],
      edits: { [agentPath(idNo(1))]: null },
    });

  for (const [what, observed] of [
    ['no record ever said gone', null],
    ['a record said gone of another content', 'a'.repeat(40)],
  ] as const) {
    test(`a removal that finalize did not make, where ${what}, restores the file`, async () => {
      const world = createFakeWorld();
      bringUp(world, 1);
      const record = recordOf(world, 1);
      assert.ok(record !== null);
      if (observed !== null) writeRecord(world, { ...record, gone: at(-1), observedOid: observed });
      writeRecord(world, record);
      const text = fileText(world, 1);
      const removal = byFinalize(world);
      const report = await finalized(world);
      assert.deepEqual([report.restored, report.lost], [[idNo(1)], []]);
      assert.equal(
        world.git
          .history('main')
          .at(-2)
          ?.tree.get(agentPath(idNo(1))),
        text,
      );
      assert.equal(specOf(world, 1).retired?.cites, removal);
    });
  }

  test('a removal by finalize itself restores nothing: what still exists is lost', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    const record = recordOf(world, 1);
    assert.ok(record !== null);
    // It was gone once, its file was removed, and history lacks everything after that.
    const observedOid = oidOf(fileText(world, 1) ?? '');
    writeRecord(world, { ...record, gone: at(-60), observedOid });
    writeRecord(world, record);
    byFinalize(world);
    assert.deepEqual((await planned(world)).removed.length, 1);
    const tip = world.git.tip('main')?.id;
    const report = await finalized(world);
    assert.deepEqual([report.restored, report.proposals, report.lost], [[], [], [idNo(1)]]);
    assert.equal(world.git.tip('main')?.id, tip);
  });

  test('an agent without resources may lose its file', async () => {
    const world = createFakeWorld();
    bringUp(world, 1, {}, { gone: at(-10), everRunning: false });
    removeFiles(world, 1);
    const tip = world.git.tip('main')?.id;
    await finalized(world, await planned(world));
    assert.equal(world.git.tip('main')?.id, tip);
  });
});

describe('a file at another path', () => {
  const wrongPlaces = {
    'a wrong folder': `agents/${idNo(1)}.yaml`,
    'another ending': agentPath(idNo(1)).replace('.yaml', '.yml'),
    'the path of another agent': agentPath(idNo(2)),
  };
  for (const [what, path] of Object.entries(wrongPlaces)) {
    test(`${what}: it still counts for its agent, none is retired`, async () => {
      const world = createFakeWorld();
      bringUp(world, 1);
      const text = fileText(world, 1);
      world.git.commit('Move', { [agentPath(idNo(1))]: null, [path]: text });
      const tip = world.git.tip('main')?.id;
      const report = await finalized(world);
      assert.deepEqual([report.restored, report.proposals], [[], []]);
      assert.equal(world.git.tip('main')?.id, tip);
      assert.ok(
        world.logs.some(({ fields }) => 'namingFile' in fields && fields.namingFile === path),
        'it is logged',
      );
    });
  }

  test('another agent that mentions the id does not count for it', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    bringUp(world, 2);
    const text = `# took over from ${idNo(1)}\n${fileText(world, 2)}`;
    world.git.commit('A comment', { [agentPath(idNo(2))]: text });
    removeFiles(world, 1);
    assert.deepEqual((await finalized(world)).restored, [idNo(1)]);
  });
});

describe('removals that a person has to decide', () => {
  function severalRemoved() {
    const world = createFakeWorld();
    for (const n of [1, 2, 3]) bringUp(world, n);
    const texts = [1, 2, 3].map((n) => fileText(world, n));
    removeFiles(world, 1, 2);
    return { world, texts };
  }

  test('several in one commit: one pull request, and nothing is written to main', async () => {
    const { world, texts } = severalRemoved();
    const tip = world.git.tip('main')?.id;
    const report = await finalized(world);
    assert.equal(report.proposals.length, 1);
    assert.deepEqual(report.restored, []);
    assert.equal(world.git.tip('main')?.id, tip);
    const [proposal, ...more] = world.forge.open();
    assert.ok(proposal !== undefined && more.length === 0);
    assert.equal(proposal.head, head);
    for (const n of [1, 2]) {
      assert.equal(world.git.text(agentPath(idNo(n)), head), texts[n - 1]);
      assert.match(proposal.body, new RegExp(`removed 2 agents at once.*- \`${idNo(n)}\``, 's'));
    }
  });

  test('a second run changes nothing; merging it restores the former files', async () => {
    const { world, texts } = severalRemoved();
    await finalized(world);
    assert.deepEqual(await effectsOfAnother(world), []);
    world.forge.merge(world.forge.open()[0]?.number ?? 0);
    assert.deepEqual([fileText(world, 1), fileText(world, 2)], texts.slice(0, 2));
    assert.deepEqual((await planned(world)).changes, []);
    await finalized(world);
    assert.deepEqual(await effectsOfAnother(world), []);
    assert.equal(world.forge.open().length, 0);
  });

  test('later removals join the same pull request; people’s edits in it are kept', async () => {
    const world = createFakeWorld({ policy: 'limits: {missingPercentMax: 100}\n' });
    for (const n of [1, 2, 3, 4]) bringUp(world, n);
    removeFiles(world, 1, 2);
    await finalized(world);
    const edited = `${world.git.text(agentPath(idNo(1)), head)}# keep this one\n`;
    world.git.add(head, { subject: 'Mine', edits: { [agentPath(idNo(1))]: edited } });
    removeFiles(world, 3, 4);
    const report = await finalized(world);
    assert.equal(report.proposals.length, 1);
    const [proposal, ...more] = world.forge.open();
    assert.ok(proposal !== undefined && more.length === 0);
    assert.match(proposal.title, /4 agents/);
    assert.equal(world.git.text(agentPath(idNo(1)), head), edited);
    for (const n of [2, 3, 4]) assert.ok(world.git.text(agentPath(idNo(n)), head) !== null);
  });

  test('it is closed when the files are restored otherwise', async () => {
    const { world } = severalRemoved();
    await finalized(world);
    world.git.revert(world.git.tip('main')?.id ?? '');
    await finalized(world);
    assert.deepEqual(
      world.forge.proposals.map(({ state }) => state),
      ['closed'],
    );
    assert.deepEqual(await effectsOfAnother(world), []);
  });

  test('in a partial reading it stays open, and nothing is restored', async () => {
    const { world } = severalRemoved();
    await finalized(world);
    const failure = new Failure('ProviderOutage', 'a bad gateway');
    world.fault({ port: 'tailnet', method: 'devices', kind: 'fail', failure });
    await finalized(world);
    assert.equal(world.forge.open().length, 1);
  });

  test('a branch that was left without a pull request is recreated', async () => {
    const { world } = severalRemoved();
    world.git.branches.set(head, world.git.history('main')[0]?.id ?? '');
    await finalized(world);
    assert.ok(world.git.text(agentPath(idNo(1)), head) !== null);
    assert.equal(world.forge.open().length, 1);
  });

  test('wherever finalize dies, the next one leaves one whole pull request', async () => {
    const deaths = await everyDeath({
      world: () => severalRemoved().world,
      flow: finalized,
      async after(world) {
        await finalized(world);
        assert.equal(world.forge.open().length, 1);
        for (const n of [1, 2]) assert.ok(world.git.text(agentPath(idNo(n)), head) !== null);
        assert.equal(fileText(world, 1), null);
        assert.deepEqual(await effectsOfAnother(world), []);
      },
    });
    assert.ok(deaths >= 9, `${deaths} deaths`);
  });

  test('a file that was invalid before its removal is asked about, and finalize continues', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    bringUp(world, 2);
    const broken = `${fileText(world, 1)}  power: [twice\n`;
    world.git.commit('Broken', { [agentPath(idNo(1))]: broken });
    removeFiles(world, 1);
    removeFiles(world, 2);
    const report = await finalized(world);
    assert.deepEqual(report.restored, [idNo(2)]);
    assert.equal(world.git.text(agentPath(idNo(1)), head), broken);
    assert.match(world.forge.open()[0]?.body ?? '', /invalid before it was removed/);
  });

  test('a rename in one commit, to the path of no agent: an invalid file, and no restoration', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    const to = agentPath(idNo(2));
    const renamed = (fileText(world, 1) ?? '').replaceAll(idNo(1), idNo(2));
    world.git.commit('Rename', { [agentPath(idNo(1))]: null, [to]: renamed });
    const tip = world.git.tip('main')?.id;
    const report = await finalized(world);
    assert.deepEqual([report.restored, report.proposals, report.lost], [[], [], []]);
    assert.equal(world.git.tip('main')?.id, tip);
    assert.match(
      (await planned(world)).idle.map(({ path, reason }) => `${path} ${reason}`).join(),
      new RegExp(`${to} Invalid`),
    );
  });
});
