/** A token that expires while the program runs, on a real git server. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { accessOf } from '../../reconciler/adapters/git/access.ts';
import { createBundler } from '../../reconciler/adapters/git/bundle.ts';
import { openMirror } from '../../reconciler/adapters/git/mirror.ts';
import { createRemote } from '../../reconciler/adapters/git/remote.ts';
import { Failure } from '../../reconciler/core/failure.ts';
import type { TokenSource } from '../../reconciler/ports/forge.ts';
import { createGitWorld, draft, type GitWorld, tip, token } from './git-world.ts';

/** Returns `secret-0` until that is forgotten, then `secret-1`, and so on. */
type Renewing = TokenSource & { current(): string; readonly bought: number };

function renewing(): Renewing {
  let bought = 0;
  const current = () => `secret-${bought}`;
  return {
    token: async () => current(),
    login: async () => null,
    forget(refused) {
      if (refused === current()) bought += 1;
    },
    current,
    get bought() {
      return bought;
    },
  };
}

/** A failure must be `Unauthorized` and show neither a token nor its header. */
function refusedSilently(thrown: unknown): boolean {
  assert.ok(thrown instanceof Failure);
  assert.equal(thrown.reason, 'Unauthorized');
  const shown = `${thrown.stack} ${JSON.stringify(thrown)} ${String(thrown.cause)}`;
  assert.doesNotMatch(shown, /secret-|Basic |a-token-that/);
  return true;
}

let world: GitWorld;
let source: Renewing;
let folder: string;
beforeEach(async () => {
  world = await createGitWorld();
  folder = await mkdtemp(join(tmpdir(), 'aura-git-login-'));
  const writer = world.repository();
  await writer.push('main', null, [draft('first', { 'a.yaml': '1' })]);
  await writer.push('status', null, [draft('first', { 's.yaml': '1' })]);
  const status = await tip(writer, 'status');
  await writer.push('status', status, [draft('second', { 's.yaml': '2' })]);
  source = renewing();
  world.accept(source.current());
});
afterEach(async () => {
  await world.close();
  await rm(folder, { recursive: true, force: true });
});

async function requests(doing: () => Promise<unknown>): Promise<number> {
  const before = world.ledger.total('git');
  await doing();
  return world.ledger.total('git') - before;
}

describe('a token that expires', () => {
  test('is renewed once, for reading and for pushing, and then stays', async () => {
    const repository = world.repository({ token: source });
    const base = await tip(repository);
    world.accept('secret-1');
    assert.equal(await requests(() => repository.fetch('main')), 2, 'refused, then answered');
    assert.equal(await requests(() => repository.fetch('main')), 1);
    assert.equal(source.bought, 1);

    world.accept('secret-2');
    const pushed = await repository.push('main', base, [draft('later', { 'a.yaml': '2' })]);
    assert.equal(pushed.kind, 'pushed');
    assert.equal(source.bought, 2);
    const subjects = await world.bare.git(['log', '--format=%s', 'main']);
    assert.deepEqual(subjects.split('\n'), ['later', 'first']);
  });

  test('is renewed for what git itself fetches', async () => {
    const repository = world.repository({ token: source });
    await tip(repository, 'status');
    world.accept('secret-1');
    const log = await repository.log('status', 10);
    assert.deepEqual(
      log.map(({ subject }) => subject),
      ['second', 'first'],
    );
    assert.equal(source.bought, 1);
  });

  test('is renewed for a first fetch, whose mirror was opened before', async () => {
    const access = accessOf({ url: world.url, token: source });
    const remote = createRemote(access);
    const gitDir = join(folder, 'mirror.git');
    const mirror = await openMirror({ ...access, remote, gitDir, history: 'complete' });
    world.accept('secret-1');
    const at = (await world.bare.git(['rev-parse', 'main'])).trim();
    assert.equal(await mirror.follow('main', at), at);
    assert.equal(source.bought, 1);
    mirror.objects.close();
    assert.doesNotMatch(await readFile(join(gitDir, 'config'), 'utf8'), /extraHeader/i);
    assert.doesNotMatch(JSON.stringify(mirror.git.env), /Authorization/);
  });

  test('is renewed for the tips and for a bundle', async () => {
    const access = accessOf({ url: world.url, token: source });
    const repository = world.repository({ token: source });
    assert.notEqual((await repository.tips()).main, null);
    world.accept('secret-1');
    assert.notEqual((await repository.tips()).main, null);
    world.accept('secret-2');
    const { tips } = await createBundler(access).make(['main', 'status']);
    assert.deepEqual(Object.keys(tips), ['main', 'status']);
    assert.equal(source.bought, 2);
  });

  test('is renewed once where many are refused together', async () => {
    const repository = world.repository({ token: source });
    await tip(repository);
    world.accept('secret-1');
    await Promise.all([1, 2, 3, 4].map(() => repository.stop()));
    assert.equal(source.bought, 1);
  });
});

describe('a token that stays refused', () => {
  test('is Unauthorized after one more attempt, and is not shown', async () => {
    const repository = world.repository({ token: source });
    const base = await tip(repository);
    await tip(repository, 'status');
    world.accept('another');
    assert.equal(
      await requests(() => assert.rejects(repository.fetch('main'), refusedSilently)),
      2,
    );
    const pushing = repository.push('main', base, [draft('never', { 'a.yaml': '2' })]);
    await assert.rejects(pushing, refusedSilently);
    await assert.rejects(repository.log('status', 10), refusedSilently);
    const access = accessOf({ url: world.url, token: source });
    await assert.rejects(createBundler(access).make(['main']), refusedSilently);
    assert.equal((await world.bare.git(['log', '--format=%s', 'main'])).trim(), 'first');
  });

  test('is used once where it cannot be renewed', async () => {
    const repository = world.repository({ token });
    const asked = await requests(() => assert.rejects(repository.fetch('main'), refusedSilently));
    assert.equal(asked, 1);
  });

  test('a source that has none fails as itself, and works again later', async () => {
    let fails = true;
    const repository = world.repository({
      token: {
        ...source,
        async token() {
          if (fails) throw new Failure('ProviderOutage', 'no token today');
          return source.token();
        },
      },
    });
    const sent = await requests(() =>
      assert.rejects(repository.fetch('main'), { reason: 'ProviderOutage' }),
    );
    assert.equal(sent, 0, 'nothing is sent without a login');
    fails = false;
    assert.notEqual(await repository.fetch('main'), null);
  });
});

test('a missing branch is no refusal, and is named', async () => {
  const access = accessOf({ url: world.url, token: source });
  const bundling = createBundler(access).make(['no-such-branch']);
  await assert.rejects(bundling, { reason: 'NotFound', message: /no branch no-such-branch$/ });
  assert.equal(source.bought, 0);
});
