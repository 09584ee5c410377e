/** Machines of the local cloud in its real tailnet, as `aura cloud --hosts` starts both. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type LocalCloud, startCloud } from '../../local-cloud/cloud.ts';
import { defaultSlots } from '../../local-cloud/machines/slots.ts';
import type { Tailnet } from '../../reconciler/ports/tailnet.ts';
import { motoServerPath, withoutMoto } from '../local-cloud/moto-path.ts';
import { sshCaKey } from '../support/ca-key.ts';
import { within } from '../support/hetzner-api.ts';
import { leftBy, required, withoutHosts } from './hosts-here.ts';
import { openShell, type Shell } from './shell.ts';
import { tailnetPrograms } from './tailnet-programs.ts';
import { agents, apiOf, clientOf, fleet } from './tailnet-world.ts';

const programs = tailnetPrograms('root');
const skip = withoutHosts || withoutMoto || ('skip' in programs && programs.skip);
const [agent] = agents as [(typeof agents)[0]];

describe('machines in a real tailnet', { skip, concurrency: false }, () => {
  let cloud: LocalCloud;
  let shell: Shell;
  let tailnet: Tailnet;
  const env = (name: string) => cloud.addresses.env[name] ?? assert.fail(`no ${name}`);
  before(async () => {
    if ('skip' in programs) return;
    shell = openShell();
    cloud = await startCloud({
      motoServer: motoServerPath(),
      sshCaKey,
      rate: 100,
      hosts: { install: required },
      tailnet: { binaries: programs },
    });
    tailnet = clientOf(env('TAILSCALE_BASE_URL'), client());
    await call('POST', '/ssh_keys', { name: 'tester', public_key: shell.publicKey });
  });
  after(async () => {
    await cloud?.close();
    shell?.close();
  });

  const client = () => ({
    clientId: env('TAILSCALE_OAUTH_CLIENT_ID'),
    clientSecret: env('TAILSCALE_OAUTH_CLIENT_SECRET'),
  });
  async function call(method: string, path: string, body: object): Promise<unknown> {
    const headers = { authorization: `Bearer ${env('HCLOUD_TOKEN')}` };
    const answer = await fetch(`${env('HCLOUD_ENDPOINT')}${path}`, {
      method,
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${path}: ${text}`);
    return JSON.parse(text);
  }

  /** Its address, once it has booted and runs a tailscaled that joined nothing. */
  async function machine(name: string): Promise<string> {
    if ('skip' in programs) return assert.fail('skipped');
    const made = await call('POST', '/servers', {
      name,
      server_type: 'cpx12',
      location: 'fsn1',
      image: 'debian-12',
      user_data: shell.userData(),
      ssh_keys: ['tester'],
    });
    const address = String(within(made, 'server.public_net.ipv4.ip'));
    await shell.untilBooted(address);
    await shell.install(address, programs.tailscaled, '/usr/local/bin/tailscaled');
    const daemon = 'tailscaled --statedir=/var/lib/tailscale --no-logs-no-support';
    await shell.run(address, 'ln -s tailscaled /usr/local/bin/tailscale');
    await shell.run(address, `systemd-run --quiet --unit=tailscaled /usr/local/bin/${daemon}`);
    return address;
  }
  /** The id that its own status shows. */
  async function joined(address: string, secret: string, hostname: string): Promise<string> {
    const server = env('TAILSCALE_LOGIN_SERVER');
    const up = `tailscale up --timeout=30s --login-server=${server} --hostname=${hostname}`;
    await shell.run(address, `${up} --auth-key=${secret}`);
    return String(
      within(JSON.parse(await shell.run(address, 'tailscale status --json')), 'Self.ID'),
    );
  }
  const reaches = (from: string, to: string) =>
    shell.run(from, `timeout 5 bash -c 'exec 3<>/dev/tcp/${to}/22'`).then(
      () => true,
      () => false,
    );

  it('trust its control server, join, and reach what the policy lets them', async () => {
    const [one, run] = await Promise.all([machine('one'), machine('run')]);
    const key = await tailnet.createKey({ fleet, agent, seconds: 600 });
    const device = await tailnet.device(await joined(one, key.secret, agent));
    assert.deepEqual([device?.hostname, device?.online, device?.tags], [agent, true, ['tag:aura']]);
    const api = apiOf(env('TAILSCALE_BASE_URL'), client());
    const create = { ephemeral: true, preauthorized: true, tags: ['tag:aura-ci'] };
    const made = await api('POST', '/tailnet/-/keys', { capabilities: { devices: { create } } });
    const other = await tailnet.device(await joined(run, JSON.parse(made.text).key, 'run'));
    const [to, from] = [device, other].map((each) => each?.addresses[0] ?? assert.fail('none'));
    assert.equal(await reaches(run, to ?? ''), true);
    assert.equal(await reaches(one, from ?? ''), false);
  });

  it('leave nothing, and their tailnet ends with the cloud', async () => {
    const { ipv4Range } = cloud.world.hetzner.project;
    const slot = defaultSlots.find(({ range }) => range === ipv4Range) ?? assert.fail('no slot');
    const server = env('TAILSCALE_LOGIN_SERVER');
    await cloud.close();
    assert.deepEqual(leftBy(slot), []);
    await assert.rejects(fetch(`${server}/health`));
  });
});
