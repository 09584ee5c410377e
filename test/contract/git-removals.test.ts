/** Who removed what, in real git: of one path, of many at once, and in a shallow history. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { createRepository, type Repository } from '../../reconciler/adapters/git/repository.ts';
import { createGitWorld, draft, type GitWorld, tip, token } from './git-world.ts';

const path = (n: number) => {
  const name = `agt-${String(n).padStart(12, '0')}`;
  return `agents/${name.charAt(4)}/${name.charAt(5)}/${name}.yaml`;
};
const paths = (from: number, count: number) =>
  Array.from({ length: count }, (_, place) => path(from + place));

describe('removals in real history', () => {
  let world: GitWorld;
  let writer: Repository;
  before(async () => {
    world = await createGitWorld();
    writer = world.repository();
    const files = Object.fromEntries(paths(0, 200).map((one) => [one, `${one}\n`]));
    await commit({ ...files, 'agents/README.md': 'x\n' });
  });
  after(() => world.close());

  async function commit(...all: readonly Record<string, string | null>[]) {
    const base = await writer.fetch('main');
    const drafts = all.map((files) => draft('What a person does', files));
    const outcome = await writer.push('main', base, drafts);
    assert.ok(outcome.kind === 'pushed');
    return outcome.commits;
  }
  const gone = (some: readonly string[]) => Object.fromEntries(some.map((one) => [one, null]));

  test('of many at once they are those of each alone', async () => {
    const [many = ''] = await commit({ ...gone(paths(0, 30)), 'agents/README.md': null });
    const [back = ''] = await commit({ [path(3)]: 'again\n' });
    const [second = ''] = await commit({ [path(3)]: null, [path(30)]: null });
    await commit({ [path(4)]: 'again\n' });
    const reader = world.repository();
    const asked = [...paths(0, 40), path(900)];
    const found = await reader.lastRemovals(asked);
    for (const one of asked)
      assert.deepEqual(found.get(one) ?? null, await reader.lastRemoval(one));
    assert.equal(found.size, 30, 'neither a restored one nor one that was never removed');
    assert.equal(found.get(path(0))?.commit, many);
    assert.equal(found.get(path(0))?.agentsRemoved, 30, 'agents alone are counted');
    assert.deepEqual(
      [found.get(path(3))?.commit, found.get(path(3))?.parent],
      [second, back],
      'the last removal counts',
    );
    assert.deepEqual(await reader.lastRemovals([]), new Map());
  });

  test('one that is further back than recent history is found anyway', async () => {
    await commit({ [path(100)]: null });
    await commit(...paths(101, 70).map((one) => gone([one])));
    const found = await world.repository().lastRemovals(paths(100, 71));
    assert.equal(found.size, 71);
    assert.ok([...found.values()].every(({ agentsRemoved }) => agentsRemoved === 1));
  });

  test('a path outside of the agents is refused', async () => {
    await assert.rejects(writer.lastRemovals(['agents/../x']), /invalid path/);
  });

  test('a mirror that was made shallow is completed before it answers', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'aura-shallow-'));
    const git = join(folder, 'complete.git');
    const header = `Authorization: Basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`;
    await promisify(execFile)('git', [
      ...['-c', `http.extraHeader=${header}`, 'clone', '--quiet', '--bare', '--depth=1'],
      ...[world.url, git],
    ]);
    for (const ask of ['lastRemoval', 'lastRemovals'] as const) {
      const reader = createRepository({
        url: world.url,
        token,
        folder,
        author: { name: 'Aura', email: 'aura@example.com' },
        clock: { now: () => 0, wait: async () => {} },
      });
      assert.equal((await tip(reader)).commit, (await tip(writer)).commit);
      const removal =
        ask === 'lastRemoval'
          ? await reader.lastRemoval(path(0))
          : (await reader.lastRemovals([path(0)])).get(path(0));
      assert.equal(removal?.agentsRemoved, 30, ask);
      await reader.close();
    }
    await rm(folder, { recursive: true, force: true });
  });
});
