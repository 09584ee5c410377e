import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startGithubWorld } from '../local-cloud/github/github-world.ts';
import { createClient } from './github-client.ts';

const repo = { owner: 'aura', repo: 'agents' };
const hourMs = 3_600_000;

test('a spent hour is waited for and asked again by the throttling plugin', async (t) => {
  // The plugin counts by wall time until the limit's reset: this world's hour ends about now.
  const world = await startGithubWorld({ requestsPerHourMax: 3, startMs: Date.now() - hourMs });
  t.after(() => world.close());
  const waits: number[] = [];
  const client = createClient(world.url, world.github.token, {
    onPrimary(seconds) {
      waits.push(seconds);
      world.clock.advance(3601);
      return true;
    },
  });
  const remaining: unknown[] = [];
  for (let i = 0; i < 4; i += 1) {
    const { headers } = await client.rest.repos.get(repo);
    remaining.push(headers['x-ratelimit-remaining']);
  }
  assert.equal(waits.length, 1);
  assert.deepEqual(remaining, ['2', '1', '0', '2']);
});

test('a spent hour is 403 with the limit’s headers, and asking for it is free', async (t) => {
  const world = await startGithubWorld({ requestsPerHourMax: 1 });
  t.after(() => world.close());
  const client = createClient(world.url, world.github.token);
  for (let i = 0; i < 3; i += 1) {
    assert.equal((await client.rest.rateLimit.get()).data.rate.remaining, 1);
  }
  await client.rest.repos.get(repo);
  await assert.rejects(client.rest.repos.get(repo), (thrown: Error) => {
    assert.ok('status' in thrown && 'response' in thrown);
    const { headers } = thrown.response as { headers: Record<string, string> };
    assert.equal(thrown.status, 403);
    assert.match(thrown.message, /API rate limit exceeded/);
    assert.equal(headers['x-ratelimit-remaining'], '0');
    assert.ok(Number(headers['x-ratelimit-reset']) > 0);
    return true;
  });
});

test('eighty creations a minute, then a secondary limit with its time to wait', async (t) => {
  const world = await startGithubWorld();
  t.after(() => world.close());
  const waits: number[] = [];
  const client = createClient(world.url, world.github.token, {
    onSecondary(seconds) {
      waits.push(seconds);
      world.clock.advance(seconds);
      return waits.length < 2;
    },
  });
  for (let i = 1; i <= 81; i += 1) await client.rest.issues.create({ ...repo, title: `i${i}` });
  assert.deepEqual(waits, [60]);
  assert.equal((await client.paginate(client.rest.issues.listForRepo, repo)).length, 81);
});

test('what a client has already costs nothing', async (t) => {
  const world = await startGithubWorld();
  t.after(() => world.close());
  const client = createClient(world.url, world.github.token);
  const { headers } = await client.rest.repos.listCommits(repo);
  const again = { ...repo, headers: { 'if-none-match': headers.etag } };
  await assert.rejects(client.rest.repos.listCommits(again), (thrown: Error) => {
    assert.ok('status' in thrown && 'response' in thrown);
    const answer = thrown.response as { headers: Record<string, string> };
    assert.equal(thrown.status, 304);
    assert.equal(answer.headers['x-ratelimit-remaining'], headers['x-ratelimit-remaining']);
    return true;
  });
  await client.rest.issues.create({ ...repo, title: 'new' });
  const { headers: first } = await client.rest.issues.listForRepo(repo);
  await client.rest.issues.create({ ...repo, title: 'newer' });
  const changed = { ...repo, headers: { 'if-none-match': first.etag } };
  assert.equal((await client.rest.issues.listForRepo(changed)).data.length, 2);
});
