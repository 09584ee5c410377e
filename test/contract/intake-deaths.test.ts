/** A real `aura serve`, killed between any two steps: the next delivery completes the work. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { until } from '../support/until.ts';
import { createIntakeWorld, type IntakeWorld, planted, type Serve } from './intake-world.ts';

const uploadPack = '/aura/agents.git/git-upload-pack';
const receivePack = '/aura/agents.git/git-receive-pack';

describe('aura serve', () => {
  let world: IntakeWorld;
  let serve: Serve;
  const logs: string[] = [];
  before(async () => {
    world = await createIntakeWorld();
    serve = await world.startServe();
  });
  after(() => world?.close());

  async function again(): Promise<void> {
    logs.push(serve.log());
    world.git.faults.clear();
    serve = await world.startServe();
  }

  const places = [
    ['while Stripe is read', { api: 'stripe', path: '/v1/subscriptions' }],
    ['before its push has reached the server', { api: 'git', path: receivePack }],
    ['before the answer to its push', { api: 'git', path: receivePack, answer: true }],
  ] as const;
  for (const [place, [when, request]] of places.entries()) {
    test(`killed ${when}: nothing was acknowledged, and exactly one commit exists`, async () => {
      const warmed = await world.checkout();
      assert.equal((await world.deliver(serve.url, `evt_warm_${place}`, warmed))?.status, 200);
      const subscription = await world.checkout();
      world.hold(request);
      const answer = world.deliver(serve.url, `evt_first_${place}`, subscription);
      await world.struck();
      if ('answer' in request) await landed(subscription);
      await serve.kill('SIGKILL');
      assert.equal(await answer, null);
      await again();
      const healed = await world.deliver(serve.url, `evt_again_${place}`, subscription);
      assert.equal(healed?.status, 200, healed?.body);
      assert.equal((await world.citedBy(subscription)).length, 1);
      assert.equal((await world.specOf(subscription))?.access.state, 'granted');
    });
  }

  test('killed while it reads the tip for an event that changes nothing', async () => {
    const subscription = await world.checkout();
    assert.equal((await world.deliver(serve.url, 'evt_made', subscription))?.status, 200);
    world.hold({ api: 'git', path: uploadPack });
    const answer = world.deliver(serve.url, 'evt_same', subscription);
    await world.struck();
    await serve.kill('SIGKILL');
    assert.equal(await answer, null);
    await again();
    assert.equal((await world.deliver(serve.url, 'evt_same', subscription))?.status, 200);
    assert.deepEqual(await world.citedBy(subscription), ['evt_made']);
  });

  test('killed while it fetches the repository for the first time', async () => {
    await serve.kill('SIGKILL');
    logs.push(serve.log());
    world.hold({ api: 'git', path: uploadPack });
    serve = await world.startServe();
    const subscription = await world.checkout();
    const answer = world.deliver(serve.url, 'evt_early', subscription);
    await world.struck();
    await serve.kill('SIGKILL');
    assert.equal(await answer, null);
    await again();
    assert.equal((await world.deliver(serve.url, 'evt_early', subscription))?.status, 200);
    assert.deepEqual(await world.citedBy(subscription), ['evt_early']);
  });

  test('asked to end, it completes and answers what is in progress, and accepts nothing more', async () => {
    const [first, second] = [await world.checkout(), await world.checkout()];
    world.git.faults.add({ api: 'git', path: receivePack, kind: 'delay', ms: 700 });
    const answers = [
      world.deliver(serve.url, 'evt_last_1', first),
      world.deliver(serve.url, 'evt_last_2', second),
    ];
    await world.struck();
    const ended = serve.kill('SIGTERM');
    assert.deepEqual(
      (await Promise.all(answers)).map((answer) => answer?.status),
      [200, 200],
    );
    assert.equal(await ended, 0);
    assert.deepEqual(await world.citedBy(first), ['evt_last_1']);
    assert.deepEqual(await world.citedBy(second), ['evt_last_2']);
    const late = await world.deliver(serve.url, 'evt_late', first);
    assert.ok(late === null || late.status === 503);
    logs.push(serve.log());
  });

  test('no log of all this contains a secret or a customer', () => {
    const text = logs.join('');
    assert.ok(text.length > 1000, 'there is a log');
    for (const secret of planted) assert.ok(!text.includes(secret), secret);
    assert.doesNotMatch(text, /example\.com/);
  });

  /** The push is on the server, and no process received the answer. */
  async function landed(subscription: string): Promise<void> {
    await until('the push has landed', async () => (await world.specOf(subscription)) !== null);
  }
});
