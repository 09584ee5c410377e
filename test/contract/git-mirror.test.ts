/** The local copy of the agents repository between two runs: complete, or left by a crash. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, globSync, mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import type { Repository } from '../../reconciler/adapters/git/repository.ts';
import { isFailure } from '../../reconciler/core/failure.ts';
import { createGitWorld, draft, type GitWorld, tip } from './git-world.ts';

describe('a copy that an earlier run has left', () => {
  let world: GitWorld;
  const folder = mkdtempSync(join(tmpdir(), 'aura-git-mirror-'));
  before(async () => {
    world = await createGitWorld();
  });
  after(async () => {
    await world.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is used as it is where it is complete', async () => {
    await world.repository().push('main', null, [draft('a', { 'a.yaml': 'a\n' })]);
    await tip(world.repository({ folder }));
    const [extra = ''] = globSync(`${folder}/*.git/description`);
    // A new copy would restore what only git itself puts there.
    rmSync(extra);
    assert.equal((await (await tip(world.repository({ folder }))).read('a.yaml'))?.text, 'a\n');
    assert.ok(!existsSync(extra));
  });

  for (const part of ['objects/info', 'config', 'HEAD'])
    it(`is recreated where ${part} is missing`, async () => {
      const [found = ''] = globSync(`${folder}/*.git/${part}`);
      rmSync(found, { recursive: true });
      assert.equal((await (await tip(world.repository({ folder }))).read('a.yaml'))?.text, 'a\n');
      assert.ok(existsSync(found));
    });
});

describe('a copy that is damaged', () => {
  let world: GitWorld;
  let folder = '';
  before(async () => {
    world = await createGitWorld();
    await world.repository().push('main', null, [draft('a', files)]);
  });
  after(() => world.close());
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'aura-git-damaged-'));
    await everything(world.repository({ folder }));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const files = { 'agents/a.yaml': 'a\n', 'agents/b/b.yaml': 'b\n' };
  async function everything(repository: Repository): Promise<Readonly<Record<string, string>>> {
    const snapshot = (await repository.confirmed('main')) ?? (await tip(repository));
    const listed = await snapshot.list('agents/');
    const texts = await snapshot.readAll(listed.map(({ oid }) => oid));
    return Object.fromEntries(listed.map(({ path, oid }) => [path, texts.get(oid) ?? '']));
  }
  const whole = (repository: Repository) => tip(repository).then(() => everything(repository));
  const all = (pattern: string) => globSync(`${folder}/complete.git/${pattern}`);
  const empty = (file: string) => {
    chmodSync(file, 0o644);
    truncateSync(file, 0);
  };
  const objects = () => all('objects/??/*');
  const oidOf = (revision: string) =>
    execFileSync('git', ['rev-parse', revision], { env: { ...process.env, GIT_DIR: all('')[0] } })
      .toString()
      .trim();
  const fileOf = (oid: string) => `${all('')[0]}/objects/${oid.slice(0, 2)}/${oid.slice(2)}`;
  const damages: readonly (readonly [string, () => void])[] = [
    ['all objects are empty', () => objects().forEach(empty)],
    ['an object of the branch’s tip is cut', () => truncateSync(objectOf('refs/aura/main'), 10)],
    ['a folder is missing', () => rmSync(objectOf('refs/aura/main:agents/b'))],
    ['a folder is empty', () => empty(objectOf('refs/aura/main:agents/b'))],
    ['a text is missing', () => rmSync(objectOf('refs/aura/main:agents/a.yaml'))],
    ['a text is empty', () => empty(objectOf('refs/aura/main:agents/a.yaml'))],
    ['HEAD is empty', () => all('HEAD').forEach(empty)],
  ];
  function objectOf(revision: string): string {
    const file = fileOf(oidOf(revision));
    chmodSync(file, 0o644);
    return file;
  }

  for (const [what, damage] of damages)
    for (const [who, readerAfter] of [
      ['the same process', (first: Repository) => first],
      ['another one', () => world.repository({ folder })],
    ] as const)
      it(`is reported and recreated by ${who}: ${what}`, async () => {
        damage();
        const first = world.repository({ folder });
        await assert.rejects(
          everything(first),
          (thrown) => isFailure(thrown, 'UnexpectedAnswer') && /is damaged/.test(thrown.message),
        );
        assert.deepEqual(await whole(readerAfter(first)), files);
        assert.deepEqual(await everything(world.repository({ folder })), files);
      });

  it('never takes a file with missing content for a missing file', async () => {
    rmSync(objectOf('refs/aura/main:agents/a.yaml'));
    const snapshot = await tip(world.repository({ folder }));
    await assert.rejects(snapshot.read('agents/a.yaml'), (thrown) =>
      isFailure(thrown, 'UnexpectedAnswer'),
    );
  });

  it('that is recreated keeps the tips that it had read', async () => {
    const seen = oidOf('refs/aura/main');
    rmSync(objectOf('refs/aura/main:agents/b'));
    await assert.rejects(everything(world.repository({ folder })));
    await world.bare.git(['update-ref', '-d', 'refs/heads/main']);
    await world.repository().push('main', null, [draft('another', { 'z.yaml': 'z\n' })]);
    for (let runs = 0; runs < 3; runs += 1)
      await assert.rejects(tip(world.repository({ folder })), (thrown) => {
        assert.ok(isFailure(thrown, 'BranchRewritten'));
        assert.match(thrown.message, new RegExp(`was rewritten: .* contain ${seen.slice(0, 10)}`));
        return thrown.errorClass === 'stalled';
      });
  });
});
