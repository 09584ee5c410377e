/**
 * A real host joins a real tailnet by the configurator: the key is seen nowhere, a rejected key does
 * not spoil the next try, and neither does a death in the middle.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startControl, type TailnetControl } from '../../local-cloud/tailnet/control.ts';
import { createAnsibleConfigurator } from '../../reconciler/adapters/ansible/configurator.ts';
import { createSsh } from '../../reconciler/adapters/ssh/ssh.ts';
import { findTool } from '../../reconciler/adapters/tools.ts';
import { isFailure } from '../../reconciler/core/failure.ts';
import type { Configurator } from '../../reconciler/ports/configurator.ts';
import type { Tailnet } from '../../reconciler/ports/tailnet.ts';
import { configurationOf } from '../builders/world.ts';
import { createFakeLog } from '../fakes/log.ts';
import { outsideTailnet } from '../fakes/tailnet-node.ts';
import { sshCaKey } from '../support/ca-key.ts';
import { until } from '../support/until.ts';
import { type AgentHost, type AgentHosts, openAgentHosts } from './agent-hosts.ts';
import { withoutHosts } from './hosts-here.ts';
import { createRunNode } from './run-node.ts';
import { tailnetPrograms } from './tailnet-programs.ts';
import { clientOf, fleet } from './tailnet-world.ts';

const programs = tailnetPrograms('root');
const skip = withoutHosts || ('skip' in programs && programs.skip);
const soon = () => new Promise<void>((resolve) => setTimeout(resolve, 200));

describe('a real host that joins', { skip, concurrency: false }, () => {
  let hosts: AgentHosts;
  let control: TailnetControl;
  let tailnet: Tailnet;
  let configurator: Configurator;
  let host: AgentHost;
  const folder = mkdtempSync(join(tmpdir(), 'aura-join-test-'));
  const ssh = createSsh({ caPrivateKey: sshCaKey, now: Date.now });
  before(async () => {
    if ('skip' in programs) return;
    hosts = await openAgentHosts();
    control = await startControl({
      folder: join(folder, 'control'),
      binaries: programs,
      listen: { namespace: null, address: hosts.here, port: 8443 },
      addressRange: '100.64.0.0/10',
      scopes: ['all'],
    });
    tailnet = clientOf(control.url, control.oauth);
    const certificate = join(folder, 'control.pem');
    writeFileSync(certificate, control.certificate);
    configurator = createAnsibleConfigurator({
      node: outsideTailnet,
      ssh,
      findAnsible: () => findTool('ansiblePlaybook'),
      playbook: join(import.meta.dirname, 'tailscale.yml'),
      roleVersion: 'tested',
      ownCaKeys: [],
      sources: { tailscale: programs.tailscaled, certificate },
      loginServer: control.controlUrl,
      clock: { now: Date.now, wait: soon },
      cloudNow: async () => Date.now(),
      log: createFakeLog([]),
    });
    host = await hosts.start();
    await configurator.waitForBoot(host, 60_000);
  });
  after(async () => {
    await ssh.close();
    await hosts?.close();
    await control?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const newKey = () => tailnet.createKey({ fleet, agent: host.agent, seconds: 600 });
  const joining = (authKey: string) =>
    configurator.join(host, { authKey, hostname: host.agent, tag: `tag:${fleet}` });
  async function outputOf(command: string): Promise<string> {
    const end = await ssh.run(host, { command });
    assert.ok(end.kind === 'ran', JSON.stringify(end));
    return end.stdout.trim();
  }
  const notJoined = (thrown: unknown) => isFailure(thrown, 'JoinFailed');

  test('has no node without Tailscale, nor before it has joined', async () => {
    assert.equal(await configurator.nodeOf(host), null);
    await configurator.configure(host, configurationOf());
    assert.equal(await configurator.nodeOf(host), null);
  });

  let spent: Awaited<ReturnType<typeof newKey>>;
  test('reports the node that the control server lists, and its key is found nowhere', async () => {
    const key = await newKey();
    spent = key;
    await outputOf('mkdir /run/aura-join.died; touch /run/aura-join.died/key');
    // Another connection looks at every process of the host meanwhile, by a pattern in a file.
    const looking = createSsh({ caPrivateKey: sshCaKey, now: Date.now });
    const process = '/proc/[0-9]*/cmdline /proc/[0-9]*/environ';
    const sought = looking.run(host, {
      command: `cat > /root/key; for i in $(seq 40); do grep -laF -f /root/key ${process} 2>/dev/null; sleep 0.05; done | wc -l`,
      input: key.secret,
    });
    const node = await joining(key.secret);
    const found = await sought;
    await looking.close();
    assert.ok(found.kind === 'ran');
    assert.equal(found.stdout.trim(), '0');
    const places = '/run /etc /var /tmp /home';
    const log = 'journalctl --no-pager | grep -cF -f /root/key';
    assert.equal(await outputOf(`grep -rlaF -f /root/key ${places} 2>/dev/null; ${log}`), '0');
    await outputOf('rm /root/key');
    assert.equal(await outputOf('ls -d /run/aura-join* 2>/dev/null | wc -l'), '0');
    assert.equal(await configurator.nodeOf(host), node);
    const device = await tailnet.device(node);
    assert.equal(device?.hostname, host.agent);
    assert.deepEqual(device?.tags, [`tag:${fleet}`]);
    assert.ok(
      !readdirSync('/proc').some(
        (pid) => /^\d+$/.test(pid) && ourArguments(pid).includes(key.secret),
      ),
    );
  });

  test('is worked on over the tailnet, even while its tailscaled restarts', async () => {
    process.env['SSL_CERT_FILE'] = join(folder, 'control.pem');
    const tailscaled = 'skip' in programs ? '' : programs.tailscaled;
    const run = createRunNode({ tailnet, loginServer: control.controlUrl, tailscaled });
    await run.join({ fleet, tailnet: { keySeconds: 600 } });
    const throughTailnet = run.connectCommand;
    const inside = createSsh({ caPrivateKey: sshCaKey, now: Date.now, throughTailnet });
    const device = await tailnet.device((await configurator.nodeOf(host)) ?? '');
    const ipv4 = device?.addresses[0] ?? assert.fail('no address');
    const command = 'systemctl restart tailscaled && sleep 5 && echo "still $SSH_CONNECTION"';
    const end = await inside.run({ ...host, network: 'tailnet', ipv4 }, { command });
    await inside.close();
    await run.close();
    assert.match(end.kind === 'ran' ? end.stdout : JSON.stringify(end), /^still 100\./);
  });

  test('keeps its node where it joins again', async () => {
    const before = await configurator.nodeOf(host);
    await outputOf('touch /var/lib/tailscale/of-the-node');
    assert.equal(await joining((await newKey()).secret), before);
    assert.notEqual(await outputOf('ls /var/lib/tailscale/of-the-node'), '');
  });

  test('whose device was removed joins with a new key, after a spent one was rejected in time', async () => {
    const first = await configurator.nodeOf(host);
    await tailnet.deleteDevice(first ?? assert.fail());
    const begun = Date.now();
    const failure = await joining(spent.secret).then(
      () => assert.fail('a spent key was accepted'),
      (thrown: unknown) => thrown,
    );
    assert.ok(notJoined(failure), String(failure));
    assert.ok(!String(failure).includes(spent.secret));
    assert.ok(Date.now() - begun < 110_000);
    await outputOf('touch /var/lib/tailscale/of-the-rejected-try');
    const node = await joining((await newKey()).secret);
    const left = 'ls /var/lib/tailscale/of-the-rejected-try 2>/dev/null | wc -l';
    assert.equal(await outputOf(left), '0', 'the state of that try is gone');
    assert.notEqual(node, first);
    assert.equal((await tailnet.device(node))?.hostname, host.agent);
  });

  test('joins after a try that was killed while Tailscale was coming up', async () => {
    const before = (await configurator.nodeOf(host)) ?? assert.fail();
    await tailnet.deleteDevice(before);
    await outputOf('tailscale logout');
    const revoked = await newKey();
    await tailnet.revokeKey(revoked.id);
    const dead = joining(revoked.secret).then(
      () => assert.fail('a revoked key was accepted'),
      (thrown: unknown) => thrown,
    );
    const marker = '/var/lib/tailscale/aura-joining';
    await until('it is coming up', async () => (await outputOf(`ls ${marker} || true`)) !== '');
    await outputOf('pkill -9 -x tailscale');
    const ended = await dead;
    assert.ok(notJoined(ended), String(ended));
    assert.notEqual(await outputOf(`ls ${marker}`), '', 'the next try will find it');
    const node = await joining((await newKey()).secret);
    assert.equal(await configurator.nodeOf(host), node);
    assert.equal(await outputOf(`ls ${marker} 2>/dev/null | wc -l`), '0');
  });
});

function ourArguments(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
