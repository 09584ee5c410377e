/** `reconcile.yml` run by `act`, and what can go wrong around its jobs. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Run } from '../../local-cloud/github/actions-records.ts';
import { agentPath, parseAgentId } from '../../reconciler/core/agent/agent.ts';
import { until } from '../support/until.ts';
import { type ActionsFleet, policyWith, startActionsFleet } from './actions-fleet.ts';
import { failedLines, jobsOf } from './actions-world.ts';
import { draft, tip } from './git-world.ts';
import { createClient } from './github-client.ts';

let fleet: ActionsFleet;
before(async () => {
  fleet = await startActionsFleet(policyWith('concurrency: 4, shardsMax: 2'), 43);
});
after(() => fleet.close());

const here = { owner: 'aura', repo: 'agents' };
const person = () => {
  const { addresses, world } = fleet.cloud;
  return createClient(addresses.github, world.github.tokenOfPerson('olga'));
};
const servers = () => fleet.cloud.world.hetzner.servers();
const running = () =>
  servers()
    .filter(({ status }) => status === 'running')
    .map(({ name }) => name);
const dispatch = async () => {
  const event = { name: 'repository_dispatch', type: 'aura-reconcile', payload: {} } as const;
  const [run] = await fleet.engine.start(event);
  await fleet.engine.idle();
  return run ?? assert.fail('no run');
};
const inProgress = (workflow: string): Run | undefined =>
  fleet.runs().find((run) => run.workflow === workflow && run.conclusion === null);
const locks = async () =>
  (await fleet.cloud.world.s3.keys()).filter((key) => key.endsWith('.tflock'));

describe('two pushes within a second', () => {
  test('end in one consistent world: each agent has one server', async () => {
    fleet.newRuns('reconcile.yml');
    const [first] = await fleet.pay(1);
    const [second] = await fleet.pay(1);
    await fleet.engine.idle();
    const runs = fleet.newRuns('reconcile.yml');
    for (const run of runs) assert.equal(run.conclusion, 'success', failedLines(run));
    assert.deepEqual(running().sort(), [first, second].sort());
    assert.deepEqual(Object.values(await fleet.phases()), ['running', 'running']);
  });
});

describe('a run that is cancelled in the middle of a create', () => {
  test('leaves no lock for good, and its second attempt goes on at once', async () => {
    const [id = ''] = await fleet.pay(1);
    await until('its server is created', () => servers().some(({ name }) => name === id));
    const run = inProgress('reconcile.yml') ?? assert.fail('no run is in progress');
    await person().rest.actions.cancelWorkflowRun({ ...here, run_id: run.id });
    await fleet.engine.idle();
    assert.equal(run.conclusion, 'cancelled');
    // It was asked to end, as GitHub does: it gave up its lease, and Terraform its lock.
    assert.deepEqual(await locks(), []);
    const before = servers().length;

    await person().rest.actions.reRunWorkflow({ ...here, run_id: run.id });
    await fleet.engine.idle();
    assert.equal(run.attempt, 2);
    assert.equal(run.conclusion, 'success', failedLines(run));
    assert.equal(servers().length, before, 'it is finished on the server that was made');
    assert.equal((await fleet.phases())[id], 'running');
    assert.deepEqual(await locks(), []);
  });
});

describe('a stop that is pushed while a run works', () => {
  test('stops every stage, finalize included, and its end lets the next run go on', async () => {
    const [id = ''] = await fleet.pay(1);
    await until('a shard has begun', () => {
      const run = inProgress('reconcile.yml');
      return (
        run?.jobs.some(({ name, startedMs }) => name.startsWith('apply') && startedMs !== null) ===
        true
      );
    });
    const one = fleet.person();
    const base = await one.fetch('stop');
    await one.push('stop', base, [draft('An incident', { why: 'an incident' })]);
    const mainBefore = (await tip(fleet.person())).commit;
    await fleet.engine.idle();
    const run = fleet.newRuns('reconcile.yml').at(-1) ?? assert.fail('no run');
    assert.notEqual(run.conclusion, null);
    assert.ok(!running().includes(id), 'nothing is brought up under a stop');
    assert.equal((await tip(fleet.person())).commit, mainBefore, 'finalize commits nothing');

    await fleet.person().resume();
    const next = await dispatch();
    assert.equal(next.conclusion, 'success', failedLines(next));
    if (!running().includes(id)) await dispatch();
    assert.ok(running().includes(id));
    assert.deepEqual(await locks(), []);
  });
});

describe('a machine that may not push', () => {
  test('says so, loses nothing, and goes on once it may', async () => {
    const url = 'PUT /repos/{owner}/{repo}/branches/{branch}/protection';
    const rule = {
      required_status_checks: null,
      enforce_admins: true,
      required_pull_request_reviews: null,
    };
    const restrictions = { users: ['olga'], teams: [], apps: [] };
    await person().request(url, { ...here, branch: 'status', ...rule, restrictions });
    const [id = ''] = await fleet.pay(1);
    await fleet.engine.idle();
    const refused = fleet.newRuns('reconcile.yml').at(-1) ?? assert.fail('no run');
    const lines = refused.jobs.flatMap((job) => job.lines).join('\n');
    assert.match(lines, /refuses the push|protected/i);
    assert.ok(!servers().some(({ name }) => name === id), 'nothing is bought without a lease');

    await person().rest.repos.deleteBranchProtection({ ...here, branch: 'status' });
    const next = await dispatch();
    assert.equal(next.conclusion, 'success', failedLines(next));
    assert.ok(running().includes(id));
  });
});

describe('a commit made while a run works', () => {
  test('is taken by the next one', async () => {
    const [id = ''] = await fleet.pay(1);
    await until('its server is created', () => servers().some(({ name }) => name === id));
    const parsed = parseAgentId(id) ?? assert.fail(id);
    const path = agentPath(parsed);
    const { text = '' } = (await (await tip(fleet.person())).read(path)) ?? {};
    await fleet.commit({ [path]: text.replace('power: running', 'power: stopped') });
    await fleet.engine.idle();
    const status = () => servers().find(({ name }) => name === id)?.status;
    if (status() !== 'off') await dispatch();
    assert.equal(status(), 'off');
  });
});

describe('reverts by an operator', () => {
  test('of a create retire the agent, and of the tombstone bring it back', async () => {
    const [id = ''] = await fleet.pay(1);
    await fleet.engine.idle();
    const path = agentPath(parseAgentId(id) ?? assert.fail(id));
    const { text = '' } = (await (await tip(fleet.person())).read(path)) ?? {};
    await fleet.commit({ [path]: null });
    await fleet.engine.idle();
    await dispatch();
    const restored = (await (await tip(fleet.person())).read(path))?.text ?? '';
    assert.match(restored, /^ {2}retired:/m);
    await fleet.engine.idle();
    assert.ok(!running().includes(id), 'it is switched off for its grace');

    await fleet.commit({ [path]: text });
    await fleet.engine.idle();
    if (!running().includes(id)) await dispatch();
    assert.ok(running().includes(id));
    assert.equal(
      jobsOf(fleet.newRuns('reconcile.yml').at(-1) ?? assert.fail('no run'))[0],
      'plan: success',
    );
  });
});
