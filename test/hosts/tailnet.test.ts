/**
 * The product's Tailscale client against real nodes: tailscaled in network namespaces, which join
 * headscale. What the simulated tailnet only says is true of machines here.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { parse } from 'yaml';
import { fleetPolicy } from '../../local-cloud/tailnet/headscale-policy.ts';
import { describedBy } from '../support/described.ts';
import { within } from '../support/hetzner-api.ts';
import type { Exchange } from '../support/recording.ts';
import { tailscaleDescription } from '../support/tailscale-description.ts';
import { until } from '../support/until.ts';
import { namespaces } from './tailnet-network.ts';
import type { TailnetNode } from './tailnet-node.ts';
import { tailnetPrograms } from './tailnet-programs.ts';
import { agents, fleet, startTailnetWorld, type TailnetWorld } from './tailnet-world.ts';

const described = tailscaleDescription();
const undescribed = 'skip' in described && described.skip;
const programs = tailnetPrograms('root');
const [first, second] = agents as [(typeof agents)[0], (typeof agents)[0]];
const port = 8080;
const acl = '/tailnet/-/acl';
const owners = { 'tag:aura': ['autogroup:admin'], 'tag:aura-ci': ['autogroup:admin'] };
const openPolicy = { tagOwners: owners, grants: [{ src: ['*'], dst: ['*'], ip: ['*'] }] };

describe('a tailnet of real nodes', { skip: 'skip' in programs && programs.skip }, () => {
  let world: TailnetWorld;
  let one: TailnetNode;
  let two: TailnetNode;
  let ci: TailnetNode;
  before(async () => {
    if ('skip' in programs) return;
    world = await startTailnetWorld(programs);
    [one, two, ci] = [await world.node(), await world.node(), await world.node()];
  });
  after(() => world?.close());

  const idOf = async (node: TailnetNode) => String(await node.status('Self.ID'));
  const newKey = (agent = first) => world.tailnet.createKey({ fleet, agent, seconds: 600 });
  const keyIds = async () => (await world.tailnet.keys(fleet)).map(({ id }) => id);

  it('admits a node by a single-use key, under the id that its own status shows', async () => {
    const key = await newKey();
    assert.deepEqual(await keyIds(), [key.id]);
    const joined = await one.up(key.secret, first);
    assert.equal(joined.code, 0, joined.stderr);
    const id = await idOf(one);
    const device = (await world.tailnet.device(id)) ?? assert.fail('no such device');
    assert.deepEqual(
      { ...device, created: '', addresses: [] },
      {
        nodeId: id,
        name: `${first}.tail5a1e7.ts.net`,
        hostname: first,
        addresses: [],
        tags: ['tag:aura'],
        created: '',
        online: true,
        lastSeen: null,
        keyExpires: false,
      },
    );
    assert.deepEqual(device.addresses, await one.status('Self.TailscaleIPs'));
    assert.ok(Date.parse(device.created) >= Date.parse(key.created));
    assert.deepEqual((await world.tailnet.devices(fleet)).items, [device]);
  });

  it('never lets its key expire, says the node as well', async () => {
    const { text } = await world.api('GET', `/device/${await idOf(one)}`);
    assert.equal(JSON.parse(text).keyExpiryDisabled, true);
    assert.equal(await one.status('Self.KeyExpiry'), undefined);
    const id = await idOf(one);
    await world.api('POST', `/device/${id}/key`, { keyExpiryDisabled: false });
    assert.equal((await world.tailnet.device(id))?.keyExpires, true);
    await world.tailnet.disableKeyExpiry(id);
    assert.equal((await world.tailnet.device(id))?.keyExpires, false);
  });

  it('refuses a spent key and a revoked one, and admits the wiped machine by a new one', async () => {
    const spent = await newKey(second);
    assert.equal((await two.up(spent.secret, second)).code, 0);
    const earlier = await idOf(two);
    assert.deepEqual(await keyIds(), []);
    const revoked = await newKey(second);
    await world.tailnet.revokeKey(revoked.id);
    await world.tailnet.revokeKey(revoked.id);
    assert.deepEqual(await keyIds(), []);
    await restart(two, 'wiped');
    for (const [{ secret }, why] of [
      [spent, /already used/],
      [revoked, /expired/],
    ] as const) {
      const refused = await two.up(secret, second);
      assert.notEqual(refused.code, 0);
      assert.match(refused.stderr, why);
      assert.equal((await world.tailnet.devices(fleet)).items.length, 2);
    }
    const joined = await two.up((await newKey(second)).secret, second);
    assert.equal(joined.code, 0, joined.stderr);
    assert.notEqual(await idOf(two), earlier, 'a wiped machine is another device');
    assert.equal((await shownName(two)).split('.')[0], `${second}-1`);
    await world.tailnet.deleteDevice(earlier);
  });

  it('names a device, for the node too, whatever its hostname', async () => {
    const id = await idOf(two);
    await world.tailnet.rename(id, first);
    assert.equal((await shownName(two)).split('.')[0], `${first}-1`, 'the name is taken');
    await world.tailnet.rename(id, 'renamed');
    const name = 'renamed.tail5a1e7.ts.net';
    assert.equal(await shownName(two), name);
    await until('the node has its name', async () => {
      return (await two.status('Self.DNSName')) === `${name}.`;
    });
    assert.equal((await two.tailscale('set', '--hostname=elsewhere')).code, 0);
    await until('the hostname is known', async () => {
      return (await world.tailnet.device(id))?.hostname === 'elsewhere';
    });
    assert.equal(await shownName(two), name);
  });

  it('keeps the address of a machine that was off', async () => {
    const id = await idOf(two);
    const before = await world.tailnet.device(id);
    await two.kill();
    await until('it is offline', async () => !((await world.tailnet.device(id))?.online ?? true));
    assert.notEqual((await world.tailnet.device(id))?.lastSeen, null);
    await restart(two, 'kept');
    await until('it is online', async () => (await world.tailnet.device(id))?.online === true);
    assert.deepEqual((await world.tailnet.device(id))?.addresses, before?.addresses);
  });

  it('lets a run reach both agents, and no agent another or the run', async () => {
    const { text } = await world.api('POST', '/tailnet/-/keys', {
      capabilities: {
        devices: { create: { ephemeral: true, preauthorized: true, tags: ['tag:aura-ci'] } },
      },
      expirySeconds: 600,
    });
    const joined = await ci.up(JSON.parse(text).key, 'run');
    assert.equal(joined.code, 0, joined.stderr);
    for (const node of [one, two, ci]) await node.listen(port);
    assert.deepEqual(await reached(), { run: [true, true], agents: [false, false, false, false] });
    const peers = Object.values(Object(await one.status('Peer')));
    assert.deepEqual(
      peers.map((peer) => within(peer, 'HostName')),
      ['run'],
      'nor knows of one',
    );
    // The same attempts succeed where a policy allows them.
    assert.equal((await world.api('POST', acl, openPolicy)).status, 200);
    await until('agents reach agents', async () => reaches(one, two));
    assert.equal((await world.api('POST', acl, fleetPolicy(fleet))).status, 200);
    await until('agents reach nothing again', async () => !(await reaches(one, two)));
    assert.equal(await reaches(ci, two), true);
  });

  it('says what a policy allows, and takes none that is invalid', async () => {
    const tests = [{ src: 'tag:aura', deny: ['tag:aura:22'] }];
    const validate = async (body: unknown) =>
      JSON.parse((await world.api('POST', `${acl}/validate`, JSON.stringify(body))).text);
    assert.deepEqual(await validate(tests), {});
    const opened = [{ src: 'tag:aura', accept: ['tag:aura:22'] }];
    assert.equal((await validate(opened)).message, 'test(s) failed');
    // Only headscale knows that there is no such group.
    const wrong = { tagOwners: { 'tag:aura': ['group:absent'] }, grants: [] };
    assert.match((await validate(wrong)).message, /group:absent/);
    const refused = await world.api('POST', acl, JSON.stringify(wrong));
    assert.equal(refused.status, 400, refused.text);
    assert.equal((await world.api('GET', acl)).text, fleetPolicy(fleet));
  });

  it('forgets an ephemeral node that logs out', async () => {
    const id = await idOf(ci);
    assert.equal(JSON.parse((await world.api('GET', `/device/${id}`)).text).isEphemeral, true);
    assert.equal((await ci.tailscale('logout')).code, 0);
    assert.equal(await world.tailnet.device(id), null);
  });

  it('has no device any more once it was deleted, and admits its machine by a new key', async () => {
    const id = await idOf(one);
    await world.tailnet.deleteDevice(id);
    assert.equal(await world.tailnet.device(id), null);
    const { items } = await world.tailnet.devices(fleet);
    assert.deepEqual(
      items.map(({ nodeId }) => nodeId),
      [await idOf(two)],
    );
    await world.tailnet.deleteDevice(id);
    const isOut = async () => (await one.status('BackendState')) === 'NeedsLogin';
    await until('the node has to log in', isOut);
    assert.equal((await one.up((await newKey()).secret, first)).code, 0);
    const joined = await world.tailnet.device(await idOf(one));
    assert.deepEqual([joined?.nodeId === id, joined?.online], [false, true]);
  });

  it('admits by a new key a machine whose device was deleted while it was off', async () => {
    const id = await idOf(two);
    await two.kill();
    await world.tailnet.deleteDevice(id);
    await restart(two, 'kept');
    const isOut = async () => (await two.status('BackendState')) === 'NeedsLogin';
    await until('the node has to log in', isOut);
    assert.equal(await world.tailnet.device(id), null);
    const joined = await two.up((await newKey(second)).secret, second);
    assert.equal(joined.code, 0, joined.stderr);
    assert.notEqual(await idOf(two), id);
  });

  it('answered as Tailscale describes its API, all the while', { skip: undescribed }, () => {
    if (!('path' in described)) return;
    const description = describedBy(parse(readFileSync(described.path, 'utf8')), '/api/v2');
    // It leaves out tokens, and what a second deletion answers.
    const isLeftOut = ({ method, path, status }: Exchange) =>
      path === '/api/v2/oauth/token' || (method === 'DELETE' && status === 404);
    const exchanges = world.exchanges().filter((one) => !isLeftOut(one));
    for (const path of [/keys$/, /keys\/k\d+CNTRL$/, /devices$/, /device\/\d+$/, /name$/])
      assert.ok(
        exchanges.some((one) => path.test(one.path)),
        String(path),
      );
    for (const exchange of exchanges) {
      assert.deepEqual(description.problemsOfRequest(exchange), []);
      assert.deepEqual(description.problemsOfAnswer(exchange), []);
    }
  });

  it('leaves nothing when it is closed', async () => {
    const mine = () =>
      namespaces().filter((name) => one.namespace.slice(0, 5) === name.slice(0, 5));
    assert.equal(mine().length, 4);
    await world.close();
    assert.deepEqual(mine(), []);
    assert.ok(!existsSync(world.folder));
  });

  async function restart(node: TailnetNode, state: 'kept' | 'wiped'): Promise<void> {
    await node.kill();
    if (state === 'wiped') node.wipe();
    await node.start();
  }
  async function shownName(node: TailnetNode): Promise<string> {
    return (await world.tailnet.device(await idOf(node)))?.name ?? '';
  }
  async function reaches(from: TailnetNode, to: TailnetNode): Promise<boolean> {
    const [address] = (await world.tailnet.device(await idOf(to)))?.addresses ?? [];
    return from.reaches(address ?? assert.fail('no address'), port);
  }
  async function reached() {
    const [run, agents] = await Promise.all([
      Promise.all([reaches(ci, one), reaches(ci, two)]),
      Promise.all([reaches(one, two), reaches(two, one), reaches(one, ci), reaches(two, ci)]),
    ]);
    return { run, agents };
  }
});
