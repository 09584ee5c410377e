/** The other workflows of the template, run by `act`: validate, drift, resync, image. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Finding } from '../../reconciler/app/cli/verbs/doctor.ts';
import { agentPath, parseAgentId } from '../../reconciler/core/agent/agent.ts';
import type { Plan } from '../../reconciler/core/plan/plan.ts';
import { auraJson } from '../app/cli/program.ts';
import { type ActionsFleet, policyWith, startActionsFleet } from './actions-fleet.ts';
import { failedLines, jobNamed, jobsOf } from './actions-world.ts';
import { draft, tip } from './git-world.ts';
import { createClient } from './github-client.ts';

let fleet: ActionsFleet;
let path = '';
before(async () => {
  fleet = await startActionsFleet(policyWith('concurrency: 4'), 47);
  const [id = ''] = await fleet.pay(1);
  await fleet.engine.idle();
  path = agentPath(parseAgentId(id) ?? assert.fail(id));
});
after(() => fleet.close());

const here = { owner: 'aura', repo: 'agents' };
const person = () => {
  const { addresses, world } = fleet.cloud;
  return createClient(addresses.github, world.github.tokenOfPerson('olga'));
};
const byHand = async (workflow: string) => {
  const event = { name: 'workflow_dispatch', workflow, ref: 'main', inputs: {} } as const;
  const [run] = await fleet.engine.start(event);
  await fleet.engine.idle();
  assert.equal(run?.conclusion, 'success', run && failedLines(run));
  return run;
};

/** Pushes an edit of the agent's file to a branch. */
async function edit(branch: string, change: (text: string) => string): Promise<void> {
  const one = fleet.person();
  const base = (await one.fetch(branch)) ?? (await tip(one));
  const { text = '' } = (await base.read(path)) ?? {};
  if ((await one.fetch(branch)) === null) await one.createBranch(branch, base.commit);
  const on = await one.fetch(branch);
  const pushed = await one.push(branch, on, [draft('An edit', { [path]: change(text) })]);
  assert.equal(pushed.kind, 'pushed');
}

describe('a pull request', () => {
  test('is validated without secrets: one check and one comment, updated in place', async () => {
    await edit('stop-it', (text) => text.replace('power: running', 'power: stopped'));
    const asked = { ...here, head: 'stop-it', base: 'main', title: 'Stop it' };
    const { data: pull } = await person().rest.pulls.create(asked);
    await fleet.engine.idle();
    const [first] = fleet.newRuns('validate.yml');
    assert.equal(first?.conclusion, 'success', first && failedLines(first));
    const comments = () =>
      person().rest.issues.listComments({ ...here, issue_number: pull.number });
    const [comment, ...more] = (await comments()).data;
    assert.deepEqual(more, []);
    assert.equal(comment?.user?.login, 'github-actions[bot]');
    assert.match(comment.body ?? '', /stopped|off/);

    await edit('stop-it', (text) => text.replace('power: stopped', 'power: sideways'));
    await fleet.engine.idle();
    const [second] = fleet.newRuns('validate.yml');
    assert.equal(second?.conclusion, 'failure', second && jobsOf(second).join());
    const [again, ...others] = (await comments()).data;
    assert.deepEqual(others, []);
    assert.equal(again?.id, comment.id);
    assert.notEqual(again?.body, comment.body);
    const ref = second.sha ?? '';
    const checks = await person().rest.checks.listForRef({ ...here, ref });
    const named = checks.data.check_runs.filter(({ name }) => name === 'validate');
    assert.deepEqual(
      named.map(({ conclusion }) => conclusion),
      ['failure'],
    );
    for (const run of [first, second])
      assert.doesNotMatch(jobNamed(run, 'validate').lines.join('\n'), /HCLOUD|STRIPE/);
  });
});

describe('doctor', () => {
  test('reads the settings that these jobs got', async () => {
    const { addresses, world } = fleet.cloud;
    const env = { ...addresses.env, GITHUB_TOKEN: world.github.tokenOfPerson('olga') };
    const { document } = await auraJson(['doctor', '--repository'], env);
    const checks = new Map(
      (document['checks'] as readonly Finding[]).map((one) => [one.name, one]),
    );
    for (const name of ['environment', 'secrets', 'variables'])
      assert.deepEqual([name, checks.get(name)?.ok], [name, true], checks.get(name)?.message);
  });
});

describe('by hand', () => {
  test('drift.yml has Terraform read each agent, and compares money', async () => {
    // A new server is still changing: Terraform reads it later.
    fleet.cloud.world.clock.advance(20 * 60);
    const run = await byHand('drift.yml');
    const lines = jobNamed(run, 'drift').lines.join('\n');
    const kept = join(fleet.engine.artifact(run, 'plan'), 'plan.json');
    const { deepChecks } = JSON.parse(await readFile(kept, 'utf8')) as Plan;
    assert.deepEqual(
      deepChecks.map(({ outcome }) => outcome),
      ['agrees'],
    );
    assert.match(lines, /EUR/);
  });

  test('resync.yml compares all subscriptions with all files', async () => {
    const run = await byHand('resync.yml');
    assert.match(jobNamed(run, 'resync').lines.join('\n'), /1 subscriptions read, 0 files written/);
  });

  test('image.yml makes an image and proposes it', async () => {
    await byHand('image.yml');
    const { data } = await person().rest.pulls.list({ ...here, state: 'open' });
    const proposal = data.find(({ head }) => head.ref.includes('image'));
    assert.ok(proposal !== undefined, data.map(({ title }) => title).join());
  });
});
