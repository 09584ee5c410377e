/** Whose approval of a merged pull request counts, by GitHub's answers. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createGithubForge } from '../../reconciler/adapters/github/forge.ts';
import { commitFiles, startGithubWorld } from '../local-cloud/github/github-world.ts';
import { startRecording } from '../support/recording.ts';
import { clockOf } from './github-clock.ts';

const world = await startGithubWorld();
const { github, operator, repository } = world;
const settings = {
  token: github.token,
  repository: 'aura/agents',
  apiUrl: `${world.url}/`,
  clock: clockOf(world),
};
const forge = createGithubForge(settings);
const repo = { owner: 'aura', repo: 'agents' };
after(() => world.close());

let branches = 0;

/** A pull request of the machine account with one commit; what a test needs of it. */
async function proposed() {
  branches += 1;
  const head = `aura/approvals-${branches}`;
  const change = (text: string, from = head) =>
    commitFiles(repository, head, { README: `${text} ${branches}\n` }, from);
  await change('asked', 'main');
  const { number } = await forge.propose({
    head,
    base: 'main',
    label: 'aura/test',
    title: 'Approve',
    body: '',
  });
  const one = { ...repo, pull_number: number };
  return {
    change,
    one,
    async merged() {
      const { data } = await operator.rest.pulls.merge(one);
      return (await forge.mergedProposalOf(data.sha))?.approvedBy;
    },
  };
}

test('a person who approved what was merged counts', async () => {
  const { one, merged } = await proposed();
  await operator.rest.pulls.createReview({ ...one, event: 'APPROVE' });
  assert.deepEqual(await merged(), ['olivia']);
});

test('an approval from before the last push does not count: its content was another', async () => {
  const { one, merged, change } = await proposed();
  await operator.rest.pulls.createReview({ ...one, event: 'APPROVE' });
  await change('something else');
  assert.deepEqual(await merged(), []);
});

test('one that was given again after the push counts', async () => {
  const { one, merged, change } = await proposed();
  await operator.rest.pulls.createReview({ ...one, event: 'APPROVE' });
  await change('something else');
  await operator.rest.pulls.createReview({ ...one, event: 'APPROVE' });
  assert.deepEqual(await merged(), ['olivia']);
});

test('a program’s does not count', async () => {
  const { one, merged } = await proposed();
  const app = world.clientOf(github.token);
  const tried = app.rest.pulls.createReview({ ...one, event: 'APPROVE' });
  // GitHub refuses the author's own; if it did not, it would not count.
  await tried.catch(() => {});
  assert.deepEqual(await merged(), []);
});

test('membership in a team that we may not see is unknown, which is an answer', async () => {
  assert.equal(await forge.membersOf('aura/operators'), null);
});

test('a team of another organization owns nothing here', async () => {
  world.github.setTeam('operators', ['olivia']);
  assert.deepEqual(await forge.membersOf('AURA/operators'), ['olivia']);
  assert.equal(await forge.membersOf('stranger/operators'), null);
});

test('a Forge that is down is no answer', async () => {
  world.faults.add({ api: 'github', kind: 'status', status: 502, times: 4 });
  await assert.rejects(forge.membersOf('aura/operators'), { reason: 'ProviderOutage' });
});

test('a secondary limit without a time to wait is a limit, and no answer about the team', async () => {
  world.github.setTeam('operators', ['olivia']);
  const message = 'You have exceeded a secondary rate limit. Please wait a few minutes.';
  for (const status of [403, 429]) {
    world.faults.add({ api: 'github', kind: 'status', status, message, times: 3 });
    await assert.rejects(forge.membersOf('aura/operators'), {
      reason: 'RateLimited',
      retryAfterSeconds: 60,
    });
  }
  assert.deepEqual(await forge.membersOf('aura/operators'), ['olivia']);
  world.faults.add({ api: 'github', kind: 'status', status: 403 });
  assert.equal(await forge.membersOf('aura/operators'), null);
});

test('write permission is read from GitHub; a stranger has none', async () => {
  assert.equal(await forge.mayWrite('olivia'), true);
  assert.equal(await forge.mayWrite('stranger'), false);
  world.faults.add({ api: 'github', kind: 'status', status: 403 });
  await assert.rejects(forge.mayWrite('olivia'), { reason: 'Forbidden' });
});

test('a review on the second page withdraws an approval, also where no link leads there', async (t) => {
  const { one, merged } = await proposed();
  await operator.rest.pulls.createReview({ ...one, event: 'APPROVE' });
  const nora = world.clientOf(github.tokenOfPerson('nora'));
  for (let n = 1; n < 100; n += 1) {
    await nora.rest.pulls.createReview({ ...one, event: 'COMMENT', body: `${n}` });
    world.clock.advance(60);
  }
  await operator.rest.pulls.createReview({ ...one, event: 'REQUEST_CHANGES', body: 'no' });
  assert.deepEqual(await merged(), []);
  const { data } = await world.machine.rest.pulls.get(one);
  const linkless = await startRecording(world.url, ({ answer }) => answer, ['link']);
  t.after(() => linkless.close());
  const behind = createGithubForge({ ...settings, apiUrl: linkless.url });
  const found = await behind.mergedProposalOf(data.merge_commit_sha ?? '');
  assert.deepEqual(found?.approvedBy, []);
});
