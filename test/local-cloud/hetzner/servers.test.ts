import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { type HetznerApi, startHetznerApi } from '../../support/hetzner-api.ts';

let world: HetznerApi;
beforeEach(async () => {
  world = await startHetznerApi();
});
afterEach(() => world.close());

const plain = { server_type: 'cpx12', image: 'debian-12', location: 'fsn1' };

async function make(name: string, part: object = {}): Promise<number> {
  const answer = await world.call('POST', '/servers', { ...plain, name, ...part });
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return Number(answer.at('server.id'));
}
async function running(name: string, part: object = {}): Promise<number> {
  const id = await make(name, part);
  world.clock.advance(30);
  return id;
}
const act = (id: number, command: string, body?: object) =>
  world.call('POST', `/servers/${id}/actions/${command}`, body);
const status = async (id: number) =>
  (await world.call('GET', `/servers/${id}`)).at('server.status');
async function refusal(answer: Promise<{ at(path: string): unknown }>): Promise<unknown> {
  return (await answer).at('error.code');
}

describe('the status of a server', () => {
  test('goes from initializing over starting to running, locked while it is created', async () => {
    const id = await make('one');
    assert.equal(await refusal(act(id, 'poweron')), 'locked');
    const seen: unknown[] = [await status(id)];
    for (const seconds of [14, 2, 5, 3]) {
      world.clock.advance(seconds);
      seen.push(await status(id));
    }
    assert.deepEqual(seen, ['initializing', 'initializing', 'starting', 'starting', 'running']);
  });

  test('is off where it was not to be started', async () => {
    assert.equal(await status(await running('one', { start_after_create: false })), 'off');
  });

  test('stops by a hard power-off in a second, and by its system only where that reacts', async () => {
    const [one, two] = [await running('one'), await running('two')];
    await act(one, 'poweroff');
    assert.equal(await status(one), 'stopping');
    world.clock.advance(1);
    assert.equal(await status(one), 'off');
    world.hetzner.deafen(two);
    const asked = await act(two, 'shutdown');
    world.clock.advance(60);
    const action = await world.call('GET', `/actions/${asked.at('action.id')}`);
    assert.deepEqual([action.at('action.status'), await status(two)], ['success', 'running']);
  });

  test('is migrating while its type changes and rebuilding while its disk does', async () => {
    const id = await running('one');
    assert.equal(
      await refusal(act(id, 'change_type', { server_type: 'cpx22' })),
      'server_not_stopped',
    );
    await act(id, 'poweroff');
    world.clock.advance(1);
    await act(id, 'change_type', { server_type: 'cpx22', upgrade_disk: true });
    assert.equal(await status(id), 'migrating');
    assert.equal(await refusal(act(id, 'poweron')), 'locked');
    world.clock.advance(20);
    assert.equal(await status(id), 'running');
    const rebuilt = await act(id, 'rebuild', { image: 'debian-13' });
    assert.equal(typeof rebuilt.at('root_password'), 'string');
    assert.equal(await status(id), 'rebuilding');
    world.clock.advance(30);
    assert.equal(await status(id), 'running');
    await act(id, 'poweroff');
    world.clock.advance(1);
    for (const type of ['cpx12', 'cpx22', 'cax11', 'cx21'])
      assert.equal(
        await refusal(act(id, 'change_type', { server_type: type })),
        'invalid_server_type',
        type,
      );
  });

  test('survives a reboot that comes while it still starts', async () => {
    const id = await running('one');
    await act(id, 'reboot');
    world.clock.advance(4);
    await act(id, 'reset');
    world.clock.advance(5);
    assert.equal(await status(id), 'starting');
    world.clock.advance(4);
    assert.equal(await status(id), 'running');
  });
});

describe('an action', () => {
  test('has its progress, its end and its resources, and is listed with its server', async () => {
    const id = await make('one');
    world.clock.advance(6);
    const listed = await world.call('GET', `/servers/${id}/actions?sort=id:asc`);
    assert.equal(listed.at('actions.0.command'), 'create_server');
    assert.equal(listed.at('actions.0.progress'), 40);
    assert.deepEqual(listed.at('actions.0.resources'), [{ id, type: 'server' }]);
    const ids = [listed.at('actions.0.id'), listed.at('actions.1.id')];
    world.clock.advance(30);
    const batch = await world.call('GET', `/actions?id=${ids[0]}&id=${ids[1]}&status=success`);
    assert.equal(batch.at('meta.pagination.total_entries'), 2);
    assert.equal(batch.at('actions.0.finished'), '2026-11-22T05:00:15+00:00');
    assert.equal((await world.call('GET', '/actions')).at('error.code'), 'invalid_input');
  });

  test('may end in an error: no agent answers in a server that is off', async () => {
    const id = await running('one', { start_after_create: false });
    const asked = await act(id, 'reset_password');
    world.clock.advance(2);
    const ended = await world.call('GET', `/servers/${id}/actions/${asked.at('action.id')}`);
    assert.deepEqual(
      [ended.at('action.status'), ended.at('action.error.code')],
      ['error', 'action_failed'],
    );
  });
});

test('snapshots are created, changed, protected, booted from, and outlive their server', async () => {
  const id = await running('one');
  const made = await act(id, 'create_image', { description: 'a', labels: { k: 'v' } });
  const image = made.at('image.id');
  assert.equal(made.at('image.status'), 'creating');
  assert.equal(await refusal(act(id, 'create_image', {})), 'locked');
  world.clock.advance(30);
  await world.call('PUT', `/images/${image}`, { description: 'b', labels: { k: 'w' } });
  const listed = await world.call('GET', '/images?type=snapshot&label_selector=k%3Dw');
  assert.deepEqual([listed.at('images.0.id'), listed.at('images.0.description')], [image, 'b']);
  await world.call('POST', `/images/${image}/actions/change_protection`, { delete: true });
  assert.equal(await refusal(world.call('DELETE', `/images/${image}`)), 'protected');
  await world.call('DELETE', `/servers/${id}`);
  const next = await running('two', { image: String(image) });
  const shown = await world.call('GET', `/servers/${next}`);
  assert.deepEqual(
    [shown.at('server.image.id'), shown.at('server.image.type')],
    [image, 'snapshot'],
  );
  assert.equal(await refusal(act(next, 'create_image', { type: 'backup' })), 'invalid_input');
  assert.equal(
    await refusal(
      world.call('POST', '/servers', { ...plain, name: 'x', image, server_type: 'cax11' }),
    ),
    'invalid_input',
  );
});

test('a placement group holds ten, and only servers that are off', async () => {
  const made = await world.call('POST', '/placement_groups', { name: 'apart', type: 'spread' });
  const group = made.at('placement_group.id');
  for (let n = 0; n < 10; n += 1) await make(`in-${n}`, { placement_group: group });
  assert.equal(
    await refusal(world.call('POST', '/servers', { ...plain, name: 'x', placement_group: group })),
    'placement_error',
  );
  const out = await running('out');
  const joins = () => act(out, 'add_to_placement_group', { placement_group: group });
  assert.equal(await refusal(joins()), 'server_not_stopped');
  await act(out, 'poweroff');
  world.clock.advance(1);
  assert.equal(await refusal(joins()), 'placement_error');
  const first = (await world.call('GET', '/servers?name=in-0')).at('servers.0.id');
  await act(Number(first), 'remove_from_placement_group');
  assert.equal((await joins()).status, 201);
  const shown = await world.call('GET', `/placement_groups/${group}`);
  assert.ok(Array.isArray(shown.at('placement_group.servers')));
  assert.equal((shown.at('placement_group.servers') as number[]).length, 10);
});

test('limits, stock and retired types are distinguished', async () => {
  const create = (part: object) => world.call('POST', '/servers', { ...plain, name: 'x', ...part });
  world.hetzner.sellOut('cpx12', 'nbg1');
  assert.equal(await refusal(create({ location: 'nbg1' })), 'resource_unavailable');
  assert.equal(await refusal(create({ location: 'ash' })), 'invalid_input');
  assert.equal(await refusal(create({ server_type: 'cx11' })), 'invalid_server_type');
  assert.equal((await create({ server_type: 'cx22', name: 'still-sold' })).status, 201);
  world.clock.advance(60 * 86_400);
  assert.equal(await refusal(create({ server_type: 'cx22' })), 'invalid_server_type');
  world.hetzner.project.limits.servers = 1;
  const beyond = await create({});
  assert.equal(beyond.status, 403);
  assert.deepEqual(beyond.at('error.details'), { limits: [{ name: 'server_limit' }] });
});

test('the same seed and calls give the same ids and addresses', async () => {
  const tell = async (other: HetznerApi) => {
    const made = await other.call('POST', '/servers', { ...plain, name: 'one' });
    return [made.body, (await other.call('GET', '/primary_ips')).body];
  };
  const other = await startHetznerApi();
  try {
    assert.deepEqual(await tell(world), await tell(other));
  } finally {
    await other.close();
  }
});
