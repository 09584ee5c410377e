/** The comment on a pull request, by the command that a workflow runs with its own token. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { commentMarker } from '../../reconciler/core/pull-request/report.ts';
import { auraJson } from '../app/cli/program.ts';
import { commitFiles } from '../local-cloud/github/github-world.ts';
import { path as pathOf, startPullRequestWorld, textNo, usualFiles } from './pull-request-world.ts';

const more = { ...usualFiles, [pathOf(3)]: textNo(3) };
const repo = { owner: 'aura', repo: 'agents' };
const comment = (body: string) => ({ marker: commentMarker, body: `${commentMarker}\n\n${body}` });

async function start(t: TestContext) {
  const world = await startPullRequestWorld();
  const folder = await mkdtemp(join(tmpdir(), 'aura-pull-request-'));
  t.after(async () => {
    await world.close();
    await rm(folder, { recursive: true, force: true });
  });
  const env = {
    AURA_REPOSITORY_URL: world.gitUrl,
    GITHUB_REPOSITORY: 'aura/agents',
    GITHUB_API_URL: world.url,
    GITHUB_TOKEN: await world.workflowToken(),
    GITHUB_STEP_SUMMARY: join(folder, 'summary.md'),
    GITHUB_RUN_ID: '7',
  };
  const report = join(folder, 'report.md');
  const validate = (number: number) =>
    auraJson(['validate', '--pull-request', String(number), '--report', report], env);
  return { ...world, validate, report, summary: env.GITHUB_STEP_SUMMARY };
}

test('one comment, updated as the pull request grows; the check fails while a file is invalid', async (t) => {
  const world = await start(t);
  const number = await world.propose(more);
  const first = await world.validate(number);
  assert.equal(first.code, 0);
  const [made, ...others] = await world.comments(number);
  assert.deepEqual(others, []);
  assert.match(made?.body ?? '', /^<!-- aura:validate -->\n\n### Aura: 1 created/);
  assert.equal(made?.user?.login, 'github-actions[bot]');
  assert.equal(first.document['comment'], made?.html_url);
  assert.match(await readFile(world.report, 'utf8'), /### Aura: 1 created/);
  assert.match(await readFile(world.summary, 'utf8'), /### Aura: 1 created/);

  const broken = textNo(3).replace('power: running', 'power: sometimes');
  await commitFiles(world.repository, 'change-1', { ...usualFiles, [pathOf(3)]: broken });
  const second = await world.validate(number);
  assert.equal(second.code, 1);
  assert.equal((second.document['problems'] as readonly unknown[]).length, 1);
  const after = await world.comments(number);
  assert.deepEqual(
    after.map(({ id }) => id),
    [made?.id],
  );
  assert.match(after[0]?.body ?? '', /### Aura: 1 problem/);
});

test('a pull request from a fork gets its check and no comment', async (t) => {
  const world = await start(t);
  const number = await world.propose(more, 'stranger');
  const { code, document } = await world.validate(number);
  assert.deepEqual([code, document['comment']], [0, null]);
  assert.deepEqual(await world.comments(number), []);
  assert.match(await readFile(world.report, 'utf8'), /### Aura: 1 created/);
});

test('a comment that fails fails the job, with the report kept', async (t) => {
  const world = await start(t);
  const number = await world.propose(more);
  world.faults.add({ api: 'github', method: 'POST', kind: 'status', status: 403 });
  const { code, document } = await world.validate(number);
  assert.equal(code, 1);
  assert.equal((document['error'] as { reason: string }).reason, 'Forbidden');
  assert.match(await readFile(world.report, 'utf8'), /### Aura: 1 created/);
});

test('a comment of another account with the same marker is not ours', async (t) => {
  const { ports, propose, operator, comments } = await start(t);
  const number = await propose(more);
  const forged = `${commentMarker}\n\nforged`;
  await operator.rest.issues.createComment({ ...repo, issue_number: number, body: forged });
  await ports.forge.keepComment(number, comment('one'));
  await ports.forge.keepComment(number, comment('two'));
  const bodies = (await comments(number)).map(({ body }) => body);
  assert.deepEqual(bodies, [forged, comment('two').body]);
});

test('a comment whose answer is lost is found; of several that runs made together one stays', async (t) => {
  const { ports, propose, faults, comments } = await start(t);
  const path = '/repos/aura/agents/issues';
  let agent = 3;
  for (const kind of ['truncate', 'timeoutAfter'] as const) {
    const number = await propose({ ...usualFiles, [pathOf(agent)]: textNo(agent) });
    agent += 1;
    faults.add({ api: 'github', method: 'POST', path, kind, ms: 0 });
    await ports.forge.keepComment(number, comment(kind));
    assert.deepEqual(
      (await comments(number)).map(({ body }) => body),
      [comment(kind).body],
    );
  }
  const other = await propose({ ...usualFiles, [pathOf(agent)]: textNo(agent) });
  await Promise.all([
    ports.forge.keepComment(other, comment('one')),
    ports.forge.keepComment(other, comment('two')),
  ]);
  await ports.forge.keepComment(other, comment('three'));
  assert.deepEqual(
    (await comments(other)).map(({ body }) => body),
    [comment('three').body],
  );
});

test('a comment that an old listing does not show is not made a second time for good', async (t) => {
  const { ports, propose, faults, comments } = await start(t);
  const number = await propose(more);
  await ports.forge.keepComment(number, comment('one'));
  const listing = `/repos/aura/agents/issues/${number}/comments`;
  faults.add({ api: 'github', method: 'GET', path: listing, kind: 'empty' });
  await ports.forge.keepComment(number, comment('two'));
  assert.equal((await comments(number)).length, 1);
});
