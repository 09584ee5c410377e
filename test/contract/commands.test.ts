/**
 * Commands, reverts and resyncs against the whole local cloud: through the service's own address
 * and through the command line as a process of its own, over real git, Stripe's package and the
 * Forge.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { type LocalCloud, startCloud } from '../../local-cloud/cloud.ts';
import { createRepository, type Repository } from '../../reconciler/adapters/git/repository.ts';
import { type OpenPorts, openPorts } from '../../reconciler/app/main.ts';
import { createService } from '../../reconciler/app/serve/server.ts';
import { type AgentId, agentIdOf, agentPath } from '../../reconciler/core/agent/agent.ts';
import { parseAgentFile } from '../../reconciler/core/agent/agent-file.ts';
import { confirmation } from '../../reconciler/core/commands/command-request.ts';
import { withEnding } from '../../reconciler/core/fleet/ending.ts';
import { type AgentRecord, newRecord } from '../../reconciler/core/fleet/recorded.ts';
import { finalizeCanceled } from '../../reconciler/flows/reconcile/finalize/canceled.ts';
import { createParts } from '../../reconciler/flows/reconcile/finalize/parts.ts';
import { aura, auraJson } from '../app/cli/program.ts';
import { createFakeLog } from '../fakes/log.ts';
import { motoServerPath, withoutMoto } from '../local-cloud/moto-path.ts';
import { sshCaKey } from '../support/ca-key.ts';
import { refundLast } from '../support/refund-last.ts';
import { draft, tip } from './git-world.ts';

const motoServer = motoServerPath();
const log = createFakeLog([]);
const portNames = [
  'billing',
  'state',
  'files',
  'journal',
  'cloud',
  'forge',
  'clock',
  'log',
] as const;

describe('commands', { skip: withoutMoto }, () => {
  let cloud: LocalCloud;
  let opened: OpenPorts<
    (typeof portNames)[number],
    'hooks' | 'http' | 'links' | 'platform' | 'reconcile'
  >;
  let person: Repository;
  let url = '';
  let app: FastifyInstance;
  const subscriptions: string[] = [];
  const ids = () => subscriptions.map(agentIdOf);
  const idOf = (place: number): AgentId => ids()[place] ?? assert.fail('no such agent');
  const env = () => cloud.addresses.env;
  const verb = (...args: string[]) => auraJson(args, env());

  before(async () => {
    cloud = await startCloud({ motoServer, sshCaKey, seed: 23 });
    const needs = ['hooks', 'http', 'links', 'platform', 'reconcile'] as const;
    opened = await openPorts(env(), portNames, { log, needs });
    person = createRepository({
      url: env()['AURA_REPOSITORY_URL'] ?? '',
      token: env()['GITHUB_TOKEN'] ?? '',
      folder: null,
      author: { name: 'Pat Operator', email: 'pat@example.com' },
      clock: opened.ports.clock,
    });
    app = createService({ ports: opened.ports, planning: null, config: opened.config, log }).app;
    url = await app.listen({ host: '127.0.0.1', port: 0 });
    for (const region of ['eu-central', 'us-east', 'eu-central', 'eu-central']) {
      const bought = await cloud.world.control.checkout({ plan: 'starter', region });
      subscriptions.push(bought.subscription);
    }
  });
  after(async () => {
    await app?.close();
    await person?.close();
    await opened?.close();
    await cloud?.close();
  });

  async function send(agent: AgentId, body: object, key?: string) {
    const answer = await fetch(`${url}/v1/agents/${agent}/commands`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${env()['AURA_PLATFORM_TOKENS']?.split(':').at(-1)}`,
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
    });
    const said: unknown = await answer.json();
    return { status: answer.status, said: said as Record<string, unknown> };
  }
  async function specOf(agent: AgentId) {
    const path = agentPath(agent);
    const found = await (await tip(person)).read(path);
    assert.ok(found !== null, `${agent} has no file`);
    const file = parseAgentFile({ path, ...found });
    assert.ok(file.kind === 'valid');
    return file.agent.spec;
  }
  async function newest() {
    await person.fetch('main');
    const [entry] = await person.log('main', 1);
    return entry ?? assert.fail('no commit');
  }

  test('a resync previews its changes, runs in two parts, and then has nothing to do', async () => {
    const looked = await verb('resync', '--dry-run');
    const written = looked.document['written'] as { agent: string }[];
    assert.deepEqual(written.map(({ agent }) => agent).sort(), ids().sort());
    assert.equal(
      (await newest()).trailers.some(([, value]) => value === 'resync'),
      false,
    );
    const first = await verb('resync', '--max', '3');
    assert.deepEqual([first.code, first.document['complete']], [3, false]);
    const cursor = String(first.document['cursor']);
    assert.equal(cursor, subscriptions[1], 'the newest come first');
    const rest = await verb('resync', '--after', cursor);
    assert.deepEqual([rest.code, rest.document['seen'], rest.document['cursor']], [0, 1, null]);
    assert.deepEqual(
      (await newest()).trailers.map(([name, value]) => `${name}: ${value}`),
      ['Aura-Cause: resync', 'Aura-Cause: created'],
    );
    const again = await verb('resync');
    assert.deepEqual([again.document['written'], again.document['unlisted']], [[], []]);
  });

  test('the platform stops, moves and configures an agent', async () => {
    const stopped = await send(idOf(0), { command: 'stop', reason: 'on holiday' }, 'req-1');
    assert.deepEqual([stopped.status, (await specOf(idOf(0))).power], [202, 'stopped']);
    assert.equal(stopped.said['commit'], (await newest()).commit);
    const moved = await send(idOf(0), {
      command: 'region',
      region: 'us-east',
      confirm: confirmation,
    });
    assert.equal(moved.status, 202);
    await send(idOf(0), { command: 'config', config: { timezone: 'Europe/Berlin' } });
    const { region, revision, config } = await specOf(idOf(0));
    assert.deepEqual([region, revision, config], ['us-east', 2, { timezone: 'Europe/Berlin' }]);
    const again = await send(idOf(0), { command: 'stop', reason: 'on holiday' }, 'req-1');
    assert.deepEqual(
      [again.said['commit'], again.said['repeated']],
      [stopped.said['commit'], true],
    );
  });

  test('a push whose answer is lost: the same request finds its commit', async () => {
    const path = '/aura/agents.git/git-receive-pack';
    const ask = () => send(idOf(1), { command: 'reprovision', confirm: confirmation }, 'req-lost');
    cloud.world.faults.add({ api: 'git', method: 'POST', path, kind: 'cut', times: 10 });
    const lost = await ask();
    cloud.world.faults.clear();
    assert.ok([202, 503].includes(lost.status), String(lost.status));
    const found = await ask();
    assert.equal(found.status, 202);
    assert.equal((await specOf(idOf(1))).revision, 2);
  });

  test('many at once, and a person who pushes: nothing is lost', async () => {
    const asked = [0, 1, 2, 3].map((place) =>
      send(idOf(place), { command: 'config', config: { model: `m${place}` } }),
    );
    const outcome = await person.push('main', await tip(person), [
      draft('Note', { 'notes/1.md': 'x' }),
    ]);
    assert.ok(outcome.kind === 'pushed' || outcome.kind === 'rejected');
    for (const { status } of await Promise.all(asked)) assert.equal(status, 202);
    for (const place of [0, 1, 2, 3])
      assert.equal((await specOf(idOf(place))).config?.model, `m${place}`);
  });

  test('the command line decides as the platform does', async () => {
    const stopped = await verb('stop', idOf(2), '--reason', 'maintenance');
    assert.deepEqual([stopped.code, stopped.document['commit']], [0, (await newest()).commit]);
    const same = await verb('stop', idOf(2));
    assert.deepEqual([same.code, same.document['commit']], [0, null]);
    const bare = await verb('reprovision', idOf(2));
    assert.equal(bare.code, 1);
    assert.match(JSON.stringify(bare.document), /ConfirmationNeeded/);
    const done = await verb('reprovision', idOf(2), '--confirm', confirmation);
    assert.deepEqual([done.code, (await specOf(idOf(2))).revision], [0, 2]);
    const settings = ['channels=web,slack', 'secrets.API_KEY=secret://agents/key', 'model='];
    await verb('config', idOf(2), ...settings);
    assert.deepEqual((await specOf(idOf(2))).config, {
      channels: ['web', 'slack'],
      secrets: { API_KEY: 'secret://agents/key' },
    });
    const wrong = await verb('config', idOf(2), 'colour=red', 'timezone=no zone');
    assert.deepEqual([wrong.code, (await specOf(idOf(2))).config?.timezone], [1, undefined]);
    assert.equal((await aura(['config', idOf(2), 'colour'], env())).code, 64);
  });

  test('a revert undoes one commit, and keeps later changes', async () => {
    const stopped = (await person.log('main', 100)).find(
      ({ subject }) => subject === `${idOf(2)}: switched off`,
    );
    assert.ok(stopped !== undefined);
    const short = stopped.commit.slice(0, 12);
    const back = await verb('revert', short, '--agent', idOf(2));
    assert.equal(back.code, 0, JSON.stringify(back.document));
    const { power, revision } = await specOf(idOf(2));
    assert.deepEqual([power, revision], ['running', 2]);
    const again = await verb('revert', short, '--agent', idOf(2));
    assert.deepEqual([again.code, again.document['commit']], [0, null]);
    assert.equal((await verb('revert', 'f'.repeat(12), '--agent', idOf(2))).code, 1);
  });

  test('with --pr it opens a pull request, and main stays as it is', async () => {
    const before = await newest();
    const asked = await verb('retire', idOf(2), '--reason', 'abuse', '--pr');
    assert.equal(asked.code, 0, JSON.stringify(asked.document));
    assert.match(String(asked.document['proposal']), /\/pull\/\d+$/);
    assert.equal((await newest()).commit, before.commit);
    const again = await verb('retire', idOf(2), '--reason', 'abuse', '--pr');
    assert.equal(again.document['proposal'], asked.document['proposal']);
  });

  test('cancel ends the subscription at Stripe and refunds the unused part, once', async () => {
    const agent = idOf(3);
    const subscription = subscriptions[3] ?? '';
    const canceled = await send(agent, { command: 'cancel' });
    assert.equal(canceled.status, 202);
    const { retired, customer } = await specOf(agent);
    assert.equal(retired?.by, 'customer');
    const { ports } = opened;
    await ports.journal.update(
      agent,
      () => ({ ...newRecord(agent, subscription, customer), phase: 'retiring' }),
      'now',
    );
    const finalize = async () =>
      finalizeCanceled(ports, createParts(ports.log), (await ports.journal.read()).records);
    assert.deepEqual((await finalize()).canceled, [], 'the grace is there to think again');
    const spec = await specOf(agent);
    const seenMs = cloud.world.clock.now();
    const saw = (record: AgentRecord | null) => record && withEnding(record, spec, seenMs);
    await ports.journal.update(agent, saw, 'now');
    cloud.world.clock.advance(2 * 3600);
    // The cloud's time is that of its newest answer.
    await ports.cloud.servers('aura');
    assert.deepEqual((await finalize()).canceled, [agent]);
    const refunds = [...cloud.world.stripe.objects.refunds.values()];
    const amounts = refunds.map(({ amount }) => Number(amount));
    assert.equal(amounts.length, 1);
    assert.ok(
      amounts.every((amount) => amount > 1890 && amount <= 1900),
      String(amounts),
    );
    assert.equal((await ports.billing.subscription(subscription))?.status, 'canceled');
    assert.deepEqual((await finalize()).canceled, []);
    assert.equal(cloud.world.stripe.objects.refunds.size, 1);
    const resynced = await verb('resync');
    assert.equal(resynced.code, 0, JSON.stringify(resynced.document));
    assert.equal((await specOf(agent)).access.state, 'ended');
    assert.equal((await send(agent, { command: 'restore' })).status, 409);
  });

  test('half of the period used refunds half, and never twice', async () => {
    const { billing } = opened.ports;
    const id = subscriptions[0] ?? '';
    const end = (await billing.subscription(id))?.currentPeriodEnd ?? 0;
    const start =
      cloud.world.stripe.objects.subscriptions.get(id)?.items[0]?.current_period_start ?? 0;
    const purpose = { agent: idOf(0), revision: 1, purpose: 'customer-refund' };
    const ask = () => refundLast(billing, id, purpose, (start + end) / 2);
    const made = await ask();
    assert.deepEqual([made.length, await ask()], [1, made]);
    const last = [...cloud.world.stripe.objects.refunds.values()].at(-1);
    assert.equal(Number(last?.amount), 950);
    const over = refundLast(billing, subscriptions[1] ?? '', purpose, end + 60);
    assert.deepEqual(await over, []);
  });

  test('a resync with the key of another account ends no agent', async () => {
    const policy = (await (await tip(person)).read('policy.yaml'))?.text ?? '';
    const wrong = policy.replace(/acct_\w+/, 'acct_1Other');
    await person.push('main', await tip(person), [draft('Pin', { 'policy.yaml': wrong })]);
    const before = await newest();
    const { code, document } = await verb('resync');
    assert.equal(code, 1);
    assert.match(JSON.stringify(document), /MisconfiguredAccount/);
    assert.equal((await newest()).commit, before.commit);
  });
});
