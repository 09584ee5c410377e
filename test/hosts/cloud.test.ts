import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type LocalCloud, startCloud } from '../../local-cloud/cloud.ts';
import { contains } from '../../local-cloud/machines/ranges.ts';
import { defaultSlots } from '../../local-cloud/machines/slots.ts';
import { motoServerPath, withoutMoto } from '../local-cloud/moto-path.ts';
import { sshCaKey } from '../support/ca-key.ts';
import { within } from '../support/hetzner-api.ts';
import { until } from '../support/until.ts';
import { groupsOf, leftBy, required, withoutHosts } from './hosts-here.ts';
import { answers, openShell, type Shell } from './shell.ts';

const skip = withoutHosts || withoutMoto;
const gigabyte = 1024 ** 3;
const anywhere = ['0.0.0.0/0', '::/0'];

describe('a world with real hosts', { skip, concurrency: false }, () => {
  let cloud: LocalCloud;
  let shell: Shell;
  before(async () => {
    shell = openShell();
    const motoServer = motoServerPath();
    cloud = await startCloud({
      motoServer,
      sshCaKey,
      seed: 5,
      rate: 100,
      hosts: { install: required },
    });
  });
  after(async () => {
    await cloud?.close();
    shell?.close();
  });

  async function call(method: string, path: string, body?: object): Promise<unknown> {
    const { HCLOUD_ENDPOINT, HCLOUD_TOKEN } = cloud.addresses.env;
    const answer = await fetch(`${HCLOUD_ENDPOINT}${path}`, {
      method,
      headers: { authorization: `Bearer ${HCLOUD_TOKEN}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${path}: ${text}`);
    return text === '' ? null : JSON.parse(text);
  }
  async function create(name: string, part: object = {}): Promise<number> {
    const made = await call('POST', '/servers', {
      name,
      server_type: 'cpx12',
      location: 'fsn1',
      image: 'debian-12',
      user_data: shell.userData(),
      ssh_keys: ['tester'],
      ...part,
    });
    return Number(within(made, 'server.id'));
  }
  const act = (server: number, command: string, body: object = {}) =>
    call('POST', `/servers/${server}/actions/${command}`, body);
  const read = async (server: number, path: string) =>
    within(await call('GET', `/servers/${server}`), `server.${path}`);
  const addressOf = async (server: number) => String(await read(server, 'public_net.ipv4.ip'));
  const isStatus = async (server: number, status: string) =>
    (await read(server, 'status')) === status;
  const machineOf = (id: number) =>
    [cloud.world.hosts.dump()].flat().find((one) => within(one, 'id') === id);
  const slot = () =>
    defaultSlots.find(({ range }) => range === cloud.world.hetzner.project.ipv4Range) ??
    assert.fail('no slot');
  const memoryLimit = () => {
    const files = groupsOf(`${slot().name}/${server}`).flatMap((folder) => [
      join(folder, 'memory.limit_in_bytes'),
      join(folder, 'memory.max'),
    ]);
    const file = files.find((one) => existsSync(one)) ?? assert.fail('no limit of memory');
    return Number(readFileSync(file, 'utf8'));
  };
  const firewalls: number[] = [];
  let server = 0;

  test('prints no configurator, and gives a server an address of the machines', async () => {
    assert.equal(cloud.addresses.env['AURA_CONFIGURATOR_URL'], undefined);
    await call('POST', '/ssh_keys', { name: 'tester', public_key: shell.publicKey });
    const rule = { direction: 'in', protocol: 'tcp', port: '22', source_ips: anywhere };
    for (const [name, rules] of [
      ['base', []],
      ['bootstrap', [rule]],
    ] as const) {
      const selector = { type: 'label_selector', label_selector: { selector: `${name}=1` } };
      const made = await call('POST', '/firewalls', { name, rules, apply_to: [selector] });
      firewalls.push(Number(within(made, 'firewall.id')));
    }
    server = await create('one', { firewalls: [{ firewall: firewalls[0] }] });
    assert.ok(contains('198.51.100.0/24', await addressOf(server)));
    await until('it runs', () => isStatus(server, 'running'));
    await until('it booted', () => within(machineOf(server), 'boots') === 1);
  });

  test('no server is ever without the firewall of its create; a label opens port 22', async () => {
    const address = await addressOf(server);
    assert.equal(await answers(address), false);
    await call('PUT', `/servers/${server}`, { labels: { bootstrap: '1' } });
    await shell.untilBooted(address);
    assert.equal(await shell.run(address, 'hostname'), 'one');
    await call('PUT', `/servers/${server}`, { labels: {} });
    await until('port 22 is closed', async () => !(await answers(address)));
    await call('PUT', `/servers/${server}`, { labels: { bootstrap: '1' } });
    await until('port 22 is open', () => answers(address));
  });

  test('a shutdown stops its system, and a resize gives it more memory', async () => {
    const address = await addressOf(server);
    assert.equal(memoryLimit(), 2 * gigabyte);
    await act(server, 'shutdown');
    await until('it is off', () => isStatus(server, 'off'));
    await until('its machine is off', () => within(machineOf(server), 'isOn') === false);
    await act(server, 'change_type', { server_type: 'cpx32', upgrade_disk: false });
    await until('it runs', () => isStatus(server, 'running'));
    await shell.untilBooted(address);
    assert.equal(memoryLimit(), 8 * gigabyte);
  });

  test('a system that shuts itself down makes its server off; a power on starts it', async () => {
    const address = await addressOf(server);
    await shell.run(address, 'echo kept > /root/kept; systemctl poweroff').catch(() => {});
    await until('it is off', () => isStatus(server, 'off'));
    await act(server, 'poweron');
    await until('it runs', () => isStatus(server, 'running'));
    await shell.untilBooted(address);
  });

  test('a server from a snapshot has its files; a rebuilt one has none', async () => {
    const made = await act(server, 'create_image', { type: 'snapshot' });
    const image = String(within(made, 'image.id'));
    await until('the snapshot is there', async () => {
      return within(await call('GET', `/images/${image}`), 'image.status') === 'available';
    });
    const twin = await create('two', { image });
    const address = await addressOf(twin);
    await until('it runs', () => isStatus(twin, 'running'));
    await shell.untilBooted(address);
    assert.equal(await shell.run(address, 'hostname; cat /root/kept'), 'two\nkept');
    await call('DELETE', `/images/${image}`);
    await act(twin, 'rebuild', { image: 'debian-12' });
    await until('it is rebuilt', () => isStatus(twin, 'running'));
    await shell.untilBooted(address);
    assert.equal(await shell.run(address, 'ls /root'), '');
    await call('DELETE', `/servers/${twin}`);
    await until('its machine is gone', () => machineOf(twin) === undefined);
    assert.equal(await answers(address), false);
  });

  test('the last free address is given, and one more is refused', async () => {
    const { hetzner } = cloud.world;
    const range = hetzner.project.ipv4Range ?? '';
    const body = { type: 'ipv4', location: 'fsn1' };
    for (let n = 0; n < 61; n += 1)
      await call('POST', '/primary_ips', { ...body, name: `ip-${n}` });
    const all = [...hetzner.project.primaryIps.values()].filter(({ type }) => type === 'ipv4');
    assert.equal(new Set(all.map(({ ip }) => ip)).size, 62);
    assert.ok(all.every(({ ip }) => contains(range, ip)));
    await assert.rejects(create('three'), /no IPv4 address is available/);
    assert.equal(hetzner.servers().length, 1);
  });

  test('closed, it leaves nothing', async () => {
    const [{ ip } = { ip: '' }] = [...cloud.world.hetzner.project.primaryIps.values()];
    assert.equal(await answers(ip), true);
    const used = slot();
    await cloud.close();
    assert.deepEqual(leftBy(used), []);
  });
});
