/**
 * The outside of intake, all of it real but for the machines: a git server and Stripe's API of
 * the local cloud, signed deliveries over HTTP, and `aura serve` as a process that can be killed.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startApi } from '../../local-cloud/api-server.ts';
import { createWorldClock } from '../../local-cloud/clock.ts';
import { createRandomness } from '../../local-cloud/randomness.ts';
import { createStripe } from '../../local-cloud/stripe/stripe.ts';
import { createBilling } from '../../reconciler/adapters/stripe/billing.ts';
import { agentIdOf, agentPath } from '../../reconciler/core/agent/agent.ts';
import { parseAgentFile } from '../../reconciler/core/agent/agent-file.ts';
import { parseCatalog } from '../../reconciler/core/agent/catalog.ts';
import { policyExample } from '../../reconciler/core/agent/policy.ts';
import type { Clock } from '../../reconciler/ports/clock.ts';
import { until } from '../support/until.ts';
import { createGitWorld, draft, token } from './git-world.ts';

const root = join(import.meta.dirname, '../..');
const secretKey = 'sk_live_planted0123456789';
const webhookSecret = 'whsec_planted0123456789';
const longMs = 60_000;

export const wallClock: Clock = {
  now: () => Date.now(),
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};
type Answer = { readonly status: number; readonly body: string };
export type Serve = {
  readonly url: string;
  readonly pid: number;
  /** what it said on stderr so far */
  log(): string;
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null>;
};
export type IntakeWorld = Awaited<ReturnType<typeof createIntakeWorld>>;

export async function createIntakeWorld() {
  const git = await createGitWorld();
  const clock = createWorldClock({ startMs: Date.now(), rate: 1 });
  const catalogText = await readFile(join(root, 'desired-state/catalog.yaml'), 'utf8');
  const catalog = parseCatalog(catalogText);
  assert.ok(catalog.ok);
  const stripe = createStripe({
    clock,
    randomness: createRandomness(5),
    catalog: catalog.value,
    secretKey,
    webhookSecret,
    rateLimit: 'off',
  });
  const api = await startApi(stripe, { clock, ledger: git.ledger, faults: git.faults });
  const policy = policyExample
    .replace('acct_1Example', stripe.account)
    .replace('livemode: false', 'livemode: true');
  const person = git.repository();
  await person.push('main', null, [
    draft('first', { 'catalog.yaml': catalogText, 'policy.yaml': policy }),
  ]);
  const running = new Set<ChildProcess>();

  async function startServe(): Promise<Serve> {
    const child = spawn(
      process.execPath,
      [
        '--max-semi-space-size=8',
        '--heap-growing-percent=50',
        join(root, 'reconciler/app/cli/aura.ts'),
        'serve',
      ],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          PATH: process.env.PATH,
          PORT: '0',
          STRIPE_SECRET_KEY: secretKey,
          STRIPE_API_BASE: api.url,
          STRIPE_WEBHOOK_SECRET: `whsec_former,${webhookSecret}`,
          AURA_REPOSITORY_URL: git.url,
          GITHUB_REPOSITORY: 'aura/agents',
          GITHUB_TOKEN: token,
          AURA_PUBLIC_URL: 'http://127.0.0.1',
          AURA_TOKEN_SECRET: 'x'.repeat(64),
          AURA_PLATFORM_TOKENS: `shop:commands+read+metrics:${'y'.repeat(40)}`,
          AURA_LOG_LEVEL: 'debug',
        },
      },
    );
    running.add(child);
    let log = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
    const ended = once(child, 'exit');
    const url = await new Promise<string>((resolve, reject) => {
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        const found = /http:\/\/[\w.:[\]]+/.exec(text);
        if (found !== null) resolve(found[0]);
      });
      child.once('exit', () => reject(new Error(`aura serve ended: ${log}`)));
    });
    return {
      url: `${url}/webhooks/stripe`,
      pid: child.pid ?? 0,
      log: () => log,
      async kill(signal) {
        child.kill(signal);
        const [code] = await ended;
        running.delete(child);
        return code;
      },
    };
  }

  return {
    git,
    person,
    stripe,
    startServe,
    billing: () => createBilling({ secretKey, webhookSecrets: [webhookSecret], apiBase: api.url }),
    async checkout(): Promise<string> {
      return (await stripe.checkout({ plan: 'starter', quiet: true })).subscription;
    },
    /** Null where the other side disconnected without an answer. */
    deliver: (url: string, id: string, subscription: string) =>
      post(url, eventText(id, subscription)),
    /** Any body, with a valid signature. */
    send: (url: string, body: object) => post(url, JSON.stringify(body)),
    /** From now on that request is held, or its answer: no call continues until `calm`. */
    hold(request: { api: 'git' | 'stripe'; path: string; answer?: boolean }): void {
      const kind = request.answer === true ? 'timeoutAfter' : 'delay';
      git.faults.add({ api: request.api, path: request.path, kind, ms: longMs });
    },
    /** Resolves once the fault has struck. */
    async struck(): Promise<void> {
      const isUsedUp = () => git.faults.pending().length === 0;
      await until('the fault has struck', isUsedUp, () => wallClock.wait(5));
    },
    async specOf(subscription: string) {
      const path = agentPath(agentIdOf(subscription));
      const text = await git.bare.tryGit(['show', `main:${path}`]);
      if (text.code !== 0) return null;
      const parsed = parseAgentFile({ path, oid: '', text: text.stdout.toString() });
      assert.ok(parsed.kind === 'valid', 'the file is invalid');
      return parsed.agent.spec;
    },
    /** Commits on the server that touched the file, by the events that they cite. */
    async citedBy(subscription: string): Promise<readonly string[]> {
      const path = agentPath(agentIdOf(subscription));
      const format = '--format=%(trailers:key=Stripe-Event,valueonly,separator=%x2C)';
      const out = await git.bare.git(['log', format, 'main', '--', path]);
      return out.split('\n').filter((line) => line !== '');
    },
    async close(): Promise<void> {
      for (const child of running) child.kill('SIGKILL');
      git.faults.clear();
      await api.close();
      await git.close();
      clock.close();
    },
  };
}

/** With content that no log may show. */
function eventText(id: string, subscription: string): string {
  return JSON.stringify({
    id,
    object: 'event',
    type: 'customer.subscription.updated',
    created: Math.floor(Date.now() / 1000),
    livemode: true,
    data: {
      object: {
        id: subscription,
        object: 'subscription',
        customer: 'cus_any',
        metadata: { note: 'planted@example.com', key: 'sk_live_plantedInMetadata' },
        default_payment_method: { billing_details: { name: 'Planted Person' } },
      },
    },
  });
}

async function post(url: string, body: string): Promise<Answer | null> {
  const t = Math.floor(Date.now() / 1000);
  const v1 = createHmac('sha256', webhookSecret).update(`${t}.${body}`).digest('hex');
  const headers = { 'content-type': 'application/json', 'stripe-signature': `t=${t},v1=${v1}` };
  try {
    const answer = await fetch(url, { method: 'POST', body, headers });
    return { status: answer.status, body: await answer.text() };
  } catch {
    return null;
  }
}

/** What `aura serve` must never log, wherever it got it from. */
export const planted = [
  secretKey,
  webhookSecret,
  token,
  'planted@example.com',
  'sk_live_plantedInMetadata',
  'Planted Person',
  'whsec_former',
  'x'.repeat(64),
  'y'.repeat(40),
];
