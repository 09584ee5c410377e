/** What the jobs of a pull request get, by whether it comes from a fork. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attemptOf, type RunPlace } from '../../../local-cloud/actions/attempt.ts';
import { forFork } from '../../../local-cloud/actions/fork.ts';
import { createGroups } from '../../../local-cloud/actions/groups.ts';
import type { ActionsEvent } from '../../../local-cloud/actions/triggers.ts';
import { readWorkflow } from '../../../local-cloud/actions/workflow.ts';
import { startGithubWorld } from '../github/github-world.ts';

const repo = { owner: 'aura', repo: 'agents' };

async function startPlace() {
  const world = await startGithubWorld();
  const { github, clock, root, url } = world;
  const { jobSettings } = github;
  jobSettings.setVariable('PLACE', 'here');
  for (const secrets of [jobSettings.secrets, jobSettings.environment('production').secrets])
    jobSettings.setSecret(secrets, 'KEY', 'of the repository');
  const place: RunPlace = {
    ...{ store: github.actions(), clock, groups: createGroups(), fullName: 'aura/agents', root },
    ...{ apiUrl: url, gitUrl: url },
    runner: { act: '', standIns: new Map(), toolCache: '', isFresh: false, path: '', env: {} },
    settings: jobSettings.forJobs,
    tokenFor: github.jobs.tokenFor,
    idToken: () => ({ ACTIONS_ID_TOKEN_REQUEST_URL: url }),
    onJob: () => {},
  };
  return { ...world, place };
}

function attemptFrom(place: RunPlace, fork: string | null) {
  const sha = 'a'.repeat(40);
  const sides = { base: 'main', head: 'x', fork, headSha: sha, sha };
  const event: ActionsEvent = { name: 'pull_request', action: 'opened', number: 1, ...sides };
  return attemptOf(place, {
    run: place.store.openRun('w.yml', 'pull_request', sha),
    workflow: readWorkflow('w.yml', 'on: pull_request\njobs: {one: {runs-on: x, steps: []}}'),
    by: { event, ref: 'refs/pull/1/merge', sha },
    cancelling: new AbortController(),
    done: new Map(),
    kept: new Map(),
  });
}

test('a pull request from a fork gets no variable and no secret', async (t) => {
  const { place, close } = await startPlace();
  t.after(close);
  const [own, stranger] = [attemptFrom(place, null), attemptFrom(place, 'stranger')];
  const given = ({ settings, contexts }: typeof own) => [
    contexts['vars'],
    settings.variables,
    settings.secrets,
    settings.environments.get('production')?.secrets,
  ];
  const [variables, secrets] = [{ PLACE: 'here' }, { KEY: 'of the repository' }];
  assert.deepEqual(given(own), [variables, variables, secrets, secrets]);
  assert.deepEqual(given(stranger), [{}, {}, {}, {}]);
  const headOf = ({ contexts }: typeof own) =>
    (contexts['github'] as { event: { pull_request: { head: { repo: unknown } } } }).event
      .pull_request.head.repo;
  assert.deepEqual(headOf(own), { full_name: 'aura/agents', fork: false });
  assert.deepEqual(headOf(stranger), { full_name: 'stranger/agents', fork: true });
});

test('its token may only read, and it can ask for no ID token', async (t) => {
  const { place, first, clientOf, close } = await startPlace();
  t.after(close);
  const job = { run: place.store.openRun('w.yml', 'push', first), ref: '', environment: null };
  const branchBy = (one: RunPlace, name: string) => {
    const { token } = one.tokenFor({ contents: 'write' });
    return clientOf(token).rest.git.createRef({ ...repo, ref: `refs/heads/${name}`, sha: first });
  };
  assert.equal((await branchBy(place, 'own')).status, 201);
  await assert.rejects(branchBy(forFork(place), 'stranger'), { status: 403 });
  assert.deepEqual(Object.keys(place.idToken(job)), ['ACTIONS_ID_TOKEN_REQUEST_URL']);
  assert.deepEqual(forFork(place).idToken(job), {});
});
