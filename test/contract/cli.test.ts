/**
 * The verbs as an operator runs them: processes of their own, against the local cloud, with the
 * real Terraform. One story, in which each test continues where the one before it ended.
 */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Repository } from '../../reconciler/adapters/git/repository.ts';
import { agentPath } from '../../reconciler/core/agent/agent.ts';
import { fingerprintOf, type Plan } from '../../reconciler/core/plan/plan.ts';
import { aura, auraJson, startAura } from '../app/cli/program.ts';
import { until } from '../support/until.ts';
import { type Customer, policyText, toolsHere } from './fleet-world.ts';
import { draft, tip } from './git-world.ts';
import { type ServedWorld, startServedWorld } from './served-world.ts';

type Json = Record<string, unknown>;
type AppliedLine = { agent: string; change: string; outcome: string; message?: string };

const skip = toolsHere() === null && 'terraform: the tools are not set up (`npm run setup`)';

describe('the verbs on the local cloud', { skip }, () => {
  let world: ServedWorld;
  let folder: string;
  let person: Repository;
  let env: Record<string, string> = {};
  const file = (name: string) => join(folder, name);

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'aura-cli-'));
    world = await startServedWorld({ seed: 11, rate: 60, policy: policyText });
    env = world.env;
    person = world.person();
  });
  after(async () => {
    await world?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function edit(path: string, change: (text: string) => string | null): Promise<void> {
    const main = await tip(person);
    const text = (await main.read(path))?.text ?? assert.fail(`${path} is missing`);
    const pushed = await person.push('main', main, [
      draft(`Edit ${path}`, { [path]: change(text) }),
    ]);
    assert.equal(pushed.kind, 'pushed');
  }

  let ada: Customer;
  let ben: Customer;
  let cleo: Customer;

  test('doctor names what is missing on a new installation, and what to do', async () => {
    const { code, stdout } = await aura(['doctor'], env);
    assert.equal(code, 1);
    const failed = stdout.split('\n').filter((line) => line.startsWith('failed'));
    assert.deepEqual(
      failed.map((line) => line.slice(8).split(/ {2,}/)[0]),
      ['status branch', 'fleet firewalls'],
      stdout,
    );
    assert.equal(stdout.match(/to do: Run `aura init`/g)?.length, 2);
    assert.match(stdout, /ok {6}Stripe {12}account acct_\w+, test mode, as policy\.yaml pins it/);
  });

  test('init creates what is missing, once, and then doctor finds nothing', async () => {
    const first = await auraJson(['init'], env);
    assert.deepEqual(first, {
      code: 0,
      document: { ok: true, fleet: 'created', status: 'created' },
    });
    const second = await auraJson(['init'], env);
    assert.deepEqual(second.document, { ok: true, fleet: 'there', status: 'there' });
    const { code, document } = await auraJson(['doctor'], env);
    assert.equal(code, 0, JSON.stringify(document));
    assert.equal(document['ok'], true);
  });

  test('plan lists the changes, writes them for its owner alone, and changes nothing', async () => {
    ada = await world.pay('starter', 'eu-central');
    ben = await world.pay('pro', 'us-east');
    const files = { GITHUB_STEP_SUMMARY: file('summary.md'), GITHUB_OUTPUT: file('outputs') };
    const text = await aura(['plan', '--out', file('plan.json')], { ...env, ...files });
    assert.equal(text.code, 2, text.stderr);
    assert.equal((await aura(['plan', '--exit-zero'], env)).code, 0);
    assert.match(text.stdout, /^Changes: create \(2\)$/m);
    assert.match(text.stdout, new RegExp(`create ${ada.id}: plan starter, cpx22 in fsn1`));
    assert.equal((await stat(file('plan.json'))).mode & 0o777, 0o600);
    assert.match(
      await readFile(file('summary.md'), 'utf8'),
      /^### Plan [\s\S]*#### Changes: create \(2\)/,
    );
    assert.equal(await readFile(file('outputs'), 'utf8'), 'shards=["1/1"]\nfleet=none\n');
    const json = await auraJson(['plan'], env);
    const written = JSON.parse(await readFile(file('plan.json'), 'utf8')) as Plan;
    assert.deepEqual([json.code, json.document['fingerprint']], [2, written.fingerprint]);
    assert.equal(world.cloud.world.hetzner.project.servers.size, 0);
  });

  test('a plan whose outputs cannot be written for its workflow is an error', async () => {
    const env2 = { ...env, GITHUB_OUTPUT: file('no-such-folder/outputs') };
    const { code, stderr } = await aura(['plan', '--out', file('unused.json')], env2);
    assert.equal(code, 1);
    assert.match(stderr, /the outputs of the step cannot be written/);
  });

  test('a workflow run whose attempt cannot be read plans and changes nothing', async () => {
    for (const args of [['plan'], ['reconcile'], ['apply', '--plan', file('plan.json')]]) {
      const { code, stderr } = await aura(args, { ...env, GITHUB_RUN_ID: '7' });
      assert.equal(code, 1);
      assert.match(stderr, /GITHUB_RUN_ATTEMPT is not a number from 1/);
    }
  });

  test('a plan of another fleet is refused', async () => {
    const plan = JSON.parse(await readFile(file('plan.json'), 'utf8')) as Plan;
    const other: Plan = { ...plan, basis: { ...plan.basis, fleet: 'other' } };
    const forged = { ...other, fingerprint: fingerprintOf(other) };
    await writeFile(file('other.json'), JSON.stringify(forged));
    for (const verb of ['apply', 'finalize']) {
      const { code, stderr } = await aura([verb, '--plan', file('other.json')], env);
      assert.equal(code, 1);
      assert.match(stderr, /the plan is for fleet other, and the agents repository is of aura/);
    }
  });

  test('the shards of a plan are all of it, each agent in one; finalize records the results', async () => {
    const plan = ['--plan', file('plan.json')];
    const fleet = await auraJson(['apply', ...plan, '--fleet'], env);
    assert.deepEqual([fleet.code, fleet.document['applied']], [0, []]);
    const applied: AppliedLine[] = [];
    for (const shard of ['1/2', '2/2']) {
      const { code, document } = await auraJson(['apply', ...plan, '--shard', shard], env);
      assert.deepEqual([code, document['ok']], [0, true], JSON.stringify(document));
      applied.push(...(document['applied'] as AppliedLine[]));
    }
    assert.deepEqual(
      applied.map(({ agent, outcome }) => [agent, outcome]).sort(),
      [ada.id, ben.id].sort().map((id) => [id, 'done']),
    );
    const finalized = await auraJson(['finalize', ...plan], env);
    assert.equal(finalized.code, 0, JSON.stringify(finalized.document));
    assert.equal((await aura(['plan'], env)).code, 0);
  });

  test('a shard that was applied already is planned anew and skipped', async () => {
    const shard = ['--plan', file('plan.json'), '--shard', '1/1'];
    const { code, document } = await auraJson(['apply', ...shard], env);
    const messages = (document['applied'] as AppliedLine[]).map(({ message }) => message);
    const message = 'it is planned differently now: nothing is to be done';
    assert.deepEqual([code, messages], [0, [message, message]]);
  });

  test('a plan that was applied already is skipped, with a reason', async () => {
    const { code, stdout } = await aura(
      ['apply', '--plan', file('plan.json'), '--agent', ada.id],
      env,
    );
    assert.equal(code, 0);
    assert.match(stdout, /skipped {2}create {2}agt-\w+ {2}its record has changed since/);
  });

  test('a run on a converged world reports no change and writes nothing', async () => {
    const before = [await person.fetch('main'), await person.fetch('status')];
    const { code, stdout } = await aura(['reconcile'], env);
    assert.equal(code, 0);
    assert.match(stdout, /Nothing to change\.\n\nFinalized: nothing to write\.\n$/);
    const now = [await person.fetch('main'), await person.fetch('status')];
    assert.deepEqual(
      now.map((one) => one?.commit),
      before.map((one) => one?.commit),
    );
  });

  test('status shows all agents, or one; an unknown one is an error', async () => {
    const all = await aura(['status'], env);
    assert.equal(all.code, 0);
    assert.match(all.stdout, /^2 agents: 2 running\n\nagent +phase +age +plan +region +server/);
    const one = await auraJson(['status', ben.id], env);
    const agent = one.document['agent'] as Json;
    assert.deepEqual(
      [agent['id'], agent['phase'], agent['region']],
      [ben.id, 'running', 'us-east'],
    );
    const text = await aura(['status', ben.id], env);
    assert.match(
      text.stdout,
      /phase {9}running, since [\s\S]*\nLast attempts\n.* create +succeeded/,
    );
    const none = await auraJson(['status', 'agt-000000000000'], env);
    assert.equal(none.code, 1);
    assert.match(JSON.stringify(none.document), /"reason":"NotFound"/);
  });

  test('link opens the page of one agent to its holder', async () => {
    const { code, stdout } = await aura(['link', ada.id, '--days', '2'], env);
    assert.equal(code, 0);
    const link = new URL(stdout.trim());
    const first = await fetch(link, { redirect: 'manual' });
    assert.equal(first.status, 303);
    const cookie = first.headers.get('set-cookie')?.split(';')[0] ?? '';
    const page = await fetch(new URL(first.headers.get('location') ?? '', link), {
      headers: { cookie },
    });
    assert.match(await page.text(), /Up and running/);
    const days =
      (Date.parse(
        String((await auraJson(['link', ada.id, '--days', '2'], env)).document['expires']),
      ) -
        Date.now()) /
      86_400_000;
    assert.ok(days > 1.99 && days <= 2.001, String(days));
    assert.equal((await aura(['link', 'agt-000000000000'], env)).code, 1);
  });

  test('audit lists the decisions with their causes, the newest first', async () => {
    const { stdout } = await aura(['audit'], env);
    const subjects = [...stdout.matchAll(/^[0-9a-f]{10} \S+ {2}(.*)$/gm)].map((match) => match[1]);
    assert.equal(subjects.length, 3);
    assert.match(subjects[0] ?? '', new RegExp(ben.id));
    assert.match(
      stdout,
      /by Stripe, written by Aura; agents\S+\n {4}Aura-Cause: created\n {4}Stripe-Event: evt_/,
    );
    const one = await auraJson(['audit', '--agent', ada.id], env);
    const entries = one.document['entries'] as Json[];
    assert.deepEqual(
      entries.map((entry) => entry['paths']),
      [[agentPath(ada.id)]],
    );
    const last = await auraJson(['audit', '--max', '1'], env);
    assert.equal((last.document['entries'] as Json[]).length, 1);
  });

  test('under a stop nothing is created; once it is lifted, it is', async () => {
    const halted = await aura(['halt', 'fsn1\n is on fire'], env);
    assert.equal(halted.code, 0, halted.stderr);
    const again = await auraJson(['halt', 'another reason'], env);
    const { reason, changed } = again.document;
    assert.deepEqual([reason, changed], ['fsn1 is on fire', false]);
    cleo = await world.pay('starter', 'us-east');
    const { code, document } = await auraJson(['reconcile'], env);
    const plan = document['plan'] as Plan;
    assert.deepEqual([code, plan.stop, plan.changes.length], [0, 'fsn1 is on fire', 0]);
    assert.equal(world.cloud.world.hetzner.project.servers.size, 2);
    assert.match((await aura(['doctor'], env)).stdout, /failed {2}stop +the fleet is halted: fsn1/);
    const shown = await aura(['status'], env);
    assert.match(shown.stdout, /^STOPPED: fsn1 is on fire/, shown.stderr);
    const resumed = await aura(['resume'], env);
    assert.equal(resumed.stdout, 'The stop is lifted. It was: fsn1 is on fire\n');
    assert.equal((await auraJson(['resume'], env)).document['changed'], false);
    await person.createBranch('stop/maintenance', (await tip(person)).commit);
    const below = await auraJson(['halt', 'while that is there'], env);
    assert.deepEqual(
      [below.code, below.document['halted'], below.document['changed']],
      [0, true, false],
    );
    const lifted = await auraJson(['resume'], env);
    assert.deepEqual(lifted.document['branches'], ['stop/maintenance']);
  });

  test('a signal ends a run after its step, and the next run continues', async () => {
    const { servers } = world.cloud.world.hetzner.project;
    const reconciling = startAura(['reconcile'], env);
    await reconciling.said(`${cleo.id} create: vm`);
    // Between the plan and its apply a signal would prevent the create.
    await until('Terraform makes the server', () => servers.size === 3);
    reconciling.kill('SIGINT');
    const { code, stdout, stderr } = await reconciling.ended;
    assert.equal(code, 130, stderr);
    assert.match(stderr, /SIGINT: the current step is finished/);
    assert.match(stdout, /superseded {2}create/);
    assert.equal(servers.size, 3);
    const next = await auraJson(['reconcile'], env);
    assert.deepEqual(
      (next.document['applied'] as AppliedLine[]).map(({ agent, change, outcome }) => [
        agent,
        change,
        outcome,
      ]),
      [[cleo.id, 'resume', 'done']],
    );
    assert.equal(servers.size, 3);
  });

  test('an invalid file freezes its agent: plan, run and status end with 3', async () => {
    const path = agentPath(cleo.id);
    await edit(path, (text) => text.replace('power: running', 'power: sometimes'));
    assert.equal((await aura(['plan'], env)).code, 3);
    assert.equal((await aura(['reconcile'], env)).code, 3);
    const { code, stdout } = await aura(['status'], env);
    assert.equal(code, 3);
    assert.match(stdout, new RegExp(`${cleo.id} +frozen`));
    await edit(path, (text) => text.replace('power: sometimes', 'power: running'));
    assert.equal((await aura(['reconcile'], env)).code, 0);
  });

  test('a refused credential is reported without its value', async () => {
    const token = 'x'.repeat(64);
    const wrong = { ...env, HCLOUD_TOKEN: token };
    const { code, stdout, stderr } = await aura(['plan'], wrong);
    assert.equal(code, 1);
    assert.match(stderr, /reason: Unauthorized\n {2}to do: {2}Check that the credential/);
    const looked = await aura(['doctor'], wrong);
    assert.match(looked.stdout, /failed {2}Hetzner/);
    assert.match(looked.stdout, /ok {6}Tailscale/);
    for (const text of [stdout, stderr, looked.stdout, looked.stderr]) {
      assert.ok(!text.includes(token));
    }
  });

  test('init --destroy waits for the last server, and then leaves no shared stack', async () => {
    const refused = await aura(['init', '--destroy'], env);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /3 servers of aura still exist/);
    for (const customer of [ada, ben, cleo]) await world.cancel(customer);
    assert.equal((await aura(['reconcile'], env)).code, 0);
    world.cloud.world.clock.advance(2 * 3600);
    const retired = await aura(['reconcile'], env);
    assert.equal(retired.code, 0, retired.stdout + retired.stderr);
    await aura(['reconcile'], env);
    const destroyed = await auraJson(['init', '--destroy'], env);
    assert.deepEqual(destroyed, { code: 0, document: { ok: true, fleet: 'destroyed' } });
    const left = (await world.cloud.world.control.dump()) as Record<string, unknown[]>;
    for (const name of ['servers', 'primaryIps', 'firewalls', 'sshKeys', 'devices', 'states']) {
      assert.deepEqual(left[name], [], name);
    }
  });

  test('serve ends cleanly on request', async () => {
    world.serving.kill('SIGTERM');
    const { code, stdout } = await world.serving.ended;
    assert.equal(code, 0);
    assert.match(stdout, /^http:\/\/127\.0\.0\.1:\d+\n$/);
  });

  test('cloud prints one line of settings for plan, and ends on request', async () => {
    const own = startAura(['cloud', '--seed', '5', '--rate', '30']);
    const addresses = JSON.parse(await own.firstLine) as { env: Record<string, string> };
    const { code, document } = await auraJson(['plan'], addresses.env);
    assert.deepEqual([code, document['fleet']], [2, 'create']);
    own.kill('SIGTERM');
    const ended = await own.ended;
    assert.deepEqual([ended.code, ended.stdout.split('\n').length], [0, 2], ended.stderr);
  });
});
