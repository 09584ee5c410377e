/** The hcloud command line of Debian, against the local cloud, with nothing in between. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { clientTool } from '../support/clients.ts';
import { type HetznerApi, startHetznerApi } from '../support/hetzner-api.ts';

const tool = clientTool('hcloudCli');
const publicKey =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJyYJ1dDYc0M0c8xYZk0Ij1X9H2uXQq2r3m8b5pXq7n1 ops';

describe('the hcloud command line', { skip: 'skip' in tool && tool.skip }, () => {
  let world: HetznerApi;
  let folder: string;
  before(async () => {
    // It polls every half second: at this rate no action outlasts its second poll.
    world = await startHetznerApi({ rate: 120 });
    folder = await mkdtemp(join(tmpdir(), 'aura-hcloud-'));
    await writeFile(join(folder, 'key.pub'), `${publicKey}\n`);
    await writeFile(join(folder, 'user-data'), '#cloud-config\n');
    const rule = {
      direction: 'in',
      protocol: 'tcp',
      port: '22',
      source_ips: ['0.0.0.0/0', '::/0'],
    };
    await writeFile(join(folder, 'rules.json'), JSON.stringify([rule]));
  });
  after(async () => {
    await world.close();
    await rm(folder, { recursive: true, force: true });
  });

  function hcloud(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
    const path = 'path' in tool ? tool.path : '';
    const env = { ...world.variables, HOME: folder };
    return new Promise((resolve) => {
      execFile(path, args, { env, cwd: folder, timeout: 60_000 }, (error, out, err) => {
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), out, err: err.trim() });
      });
    });
  }
  async function succeeds(...args: readonly string[]): Promise<string> {
    const { code, out, err } = await hcloud(...args);
    assert.equal(code, 0, `hcloud ${args.join(' ')}: ${err}`);
    return out;
  }
  async function fails(...args: readonly string[]): Promise<string> {
    const { code, err } = await hcloud(...args);
    assert.equal(code, 1, `hcloud ${args.join(' ')} succeeded`);
    return err;
  }
  const create = ['server', 'create', '--type', 'cpx12', '--image', 'debian-12'];
  const serverOf = (name: string) =>
    world.hetzner.servers().find((one) => one.name === name) ?? assert.fail(`no server ${name}`);

  test('makes a server with labels, user data, a key and a firewall', async () => {
    await succeeds('ssh-key', 'create', '--name', 'ops', '--public-key-from-file', 'key.pub');
    await succeeds('firewall', 'create', '--name', 'web', '--rules-file', 'rules.json');
    const labels = ['--label', 'app=web', '--label', 'env=prod'];
    const more = ['--location', 'fsn1', '--ssh-key', 'ops', '--firewall', 'web'];
    const data = ['--user-data-from-file', 'user-data'];
    const out = await succeeds(...create, '--name', 'one', ...labels, ...more, ...data);
    assert.match(out, /^Server \d+ created$/m);
    assert.match(out, /^IPv4: 198\.18\.0\.1$/m);
    const { status, labels: made, userData, sshKeys } = serverOf('one');
    assert.deepEqual(
      [status, made, userData, sshKeys.length],
      ['running', { app: 'web', env: 'prod' }, '#cloud-config\n', 1],
    );
    const shown = JSON.parse(await succeeds('server', 'describe', 'one', '-o', 'json'));
    assert.deepEqual(
      shown.public_net.firewalls.map((one: { status: string }) => one.status),
      ['applied'],
    );
  });

  test('lists by selector', async () => {
    await succeeds(...create, '--name', 'two', '--label', 'env=dev', '--start-after-create=false');
    const names = async (selector: string) =>
      (await succeeds('server', 'list', '-l', selector, '-o', 'noheader', '-o', 'columns=name'))
        .split('\n')
        .filter((line) => line !== '')
        .sort();
    assert.deepEqual(await names('env in (prod, dev)'), ['one', 'two']);
    assert.deepEqual(await names('env!=prod'), ['two']);
    assert.deepEqual(await names('app,env==prod'), ['one']);
    assert.deepEqual(await names('!app'), ['two']);
    assert.deepEqual(await names('env notin (prod,dev)'), []);
    assert.equal(
      await fails('server', 'list', '-l', 'a b c'),
      "hcloud: invalid input in field 'label_selector': is not a valid label selector (invalid_input)",
    );
  });

  test('resizes, takes a snapshot, rebuilds', async () => {
    assert.equal(
      await fails('server', 'change-type', 'one', 'cpx22'),
      'hcloud: server must be stopped (server_not_stopped)',
    );
    await succeeds('server', 'shutdown', 'one');
    await succeeds('server', 'poweroff', 'one');
    await succeeds('server', 'change-type', '--keep-disk', 'one', 'cpx22');
    assert.deepEqual([serverOf('one').typeName, serverOf('one').diskGb], ['cpx22', 40]);
    const snap = ['server', 'create-image', '--type', 'snapshot', '--description', 'before', 'one'];
    assert.match(await succeeds(...snap), /^Image \d+ created from server \d+$/m);
    assert.match(await succeeds('image', 'list', '--type', 'snapshot'), /before/);
    await succeeds('server', 'rebuild', '--image', 'debian-13', 'one');
    assert.equal(serverOf('one').image?.name, 'debian-13');
    await succeeds('server', 'reset-password', 'one');
    await succeeds('server', 'enable-rescue', 'one');
    await succeeds('server', 'enable-backup', 'one');
    await succeeds('server', 'set-rdns', 'one', '--hostname', 'one.example.com');
    assert.match(await succeeds('server', 'describe', 'one'), /DNS:\s+one\.example\.com/);
  });

  test('protects, and says why it refuses', async () => {
    await succeeds('server', 'enable-protection', 'one', 'delete', 'rebuild');
    assert.equal(
      await fails('server', 'delete', 'one'),
      'hcloud: deleting Server one failed: server deletion is protected (protected)',
    );
    assert.equal(
      await fails('server', 'rebuild', '--image', 'debian-12', 'one'),
      'hcloud: server rebuild is protected (protected)',
    );
    await succeeds('server', 'disable-protection', 'one', 'delete', 'rebuild');
    assert.equal(
      await fails(...create, '--name', 'one'),
      'hcloud: name is already used (uniqueness_error)',
    );
    assert.equal(
      await fails(...create, '--name', 'three', '--location', 'ash'),
      'hcloud: unsupported location for server type (invalid_input)',
    );
    world.hetzner.sellOut('cpx12', 'hel1');
    assert.equal(
      await fails(...create, '--name', 'three', '--location', 'hel1'),
      'hcloud: error during placement: resource is currently unavailable (resource_unavailable)',
    );
    world.hetzner.project.limits.servers = 2;
    assert.equal(
      await fails(...create, '--name', 'three'),
      'hcloud: server limit exceeded (resource_limit_exceeded)',
    );
    assert.equal(await fails('server', 'describe', 'nope'), 'hcloud: server not found: nope');
    assert.match(await fails('datacenter', 'list'), /\(deprecated_api_endpoint\)$/);
    assert.match(await fails('network', 'list'), /\(not_found\)$/);
  });

  test('keeps groups and addresses', async () => {
    await succeeds('placement-group', 'create', '--name', 'apart', '--type', 'spread');
    await succeeds('server', 'add-to-placement-group', 'two', '--placement-group', 'apart');
    assert.match(await succeeds('placement-group', 'describe', 'apart'), /Name:\s+two/);
    await succeeds('server', 'remove-from-placement-group', 'two');
    const [ip] = world.hetzner.project.primaryIps.ids('@ip', '198.18.0.3');
    await succeeds('primary-ip', 'enable-protection', String(ip));
    assert.match(await fails('primary-ip', 'delete', String(ip)), /\(protected\)$/);
    await succeeds('primary-ip', 'disable-protection', String(ip));
  });

  test('keeps volumes, floating IPs and load balancers, and counts what they cost', async () => {
    const volume = ['volume', 'create', '--name', 'data', '--size', '10', '--label', 'a=b'];
    await succeeds(...volume, '--server', 'two', '--format', 'ext4');
    assert.match(await succeeds('server', 'describe', 'two'), /Volumes:\n\s+- ID:\s+\d+/);
    assert.match(
      await fails('volume', 'attach', 'data', '--server', 'one'),
      /\(volume_already_attached\)$/,
    );
    assert.match(await fails('volume', 'delete', 'data'), /\(resource_in_use\)$/);
    await succeeds('volume', 'resize', 'data', '--size', '20');
    await succeeds('volume', 'detach', 'data');
    await succeeds('volume', 'attach', 'data', '--server', 'two');
    await succeeds('volume', 'enable-protection', 'data', 'delete');
    assert.match(await succeeds('volume', 'list'), /data\s+20 GB\s+two/);
    await succeeds('floating-ip', 'create', '--type', 'ipv4', '--name', 'spare', '--server', 'two');
    await succeeds('floating-ip', 'unassign', 'spare');
    await succeeds('floating-ip', 'assign', 'spare', 'two');
    assert.match(await succeeds('floating-ip', 'describe', 'spare'), /Name:\s+two/);
    const balancer = ['load-balancer', 'create', '--name', 'front', '--type', 'lb11'];
    await succeeds(...balancer, '--location', 'fsn1', '--label', 'a=b');
    assert.match(await succeeds('load-balancer', 'list', '-l', 'a=b'), /front.*lb11\s+fsn1/);
    assert.match(await succeeds('load-balancer-type', 'describe', 'lb11'), /Monthly:\s+€ 6\.5331/);
  });

  test('deletes, and then nothing is left', async () => {
    const inUse = await fails('firewall', 'delete', 'web');
    assert.match(inUse, /is still in use \(resource_in_use\)$/);
    await succeeds('server', 'delete', 'one');
    await succeeds('server', 'delete', 'two');
    assert.match(await fails('volume', 'delete', 'data'), /\(protected\)$/);
    await succeeds('volume', 'disable-protection', 'data', 'delete');
    await succeeds('volume', 'delete', 'data');
    await succeeds('floating-ip', 'delete', 'spare');
    await succeeds('load-balancer', 'delete', 'front');
    await succeeds('firewall', 'delete', 'web');
    await succeeds('ssh-key', 'delete', 'ops');
    const { project } = world.hetzner;
    const { servers, primaryIps, firewalls, sshKeys, volumes, floatingIps, loadBalancers } =
      project;
    const left = [servers, primaryIps, firewalls, sshKeys, volumes, floatingIps, loadBalancers];
    assert.deepEqual(
      left.map((table) => table.size),
      [0, 0, 0, 0, 0, 0, 0],
    );
  });

  test('with a wrong token gets that answer', async () => {
    const { hetzner } = world;
    const answer = await world.call('GET', '/servers', undefined, `${hetzner.token}x`);
    assert.equal(answer.at('error.message'), 'the token you have provided is invalid');
  });
});
