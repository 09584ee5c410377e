import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { type HetznerApi, startHetznerApi } from '../../support/hetzner-api.ts';

let world: HetznerApi;
beforeEach(async () => {
  world = await startHetznerApi();
});
afterEach(() => world.close());

const rule = { direction: 'in', protocol: 'tcp', port: '22', source_ips: ['0.0.0.0/0'] };

async function firewall(part: object = {}): Promise<number> {
  const made = await world.call('POST', '/firewalls', { name: 'web', rules: [rule], ...part });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  return Number(made.at('firewall.id'));
}
async function server(part: object = {}): Promise<number> {
  const made = await world.call('POST', '/servers', {
    name: 'one',
    server_type: 'cpx12',
    image: 'debian-12',
    location: 'fsn1',
    ...part,
  });
  world.clock.advance(30);
  return Number(made.at('server.id'));
}
const guards = async (id: number) =>
  (await world.call('GET', `/servers/${id}`)).at('server.public_net.firewalls');
const act = (id: number, command: string, body: object) =>
  world.call('POST', `/firewalls/${id}/actions/${command}`, body);
const toServer = (id: number) => [{ type: 'server', server: { id } }];
const bySelector = (selector: string) => [{ type: 'label_selector', label_selector: { selector } }];

test('a firewall follows labels two seconds late', async () => {
  const id = await firewall({ apply_to: bySelector('app=web') });
  const one = await server({ labels: { app: 'web' } });
  assert.deepEqual(await guards(one), [{ id, status: 'applied' }]);
  await world.call('PUT', `/servers/${one}`, { labels: { app: 'db' } });
  assert.deepEqual(await guards(one), [{ id, status: 'applied' }]);
  world.clock.advance(2);
  assert.deepEqual(await guards(one), []);
  await world.call('PUT', `/servers/${one}`, { labels: { app: 'web' } });
  assert.deepEqual(await guards(one), []);
  world.clock.advance(2);
  const shown = await world.call('GET', `/firewalls/${id}`);
  assert.deepEqual(shown.at('firewall.applied_to.0.applied_to_resources'), toServer(one));
});

test('a new server has the firewalls of its labels only after a moment', async () => {
  await firewall({ apply_to: bySelector('app=web') });
  const made = await world.call('POST', '/servers', {
    name: 'one',
    server_type: 'cpx12',
    image: 'debian-12',
    labels: { app: 'web' },
  });
  assert.deepEqual(made.at('server.public_net.firewalls'), []);
});

test('one that is applied to a server is pending until its action ends', async () => {
  const id = await firewall();
  const one = await server();
  const applied = await act(id, 'apply_to_resources', { apply_to: toServer(one) });
  assert.equal(applied.at('actions.0.command'), 'apply_firewall');
  assert.deepEqual(await guards(one), [{ id, status: 'pending' }]);
  world.clock.advance(1);
  assert.deepEqual(await guards(one), [{ id, status: 'applied' }]);
  const again = await act(id, 'apply_to_resources', { apply_to: toServer(one) });
  assert.equal(again.at('error.code'), 'firewall_already_applied');
  assert.equal(
    (await world.call('DELETE', `/firewalls/${id}`)).at('error.code'),
    'resource_in_use',
  );
  await act(id, 'remove_from_resources', { remove_from: toServer(one) });
  assert.deepEqual(await guards(one), []);
  assert.equal((await world.call('DELETE', `/firewalls/${id}`)).status, 204);
});

test('one that a selector applied cannot be removed from a single server', async () => {
  const id = await firewall({ apply_to: bySelector('app') });
  const one = await server({ labels: { app: 'web' } });
  const refused = await act(id, 'remove_from_resources', { remove_from: toServer(one) });
  assert.equal(refused.at('error.code'), 'firewall_managed_by_label_selector');
  const lost = await act(id, 'apply_to_resources', { apply_to: toServer(1) });
  assert.equal(lost.at('error.code'), 'firewall_resource_not_found');
});

test('a deleted server is removed from its firewalls', async () => {
  const one = await server();
  const id = await firewall({ apply_to: toServer(one) });
  await world.call('DELETE', `/servers/${one}`);
  assert.equal((await world.call('DELETE', `/firewalls/${id}`)).status, 204);
});

test('addresses of rules come back as networks, short and in lower case', async () => {
  const sources = [
    '10.1.2.3/8',
    '192.168.5.77/26',
    '2001:DB8:0:0:0:0:0:1/33',
    'FE80::1/128',
    '::/0',
  ];
  const id = await firewall({ rules: [{ ...rule, source_ips: sources }] });
  const shown = await world.call('GET', `/firewalls/${id}`);
  assert.deepEqual(shown.at('firewall.rules.0.source_ips'), [
    '10.0.0.0/8',
    '192.168.5.64/26',
    '2001:db8::/33',
    'fe80::1/128',
    '::/0',
  ]);
});

test('rules without content are refused by name', async () => {
  const id = await firewall();
  const bad: readonly object[] = [
    { ...rule, port: undefined },
    { ...rule, port: '0' },
    { ...rule, port: '90-80' },
    { ...rule, protocol: 'icmp' },
    { ...rule, protocol: 'sctp' },
    { ...rule, source_ips: [] },
    { ...rule, source_ips: ['10.0.0.1'] },
    { ...rule, source_ips: ['10.0.0.0/33'] },
    { ...rule, direction: 'out' },
  ];
  for (const one of bad) {
    const answer = await act(id, 'set_rules', { rules: [one] });
    assert.deepEqual(
      [answer.status, answer.at('error.details.fields.0.name')],
      [422, 'rules'],
      JSON.stringify(one),
    );
  }
  const many = await act(id, 'set_rules', { rules: Array.from({ length: 51 }, () => rule) });
  assert.equal(many.at('error.code'), 'resource_limit_exceeded');
  assert.equal((await world.call('GET', `/firewalls/${id}`)).at('firewall.rules.0.port'), '22');
});

test('a primary IP is assigned to a server that is off, once, in its own location', async () => {
  const made = await world.call('POST', '/primary_ips', {
    name: 'fixed',
    type: 'ipv4',
    location: 'fsn1',
    assignee_type: 'server',
  });
  const ip = made.at('primary_ip.id');
  const assign = (id: number) =>
    world.call('POST', `/primary_ips/${ip}/actions/assign`, {
      assignee_id: id,
      assignee_type: 'server',
    });
  const one = await server({ public_net: { enable_ipv4: false, enable_ipv6: true } });
  const two = await server({ name: 'two', location: 'nbg1' });
  const three = await server({ name: 'three' });
  assert.equal((await assign(one)).at('error.code'), 'server_not_stopped');
  assert.equal((await assign(two)).at('error.code'), 'primary_ip_datacenter_mismatch');
  assert.equal((await assign(three)).at('error.code'), 'server_has_ipv4');
  await world.call('POST', `/servers/${one}/actions/poweroff`);
  world.clock.advance(1);
  assert.equal((await assign(one)).status, 201);
  assert.equal((await assign(one)).at('error.code'), 'primary_ip_already_assigned');
  const shown = await world.call('GET', `/servers/${one}`);
  assert.equal(shown.at('server.public_net.ipv4.id'), ip);
  await world.call('POST', `/primary_ips/${ip}/actions/change_dns_ptr`, {
    ip: made.at('primary_ip.ip'),
    dns_ptr: 'one.example.com',
  });
  const named = await world.call('GET', `/primary_ips?ip=${made.at('primary_ip.ip')}`);
  assert.equal(named.at('primary_ips.0.dns_ptr.0.dns_ptr'), 'one.example.com');
  await world.call('DELETE', `/servers/${one}`);
  assert.equal((await world.call('GET', `/primary_ips/${ip}`)).at('primary_ip.assignee_id'), null);
});
