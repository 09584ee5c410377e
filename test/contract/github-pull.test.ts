import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { commitFiles, startGithubWorld } from '../local-cloud/github/github-world.ts';
import { createClient } from './github-client.ts';

const world = await startGithubWorld();
const { repository, clock, github, url } = world;
after(() => world.close());
const machine = createClient(url, github.token);
const olivia = createClient(url, github.tokenOfPerson('olivia'));
const nora = createClient(url, github.tokenOfPerson('nora'));
const repo = { owner: 'aura', repo: 'agents' };
const encoded = (text: string) => Buffer.from(text).toString('base64');

test('a pull request lives through reviews, checks, an update, and its merge', async () => {
  const { data: base } = await machine.rest.git.getRef({ ...repo, ref: 'heads/main' });
  await machine.rest.git.createRef({ ...repo, ref: 'refs/heads/work', sha: base.object.sha });
  const { data: written } = await machine.rest.repos.createOrUpdateFileContents({
    ...repo,
    path: 'docs/plan.md',
    branch: 'work',
    message: 'A plan',
    content: encoded('one\n'),
  });
  assert.equal(await repository.git(['show', 'work:docs/plan.md']), 'one');

  const asked = { ...repo, head: 'work', base: 'main', title: 'Plan', body: 'why', draft: true };
  const { data: draft } = await machine.rest.pulls.create(asked);
  const one = { ...repo, pull_number: draft.number };
  assert.deepEqual([draft.draft, draft.mergeable_state], [true, 'draft']);
  await assert.rejects(olivia.rest.pulls.merge(one), { status: 405, message: /still a draft/ });
  await machine.rest.pulls.update({ ...one, state: 'closed' });
  const { data: pull } = await machine.rest.pulls.create({ ...asked, draft: false });
  const pr = { ...repo, pull_number: pull.number };

  await machine.rest.pulls.requestReviewers({ ...pr, reviewers: ['olivia', 'nora'] });
  const { data: refused } = await nora.rest.pulls.createReview({
    ...pr,
    event: 'REQUEST_CHANGES',
    body: 'no',
  });
  await olivia.rest.pulls.createReview({ ...pr, event: 'APPROVE' });
  const { data: waiting } = await machine.rest.pulls.listRequestedReviewers(pr);
  assert.deepEqual(waiting.users, []);
  const dismissal = { ...pr, review_id: refused.id, message: 'resolved' };
  assert.equal((await olivia.rest.pulls.dismissReview(dismissal)).data.state, 'DISMISSED');

  const head = written.commit.sha ?? '';
  await machine.rest.repos.createCommitStatus({
    ...repo,
    sha: head,
    state: 'success',
    context: 'ci',
  });
  const { data: check } = await machine.rest.checks.create({
    ...repo,
    name: 'lint',
    head_sha: head,
    status: 'in_progress',
  });
  assert.equal((await machine.rest.pulls.get(pr)).data.mergeable_state, 'unstable');
  await machine.rest.checks.update({ ...repo, check_run_id: check.id, conclusion: 'success' });
  assert.equal((await machine.rest.pulls.get(pr)).data.mergeable_state, 'clean');
  const { data: combined } = await machine.rest.repos.getCombinedStatusForRef({
    ...repo,
    ref: head,
  });
  assert.equal(combined.state, 'success');
  const { data: checks } = await machine.rest.checks.listForRef({ ...repo, ref: head });
  assert.equal(checks.check_runs[0]?.conclusion, 'success');

  await commitFiles(repository, 'main', { README: 'hello again\n' });
  await machine.rest.pulls.updateBranch({ ...pr, expected_head_sha: head });
  const { data: updated } = await machine.rest.pulls.get(pr);
  assert.notEqual(updated.head.sha, head);
  assert.equal(updated.commits, 2);
  const { data: files } = await machine.rest.pulls.listFiles(pr);
  assert.deepEqual(
    files.map(({ filename, patch }) => [filename, patch]),
    [['docs/plan.md', '@@ -0,0 +1 @@\n+one']],
  );

  clock.advance(60);
  await assert.rejects(olivia.rest.pulls.merge({ ...pr, sha: head }), { status: 409 });
  const { data: merged } = await olivia.rest.pulls.merge({ ...pr, sha: updated.head.sha });
  assert.equal(await repository.resolve('refs/heads/main'), merged.sha);
  const { data: over } = await machine.rest.pulls.get(pr);
  assert.deepEqual([over.merged, over.merged_by?.login], [true, 'olivia']);
  await assert.rejects(machine.rest.pulls.update({ ...pr, state: 'open' }), { status: 422 });
  const { data: brought } = await machine.rest.repos.listPullRequestsAssociatedWithCommit({
    ...repo,
    commit_sha: merged.sha,
  });
  assert.deepEqual(
    brought.map(({ number }) => number),
    [pull.number],
  );
});

test('three methods leave three shapes of history', async () => {
  const open = async (head: string) => {
    await commitFiles(repository, head, { README: 'hello again\n', [head]: '1\n' }, 'main');
    await commitFiles(repository, head, { README: 'hello again\n', [head]: '2\n' });
    return (await machine.rest.pulls.create({ ...repo, head, base: 'main', title: head })).data;
  };
  const parents = async () =>
    (await repository.git(['log', '-1', '--format=%P', 'main'])).split(' ');
  for (const [method, count, added] of [
    ['merge', 2, 3],
    ['squash', 1, 1],
    ['rebase', 1, 2],
  ] as const) {
    const pull = await open(`by-${method}`);
    const before = Number(await repository.git(['rev-list', '--count', 'main']));
    await olivia.rest.pulls.merge({ ...repo, pull_number: pull.number, merge_method: method });
    assert.equal((await parents()).length, count, method);
    const now = Number(await repository.git(['rev-list', '--count', 'main']));
    assert.equal(now - before, added, method);
    assert.equal(await repository.git(['show', `main:by-${method}`]), '2');
  }
});

test('closed and reopened as its branch then stands; never while the branch is gone', async () => {
  await commitFiles(repository, 'again', { A: '1\n' }, 'main');
  const asked = { ...repo, head: 'again', base: 'main', title: 'Again' };
  const { data: pull } = await machine.rest.pulls.create(asked);
  const pr = { ...repo, pull_number: pull.number };
  await machine.rest.pulls.update({ ...pr, state: 'closed' });
  const newer = await commitFiles(repository, 'again', { A: '2\n' });
  const { data: open } = await machine.rest.pulls.update({ ...pr, state: 'open' });
  assert.deepEqual([open.state, open.head.sha], ['open', newer]);
  await machine.rest.git.deleteRef({ ...repo, ref: 'heads/again' });
  assert.equal((await machine.rest.pulls.get(pr)).data.state, 'closed');
  await assert.rejects(machine.rest.pulls.update({ ...pr, state: 'open' }), {
    status: 422,
    message: /branch has been deleted/,
  });
});

test('every page of a long list, by its links', async () => {
  for (let i = 1; i <= 7; i += 1) {
    await machine.rest.issues.create({ ...repo, title: `i${i}`, labels: ['odd', `n${i}`] });
  }
  const all = await machine.paginate(machine.rest.issues.listForRepo, {
    ...repo,
    labels: 'odd',
    per_page: 3,
  });
  assert.deepEqual(
    all.map(({ title }) => title),
    ['i7', 'i6', 'i5', 'i4', 'i3', 'i2', 'i1'],
  );
  const commits = await machine.paginate(machine.rest.repos.listCommits, { ...repo, per_page: 4 });
  assert.equal(commits.length, Number(await repository.git(['rev-list', '--count', 'main'])));
  const labels = await machine.paginate(machine.rest.issues.listLabelsForRepo, repo);
  assert.equal(labels.length, 8);
});

test('issues take comments and labels, and are closed with a reason', async () => {
  const { data: issue } = await machine.rest.issues.create({ ...repo, title: 'Look', body: 'b' });
  const at = { ...repo, issue_number: issue.number };
  const { data: comment } = await olivia.rest.issues.createComment({ ...at, body: 'seen' });
  await olivia.rest.issues.updateComment({ ...repo, comment_id: comment.id, body: 'seen twice' });
  assert.equal((await machine.rest.issues.listComments(at)).data[0]?.body, 'seen twice');
  await machine.rest.issues.addLabels({ ...at, labels: ['urgent'] });
  await machine.rest.issues.removeLabel({ ...at, name: 'urgent' });
  await assert.rejects(machine.rest.issues.removeLabel({ ...at, name: 'urgent' }), { status: 404 });
  const closing = { ...at, state: 'closed', state_reason: 'not_planned' } as const;
  const { data: closed } = await machine.rest.issues.update(closing);
  assert.deepEqual([closed.state_reason, closed.closed_by?.login], ['not_planned', 'aura[bot]']);
  await machine.rest.issues.deleteComment({ ...repo, comment_id: comment.id });
  assert.equal((await machine.rest.issues.get(at)).data.comments, 0);
});

test('trees, blobs, commits and tags are made by hand; two histories are compared', async () => {
  const { data: main } = await machine.rest.repos.getBranch({ ...repo, branch: 'main' });
  const { data: blob } = await machine.rest.git.createBlob({ ...repo, content: 'by hand\n' });
  const { data: tree } = await machine.rest.git.createTree({
    ...repo,
    base_tree: main.commit.sha,
    tree: [
      { path: 'hand/made.txt', mode: '100644', type: 'blob', sha: blob.sha },
      { path: 'README', mode: '100644', type: 'blob', sha: null },
      { path: 'inline', mode: '100755', type: 'blob', content: 'x' },
    ],
  });
  const { data: commit } = await machine.rest.git.createCommit({
    ...repo,
    message: 'By hand',
    tree: tree.sha,
    parents: [main.commit.sha],
    author: { name: 'A', email: 'a@example.com', date: '2026-01-01T00:00:00Z' },
  });
  await machine.rest.git.createRef({ ...repo, ref: 'refs/heads/hand', sha: commit.sha });
  assert.equal(await repository.git(['show', 'hand:hand/made.txt']), 'by hand');
  assert.equal(await repository.resolve('hand:README'), null);
  const { data: deep } = await machine.rest.git.getTree({
    ...repo,
    tree_sha: tree.sha,
    recursive: 'true',
  });
  assert.ok(deep.tree.some(({ path, type }) => path === 'hand/made.txt' && type === 'blob'));
  const { data: tag } = await machine.rest.git.createTag({
    ...repo,
    tag: 'v1',
    message: 'One',
    object: commit.sha,
    type: 'commit',
  });
  await machine.rest.git.createRef({ ...repo, ref: 'refs/tags/v1', sha: tag.sha });
  assert.equal((await machine.rest.repos.listTags(repo)).data[0]?.commit.sha, commit.sha);
  assert.equal((await machine.rest.git.getBlob({ ...repo, file_sha: blob.sha })).data.size, 8);

  const { data: compared } = await machine.rest.repos.compareCommitsWithBasehead({
    ...repo,
    basehead: 'main...hand',
  });
  assert.deepEqual(
    [compared.status, compared.ahead_by, compared.behind_by, compared.commits.length],
    ['ahead', 1, 0, 1],
  );
  assert.deepEqual(
    compared.files?.map(({ filename, status }) => [filename, status]),
    [
      ['README', 'removed'],
      ['hand/made.txt', 'added'],
      ['inline', 'added'],
    ],
  );
  const since = { ...repo, sha: 'hand', path: 'inline', until: '2026-11-23T00:00:00Z' };
  assert.equal((await machine.rest.repos.listCommits(since)).data.length, 1);
  const { data: matching } = await machine.rest.git.listMatchingRefs({ ...repo, ref: 'heads/by-' });
  assert.equal(matching.length, 3);
});

test('a file is changed only with the id of its content', async () => {
  const at = { ...repo, path: 'held', message: 'held' };
  const put = (more: object) =>
    machine.rest.repos.createOrUpdateFileContents({ ...at, content: encoded('1'), ...more });
  const { data: made, status } = await put({});
  assert.equal(status, 201);
  await assert.rejects(put({}), { status: 422, message: /"sha" wasn't supplied/ });
  await assert.rejects(put({ sha: '1'.repeat(40) }), { status: 409, message: /does not match/ });
  const sha = made.content?.sha ?? '';
  assert.equal((await put({ sha, content: encoded('2') })).status, 200);
  await assert.rejects(machine.rest.repos.deleteFile({ ...at, sha }), { status: 409 });
  const { data } = await machine.rest.repos.getContent(at);
  assert.ok(!Array.isArray(data) && data.type === 'file');
  await machine.rest.repos.deleteFile({ ...at, sha: data.sha });
  await assert.rejects(machine.rest.repos.getContent(at), { status: 404 });
});
