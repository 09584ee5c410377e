/** The effect of merging finalize's pull request into a `main` that has changed since. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { agentPath } from '../../../../reconciler/core/agent/agent.ts';
import { notPlainFile } from '../../../../reconciler/core/agent/file-content.ts';
import { labelNames } from '../../../../reconciler/core/fleet/observed.ts';
import { at, idNo } from '../../../builders/world.ts';
import { bringUp, fileText, plantServer, removeFiles } from '../../../fakes/agents.ts';
import { everyDeath } from '../../../fakes/deaths.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { effectsOfAnother, finalized } from './finalizing.ts';

const path = (n: number) => agentPath(idNo(n));

function openNumber(world: FakeWorld, head = 'aura/removed-files'): number {
  const [open, ...more] = world.forge.open().filter((one) => one.head === head);
  assert.ok(open !== undefined && more.length === 0, `${world.forge.open().length} are open`);
  return open.number;
}

describe('a pull request about removed files that gains entries', () => {
  const head = 'aura/removed-files';

  /** Four run, two have lost their file and are asked about. */
  async function asked() {
    const world = createFakeWorld({ policy: 'limits: {missingPercentMax: 100}\n' });
    for (const n of [1, 2, 3, 4]) bringUp(world, n);
    const texts = new Map([1, 2, 3, 4].map((n) => [n, fileText(world, n) ?? ''] as const));
    removeFiles(world, 1, 2);
    await finalized(world);
    return { world, texts };
  }

  test('restores all of them, including those of its first version', async () => {
    const { world, texts } = await asked();
    const edited = `${texts.get(1)}# keep this one\n`;
    world.git.add(head, { subject: 'Mine', edits: { [path(1)]: edited } });
    removeFiles(world, 3, 4);
    world.git.commit('Meanwhile', { 'notes.md': 'hello\n' });
    await finalized(world);
    assert.equal(openNumber(world), 1, 'in place');
    assert.deepEqual(await effectsOfAnother(world), []);
    world.forge.merge(1);
    assert.equal(fileText(world, 1), edited);
    for (const n of [2, 3, 4]) assert.equal(fileText(world, n), texts.get(n));
    assert.equal(world.git.text('notes.md'), 'hello\n');
  });

  test('wherever finalize dies, merging the next one’s pull request restores all of them', async () => {
    const deaths = await everyDeath({
      world: () => {
        const world = createFakeWorld({ policy: 'limits: {missingPercentMax: 100}\n' });
        for (const n of [1, 2, 3, 4]) bringUp(world, n);
        const fork = world.git.tip('main')?.id ?? '';
        removeFiles(world, 1, 2);
        // Open since before the first removal.
        world.git.branches.set(head, fork);
        const review = { commit: null, onto: null, mergedAt: null, approvedBy: [] };
        const about = { number: 1, head, base: 'main', title: 'Removed', body: '' };
        world.forge.proposals.push({
          ...about,
          state: 'open',
          labels: new Set<string>(),
          ...review,
        });
        removeFiles(world, 3, 4);
        return world;
      },
      flow: finalized,
      async after(world) {
        await finalized(world);
        assert.equal(openNumber(world), 1);
        world.forge.merge(1);
        for (const n of [1, 2, 3, 4]) assert.ok(fileText(world, n) !== null, `${n}`);
      },
    });
    assert.ok(deaths >= 5, `${deaths} deaths`);
  });

  test('keeps files that were restored otherwise and changed since', async () => {
    const { world, texts } = await asked();
    const newer = `${texts.get(1)}# newer\n`;
    world.git.commit('Back, and more', { [path(1)]: newer });
    await finalized(world);
    world.forge.merge(openNumber(world));
    assert.equal(fileText(world, 1), newer, 'a file never goes back in time');
    assert.equal(fileText(world, 2), texts.get(2));
  });

  test('does not restore a file that was restored and finalized since', async () => {
    const { world, texts } = await asked();
    world.git.commit('Back', { [path(1)]: texts.get(1) ?? '' });
    const trailers = [['Aura-Cause', 'finalized']] as const;
    world.git.add('main', { subject: 'finalized', trailers, edits: { [path(1)]: null } });
    const { records } = await world.ports.journal.read();
    const one = records.find(({ id }) => id === idNo(1));
    assert.ok(one?.kind === 'valid');
    await world.ports.journal.update(
      one.id,
      (record) => record && { ...record, gone: at(0), phase: 'retired', everRunning: false },
      'now',
    );
    for (const server of world.project.servers.values())
      if (server.name === idNo(1)) world.project.servers.delete(server.id);
    await finalized(world);
    assert.deepEqual(await effectsOfAnother(world), []);
    world.forge.merge(openNumber(world));
    assert.equal(fileText(world, 1), null, 'it would be recreated');
    assert.equal(fileText(world, 2), texts.get(2));
  });
});

describe('a pull request about orphans that gains entries', () => {
  const head = 'aura/orphans';
  const stray = (world: FakeWorld, name: string) =>
    plantServer(world, name, { [labelNames.fleet]: 'aura' });
  const fileOf = ({ id }: { readonly id: string }) => `orphans/server-${id}.yaml`;

  function kept(world: FakeWorld, file: string, minutes: number): string {
    const text = world.git.text(file, head) ?? world.git.text(file) ?? '';
    return text.replace(
      /(?<=\n)decision:[\s\S]*$/,
      `decision: {keep: {until: "${at(minutes)}"}}\n`,
    );
  }

  async function twoStrays() {
    const world = createFakeWorld();
    bringUp(world, 1);
    const [first, second] = [stray(world, 'stray-1'), stray(world, 'stray-2')];
    await finalized(world);
    return { world, first, second };
  }

  test('asks about one that was decided on `main` meanwhile and is asked about again', async () => {
    const { world, first, second } = await twoStrays();
    world.forge.merge(openNumber(world, head));
    world.git.commit('Keep', { [fileOf(first)]: kept(world, fileOf(first), 24 * 60) });
    stray(world, 'stray-3');
    await finalized(world);
    const number = openNumber(world, head);
    // Longer than the text in the first version of the branch.
    world.git.commit('Keep on', { [fileOf(first)]: kept(world, fileOf(first), 48 * 60) });
    await finalized(world);
    world.advance(49 * 3_600_000);
    await finalized(world);
    assert.equal(openNumber(world, head), number);
    assert.match(world.git.text(fileOf(first), head) ?? '', /: undecided$/m);
    world.forge.merge(number);
    assert.match(world.git.text(fileOf(first)) ?? '', /: undecided$/m);
    assert.match(world.git.text(fileOf(second)) ?? '', /: undecided$/m);
  });

  test('includes a decision on `main`: both can be merged', async () => {
    const { world, first, second } = await twoStrays();
    const answer = kept(world, fileOf(first), 24 * 60);
    world.git.commit('By hand', { [fileOf(first)]: answer });
    await finalized(world);
    assert.equal(world.git.text(fileOf(first), head), answer);
    assert.deepEqual(await effectsOfAnother(world), []);
    world.forge.merge(openNumber(world, head));
    assert.equal(world.git.text(fileOf(first)), answer);
    assert.match(world.git.text(fileOf(second)) ?? '', /: undecided$/m);
  });

  test('keeps a link in the place of a decision', async () => {
    const { world, first, second } = await twoStrays();
    world.git.commit('A link', { [fileOf(first)]: notPlainFile.text });
    await finalized(world);
    assert.deepEqual(await effectsOfAnother(world), []);
    assert.equal(world.git.text(fileOf(first)), notPlainFile.text);
    assert.match(world.git.text(fileOf(second), head) ?? '', /: undecided$/m);
  });

  test('keeps a file that a person renamed in it', async () => {
    const { world, first } = await twoStrays();
    const text = kept(world, fileOf(first), 24 * 60);
    const edits = { [fileOf(first)]: null, 'orphans/ours.yaml': text };
    world.git.add(head, { subject: 'Renamed', edits });
    stray(world, 'stray-3');
    await finalized(world);
    assert.equal(world.git.text('orphans/ours.yaml', head), text);
  });
});
