/**
 * A run as a node of a real tailnet: it reaches what agents offer and offers nothing itself, its key
 * is seen nowhere, and its device goes with it, even if the run is killed.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createOpensshKey } from '../../reconciler/adapters/openssh.ts';
import { createSsh } from '../../reconciler/adapters/ssh/ssh.ts';
import { isFailure } from '../../reconciler/core/failure.ts';
import { startSshd } from '../contract/sshd-world.ts';
import { within } from '../support/hetzner-api.ts';
import { until } from '../support/until.ts';
import { createRunNode } from './run-node.ts';
import type { TailnetNode } from './tailnet-node.ts';
import { tailnetPrograms } from './tailnet-programs.ts';
import { agents, fleet, startTailnetWorld, type TailnetWorld } from './tailnet-world.ts';

const programs = tailnetPrograms('root');
const tailscaled = 'skip' in programs ? '' : programs.tailscaled;
const [agent] = agents as [(typeof agents)[0]];
const soon = () => new Promise((resolve) => setTimeout(resolve, 100));
const policy = { fleet, tailnet: { keySeconds: 600 } };
const page = `require('node:http').createServer((asked, answer) => {
  answer.statusCode = asked.url === '/healthz' ? 200 : 404;
  answer.end();
}).listen(8081, '127.0.0.1')`;

describe('a run in a real tailnet', { skip: 'skip' in programs && programs.skip }, () => {
  let world: TailnetWorld;
  let host: TailnetNode;
  let device: { readonly name: string; readonly address: string };
  let gateway: ChildProcess;
  before(async () => {
    if ('skip' in programs) return;
    world = await startTailnetWorld(programs);
    const trusted = join(world.folder, 'trusted.pem');
    writeFileSync(trusted, world.certificate);
    process.env['SSL_CERT_FILE'] = trusted;
    // Other tests have runs as well.
    process.env['TMPDIR'] = mkdtempSync(join(world.folder, 'runs-'));
    host = await world.node();
    const key = await world.tailnet.createKey({ fleet, agent, seconds: 600 });
    assert.equal((await host.up(key.secret, agent)).code, 0);
    const [shown] = (await world.tailnet.devices(fleet)).items;
    device = { name: shown?.name ?? '', address: shown?.addresses[0] ?? '' };
    gateway = spawn('ip', ['netns', 'exec', host.namespace, process.execPath, '-e', page]);
  });
  after(async () => {
    gateway?.kill('SIGKILL');
    delete process.env['SSL_CERT_FILE'];
    delete process.env['TMPDIR'];
    await world?.close();
  });

  const newRun = (tailnet = world.tailnet) =>
    createRunNode({ tailnet, loginServer: world.controlUrl, tailscaled });
  type Listed = { readonly tags: readonly string[]; readonly nodeId: string; isEphemeral: boolean };
  async function runs(): Promise<readonly Listed[]> {
    const { text } = await world.api('GET', '/tailnet/-/devices');
    const { devices } = JSON.parse(text) as { readonly devices: readonly Listed[] };
    return devices.filter(({ tags }) => tags.includes(`tag:${fleet}-ci`));
  }

  it('joins once as an ephemeral device that is none of the fleet’s', async () => {
    const run = newRun();
    assert.throws(run.connectCommand, (thrown) => isFailure(thrown, 'NetworkUnreachable'));
    await Promise.all([run.join(policy), run.join(policy)]);
    await run.join(policy);
    assert.ok(daemons().length > 0);
    assert.ok(!daemons().some((one) => one.includes('hskey-')), 'no key is in an argument');
    assert.deepEqual(
      (await runs()).map(({ tags, isEphemeral }) => [tags, isEphemeral]),
      [[[`tag:${fleet}-ci`], true]],
    );
    assert.equal((await world.tailnet.devices(fleet)).items.length, 1, 'no orphan');
    assert.deepEqual(await world.tailnet.keys(fleet), []);
    const [, socket = ''] = run.connectCommand();
    const folder = dirname(socket.replace('--socket=', ''));
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    assert.ok(!existsSync(join(folder, 'key')));
    await run.close();
    assert.deepEqual(await runs(), [], 'its device is gone');
    assert.ok(!existsSync(folder));
  });

  it('asks the gateway that a host publishes, and knows whether it does', async () => {
    const run = newRun();
    await run.join(policy);
    const ask = (path = '/healthz') => run.ask(device, path);
    assert.deepEqual(await ask(), { kind: 'refused' });
    const published = ['serve', '--bg', '--yes', '--http=80', 'http://127.0.0.1:8081'];
    assert.equal((await host.tailscale(...published)).code, 0);
    await until('it answers', async () => (await ask()).kind === 'answered', soon);
    assert.deepEqual(await ask(), { kind: 'answered', status: 200 });
    assert.deepEqual(await ask('/other'), { kind: 'answered', status: 404 });
    const other = await run.ask({ ...device, name: 'another.example' }, '/healthz');
    assert.deepEqual(other, { kind: 'answered', status: 404 });
    const absent = await run.ask({ ...device, address: '100.64.99.99' }, '/healthz');
    assert.equal(absent.kind, 'unreachable');
    await run.close();
  });

  it('finds the gateway under the name that the host has now, as its unit publishes it', async () => {
    assert.equal((await host.tailscale('serve', 'reset')).code, 0);
    const publishing = () => spawn('sh', [publishScript()], { stdio: 'ignore' });
    const run = newRun();
    await run.join(policy);
    const answersTo = async (label: string) => {
      const asked = { ...device, name: `${label}.${device.name.split('.').slice(1).join('.')}` };
      const answer = await run.ask(asked, '/healthz');
      return answer.kind === 'answered' && answer.status === 200;
    };
    const first = publishing();
    await until('it is published', () => answersTo(agent), soon);
    const id = String(await host.status('Self.ID'));
    await world.tailnet.rename(id, 'renamed');
    // systemd starts it again.
    await once(first, 'exit');
    const second = publishing();
    await until('it is published again', () => answersTo('renamed'), soon);
    second.kill();
    await once(second, 'exit');
    await until('it is published no more', async () => !(await answersTo('renamed')), soon);
    await world.tailnet.rename(id, agent);
    await run.close();
  });

  it('connects by SSH to a host of the tailnet, which shows its pinned key', async () => {
    const sshd = await startSshd(agent, host.namespace);
    const run = newRun();
    const ssh = createSsh({
      caPrivateKey: sshd.caPrivateKey,
      now: Date.now,
      throughTailnet: run.connectCommand,
    });
    const inside = { ...sshd.host, network: 'tailnet', ipv4: device.address } as const;
    await assert.rejects(ssh.run(inside, { command: 'true' }), /not in the tailnet/);
    await run.join(policy);
    const end = await ssh.run(inside, { command: 'echo "$SSH_CONNECTION"' });
    assert.equal(end.kind, 'ran', JSON.stringify(end));
    assert.match(String(within(end, 'stdout')), new RegExp(`${device.address} 22`));
    const another = createOpensshKey('another').publicKey;
    const other = await ssh.run({ ...inside, hostKeys: [another] }, { command: 'true' });
    assert.deepEqual(other, { kind: 'wrongHostKey' });
    await ssh.close();
    await run.close();
    await sshd.close();
  });

  it('says why it was not admitted, revokes its key, and leaves nothing', async () => {
    const before = folders();
    let made = 0;
    const run = newRun({
      ...world.tailnet,
      async createRunKey(request) {
        made += 1;
        const key = await world.tailnet.createRunKey(request);
        await world.tailnet.revokeKey(key.id);
        return key;
      },
    });
    const refused = (thrown: unknown) =>
      isFailure(thrown, 'JoinFailed') && /expired/.test(thrown.message);
    await assert.rejects(run.join(policy), refused);
    await assert.rejects(run.join(policy), refused);
    assert.equal(made, 1);
    assert.deepEqual([await world.tailnet.keys(fleet), folders()], [[], before]);
  });

  for (const signal of ['SIGKILL', 'SIGTERM'] as const)
    it(`is over when its process ends by ${signal}`, async () => {
      const before = folders();
      const child = startProcess();
      await once(child.stdout ?? assert.fail(), 'data');
      assert.equal((await runs()).length, 1);
      assert.equal(folders().length, before.length + 1);
      child.kill(signal);
      await once(child, 'exit');
      await until('its folder is gone', () => folders().length === before.length, soon);
      await until('its device is gone', async () => (await runs()).length === 0, soon);
      assert.deepEqual(daemons(), []);
    });

  /** The script of the role, with the command line of this host. */
  function publishScript(): string {
    const [command, script] = ['command', 'publish'].map((name) => join(host.folder, name));
    const enter = `exec ip netns exec ${host.namespace} ${join(dirname(tailscaled), 'tailscale')}`;
    const text = `#!/bin/sh\n${enter} --socket=${join(host.folder, 's.sock')} "$@"\n`;
    writeFileSync(command ?? '', text, { mode: 0o755 });
    const role = join(import.meta.dirname, '../../ansible/roles/tailscale/templates');
    const template = readFileSync(join(role, 'aura-publish.sh.j2'), 'utf8')
      .replaceAll('/usr/bin/tailscale', command ?? '')
      .replace('{{ aura_gateway_port }}', '8081');
    writeFileSync(script ?? '', template);
    return script ?? '';
  }

  function startProcess(): ChildProcess {
    const { apiUrl, oauth, controlUrl: loginServer } = world;
    const options = JSON.stringify({ apiUrl, oauth, loginServer, tailscaled, policy });
    const script = join(import.meta.dirname, 'run-process.ts');
    return spawn(process.execPath, [script, options], { stdio: ['ignore', 'pipe', 'inherit'] });
  }
});

function folders(): readonly string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith('aura-tailnet-'));
}

/** Command lines that name a folder of this test's runs. */
function daemons(): readonly string[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(argumentsOf).filter((one) => one.includes(join(tmpdir(), 'aura-tailnet-')));
}

function argumentsOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
