/** Limits, outages and lost answers of GitHub: what the Forge waits for, repeats, and never sends twice. */
import assert from 'node:assert/strict';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { createGithubForge } from '../../reconciler/adapters/github/forge.ts';
import { wholeSeconds } from '../../reconciler/core/text/time.ts';
import { firstAttempt } from '../builders/world.ts';
import { commitFiles, startGithubWorld } from '../local-cloud/github/github-world.ts';
import { clockOf } from './github-clock.ts';

const repo = { owner: 'aura', repo: 'agents' };
const secondary = 'You have exceeded a secondary rate limit. Please wait a few minutes.';
const hourMs = 3_600_000;

async function start(t: TestContext, options: Parameters<typeof startGithubWorld>[0] = {}) {
  const world = await startGithubWorld(options);
  t.after(() => world.close());
  const waits: number[] = [];
  const settings = {
    token: world.github.token,
    repository: 'aura/agents',
    apiUrl: world.url,
    clock: clockOf(world, waits),
  };
  const sent = (method: string) =>
    world.ledger.total('github', (route) => route.startsWith(`${method} `));
  return { ...world, waits, settings, sent, forge: createGithubForge(settings) };
}

const proposal = {
  head: 'aura/orphans',
  base: 'main',
  label: 'aura/test',
  title: 'Orphans',
  body: 'one',
};

test('a secondary limit without a time to wait is waited for, twice at most', async (t) => {
  const { forge, faults, waits, github } = await start(t);
  const limit = { api: 'github', kind: 'status', status: 403, message: secondary } as const;
  faults.add({ ...limit, times: 2 });
  await forge.dispatch('reconcile', {});
  assert.deepEqual(waits, [60_000, 60_000]);
  assert.equal(github.actions().dispatches().length, 1);
  faults.add({ ...limit, times: 3 });
  const refused = { reason: 'RateLimited', retryAfterSeconds: 60 };
  await assert.rejects(forge.dispatch('reconcile', {}), refused);
  assert.equal(waits.length, 4);
  assert.equal(github.actions().dispatches().length, 1);
});

test('an hour that is spent is waited for only where it ends within a minute', async (t) => {
  // The plugin counts until the reset by wall time, which this world shares.
  const soon = await start(t, { requestsPerHourMax: 1, startMs: Date.now() - hourMs + 30_000 });
  await soon.forge.dispatch('reconcile', {});
  soon.clock.advance(3570);
  await soon.forge.dispatch('reconcile', {});
  assert.equal(soon.waits.length, 1);
  const [waitMs = 0] = soon.waits;
  assert.ok(waitMs > 20_000 && waitMs <= 32_000, `${waitMs} ms`);

  const later = await start(t, { requestsPerHourMax: 1, startMs: wholeSeconds(Date.now()) });
  await later.forge.dispatch('reconcile', {});
  later.clock.advance(60);
  const refused = { reason: 'RateLimited', retryAfterSeconds: 3540 };
  await assert.rejects(later.forge.dispatch('reconcile', {}), refused);
  assert.deepEqual(later.waits, []);
});

test('writes are spaced below the limits', async (t) => {
  const { forge, waits } = await start(t);
  for (let n = 1; n <= 61; n += 1) await forge.dispatch('reconcile', {});
  assert.deepEqual(waits, [60_000]);
});

test('an outage is waited out by requests that may be repeated, and by no creation', async (t) => {
  const { forge, faults, waits, sent } = await start(t);
  faults.add({ api: 'github', kind: 'status', status: 502, times: 2 });
  faults.add({ api: 'github', kind: 'cut' });
  assert.equal(await forge.runState(firstAttempt('7')), 'unknown');
  assert.deepEqual(waits, [1000, 4000, 9000]);
  faults.add({ api: 'github', kind: 'status', status: 502 });
  await assert.rejects(forge.dispatch('reconcile', {}), { reason: 'ProviderOutage' });
  assert.equal(sent('POST'), 1);
  faults.add({ api: 'github', kind: 'cut' });
  await assert.rejects(forge.dispatch('reconcile', {}), { reason: 'NetworkUnreachable' });
  assert.equal(waits.length, 3);
});

test('a pull request whose answer is lost is found, and not made again', async (t) => {
  const { forge, faults, repository, github, ledger } = await start(t);
  await commitFiles(repository, proposal.head, { A: '1\n' }, 'main');
  for (const kind of ['truncate', 'timeoutAfter'] as const) {
    faults.add({ api: 'github', method: 'POST', path: '/repos/aura/agents/pulls', kind, ms: 0 });
    const { number } = await forge.propose({ ...proposal, body: kind });
    assert.deepEqual(
      github.pulls().filter(({ closedMs }) => closedMs === null).length,
      1,
      `one is open after ${kind}`,
    );
    assert.equal((await forge.openProposal(proposal.head))?.body, kind);
    await forge.closeProposal(number);
  }
  const pulls = ledger.total('github', (route) => /^POST \S+\/pulls$/.test(route));
  assert.equal(pulls, 2);
});

test('one that a listing does not show is refused by GitHub, and then found', async (t) => {
  const { forge, faults, repository, github } = await start(t);
  await commitFiles(repository, proposal.head, { A: '1\n' }, 'main');
  const { number } = await forge.propose(proposal);
  faults.add({ api: 'github', method: 'GET', kind: 'empty' });
  const again = await forge.propose({ ...proposal, body: 'two' });
  assert.deepEqual([again.number, again.body], [number, 'two']);
  assert.equal(github.pulls().length, 1);
});

test('a list that breaks off is not one without pull requests', async (t) => {
  const { forge, faults, repository } = await start(t);
  await commitFiles(repository, proposal.head, { A: '1\n' }, 'main');
  await forge.propose(proposal);
  faults.add({ api: 'github', method: 'GET', kind: 'truncate' });
  await assert.rejects(forge.openProposal(proposal.head), { reason: 'UnexpectedAnswer' });
  faults.add({ api: 'github', method: 'GET', kind: 'truncate' });
  await assert.rejects(forge.closedProposal(proposal.head), { reason: 'UnexpectedAnswer' });
});

test('GitHub Enterprise serves its API below a path', async (t) => {
  const { settings, url, operator } = await start(t);
  const enterprise = createServer((incoming, outgoing) => {
    const { method, headers, url: path = '' } = incoming;
    if (!path.startsWith('/api/v3/')) return outgoing.writeHead(404).end();
    const target = `${url}${path.slice('/api/v3'.length)}`;
    const onward = httpRequest(target, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(onward);
  });
  await new Promise<void>((listening) => enterprise.listen(0, '127.0.0.1', listening));
  t.after(() => enterprise.close());
  const { port } = enterprise.address() as AddressInfo;
  const apiUrl = `http://127.0.0.1:${port}/api/v3/`;
  const forge = createGithubForge({ ...settings, apiUrl });
  await operator.rest.repos.createDispatchEvent({ ...repo, event_type: 'first' });
  await forge.dispatch('reconcile', {});
  assert.equal(await forge.openProposal('aura/orphans'), null);
});
