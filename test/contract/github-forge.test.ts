import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { createGithubForge } from '../../reconciler/adapters/github/forge.ts';
import { firstAttempt } from '../builders/world.ts';
import { commitFiles, startGithubWorld } from '../local-cloud/github/github-world.ts';
import { clockOf } from './github-clock.ts';

const world = await startGithubWorld();
const { clock, faults, github, operator, repository } = world;
const settings = {
  token: github.token,
  repository: 'aura/agents',
  apiUrl: `${world.url}/`,
  clock: clockOf(world),
};
const forge = createGithubForge(settings);
const repo = { owner: 'aura', repo: 'agents' };
after(() => world.close());
beforeEach(() => faults.clear());

test('one proposal of a head: opened once, updated in place, closed', async () => {
  await commitFiles(repository, 'aura/orphans', { A: '1\n' }, 'main');
  const asked = {
    head: 'aura/orphans',
    base: 'main',
    label: 'aura/test',
    title: 'Orphans',
    body: 'one',
  };
  assert.equal(await forge.openProposal('aura/orphans'), null);
  const opened = await forge.propose(asked);
  const updated = await forge.propose({ ...asked, title: 'Orphans (2)', body: 'two' });
  assert.equal(updated.number, opened.number);
  assert.deepEqual(await forge.openProposal('aura/orphans'), {
    number: opened.number,
    url: `https://github.com/aura/agents/pull/${opened.number}`,
    body: 'two',
    labels: ['aura/test'],
  });
  await forge.closeProposal(opened.number);
  assert.equal(await forge.openProposal('aura/orphans'), null);
});

test('a proposal carries its label, also where a person removed it or the answer to it was lost', async () => {
  await commitFiles(repository, 'aura/labelled', { L: '1\n' }, 'main');
  const asked = {
    head: 'aura/labelled',
    base: 'main',
    title: 'L',
    body: '',
    label: 'aura/orphans',
  };
  faults.add({ api: 'github', method: 'POST', path: '/repos/aura/agents/issues', kind: 'status' });
  await assert.rejects(forge.propose(asked), { reason: 'ProviderOutage' });
  const labels = async () => (await forge.openProposal('aura/labelled'))?.labels;
  assert.deepEqual(await labels(), []);
  const { number } = await forge.propose(asked);
  assert.deepEqual(await labels(), ['aura/orphans']);
  const one = { ...repo, issue_number: number };
  await operator.rest.issues.setLabels({ ...one, labels: ['of-a-person'] });
  await forge.propose({ ...asked, body: 'two' });
  assert.deepEqual(await labels(), ['aura/orphans', 'of-a-person']);
});

test('who merged and approved what a commit came from', async () => {
  assert.equal(await forge.mergedProposalOf(world.first), null);
  const head = await commitFiles(repository, 'approvals/1', { README: 'approved\n' }, 'main');
  const asked = {
    head: 'approvals/1',
    base: 'main',
    label: 'aura/test',
    title: 'Approve',
    body: '',
  };
  const { number } = await forge.propose(asked);
  assert.equal(await forge.mergedProposalOf(head), null, 'open is not merged');

  const one = { ...repo, pull_number: number };
  const changesMind = world.clientOf(github.tokenOfPerson('nora'));
  const review = { ...one, body: 'r' };
  await changesMind.rest.pulls.createReview({ ...review, event: 'APPROVE' });
  await changesMind.rest.pulls.createReview({ ...review, event: 'REQUEST_CHANGES' });
  await operator.rest.pulls.createReview({ ...review, event: 'APPROVE' });
  await operator.rest.pulls.createReview({ ...review, event: 'COMMENT' });
  clock.advance(3600);
  const { data } = await operator.rest.pulls.merge(one);

  const expected = {
    mergedAt: '2026-11-22T06:00:00Z',
    base: world.first,
    approvedBy: ['olivia'],
  };
  assert.deepEqual(await forge.mergedProposalOf(data.sha), expected);
  assert.deepEqual(await forge.mergedProposalOf(head), expected);
});

test('what was merged into another branch than main was not approved of for main', async () => {
  const side = await commitFiles(repository, 'side', { README: 'aside\n' }, 'main');
  const head = await commitFiles(repository, 'approvals/2', { README: 'sideways\n' }, 'side');
  assert.notEqual(head, side);
  const asked = {
    head: 'approvals/2',
    base: 'side',
    label: 'aura/test',
    title: 'Approve',
    body: '',
  };
  const { number } = await forge.propose(asked);
  const one = { ...repo, pull_number: number };
  await operator.rest.pulls.createReview({ ...one, body: 'r', event: 'APPROVE' });
  const { data } = await operator.rest.pulls.merge(one);
  const { data: behind } = await operator.rest.repos.listPullRequestsAssociatedWithCommit({
    ...repo,
    commit_sha: data.sha,
  });
  assert.deepEqual(
    behind.map((pull) => [pull.number, pull.base.ref]),
    [[number, 'side']],
  );
  assert.equal(await forge.mergedProposalOf(data.sha), null);
});

test('a run is running, over, or unknown to the Forge', async () => {
  const run = github.actions().startRun('apply.yml', 'repository_dispatch');
  assert.equal(await forge.runState(firstAttempt(String(run))), 'running');
  github.actions().finishRun(run, 'failure');
  assert.equal(await forge.runState(firstAttempt(String(run))), 'over');
  assert.equal(await forge.runState(firstAttempt('7')), 'unknown');
  const asked = world.ledger.total('github');
  assert.equal(await forge.runState(firstAttempt('laptop-4711')), 'unknown');
  assert.equal(world.ledger.total('github'), asked, 'no number of the Forge: not asked');
});

test('a run that is run again keeps its id: its earlier attempts are over, the newest is not', async () => {
  const run_id = github.actions().startRun('reconcile.yml', 'schedule');
  const states = () =>
    Promise.all([1, 2, 3].map((attempt) => forge.runState({ id: String(run_id), attempt })));
  assert.deepEqual(await states(), ['running', 'unknown', 'unknown']);
  github.actions().finishRun(run_id, 'failure');
  await operator.rest.actions.reRunWorkflow({ ...repo, run_id });
  assert.deepEqual(await states(), ['over', 'running', 'unknown']);
  github.actions().finishRun(run_id, 'success');
  assert.deepEqual(await states(), ['over', 'over', 'unknown']);
});

test('a dispatch arrives', async () => {
  await forge.dispatch('reconcile', { reason: 'push' });
  const dispatch = github.actions().dispatches().at(-1);
  assert.ok(dispatch?.kind === 'repository');
  assert.deepEqual([dispatch.event, dispatch.payload], ['reconcile', { reason: 'push' }]);
});

test('a failure has a reason by its status', async () => {
  const reasons = [
    [403, 'Forbidden'],
    [404, 'NotFound'],
    [409, 'Conflict'],
    [422, 'InvalidInput'],
    [429, 'RateLimited'],
    [502, 'ProviderOutage'],
  ] as const;
  for (const [status, reason] of reasons) {
    faults.add({ api: 'github', kind: 'status', status });
    await assert.rejects(forge.dispatch('reconcile', {}), { reason, httpStatus: status });
  }
  faults.add({ api: 'github', kind: 'status', status: 500, times: 4 });
  await assert.rejects(forge.runState(firstAttempt('1')), { reason: 'ProviderOutage' });
  faults.add({ api: 'github', kind: 'cut', times: 4 });
  await assert.rejects(forge.mergedProposalOf(world.first), { reason: 'NetworkUnreachable' });
  const stranger = createGithubForge({ ...settings, token: 'ghp_wrong' });
  await assert.rejects(stranger.openProposal('x'), (thrown: Error) => {
    assert.ok('reason' in thrown && thrown.reason === 'Unauthorized');
    assert.doesNotMatch(thrown.message, /ghp_wrong/);
    return true;
  });
});

test('a spent rate limit is distinguished from a refusal', async (t) => {
  const poor = await startGithubWorld({ requestsPerHourMax: 1 });
  t.after(() => poor.close());
  const { token } = poor.github;
  const clock = clockOf(poor);
  const spender = createGithubForge({ token, repository: 'aura/agents', apiUrl: poor.url, clock });
  await spender.dispatch('reconcile', {});
  await assert.rejects(spender.dispatch('reconcile', {}), {
    reason: 'RateLimited',
    httpStatus: 403,
  });
  poor.clock.advance(3601);
  await spender.dispatch('reconcile', {});
});

test('the Forge’s time is read from an answer that costs nothing', async () => {
  const asked = world.ledger.total('github');
  assert.equal(await forge.now(), Math.floor(clock.now() / 1000) * 1000);
  clock.advance(86_400);
  assert.equal(await forge.now(), Math.floor(clock.now() / 1000) * 1000);
  assert.equal(world.ledger.total('github'), asked + 2);
  // A server without limits answers with its time anyway.
  faults.add({ api: 'github', kind: 'status', status: 404 });
  assert.equal(await forge.now(), Math.floor(clock.now() / 1000) * 1000);
  faults.add({ api: 'github', kind: 'status', status: 502, times: 4 });
  await assert.rejects(forge.now(), { reason: 'ProviderOutage' });
});

test('a closed one is returned as closed until another is open or merged', async () => {
  const head = 'aura/declined';
  await commitFiles(repository, head, { B: '1\n' }, 'main');
  const asked = { head, base: 'main', label: 'aura/test', title: 'Approve', body: 'one' };
  assert.equal(await forge.closedProposal(head), null);
  const { number } = await forge.propose(asked);
  assert.equal(await forge.closedProposal(head), null, 'open is not closed');
  await operator.rest.pulls.update({ ...repo, pull_number: number, state: 'closed' });
  assert.deepEqual([(await forge.closedProposal(head))?.body, number], ['one', number]);
  clock.advance(60);
  const again = await forge.propose({ ...asked, body: 'two' });
  assert.equal(await forge.closedProposal(head), null);
  await forge.closeProposal(again.number, 'over');
  assert.deepEqual((await forge.closedProposal(head))?.body, 'over');
  clock.advance(60);
  const third = await forge.propose(asked);
  await operator.rest.pulls.merge({ ...repo, pull_number: third.number });
  assert.equal(await forge.closedProposal(head), null, 'merged is not closed');
});
