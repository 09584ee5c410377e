/**
 * Tailscale's API over headscale, without any node and without root: keys, the policy file, what is
 * refused, and that headscale never outlives the process that started it.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startCloud } from '../../local-cloud/cloud.ts';
import { startControl } from '../../local-cloud/tailnet/control.ts';
import { fleetPolicy } from '../../local-cloud/tailnet/headscale-policy.ts';
import { Failure, isFailure } from '../../reconciler/core/failure.ts';
import type { Tailnet } from '../../reconciler/ports/tailnet.ts';
import { motoServerPath, withoutMoto } from '../local-cloud/moto-path.ts';
import { within } from '../support/hetzner-api.ts';
import { until } from '../support/until.ts';
import { tailnetPrograms } from './tailnet-programs.ts';
import { agents, apiOf, clientOf, fleet } from './tailnet-world.ts';

const programs = tailnetPrograms('programs');
const [agent] = agents as [(typeof agents)[0]];
const acl = '/tailnet/-/acl';

describe('headscale behind Tailscale’s API', { skip: 'skip' in programs && programs.skip }, () => {
  let folder: string;
  let control: Awaited<ReturnType<typeof startControl>>;
  let tailnet: Tailnet;
  let api: ReturnType<typeof apiOf>;
  const start = async (name: string, port?: number) => {
    if ('skip' in programs) return assert.fail('skipped');
    const listen = { namespace: null, address: '127.0.0.1', port: port ?? (await freePort()) };
    const addressRange = '100.64.0.0/10';
    const scopes = ['all'];
    return startControl({
      folder: join(folder, name),
      binaries: programs,
      listen,
      addressRange,
      scopes,
    });
  };
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'aura-tn-'));
    if ('skip' in programs) return;
    control = await start('main');
    tailnet = clientOf(control.url, control.oauth);
    api = apiOf(control.url, control.oauth);
  });
  after(async () => {
    await control?.close();
    rmSync(folder, { recursive: true });
  });

  it('makes keys of the fleet, lists them without their secret, and revokes them', async () => {
    const before = Math.floor(Date.now() / 1000) * 1000;
    const key = await tailnet.createKey({ fleet, agent, seconds: 600 });
    assert.ok(Date.parse(key.created) >= before);
    const [listed] = await tailnet.keys(fleet);
    const life = Date.parse(listed?.expires ?? '') - Date.parse(key.created);
    assert.deepEqual(
      [listed?.id, listed?.description, life],
      [key.id, `${fleet} ${agent}`, 600_000],
    );
    const { text } = await api('GET', `/tailnet/-/keys/${key.id}`);
    assert.ok(key.secret.length > 20 && !text.includes(key.secret.slice(-20)), text);
    assert.deepEqual(await tailnet.keys('aura2'), []);
    await tailnet.revokeKey(key.id);
    await tailnet.revokeKey(key.id);
    assert.deepEqual(await tailnet.keys(fleet), []);
    const revoked = JSON.parse((await api('GET', `/tailnet/-/keys/${key.id}`)).text);
    assert.deepEqual([revoked.invalid, typeof revoked.revoked], [true, 'string']);
    await tailnet.revokeKey('kGone');
  });

  it('assigns only tags of the fleet', async () => {
    const foreign = tailnet.createKey({ fleet: 'other', agent, seconds: 600 });
    await assert.rejects(
      foreign,
      (error) => error instanceof Failure && /requested tags/.test(error.message),
    );
  });

  it('has no device that is not there, whatever its id', async () => {
    for (const id of ['7', 'nGone', '-1', '99999999999999999999', '../user'])
      assert.equal(await tailnet.device(id), null);
    await tailnet.deleteDevice('7');
    assert.deepEqual((await tailnet.devices(fleet)).items, []);
  });

  it('loads the policy of the fleet, and none that headscale does not take', async () => {
    assert.equal((await api('GET', acl)).text, fleetPolicy(fleet));
    // Only headscale knows that there is no such group.
    const wrong = { tagOwners: { 'tag:aura': ['group:absent'] }, grants: [] };
    const validated = await api('POST', `${acl}/validate`, wrong);
    assert.match(JSON.parse(validated.text).message, /group:absent/);
    const refused = await api('POST', acl, wrong);
    assert.deepEqual([refused.status, /group:absent/.test(refused.text)], [400, true]);
    const tests = [{ src: 'tag:aura', accept: ['tag:aura:22'] }];
    const { text } = await api('POST', `${acl}/validate`, tests);
    assert.equal(JSON.parse(text).message, 'test(s) failed');
    assert.equal((await api('GET', acl)).text, fleetPolicy(fleet));
  });

  it('says what kept headscale from starting', async () => {
    const { port } = new URL(control.controlUrl);
    await assert.rejects(start('second', Number(port)), (error) => {
      assert.ok(error instanceof Failure && error.reason === 'ToolMissing', String(error));
      assert.match(error.message, /address already in use/);
      return true;
    });
  });

  it('is an outage for the client while headscale is not there', async () => {
    const other = await start('other');
    process.kill(headscaleIn(join(folder, 'other')) ?? assert.fail('it does not run'), 'SIGKILL');
    const waits: number[] = [];
    const client = clientOf(other.url, other.oauth, async (ms) => void waits.push(ms));
    await assert.rejects(client.devices(fleet), (error) => isFailure(error, 'ProviderOutage'));
    assert.ok(waits.length > 0, 'it was tried again');
    await other.close();
  });

  it('is the tailnet of a local cloud that is started with it', { skip: withoutMoto }, async () => {
    if ('skip' in programs) return;
    const listen = { namespace: null, address: '127.0.0.1', port: await freePort() };
    const cloud = await startCloud({
      motoServer: motoServerPath(),
      sshCaKey: '',
      tailnet: { binaries: programs, listen },
    });
    try {
      const { env, tailnet: joinAt } = cloud.addresses;
      assert.equal(joinAt, `https://127.0.0.1:${listen.port}`);
      assert.equal(env['TAILSCALE_LOGIN_SERVER'], joinAt);
      const client = clientOf(env['TAILSCALE_BASE_URL'] ?? '', {
        clientId: env['TAILSCALE_OAUTH_CLIENT_ID'] ?? '',
        clientSecret: env['TAILSCALE_OAUTH_CLIENT_SECRET'] ?? '',
      });
      const { id } = await client.createKey({ fleet, agent, seconds: 600 });
      assert.equal(within(await cloud.world.control.dump(), 'keys.0.id'), id);
      assert.equal(
        cloud.world.ledger.total('tailscale', (route) => /keys/.test(route)),
        1,
      );
      cloud.world.faults.add({ api: 'tailscale', kind: 'status', status: 401, times: 9 });
      await assert.rejects(client.devices(fleet), (error) => isFailure(error, 'Unauthorized'));
    } finally {
      await cloud.close();
    }
  });

  it('ends with the process that started it, even one that was killed', async () => {
    const place = join(folder, 'killed');
    const options = {
      folder: place,
      binaries: programs,
      listen: { namespace: null, address: '127.0.0.1', port: await freePort() },
      addressRange: '100.64.0.0/10',
    };
    const module = new URL('../../local-cloud/tailnet/control.ts', import.meta.url).href;
    const program = `const { startControl } = await import('${module}');
      await startControl(${JSON.stringify(options)});
      process.stdout.write('up');`;
    const args = ['--input-type=module', '-e', program];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'exit');
    await Promise.race([once(child.stdout, 'data'), ended]);
    assert.notEqual(headscaleIn(place), null);
    child.kill('SIGKILL');
    await ended;
    await until('headscale has ended', () => headscaleIn(place) === null);
  });
});

/** The process whose configuration is in this folder. */
function headscaleIn(folder: string): number | null {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const found = pids.find((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`${folder}/config.yaml`);
    } catch {
      return false;
    }
  });
  return found === undefined ? null : Number(found);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : assert.fail('no port');
}
