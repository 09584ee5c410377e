import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startGithubWorld } from '../local-cloud/github/github-world.ts';

const world = await startGithubWorld();
const { url, github } = world;
after(() => world.close());
const repo = '/repos/aura/agents';
const person = github.tokenOfPerson('olivia');

type Asked = { method?: string; token?: string | null; body?: string; headers?: object };

async function ask(path: string, { method = 'GET', token = person, body, headers }: Asked = {}) {
  const authorization = token === null ? {} : { authorization: `Bearer ${token}` };
  const sent = body === undefined ? {} : { body };
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: { ...authorization, 'content-type': 'application/json', ...headers },
    ...sent,
  });
  const text = await answer.text();
  return { status: answer.status, text, headers: answer.headers };
}

test('what is not there, in GitHub’s own body, for every caller', async () => {
  const unknown: [string, Asked][] = [
    ['/nope', {}],
    [`${repo}/nope`, {}],
    [`${repo}/volumes/1`, { method: 'DELETE' }],
    [repo, { method: 'DELETE' }],
    ['/user', { method: 'DELETE' }],
    ['/repos/aura/other', {}],
    ['/repos/aura/other/pulls', { method: 'POST', body: '{}' }],
    [`${repo}/pulls/99`, {}],
    [`${repo}/pulls/x`, {}],
    [`${repo}/issues/-1`, {}],
    [`${repo}/git/ref/heads/nope`, {}],
    [`${repo}/git/blobs/nope`, {}],
    [`${repo}/contents/a%00b`, {}],
    [`${repo}/hooks/1`, {}],
    [`${repo}/actions/runs/1`, {}],
  ];
  for (const [path, asked] of unknown) {
    const { status, text, headers } = await ask(path, asked);
    const body = JSON.parse(text) as { message: string; status: string };
    assert.deepEqual([status, body.message, body.status], [404, 'Not Found', '404'], path);
    assert.match(headers.get('x-github-request-id') ?? '', /^[0-9A-F]+(:[0-9A-F]+){4}$/);
  }
});

test('a token that is missing, unknown or too small is answered so', async () => {
  const create = { method: 'POST', body: '{"title":"t"}' };
  const cases: [string, Asked, number, string][] = [
    ['/user', { token: null }, 401, 'Requires authentication'],
    ['/app', { token: null }, 401, 'A JSON web token could not be decoded'],
    [repo, { token: null }, 404, 'Not Found'],
    [`${repo}/issues`, { ...create, token: null }, 401, 'Requires authentication'],
    [repo, { token: 'ghp_wrong' }, 401, 'Bad credentials'],
    [`${repo}/issues`, { ...create, token: 'ghp_wrong' }, 401, 'Bad credentials'],
    ['/user', { token: github.token }, 403, 'Resource not accessible by integration'],
    [repo, { headers: { 'x-github-api-version': '1999-01-01' } }, 400, '"1999-01-01" is not a'],
  ];
  for (const [path, asked, expected, message] of cases) {
    const { status, text } = await ask(path, asked);
    assert.equal(status, expected, path);
    assert.ok(text.includes(JSON.stringify(message).slice(1, -1)), text);
  }
});

test('a body that is none is 400; a wrong type and a missing field are 422', async () => {
  const post = (path: string, body: string) => ask(`${repo}${path}`, { method: 'POST', body });
  const cases: [string, string, number, RegExp][] = [
    ['/issues', '{', 400, /Problems parsing JSON/],
    ['/issues', '7', 400, /Body should be a JSON object/],
    ['/issues', '{}', 422, /title.*wasn't supplied/],
    ['/issues', '{"title":["a"]}', 422, /is not a string/],
    ['/issues', '{"title":"\\u0000"}', 422, /NUL/],
    ['/issues', `{"title":"${'x'.repeat(70_000)}"}`, 422, /too long/],
    ['/issues', '{"title":"t","labels":"x"}', 422, /is not an array/],
    ['/pulls', '{"head":"nope","base":"main","title":"t"}', 422, /"field":"head"/],
    ['/git/refs', '{"ref":"main","sha":"x"}', 422, /exactly 40 characters/],
    ['/git/trees', '{"tree":[{"path":"../x","content":""}]}', 422, /malformed path/],
    ['/git/trees', '{"tree":[{"path":"x","mode":"7"}]}', 422, /not a member/],
    ['/git/commits', `{"message":"m","tree":"${'0'.repeat(40)}"}`, 422, /does not exist/],
    ['/dispatches', '{"event_type":7}', 422, /is not a string/],
    ['/hooks', '{"config":{"url":"ftp://x"}}', 422, /not supported/],
    ['/labels', '{"name":"l","color":"red"}', 422, /"field":"color"/],
    ['/rulesets', '{"name":"r"}', 422, /enforcement/],
  ];
  for (const [path, body, expected, message] of cases) {
    const { status, text } = await post(path, body);
    assert.equal(status, expected, `${path} ${body.slice(0, 60)}: ${text}`);
    assert.match(text, message);
  }
});

test('no body and no query makes it fail', async () => {
  const shapes: unknown[] = [
    null,
    [],
    [null],
    { title: {}, head: 1, base: [], ref: null, sha: {}, tree: [null], labels: [null], config: [] },
    { ref: '--help', sha: '-1', head: '-x', base: '@{-1}', title: ' ', message: '', content: '%' },
    { required_status_checks: 1, enforce_admins: 1, required_pull_request_reviews: 1 },
    { name: '<>', author: { name: '<>', email: '<>' }, rules: [1], bypass_actors: [null] },
    { message: 'm', tree: 'main', author: { name: '.', email: 'e' }, parents: [] },
    { message: 'm', content: 'eA==', branch: 'main', author: { name: '.', email: 'e' } },
  ];
  const writes: [string, string][] = [
    ['POST', '/issues'],
    ['POST', '/pulls'],
    ['POST', '/git/refs'],
    ['PATCH', '/git/refs/heads/main'],
    ['POST', '/git/trees'],
    ['POST', '/git/blobs'],
    ['POST', '/git/commits'],
    ['POST', '/git/tags'],
    ['PUT', '/contents/x'],
    ['DELETE', '/contents/x'],
    ['POST', '/merges'],
    ['POST', '/labels'],
    ['POST', '/check-runs'],
    ['POST', '/statuses/main'],
    ['PUT', '/branches/main/protection'],
    ['POST', '/rulesets'],
    ['POST', '/dispatches'],
    ['POST', '/actions/variables'],
    ['PUT', '/actions/secrets/X'],
    ['POST', '/hooks'],
    ['PATCH', ''],
  ];
  const reads = [
    '/commits?sha=a&sha=b&since=x',
    '/commits?path=%3A(bad',
    '/commits/@%7B-1%7D',
    '/commits/main~1',
    '/compare/main...nope',
    '/compare/x',
    '/compare/--all...main',
    '/pulls?state=x&state=y',
    '/issues?since=x',
    '/issues?per_page=x&page=-1',
    '/git/trees/--all',
    '/contents/..%2F..%2Fetc',
    '/git/matching-refs/heads%2F%5B',
    '/branches/%5B*',
  ];
  for (const path of reads) assert.ok((await ask(`${repo}${path}`)).status < 500, path);
  for (const [method, path] of writes) {
    for (const shape of shapes) {
      // Five hundred creations an hour are allowed; each of these is one.
      world.clock.advance(60);
      const { status, text } = await ask(`${repo}${path}`, { method, body: JSON.stringify(shape) });
      assert.ok(status < 500, `${method} ${path} ${JSON.stringify(shape)}: ${status} ${text}`);
      assert.doesNotMatch(text, /\n\s+at /);
    }
  }
});
