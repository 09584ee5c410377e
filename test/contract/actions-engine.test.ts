/** Workflows in the local cloud: what GitHub keeps around the jobs, and the jobs by `act`. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Run } from '../../local-cloud/github/actions-records.ts';
import { until } from '../support/until.ts';
import { type ActionsWorld, jobNamed, jobsOf, startActionsWorld } from './actions-world.ts';
import { createClient } from './github-client.ts';

const own = (name: string) => `.github/workflows/${name}.yml`;

const whole = `
name: Whole
on: {repository_dispatch: {types: [whole]}}
permissions: {contents: read}
env: {WHERE: "\${{ github.repository }}"}
jobs:
  plan:
    runs-on: ubuntu-latest
    environment: production
    outputs: {shards: "\${{ steps.one.outputs.shards }}", text: "\${{ steps.one.outputs.text }}"}
    steps:
      - id: one
        env: {KEY: "\${{ secrets.AURA_APP_PRIVATE_KEY }}"}
        run: |
          echo 'shards=["1/2","2/2"]' >> "$GITHUB_OUTPUT"
          echo "text=it's \\"so\\"" >> "$GITHUB_OUTPUT"
          echo "$KEY"
          echo "run $GITHUB_RUN_ID.$GITHUB_RUN_ATTEMPT of $WHERE, event \${{ github.event.client_payload.because }}"
      - {run: "mkdir out && echo whole > out/plan"}
      - uses: actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02
        with: {name: plan, path: out/plan, if-no-files-found: error}
  apply:
    needs: plan
    if: needs.plan.outputs.shards != '[]'
    runs-on: ubuntu-latest
    strategy: {fail-fast: false, matrix: {shard: "\${{ fromJSON(needs.plan.outputs.shards) }}"}}
    steps:
      - uses: actions/download-artifact@d3f86a106a0bac45b974a628896c90dbdf5c8093
        with: {name: plan}
      - run: echo "shard $SHARD with $(cat plan) and '$SECRET' $TEXT"
        env: {SHARD: "\${{ matrix.shard }}", SECRET: "\${{ secrets.HCLOUD_TOKEN }}", TEXT: "\${{ needs.plan.outputs.text }}"}
      - {run: "[ '\${{ matrix.shard }}' != '2/2' ] || [ \${{ github.run_attempt }} = 2 ]"}
  skipped:
    needs: apply
    runs-on: ubuntu-latest
    steps: [{run: "exit 0"}]
  finalize:
    needs: [plan, apply]
    if: \${{ !cancelled() && needs.plan.result == 'success' }}
    runs-on: ubuntu-latest
    steps: [{run: "echo 'apply \${{ needs.apply.result }}'"}]
`;
const long = `
on: {repository_dispatch: {types: [long]}}
jobs:
  long:
    runs-on: ubuntu-latest
    concurrency: {group: long}
    steps:
      - {run: "exec sleep 60"}
      - {if: "\${{ cancelled() }}", run: "echo was cancelled"}
      - {if: "\${{ success() }}", run: "echo was not"}
`;
const ends = (name: string, script: readonly string[]) => `
on: {repository_dispatch: {types: [${name}]}}
jobs:
  ${name}:
    runs-on: ubuntu-latest
    steps:
      - {run: "${script.join('; ')}"}
      - {if: "\${{ cancelled() }}", run: "echo was cancelled"}
      - {run: "echo was not"}
`;
const guarded = `
on: workflow_dispatch
jobs:
  guarded:
    runs-on: ubuntu-latest
    environment: production
    steps: [{run: "echo '\${{ secrets.HCLOUD_TOKEN }}'; echo 'App \${{ vars.AURA_APP_ID }}'"}]
  open:
    runs-on: ubuntu-latest
    steps: [{run: "echo 'token: \${{ secrets.HCLOUD_TOKEN }}.'"}]
`;

let world: ActionsWorld;
before(async () => {
  world = await startActionsWorld({
    [own('whole')]: whole,
    [own('long')]: long,
    [own('deaf')]: ends('deaf', [
      "trap 'echo INT' INT; trap 'echo TERM' TERM",
      'sleep 100 & echo child $!; while :; do wait $! || :; done',
    ]),
    [own('polite')]: ends('polite', [
      "trap 'echo tidied up; exit 130' INT",
      'sleep 100 & echo ready; wait $!',
    ]),
    [own('guarded')]: guarded,
  });
});
after(() => world.close());

const person = () => {
  const { addresses, world: parts } = world.cloud;
  return createClient(addresses.github, parts.github.tokenOfPerson('olga'));
};

const agents = { owner: 'aura', repo: 'agents' };
const started = async (run: Run) => {
  await until('a job starts', () => run.jobs.length > 0);
  return run.jobs[0] ?? assert.fail('no job');
};
const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
const dispatch = async (type: string) => {
  const [run] = await world.engine.start({
    name: 'repository_dispatch',
    type,
    payload: { because: 'a test' },
  });
  return run ?? assert.fail(`nothing was started by ${type}`);
};

describe('a run', () => {
  test('has its jobs in order, with outputs, artifacts, conditions and secrets of each', async () => {
    const run = await dispatch('whole');
    await world.engine.idle();
    assert.equal(run.conclusion, 'failure');
    assert.deepEqual(jobsOf(run), [
      'plan: success',
      'apply (1/2): success',
      'apply (2/2): failure',
      'skipped: skipped',
      'finalize: success',
    ]);
    const { lines } = jobNamed(run, 'plan');
    assert.ok(lines.includes(`run ${run.id}.1 of aura/agents, event a test`), lines.join('\n'));
    // A secret of the environment is in no log, and no other job has it.
    assert.doesNotMatch(lines.join('\n'), /PRIVATE KEY|[A-Za-z0-9+/]{60}/);
    const apply = jobNamed(run, 'apply (1/2)').lines;
    assert.ok(apply.includes(`shard 1/2 with whole and '' it's "so"`), apply.join('\n'));
    assert.ok(jobNamed(run, 'finalize').lines.includes('apply failure'));
    assert.deepEqual(
      run.artifacts.map(({ name }) => name),
      ['plan'],
    );

    const octokit = person();
    const here = { owner: 'aura', repo: 'agents', run_id: run.id };
    const shown = await octokit.rest.actions.listJobsForWorkflowRun(here);
    assert.equal(shown.data.total_count, 5);
    const { actions } = octokit.rest;
    const artifacts = await actions.listWorkflowRunArtifacts(here);
    assert.deepEqual(
      artifacts.data.artifacts.map(({ name }) => name),
      ['plan'],
    );
    const { id: job_id = 0 } = shown.data.jobs[0] ?? {};
    const one = await actions.getJobForWorkflowRun({ ...here, job_id });
    assert.equal(one.data.name, 'plan');
    const log = await actions.downloadJobLogsForWorkflowRun({ ...here, job_id });
    assert.match(String(log.data), /event a test/);
    await octokit.rest.actions.reRunWorkflowFailedJobs(here);
    await world.engine.idle();
    assert.equal(run.attempt, 2);
    assert.equal(run.conclusion, 'success', jobsOf(run).join());
    assert.equal(jobsOf(run).filter((job) => job.startsWith('plan')).length, 1);
  });

  test('that is cancelled ends its steps, runs those for it, and frees its group', async () => {
    const first = await dispatch('long');
    const second = await dispatch('long');
    const third = await dispatch('long');
    await until('a run', () => first.jobs[0]?.steps.length === 1);
    await until('a run', () => second.conclusion !== null);
    assert.equal(second.conclusion, 'cancelled');
    assert.equal(third.conclusion, null);
    const octokit = person();
    const here = { owner: 'aura', repo: 'agents' };
    await octokit.rest.actions.cancelWorkflowRun({ ...here, run_id: first.id });
    await until('a run', () => first.conclusion !== null);
    assert.equal(first.conclusion, 'cancelled');
    assert.deepEqual(jobNamed(first, 'long').lines, ['was cancelled']);
    await until('a run', () => third.jobs[0]?.steps.length === 1);
    await octokit.rest.actions.cancelWorkflowRun({ ...here, run_id: third.id });
    await world.engine.idle();
  });
});

describe('a step of a cancelled job', () => {
  test('is asked to end by SIGINT and SIGTERM, and is killed with all that it started', async () => {
    const run = await dispatch('deaf');
    const { lines } = run.jobs[0] ?? (await started(run));
    await until('it listens', () => lines.some((line) => line.startsWith('child ')));
    const child = Number(lines.find((line) => line.startsWith('child '))?.slice('child '.length));
    const asked = performance.now();
    await person().rest.actions.cancelWorkflowRun({ ...agents, run_id: run.id });
    await until('SIGINT', () => lines.includes('INT'));
    await until('SIGTERM', () => lines.includes('TERM'));
    const waited = performance.now() - asked;
    assert.ok(waited > 7000, `${waited} ms`);
    await world.engine.idle();
    assert.equal(run.conclusion, 'cancelled');
    assert.deepEqual(lines.slice(1), ['INT', 'TERM', 'was cancelled']);
    await until('what it started is gone', () => !isAlive(child));
  });

  test('that ends by itself is not killed, and its last words are in the log', async () => {
    const run = await dispatch('polite');
    const { lines } = run.jobs[0] ?? (await started(run));
    await until('it listens', () => lines.includes('ready'));
    await person().rest.actions.cancelWorkflowRun({ ...agents, run_id: run.id });
    await world.engine.idle();
    assert.equal(run.conclusion, 'cancelled');
    assert.deepEqual(lines, ['ready', 'tidied up', 'was cancelled']);
  });
});

describe('an environment', () => {
  test('gives its secrets to jobs of main that name it, and to no other branch', async () => {
    const { repository } = world.cloud.world;
    await repository.git(['update-ref', 'refs/heads/attack', 'refs/heads/main']);
    const event = { name: 'workflow_dispatch', workflow: 'guarded.yml', inputs: {} } as const;
    const [onMain] = await world.engine.start({ ...event, ref: 'main' });
    const [elsewhere] = await world.engine.start({ ...event, ref: 'attack' });
    assert.ok(onMain !== undefined && elsewhere !== undefined);
    await world.engine.idle();
    assert.deepEqual(jobsOf(onMain), ['guarded: success', 'open: success']);
    const [secret] = jobNamed(onMain, 'guarded').lines;
    assert.equal(secret, '***');
    assert.deepEqual(jobNamed(onMain, 'open').lines, ['token: .']);
    assert.deepEqual(jobsOf(elsewhere), ['guarded: failure', 'open: success']);
    assert.match(jobNamed(elsewhere, 'guarded').lines.join(), /environment protection rules/);
    assert.deepEqual(jobNamed(elsewhere, 'open').lines, ['token: .']);
  });
});

describe('settings', () => {
  test('that are changed by the API are those that the next jobs get', async () => {
    const { actions, repos } = person().rest;
    const here = { owner: 'aura', repo: 'agents' };
    const production = { ...here, environment_name: 'production' };
    const outcome = async () => {
      const event = { name: 'workflow_dispatch', workflow: 'guarded.yml', inputs: {} } as const;
      const [run] = await world.engine.start({ ...event, ref: 'attack' });
      await world.engine.idle();
      assert.ok(run !== undefined);
      const { conclusion, lines } = jobNamed(run, 'guarded');
      return [conclusion, ...lines, ...jobNamed(run, 'open').lines];
    };
    const named = { ...here, name: 'AURA_APP_ID' };
    const { value } = (await actions.getRepoVariable(named)).data;
    const bare = 'token: .';
    const [refused] = await outcome();
    assert.equal(refused, 'failure');
    await repos.createOrUpdateEnvironment({ ...production, deployment_branch_policy: null });
    assert.deepEqual(await outcome(), ['success', '***', `App ${value}`, bare]);
    await actions.updateRepoVariable({ ...named, value: '7' });
    await actions.deleteEnvironmentSecret({ ...production, secret_name: 'HCLOUD_TOKEN' });
    assert.deepEqual(await outcome(), ['success', '', 'App 7', bare]);
    const limited = { protected_branches: true, custom_branch_policies: false };
    await repos.createOrUpdateEnvironment({ ...production, deployment_branch_policy: limited });
    assert.equal((await outcome())[0], 'failure');
  });
});

describe('a schedule', () => {
  test('starts its workflow at its minute of the world, and no other does', async () => {
    const hourly = `
on: {schedule: [{cron: "41 * * * *"}]}
jobs:
  look:
    runs-on: ubuntu-latest
    steps: [{run: "echo at \${{ github.event.schedule }}"}]
`;
    // In the place of the template's, which have schedules of their own.
    const none = 'on: workflow_dispatch\njobs: {none: {runs-on: x, steps: [{run: "true"}]}}\n';
    const files = { [own('hourly')]: hourly, [own('reconcile')]: none, [own('drift')]: none };
    const scheduled = await startActionsWorld(files, { schedules: true });
    try {
      const { clock } = scheduled.cloud.world;
      const minute = new Date(clock.now()).getUTCMinutes();
      const toMinute = ((40 - minute + 60) % 60) * 60;
      clock.advance(toMinute);
      await scheduled.engine.idle();
      const before = scheduled.runs().length;
      clock.advance(120);
      await until('the schedule has started a run', () => scheduled.runs().length > before);
      await scheduled.engine.idle();
      const [run, ...more] = scheduled.runs().slice(before);
      assert.deepEqual([run?.workflow, run?.event, more], ['hourly.yml', 'schedule', []]);
      assert.deepEqual(run?.jobs[0]?.lines, ['at 41 * * * *']);
    } finally {
      await scheduled.close();
    }
  });
});
