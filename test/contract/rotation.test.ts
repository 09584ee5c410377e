/**
 * Each secret that signs or admits is replaced while two instances of `aura serve` are under load,
 * by the steps of docs/guide/credentials.md: no request is refused, and afterwards only the new
 * secrets are valid.
 */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it, type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { type LocalCloud, startCloud } from '../../local-cloud/cloud.ts';
import { type OpenPorts, openPorts } from '../../reconciler/app/main.ts';
import { agentPath } from '../../reconciler/core/agent/agent.ts';
import { renderRecord } from '../../reconciler/core/fleet/record-file.ts';
import { createLink } from '../../reconciler/flows/status/token.ts';
import { startAura } from '../app/cli/program.ts';
import { idNo, recordNo } from '../builders/world.ts';
import { createFakeLog } from '../fakes/log.ts';
import { motoServerPath, withoutMoto } from '../local-cloud/moto-path.ts';
import { sshCaKey } from '../support/ca-key.ts';
import { until } from '../support/until.ts';

type Age = 'old' | 'new';
type Env = Readonly<Record<string, string>>;
type Instance = { readonly url: string; readonly process: ReturnType<typeof startAura> };

const secrets = {
  old: { text: 'o'.repeat(40), webhook: `whsec_${Buffer.from('o'.repeat(32)).toString('base64')}` },
  new: { text: 'n'.repeat(40), webhook: `whsec_${Buffer.from('n'.repeat(32)).toString('base64')}` },
};

/** All variables, with the secrets of these ages: the first signs. */
function variables(...ages: readonly Age[]): Env {
  const texts = ages.map((age) => secrets[age].text);
  const webhooks = ages.map((age) => secrets[age].webhook);
  return {
    AURA_TOKEN_SECRET: texts.join(','),
    AURA_PLATFORM_TOKENS: texts.map((text) => `shop:read+metrics+commands:${text}`).join(','),
    AURA_GIT_WEBHOOK_SECRET: texts.join(','),
    STRIPE_WEBHOOK_SECRET: webhooks.join(','),
    AURA_WEBHOOK_SECRETS: webhooks.map((one) => `shop:${one}`).join(','),
  };
}

const agent = idNo(1);
const hex = (secret: string, text: string) =>
  createHmac('sha256', secret).update(text).digest('hex');
/** Several, because one link may be opened only so often. */
const linkOf = (age: Age, n: number) =>
  createLink({
    id: agent,
    epoch: 0,
    expires: Math.floor(Date.now() / 86_400_000 + 2) * 86_400 + (n % 10),
    secret: secrets[age].text,
  });

/** What each client sends, by the secret that it has. */
const requests = {
  link: (age: Age, n: number) => [`/v1/agents/${agent}?token=${linkOf(age, n)}`, {}] as const,
  platform: (age: Age) =>
    ['/metrics', { headers: { authorization: `Bearer ${secrets[age].text}` } }] as const,
  git(age: Age) {
    const body = '{"ref":"refs/heads/other"}';
    const signature = `sha256=${hex(secrets[age].text, body)}`;
    const headers = { 'content-type': 'application/json', 'x-hub-signature-256': signature };
    return ['/hooks/git', { method: 'POST', body, headers }] as const;
  },
  stripe(age: Age, n: number) {
    const about = { object: 'event', type: 'product.updated', livemode: false };
    const data = { object: { id: 'prod_1', object: 'product' } };
    const seconds = Math.floor(Date.now() / 1000);
    const body = JSON.stringify({ id: `evt_${n}`, created: seconds, ...about, data });
    const v1 = hex(secrets[age].webhook, `${seconds}.${body}`);
    const headers = {
      'content-type': 'application/json',
      'stripe-signature': `t=${seconds},v1=${v1}`,
    };
    return ['/webhooks/stripe', { method: 'POST', body, headers }] as const;
  },
} as const;
/** More than are sent in the minutes that it may take. */
const requestsMax = 10_000;
type Client = keyof typeof requests;
const clients = Object.keys(requests) as readonly Client[];

describe('secrets are replaced under load', { skip: withoutMoto }, () => {
  let cloud: LocalCloud;
  let opened: OpenPorts<'state'>;
  /** what the load balancer has */
  const instances: Instance[] = [];
  /** of each request that has no answer yet */
  const underWay: Instance[] = [];
  /** the secret that each client has; the receiver of outgoing webhooks, too */
  const ages = Object.fromEntries([...clients, 'receiver'].map((one) => [one, 'old'])) as Record<
    Client | 'receiver',
    Age
  >;
  const refused: string[] = [];
  const counts = { link: 0, platform: 0, git: 0, stripe: 0, receiver: 0 };
  let ended = false;

  const receiver = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      try {
        const headers = request.headers as Record<string, string>;
        new Webhook(secrets[ages.receiver].webhook).verify(body, headers);
        counts.receiver += 1;
      } catch (thrown) {
        refused.push(`receiver ${ages.receiver}: ${String(thrown)}`);
      }
      response.end();
    });
  });

  async function start(env: Env): Promise<Instance> {
    const { port } = receiver.address() as AddressInfo;
    const process = startAura(['serve', '--port', '0'], {
      ...cloud.addresses.readOnlyEnv,
      ...env,
      AURA_WEBHOOKS: `shop:http://127.0.0.1:${port}/`,
    });
    const url = await process.firstLine;
    const isReady = async () => (await fetch(`${url}/readyz`)).status === 200;
    await until('the instance is ready', isReady, () => wait(50));
    return { url, process };
  }

  async function stop({ process }: Instance): Promise<void> {
    process.kill('SIGTERM');
    await process.ended;
  }

  /** One after the other: out of the load balancer, drained, ended, started, and in again. */
  async function restartAll(env: Env): Promise<void> {
    for (const instance of [...instances]) {
      instances.splice(instances.indexOf(instance), 1);
      await until(
        'it is drained',
        () => !underWay.includes(instance),
        () => wait(10),
      );
      await stop(instance);
      instances.push(await start(env));
    }
  }

  async function send(client: Client, age: Age, n: number): Promise<string> {
    const instance = instances[n % instances.length] ?? assert.fail('no instance is there');
    const [path, init] = requests[client](age, n);
    underWay.push(instance);
    try {
      const answer = await fetch(`${instance.url}${path}`, init);
      const text = await answer.text();
      return `${answer.status} ${answer.ok ? '' : text}`;
    } finally {
      underWay.splice(underWay.indexOf(instance), 1);
    }
  }

  async function load(client: Client): Promise<void> {
    for (let n = 0; n < requestsMax && !ended; n += 1) {
      const age = ages[client];
      const said = await send(client, age, n).catch(String);
      if (/^20\d /.test(said)) counts[client] += 1;
      else refused.push(`${client} ${age}: ${said}`);
      await wait(100);
    }
  }

  /** Changes for the outgoing webhooks. */
  async function change(): Promise<void> {
    for (let n = 0; n < requestsMax && !ended; n += 1) {
      const phase = n % 2 === 0 ? 'stopped' : 'running';
      await record(phase);
      await wait(1000);
    }
  }

  async function record(phase: 'running' | 'stopped'): Promise<void> {
    const { state } = opened.ports;
    const text = renderRecord(recordNo(1, { phase, phaseSince: new Date().toISOString() }));
    const draft = {
      subject: phase,
      body: '',
      trailers: [],
      edits: [{ path: agentPath(agent), text }],
    };
    await state.push('status', await state.fetch('status'), [draft]);
  }

  /** Each client has been answered several times since then. */
  async function goesOn(t: TestContext, what: string): Promise<void> {
    const before = { ...counts };
    const isSo = () =>
      [...clients, 'receiver' as const].every((one) => counts[one] >= before[one] + 3);
    await until(`requests after: ${what}`, isSo, () => wait(100));
    assert.deepEqual(refused, [], what);
    t.diagnostic(`${what}: ${JSON.stringify(counts)}`);
  }

  before(async () => {
    cloud = await startCloud({ motoServer: motoServerPath(), sshCaKey, seed: 17 });
    opened = await openPorts(cloud.addresses.env, ['state'], { log: createFakeLog([]) });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    await record('running');
    for (let n = 0; n < 2; n += 1) instances.push(await start(variables('old')));
  });
  after(async () => {
    ended = true;
    for (const { process } of instances) process.kill('SIGKILL');
    receiver.closeAllConnections();
    receiver.close();
    await opened?.close();
    await cloud?.close();
  });

  it('without one refused request', async (t) => {
    const loads = [...clients.map(load), change()];
    await goesOn(t, 'the load begins');
    await restartAll(variables('old', 'new'));
    await goesOn(t, 'the new secrets are accepted');
    for (const one of ['platform', 'git', 'stripe', 'receiver'] as const) ages[one] = 'new';
    await goesOn(t, 'the other parties have them');
    await restartAll(variables('new', 'old'));
    await goesOn(t, 'links are signed with the new one');
    ages.link = 'new';
    await restartAll(variables('new'));
    await goesOn(t, 'the old ones are gone');
    ended = true;
    await Promise.all(loads);
    assert.deepEqual(refused, []);
    for (const client of clients) {
      assert.match(await send(client, 'old', 1), /^40[0134] /, `${client}: the old one is refused`);
      assert.match(await send(client, 'new', 1), /^20\d /);
    }
  });
});
