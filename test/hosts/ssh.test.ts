/**
 * The configurator against real machines, from the user data of the product: certificates and
 * principals, boot and its failures, the replaced host key, health, and a join.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createAnsibleConfigurator } from '../../reconciler/adapters/ansible/configurator.ts';
import { createOpensshKey } from '../../reconciler/adapters/openssh.ts';
import { createSsh } from '../../reconciler/adapters/ssh/ssh.ts';
import { findTool } from '../../reconciler/adapters/tools.ts';
import { Failure, type FailureReason } from '../../reconciler/core/failure.ts';
import type { Configurator, Host } from '../../reconciler/ports/configurator.ts';
import { configurationOf } from '../builders/world.ts';
import { createFakeLog } from '../fakes/log.ts';
import { outsideTailnet } from '../fakes/tailnet-node.ts';
import { sshCaKey } from '../support/ca-key.ts';
import { until } from '../support/until.ts';
import { type AgentHost, type AgentHosts, openAgentHosts } from './agent-hosts.ts';
import { withoutHosts } from './hosts-here.ts';

const minuteMs = 60_000;
const clock = { now: Date.now, wait: pause };
type Client = ReturnType<typeof createSsh>;

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

describe('a real host', { skip: withoutHosts, concurrency: false }, () => {
  let hosts: AgentHosts;
  const clients: Client[] = [];
  before(async () => {
    hosts = await openAgentHosts();
  });
  after(async () => {
    for (const client of clients) await client.close();
    await hosts?.close();
  });

  function client(caPrivateKey = sshCaKey): Client {
    const ssh = createSsh({ caPrivateKey, now: Date.now });
    clients.push(ssh);
    return ssh;
  }

  function configuratorOver(ssh: Client, loginServer: string | null = null): Configurator {
    return createAnsibleConfigurator({
      node: outsideTailnet,
      ssh,
      findAnsible: () => findTool('ansiblePlaybook'),
      playbook: join(import.meta.dirname, 'host-key.yml'),
      roleVersion: 'tested',
      ownCaKeys: [],
      sources: null,
      loginServer,
      clock,
      cloudNow: async () => Date.now(),
      log: createFakeLog([]),
      limits: { pollMs: 200, playMs: 2 * minuteMs },
    });
  }

  async function failing(reason: FailureReason, work: Promise<unknown>): Promise<string> {
    const thrown = await work.then(
      () => assert.fail('it succeeded'),
      (failure: unknown) => failure,
    );
    assert.ok(thrown instanceof Failure, String(thrown));
    assert.equal(thrown.reason, reason, thrown.message);
    return thrown.message;
  }

  async function outputOf(ssh: Client, host: Host, command: string): Promise<string> {
    const end = await ssh.run(host, { command });
    assert.ok(end.kind === 'ran' && end.code === 0, JSON.stringify(end));
    return end.stdout.trim();
  }

  describe('from its start', () => {
    let host: AgentHost;
    const ssh = client();
    const configurator = configuratorOver(ssh);
    before(async () => {
      host = await hosts.start();
    });

    test('is waited for until cloud-init is done, and accepts no other agent and no other CA', async () => {
      await configurator.waitForBoot(host, minuteMs);
      await outputOf(ssh, host, 'test -e /var/lib/cloud/instance/boot-finished');
      const stranger = { ...host, agent: hosts.anotherAgent };
      assert.equal((await client().run(stranger, { command: 'true' })).kind, 'keyRefused');
      const { privateKey } = createOpensshKey('another CA');
      const refused = configuratorOver(client(privateKey)).waitForBoot(host, 500);
      assert.match(await failing('BootTimeout', refused), /sshd refuses the certificate/);
    });

    test('is not reached where it shows another key, and no time is spent on that', async () => {
      const other = { ...host, hostKeys: [createOpensshKey('x').publicKey] };
      const begun = Date.now();
      await failing('OwnershipUnproven', configurator.waitForBoot(other, 5 * minuteMs));
      assert.ok(Date.now() - begun < minuteMs / 2);
    });

    test('makes its own host key once, shows it after the play, and then no longer the seeded one', async () => {
      const [seeded = ''] = host.hostKeys;
      await outputOf(ssh, host, 'mkdir /etc/ssh/.aura-key.died; touch /etc/ssh/.aura-key.died/key');
      const made = await configurator.ownHostKey(host);
      assert.equal(await configurator.ownHostKey(host), made);
      assert.notEqual(made, seeded);
      const file = '/etc/ssh/aura_host_ed25519_key';
      assert.equal(await outputOf(ssh, host, `stat -c '%a %U' ${file}`), '600 root');
      assert.equal(await outputOf(ssh, host, 'ls -A /etc/ssh | grep -c aura-key || true'), '0');
      const both = { ...host, hostKeys: [seeded, made] };
      const shows = async () => [
        await configurator.showsHostKey(both, seeded),
        await configurator.showsHostKey(both, made),
      ];
      assert.deepEqual(await shows(), [true, false]);
      await configurator.configure(both, configurationOf());
      assert.deepEqual(await shows(), [false, true]);
      await failing('OwnershipUnproven', configuratorOver(client()).waitForBoot(host, minuteMs));
      host = { ...host, hostKeys: [made] };
      await configurator.waitForBoot(host, minuteMs);
      assert.equal(await configurator.ownHostKey(host), made);
    });

    test('is reached again after a reboot, although the shared connection died with it', async () => {
      await outputOf(ssh, host, 'touch /run/before');
      await hosts.reboot(host);
      await configurator.waitForBoot(host, minuteMs);
      assert.equal(await outputOf(ssh, host, 'ls /run/before || echo gone'), 'gone');
      assert.equal(await configurator.ownHostKey(host), host.hostKeys[0]);
    });

    test('whose openclaw crashes again and again says so with its last lines, and no secret', async () => {
      const unit = (command: string, restart: string) =>
        `printf '[Service]\\nExecStart=/bin/sh -c "${command}"\\nRestart=${restart}\\nRestartSec=100ms\\n' > /etc/systemd/system/openclaw.service; systemctl daemon-reload; systemctl reset-failed openclaw 2>/dev/null; systemctl restart openclaw`;
      assert.equal(await configurator.healthy(host), false, 'there is no unit yet');
      const crash = 'echo gateway: no config, token sk_live_planted1234; sleep 0.1; exit 3';
      await outputOf(ssh, host, unit(crash, 'on-failure'));
      let said = '';
      await until('its unit has given up', async () => {
        said = await configurator.healthy(host).then(
          (is) => (is ? assert.fail('it is healthy') : ''),
          (thrown: unknown) => String(thrown),
        );
        return said !== '';
      });
      assert.match(said, /openclaw does not stay up .*gateway: no config, token \[secret\]/);
      const serve =
        'mkdir -p /tmp/w; touch /tmp/w/healthz; exec python3 -m http.server --bind 127.0.0.1 --directory /tmp/w 18789';
      await outputOf(ssh, host, unit(serve, 'no'));
      await until('it is healthy', () => configurator.healthy(host));
      await outputOf(ssh, host, 'systemctl stop openclaw');
      assert.equal(await configurator.healthy(host), false);
    });
  });

  test('whose cloud-init fails says why, and is not waited for', async () => {
    const host = await hosts.start(['runcmd:', '  - [sh, -c, "exit 3"]']);
    const configurator = configuratorOver(client());
    const message = await failing('CloudInitFailed', configurator.waitForBoot(host, 5 * minuteMs));
    assert.match(message, /^cloud-init of agt-\w+ failed: .*(scripts|runcmd|user)/);
  });

  test('whose cloud-init takes its time is waited for until the limit, with what is missing', async () => {
    const host = await hosts.start(['runcmd:', '  - [sleep, "12"]']);
    const configurator = configuratorOver(client());
    const late = configurator.waitForBoot(host, 6000);
    assert.match(await failing('BootTimeout', late), /cloud-init is running|sshd does not answer/);
    await configurator.waitForBoot(host, minuteMs);
  });
});
