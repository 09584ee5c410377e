import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { commitFiles, startGithubWorld } from './github-world.ts';

const world = await startGithubWorld();
const { machine, operator, repository, clock, github } = world;
after(() => world.close());
const repo = { owner: 'aura', repo: 'agents' };

test('without a token the private repository is missing; a wrong one is refused', async () => {
  const bare = await fetch(`${world.url}/repos/aura/agents`);
  assert.equal(bare.status, 404);
  assert.deepEqual(await bare.json(), {
    message: 'Not Found',
    documentation_url: 'https://docs.github.com/rest/repos/repos',
    status: '404',
  });
  const writes = await fetch(`${world.url}/repos/aura/agents/issues`, { method: 'POST' });
  assert.equal(writes.status, 401);
  await assert.rejects(world.clientOf('ghp_no').rest.repos.get(repo), {
    status: 401,
    message: /Bad credentials/,
  });
});

test('the repository, another one, and rate limits that count down', async () => {
  const { data, headers } = await machine.rest.repos.get(repo);
  assert.equal(data.full_name, 'aura/agents');
  assert.equal(data.default_branch, 'main');
  const { headers: later } = await machine.rest.repos.get(repo);
  assert.equal(headers['x-ratelimit-limit'], '5000');
  assert.equal(
    Number(headers['x-ratelimit-remaining']) - Number(later['x-ratelimit-remaining']),
    1,
  );
  assert.equal((await operator.rest.users.getAuthenticated()).data.login, 'olivia');
  await assert.rejects(machine.rest.users.getAuthenticated(), {
    status: 403,
    message: /Resource not accessible by integration/,
  });
  await assert.rejects(machine.rest.repos.get({ ...repo, repo: 'other' }), { status: 404 });
});

test('refs: made once, moved forward only, removed', async () => {
  const second = await commitFiles(repository, 'second', { README: 'two\n' }, 'main');
  const ref = 'heads/feature/a';
  await machine.rest.git.createRef({ ...repo, ref: `refs/${ref}`, sha: second });
  await assert.rejects(
    machine.rest.git.createRef({ ...repo, ref: `refs/${ref}`, sha: world.first }),
    { status: 422, message: /Reference already exists/ },
  );
  await assert.rejects(machine.rest.git.updateRef({ ...repo, ref, sha: world.first }), {
    status: 422,
    message: /not a fast forward/,
  });
  assert.equal((await machine.rest.git.getRef({ ...repo, ref })).data.object.sha, second);
  await machine.rest.git.updateRef({ ...repo, ref, sha: world.first, force: true });
  assert.equal(await repository.resolve(`refs/${ref}`), world.first);
  await machine.rest.git.deleteRef({ ...repo, ref });
  assert.equal(await repository.resolve(`refs/${ref}`), null);
  await assert.rejects(machine.rest.git.getRef({ ...repo, ref }), { status: 404 });
  await assert.rejects(
    machine.rest.git.createRef({ ...repo, ref: 'refs/heads/x', sha: '1'.repeat(40) }),
    { status: 422 },
  );
});

test('of two that make the same ref at once, one is refused', async () => {
  const create = () =>
    machine.rest.git.createRef({ ...repo, ref: 'refs/heads/race', sha: world.first }).then(
      ({ status }) => status,
      ({ status }: { status: number }) => status,
    );
  assert.deepEqual((await Promise.all([create(), create(), create()])).sort(), [201, 422, 422]);
});

test('commits and contents are those of the repository', async () => {
  const { data: commits } = await machine.rest.repos.listCommits(repo);
  assert.deepEqual(
    commits.map(({ sha, commit }) => [sha, commit.message]),
    [[world.first, 'main: README']],
  );
  const { data } = await machine.rest.repos.getContent({ ...repo, path: 'README' });
  assert.ok(!Array.isArray(data) && data.type === 'file');
  assert.equal(Buffer.from(data.content, 'base64').toString(), 'hello\n');
  const { data: root } = await machine.rest.repos.getContent({ ...repo, path: '' });
  assert.ok(Array.isArray(root));
  assert.deepEqual(
    root.map(({ name, type }) => [name, type]),
    [['README', 'file']],
  );
  await assert.rejects(machine.rest.repos.getContent({ ...repo, path: 'nowhere' }), {
    status: 404,
  });
});

test('a pull request is reviewed by another and merged into a real commit', async () => {
  const files = { README: 'hello\n', DECISION: 'destroy\n' };
  const head = await commitFiles(repository, 'decision', files, 'main');
  const asked = { ...repo, head: 'decision', base: 'main', title: 'Decide', body: 'why' };
  const { data: pull } = await machine.rest.pulls.create(asked);
  await assert.rejects(machine.rest.pulls.create(asked), { status: 422, message: /already/ });
  const one = { ...repo, pull_number: pull.number };

  const { data: open } = await machine.rest.pulls.list({ ...repo, head: 'aura:decision' });
  assert.deepEqual(
    open.map(({ number }) => number),
    [pull.number],
  );
  const { data: none } = await machine.rest.pulls.list({ ...repo, head: 'aura:other' });
  assert.deepEqual(none, []);
  const { data: changed } = await machine.rest.pulls.listFiles(one);
  assert.deepEqual(
    changed.map(({ filename, status, additions }) => [filename, status, additions]),
    [['DECISION', 'added', 1]],
  );

  await assert.rejects(machine.rest.pulls.createReview({ ...one, event: 'APPROVE' }), {
    status: 422,
  });
  await operator.rest.pulls.createReview({ ...one, event: 'APPROVE', body: 'fine' });
  const { data: reviews } = await machine.rest.pulls.listReviews(one);
  assert.deepEqual(
    reviews.map(({ user, state, commit_id }) => [user?.login, state, commit_id]),
    [['olivia', 'APPROVED', head]],
  );

  clock.advance(60);
  await assert.rejects(operator.rest.pulls.merge({ ...one, sha: world.first }), { status: 409 });
  await assert.rejects(machine.rest.pulls.checkIfMerged(one), { status: 404 });
  const { data: merged } = await operator.rest.pulls.merge(one);
  assert.equal(await repository.resolve('refs/heads/main'), merged.sha);
  assert.equal(
    await repository.git(['log', '-1', '--format=%P', 'main']),
    `${world.first} ${head}`,
  );
  assert.equal(await repository.git(['show', 'main:DECISION']), 'destroy');
  const { data: after } = await machine.rest.pulls.get(one);
  assert.deepEqual(
    [after.state, after.merged, after.merged_by?.login, after.merged_at],
    ['closed', true, 'olivia', '2026-11-22T05:01:00Z'],
  );
  for (const commit_sha of [merged.sha, head]) {
    const { data } = await machine.rest.repos.listPullRequestsAssociatedWithCommit({
      ...repo,
      commit_sha,
    });
    assert.deepEqual(
      data.map(({ number }) => number),
      [pull.number],
      commit_sha,
    );
  }
  await assert.rejects(operator.rest.pulls.merge(one), { status: 405 });
});

test('a squash has one parent; a conflict is not mergeable and leaves the branch', async () => {
  const main = await repository.resolve('refs/heads/main');
  await commitFiles(repository, 'squashed', { README: 'hello\n', EXTRA: '1\n' }, 'main');
  await commitFiles(repository, 'squashed', { README: 'squash\n', EXTRA: '2\n' });
  await commitFiles(repository, 'rival', { README: 'rival\n' }, 'main');
  const open = async (head: string) =>
    (await machine.rest.pulls.create({ ...repo, head, base: 'main', title: head })).data.number;
  const [squashed, rival] = [await open('squashed'), await open('rival')];

  await machine.rest.pulls.merge({ ...repo, pull_number: squashed, merge_method: 'squash' });
  assert.equal(await repository.git(['log', '-1', '--format=%P', 'main']), main);
  assert.equal(
    await repository.git(['log', '-1', '--format=%s', 'main']),
    `squashed (#${squashed})`,
  );
  const tip = await repository.resolve('refs/heads/main');
  const { data } = await machine.rest.pulls.get({ ...repo, pull_number: rival });
  assert.equal(data.mergeable, false);
  await assert.rejects(machine.rest.pulls.merge({ ...repo, pull_number: rival }), { status: 405 });
  assert.equal(await repository.resolve('refs/heads/main'), tip);

  await machine.rest.pulls.update({ ...repo, pull_number: rival, state: 'closed', body: 'no' });
  const { data: closed } = await machine.rest.pulls.list({ ...repo, state: 'closed' });
  assert.ok(closed.some(({ number, body }) => number === rival && body === 'no'));
});

test('an open pull request follows its branch, and closes with it', async () => {
  await commitFiles(repository, 'moving', { A: '1\n' }, 'main');
  const asked = { ...repo, head: 'moving', base: 'main', title: 'Moving' };
  const { number } = (await machine.rest.pulls.create(asked)).data;
  const newer = await commitFiles(repository, 'moving', { A: '2\n' });
  const get = () => machine.rest.pulls.get({ ...repo, pull_number: number });
  assert.equal((await get()).data.head.sha, newer);
  await machine.rest.git.deleteRef({ ...repo, ref: 'heads/moving' });
  assert.equal((await get()).data.state, 'closed');
});

test('pages carry links that the client follows', async () => {
  for (let i = 1; i <= 5; i += 1) await machine.rest.issues.create({ ...repo, title: `i${i}` });
  const all = await machine.paginate(machine.rest.issues.listForRepo, { ...repo, per_page: 2 });
  assert.deepEqual(
    all.map(({ title }) => title),
    ['i5', 'i4', 'i3', 'i2', 'i1'],
  );
  const [newest] = all;
  const issue = { ...repo, issue_number: newest?.number ?? 0 };
  await machine.rest.issues.createComment({ ...issue, body: 'hm' });
  assert.equal((await machine.rest.issues.listComments(issue)).data[0]?.body, 'hm');
  await machine.rest.issues.update({ ...issue, state: 'closed' });
  assert.equal((await machine.rest.issues.listForRepo(repo)).data.length, 4);
});

test('dispatches are kept within their limits; runs are those that were started', async () => {
  await machine.rest.repos.createDispatchEvent({
    ...repo,
    event_type: 'reconcile',
    client_payload: { reason: 'due' },
  });
  const start = { ...repo, workflow_id: 'reconcile.yml', ref: 'main' };
  await assert.rejects(machine.rest.actions.createWorkflowDispatch(start), { status: 404 });
  await commitFiles(repository, 'main', {
    '.github/workflows/reconcile.yml':
      'name: Reconcile\non: {workflow_dispatch: {}, schedule: []}\n',
    '.github/workflows/ci.yml': 'on: push\n',
  });
  await machine.rest.actions.createWorkflowDispatch(start);
  await assert.rejects(
    machine.rest.actions.createWorkflowDispatch({ ...start, workflow_id: 'ci.yml' }),
    { status: 422, message: /does not have 'workflow_dispatch' trigger/ },
  );
  assert.deepEqual(
    github
      .actions()
      .dispatches()
      .map((dispatch) => dispatch.kind),
    ['repository', 'workflow'],
  );
  const client_payload = Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`k${i}`, i]));
  await assert.rejects(
    machine.rest.repos.createDispatchEvent({ ...repo, event_type: 'reconcile', client_payload }),
    { status: 422 },
  );

  const run_id = github.actions().startRun('reconcile.yml', 'schedule');
  const get = () => machine.rest.actions.getWorkflowRun({ ...repo, run_id });
  assert.equal((await get()).data.status, 'in_progress');
  github.actions().finishRun(run_id, 'success');
  assert.deepEqual(
    [(await get()).data.status, (await get()).data.conclusion],
    ['completed', 'success'],
  );
  const { data } = await machine.rest.actions.listWorkflowRuns({
    ...repo,
    workflow_id: 'reconcile.yml',
    status: 'success',
  });
  assert.equal(data.total_count, 1);
  await assert.rejects(machine.rest.actions.getWorkflowRun({ ...repo, run_id: 1 }), {
    status: 404,
  });
});

test('a webhook reports pushes, signed', async (t) => {
  const { promise, resolve } = Promise.withResolvers<{ body: string; signature: unknown }>();
  const receiver = createServer((request, response) => {
    void text(request).then((body) => {
      response.end();
      // GitHub sends every new hook a ping.
      if (request.headers['x-github-event'] !== 'push') return;
      resolve({ body, signature: request.headers['x-hub-signature-256'] });
    });
  });
  await new Promise<void>((listening) => receiver.listen(0, '127.0.0.1', listening));
  t.after(() => {
    receiver.close();
    receiver.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hooks/git`;
  await machine.rest.repos.createWebhook({ ...repo, config: { url, secret: 's' } });

  const commit = await commitFiles(repository, 'announced', { A: 'announced\n' }, 'main');

  const { body, signature } = await promise;
  const said: unknown = JSON.parse(body);
  assert.ok(said !== null && typeof said === 'object' && 'after' in said && 'ref' in said);
  assert.deepEqual([said.ref, said.after], ['refs/heads/announced', commit]);
  assert.equal(signature, `sha256=${createHmac('sha256', 's').update(body).digest('hex')}`);
});
