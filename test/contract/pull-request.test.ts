/** What the check of a pull request says, against the local cloud's GitHub and its git server. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { AgentRecord } from '../../reconciler/core/fleet/recorded.ts';
import { commentOf } from '../../reconciler/core/pull-request/report.ts';
import { checkPullRequest } from '../../reconciler/flows/pull-request/check-pull-request.ts';
import { at, recordNo } from '../builders/world.ts';
import { commitFiles } from '../local-cloud/github/github-world.ts';
import { path, startPullRequestWorld, textNo, usualFiles, without } from './pull-request-world.ts';

type Files = Readonly<Record<string, string>>;

async function start(t: TestContext, options: Parameters<typeof startPullRequestWorld>[0] = {}) {
  const world = await startPullRequestWorld(options);
  t.after(() => world.close());
  return world;
}

async function reportOf(world: Awaited<ReturnType<typeof start>>, files: Files) {
  const number = await world.propose(files);
  const checked = await checkPullRequest(world.ports, number);
  assert.ok(checked.kind === 'checked');
  return checked.report;
}

function golden(t: TestContext, report: Parameters<typeof commentOf>[0]): void {
  t.assert.snapshot(commentOf(report, 'the artefact of run 7'), { serializers: [String] });
}

test('a file that is added', async (t) => {
  golden(t, await reportOf(await start(t), { ...usualFiles, [path(3)]: textNo(3) }));
});

test('files that are edited: a plan, a configuration, a revision, power', async (t) => {
  const files = {
    ...usualFiles,
    [path(1)]: textNo(1, { plan: 'pro' }),
    [path(2)]: textNo(2, { config: { model: 'another' } }),
  };
  golden(t, await reportOf(await start(t), files));
});

test('a revision that is raised, and an agent that is stopped', async (t) => {
  const files = {
    ...usualFiles,
    [path(1)]: textNo(1, { revision: 2 }),
    [path(2)]: textNo(2, { power: 'stopped' }),
  };
  golden(t, await reportOf(await start(t), files));
});

test('a file that is removed, as the revert of a create does', async (t) => {
  golden(t, await reportOf(await start(t), without(usualFiles, path(2))));
});

test('files that are removed by one commit', async (t) => {
  golden(t, await reportOf(await start(t), without(usualFiles, path(1), path(2))));
});

test('files that are broken, foreign text among them', async (t) => {
  const world = await start(t);
  const files = {
    ...usualFiles,
    [path(1)]: textNo(1).replace('power: running', 'power: <img src=x> @aura/operators'),
    'orphans/server-1.yaml': 'kind: Orphan\ndecision: "`perhaps`"\n',
  };
  const report = await reportOf(world, files);
  assert.ok(report.problems.length > 1);
  golden(t, report);
});

test('a catalog that is broken stops every run', async (t) => {
  const report = await reportOf(await start(t), {
    ...usualFiles,
    'catalog.yaml': 'kind: Catalog\n',
  });
  assert.equal(report.plan.kind, 'none');
  golden(t, report);
});

const retired = { at: at(-30), by: 'person', reason: 'gone <b>@all</b>' } as const;
const retiredFiles = { ...usualFiles, [path(2)]: textNo(2, { retired }) };

test('a tombstone', async (t) => {
  golden(t, await reportOf(await start(t), retiredFiles));
});

test('the revert of a tombstone while the VM is there', async (t) => {
  const world = await start(t);
  await commitFiles(world.repository, 'main', retiredFiles);
  golden(t, await reportOf(world, usualFiles));
});

test('the revert of a tombstone once the VM is destroyed', async (t) => {
  const { server: _gone, tailnet: _left, configured: _too, ...rest } = recordNo(2);
  const ended: AgentRecord = {
    ...rest,
    phase: 'retired',
    destroyed: [{ at: at(-20), server: '1002', kind: 'retire' }],
    gone: at(-10),
  };
  const world = await start(t, { records: [recordNo(1), ended] });
  await commitFiles(world.repository, 'main', retiredFiles);
  golden(t, await reportOf(world, usualFiles));
});

test('what a limit defers and refuses', async (t) => {
  const world = await start(t);
  const policy = `${usualFiles['policy.yaml']}limits: {createsPerRunMax: 1}\n`;
  await commitFiles(world.repository, 'main', { ...usualFiles, 'policy.yaml': policy });
  const files = {
    'catalog.yaml': usualFiles['catalog.yaml'] ?? '',
    'policy.yaml': policy,
    [path(1)]: textNo(1, { retired }),
    [path(2)]: textNo(2, { retired }),
    [path(3)]: textNo(3),
    [path(4)]: textNo(4),
  };
  golden(t, await reportOf(world, files));
});

test('without recorded prices nothing is said about creates, and that is said', async (t) => {
  const world = await start(t, { priced: false });
  golden(t, await reportOf(world, { ...usualFiles, [path(3)]: textNo(3) }));
});

test('what changes nothing, and what main changed since, is no effect', async (t) => {
  const world = await start(t);
  const number = await world.propose({ ...usualFiles, [path(1)]: `# a note\n${textNo(1)}` });
  await commitFiles(world.repository, 'main', { ...usualFiles, [path(3)]: textNo(3) });
  const checked = await checkPullRequest(world.ports, number);
  assert.ok(checked.kind === 'checked' && checked.report.plan.kind === 'made');
  assert.deepEqual(checked.report.plan.effects.effects, []);
});

test('a conflict is a failure, and so is a merge that GitHub has not made yet', async (t) => {
  const world = await start(t);
  const number = await world.propose({ ...usualFiles, [path(1)]: textNo(1, { plan: 'pro' }) });
  await commitFiles(world.repository, 'main', {
    ...usualFiles,
    [path(1)]: textNo(1, { plan: 'gold' }),
  });
  await assert.rejects(checkPullRequest(world.ports, number), { reason: 'Conflict' });
});

test('a closed pull request, and one into another branch, are left alone', async (t) => {
  const world = await start(t);
  const number = await world.propose({ ...usualFiles, [path(3)]: textNo(3) });
  const one = { owner: 'aura', repo: 'agents', pull_number: number };
  await commitFiles(world.repository, 'side', usualFiles, 'main');
  await world.operator.rest.pulls.update({ ...one, base: 'side' });
  assert.equal((await checkPullRequest(world.ports, number)).kind, 'skipped');
  await world.operator.rest.pulls.update({ ...one, base: 'main', state: 'closed' });
  assert.equal((await checkPullRequest(world.ports, number)).kind, 'skipped');
});
