/** The real Stripe CLI: `stripe listen --forward-to` takes events from the local cloud. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import {
  type Started,
  secretKey,
  startStripe,
  webhookSecret,
} from '../local-cloud/stripe/stripe-world.ts';
import { clientTool } from '../support/clients.ts';

const cli = clientTool('stripeCli');
const patienceMs = 30_000;

describe('the Stripe CLI', { skip: 'skip' in cli && cli.skip }, () => {
  let stripe: Started;
  let home = '';
  let listening: ChildProcess | undefined;
  let said = '';
  let answerWith = 200;
  const received: { body: Buffer; signature: string }[] = [];
  const receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const signature = String(request.headers['stripe-signature']);
      received.push({ body: Buffer.concat(chunks), signature });
      response.writeHead(answerWith).end();
    });
  });
  let url = '';

  function run(args: readonly string[]): ChildProcess {
    const env = {
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      XDG_CONFIG_HOME: home,
      STRIPE_API_KEY: secretKey,
      STRIPE_CLI_TELEMETRY_OPTOUT: '1',
      DO_NOT_TRACK: '1',
    };
    const path = 'path' in cli ? cli.path : '';
    return spawn(path, [...args, '--api-base', stripe.url], { env, cwd: home });
  }
  function heard(child: ChildProcess): void {
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        said += chunk.toString();
      });
  }

  before(async () => {
    stripe = await startStripe();
    home = await mkdtemp(join(tmpdir(), 'aura-stripe-cli-'));
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
    listening = run(['listen', '--all-snapshot', '--forward-to', url, '--skip-update']);
    heard(listening);
    await until(() => said.includes('Ready!'));
  });
  after(async () => {
    const ended = new Promise((resolve) => listening?.once('exit', resolve));
    if (listening?.exitCode === null && listening.kill('SIGTERM')) await ended;
    receiver.close();
    receiver.closeAllConnections();
    await stripe?.close();
    await rm(home, { recursive: true, force: true });
  });

  it('prints the signing secret, and forwards each event with a signature that it verifies', async () => {
    assert.ok(said.includes(webhookSecret), said);
    const { subscription } = await stripe.world.checkout({ plan: 'starter' });
    await until(() => received.length >= stripe.world.objects.events.size);
    const events = received.map(({ body, signature }) =>
      stripe.client.webhooks.constructEvent(body, signature, webhookSecret),
    );
    const created = events.find(({ type }) => type === 'customer.subscription.created');
    assert.ok(created?.type === 'customer.subscription.created');
    assert.equal(created.data.object.id, subscription);
    await until(() => said.includes(`customer.subscription.created [${created.id}]`));
  });

  it('reports the answers of the endpoint', async () => {
    answerWith = 503;
    const [subscription] = stripe.world.objects.subscriptions.values();
    await stripe.client.subscriptions.update(subscription?.id ?? '', { metadata: { a: 'b' } });
    await until(() =>
      stripe.world.deliveries.log.some(
        (one) =>
          one.type === 'customer.subscription.updated' && one.status === 503 && one.url === url,
      ),
    );
  });

  it('reads objects too, and gets the real error for a missing one', async () => {
    const answers = await Promise.all([
      output(['get', '/v1/account']),
      output(['subscriptions', 'retrieve', 'sub_unowned']),
      output(['events', 'list', '--limit', '1']),
    ]);
    const [account, missing, events] = answers.map((text) => JSON.parse(text));
    assert.equal(account.id, stripe.world.account);
    assert.equal(missing.error.code, 'resource_missing');
    assert.deepEqual([events.data.length, events.has_more], [1, true]);
  });

  function output(args: readonly string[]): Promise<string> {
    const child = run(args);
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    return new Promise((resolve) => child.once('close', () => resolve(text)));
  }

  /** The CLI is a program of its own: its time is wall time. */
  async function until(isSo: () => boolean): Promise<void> {
    const giveUp = performance.now() + patienceMs;
    for (let now = 0; !isSo() && now < giveUp && listening?.exitCode === null; ) {
      await new Promise((resolve) => setImmediate(resolve));
      now = performance.now();
    }
    assert.ok(isSo(), said);
  }
});
