import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, beforeEach, test } from 'node:test';
import { startGitServer } from '../../local-cloud/git-server.ts';
import { commitFiles, startGithubWorld } from '../local-cloud/github/github-world.ts';
import { createClient } from './github-client.ts';

const world = await startGithubWorld();
const { github, repository, url, ledger, faults } = world;
const server = await startGitServer({
  root: world.root,
  repositories: new Map([['aura/agents', repository]]),
  ledger,
  faults,
  authorise: ({ headers }) => github.mayPush(headers.authorization),
  loginOf: ({ headers }) => github.loginOf(headers.authorization),
});
const scratch = await mkdtemp(join(tmpdir(), 'aura-push-test-'));
after(async () => {
  await server.close();
  await world.close();
  await rm(scratch, { recursive: true, force: true });
});
const machine = createClient(url, github.token);
const olivia = createClient(url, github.tokenOfPerson('olivia'));
const nora = createClient(url, github.tokenOfPerson('nora'));
const repo = { owner: 'aura', repo: 'agents' };
const main = { ...repo, branch: 'main' };
const reviewed = { required_approving_review_count: 1 };
const open = {
  required_status_checks: null,
  enforce_admins: true,
  required_pull_request_reviews: null,
  restrictions: null,
};
let serial = 0;

beforeEach(async () => {
  await olivia.rest.repos.deleteBranchProtection(main).catch(() => {});
  for (const { id } of (await olivia.rest.repos.getRepoRulesets(repo)).data) {
    await olivia.rest.repos.deleteRepoRuleset({ ...repo, ruleset_id: id });
  }
});

async function pullOf(files: Record<string, string>) {
  serial += 1;
  const head = `work-${serial}`;
  const sha = await commitFiles(repository, head, files, 'main');
  const asked = { ...repo, head, base: 'main', title: head };
  const { data } = await machine.rest.pulls.create(asked);
  return { ...repo, pull_number: data.number, sha };
}

async function push(token: string, ref = 'main'): Promise<{ code: number | null; said: string }> {
  serial += 1;
  const sha = await commitFiles(repository, `side-${serial}`, { README: `${serial}\n` }, 'main');
  const remote = server.repositoryUrl('aura/agents').replace('//', `//x-access-token:${token}@`);
  const child = spawn('git', ['push', remote, `${sha}:refs/heads/${ref}`], {
    cwd: scratch,
    env: { PATH: process.env['PATH'] ?? '', GIT_DIR: repository.gitDir, GIT_TERMINAL_PROMPT: '0' },
  });
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  const said = await text(child.stderr);
  return { code: await closed, said };
}

test('a branch that requires reviews refuses the machine account, and accepts a review', async () => {
  const files = { README: 'r\n', CODEOWNERS: '* @olivia\n' };
  await commitFiles(repository, 'main', files);
  const pull = await pullOf({ ...files, NEW: '1\n' });
  const required = { ...reviewed, require_code_owner_reviews: true };
  await olivia.rest.repos.updateBranchProtection({
    ...main,
    ...open,
    required_pull_request_reviews: required,
  });
  const { data: branch } = await machine.rest.repos.getBranch(main);
  assert.equal(branch.protected, true);

  const tip = await repository.resolve('refs/heads/main');
  await assert.rejects(machine.rest.git.updateRef({ ...repo, ref: 'heads/main', sha: pull.sha }), {
    status: 422,
    message: /Changes must be made through a pull request/,
  });
  const content = Buffer.from('x').toString('base64');
  await assert.rejects(
    machine.rest.repos.createOrUpdateFileContents({ ...repo, path: 'p', message: 'm', content }),
    { status: 409, message: /Could not create file: Changes must be made/ },
  );
  await assert.rejects(machine.rest.git.deleteRef({ ...repo, ref: 'heads/main' }), {
    status: 422,
    message: /Cannot delete/,
  });
  assert.equal((await machine.rest.pulls.get(pull)).data.mergeable_state, 'blocked');
  const { sha: _, ...merge } = pull;
  await assert.rejects(machine.rest.pulls.merge(merge), {
    status: 405,
    message: /At least 1 approving review is required by reviewers with write access/,
  });
  await nora.rest.pulls.createReview({ ...merge, event: 'APPROVE' });
  await assert.rejects(machine.rest.pulls.merge(merge), {
    status: 405,
    message: /Waiting on code owner review from olivia/,
  });
  assert.equal(await repository.resolve('refs/heads/main'), tip);
  await olivia.rest.pulls.createReview({ ...merge, event: 'APPROVE' });
  assert.equal((await machine.rest.pulls.merge(merge)).data.merged, true);
});

test('a push by git is refused in GitHub’s words, and lets an allowed actor pass', async () => {
  await olivia.rest.repos.updateBranchProtection({
    ...main,
    ...open,
    enforce_admins: false,
    required_pull_request_reviews: reviewed,
  });
  const tip = await repository.resolve('refs/heads/main');
  const refused = await push(github.token);
  assert.notEqual(refused.code, 0);
  assert.match(refused.said, /GH006: Protected branch update failed for refs\/heads\/main/);
  assert.match(refused.said, /Changes must be made through a pull request/);
  assert.equal(await repository.resolve('refs/heads/main'), tip);
  assert.equal((await push(github.token, 'free')).code, 0, 'other branches are open');
  const allowed = await push(github.tokenOfPerson('olivia'));
  assert.equal(allowed.code, 0, allowed.said);
  await olivia.rest.repos.deleteBranchProtection(main);
  const afterwards = await push(github.token);
  assert.equal(afterwards.code, 0, afterwards.said);
});

test('a team has all accounts until its members are set; unnamed ones are unknown', async () => {
  await commitFiles(repository, 'main', { README: 't\n', CODEOWNERS: '/x @aura/operators\n' });
  const of = async (team_slug: string) =>
    (await machine.rest.teams.listMembersInOrg({ org: 'aura', team_slug })).data.map(
      ({ login }) => login,
    );
  assert.deepEqual(await of('operators'), ['nora', 'olivia']);
  github.setTeam('operators', ['nora']);
  assert.deepEqual(await of('operators'), ['nora']);
  await assert.rejects(of('strangers'), { status: 404 });
});

test('an App that may not write may not push at all', async () => {
  const app = github.installApp({ slug: 'reader', permissions: { contents: 'read' } });
  assert.ok(app.id > 0);
  const refused = await push('ghs_unknown');
  assert.notEqual(refused.code, 0);
});

test('a ruleset names the actors that may bypass it', async () => {
  const pull = await pullOf({ README: 'by rule\n' });
  const rule = (bypass_actors: object[]) => ({
    ...repo,
    name: 'Reviewed',
    enforcement: 'active' as const,
    bypass_actors: bypass_actors as [],
    conditions: { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } },
    rules: [
      {
        type: 'pull_request' as const,
        parameters: {
          required_approving_review_count: 1,
          require_code_owner_review: false,
          dismiss_stale_reviews_on_push: true,
          require_last_push_approval: false,
          required_review_thread_resolution: false,
        },
      },
    ],
  });
  const { data: made } = await olivia.rest.repos.createRepoRuleset(rule([]));
  const { sha, ...merge } = pull;
  await assert.rejects(olivia.rest.pulls.merge(merge), {
    status: 405,
    message: /Repository rule violations found/,
  });
  assert.notEqual((await push(github.token)).code, 0);
  await nora.rest.pulls.createReview({ ...merge, event: 'APPROVE' });
  await commitFiles(repository, `work-${serial - 1}`, { README: 'other\n' });
  const { data: reviews } = await nora.rest.pulls.listReviews(merge);
  assert.deepEqual(
    reviews.map(({ state }) => state),
    ['DISMISSED'],
    'a push dismisses the approvals of the commit before it',
  );
  assert.ok(sha.length === 40);
  const admins = [{ actor_id: 5, actor_type: 'RepositoryRole', bypass_mode: 'always' }];
  await olivia.rest.repos.updateRepoRuleset({ ...rule(admins), ruleset_id: made.id });
  assert.equal((await olivia.rest.pulls.merge(merge)).data.merged, true);
  const { data: rules } = await machine.rest.repos.getBranchRules(main);
  assert.deepEqual(
    rules.map(({ type }) => type),
    ['pull_request'],
  );
});

test('required checks hold a merge back until they succeed', async () => {
  const { sha, ...merge } = await pullOf({ README: 'checked\n' });
  await olivia.rest.repos.updateBranchProtection({
    ...main,
    ...open,
    required_status_checks: { strict: false, contexts: ['ci'] },
  });
  const tell = (state: 'pending' | 'success') =>
    machine.rest.repos.createCommitStatus({ ...repo, sha, state, context: 'ci' });
  await assert.rejects(olivia.rest.pulls.merge(merge), { status: 405, message: /is expected/ });
  await tell('pending');
  await assert.rejects(olivia.rest.pulls.merge(merge), { status: 405, message: /in progress/ });
  await tell('success');
  assert.equal((await olivia.rest.pulls.merge(merge)).status, 200);
});
