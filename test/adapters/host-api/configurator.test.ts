/**
 * The Configurator over the hosts' HTTP API, against the local cloud's: what it accepts from a host
 * and what it sends to one.
 */
import assert from 'node:assert/strict';
import { createServer as createHttp } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, describe, test } from 'node:test';
import { startApi } from '../../../local-cloud/api-server.ts';
import { createWorldClock } from '../../../local-cloud/clock.ts';
import { createCredentials } from '../../../local-cloud/environment.ts';
import { createFaults } from '../../../local-cloud/faults.ts';
import { createServer } from '../../../local-cloud/hetzner/server-create.ts';
import { createLedger } from '../../../local-cloud/ledger.ts';
import { createProviders } from '../../../local-cloud/providers.ts';
import { createRandomness } from '../../../local-cloud/randomness.ts';
import { createHostApiConfigurator } from '../../../reconciler/adapters/host-api/configurator.ts';
import { isFailure } from '../../../reconciler/core/failure.ts';
import { catalogOf, configurationOf, idNo } from '../../builders/world.ts';
import { until } from '../../support/until.ts';

const clock = createWorldClock({ startMs: Date.parse('2026-11-22T05:00:00Z'), rate: 0 });
const randomness = createRandomness(5);
const { hetzner, tailscale, hosts } = createProviders({
  clock,
  randomness,
  credentials: createCredentials(randomness.fork('credentials')),
  catalog: catalogOf(),
});
const api = await startApi(hosts, { clock, ledger: createLedger(), faults: createFaults() });
after(async () => {
  await api.close();
  clock.close();
});

const hostKey = 'ssh-ed25519 AAAAseeded';
const { tailnet } = tailscale;
const configuratorAt = (url: string) =>
  createHostApiConfigurator({
    url,
    roleVersion: '1',
    pollMs: 1,
    clock: { now: () => clock.now(), wait: async () => {} },
    cloudNow: async () => clock.now(),
  });
const configurator = configuratorAt(api.url);
const because = (reason: Parameters<typeof isFailure>[1]) => (thrown: unknown) =>
  isFailure(thrown, reason);

function newHost(name: string) {
  const userData = `ssh_keys:\n  ed25519_public: ${hostKey}\n`;
  const wanted = { name, server_type: 'cpx12', location: 'fsn1', image: 'debian-12' };
  createServer(hetzner.project, { ...wanted, user_data: userData });
  clock.advance(60);
  const server = hetzner.servers().find((one) => one.name === name) ?? assert.fail('no server');
  const { ip } = hetzner.project.primaryIps.get(server.ipv4 ?? 0) ?? assert.fail('no address');
  return { agent: idNo(1), network: 'public' as const, ipv4: ip, hostKeys: [hostKey] };
}

/** A key of the tailnet that can be used once. */
function newKey(): { readonly authKey: string; used(): boolean } {
  const id = `k${tailnet.keys.size}CNTRL`;
  const key = {
    id,
    secret: `tskey-auth-${id}-secret`,
    description: 'aura',
    created: clock.now(),
    expires: clock.now() + 600_000,
    reusable: false,
    ephemeral: false,
    preauthorized: true,
    tags: ['tag:aura'],
    revoked: null,
    used: false,
  };
  tailnet.keys.set(id, key);
  return { authKey: key.secret, used: () => key.used };
}

describe('the host key', () => {
  test('of a host is made once, and shown once it was configured; a new disk shows the seeded one', async () => {
    const host = newHost('keyed');
    const own = await configurator.ownHostKey(host);
    assert.match(own, /^ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI[A-Za-z0-9+/]{43}$/);
    assert.equal(await configurator.ownHostKey(host), own);
    const both = { ...host, hostKeys: [hostKey, own] };
    const shows = async () => [
      await configurator.showsHostKey(both, hostKey),
      await configurator.showsHostKey(both, own),
    ];
    assert.deepEqual(await shows(), [true, false]);
    const configured = configurator.configure(both, configurationOf());
    await until('it is configured', async () => {
      clock.advance(1);
      return hosts.configured.size > 0;
    });
    await configured;
    assert.deepEqual(await shows(), [false, true]);
    await assert.rejects(configurator.healthy(host), because('OwnershipUnproven'));
    assert.equal(await configurator.healthy({ ...host, hostKeys: [own] }), true);
    const server = hetzner.servers().find(({ name }) => name === 'keyed') ?? assert.fail();
    for (const tell of hetzner.project.listeners) tell(server, 'rebuilt');
    assert.equal(await configurator.nodeOf(host), null);
    assert.notEqual(await configurator.ownHostKey(host), own);
  });
});

describe('the node of a host', () => {
  test('is none before it joins, then the one that it reports, then none once it was deleted', async () => {
    const host = newHost('one');
    assert.equal(await configurator.nodeOf(host), null);
    const request = { hostname: idNo(1), tag: 'tag:aura' };
    const node = await configurator.join(host, { ...request, authKey: newKey().authKey });
    assert.equal(await configurator.nodeOf(host), node);
    assert.equal(tailnet.device(node)?.hostname, idNo(1));
    assert.equal(await configurator.join(host, { ...request, authKey: '' }), node);
    tailnet.devices.delete(node);
    assert.equal(await configurator.nodeOf(host), null);
    const again = await configurator.join(host, { ...request, authKey: newKey().authKey });
    assert.notEqual(again, node);
  });

  test('is not read from a host that shows another key or none, and nothing is sent to it', async () => {
    const host = { ...newHost('two'), hostKeys: ['ssh-ed25519 AAAAanother'] };
    const key = newKey();
    const request = { authKey: key.authKey, hostname: idNo(1), tag: 'tag:aura' };
    await assert.rejects(configurator.nodeOf(host), because('OwnershipUnproven'));
    await assert.rejects(configurator.join(host, request), because('OwnershipUnproven'));
    assert.equal(key.used(), false);
    const bare = { name: 'bare', server_type: 'cpx12', location: 'fsn1', image: 'debian-12' };
    createServer(hetzner.project, bare);
    clock.advance(60);
    const server = hetzner.servers().find(({ name }) => name === 'bare');
    const { ip = '' } = hetzner.project.primaryIps.get(server?.ipv4 ?? 0) ?? {};
    await assert.rejects(configurator.nodeOf({ ...host, ipv4: ip }), because('OwnershipUnproven'));
  });

  test('is unknown where the host cannot be reached', async () => {
    const host = newHost('three');
    const server = hetzner.servers().find(({ name }) => name === 'three') ?? assert.fail();
    server.startedAt = clock.now();
    await assert.rejects(configurator.nodeOf(host), because('OutcomeUnknown'));
  });

  test('is a node id or a failure, and its key is one, whatever a host answers', async () => {
    let nodeId: unknown;
    let more: object = {};
    let shown: string | undefined = hostKey;
    const hostile = createHttp((_request, response) =>
      response.end(JSON.stringify({ hostKey: shown, nodeId, ...more })),
    );
    await new Promise<void>((resolve) => hostile.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = hostile.address() as AddressInfo;
      const there = configuratorAt(`http://127.0.0.1:${port}`);
      const host = {
        agent: idNo(1),
        network: 'public' as const,
        ipv4: '198.51.100.1',
        hostKeys: [hostKey],
      };
      for (const ownHostKey of ['', 'ssh-ed25519 A\nB', 'ssh-rsa AAAA', 7, null, undefined]) {
        more = { ownHostKey };
        await assert.rejects(there.ownHostKey(host), because('UnexpectedAnswer'));
      }
      for (nodeId of ['', '../keys', 'n'.repeat(61), 7, {}, undefined])
        await assert.rejects(there.nodeOf(host), because('UnexpectedAnswer'));
      nodeId = 'nGood1CNTRL';
      assert.equal(await there.nodeOf(host), nodeId);
      shown = undefined;
      await assert.rejects(there.nodeOf(host), because('OwnershipUnproven'));
    } finally {
      await new Promise((resolve) => hostile.close(resolve));
    }
  });
});
