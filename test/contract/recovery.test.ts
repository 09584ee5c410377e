/**
 * The verbs that explain and repair what was lost, as an operator runs them: against the
 * local cloud, with the real Terraform and the real git. One story, in order.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { agentStateKey } from '../../reconciler/core/fleet/observed.ts';
import { aura, auraJson } from '../app/cli/program.ts';
import { type Customer, policyText, toolsHere } from './fleet-world.ts';
import { type ServedWorld, startServedWorld } from './served-world.ts';

const run = promisify(execFile);

const skip = toolsHere() === null && 'terraform: the tools are not set up (`npm run setup`)';

type Json = Record<string, unknown>;

describe('recovery on the local cloud', { skip }, () => {
  let world: ServedWorld;
  let folder: string;
  let env: Record<string, string> = {};
  let [ada, ben]: Customer[] = [];
  const file = (name: string) => join(folder, name);
  const idOf = (agent: Customer | undefined) => agent?.id ?? assert.fail('no agent');

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'aura-recovery-'));
    world = await startServedWorld({ seed: 12, rate: 60, policy: policyText });
    env = world.env;
    assert.equal((await aura(['init'], env)).code, 0);
    ada = await world.pay('starter', 'eu-central');
    ben = await world.pay('pro', 'us-east');
  });
  after(async () => {
    await world?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const planCode = async () => (await aura(['plan'], env)).code;
  const states = async () => (await world.open()).states;

  test('explain has desired and observed state, and the next change', async () => {
    const before = await aura(['explain', idOf(ada)], env);
    assert.equal(before.code, 0, before.stderr);
    assert.match(before.stdout, /desired +it should run: access granted[\s\S]*no server/);
    assert.match(before.stdout, /row +create \(file: should run;/);
    const unknown = await auraJson(['explain', 'agt-000000000000'], env);
    assert.equal(unknown.code, 1);
  });

  test('apply from two laptops at once: one has the lease, nothing is doubled', async () => {
    assert.equal((await aura(['plan', '--out', file('plan.json')], env)).code, 2);
    const apply = () => auraJson(['apply', '--plan', file('plan.json')], env);
    const [first, second] = await Promise.all([apply(), apply()]);
    const outcomes = [first, second].flatMap(({ document }) =>
      (document['applied'] as { agent: string; outcome: string }[]).map(
        ({ agent, outcome }) => `${agent} ${outcome}`,
      ),
    );
    for (const { id } of [ada, ben].filter((one) => one !== undefined)) {
      assert.deepEqual(outcomes.filter((one) => one.startsWith(id)).sort(), [
        `${id} done`,
        `${id} skipped`,
      ]);
    }
    assert.equal(world.servers().length, 2);
    assert.equal((await aura(['reconcile'], env)).code, 0);
    assert.equal(await planCode(), 0);
  });

  test('explain, history, cost and inventory of a fleet that runs', async () => {
    const so = await auraJson(['explain', idOf(ada)], env);
    const { row, decision, attempts } = so.document as { row: Json } & Json;
    assert.deepEqual([row['name'], decision], ['none', 'nothing']);
    assert.equal((attempts as Json[]).length, 1);

    const { document } = await auraJson(['history', idOf(ada)], env);
    const [asked, done] = document['entries'] as Json[];
    assert.deepEqual([asked?.['kind'], asked?.['who']], ['decision', 'Stripe']);
    assert.deepEqual([done?.['kind'], done?.['outcome']], ['work', 'succeeded']);
    const all = await aura(['history', '--max', '3'], env);
    assert.equal(all.stdout.match(/^\S+Z? {2}(asked|done )/gm)?.length, 3, all.stdout);

    const cost = await aura(['cost'], env);
    assert.match(cost.stdout, /^2 servers, \d+\.\d\d EUR a month, net\nNone of them is/);
    assert.match(
      cost.stdout,
      new RegExp(`By plan\\n {2}plan .*\\n {2}pro +1 [\\s\\S]*${idOf(ada)}`),
    );

    const priced = await auraJson(['cost', '--max', '1'], env);
    assert.deepEqual([priced.code, (priced.document['agents'] as Json[]).length], [0, 1]);
    const checked = await auraJson(['cost', '--check'], env);
    assert.equal((checked.document['margins'] as Json[]).length, 2);

    const { document: hosts } = await auraJson(['inventory'], env);
    const { agents, _meta } = hosts as { agents: Json; _meta: { hostvars: Record<string, Json> } };
    assert.deepEqual(agents, { hosts: [idOf(ada), idOf(ben)].sort() });
    const vars = _meta.hostvars[idOf(ada)];
    assert.match(String(vars?.['ansible_host']), /^100\./);
    assert.deepEqual(JSON.parse((await aura(['inventory', '--list'], env)).stdout), hosts);
    const one = await aura(['inventory', '--host', idOf(ada)], env);
    assert.deepEqual(JSON.parse(one.stdout), vars);
    const none = await aura(['inventory', '--host', 'constructor'], env);
    assert.deepEqual([none.code, none.stdout], [0, '{}\n']);
  });

  test('a state that agrees, one that is gone, and one that holds something else', async () => {
    const id = idOf(ada);
    const key = agentStateKey('aura', id);
    const well = await aura(['state', id], env);
    assert.equal(well.code, 0, well.stdout + well.stderr);
    assert.match(well.stdout, /serial \d+: hcloud_server\.agent \d+\n {2}server \d+\n.* agree/);
    assert.equal((await aura(['import', id], env)).code, 3, 'there is one already');

    await (await states()).remove(key);
    const gone = await aura(['state', id], env);
    assert.equal(gone.code, 3);
    assert.match(gone.stdout, /state: server \d+ exists and no state holds it/);
    const imported = await aura(['import', id], env);
    assert.equal(imported.code, 0, imported.stdout + imported.stderr);
    assert.match(imported.stdout, /was imported into its state\. The server did not differ\.$/m);
    assert.equal((await aura(['state', id], env)).code, 0);

    const server = world.servers().find(({ name }) => name === id);
    assert.ok(server !== undefined);
    const labels = server.labels;
    server.labels = { ...labels, team: 'blue' };
    const drifted = await aura(['state', id], env);
    assert.match(drifted.stdout, /labels: team is missing in the state and blue on the server/);
    const rebuilt = await aura(['state', id, '--rebuild'], env);
    assert.equal(rebuilt.code, 0, rebuilt.stdout + rebuilt.stderr);
    const said = /was recreated from server \d+\. Repaired: labels\.$/m;
    assert.match(rebuilt.stdout, said);
    assert.equal((await aura(['state', id], env)).code, 0, 'Terraform took the label away');
    assert.equal(await planCode(), 0);
    assert.equal(world.servers().length, 2);
  });

  test('alarms are empty for a healthy fleet, and each is sent once a day otherwise', async () => {
    const actions = world.cloud.world.github.actions();
    actions.finishRun(actions.startRun('reconcile.yml', 'schedule'), 'success');
    assert.equal((await aura(['alarms'], env)).stdout, 'All is well.\n');

    const posted: Json[] = [];
    const receiver = createServer(async (request, response) => {
      posted.push(JSON.parse(await text(request)) as Json);
      response.end();
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const hook = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
    const wanting = {
      ...env,
      AURA_RECONCILE_WORKFLOW: 'nightly.yml',
      AURA_ALARM_MAIL_TO: 'ops@example.com',
      AURA_ALARM_WEBHOOK_URL: hook,
    };
    const unconfigured = await auraJson(['alarms', '--notify'], {
      ...env,
      AURA_RECONCILE_WORKFLOW: 'nightly.yml',
    });
    assert.equal(unconfigured.code, 1, 'no channel is configured');
    for (const sent of [2, 0]) {
      const { code, stdout, stderr } = await aura(['alarms', '--notify'], wanting);
      assert.equal(code, 3, stderr);
      assert.match(stdout, /page {2}NoSuccessfulRun\n {2}no run has ever succeeded/);
      assert.match(stderr, new RegExp(`${sent} of 2 notices are new`));
    }
    receiver.close();
    const mails = world.cloud.world.mail.mails().filter(({ to }) => to.includes('ops@example.com'));
    assert.deepEqual([mails.length, posted.length], [1, 1]);
    assert.match(String(posted[0]?.['text']), /no run has ever succeeded/);
  });

  test('metrics are served to holders of the token of the platform', async () => {
    const headers = { authorization: `Bearer ${env['AURA_PLATFORM_TOKENS']?.split(':').at(-1)}` };
    const answer = await fetch(`${env['AURA_PUBLIC_URL']}/metrics`, { headers });
    const body = await answer.text();
    assert.equal(answer.status, 200, body);
    assert.match(body, /^aura_agents\{phase="running"\} [12]$/m);
    assert.match(body, /^aura_last_successful_run_timestamp_seconds \d+$/m);
    assert.match(body, /^aura_intake_pushes_total [1-9]/m);
  });

  test('a lost repository is restored from its bundle, and no change follows', async () => {
    const made = await auraJson(['bundle'], env);
    assert.equal(made.code, 0, JSON.stringify(made.document));
    const tips = made.document['tips'] as Record<string, string>;
    const { repository } = world.cloud.world;
    for (const branch of ['main', 'status']) {
      assert.equal(await repository.resolve(`refs/heads/${branch}`), tips[branch]);
      await repository.git(['update-ref', '-d', `refs/heads/${branch}`]);
    }
    await repository.noticeChanges();
    assert.equal(await planCode(), 1, 'it is lost');

    // As docs/runbooks/restore-the-repository.md says.
    const fetched = await aura(['bundle', '--fetch', file('agents.bundle')], env);
    assert.equal(fetched.code, 0, fetched.stderr);
    assert.equal((await stat(file('agents.bundle'))).mode & 0o777, 0o600);
    assert.match((await readFile(file('agents.bundle'))).toString('latin1'), /^# v\d git bundle\n/);
    const git = (...args: string[]) => run('git', ['-C', file('restored.git'), ...args]);
    await run('git', ['init', '--quiet', '--bare', file('restored.git')]);
    await git('bundle', 'verify', '--quiet', file('agents.bundle'));
    await git('fetch', '--quiet', file('agents.bundle'), '+refs/heads/*:refs/heads/*');
    const token = world.cloud.world.github.tokenOfPerson('olga');
    const url = world.cloud.addresses.git.replace(/\/\/[^@]*@/, `//olga:${token}@`);
    await git('push', '--quiet', url, 'refs/heads/main', 'refs/heads/status');

    for (const branch of ['main', 'status'])
      assert.equal(await repository.resolve(`refs/heads/${branch}`), tips[branch]);
    const planned = await aura(['plan'], env);
    assert.equal(planned.code, 0, planned.stdout + planned.stderr);
    assert.match(planned.stdout, /Nothing to change\./);
    const { document } = await auraJson(['bundle', '--list'], env);
    assert.equal((document['bundles'] as Json[]).length, 1);
  });

  test('branch status is rebuilt under a stop only, and no change follows', async () => {
    const early = await aura(['status', 'rebuild'], env);
    assert.equal(early.code, 1);
    assert.match(early.stderr, /only under a stop: run `aura halt/);
    const { repository } = world.cloud.world;
    await repository.git(['update-ref', '-d', 'refs/heads/status']);
    await repository.noticeChanges();
    assert.equal(await planCode(), 3, 'a lost branch is a partial reading');
    const unknown = await aura(['status'], env);
    assert.equal(unknown.code, 3);
    assert.match(unknown.stdout, /^Branch status is missing: .*\n\n2 agents, phases unknown\n/);
    assert.match(unknown.stdout, new RegExp(`^${idOf(ada)} +unknown `, 'm'));
    const one = await auraJson(['status', idOf(ada)], env);
    assert.deepEqual([one.code, (one.document['agent'] as Json)['phase']], [3, 'unknown']);
    assert.match((await aura(['alarms'], env)).stdout, /^page {2}RecordsMissing\n/m);
    const looked = await aura(['doctor'], env);
    assert.match(looked.stdout, /failed {2}status branch +2 servers carry the label of this fleet/);
    assert.doesNotMatch(looked.stdout, /aura init/);
    const halted = await auraJson(['halt', 'records are rebuilt'], env);
    assert.deepEqual([halted.code, halted.document['changed']], [0, true]);
    const dry = await aura(['status', 'rebuild', '--dry-run'], env);
    assert.match(dry.stdout, /^Branch status was missing\.\n2 would be rebuilt:/);
    assert.equal(await repository.resolve('refs/heads/status'), null);
    const { code, document } = await auraJson(['status', 'rebuild'], env);
    assert.equal(code, 0, JSON.stringify(document));
    assert.equal((document['agents'] as Json[]).length, 2);
    const resumed = await auraJson(['resume'], env);
    assert.deepEqual([resumed.code, resumed.document['branches']], [0, ['stop']]);
    const reconciled = await auraJson(['reconcile'], env);
    assert.deepEqual([reconciled.code, reconciled.document['applied']], [0, []]);
    assert.equal(world.servers().length, 2);
    const { code: listed, document: fleet } = await auraJson(['status'], env);
    const phases = (fleet['agents'] as Json[]).map(({ phase }) => phase);
    assert.deepEqual([listed, phases], [0, ['running', 'running']]);
  });

  test('orphans are listed with their evidence', async () => {
    assert.equal((await aura(['orphans'], env)).stdout, 'There are no orphans.\n');
    const server = world.servers().find(({ name }) => name === idOf(ben));
    assert.ok(server !== undefined);
    const labels = { ...server.labels, 'aura.dev/agent': 'agt-000000000000' };
    const { project } = world.cloud.world.hetzner;
    const stray = { ...server, id: 4_000_000, name: 'stray', labels, ipv4: null, ipv6: null };
    project.servers.set(stray.id, stray);
    world.cloud.world.clock.advance(2 * 86_400);
    const { code, stdout, stderr } = await aura(['orphans'], env);
    project.servers.delete(stray.id);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^server \d+ stray: new\n {2}why +no file and no record names/);
    assert.match(stdout, /cost +\d+\.\d\d a month, \d+\.\d\d so far/);
    assert.match(stdout, /file +there never was one/);
  });

  test('a GitHub App alone is enough: its token pushes, and reads the Forge', async () => {
    const app = world.cloud.world.github.installApp({
      slug: 'aura-machine',
      permissions: { actions: 'read', contents: 'write', pull_requests: 'write' },
    });
    const { GITHUB_TOKEN: _none, ...rest } = env;
    const byApp = {
      ...rest,
      GITHUB_APP_ID: String(app.id),
      GITHUB_APP_PRIVATE_KEY: app.privateKey,
    };
    const stopped = await aura(['stop', idOf(ada), '--reason', 'maintenance'], byApp);
    assert.equal(stopped.code, 0, stopped.stderr);
    const reconciled = await auraJson(['reconcile'], byApp);
    assert.equal(reconciled.code, 0, JSON.stringify(reconciled.document));
    assert.equal(world.servers().find(({ name }) => name === idOf(ada))?.status, 'off');
    const cost = await aura(['cost'], byApp);
    assert.match(cost.stdout, /1 server of them powered off, which cost \d+\.\d\d\./);
  });
});
