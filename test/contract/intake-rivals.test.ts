/** Intake beside other writers of the same branch, checked in the server's own repository. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import Fastify, { type FastifyInstance } from 'fastify';
import { registerWebhook } from '../../reconciler/app/serve/webhook-route.ts';
import { createIntake, type Intake } from '../../reconciler/flows/intake/intake.ts';
import { createFakeLog, type LogLine } from '../fakes/log.ts';
import { draft, receivePack } from './git-world.ts';
import { createIntakeWorld, type IntakeWorld, wallClock } from './intake-world.ts';

/** Longer than any of these tests. */
const rivalsMax = 5_000;

describe('intake', () => {
  let world: IntakeWorld;
  const apps: FastifyInstance[] = [];
  const logs: LogLine[] = [];
  before(async () => {
    world = await createIntakeWorld();
  });
  afterEach(async () => {
    for (const app of apps.splice(0)) await app.close();
    world.git.faults.clear();
  });
  after(() => world?.close());

  async function replica(
    options: { deadlineMs?: number; underWayMax?: number } = {},
  ): Promise<{ url: string; intake: Intake }> {
    const { deadlineMs, ...route } = options;
    const ports = { billing: world.billing(), clock: wallClock, log: createFakeLog(logs) };
    const state = world.git.repository();
    const deadline = deadlineMs === undefined ? {} : { deadlineMs };
    const intake = createIntake({ ...ports, state }, deadline);
    const app = Fastify({ forceCloseConnections: true });
    apps.push(app);
    registerWebhook(app, { ...ports, ...route, intake });
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    return { url: `${url}/webhooks/stripe`, intake };
  }
  const checkouts = async (count: number) => {
    const made: string[] = [];
    for (let n = 0; n < count; n += 1) made.push(await world.checkout());
    return made;
  };

  test('another writer pushes every 150 ms: each event is answered by its deadline, and none is lost', async () => {
    const deadlineMs = 4000;
    const { url } = await replica({ deadlineMs });
    const subscriptions = await checkouts(12);
    let over = false;
    const rival = (async () => {
      const repository = world.git.repository();
      for (let n = 0; !over && n < rivalsMax; n += 1) {
        const base = await repository.fetch('main');
        await repository.push('main', base, [draft(`rival ${n}`, { 'rival.txt': `${n}\n` })]);
        await wallClock.wait(150);
      }
    })();
    const started = Date.now();
    const answers = await Promise.all(
      subscriptions.map(async (subscription, n) => {
        const answer = await world.deliver(url, `evt_rival_${n}`, subscription);
        return { subscription, status: answer?.status, ms: Date.now() - started };
      }),
    );
    over = true;
    await rival;
    assert.ok(
      answers.some(({ status }) => status === 200),
      'another writer with pauses between its pushes must not block all twelve',
    );
    for (const { subscription, status, ms } of answers) {
      assert.ok(ms < deadlineMs + 2000, `${ms} ms`);
      assert.ok(status === 200 || status === 503, `${status}`);
      if (status === 200) assert.equal((await world.citedBy(subscription)).length, 1);
    }
    for (const [n, subscription] of subscriptions.entries()) {
      assert.equal((await world.deliver(url, `evt_calm_${n}`, subscription))?.status, 200);
      assert.equal((await world.citedBy(subscription)).length, 1);
    }
  });

  test('a branch that accepts no push of ours: 503 at the deadline, nothing is acknowledged', async () => {
    const { url } = await replica({ deadlineMs: 1000 });
    const [subscription = ''] = await checkouts(1);
    const repository = world.git.repository();
    let over = false;
    // Right before each of our pushes another one lands.
    world.git.faults.add({ ...receivePack, kind: 'delay', ms: 300, times: 1000 });
    const rival = (async () => {
      const { bare } = world.git;
      for (let n = 0; !over && n < rivalsMax; n += 1) {
        const [tip, tree] = (await bare.git(['log', '-1', '--format=%H %T', 'main'])).split(' ');
        const commit = await bare.git(
          ['-c', 'user.name=R', '-c', 'user.email=r@r', 'commit-tree', tree ?? '', '-p', tip ?? ''],
          { input: `rival ${n}\n` },
        );
        await bare.git(['update-ref', 'refs/heads/main', commit, tip ?? '']);
      }
    })();
    const answer = await world.deliver(url, 'evt_starved', subscription);
    over = true;
    await rival;
    assert.equal(answer?.status, 503, answer?.body);
    assert.match(answer.body, /PushRejected/);
    assert.equal(await world.specOf(subscription), null);
    world.git.faults.clear();
    assert.equal((await world.deliver(url, 'evt_starved', subscription))?.status, 200);
    assert.deepEqual(await world.citedBy(subscription), ['evt_starved']);
    await repository.close();
  });

  test('a push that landed and whose answer was lost is acknowledged, and made once', async () => {
    const { url } = await replica();
    const [warm = '', subscription = ''] = await checkouts(2);
    await world.deliver(url, 'evt_warm', warm);
    world.git.faults.add({ ...receivePack, kind: 'timeoutAfter', ms: 0 });
    assert.equal((await world.deliver(url, 'evt_lost', subscription))?.status, 200);
    assert.deepEqual(await world.citedBy(subscription), ['evt_lost']);
  });

  test('two replicas get every event at once: all are acknowledged, each is written once', async () => {
    const [one, two] = [await replica(), await replica()];
    const subscriptions = await checkouts(20);
    const deliveries = subscriptions.flatMap((subscription, n) =>
      [one, two].map(({ url }) => world.deliver(url, `evt_twin_${n}`, subscription)),
    );
    const answers = await Promise.all(deliveries);
    assert.deepEqual([...new Set(answers.map((answer) => answer?.status))], [200]);
    for (const [n, subscription] of subscriptions.entries()) {
      assert.deepEqual(await world.citedBy(subscription), [`evt_twin_${n}`]);
      assert.equal((await world.specOf(subscription))?.access.state, 'granted');
    }
  });

  test('a burst is one push, and each subscription is read once', async () => {
    const { url, intake } = await replica();
    const [warm = '', ...subscriptions] = await checkouts(31);
    await world.deliver(url, 'evt_warm', warm);
    const before = intake.figures();
    const deliveries = subscriptions.flatMap((subscription, n) =>
      [1, 2, 3].map((time) => world.deliver(url, `evt_burst_${n}_${time}`, subscription)),
    );
    const answers = await Promise.all(deliveries);
    assert.deepEqual([...new Set(answers.map((answer) => answer?.status))], [200]);
    const after = intake.figures();
    assert.ok(after.pushes - before.pushes <= 2, `${after.pushes - before.pushes} pushes`);
    assert.ok(after.stripeReads - before.stripeReads <= 60);
    for (const subscription of subscriptions) {
      assert.equal((await world.citedBy(subscription)).length, 1);
    }
  });

  test('more than can be answered in time are refused unread, and are delivered again', async () => {
    const { url } = await replica({ underWayMax: 5 });
    const subscriptions = await checkouts(9);
    await world.deliver(url, 'evt_warm', subscriptions[0] ?? '');
    world.git.faults.add({ ...receivePack, kind: 'delay', ms: 400 });
    const send = (those: readonly string[]) =>
      Promise.all(those.map((one) => world.deliver(url, `evt_shed_${one}`, one)));
    const answers = await send(subscriptions.slice(1));
    const refused = subscriptions.slice(1).filter((_, n) => answers[n]?.status === 503);
    assert.equal(refused.length, 3);
    assert.match(answers.find((answer) => answer?.status === 503)?.body ?? '', /deliver it again/);
    const healed = await send(refused);
    assert.deepEqual([...new Set(healed.map((answer) => answer?.status))], [200]);
    for (const one of subscriptions) assert.equal((await world.citedBy(one)).length, 1);
    assert.equal(logs.filter(({ message }) => /are refused/.test(message)).length, 1);
  });
});
