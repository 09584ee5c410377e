import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startGithubWorld } from '../local-cloud/github/github-world.ts';
import { openapi, withoutOpenapi } from './github-client.ts';

const world = await startGithubWorld();
after(() => world.close());
const skip = withoutOpenapi;

async function read(path: string): Promise<{ status: number; body: unknown }> {
  const headers = { authorization: `Bearer ${world.github.tokenOfPerson('olivia')}` };
  const answer = await fetch(`${world.url}${path}`, { headers });
  return { status: answer.status, body: await answer.json() };
}

test('what is read matches GitHub’s published document', { skip }, async () => {
  const repo = '/repos/aura/agents';
  const paths = [
    '/user',
    '/users/olivia',
    '/user/repos',
    '/orgs/aura/repos',
    '/rate_limit',
    repo,
    `${repo}/branches`,
    `${repo}/collaborators`,
    `${repo}/collaborators/olivia/permission`,
    `${repo}/commits/main`,
    `${repo}/contents/`,
    `${repo}/contents/README`,
    `${repo}/hooks`,
    `${repo}/rulesets`,
    `${repo}/git/matching-refs/heads`,
  ];
  for (const path of paths) {
    const answer = await read(path);
    assert.equal(answer.status, 200, path);
    assert.equal(openapi?.problemWith({ method: 'GET', path, ...answer }), null);
  }
});

test('an answer that is not as documented is detected', { skip }, async () => {
  const path = '/repos/aura/agents';
  const { status, body } = await read(path);
  const asked = { method: 'GET', path, status };
  const { id: _, ...without } = body as { id: number };
  assert.match(openapi?.problemWith({ ...asked, body: without }) ?? '', /required property 'id'/);
  const wrong = { ...(body as object), fork: 'no' };
  assert.match(openapi?.problemWith({ ...asked, body: wrong }) ?? '', /fork must be boolean/);
  const unknown = { ...asked, path: '/nope', body };
  assert.match(openapi?.problemWith(unknown) ?? '', /not documented/);
});
