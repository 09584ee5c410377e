/**
 * The real Terraform and Hetzner's own provider against the local cloud, over a resource's life.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { runTerraform } from '../../reconciler/adapters/terraform/program.ts';
import { findTool } from '../../reconciler/adapters/tools.ts';
import { isFailure } from '../../reconciler/core/failure.ts';
import { startTerraformWorld } from '../support/terraform-world.ts';

type Resources = Readonly<Record<string, Readonly<Record<string, object>>>>;

const publicKey =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJyYJ1dDYc0M0c8xYZk0Ij1X9H2uXQq2r3m8b5pXq7n1 ops';
const source = 'registry.terraform.io/hetznercloud/hcloud';

const whole: Resources = {
  hcloud_ssh_key: { ops: { name: 'ops', public_key: publicKey, labels: { a: 'b' } } },
  hcloud_placement_group: { apart: { name: 'apart', type: 'spread' } },
  hcloud_primary_ip: {
    fixed: {
      name: 'fixed',
      type: 'ipv4',
      location: 'fsn1',
      assignee_type: 'server',
      auto_delete: false,
      delete_protection: true,
    },
  },
  hcloud_firewall: {
    web: {
      name: 'web',
      rule: [
        { direction: 'in', protocol: 'tcp', port: '443', source_ips: ['0.0.0.0/0', '::/0'] },
        { direction: 'in', protocol: 'icmp', source_ips: ['10.0.0.0/8'] },
      ],
      apply_to: [{ label_selector: 'app=web' }],
    },
  },
  hcloud_server: { one: serverOf({}) },
  hcloud_snapshot: {
    before: { server_id: '${hcloud_server.one.id}', description: 'before', labels: { k: 'v' } },
  },
};

function serverOf(part: object): object {
  return {
    name: 'one',
    server_type: 'cpx12',
    image: 'debian-12',
    location: 'fsn1',
    ssh_keys: ['${hcloud_ssh_key.ops.id}'],
    placement_group_id: '${hcloud_placement_group.apart.id}',
    labels: { app: 'web' },
    user_data: '#cloud-config\n',
    public_net: [{ ipv4: '${hcloud_primary_ip.fixed.id}', ipv4_enabled: true, ipv6_enabled: true }],
    ...part,
  };
}

function missingTools(): string | false {
  try {
    for (const name of ['terraform', 'terraformRc', 'motoServer'] as const) findTool(name);
    return false;
  } catch (thrown) {
    if (isFailure(thrown, 'ToolMissing')) return `terraform: ${thrown.message}`;
    throw thrown;
  }
}

describe('the hcloud provider', { skip: missingTools() }, () => {
  let world: Awaited<ReturnType<typeof startTerraformWorld>>;
  let folder: string;

  before(async () => {
    world = await startTerraformWorld();
    folder = await mkdtemp(join(tmpdir(), 'aura-provider-'));
    await write(whole);
    await terraform('init', '-no-color');
  });
  after(async () => {
    await world.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function write(resource: Resources): Promise<void> {
    const main = {
      terraform: { required_providers: { hcloud: { source } } },
      provider: { hcloud: { poll_interval: '200ms', poll_function: 'constant' } },
      resource,
    };
    await writeFile(join(folder, 'main.tf.json'), JSON.stringify(main));
  }
  async function terraform(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await runTerraform(world.environment, folder, args);
    assert.equal(code, 0, `terraform ${args.join(' ')}: ${stderr || stdout}`);
    return stdout;
  }
  const apply = () => terraform('apply', '-auto-approve', '-no-color', '-parallelism=4');
  async function assertUnchanged(): Promise<void> {
    const plan = await terraform('plan', '-detailed-exitcode', '-no-color');
    assert.match(plan, /No changes/);
  }
  const servers = () => world.hetzner.servers();

  it('creates all kinds, and then plans no change', async () => {
    assert.match(await apply(), /Apply complete! Resources: 6 added, 0 changed, 0 destroyed/);
    await assertUnchanged();
    const { project } = world.hetzner;
    const [server] = servers();
    assert.ok(server);
    assert.equal(project.primaryIps.get(server.ipv4 ?? 0)?.name, 'fixed');
    assert.equal(project.placementGroups.get(server.placementGroup ?? 0)?.name, 'apart');
    assert.deepEqual(
      [...project.snapshots.values()].map((one) => one.description),
      ['before'],
    );
  });

  it('changes labels, rules, type and protection in place', async () => {
    const before = servers().map(({ id }) => id);
    await write({
      ...whole,
      hcloud_firewall: {
        web: {
          name: 'web2',
          labels: { l: '1' },
          rule: [{ direction: 'in', protocol: 'udp', port: '53', source_ips: ['0.0.0.0/0'] }],
          apply_to: [{ label_selector: 'app=db' }],
        },
      },
      hcloud_server: {
        one: serverOf({
          labels: { app: 'db' },
          server_type: 'cpx22',
          keep_disk: true,
          backups: true,
          delete_protection: true,
          rebuild_protection: true,
        }),
      },
    });
    assert.match(await apply(), /0 added, 2 changed, 0 destroyed/);
    await assertUnchanged();
    const [server] = servers();
    assert.deepEqual(
      servers().map(({ id }) => id),
      before,
    );
    assert.deepEqual(
      [server?.typeName, server?.diskGb, server?.labels, server?.backups, server?.protection],
      ['cpx22', 40, { app: 'db' }, true, { delete: true, rebuild: true }],
    );
    const [firewall] = world.hetzner.project.firewalls.values();
    assert.deepEqual(
      firewall?.appliedTo.map((one) => one.type === 'label_selector' && one.selector),
      ['app=db'],
    );
  });

  it('imports existing resources', async () => {
    const [server] = servers();
    await terraform('state', 'rm', 'hcloud_server.one');
    await terraform('import', '-no-color', 'hcloud_server.one', String(server?.id));
    const shown = JSON.parse(await terraform('show', '-json'));
    const imported = shown.values.root_module.resources.find(
      (one: { address: string }) => one.address === 'hcloud_server.one',
    );
    assert.deepEqual(
      [imported.values.id, imported.values.server_type, imported.values.location],
      [String(server?.id), 'cpx22', 'fsn1'],
    );
  });

  it('replaces a server for other user data', async () => {
    const [old] = servers();
    await write({
      ...whole,
      hcloud_server: { one: serverOf({ user_data: '#cloud-config\n#2\n' }) },
    });
    // Its protection is removed first, in place: the provider would not delete it otherwise.
    await world.call('POST', `/servers/${old?.id}/actions/change_protection`, {
      delete: false,
      rebuild: false,
    });
    await apply();
    await assertUnchanged();
    const [server] = servers();
    assert.equal(servers().length, 1);
    assert.notEqual(server?.id, old?.id);
    assert.equal(server?.userData, '#cloud-config\n#2\n');
    assert.equal(world.hetzner.project.primaryIps.get(server?.ipv4 ?? 0)?.name, 'fixed');
  });

  it('is refused on protected resources, and destroys the rest once they are not', async () => {
    const destroy = ['destroy', '-auto-approve', '-no-color'];
    const refused = await runTerraform(world.environment, folder, destroy);
    assert.notEqual(refused.code, 0);
    assert.match(refused.stderr, /primary IP deletion is protected \(protected, [0-9a-f]+\)/);
    const [ip] = world.hetzner.project.primaryIps.keys();
    await world.call('POST', `/primary_ips/${ip}/actions/change_protection`, { delete: false });
    await terraform(...destroy);
    const { project } = world.hetzner;
    const tables = [
      project.servers,
      project.primaryIps,
      project.firewalls,
      project.sshKeys,
      project.placementGroups,
      project.snapshots,
    ];
    assert.deepEqual(
      tables.map((table) => table.size),
      [0, 0, 0, 0, 0, 0],
    );
  });
});
