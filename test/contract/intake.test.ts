/**
 * Stripe's deliveries to files in git, all of it real but Stripe and the git server's machines: the
 * local cloud signs and delivers, our route verifies, our adapters fetch, commit and push.
 */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import Fastify from 'fastify';
import { type LocalCloud, startCloud } from '../../local-cloud/cloud.ts';
import type { StripeEvent } from '../../local-cloud/stripe/any-record.ts';
import { createRepository, type Repository } from '../../reconciler/adapters/git/repository.ts';
import { createBilling } from '../../reconciler/adapters/stripe/billing.ts';
import { registerWebhook } from '../../reconciler/app/serve/webhook-route.ts';
import { agentIdOf, agentPath } from '../../reconciler/core/agent/agent.ts';
import { parseAgentFile } from '../../reconciler/core/agent/agent-file.ts';
import { createIntake } from '../../reconciler/flows/intake/intake.ts';
import type { Clock } from '../../reconciler/ports/clock.ts';
import { createFakeLog, type LogLine } from '../fakes/log.ts';
import { motoServerPath, withoutMoto } from '../local-cloud/moto-path.ts';
import { sshCaKey } from '../support/ca-key.ts';
import { draft, tip } from './git-world.ts';

const motoServer = motoServerPath();
const clock: Clock = {
  now: () => Date.now(),
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

describe('webhook', { skip: withoutMoto }, () => {
  let cloud: LocalCloud;
  let repository: Repository;
  let person: Repository;
  let url = '';
  let billing: ReturnType<typeof createBilling>;
  const app = Fastify({ forceCloseConnections: true });
  const logs: LogLine[] = [];
  const env = (name: string) => cloud.addresses.env[name] ?? assert.fail(`no ${name}`);

  before(async () => {
    cloud = await startCloud({ motoServer, sshCaKey, seed: 11 });
    const log = createFakeLog(logs);
    const open = (name: string) =>
      createRepository({
        url: env('AURA_REPOSITORY_URL'),
        token: env('GITHUB_TOKEN'),
        folder: null,
        author: { name, email: 'aura@example.com' },
        clock,
      });
    repository = open('Aura');
    person = open('Pat Operator');
    billing = createBilling({
      secretKey: env('STRIPE_SECRET_KEY'),
      webhookSecrets: ['whsec_old', env('STRIPE_WEBHOOK_SECRET')],
      apiBase: env('STRIPE_API_BASE'),
    });
    const intake = createIntake({ billing, state: repository, clock, log });
    registerWebhook(app, { intake, billing, clock, log });
    url = `${await app.listen({ host: '127.0.0.1', port: 0 })}/webhooks/stripe`;
    await cloud.world.control.sendEventsTo(url);
  });
  after(async () => {
    await app.close();
    await repository?.close();
    await person?.close();
    await cloud?.close();
  });

  /** Events since the last call are delivered, and nothing else. */
  async function deliver<Result>(
    happen: () => Promise<Result>,
    order = (events: readonly StripeEvent[]) => events,
  ): Promise<Result> {
    cloud.world.stripe.deliveries.hold();
    const result = await happen();
    await cloud.world.stripe.deliveries.release(order);
    return result;
  }
  const checkout = (region?: string) =>
    cloud.world.control.checkout({ plan: 'starter', ...(region === undefined ? {} : { region }) });
  const quietly = async () =>
    (
      await deliver(
        () => checkout(),
        () => [],
      )
    ).subscription;

  async function fileOf(subscription: string) {
    const path = agentPath(agentIdOf(subscription));
    const found = await (await tip(person)).read(path);
    return found === null ? null : parseAgentFile({ path, ...found });
  }
  async function specOf(subscription: string) {
    const file = await fileOf(subscription);
    assert.ok(file?.kind === 'valid', 'there is no valid file');
    return file.agent.spec;
  }
  async function commitsOf(subscription: string) {
    await person.fetch('main');
    const path = agentPath(agentIdOf(subscription));
    return (await person.log('main', 1000)).filter(({ paths }) => paths.includes(path));
  }
  async function commit(files: Readonly<Record<string, string | null>>): Promise<void> {
    assert.equal(
      (await person.push('main', await tip(person), [draft('By hand', files)])).kind,
      'pushed',
    );
  }

  type Sent = { readonly body: string; readonly headers?: Readonly<Record<string, string>> };
  async function send({ body, headers = {} }: Sent) {
    const answer = await fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    });
    const text = await answer.text();
    assert.ok(!/example\.com|whsec_|sk_test/.test(text), text);
    return {
      status: answer.status,
      retryAfter: answer.headers.get('retry-after'),
      said: JSON.parse(text),
    };
  }
  function signed(body: string, skewSeconds = 0): Sent {
    const t = Math.floor(Date.now() / 1000) + skewSeconds;
    const mac = createHmac('sha256', env('STRIPE_WEBHOOK_SECRET')).update(`${t}.${body}`);
    return { body, headers: { 'stripe-signature': `t=${t},v1=${mac.digest('hex')}` } };
  }
  function eventOf(subscription: string, part: object = {}): string {
    return JSON.stringify({
      id: 'evt_byhand',
      object: 'event',
      type: 'customer.subscription.updated',
      created: 1,
      livemode: false,
      data: { object: { id: subscription, object: 'subscription', customer: 'cus_x' } },
      ...part,
    });
  }

  test('a checkout, delivered three times and out of order, is one file in one commit', async () => {
    const { subscription, customer } = await deliver(
      () => checkout('us-east'),
      (events) => [...events, ...events, ...events].reverse(),
    );
    const { status, length } = await statuses(subscription);
    assert.deepEqual([status, length >= 6], [[200], true]);
    const spec = await specOf(subscription);
    assert.deepEqual(
      [spec.subscription, spec.customer, spec.plan, spec.region, spec.access.state],
      [subscription, customer, 'starter', 'us-east', 'granted'],
    );
    const [created, ...more] = await commitsOf(subscription);
    assert.deepEqual([created?.author, more], ['Aura', []]);
    assert.match(created?.trailers.find(([name]) => name === 'Stripe-Event')?.[1] ?? '', /^evt_/);
  });

  test('an announced end is in the file; the end itself adds the tombstone in its commit', async () => {
    const { subscription } = await deliver(() => checkout());
    const cancel = (atPeriodEnd: boolean) =>
      deliver(() => cloud.world.stripe.cancel({ subscription, atPeriodEnd }));
    const announced = await cancel(true);
    const { access } = await specOf(subscription);
    assert.deepEqual(
      [access.state, Date.parse(access.until ?? '') / 1000],
      ['granted', announced.cancel_at],
    );
    const before = (await commitsOf(subscription)).length;
    const ended = await cancel(false);
    const spec = await specOf(subscription);
    assert.deepEqual(
      [spec.access.state, spec.access.until, spec.retired?.by],
      ['ended', undefined, 'stripe'],
    );
    assert.equal(Date.parse(spec.retired?.at ?? '') / 1000, ended.ended_at);
    assert.equal((await commitsOf(subscription)).length, before + 1);
  });

  test('a dispute is in the file while it is open, and is removed when it is won', async () => {
    const { subscription } = await deliver(() => checkout());
    const issues = async () => (await specOf(subscription)).access.issues;
    const { dispute } = await deliver(async () =>
      cloud.world.control.dispute({ subscription, reason: 'fraudulent' }),
    );
    assert.deepEqual(await issues(), ['PaymentDisputed']);
    await deliver(async () => cloud.world.stripe.closeDispute(dispute, 'won'));
    assert.equal(await issues(), undefined);
  });

  test('the grace of a failed payment begins when its invoice was due', async () => {
    const { subscription } = await deliver(() => checkout());
    await deliver(async () => cloud.world.control.failPayment({ subscription }));
    const { access } = await specOf(subscription);
    const { owedSince } = (await billing.subscription(subscription)) ?? {};
    assert.ok(typeof owedSince === 'number');
    assert.equal(Date.parse(access.until ?? '') / 1000, owedSince + 7 * 86_400);
  });

  test('what Stripe should not send again is answered with 400', async () => {
    const subscription = await quietly();
    const body = eventOf(subscription);
    const refused: readonly [string, Sent, RegExp][] = [
      ['no signature', { body }, /missing/],
      ['nonsense', { body, headers: { 'stripe-signature': 'nonsense' } }, /no time/],
      ['of another body', { ...signed(`${body} `), body }, /not valid/],
      ['too old', signed(body, -301), /too old/],
      ['from the future', signed(body, 302), /future/],
      ['no JSON', signed('no json'), /not JSON|not valid/],
      ['no event', signed('{"id":"evt_1"}'), /not a Stripe event|not valid/],
      ['nothing', signed(''), /not JSON|not valid/],
    ];
    for (const [name, sent, why] of refused) {
      const { status, said } = await send(sent);
      assert.equal(status, 400, name);
      assert.match(said.error.message, why, name);
    }
    assert.equal((await send(signed(' '.repeat(256 * 1024 + 1)))).status, 413);
    assert.equal(await fileOf(subscription), null);
    assert.equal((await send(signed(body, -290))).status, 200);
    assert.equal((await specOf(subscription)).access.state, 'granted');
  });

  test('an event that does not concern us is answered with 200 and the reason', async () => {
    const unknown = await send(signed(eventOf('x', { type: 'product.created' })));
    assert.deepEqual([unknown.status, unknown.said.ignored], [200, 'EventUnused']);
    const stranger = await send(signed(eventOf('sub_unowned')));
    assert.deepEqual(
      [stranger.status, stranger.said.agents.map((one: { reason: string }) => one.reason)],
      [200, ['NotOurs']],
    );
  });

  test('of another mode or account: 503 with an alarm, and nothing ends', async () => {
    const { subscription } = await deliver(() => checkout());
    const before = await person.fetch('main');
    for (const part of [{ livemode: true }, { account: 'acct_1Other' }]) {
      logs.length = 0;
      const { status, retryAfter, said } = await send(signed(eventOf(subscription, part)));
      assert.deepEqual([status, said.error.code], [503, 'MisconfiguredAccount']);
      assert.ok(Number(retryAfter) > 0);
      assert.equal(logs.filter(({ level }) => level === 'error').length, 1);
    }
    assert.equal((await person.fetch('main'))?.commit, before?.commit);
  });

  test('template code in the metadata reaches no file and no message', async () => {
    const hostile = `$\{file("/etc/passwd")}\n\u0007retired: {}`;
    const { subscription } = await deliver(() => checkout(hostile));
    const { region, access } = await specOf(subscription);
    assert.deepEqual([region, access.issues], ['eu-central', ['RegionUnknown']]);
    const text = (await (await tip(person)).read(agentPath(agentIdOf(subscription))))?.text ?? '';
    const [created] = await commitsOf(subscription);
    assert.ok(!`${text}${JSON.stringify(created)}${JSON.stringify(logs)}`.includes('passwd'));
  });

  test('an invalid agent file: 503 for that subscription alone, 200 once it is repaired', async () => {
    const [broken, fine] = [await quietly(), await quietly()];
    const path = agentPath(agentIdOf(broken));
    await commit({ [path]: 'kind: Agent\n' });
    const answers = await Promise.all([broken, fine].map((id) => send(signed(eventOf(id)))));
    assert.deepEqual(
      answers.map(({ status }) => status),
      [503, 200],
    );
    assert.equal((await specOf(fine)).access.state, 'granted');
    assert.match(JSON.stringify(logs), new RegExp(`${path}:1:1: .*spec is missing`));
    await commit({ [path]: null });
    assert.equal((await send(signed(eventOf(broken)))).status, 200);
  });

  test('an unreadable catalog: 503 and nothing is written; 200 once it is repaired', async () => {
    const subscription = await quietly();
    const good = (await (await tip(person)).read('catalog.yaml'))?.text ?? '';
    await commit({ 'catalog.yaml': 'plans: [\n' });
    assert.equal((await send(signed(eventOf(subscription)))).status, 503);
    assert.equal(await fileOf(subscription), null);
    await commit({ 'catalog.yaml': good });
    assert.equal((await send(signed(eventOf(subscription)))).status, 200);
    assert.equal((await specOf(subscription)).access.state, 'granted');
  });

  test('a git server without pushes, and a Stripe that is down: 503 until the next delivery', async () => {
    const subscription = await quietly();
    const path = '/aura/agents.git/git-receive-pack';
    const fault = { kind: 'status', status: 503 } as const;
    cloud.world.faults.add({ api: 'git', method: 'POST', path, ...fault, times: 3 });
    assert.equal((await send(signed(eventOf(subscription)))).status, 503);
    cloud.world.faults.add({ api: 'stripe', ...fault, times: 3 });
    assert.equal((await send(signed(eventOf(subscription)))).status, 503);
    assert.equal(await fileOf(subscription), null);
    assert.equal((await send(signed(eventOf(subscription)))).status, 200);
    assert.equal((await commitsOf(subscription)).length, 1);
  });

  test('a person pushes meanwhile: no event is lost and no edit either', async () => {
    const subscriptions = [];
    for (let n = 0; n < 6; n += 1) subscriptions.push(await quietly());
    const note = async (n: number) => {
      for (let tries = 0; tries < 50; tries += 1) {
        const edits = draft(`Note ${n}`, { [`notes/${n}.md`]: 'x' });
        if ((await person.push('main', await tip(person), [edits])).kind === 'pushed') return;
      }
      assert.fail('no note could be pushed');
    };
    const notes = (async () => {
      for (let n = 0; n < 4; n += 1) await note(n);
    })();
    const answers = await Promise.all(subscriptions.map((id) => send(signed(eventOf(id)))));
    await notes;
    assert.deepEqual(
      answers.map(({ status }) => status),
      subscriptions.map(() => 200),
    );
    for (const id of subscriptions) assert.equal((await commitsOf(id)).length, 1);
    assert.equal((await (await tip(person)).list('notes')).length, 4);
  });

  test('the log contains no secret and no customer', () => {
    const text = JSON.stringify(logs);
    for (const name of ['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET', 'GITHUB_TOKEN']) {
      assert.ok(!text.includes(env(name)), name);
    }
    assert.ok(!text.includes('customer@example.com'));
  });

  /** Our answers to every delivery about a subscription. */
  async function statuses(subscription: string) {
    const about = [...cloud.world.stripe.objects.events.values()]
      .filter((event) => JSON.stringify(event).includes(subscription))
      .map(({ id }) => id);
    const log = cloud.world.stripe.deliveries.log.filter(({ event }) => about.includes(event));
    return { status: [...new Set(log.map(({ status }) => status))], length: log.length };
  }
});
