import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { createGithubForge } from '../../reconciler/adapters/github/forge.ts';
import { commitFiles, startGithubWorld } from '../local-cloud/github/github-world.ts';
import { createClient } from './github-client.ts';
import { clockOf } from './github-clock.ts';

const world = await startGithubWorld();
const { github, repository, clock, url } = world;
after(() => world.close());
const machine = createClient(url, github.token);
const repo = { owner: 'aura', repo: 'agents' };
await commitFiles(repository, 'main', {
  '.github/workflows/reconcile.yml': 'name: Reconcile\non: [workflow_dispatch, schedule]\n',
});

test('a workflow runs, fails, runs again and is cancelled', async () => {
  const { data: listed } = await machine.rest.actions.listRepoWorkflows(repo);
  assert.deepEqual(
    listed.workflows.map(({ name, path, state }) => [name, path, state]),
    [['Reconcile', '.github/workflows/reconcile.yml', 'active']],
  );
  const run_id = github.actions().startRun('reconcile.yml', 'schedule');
  const one = { ...repo, run_id };
  const get = async () => (await machine.rest.actions.getWorkflowRun(one)).data;
  const started = await get();
  assert.deepEqual(
    [started.name, started.status, started.workflow_id],
    ['Reconcile', 'in_progress', listed.workflows[0]?.id],
  );
  await assert.rejects(machine.rest.actions.reRunWorkflow(one), { status: 403 });
  github.actions().finishRun(run_id, 'failure');
  await assert.rejects(machine.rest.actions.cancelWorkflowRun(one), { status: 409 });
  assert.equal((await machine.rest.actions.reRunWorkflow(one)).status, 201);
  assert.deepEqual([(await get()).status, (await get()).run_attempt], ['in_progress', 2]);
  assert.equal((await machine.rest.actions.cancelWorkflowRun(one)).status, 202);
  assert.equal((await get()).conclusion, 'cancelled');
  const { data: found } = await machine.rest.actions.listWorkflowRuns({
    ...repo,
    workflow_id: 'reconcile.yml',
    status: 'cancelled',
  });
  assert.equal(found.total_count, 1);
  const { data: jobs } = await machine.rest.actions.listJobsForWorkflowRun(one);
  assert.deepEqual(
    jobs.jobs.map(({ status, conclusion }) => [status, conclusion]),
    [['completed', 'cancelled']],
  );
});

test('runs that are not over are listed, with the commit that they were created on', async () => {
  const settings = { token: github.token, repository: 'aura/agents', apiUrl: url };
  const { activeRuns } = createGithubForge({ ...settings, clock: clockOf(world) });
  assert.deepEqual(await activeRuns('reconcile.yml'), []);
  assert.deepEqual(await activeRuns('unknown.yml'), []);
  const run = github.actions().startRun('reconcile.yml', 'schedule');
  const main = await repository.resolve('refs/heads/main');
  const createdMs = Math.floor(clock.now() / 1000) * 1000;
  const [active, ...others] = await activeRuns('reconcile.yml');
  assert.deepEqual([active?.begun, active?.reads, others], [true, 'fleet', []]);
  assert.equal(active?.main, main);
  assert.ok(Math.abs((active?.createdMs ?? 0) - createdMs) <= 1000);
  github.actions().finishRun(run, 'success');
  assert.deepEqual(await activeRuns('reconcile.yml'), []);
});

test('logs are behind a redirect that is valid for a minute', async () => {
  const run_id = github.actions().startRun('reconcile.yml', 'schedule');
  github.actions().finishRun(run_id, 'success');
  const { data: zip } = await machine.rest.actions.downloadWorkflowRunLogs({ ...repo, run_id });
  const bytes = Buffer.from(zip as ArrayBuffer);
  assert.deepEqual([...bytes.subarray(0, 4)], [0x50, 0x4b, 3, 4]);
  assert.ok(bytes.includes('0_reconcile.txt') && bytes.includes('success'));
  const { data } = await machine.rest.actions.listJobsForWorkflowRun({ ...repo, run_id });
  const job = data.jobs[0]?.id ?? 0;
  const path = `${url}/repos/aura/agents/actions/jobs/${job}/logs`;
  const headers = { authorization: `Bearer ${github.token}` };
  const redirect = await fetch(path, { headers, redirect: 'manual' });
  const address = redirect.headers.get('location') ?? '';
  assert.equal(redirect.status, 302);
  assert.match(await (await fetch(address)).text(), /reconcile\.yml, by schedule/);
  clock.advance(61);
  assert.equal((await fetch(address)).status, 404);
  assert.equal((await fetch(`${address.slice(0, -1)}x`)).status, 404);
});

test('variables are read as written; of secrets only the name is returned', async () => {
  const { actions } = machine.rest;
  const variable = { ...repo, name: 'fleet', value: 'aura' };
  await actions.createRepoVariable(variable);
  await assert.rejects(actions.createRepoVariable(variable), { status: 409 });
  await actions.updateRepoVariable({ ...repo, name: 'FLEET', value: 'beta' });
  const { data: read } = await actions.getRepoVariable({ ...repo, name: 'FLEET' });
  assert.deepEqual([read.name, read.value], ['FLEET', 'beta']);
  await actions.deleteRepoVariable({ ...repo, name: 'FLEET' });
  assert.equal((await actions.listRepoVariables(repo)).data.total_count, 0);

  const { data: key } = await actions.getRepoPublicKey(repo);
  assert.equal(Buffer.from(key.key, 'base64').length, 32);
  const sealed = Buffer.alloc(64, 7).toString('base64');
  const secret = { ...repo, secret_name: 'TOKEN', encrypted_value: sealed, key_id: key.key_id };
  assert.equal((await actions.createOrUpdateRepoSecret(secret)).status, 201);
  assert.equal((await actions.createOrUpdateRepoSecret(secret)).status, 204);
  await assert.rejects(actions.createOrUpdateRepoSecret({ ...secret, key_id: '1' }), {
    status: 422,
  });
  const { data: names } = await actions.listRepoSecrets(repo);
  assert.deepEqual(Object.keys(names.secrets[0] ?? {}), ['name', 'created_at', 'updated_at']);
});

test('deliveries are listed, and sent again when asked', async (t) => {
  const got: { event: string; body: string }[] = [];
  let arrived = () => {};
  const receiver = createServer((request, response) => {
    void text(request).then((body) => {
      response.end('ok');
      got.push({ event: String(request.headers['x-github-event']), body });
      arrived();
    });
  });
  await new Promise<void>((listening) => receiver.listen(0, '127.0.0.1', listening));
  t.after(() => {
    receiver.close();
    receiver.closeAllConnections();
  });
  const until = (count: number) =>
    new Promise<void>((resolve) => {
      arrived = () => (got.length >= count ? resolve() : undefined);
      arrived();
    });
  const address = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hooks`;
  const config = { url: address, secret: 's', content_type: 'json' };
  const { data: hook } = await machine.rest.repos.createWebhook({ ...repo, config });
  assert.equal(hook.config.secret, '********');
  await until(1);
  await commitFiles(repository, 'announced', { A: '1\n' }, 'main');
  await until(2);
  assert.deepEqual(
    got.map(({ event }) => event),
    ['ping', 'push'],
  );
  const one = { ...repo, hook_id: hook.id };
  const { data: listed } = await machine.rest.repos.listWebhookDeliveries(one);
  assert.deepEqual(
    listed.map(({ event, redelivery }) => [event, redelivery]),
    [
      ['push', false],
      ['ping', false],
    ],
  );
  const delivery_id = listed[0]?.id ?? 0;
  await machine.rest.repos.redeliverWebhookDelivery({ ...one, delivery_id });
  await until(3);
  assert.equal(got[2]?.body, got[1]?.body);
  const { data: full } = await machine.rest.repos.getWebhookDelivery({ ...one, delivery_id });
  assert.match(full.request.headers?.['x-hub-signature-256'] as string, /^sha256=[0-9a-f]{64}$/);
});
