/** Odd content that git accepts: read as it is, or reported alone, and never a blocker. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { notPlainFile, textOfBytes } from '../../reconciler/core/agent/file-content.ts';
import { isFailure } from '../../reconciler/core/failure.ts';
import { createGitWorld, draft, type GitWorld, tip } from './git-world.ts';

const one = 'agents/0/0/agt-000000000000.yaml';

describe('a commit whose time is odd', () => {
  let world: GitWorld;
  before(async () => {
    world = await createGitWorld();
  });
  after(() => world.close());

  /** Removes the file at {@link one}, with that line for its committer. */
  async function removalBy(committer: string): Promise<string> {
    const repository = world.repository();
    const made = await repository.push('main', await repository.fetch('main'), [
      draft('there', { [one]: '1\n' }),
    ]);
    assert.equal(made.kind, 'pushed');
    const { bare } = world;
    const parent = await bare.git(['rev-parse', 'main']);
    const tree = await bare.git(['hash-object', '-t', 'tree', '-w', '--stdin'], { input: '' });
    const lines = [`tree ${tree}`, `parent ${parent}`, `author ${committer}`];
    const input = `${[...lines, `committer ${committer}`].join('\n')}\n\ngone\n`;
    const args = ['hash-object', '-t', 'commit', '-w', '--stdin', '--literally'];
    const commit = await bare.git(args, { input });
    await bare.git(['update-ref', 'refs/heads/main', commit]);
    return commit;
  }

  for (const [what, committer, at] of [
    ['of a time zone +2500', 'P <p@example.com> 1795986000 +2500', '2026-11-29T21:00:00.000Z'],
    [
      'past what can be written',
      'P <p@example.com> 99999999999999 +0000',
      '1970-01-01T00:00:00.000Z',
    ],
    ['of none at all', 'P <p@example.com>', '1970-01-01T00:00:00.000Z'],
  ] as const)
    test(`${what} has a valid time`, async () => {
      const commit = await removalBy(committer);
      const repository = world.repository();
      await tip(repository);
      const [newest] = await repository.log('main', 1);
      assert.deepEqual([newest?.commit, newest?.at], [commit, at]);
      const removal = await repository.lastRemoval(one);
      assert.deepEqual([removal?.commit, removal?.at], [commit, at]);
      assert.equal((await repository.lastRemovals([one])).get(one)?.at, at);
    });
});

describe('anything but a plain file at a path', () => {
  let world: GitWorld;
  before(async () => {
    world = await createGitWorld();
    const { bare } = world;
    const blob = await bare.git(['hash-object', '-w', '--stdin'], { input: 'one.yaml' });
    const submodule = '1'.repeat(40);
    const tree = await treeOf([
      `120000 blob ${blob}\tlink.yaml`,
      `160000 commit ${submodule}\tsubmodule.yaml`,
      `100755 blob ${blob}\tprogram.yaml`,
      `040000 tree ${await treeOf([`100644 blob ${blob}\tinside`])}\tfolder.yaml`,
      `040000 tree ${await treeOf([`100644 blob ${blob}\tone.yaml`])}\tshard`,
    ]);
    await commitTree(await treeOf([`040000 tree ${tree}\tagents`]));
  });
  after(() => world.close());

  function treeOf(entries: readonly string[]): Promise<string> {
    return world.bare.git(['mktree', '--missing'], { input: `${entries.join('\n')}\n` });
  }

  async function commitTree(tree: string): Promise<void> {
    const person = { NAME: 'P', EMAIL: 'p@example.com' };
    const env = Object.fromEntries(
      ['AUTHOR', 'COMMITTER'].flatMap((who) =>
        Object.entries(person).map(([name, value]) => [`GIT_${who}_${name}`, value]),
      ),
    );
    const parent = (await world.bare.resolve('main')) ?? null;
    const parents = parent === null ? [] : ['-p', parent];
    const args = ['commit-tree', tree, ...parents, '-m', 'odd'];
    await world.bare.git(['update-ref', 'refs/heads/main', await world.bare.git(args, { env })]);
  }

  test('is listed and read as such, never as absent', async () => {
    const snapshot = await tip(world.repository());
    const listed = new Map((await snapshot.list('agents/')).map(({ path, oid }) => [path, oid]));
    const [odd, plain] = [new Set<string>(), new Set<string>()];
    for (const [path, oid] of listed) (oid === notPlainFile.oid ? odd : plain).add(path);
    const named = (name: string) => `agents/${name}`;
    assert.deepEqual([...odd].sort(), ['folder.yaml', 'link.yaml', 'submodule.yaml'].map(named));
    assert.deepEqual(
      [...plain].sort(),
      ['folder.yaml/inside', 'program.yaml', 'shard/one.yaml'].map(named),
    );
    const texts = await snapshot.readAll([...listed.values()]);
    for (const [path, oid] of listed)
      assert.deepEqual(await snapshot.read(path), { oid, text: texts.get(oid) });
    // Below a file or a link there can be no file: something would have to be removed first.
    for (const path of ['agents/link.yaml/x', 'agents/shard/one.yaml/x', 'agents/shard'])
      assert.equal((await snapshot.read(path))?.text, notPlainFile.text, path);
    assert.equal(await snapshot.read('agents/shard/two.yaml'), null);
  });

  test('is not taken for a removed file, and its text is never written', async () => {
    const repository = world.repository();
    const base = await tip(repository);
    assert.equal(await repository.lastRemoval('agents/link.yaml'), null);
    const edits = { 'agents/new.yaml': notPlainFile.text };
    await assert.rejects(repository.push('main', base, [draft('a link', edits)]), (thrown) =>
      isFailure(thrown, 'Bug'),
    );
  });

  test('a link is distinguished from the file that replaced it, in the listing of changes too', async () => {
    const repository = world.repository();
    const before = await tip(repository);
    await repository.push('main', before, [draft('plain', { 'agents/link.yaml': 'one.yaml' })]);
    const now = await tip(repository);
    const there = await now.read('agents/link.yaml');
    assert.equal(there?.text, 'one.yaml');
    assert.deepEqual(await now.changesSince(before.commit, 'agents/'), [
      { path: 'agents/link.yaml', oid: there?.oid },
    ]);
    assert.deepEqual(await before.changesSince(now.commit, 'agents/'), [
      { path: 'agents/link.yaml', oid: notPlainFile.oid },
    ]);
  });
});

describe('files of odd names and of odd bytes', () => {
  let world: GitWorld;
  const names = ['approval (copy).yaml', '*.yaml', ':(top)x.yaml', 'Größe ✓.yaml', "it's.yaml"];
  const paths = names.map((name) => `approvals/${name}`);
  before(async () => {
    world = await createGitWorld();
    const files = Object.fromEntries(paths.map((path) => [path, `${path}\n`]));
    const outcome = await world.repository().push('main', null, [draft('odd', files)]);
    assert.equal(outcome.kind, 'pushed');
  });
  after(() => world.close());

  test('each that is listed can be read, looked up and removed, and no other is matched', async () => {
    const repository = world.repository();
    const snapshot = await tip(repository);
    const listed = (await snapshot.list('approvals/')).map(({ path }) => path);
    assert.deepEqual(listed.toSorted(), paths.toSorted());
    for (const path of listed) {
      assert.equal((await snapshot.read(path))?.text, `${path}\n`);
      assert.equal(await repository.textAt(snapshot.commit, path), `${path}\n`);
      assert.equal((await repository.lastCommitOf('main', path))?.commit, snapshot.commit);
    }
    // A name is no pattern: changes of the others are not in its history.
    const edit = { [paths[4] ?? '']: 'another\n' };
    await repository.push('main', snapshot, [draft('another changes', edit)]);
    const changed = await tip(repository);
    assert.equal((await repository.lastCommitOf('main', paths[1] ?? ''))?.commit, snapshot.commit);
    await repository.push('main', changed, [draft('one goes', { [paths[1] ?? '']: null })]);
    const after = await tip(repository);
    assert.equal((await after.list('approvals/')).length, paths.length - 1);
    assert.equal((await repository.lastRemoval(paths[1] ?? ''))?.commit, after.commit);
  });

  test('a name that is no UTF-8, or has a line break, blocks nothing', async () => {
    const repository = world.repository();
    const { bare } = world;
    const blob = await bare.git(['hash-object', '-w', '--stdin'], { input: 'x' });
    const name = Buffer.from('Gr\u00f6\u00dfe\n.yaml', 'latin1');
    const entry = Buffer.concat([Buffer.from(`100644 blob ${blob}\t`), name, Buffer.of(0)]);
    const inner = await bare.git(['mktree', '-z'], { input: entry });
    const tree = await bare.git(['mktree'], { input: `040000 tree ${inner}\tapprovals\n` });
    const person = 'P <p@example.com> 1795986000 +0000';
    const input = `tree ${tree}\nauthor ${person}\ncommitter ${person}\n\nodd\n`;
    const commit = await bare.git(['hash-object', '-t', 'commit', '-w', '--stdin'], { input });
    await bare.git(['update-ref', 'refs/heads/odd', commit]);
    const snapshot = await tip(repository, 'odd');
    const [{ path } = assert.fail('none is listed')] = await snapshot.list('approvals/');
    assert.equal(path, `approvals/${textOfBytes(name)}`);
    assert.equal((await snapshot.read(path))?.text, 'x');
    assert.equal(
      (await repository.push('odd', snapshot, [draft('gone', { [path]: null })])).kind,
      'pushed',
    );
    assert.deepEqual(await (await tip(repository, 'odd')).list('approvals/'), []);
  });

  test('bytes that are not UTF-8, CRLF and a byte order mark are returned as they were', async () => {
    const repository = world.repository();
    const bytes = Buffer.from([
      0xef, 0xbb, 0xbf, 0x61, 0x0d, 0x0a, 0xf6, 0x00, 0xff, 0xef, 0xbf, 0xbd,
    ]);
    const blob = await world.bare.git(['hash-object', '-w', '--stdin'], { input: bytes });
    const text = textOfBytes(bytes);
    const outcome = await repository.push('main', await tip(repository), [
      draft('bytes', { 'orphans/x.yaml': text }),
    ]);
    assert.equal(outcome.kind, 'pushed');
    assert.equal(await world.bare.git(['rev-parse', 'main:orphans/x.yaml']), blob);
    const reader = world.repository();
    const snapshot = await tip(reader);
    for (const from of [await tip(repository), snapshot]) {
      assert.deepEqual(await from.read('orphans/x.yaml'), { oid: blob, text });
      assert.deepEqual(await from.readAll([blob]), new Map([[blob, text]]));
    }
    assert.equal(await reader.textAt(snapshot.commit, 'orphans/x.yaml'), text);
  });
});
