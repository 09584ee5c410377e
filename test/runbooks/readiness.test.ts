/**
 * Checks of the doctor for the bucket, the accounts and their limits: each is broken, seen failing,
 * and well again once its advice is followed.
 */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { AwsClient } from 'aws4fetch';
import { serverTypes } from '../../local-cloud/hetzner/catalogue.ts';
import { parsePolicy } from '../../local-cloud/tailscale/policy.ts';
import { pinnedVersion } from '../../reconciler/adapters/stripe/endpoints.ts';
import type { Finding } from '../../reconciler/app/cli/verbs/doctor.ts';
import { policyText, toolsHere } from '../contract/fleet-world.ts';
import { type Desk, openDesk } from './desk.ts';
import { readinessChecks } from './readiness-checks.ts';

const skip = toolsHere() === null && 'terraform: the tools are not set up (`npm run setup`)';
type Env = Readonly<Record<string, string>>;

describe('the doctor proves an installation ready', { skip }, () => {
  let desk: Desk;
  const unwell = new Set<string>();
  before(async () => {
    desk = await openDesk({ seed: 57, rate: 20, policy: policyText });
    assert.equal((await desk.verb('aura init')).code, 0);
    await desk.running(await desk.open(), 1);
  });
  after(() => desk?.close());

  async function finding(name: string, env: Env = {}): Promise<Finding> {
    const { stdout } = await desk.verb('aura doctor --json', env);
    const { checks } = JSON.parse(stdout) as { checks: readonly Finding[] };
    return checks.find((check) => check.name === name) ?? assert.fail(`no check ${name}`);
  }
  type Wrong = { readonly says: RegExp; readonly todo: RegExp; readonly env?: Env };
  async function fails(name: string, { says, todo, env }: Wrong): Promise<void> {
    const found = await finding(name, env);
    assert.equal(found.ok, false, JSON.stringify(found));
    assert.match(found.message, says);
    assert.match(found.todo ?? '', todo);
    unwell.add(name);
  }
  async function isWell(name: string, env: Env = {}): Promise<void> {
    const found = await finding(name, env);
    assert.deepEqual([found.ok, found.todo], [true, undefined], JSON.stringify(found));
  }

  test('the settings of the bucket, each with the command that turns it on', async () => {
    const { env } = desk;
    const client = new AwsClient({
      accessKeyId: env['AWS_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: env['AWS_SECRET_ACCESS_KEY'] ?? '',
      region: env['AWS_REGION'] ?? '',
      service: 's3',
    });
    const send = async (name: string, method: string, body?: string) => {
      const url = `${env['AWS_ENDPOINT_URL_S3']}/${env['AURA_STATE_BUCKET']}?${name}`;
      const answer = await client.fetch(url, { method, ...(body === undefined ? {} : { body }) });
      assert.ok(answer.ok, `${method} ${name}: ${answer.status}`);
    };
    const parts = [
      [
        'private',
        'publicAccessBlock',
        null,
        /^aws s3api put-public-access-block --bucket aura-state/,
      ],
      ['encrypted', 'encryption', null, /^aws s3api put-bucket-encryption --bucket aura-state/],
      [
        'versioned',
        'versioning',
        '<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>',
        /Status=Enabled$/,
      ],
      [
        'logged',
        'logging',
        '<BucketLoggingStatus xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>',
        /^aws s3api put-bucket-logging/,
      ],
    ] as const;
    for (const [name, query, body, todo] of parts) {
      await isWell(`bucket ${name}`);
      if (body === null) await send(query, 'DELETE');
      else await send(query, 'PUT', body);
      await fails(`bucket ${name}`, { says: new RegExp(`is not ${name}: `), todo });
    }
  });

  test('a key that may not read them: unknown, which is neither right nor wrong', async () => {
    const { readOnlyEnv } = desk.cloud.addresses;
    const keys = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];
    const env = Object.fromEntries(keys.map((name) => [name, readOnlyEnv[name] ?? '']));
    const found = await finding('bucket private', env);
    assert.deepEqual([found.ok, found.unknown], [false, true]);
    assert.match(found.todo ?? '', /^Allow s3:GetBucketPublicAccessBlock/);
    assert.match((await desk.verb('aura doctor', env)).stdout, /^unknown bucket private /m);
  });

  test('a store that takes two writes at once has no locks', async () => {
    await isWell('bucket lock');
    assert.ok(!(await desk.cloud.world.s3.keys()).some((key) => key.startsWith('aura-doctor/')));
    const store = createServer((request, response) => {
      request
        .resume()
        .on('end', () => response.writeHead(request.method === 'GET' ? 404 : 200).end());
    });
    await new Promise<void>((resolve) => store.listen(0, '127.0.0.1', resolve));
    const { port } = store.address() as AddressInfo;
    const env = { AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}` };
    await fails('bucket lock', {
      env,
      says: /two runs could hold one lock: it took 2 of two writes at once, and 1 of one afterwards/,
      todo: /If-None-Match/,
    });
    store.closeAllConnections();
    store.close();
  });

  test('quotas: what is left of them, and nothing more to buy', async () => {
    const { todo } = await finding('quotas');
    assert.match(todo ?? '', /^Set quotas\.servers in policy\.yaml: https:\/\/console\.hetzner/);
    const set = (servers: number) =>
      desk.edit(
        'policy.yaml',
        (text) =>
          `${text.replace(/^quotas: .*\n/m, '')}quotas: {servers: ${servers}, primaryIps: 60, devices: 100}\n`,
      );
    await set(1);
    await fails('quotas', { says: /^0 of 1 servers left, 58 of 60/, todo: /set quotas\.servers/ });
    await set(5);
    assert.match((await finding('quotas')).todo ?? '', /Ask for more: one run may create 20/);
    await set(60);
    await isWell('quotas');
  });

  test('what the catalog sells, or agents run on, is withdrawn', async () => {
    await isWell('withdrawals');
    const type = serverTypes.find(({ name }) => name === 'cpx22') ?? assert.fail();
    const until = (after: string) =>
      Object.assign(type, { deprecation: { announced: '2026-11-01T00:00:00+00:00', after } });
    until('2099-01-01T00:00:00+00:00');
    const early = await finding('withdrawals');
    assert.deepEqual([early.ok, early.todo], [true, 'Name others in catalog.yaml.']);
    const soon = new Date(desk.cloud.world.clock.now() + 10 * 86_400_000).toISOString();
    until(soon);
    await fails('withdrawals', {
      says: new RegExp(
        `catalog\\.yaml sells what Hetzner withdraws: cpx22.* \\(${soon.slice(0, 10)}\\)`,
      ),
      todo: /Name others in catalog\.yaml/,
    });
    await desk.edit('catalog.yaml', (text) =>
      text.replace('eu-central: cpx22', 'eu-central: cpx32'),
    );
    const used = await finding('withdrawals');
    assert.equal(used.ok, true);
    assert.match(used.message, /agents run on what Hetzner withdraws: cpx22/);
    Object.assign(type, { deprecation: undefined });
    await isWell('withdrawals');
  });

  test('a key of the tailnet is really made, and revoked', async () => {
    await isWell('Tailscale key');
    const { tailnet } = desk.cloud.world.tailscale;
    const meant = tailnet.policy;
    const text = meant.text.replaceAll('tag:aura-ci', 'tag:other-ci');
    Object.assign(tailnet, { policy: parsePolicy(text) });
    await fails('Tailscale key', {
      says: /tag:aura-ci.* are invalid or not permitted/,
      todo: /scope auth_keys/,
    });
    Object.assign(tailnet, { policy: meant });
    const { readOnlyEnv } = desk.cloud.addresses;
    const names = ['TAILSCALE_OAUTH_CLIENT_ID', 'TAILSCALE_OAUTH_CLIENT_SECRET'];
    const env = Object.fromEntries(names.map((name) => [name, readOnlyEnv[name] ?? '']));
    await fails('Tailscale key', { env, says: /no key can be made/, todo: /scope auth_keys/ });
    const left = [...tailnet.keys.values()].filter(
      ({ used, revoked }) => !used && revoked === null,
    );
    assert.deepEqual(left, []);
  });

  test('the prices that the catalog states are those that Stripe charges', async () => {
    await isWell('prices');
    const stating = (price: number) =>
      desk.edit(
        'catalog.yaml',
        (text) =>
          text.replace(/(?=^ {4}serverTypes)/m, `    price: {monthly: ${price}, currency: EUR}\n`),
        'A price',
      );
    await stating(29);
    await fails('prices', {
      says: /^starter is shown for 29\.00 EUR a month, and price_\w+ charges 19\.00 EUR$/,
      todo: /^Correct `price`/,
    });
    await desk.edit(
      'catalog.yaml',
      (text) => text.replace('monthly: 29,', 'monthly: 19,'),
      'Right',
    );
    await isWell('prices');
  });

  test("Stripe's webhook endpoint: there, on, with every event, in our version", async () => {
    const stripe = async (path: string, fields: Readonly<Record<string, string>>) => {
      const answer = await fetch(`${desk.env['STRIPE_API_BASE']}/v1/webhook_endpoints${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${desk.env['STRIPE_SECRET_KEY']}` },
        body: new URLSearchParams(fields),
      });
      assert.ok(answer.ok, await answer.clone().text());
      return (await answer.json()) as { id: string };
    };
    const elsewhere = { AURA_PUBLIC_URL: 'https://other.example.com' };
    await fails('Stripe webhook', {
      env: elsewhere,
      says: /no webhook endpoint sends events to https:\/\/other\.example\.com\/webhooks\/stripe/,
      todo: /^stripe webhook_endpoints create -d url=https/,
    });
    const url = 'https://other.example.com/webhooks/stripe';
    const few = { url, 'enabled_events[0]': 'invoice.paid', api_version: pinnedVersion };
    const { id } = await stripe('', few);
    await fails('Stripe webhook', {
      env: elsewhere,
      says: /it does not send charge\.dispute\.closed, /,
      todo: new RegExp(`^stripe webhook_endpoints update ${id} `),
    });
    await stripe(`/${id}`, { 'enabled_events[0]': '*' });
    await isWell('Stripe webhook', elsewhere);
    await stripe(`/${id}`, { disabled: 'true' });
    await fails('Stripe webhook', { env: elsewhere, says: /is disabled/, todo: /disabled=false$/ });
    assert.match(
      (await finding('Stripe webhook')).message,
      /the account's default version; Aura reads/,
    );
  });

  test('a token that expires within a month', async () => {
    await isWell('expiry');
    const { github, clock } = desk.cloud.world;
    const inDays = (days: number) => ({
      GITHUB_TOKEN: github.tokenOfPerson('olga', clock.now() + days * 86_400_000),
    });
    await isWell('expiry', inDays(40));
    await fails('expiry', {
      env: inDays(12),
      says: /expires in 1[12] days, at 20/,
      todo: /Make a new one/,
    });
  });

  test('no check is left out', () => {
    assert.deepEqual([...unwell].sort(), [...readinessChecks].sort());
  });
});
