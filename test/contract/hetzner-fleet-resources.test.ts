/** Resources that are read only now and then: snapshots, withdrawals, and what is not ours. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { cents } from '../../reconciler/core/stack/cost.ts';
import { type HetznerWorld, makeServer, startHetznerWorld } from './hetzner-world.ts';

const ours = { 'aura.dev/fleet': 'aura' };
let world: HetznerWorld;
beforeEach(async () => {
  world = await startHetznerWorld();
});
afterEach(() => world.close());

async function snapshotOf(server: string, labels: Record<string, string>): Promise<string> {
  const asked = { type: 'snapshot', description: 'before the move', labels };
  const { image } = await world.post(`/servers/${server}/actions/create_image`, asked);
  world.clock.advance(60);
  return String(image?.id);
}

test('snapshots with our label are listed with their price, and may be deleted twice', async () => {
  const server = await makeServer(world);
  const id = await snapshotOf(server, ours);
  await snapshotOf(server, { 'aura.dev/fleet': 'aura2' });
  const [one, ...more] = await world.cloud.snapshots('aura');
  assert.deepEqual([one?.id, one?.description, one?.labels], [id, 'before the move', ours]);
  assert.ok((one?.monthlyCost ?? 0) > 0 && more.length === 0);
  await world.cloud.deleteSnapshot(id);
  await world.cloud.deleteSnapshot(id);
  assert.deepEqual(await world.cloud.snapshots('aura'), []);
  assert.equal((await world.cloud.snapshots('aura2')).length, 1);
});

test('one that is still being created has no price yet', async () => {
  const server = await makeServer(world);
  const asked = { type: 'snapshot', description: '', labels: ours };
  await world.post(`/servers/${server}/actions/create_image`, asked);
  const [one] = await world.cloud.snapshots('aura');
  assert.equal(one?.monthlyCost, null);
});

test('a protected snapshot stays, and is reported as protected', async () => {
  const id = await snapshotOf(await makeServer(world), ours);
  await world.post(`/images/${id}/actions/change_protection`, { delete: true });
  await assert.rejects(world.cloud.deleteSnapshot(id), { reason: 'Protected' });
});

test('a key is deleted, and may be deleted twice', async () => {
  const asked = { name: 'laptop', public_key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKeyOne' };
  const { ssh_key: key } = await world.post('/ssh_keys', { ...asked, labels: ours });
  await world.cloud.deleteSshKey(String(key?.id));
  await world.cloud.deleteSshKey(String(key?.id));
  assert.deepEqual(await world.cloud.sshKeys('aura'), []);
});

test('resources that are not ours are listed by type and place, without their names', async () => {
  await makeServer(world);
  await makeServer(world, { name: 'a-secret', labels: {} });
  await makeServer(world, { name: 'another', labels: { 'aura.dev/fleet': 'aura2' } });
  const foreign = await world.cloud.foreignServers('aura');
  assert.deepEqual(
    foreign.map(({ serverType, location }) => [serverType, location]),
    [
      ['cpx12', 'fsn1'],
      ['cpx12', 'fsn1'],
    ],
  );
  assert.doesNotMatch(JSON.stringify(foreign), /secret|another|aura2/);
});

test('all addresses of the project are counted, of both types, in one request', async () => {
  await makeServer(world);
  await makeServer(world, { name: 'another', labels: {} });
  const lone = { name: 'lone', type: 'ipv4', location: 'fsn1', assignee_type: 'server' };
  await world.post('/primary_ips', lone);
  world.ledger.clear();
  assert.equal(await world.cloud.primaryIpTotal(), 5);
  assert.equal(world.ledger.total('hetzner'), 1);
});

test('everything else that is billed is listed with its price, and whose it is', async () => {
  const server = await makeServer(world);
  await snapshotOf(server, ours);
  const place = { location: 'fsn1' };
  const [labels, elsewhere] = [{ labels: ours }, { labels: { 'aura.dev/fleet': 'aura2' } }];
  await world.post('/volumes', { name: 'data', size: 50, server: Number(server), ...labels });
  await world.post('/volumes', { name: 'a-secret', size: 10, ...place });
  await world.post('/primary_ips', { name: 'spare', type: 'ipv4', ...place, ...elsewhere });
  await world.post('/primary_ips', { name: 'free', type: 'ipv6', ...place });
  await world.post('/floating_ips', { type: 'ipv6', home_location: 'ash' });
  const balancer = { name: 'front', load_balancer_type: 'lb11', ...place, ...labels };
  await world.post('/load_balancers', balancer);
  const { items, partial } = await world.cloud.charges('aura');
  assert.deepEqual(partial, []);
  // The snapshot's size is the world's choice, and the addresses of the server are its own.
  const [snapshot, ...others] = items;
  assert.deepEqual([snapshot?.kind, snapshot?.isOurs], ['snapshot', true]);
  assert.ok((snapshot?.monthly ?? 0) > 0);
  assert.deepEqual(
    others.map(({ kind, isOurs, monthly }) => [kind, isOurs, cents(monthly ?? 0)]),
    [
      ['address', false, 0.5],
      ['volume', true, 2.2],
      ['volume', false, 0.44],
      ['floatingIp', false, 1],
      ['loadBalancer', true, 5.49],
    ],
  );
  assert.doesNotMatch(JSON.stringify(items), /secret|aura2/);
});

test('backups are seen on a server, and their share of its price is known', async () => {
  const own = await makeServer(world);
  const other = await makeServer(world, { name: 'another', labels: {} });
  for (const id of [own, other]) await world.post(`/servers/${id}/actions/enable_backup`, {});
  const { items } = await world.cloud.servers('aura');
  const foreign = await world.cloud.foreignServers('aura');
  assert.deepEqual(
    [items, foreign].map(([one]) => one?.backups),
    [true, true],
  );
  assert.equal((await world.cloud.offers()).backupPercent, 20);
  await world.post(`/servers/${own}/actions/disable_backup`, {});
  assert.equal((await world.cloud.server(own))?.backups, false);
});

test('types and images with an announced end are reported with its time', async () => {
  const withdrawals = await world.cloud.withdrawals();
  for (const one of withdrawals) assert.ok(Number.isFinite(Date.parse(one.at)), one.name);
  const types = withdrawals.filter(({ kind }) => kind === 'serverType');
  const images = withdrawals.filter(({ kind }) => kind === 'image');
  assert.ok(types.length > 0 && images.length > 0, JSON.stringify(withdrawals));
  assert.ok(!types.some(({ name }) => name === 'cpx12'));
  assert.ok(!images.some(({ name }) => name === 'debian-12'));
});
