import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { notPlainFile } from '../../reconciler/core/agent/file-content.ts';
import { Failure } from '../../reconciler/core/failure.ts';
import { createGitWorld, draft, type GitWorld, receivePack, tip, token } from './git-world.ts';

const one = 'agents/0/0/agt-000000000000.yaml';
const two = 'agents/0/1/agt-010000000000.yaml';

function failsWith(reason: string) {
  return (thrown: unknown) => thrown instanceof Failure && thrown.reason === reason;
}

describe('the agents repository on a real git server', () => {
  let world: GitWorld;
  before(async () => {
    world = await createGitWorld();
    const first = await world
      .repository()
      .push('main', null, [draft('first', { [one]: 'one\n', [two]: 'two\n', 'a.yaml': 'a\n' })]);
    assert.equal(first.kind, 'pushed');
  });
  after(() => world.close());

  test('what is pushed is what git itself finds, and the tree is valid', async () => {
    const repository = world.repository();
    const base = await tip(repository);
    const outcome = await repository.push('main', base, [
      { ...draft('second\nline', { [one]: 'uno\n', 'b/c/d.yaml': 'd\n' }), body: 'Why.' },
      draft('third', { 'b/c/d.yaml': null, 'a.yaml': null }),
    ]);
    assert.equal(outcome.kind, 'pushed');
    assert.equal(await world.bare.git(['fsck', '--strict', '--no-dangling']), '');
    assert.equal(await world.bare.git(['ls-tree', '-r', '--name-only', 'main']), `${one}\n${two}`);
    assert.equal(await world.bare.git(['show', `main:${one}`]), 'uno');
    assert.equal(
      await world.bare.git(['log', '-1', '--format=%B%an <%ae> %cI', 'main~1']),
      'second line\n\nWhy.\n\nAura-Cause: test\nAura <aura@example.com> 2026-11-22T05:00:00+00:00',
    );
    await repository.push('main', await tip(repository), [draft('a is back', { 'a.yaml': 'a\n' })]);
  });

  test('a snapshot stays as it was, and reads by path, by oid and by folder', async () => {
    const repository = world.repository();
    const snapshot = await tip(repository);
    const other = world.repository();
    await other.push('main', await tip(other), [draft('other', { [two]: 'zwei\n' })]);
    const listed = await snapshot.list('agents/');
    assert.deepEqual(
      listed.map(({ path }) => path),
      [one, two],
    );
    const texts = await snapshot.readAll(listed.map(({ oid }) => oid));
    assert.deepEqual([...texts.values()], ['uno\n', 'two\n']);
    assert.equal((await snapshot.read(two))?.text, 'two\n');
    assert.equal((await (await tip(repository)).read(two))?.text, 'zwei\n');
    assert.equal((await snapshot.read('agents/0'))?.text, notPlainFile.text);
    assert.equal(await snapshot.read('none.yaml'), null);
    assert.deepEqual(await snapshot.list('orphans/'), []);
  });

  test('an unchanged branch costs one request and no process', async () => {
    const repository = world.repository();
    await tip(repository);
    world.ledger.clear();
    await tip(repository);
    assert.deepEqual(world.ledger.counts().git, {
      'POST /:repository/git-upload-pack': 1,
    });
  });

  test('of two writers on one base one is rejected, and lands on the new tip', async () => {
    const [mine, theirs] = [world.repository(), world.repository()];
    const [base, same] = [await tip(mine), await tip(theirs)];
    assert.equal((await theirs.push('main', same, [draft('theirs', { t: '1' })])).kind, 'pushed');
    const lost = await mine.push('main', base, [draft('mine', { m: '1' })]);
    assert.equal(lost.kind, 'rejected');
    const again = await mine.push('main', await tip(mine), [draft('mine', { m: '1' })]);
    assert.equal(again.kind, 'pushed');
    assert.equal((await (await tip(theirs)).read('m'))?.text, '1');
    assert.equal((await (await tip(theirs)).read('t'))?.text, '1');
  });

  test('many writers at once: every commit lands exactly once', async () => {
    const writers = Array.from({ length: 6 }, (_, place) => ({
      place,
      repository: world.repository(),
    }));
    await Promise.all(
      writers.map(async ({ place, repository }) => {
        for (let tries = 0; tries < 50; tries += 1) {
          const base = await tip(repository);
          const outcome = await repository.push('main', base, [
            draft(`writer ${place}`, { [`writers/${place}`]: `${place}` }),
          ]);
          if (outcome.kind === 'pushed') return;
        }
        assert.fail(`writer ${place} never got through`);
      }),
    );
    const subjects = await world.bare.git(['log', '--format=%s', 'main']);
    const landed = subjects.split('\n').filter((line) => line.startsWith('writer '));
    assert.deepEqual(
      landed.sort(),
      [0, 1, 2, 3, 4, 5].map((place) => `writer ${place}`),
    );
  });

  test('a push whose answer is lost has landed, and is not repeated', async () => {
    const repository = world.repository();
    const base = await tip(repository);
    world.faults.add({ ...receivePack, kind: 'timeoutAfter', ms: 0 });
    const outcome = await repository.push('main', base, [draft('lost answer', { l: '1' })]);
    assert.equal(outcome.kind, 'pushed');
    const subjects = await world.bare.git(['log', '--format=%s', '-2', 'main']);
    assert.deepEqual(subjects.split('\n')[0], 'lost answer');
    assert.notEqual(subjects.split('\n')[1], 'lost answer');
    assert.equal((await tip(repository)).commit, outcome.kind === 'pushed' && outcome.commits[0]);
  });

  test('a push that is cut or refused once is repeated; an outage is reported as one', async () => {
    const repository = world.repository();
    for (const kind of ['cut', 'status', 'truncate'] as const) {
      world.faults.add({ ...receivePack, kind, status: 503 });
      const base = await tip(repository);
      const outcome = await repository.push('main', base, [draft(kind, { [kind]: '1' })]);
      assert.equal(outcome.kind, 'pushed', kind);
    }
    world.faults.add({ ...receivePack, kind: 'status', status: 503, times: 3 });
    const base = await tip(repository);
    const pushing = repository.push('main', base, [draft('never', { never: '1' })]);
    await assert.rejects(pushing, failsWith('ProviderOutage'));
    assert.equal((await tip(repository)).commit, base.commit);
  });

  test('a server that refuses by a rule of its own is not taken for a lost race', async () => {
    const repository = world.repository();
    await world.bare.git(['config', 'receive.maxInputSize', '1']);
    const pushing = repository.push('main', await tip(repository), [draft('big', { big: 'x' })]);
    await assert.rejects(pushing, (thrown) => thrown instanceof Failure);
    await world.bare.git(['config', '--unset', 'receive.maxInputSize']);
  });

  test('reading: an outage, a broken answer and a wrong token are distinguished', async () => {
    world.faults.add({ api: 'git', kind: 'status', status: 502 });
    await assert.rejects(world.repository().fetch('main'), failsWith('ProviderOutage'));
    world.faults.add({ api: 'git', kind: 'truncate' });
    await assert.rejects(world.repository().fetch('main'), failsWith('NetworkUnreachable'));
    world.faults.add({ api: 'git', kind: 'cut' });
    await assert.rejects(world.repository().stop(), failsWith('NetworkUnreachable'));
    const stranger = world.repository({ token: 'wrong' });
    await assert.rejects(stranger.fetch('main'), failsWith('Unauthorized'));
    await assert.rejects(stranger.fetch('main'), (thrown) => !String(thrown).includes('wrong'));
  });

  test('the token is in no argument, file or message, even when the URL carries it', async () => {
    const repository = world.repository({ token: null });
    await assert.rejects(repository.fetch('main'), (thrown) => {
      return failsWith('Unauthorized')(thrown) && !String(thrown).includes(token);
    });
  });

  test('hostile paths are refused before git sees them', async () => {
    const repository = world.repository();
    const base = await tip(repository);
    const bad = ['../x', '/x', 'a//b', '.git/config', 'a/.GIT/hooks', 'a\nb', '-x', 'a/..', ''];
    for (const path of bad) {
      await assert.rejects(
        repository.push('main', base, [draft('bad', { [path]: 'x' })]),
        failsWith('InvalidInput'),
        path,
      );
    }
    for (const path of ['../x', '/x', 'a//b', '.git/config', 'a/.GIT/hooks', 'a/..', '', 'a\0b']) {
      await assert.rejects(base.read(path), failsWith('InvalidInput'), path);
      await assert.rejects(repository.lastRemoval(path), failsWith('InvalidInput'), path);
    }
    assert.equal((await tip(repository)).commit, base.commit);
  });

  test('a branch below stop stops the fleet, blocks stop itself, and is deleted with it', async () => {
    const repository = world.repository();
    await repository.push('stop', null, [draft('the first', {})]);
    assert.equal(await repository.stop(), 'the first');
    assert.deepEqual(await repository.resume(), ['stop']);
    const other = world.repository();
    await other.push('stop/maintenance', null, [draft('disks are changed', {})]);
    await repository.push('stopped', null, [draft('none of them', {})]);
    assert.equal(await repository.stop(), 'disks are changed');
    assert.equal(await world.repository().stop(), 'disks are changed');
    await assert.rejects(repository.push('stop', null, [draft('another', {})]), (thrown) => {
      const said = 'branch stop cannot be created while branch stop/maintenance exists';
      return failsWith('Conflict')(thrown) && String(thrown).includes(said);
    });
    await assert.rejects(repository.createBranch('stopped/x', (await tip(repository)).commit));
    assert.deepEqual(await repository.resume(), ['stop/maintenance']);
    assert.equal(await repository.stop(), null);
    assert.notEqual(await repository.fetch('stopped'), null);
    await repository.push('stop', null, [draft('the last', {})]);
    assert.equal(await repository.stop(), 'the last');
    assert.deepEqual([await repository.resume(), await repository.resume()], [['stop'], []]);
  });

  test('branches: created, recreated, deleted, deleted again; stop with its reason', async () => {
    const repository = world.repository();
    const { commit } = await tip(repository);
    assert.equal(await repository.stop(), null);
    await repository.createBranch('aura/orphans', commit);
    await repository.createBranch('aura/orphans', commit);
    assert.equal((await tip(repository, 'aura/orphans')).commit, commit);
    await repository.deleteBranch('aura/orphans');
    await repository.deleteBranch('aura/orphans');
    assert.equal(await repository.fetch('aura/orphans'), null);
    await repository.push('stop', null, [draft('Costs look wrong', {})]);
    assert.equal(await repository.stop(), 'Costs look wrong');
    await repository.deleteBranch('stop');
    assert.equal(await repository.stop(), null);
    await repository.createBranch('stop', commit);
    assert.notEqual(await repository.stop(), null);
    await repository.deleteBranch('stop');
  });

  test('a proposal branch may be rewritten, main and status may not', async () => {
    const repository = world.repository();
    const { commit } = await tip(repository);
    const parent = await world.bare.git(['rev-parse', `${commit}~1`]);
    await repository.createBranch('aura/remade', commit);
    await tip(repository, 'aura/remade');
    await world.bare.git(['update-ref', 'refs/heads/aura/remade', parent]);
    assert.equal((await tip(repository, 'aura/remade')).commit, parent);

    await world.bare.git(['update-ref', 'refs/heads/main', parent]);
    for (const _again of [1, 2]) {
      await assert.rejects(repository.fetch('main'), failsWith('BranchRewritten'));
    }
    await world.bare.git(['update-ref', 'refs/heads/main', commit]);
    assert.equal((await tip(repository)).commit, commit);
  });
});
