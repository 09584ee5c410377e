import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { type HetznerApi, startHetznerApi } from '../../support/hetzner-api.ts';

let world: HetznerApi;
let events: string[];
beforeEach(async () => {
  world = await startHetznerApi({ ipv4Range: '198.51.100.64/29' });
  events = [];
  const { listeners, changeListeners } = world.hetzner.project;
  listeners.push((server, event) => events.push(`${server.name} ${event}`));
  changeListeners.push(({ kind }) => events.push(kind));
});
afterEach(() => world.close());

const heard = () => events.splice(0);
async function server(name: string): Promise<number> {
  const body = { name, server_type: 'cpx12', image: 'debian-12', location: 'fsn1' };
  const made = await world.call('POST', '/servers', body);
  world.clock.advance(30);
  return Number(made.at('server.id'));
}
const act = async (id: number, command: string, body: object = {}) => {
  const answer = await world.call('POST', `/servers/${id}/actions/${command}`, body);
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  world.clock.advance(60);
  return answer;
};

test('a system is asked to shut down before it stops, unless its power is cut or it is deaf', async () => {
  const id = await server('one');
  assert.deepEqual(heard(), ['one started']);
  await act(id, 'shutdown');
  assert.deepEqual(heard(), ['one signalled', 'one stopped']);
  await act(id, 'shutdown');
  await act(id, 'poweron');
  assert.deepEqual(heard(), ['one started']);
  await act(id, 'reboot');
  assert.deepEqual(heard(), ['one signalled', 'one stopped', 'one started']);
  await act(id, 'reset');
  assert.deepEqual(heard(), ['one stopped', 'one started']);
  world.hetzner.deafen(id);
  await act(id, 'shutdown');
  await act(id, 'reboot');
  assert.deepEqual(heard(), ['one stopped', 'one started']);
  await act(id, 'poweroff');
  assert.deepEqual(heard(), ['one stopped']);
});

test('snapshots, and all that can change which rules hold, are reported', async () => {
  const id = await server('one');
  heard();
  const { at } = await act(id, 'create_image', { type: 'snapshot' });
  assert.deepEqual(heard(), ['snapshot']);
  await world.call('DELETE', `/images/${at('image.id')}`);
  assert.deepEqual(heard(), ['snapshotDeleted']);
  await act(id, 'enable_backup');
  await act(id, 'create_image', { type: 'backup' });
  heard();
  await world.call('PUT', `/servers/${id}`, { name: 'other' });
  assert.deepEqual(heard(), []);
  await world.call('PUT', `/servers/${id}`, { labels: { a: 'b' } });
  const made = await world.call('POST', '/firewalls', { name: 'web', rules: [] });
  assert.deepEqual(heard(), ['firewalls', 'firewalls']);
  for (const [command, body] of [
    ['set_rules', { rules: [] }],
    ['apply_to_resources', { apply_to: [{ type: 'server', server: { id } }] }],
    ['remove_from_resources', { remove_from: [{ type: 'server', server: { id } }] }],
  ] as const) {
    await world.call('POST', `/firewalls/${made.at('firewall.id')}/actions/${command}`, body);
    assert.deepEqual(heard(), ['firewalls'], command);
  }
  await world.call('DELETE', `/servers/${id}`);
  assert.deepEqual(heard(), ['snapshotDeleted', 'other deleted']);
});

test('addresses come from the range, each once; without a free one nothing is made', async () => {
  const ids: number[] = [];
  for (let n = 0; n < 6; n += 1) ids.push(await server(`s${n}`));
  const ips = () =>
    [...world.hetzner.project.primaryIps.values()]
      .filter(({ type }) => type === 'ipv4')
      .map(({ ip }) => ip)
      .sort();
  const all = [65, 66, 67, 68, 69, 70].map((n) => `198.51.100.${n}`);
  assert.deepEqual(ips(), all);
  const body = { name: 'more', server_type: 'cpx12', image: 'debian-12', location: 'fsn1' };
  const refused = await world.call('POST', '/servers', body);
  assert.deepEqual([refused.status, refused.at('error.code')], [412, 'resource_unavailable']);
  assert.equal(world.hetzner.servers().length, 6);
  await world.call('DELETE', `/servers/${ids[3]}`);
  await server('again');
  assert.deepEqual(ips(), all);
});
