import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { createFaults } from '../../local-cloud/faults.ts';
import {
  createBareRepository,
  gitEnvironment,
  type RefChange,
} from '../../local-cloud/git-repository.ts';
import { startGitServer } from '../../local-cloud/git-server.ts';
import { createLedger } from '../../local-cloud/ledger.ts';
import { seedRepository } from '../../local-cloud/seed.ts';

const folder = await mkdtemp(join(tmpdir(), 'aura-git-test-'));
const root = join(folder, 'root');
const template = join(folder, 'template');
await mkdir(template);
await writeFile(join(template, 'policy.yaml'), 'apiVersion: aura.dev/v1\n');

const repository = await createBareRepository(join(root, 'aura', 'agents.git'));
const seeded = await seedRepository(repository, { README: 'hello\n' }, template);
const ledger = createLedger();
const faults = createFaults();
const pushes: RefChange[][] = [];
const server = await startGitServer({
  root,
  repositories: new Map([['aura/agents', repository]]),
  ledger,
  faults,
  authorise: (request, writes) => !writes || request.headers.authorization !== undefined,
  onPush: (_name, changes) => pushes.push([...changes]),
});
const remote = server.repositoryUrl('aura/agents');
const remoteWithToken = remote.replace('http://', 'http://x-access-token:secret@');
after(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const env = {
  ...gitEnvironment,
  GIT_AUTHOR_NAME: 'Test',
  GIT_AUTHOR_EMAIL: 'test@localhost',
  GIT_COMMITTER_NAME: 'Test',
  GIT_COMMITTER_EMAIL: 'test@localhost',
};

async function git(...args: string[]): Promise<{ code: number; text: string }> {
  const child = spawn('git', args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = new Promise<number>((resolve) => child.once('close', (c) => resolve(c ?? 1)));
  const [out, err, code] = await Promise.all([buffer(child.stdout), buffer(child.stderr), closed]);
  return { code, text: `${out}${err}` };
}

async function clone(name: string): Promise<string> {
  const path = join(folder, name);
  const { code, text } = await git('clone', '--quiet', remote, path);
  assert.equal(code, 0, text);
  return path;
}

async function commitFile(path: string, content: string): Promise<string> {
  await writeFile(join(path, 'file'), content);
  await git('-C', path, 'add', 'file');
  await git('-C', path, 'commit', '--quiet', '-m', content);
  return (await git('-C', path, 'rev-parse', 'HEAD')).text.trim();
}

test('the same template gives the same first commit', async () => {
  const other = await createBareRepository(join(folder, 'other.git'));
  assert.equal(await seedRepository(other, { README: 'hello\n' }, template), seeded);
});

test('a clone has the template, and a push lands and is reported', async () => {
  const path = await clone('first');
  assert.equal(await readFile(join(path, 'README'), 'utf8'), 'hello\n');
  const commit = await commitFile(path, 'one');
  const { code, text } = await git('-C', path, 'push', remoteWithToken, 'main');
  assert.equal(code, 0, text);
  assert.equal(await repository.resolve('refs/heads/main'), commit);
  assert.deepEqual(pushes.at(-1), [{ ref: 'refs/heads/main', before: seeded, after: commit }]);
});

test('a push that is no fast-forward is refused, even by force', async () => {
  const [mine, theirs] = [await clone('mine'), await clone('theirs')];
  const landed = await commitFile(theirs, 'theirs');
  assert.equal((await git('-C', theirs, 'push', remoteWithToken, 'main')).code, 0);
  await commitFile(mine, 'mine');
  assert.notEqual((await git('-C', mine, 'push', remoteWithToken, 'main')).code, 0);
  assert.notEqual((await git('-C', mine, 'push', '--force', remoteWithToken, 'main')).code, 0);
  assert.equal(await repository.resolve('refs/heads/main'), landed);
});

test('a partial clone fetches contents when they are asked for', async () => {
  const path = join(folder, 'partial');
  const cloned = await git('clone', '--quiet', '--filter=blob:none', '--no-checkout', remote, path);
  assert.equal(cloned.code, 0, cloned.text);
  const missing = await git('-C', path, 'rev-list', '--objects', '--missing=print', 'main');
  assert.match(missing.text, /^\?/m);
  assert.match((await git('-C', path, 'show', 'main:README')).text, /hello/);
});

test('a push without a token is refused with 401, an unknown repository is missing', async () => {
  const path = await clone('anonymous');
  await commitFile(path, 'anonymous');
  const refused = await git('-C', path, 'push', 'origin', 'main');
  assert.notEqual(refused.code, 0);
  assert.match(refused.text, /could not read Username/);
  const elsewhere = await git('ls-remote', server.repositoryUrl('aura/other'));
  assert.match(elsewhere.text, /not found/);
  const outside = await fetch(`${server.url}/aura/agents.git/../../../etc/passwd`);
  assert.equal(outside.status, 404);
});

test('the ledger counts by pattern', async () => {
  ledger.clear();
  await git('ls-remote', remote);
  await fetch(`${server.url}/elsewhere`);
  assert.deepEqual(ledger.counts().git, {
    'GET (no such route)': 1,
    'GET /:repository/info/refs git-upload-pack': 1,
    'POST /:repository/git-upload-pack': 1,
  });
});

test('faults: a refused push leaves the branch, one whose answer is lost has landed', async () => {
  const path = await clone('faulty');
  const before = await repository.resolve('refs/heads/main');
  const commit = await commitFile(path, 'faulty');
  const push = () => git('-C', path, 'push', remoteWithToken, 'main');
  const receive = { api: 'git', method: 'POST', path: '/aura/agents.git/git-receive-pack' };

  for (const kind of ['cut', 'status'] as const) {
    // Twice: git's HTTP library tries once more on a kept connection that closes on it.
    faults.add({ ...receive, kind, status: 503, times: 2 });
    assert.notEqual((await push()).code, 0, kind);
    faults.clear();
    assert.equal(await repository.resolve('refs/heads/main'), before);
  }
  faults.add({ ...receive, kind: 'timeoutAfter', ms: 0 });
  assert.notEqual((await push()).code, 0);
  assert.equal(await repository.resolve('refs/heads/main'), commit);
  faults.add({ api: 'git', kind: 'truncate' });
  assert.notEqual((await git('ls-remote', remote)).code, 0);
  assert.equal((await git('ls-remote', remote)).code, 0);
});
