/** The minutes that runs used, as GitHub bills them: each job on a hosted machine, rounded up. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createGithubForge } from '../../reconciler/adapters/github/forge.ts';
import { startGithubWorld } from '../local-cloud/github/github-world.ts';
import { clockOf } from './github-clock.ts';

const world = await startGithubWorld();
const { clock, github } = world;
const forge = createGithubForge({
  token: github.token,
  repository: 'aura/agents',
  apiUrl: `${world.url}/`,
  clock: clockOf(world),
});
after(() => world.close());

const { startRun, finishRun, runs } = github.actions();
const iso = (ms: number) => new Date(ms).toISOString();

/** A run of one job. */
function ran(seconds: number, conclusion: 'success' | 'cancelled' = 'success') {
  const id = startRun('reconcile.yml', 'schedule');
  clock.advance(seconds);
  finishRun(id, conclusion);
  return runs.find((one) => one.id === id)?.jobs[0] ?? assert.fail();
}

test('each job counts as whole minutes, of runs that were created within the time', async () => {
  ran(600);
  clock.advance(60);
  const from = iso(clock.now());
  assert.equal(await forge.minutesUsed({ from, until: iso(clock.now() + 60_000) }), 0);
  ran(59);
  ran(61, 'cancelled');
  ran(5).conclusion = 'skipped';
  clock.advance(60);
  const until = iso(clock.now());
  ran(600);
  assert.equal(await forge.minutesUsed({ from, until }), 1 + 2);
  startRun('reconcile.yml', 'schedule');
  assert.equal(await forge.minutesUsed({ from, until: iso(clock.now() + 1000) }), 1 + 2 + 10);
});

test('of many runs the newest hundred stand for all', async () => {
  clock.advance(3600);
  const from = iso(clock.now());
  for (let n = 0; n < 120; n += 1) ran(61);
  world.ledger.clear();
  assert.equal(await forge.minutesUsed({ from, until: iso(clock.now() + 1000) }), 240);
  assert.ok(world.ledger.total('github') <= 103);
});

test('GitHub that does not answer is a failure, and no minutes', async () => {
  world.faults.add({ api: 'github', kind: 'status', status: 500, times: 4 });
  const period = { from: iso(0), until: iso(clock.now()) };
  await assert.rejects(forge.minutesUsed(period), { reason: 'ProviderOutage' });
});
