/**
 * The deep check with the real Terraform on the local cloud: a manual change at Hetzner that no
 * listing shows is named, causes no change, and is dropped once it is repaired.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { AwsClient } from 'aws4fetch';
import { confirmation } from '../../reconciler/core/commands/command-request.ts';
import { agentStateKey } from '../../reconciler/core/fleet/observed.ts';
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

const policy = policyText.replace('agentsPerRun: 0', 'agentsPerRun: 2');

describe('the deep check on the local cloud', { skip: hcloudSkip }, () => {
  let world: FleetWorld;
  let ports: FleetPorts;
  let person: Hcloud;
  let ada: Customer;
  let ben: Customer;

  before(async () => {
    world = await startFleetWorld({ seed: 41, rate: 240, policy });
    person = await openHcloud(world.env);
    assert.equal((await aura(['init'], world.env)).code, 0);
    ports = await world.open();
    ada = await world.pay(ports);
    ben = await world.pay(ports);
    const made = outcomesOf(await world.reconcile(ports));
    assert.deepEqual(made, [`${ada.id} create done`, `${ben.id} create done`].sort());
    // A server that was just created is left out.
    world.cloud.world.clock.advance(20 * 60);
  });
  after(async () => {
    await world?.close();
    await person?.close();
  });

  const hcloud = (...args: readonly string[]) => person.run(...args);
  async function checked(): Promise<Readonly<Record<string, readonly string[]>>> {
    const { plan, applied } = await world.reconcile(ports);
    assert.deepEqual([plan.changes, applied], [[], []]);
    assert.ok(plan.deepChecks.every(({ outcome }) => outcome !== 'failed'));
    return Object.fromEntries(plan.deepChecks.map(({ agent, details }) => [agent, details]));
  }
  const client = () =>
    new AwsClient({
      accessKeyId: world.env['AWS_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: world.env['AWS_SECRET_ACCESS_KEY'] ?? '',
      region: world.env['AWS_REGION'] ?? '',
      service: 's3',
    });
  const urlOf = ({ id }: Customer) => {
    const bucket = `${world.env['AWS_ENDPOINT_URL_S3']}/${world.env['AURA_STATE_BUCKET']}`;
    return `${bucket}/${agentStateKey('aura', id)}`;
  };
  const adasServer = () =>
    String(world.servers().find(({ labels }) => labels['aura.dev/agent'] === ada.id)?.id);
  const recordOf = async (id: string) => {
    const { records } = await ports.journal.read();
    const file = records.find((one) => one.id === id);
    return file?.kind === 'valid' ? file.record : assert.fail('no record');
  };
  const conditions = async () => (await recordOf(ada.id)).conditions.map(({ type }) => type);

  test('changes by the API itself since the create are no disagreement', async () => {
    assert.deepEqual(await checked(), { [ada.id]: [], [ben.id]: [] });
    assert.deepEqual(await conditions(), []);
  });

  test('backups that were enabled by hand are found; nothing is changed for it', async () => {
    const key = agentStateKey('aura', ada.id);
    const before = await ports.states.read(key);
    await hcloud('server', 'enable-backup', adasServer());
    const found = await checked();
    assert.deepEqual(found[ben.id], []);
    const said = found[ada.id]?.join('; ') ?? '';
    assert.match(
      said,
      /^backup_window is "[\d-]+", .*; backups is true, the state remembers false$/,
    );
    assert.deepEqual(await ports.states.read(key), before);
    assert.deepEqual(await conditions(), ['DeepCheck']);
    const { code, stdout } = await aura(['alarms', '--json'], world.env);
    assert.equal(code, 3);
    assert.match(stdout, /DeepCheckDisagrees/);
  });

  test('a plan by hand finds the same with --deep-check, and does not check without', async () => {
    const deep = await aura(['plan', '--deep-check', '--json'], world.env);
    assert.equal(deep.code, 3);
    const plan = JSON.parse(deep.stdout);
    assert.deepEqual(
      plan.deepChecks.find(({ agent }: { agent: string }) => agent === ada.id)?.outcome,
      'disagrees',
    );
    const flat = await aura(['plan', '--json'], world.env);
    assert.equal(flat.code, 0);
    assert.deepEqual(JSON.parse(flat.stdout).deepChecks, []);
  });

  test('once it is repaired they agree, and the condition is removed', async () => {
    await hcloud('server', 'disable-backup', adasServer());
    assert.deepEqual(await checked(), { [ada.id]: [], [ben.id]: [] });
    assert.deepEqual(await conditions(), []);
  });

  /** Runs until nothing is left to do; a server that was just created is left out for a while. */
  async function converged(): Promise<void> {
    for (let runs = 0; runs < 6; runs += 1) {
      const { plan } = await world.reconcile(ports);
      if (plan.changes.length + plan.idle.length === 0) break;
    }
    world.cloud.world.clock.advance(20 * 60);
  }
  const named = (one: Customer) => [one.id];

  for (const [what, doing] of [
    [
      'power that was switched off and on again',
      async () => {
        await hcloud('server', 'poweroff', ada.id);
      },
    ],
    [
      'a resize',
      async () => {
        await hcloud('server', 'poweroff', ada.id);
        await hcloud('server', 'change-type', '--keep-disk', ada.id, 'cpx32');
      },
    ],
    [
      'labels, name, protection and port 22 that a repair restored',
      async () => {
        await hcloud('server', 'add-label', ada.id, 'aura.dev/bootstrap=1');
        await hcloud('server', 'remove-label', ada.id, 'aura.dev/customer');
        await hcloud('server', 'disable-protection', ada.id, 'delete', 'rebuild');
        await hcloud('server', 'update', ada.id, '--name', 'by-hand');
      },
    ],
    [
      'a state that was lost and imported again',
      async () => {
        const removed = await client().fetch(urlOf(ada), { method: 'DELETE' });
        assert.ok(removed.ok);
      },
    ],
    [
      'a configuration through port 22',
      async () => {
        const { code } = await aura(['config', ada.id, 'timezone=Europe/Berlin'], world.env);
        assert.equal(code, 0);
      },
    ],
    [
      'a fresh server',
      async () => {
        const confirm = ['--confirm', confirmation];
        assert.equal((await aura(['reprovision', ada.id, ...confirm], world.env)).code, 0);
      },
    ],
  ] as const) {
    test(`${what} is no disagreement`, async () => {
      await doing();
      const { applied } = await world.reconcile(ports);
      assert.deepEqual([...new Set(applied.map(({ agent }) => agent))], named(ada));
      await converged();
      assert.deepEqual(await checked(), { [ada.id]: [], [ben.id]: [] });
      assert.deepEqual(await conditions(), []);
    });
  }

  test("a state that is another agent's", async () => {
    const bens = await (await client().fetch(urlOf(ben))).arrayBuffer();
    assert.ok((await client().fetch(urlOf(ada), { method: 'PUT', body: bens })).ok);
    const found = await checked();
    assert.deepEqual(found[ben.id], []);
    const points = found[ada.id]?.map((one) => one.split(' is ')[0]);
    assert.deepEqual(points, ['id', 'ipv4', 'labels', 'name']);
  });
});
