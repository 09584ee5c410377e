/**
 * The credentials of the service, which only read: a plan by them is that of a run, every write with
 * them is refused, and `aura doctor --read-only` tells them from credentials that write.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { readRole } from '../../local-cloud/environment.ts';
import { aura, auraJson } from '../app/cli/program.ts';
import { productionJob } from '../support/sts-world.ts';
import {
  type FleetWorld,
  outcomesOf,
  policyText,
  registerEndpoint,
  startFleetWorld,
  toolsHere,
} from './fleet-world.ts';

const skip = toolsHere() === null && 'terraform: the tools are not set up (`npm run setup`)';

type Env = Readonly<Record<string, string>>;
type Checked = { readonly name: string; readonly ok: boolean; readonly message: string };

describe('credentials that only read', { skip }, () => {
  let world: FleetWorld;
  let reader: Env = {};
  before(async () => {
    world = await startFleetWorld({ seed: 71, rate: 60, policy: policyText });
    reader = world.cloud.addresses.readOnlyEnv;
    await registerEndpoint(world.cloud);
    assert.equal((await aura(['init'], world.env)).code, 0);
    const ports = await world.open();
    const ada = await world.pay(ports);
    assert.deepEqual(outcomesOf(await world.reconcile(ports)), [`${ada.id} create done`]);
    await world.pay(ports);
  });
  after(() => world?.close());

  async function planBy(env: Env) {
    const { code, document } = await auraJson(['plan'], env);
    const { changes, reading, orphans, limits } = document;
    return { code, changes, reading, orphans, limits };
  }

  test('plan as those of a run do', async () => {
    const plan = await planBy(reader);
    assert.equal(plan.code, 2);
    assert.deepEqual(plan, await planBy(world.env));
  });

  async function checkedBy(env: Env): Promise<ReadonlyMap<string, Checked>> {
    const { document } = await auraJson(['doctor', '--read-only'], env);
    const checks = document['checks'] as readonly Checked[];
    return new Map(checks.map((one) => [one.name, one]));
  }
  const probes = ['Hetzner reads', 'Tailscale reads', 'bucket reads'];

  test('doctor proves that they cannot write, and needs nothing that only runs have', async () => {
    const { code, stdout } = await aura(['doctor', '--read-only'], reader);
    assert.equal(code, 0, stdout);
    for (const name of probes)
      assert.match(stdout, new RegExp(`^ok +${name} +a write is refused$`, 'm'));
  });

  const writing: readonly [probe: string, names: readonly string[]][] = [
    ['Hetzner reads', ['HCLOUD_TOKEN']],
    ['Tailscale reads', ['TAILSCALE_OAUTH_CLIENT_ID', 'TAILSCALE_OAUTH_CLIENT_SECRET']],
    ['bucket reads', ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']],
  ];
  for (const [probe, names] of writing)
    test(`${probe}: one that writes is found, and nothing is changed by that`, async () => {
      const before = await leftovers();
      const taken = Object.fromEntries(names.map((name) => [name, world.env[name] ?? '']));
      const checks = await checkedBy({ ...reader, ...taken });
      const failed = [...checks.values()].filter(({ ok }) => !ok).map(({ name }) => name);
      assert.deepEqual(failed, [probe]);
      assert.match(checks.get(probe)?.message ?? '', new RegExp(`^${names[0]} is not read-only: `));
      assert.deepEqual(await leftovers(), before);
    });

  test('a probe that is not answered, or whose credential is invalid, proves nothing', async () => {
    const unknown = { AWS_ACCESS_KEY_ID: 'AKIAUNKNOWN', HCLOUD_TOKEN: 'x'.repeat(64) };
    const checks = await checkedBy({ ...reader, ...unknown });
    for (const name of ['Hetzner reads', 'bucket reads'])
      assert.equal(checks.get(name)?.ok, false, name);
  });

  test('a role that only reads is read-only, too', async () => {
    const { url, token } = world.cloud.world.oidc.tokenRequestFor(productionJob);
    const env = {
      ...reader,
      AWS_ACCESS_KEY_ID: '',
      AWS_SECRET_ACCESS_KEY: '',
      AWS_ROLE_ARN: readRole,
      ACTIONS_ID_TOKEN_REQUEST_URL: url,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: token,
    };
    assert.equal((await checkedBy(env)).get('bucket reads')?.ok, true);
    assert.equal((await planBy(env)).code, (await planBy(reader)).code);
  });

  test('plan even if a part of the fleet that they cannot read is wanted', async () => {
    // A server of the fleet that no file names is an orphan, and then keys are wanted too.
    const labels = { 'aura.dev/fleet': 'aura' };
    const made = await fetch(`${world.env['HCLOUD_ENDPOINT']}/servers`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${world.env['HCLOUD_TOKEN']}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({
        name: 'stray',
        server_type: 'cpx22',
        location: 'fsn1',
        image: 'debian-12',
        labels,
      }),
    });
    assert.equal(made.status, 201, await made.text());
    world.cloud.world.clock.advance(4 * 3600);
    const { reading, changes, orphans } = await planBy(reader);
    const whole = await planBy(world.env);
    assert.deepEqual([reading, changes, orphans], [whole.reading, whole.changes, whole.orphans]);
    assert.equal((orphans as unknown[]).length, 1);
  });

  test('apply and change nothing: each write is refused', async () => {
    const servers = world.servers().length;
    const { code, stderr } = await aura(['reconcile'], { ...world.env, ...reader });
    assert.notEqual(code, 0, stderr);
    assert.equal(world.servers().length, servers);
  });

  async function leftovers() {
    const { hetzner, s3, tailscale } = world.cloud.world;
    const { project } = hetzner;
    const keys = [...tailscale.tailnet.keys.values()].map(({ id }) => id);
    return [project.servers.size, project.sshKeys.size, await s3.keys(), keys];
  }
});
