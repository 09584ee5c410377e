/**
 * Every kind of drift, made by hand through the official ways (the hcloud command line, Tailscale's
 * API, the bucket) on the local cloud with the real Terraform: found with its name, and repaired or
 * reported. One story: each test continues where the one before it ended converged.
 */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { AwsClient } from 'aws4fetch';
import { agentStateKey, labelNames } from '../../reconciler/core/fleet/observed.ts';
import type { Plan } from '../../reconciler/core/plan/plan.ts';
import { aura } from '../app/cli/program.ts';
import {
  type Customer,
  type FleetPorts,
  type FleetWorld,
  outcomesOf,
  policyText,
  startFleetWorld,
} from './fleet-world.ts';
import { type Hcloud, hcloudSkip, openHcloud } from './hcloud.ts';

describe('drift on the local cloud', { skip: hcloudSkip }, () => {
  let world: FleetWorld;
  let ports: FleetPorts;
  let person: Hcloud;
  let [ada, ben]: Customer[] = [];
  const idOf = (one: Customer | undefined) => one?.id ?? assert.fail('no agent');

  before(async () => {
    // The command line polls every half second: at this rate no action outlasts its second poll.
    world = await startFleetWorld({ seed: 31, rate: 240, policy: policyText });
    person = await openHcloud(world.env);
    assert.equal((await aura(['init'], world.env)).code, 0);
    ports = await world.open();
    ada = await world.pay(ports);
    ben = await world.pay(ports);
    assert.deepEqual(
      outcomesOf(await world.reconcile(ports)),
      [`${idOf(ada)} create done`, `${idOf(ben)} create done`].sort(),
    );
    // A firewall is applied to a new server a while after its creation.
    world.cloud.world.clock.advance(20 * 60);
    await converged();
  });
  after(async () => {
    await world?.close();
    await person?.close();
  });

  const hcloud = (...args: readonly string[]) => person.run(...args);
  async function tailscale(method: string, path: string): Promise<void> {
    const base = world.env['TAILSCALE_BASE_URL'];
    const asked = await fetch(`${base}/api/v2/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: world.env['TAILSCALE_OAUTH_CLIENT_ID'] ?? '',
        client_secret: world.env['TAILSCALE_OAUTH_CLIENT_SECRET'] ?? '',
      }),
    });
    const { access_token: token } = (await asked.json()) as { access_token: string };
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(`${base}/api/v2${path}`, { method, headers });
    assert.ok(answer.ok, `${method} ${path}: ${answer.status}`);
  }
  async function removeState(key: string): Promise<void> {
    const client = new AwsClient({
      accessKeyId: world.env['AWS_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: world.env['AWS_SECRET_ACCESS_KEY'] ?? '',
      region: world.env['AWS_REGION'] ?? '',
      service: 's3',
    });
    const url = `${world.env['AWS_ENDPOINT_URL_S3']}/${world.env['AURA_STATE_BUCKET']}/${key}`;
    assert.ok((await client.fetch(url, { method: 'DELETE' })).ok);
  }
  const serverOf = (one: Customer | undefined) =>
    world.servers().find(({ name }) => name === one?.id) ?? assert.fail('no server');

  /** One run finds and repairs it, and the next one finds nothing. */
  async function repaired(...outcomes: readonly string[]): Promise<Plan> {
    const reconcileOnce = await world.reconcile(ports);
    assert.deepEqual(outcomesOf(reconcileOnce), [...outcomes].sort());
    await converged();
    return reconcileOnce.plan;
  }
  async function converged(): Promise<void> {
    const { plan, applied } = await world.reconcile(ports);
    assert.deepEqual(
      [plan.reading.kind, plan.fleet, plan.changes, plan.idle, plan.orphans, applied],
      ['complete', 'none', [], [], [], []],
    );
  }
  function driftsOf(plan: Plan): readonly string[] {
    return plan.changes.flatMap((change) => (change.kind === 'repair' ? change.drifts : []));
  }

  test('labels, name, protection and an open port 22 are repaired by one repair', async () => {
    const { id, labels } = serverOf(ada);
    const before = { ...labels };
    await hcloud('server', 'remove-label', idOf(ada), labelNames.customer);
    await hcloud('server', 'add-label', idOf(ada), `${labelNames.bootstrap}=1`);
    await hcloud('server', 'disable-protection', idOf(ada), 'delete', 'rebuild');
    await hcloud('server', 'update', idOf(ada), '--name', 'by-hand');
    const plan = await repaired(`${idOf(ada)} repair done`);
    assert.deepEqual(driftsOf(plan), ['bootstrap', 'labels', 'name', 'protection']);
    const server = serverOf(ada);
    assert.deepEqual([server.id, server.labels], [id, before]);
    assert.deepEqual(server.protection, { delete: true, rebuild: true });
  });

  test('a server that lost the label of the fleet is neither recreated nor given up', async () => {
    const { id, labels } = serverOf(ben);
    const before = { ...labels };
    await hcloud('server', 'remove-label', idOf(ben), labelNames.fleet);
    for (let runs = 0; runs < 2; runs += 1) await world.reconcile(ports);
    assert.deepEqual([serverOf(ben).id, serverOf(ben).labels], [id, before]);
    assert.equal(world.servers().length, 2);
    world.cloud.world.clock.advance(20 * 60);
    await converged();
  });

  test('power: a server that is off is switched on again', async () => {
    await hcloud('server', 'poweroff', idOf(ada));
    await repaired(`${idOf(ada)} power done`);
    assert.equal(serverOf(ada).status, 'running');
  });

  test('type: a server that was resized by hand returns to the recorded type', async () => {
    await hcloud('server', 'poweroff', idOf(ada));
    await hcloud('server', 'change-type', '--keep-disk', idOf(ada), 'cpx32');
    await world.reconcile(ports);
    await world.reconcile(ports);
    assert.deepEqual([serverOf(ada).typeName, serverOf(ada).status], ['cpx22', 'running']);
    await converged();
  });

  test('firewall: rules that were left open are closed', async () => {
    const rule = { direction: 'in', protocol: 'tcp', port: '1-65535', source_ips: ['0.0.0.0/0'] };
    await writeFile(join(person.folder, 'open.json'), JSON.stringify([rule]));
    const rules = () => {
      const all = [...world.cloud.world.hetzner.project.firewalls.values()];
      return JSON.stringify(all.map(({ name, rules }) => [name, rules]).sort());
    };
    const before = rules();
    await hcloud('firewall', 'replace-rules', 'aura-base', '--rules-file', 'open.json');
    assert.notEqual(rules(), before);
    const { plan } = await world.reconcile(ports);
    assert.equal(plan.fleet, 'update');
    assert.equal(rules(), before);
    await converged();
  });

  test('device: a deleted one joins again, and its server stays', async () => {
    const { id } = serverOf(ada);
    const [device] = (await ports.tailnet.devices('aura')).items.filter(
      ({ name }) => name === idOf(ada) || name.startsWith(`${idOf(ada)}.`),
    );
    await tailscale('DELETE', `/device/${device?.nodeId}`);
    const plan = await repaired(`${idOf(ada)} repair done`);
    assert.deepEqual(driftsOf(plan), ['device']);
    assert.equal(serverOf(ada).id, id);
  });

  test('device: a second one of the same name is reported and not changed', async () => {
    const { tailnet } = world.cloud.world.tailscale;
    const { secret } = await ports.tailnet.createKey({
      fleet: 'aura',
      agent: idOf(ada),
      seconds: 600,
    });
    const joining = { authKey: secret, hostname: idOf(ada), machine: 'a-laptop' };
    const { nodeId } = tailnet.join(joining) ?? assert.fail('it was not let in');
    world.cloud.world.clock.advance(4 * 3600);
    const { plan, applied } = await world.reconcile(ports);
    assert.deepEqual(
      plan.orphans.map(({ resource, id }) => [resource, id]),
      [['device', nodeId]],
    );
    assert.deepEqual([applied, tailnet.devices.has(nodeId)], [[], true]);
    await tailscale('DELETE', `/device/${nodeId}`);
    await converged();
  });

  test('server without state: it is imported again', async () => {
    const { id } = serverOf(ben);
    const key = agentStateKey('aura', idOf(ben));
    await removeState(key);
    const plan = await repaired(`${idOf(ben)} repair done`);
    assert.deepEqual(driftsOf(plan), ['state']);
    assert.equal(serverOf(ben).id, id);
    assert.ok(await ports.states.read(key));
  });

  test('state without server: a deleted one is created again, and reported as lost', async () => {
    const { id } = serverOf(ben);
    await hcloud('server', 'disable-protection', idOf(ben), 'delete', 'rebuild');
    await hcloud('server', 'delete', idOf(ben));
    const reconcileOnce = await world.reconcile(ports);
    assert.deepEqual(outcomesOf(reconcileOnce), [`${idOf(ben)} create done`]);
    assert.match(reconcileOnce.plan.changes[0]?.because ?? '', /gone|lost/);
    assert.notEqual(serverOf(ben).id, id);
    const owned = (await ports.tailnet.devices('aura')).items;
    assert.equal(owned.length, 2, 'the device of the gone server is gone too');
    world.cloud.world.clock.advance(20 * 60);
    await converged();
  });
});
