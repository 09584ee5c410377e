import assert from 'node:assert/strict';
import { createSign } from 'node:crypto';
import { after, test } from 'node:test';
import { startGithubWorld } from '../cloud/github/github-world.ts';
import { createClient } from './github-client.ts';

const world = await startGithubWorld();
const { github, repository, clock, url } = world;
after(() => world.close());
const repo = { owner: 'aura', repo: 'agents' };
const app = github.installApp({
  slug: 'fleet',
  permissions: { contents: 'write', issues: 'read', pull_requests: 'write', checks: 'write' },
});
const installation_id = app.installationId;

function jwt(claims: object = {}, key = app.privateKey): string {
  const now = Math.floor(Date.now() / 1000);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const payload = { iat: now - 30, exp: now + 540, iss: String(app.id), ...claims };
  const signed = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(payload)}`;
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(key, 'base64url')}`;
}
const asApp = (token = jwt()) => createClient(url, token);

test('an App signs a JWT, buys a token, and commits by the contents API', async () => {
  assert.equal((await asApp().rest.apps.getAuthenticated()).data?.slug, 'fleet');
  const { data: installations } = await asApp().rest.apps.listInstallations();
  assert.deepEqual(
    installations.map(({ id }) => id),
    [installation_id],
  );
  const { data: bought } = await asApp().rest.apps.createInstallationAccessToken({
    installation_id,
    repositories: ['agents'],
  });
  assert.match(bought.token, /^ghs_/);
  assert.notEqual(bought.token.length, 40);
  assert.equal(Date.parse(bought.expires_at), Math.floor(clock.now() / 1000) * 1000 + 3_600_000);
  const client = createClient(url, bought.token);
  const { data: seen } = await client.rest.apps.listReposAccessibleToInstallation();
  assert.equal(seen.total_count, 1);
  const { data } = await client.rest.repos.createOrUpdateFileContents({
    ...repo,
    path: 'agents/a.yaml',
    message: 'An agent',
    content: Buffer.from('a: 1\n').toString('base64'),
  });
  assert.equal(await repository.resolve('refs/heads/main'), data.commit.sha);
  assert.equal(await repository.git(['log', '-1', '--format=%an', 'main']), 'fleet[bot]');
});

test('a token may no more than was asked for, and no more than the App may', async () => {
  const buy = (permissions: object) =>
    asApp().rest.apps.createInstallationAccessToken({ installation_id, permissions });
  const { data: narrow } = await buy({ contents: 'read' });
  const client = createClient(url, narrow.token);
  assert.equal((await client.rest.repos.listCommits(repo)).status, 200);
  const writes = client.rest.git.createRef({
    ...repo,
    ref: 'refs/heads/x',
    sha: world.first,
  });
  await assert.rejects(writes, (thrown: Error) => {
    assert.match(thrown.message, /Resource not accessible by integration/);
    assert.ok('status' in thrown && thrown.status === 403 && 'response' in thrown);
    const { headers } = thrown.response as { headers: Record<string, string> };
    assert.equal(headers['x-accepted-github-permissions'], 'contents=write');
    return true;
  });
  await assert.rejects(client.rest.issues.listForRepo(repo), { status: 403 });
  await assert.rejects(client.rest.users.getAuthenticated(), { status: 403 });
  await assert.rejects(buy({ issues: 'write' }), { status: 422, message: /not granted/ });
  const other = { installation_id, repositories: ['other'] };
  await assert.rejects(asApp().rest.apps.createInstallationAccessToken(other), { status: 422 });
  const { data: none } = await buy({ metadata: 'read' });
  assert.equal((await createClient(url, none.token).rest.repos.get(repo)).status, 200);
});

test('a token lives one hour of the world, or until it is given back', async () => {
  const buy = async () =>
    (await asApp().rest.apps.createInstallationAccessToken({ installation_id })).data.token;
  const hour = createClient(url, await buy());
  const given = createClient(url, await buy());
  await given.rest.apps.revokeInstallationAccessToken();
  await assert.rejects(given.rest.repos.get(repo), { status: 401, message: /Bad credentials/ });
  clock.advance(3599);
  assert.equal((await hour.rest.repos.get(repo)).status, 200);
  clock.advance(1);
  await assert.rejects(hour.rest.repos.get(repo), { status: 401, message: /Bad credentials/ });
});

test('a JWT that is stale, forged, too long or of nobody is refused', async () => {
  const now = Math.floor(Date.now() / 1000);
  const stranger = github.installApp({ slug: 'other', permissions: {} });
  const refused: [string, RegExp, number][] = [
    [jwt({ exp: now - 10 }), /Expiration time/, 401],
    [jwt({ exp: now + 3600 }), /too far in the future/, 401],
    [jwt({ iat: now + 300 }), /Issued at/, 401],
    [jwt({}, stranger.privateKey), /could not be decoded/, 401],
    [jwt({ iss: '7' }), /Integration not found/, 404],
    ['a.b.c', /could not be decoded/, 401],
    [github.token, /could not be decoded/, 401],
  ];
  for (const [token, message, status] of refused) {
    await assert.rejects(asApp(token).rest.apps.getAuthenticated(), { status, message });
  }
  await assert.rejects(asApp().rest.apps.createInstallationAccessToken({ installation_id: 1 }), {
    status: 404,
  });
});
