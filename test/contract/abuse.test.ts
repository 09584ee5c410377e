/**
 * From a bank's fraud warning to an isolated server and back, with the real programs on the local
 * cloud: the event, the commit, the firewall of the next run, what the customer reads, the release.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { agentPath } from '../../reconciler/core/agent/agent.ts';
import { parseAgentFile } from '../../reconciler/core/agent/agent-file.ts';
import { aura, auraJson } from '../app/cli/program.ts';
import { until } from '../support/until.ts';
import { type Customer, policyText, toolsHere } from './fleet-world.ts';
import { type ServedWorld, startServedWorld } from './served-world.ts';

const skip = toolsHere() === null && 'terraform: the tools are not set up (`npm run setup`)';
const policy = `${policyText}abuse: {onFraudWarning: isolate}\n`;

describe('a fraud warning', { skip }, () => {
  let world: ServedWorld;
  let one: Customer;
  let link: URL;

  before(async () => {
    world = await startServedWorld({ seed: 91, rate: 240, policy });
    assert.equal((await aura(['init'], world.env)).code, 0);
    one = await world.pay('starter', 'eu-central');
    await reconciled();
    link = new URL((await aura(['link', one.id], world.env)).stdout.trim());
  });
  after(() => world?.close());

  async function reconciled(): Promise<void> {
    const { code, stdout, stderr } = await aura(['reconcile'], world.env);
    assert.equal(code, 0, stdout + stderr);
  }
  async function specOf({ id }: Customer) {
    const path = agentPath(id);
    const found = await (await world.main()).read(path);
    const file = parseAgentFile({ path, oid: '', text: found?.text ?? '' });
    assert.ok(file.kind === 'valid');
    return file.agent.spec;
  }
  type World = {
    readonly servers: readonly { public_net: { firewalls: readonly { id: number }[] } }[];
    readonly firewalls: readonly { readonly id: number; readonly name: string }[];
    readonly devices: readonly { readonly tags: readonly string[] }[];
  };
  /** Whether its server is behind the firewall, and the tag of its device. */
  async function isolation(): Promise<readonly [boolean, readonly string[]]> {
    const { servers, firewalls, devices } = (await world.cloud.world.control.dump()) as World;
    const [server] = servers;
    const [device] = devices;
    const id = firewalls.find(({ name }) => name === 'aura-isolation')?.id;
    const isBehind = server?.public_net.firewalls.some((one) => one.id === id) === true;
    return [isBehind, device?.tags ?? []];
  }
  const free = [false, ['tag:aura']] as const;
  const isolated = [true, ['tag:aura-isolated']] as const;
  const token = () => link.searchParams.get('token') ?? '';
  async function json(): Promise<{ next: string }> {
    const headers = { authorization: `Bearer ${token()}` };
    const answer = await fetch(new URL(`/v1/agents/${one.id}`, link), { headers });
    return (await answer.json()) as { next: string };
  }
  async function page(): Promise<string> {
    const first = await fetch(link, { redirect: 'manual' });
    const cookie = first.headers.get('set-cookie')?.split(';')[0] ?? '';
    return (await fetch(new URL(`/a/${one.id}`, link), { headers: { cookie } })).text();
  }
  const alarms = async () => {
    const { document } = await auraJson(['alarms'], world.env);
    return (document['alarms'] as { kind: string; scope: string; message: string }[]).filter(
      ({ kind }) => kind === 'AbuseReported',
    );
  };

  test('is a commit, which the next run carries out, and which the customer reads about', async () => {
    const { control } = world.cloud.world;
    assert.deepEqual(await isolation(), free);
    await world.answered(async () =>
      control.fraudWarning({ subscription: one.subscription, fraudType: 'made_with_stolen_card' }),
    );
    const spec = await specOf(one);
    assert.equal(spec.isolated?.reason, 'a payment of its customer is reported as fraud');
    const { stdout: audit } = await aura(['audit', '--agent', one.id, '--max', '1'], world.env);
    assert.match(audit, /FraudWarning raised, isolated/);
    assert.match(audit, /evt_\w+/);
    assert.deepEqual(await isolation(), free, 'the commit alone changes nothing');

    await reconciled();
    assert.deepEqual(await isolation(), isolated);
    const said = /cut off from the network while our team looks into a report/;
    await until('the service knows it', async () => said.test((await json()).next));
    assert.match(await page(), said);
    assert.doesNotMatch(await page(), /fraud/, 'no reason is given');
    const [alarm] = await alarms();
    assert.deepEqual(
      [alarm?.scope, /1 of them isolated/.test(alarm?.message ?? '')],
      ['FraudWarning', true],
    );
  });

  test('that a refund has followed releases no agent; a person does', async () => {
    const { stripe } = world.cloud.world;
    const [warning] = stripe.objects.fraudWarnings.values();
    const body = new URLSearchParams({ charge: warning?.charge ?? '' });
    await world.answered(async () => {
      const answer = await fetch(`${world.cloud.addresses.env['STRIPE_API_BASE']}/v1/refunds`, {
        method: 'POST',
        headers: { authorization: `Bearer ${world.cloud.addresses.env['STRIPE_SECRET_KEY']}` },
        body,
      });
      assert.ok(answer.ok, await answer.text());
    });
    const spec = await specOf(one);
    assert.deepEqual([spec.access.issues, spec.isolated !== undefined], [undefined, true]);
    assert.deepEqual(await alarms(), []);
    await reconciled();
    assert.deepEqual(await isolation(), isolated);

    assert.equal((await aura(['release', one.id], world.env)).code, 0);
    await reconciled();
    assert.deepEqual(await isolation(), free);
    await until('the service knows it', async () => /is running/.test((await json()).next));
  });

  test('a reported address isolates the agent whose server has it', async () => {
    const dump = (await world.cloud.world.control.dump()) as { primaryIps: { ip: string }[] };
    const address = dump.primaryIps.map(({ ip }) => ip).find((ip) => !ip.includes(':')) ?? '';
    const { code, document } = await auraJson(['isolate', '--address', address], world.env);
    const { ip, isCurrent } = document['address'] as { ip: string; isCurrent: boolean };
    assert.deepEqual([code, document['agent'], ip, isCurrent], [0, one.id, address, true]);
    assert.equal((await specOf(one)).isolated?.reason, `its address ${address} was reported`);
    const then = ['--address', address, '--at', '2020-01-01'];
    const none = await aura(['isolate', ...then], world.env);
    assert.equal(none.code, 1);
    assert.match(none.stderr, /the history of branch status begins after 2020-01-01/);
    assert.equal((await aura(['isolate', '--address', '203.0.113.9'], world.env)).code, 1);
  });
});
