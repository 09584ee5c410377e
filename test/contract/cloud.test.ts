import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { AwsClient } from 'aws4fetch';
import Stripe from 'stripe';
import { type LocalCloud, startCloud } from '../../local-cloud/cloud.ts';
import { motoServerPath, withoutMoto } from '../local-cloud/moto-path.ts';
import { sshCaKey } from '../support/ca-key.ts';

const motoServer = motoServerPath();
const made = { motoServer, sshCaKey };

test('without moto no process is left running', async () => {
  await assert.rejects(startCloud({ motoServer: null, sshCaKey }), { reason: 'ToolMissing' });
});

describe('the local cloud', { skip: withoutMoto }, () => {
  let cloud: LocalCloud;
  const env = (name: string) => cloud.addresses.env[name] ?? assert.fail(`no ${name}`);
  before(async () => {
    cloud = await startCloud({ ...made, seed: 7 });
  });
  after(() => cloud.close());

  async function control(path: string, body?: unknown): Promise<Record<string, unknown>> {
    const options =
      body === undefined
        ? {}
        : {
            method: 'POST',
            body: JSON.stringify(body),
            headers: { 'content-type': 'application/json' },
          };
    const answer = await fetch(`${cloud.addresses.control}${path}`, options);
    const said: unknown = await answer.json();
    assert.ok(answer.ok && typeof said === 'object' && said !== null, JSON.stringify(said));
    return { ...said };
  }

  test('starts with nothing but what can be bought', async () => {
    const { now: _, github: __, ...world } = await control('/');
    for (const [name, value] of Object.entries(world)) {
      const empty = Array.isArray(value) ? value : Object.keys(value ?? {});
      assert.deepEqual(empty, [], name);
    }
    const names = 'servers primaryIps firewalls sshKeys devices keys subscriptions states locks';
    for (const name of names.split(' ')) assert.ok(name in world, name);
  });

  test('every credential of the environment opens its API, and no other does', async () => {
    const calls: [string, string, string][] = [
      [`${env('HCLOUD_ENDPOINT')}/servers`, `Bearer ${env('HCLOUD_TOKEN')}`, 'Bearer no'],
      [
        `${env('STRIPE_API_BASE')}/v1/subscriptions`,
        `Bearer ${env('STRIPE_SECRET_KEY')}`,
        'Bearer no',
      ],
      [`${env('GITHUB_API_URL')}/repos/aura/agents`, `Bearer ${env('GITHUB_TOKEN')}`, 'Bearer no'],
      [
        `${env('AURA_REPOSITORY_URL')}/info/refs?service=git-receive-pack`,
        basic('x-access-token', env('GITHUB_TOKEN')),
        basic('x-access-token', 'no'),
      ],
    ];
    for (const [url, right, wrong] of calls) {
      assert.equal((await fetch(url, { headers: { authorization: right } })).status, 200, url);
      assert.equal((await fetch(url, { headers: { authorization: wrong } })).status, 401, url);
    }
    const token = await fetch(`${env('TAILSCALE_BASE_URL')}/api/v2/oauth/token`, {
      method: 'POST',
      headers: {
        authorization: basic(
          env('TAILSCALE_OAUTH_CLIENT_ID'),
          env('TAILSCALE_OAUTH_CLIENT_SECRET'),
        ),
      },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    assert.equal(token.status, 200);
    const s3 = new AwsClient({
      accessKeyId: env('AWS_ACCESS_KEY_ID'),
      secretAccessKey: env('AWS_SECRET_ACCESS_KEY'),
      region: env('AWS_REGION'),
      service: 's3',
    });
    const listed = await s3.fetch(`${env('AWS_ENDPOINT_URL_S3')}/${env('AURA_STATE_BUCKET')}`);
    assert.equal(listed.status, 200);
    const mail = await fetch(`${env('RESEND_BASE_URL')}/emails`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${env('RESEND_API_KEY')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({
        from: env('AURA_MAIL_FROM'),
        to: 'a@example.com',
        subject: 'Hi',
        text: 'Hi',
      }),
    });
    assert.equal(mail.status, 200);
  });

  test('every address is on loopback', () => {
    const { env: variables, readOnlyEnv, ...addresses } = cloud.addresses;
    const all = [addresses, variables, readOnlyEnv].flatMap((one) => Object.values(one));
    const urls = all.filter((value) => value.startsWith('http'));
    assert.ok(urls.length > 10);
    for (const url of urls) assert.equal(new URL(url).hostname, '127.0.0.1', url);
  });

  test('a paying customer’s event is sent to the receiver, signed, and is in the dump', async () => {
    const receiver = await startReceiver();
    await control('/webhook', { url: receiver.url });
    const bought = await control('/checkout', { plan: 'starter', region: 'us-east' });
    const { body, signature } = await receiver.first;
    const event = Stripe.webhooks.constructEvent(body, signature, env('STRIPE_WEBHOOK_SECRET'));
    assert.match(event.type, /^(customer|checkout|invoice)/);
    const { subscriptions } = await control('/');
    assert.ok(Array.isArray(subscriptions));
    assert.deepEqual(
      subscriptions.map(({ id, customer, metadata }) => [id, customer, metadata.region]),
      [[bought['subscription'], bought['customer'], 'us-east']],
    );
    await control('/cancel', { subscription: bought['subscription'] });
    const later = (await control('/')).subscriptions;
    assert.ok(Array.isArray(later) && later[0].status === 'canceled');
    receiver.close();
  });

  test('time moves for all of it at once, and faults reach their API', async () => {
    const headers = { authorization: `Bearer ${env('HCLOUD_TOKEN')}` };
    const ask = () => fetch(`${env('HCLOUD_ENDPOINT')}/servers`, { headers });
    const dateOf = (answer: Response) => Date.parse(answer.headers.get('date') ?? '');
    const before = dateOf(await ask());
    await control('/clock', { advanceSeconds: 3600 });
    assert.ok(dateOf(await ask()) - before >= 3_600_000);
    await control('/faults', { api: 'hetzner', kind: 'status', status: 503, path: '/v1/servers' });
    assert.equal((await ask()).status, 503);
    assert.equal((await ask()).status, 200);
    const { requests } = await control('/');
    assert.ok(typeof requests === 'object' && requests !== null && 'hetzner' in requests);
    assert.match(JSON.stringify(requests.hetzner), /"GET \/v1\/servers":\d+/);
  });

  test('the same seed gives the same world', async () => {
    const [one, two] = [
      await startCloud({ ...made, seed: 7 }),
      await startCloud({ ...made, seed: 7 }),
    ];
    const sold = [one, two].map(({ world }) => world.control.checkout({ plan: 'pro' }));
    const [a, b] = await Promise.all(sold);
    assert.deepEqual(a, b);
    assert.equal(
      await one.world.repository.resolve('main'),
      await two.world.repository.resolve('main'),
    );
    for (const name of ['HCLOUD_TOKEN', 'STRIPE_WEBHOOK_SECRET', 'GITHUB_TOKEN']) {
      assert.equal(one.addresses.env[name], two.addresses.env[name]);
    }
    await Promise.all([one.close(), two.close()]);
  });

  test('once closed, nothing answers and no process is left', async () => {
    const publicUrl = 'http://127.0.0.1:8080';
    const other = await startCloud({ ...made, seed: 8, publicUrl });
    const { gitDir } = other.world.repository;
    const policy = await other.world.repository.git(['show', 'main:policy.yaml']);
    assert.match(policy, /^heartbeats: \{url: "http:\/\/127\.0\.0\.1:8080"\}$/m);
    assert.ok(existsSync(gitDir));
    await other.close();
    assert.ok(!existsSync(gitDir));
    for (const url of [other.addresses.control, other.addresses.s3, other.addresses.hetzner]) {
      await assert.rejects(fetch(url), TypeError);
    }
  });
});

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

async function startReceiver() {
  const { promise, resolve } = Promise.withResolvers<{ body: string; signature: string }>();
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      response.end('{}');
      resolve({ body, signature: String(request.headers['stripe-signature']) });
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${port}/webhooks/stripe`, first: promise, close };
}
