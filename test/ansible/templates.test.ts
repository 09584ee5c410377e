/** What the roles write on a host, rendered by Ansible for several servers; no host is needed. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ansible, withoutAnsible } from './program.ts';

const memories = [2000, 4000, 16000] as const;
/** A template in a customer's text must stay text: it would run on the machine of the reconciler. */
const displayName = `Ada's {{ lookup('pipe', 'echo evaluated') }}`;
const config = {
  displayName: { __ansible_unsafe: displayName },
  model: { __ansible_unsafe: 'anthropic/claude-opus-4-6' },
  timezone: { __ansible_unsafe: 'Europe/Berlin' },
};

describe('the templates of the roles', { skip: withoutAnsible }, () => {
  let folder = '';
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  const settings = () => JSON.parse(read('openclaw.json')) as Record<string, unknown>;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'aura-ansible-test-'));
    const variables = join(folder, 'vars.json');
    writeFileSync(variables, JSON.stringify({ folder, aura_config: config }));
    const { status, stdout, stderr } = ansible(folder, [
      '--extra-vars',
      `@${variables}`,
      join(import.meta.dirname, 'render.yml'),
    ]);
    assert.equal(status, 0, stdout + stderr);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('limit the agent by the memory of the server', () => {
    const limits = memories.map((memory) => {
      const unit = read(`${memory}.service`);
      const of = (pattern: RegExp) => Number(pattern.exec(unit)?.[1]);
      return {
        max: of(/^MemoryMax=(\d+)M$/m),
        high: of(/^MemoryHigh=(\d+)M$/m),
        heap: of(/--max-old-space-size=(\d+) /),
        tasks: of(/^TasksMax=(\d+)$/m),
      };
    });
    assert.deepEqual(limits, [
      { max: 1488, high: 1339, heap: 803, tasks: 512 },
      { max: 3488, high: 3139, heap: 1883, tasks: 512 },
      { max: 14000, high: 12600, heap: 7560, tasks: 2000 },
    ]);
  });

  it('make a unit that ends alone, and does not start for ever', () => {
    const unit = read('4000.service').split('\n');
    for (const line of [
      'User=openclaw',
      'Restart=on-failure',
      'StartLimitBurst=5',
      'StartLimitIntervalSec=600',
      'OOMScoreAdjust=500',
      'OOMPolicy=continue',
      'NoNewPrivileges=yes',
      'ProtectSystem=strict',
      'CapabilityBoundingSet=',
      'Environment=OPENCLAW_CONFIG_READONLY=1',
      'Environment=OPENCLAW_NO_AUTO_UPDATE=1',
      'InaccessiblePaths=-/etc/aura -/run/tailscale -/var/lib/tailscale -/run/docker.sock',
    ])
      assert.ok(unit.includes(line), line);
    const programs = unit.filter((line) => line.startsWith('Exec'));
    assert.equal(programs.length, 1);
    assert.match(
      programs[0] ?? '',
      /^ExecStart=\/usr\/bin\/node \S+ \/opt\/openclaw\/\S+ gateway /,
    );
  });

  it('keep the gateway on loopback with a token, and its updates off', () => {
    const { gateway, update, telemetry, agents } = settings();
    assert.deepEqual(gateway, {
      mode: 'local',
      bind: 'loopback',
      port: 18789,
      auth: { mode: 'token', token: '${OPENCLAW_GATEWAY_TOKEN}', allowTailscale: false },
      trustedProxies: ['127.0.0.1'],
      tailscale: { mode: 'off' },
    });
    assert.deepEqual(update, { checkOnStart: false, auto: { enabled: false } });
    assert.deepEqual(telemetry, { enabled: false });
    assert.deepEqual(agents, {
      defaults: {
        model: { primary: 'anthropic/claude-opus-4-6' },
        userTimezone: 'Europe/Berlin',
      },
      entries: { main: { identity: { name: displayName } } },
    });
  });

  it('close the ports of SMTP and limit new connections', () => {
    const closed = read('closed.nft');
    assert.equal(closed.match(/tcp dport \{ 25, 465, 587 \} reject/g)?.length, 2);
    assert.match(closed, /ct state new limit rate over 7\/second burst 28 packets drop/);
    assert.match(closed, /ip daddr 169\.254\.169\.254 meta skuid != 0 reject/);
    const open = read('open.nft');
    assert.doesNotMatch(open, /587/);
    assert.match(open, /hook input priority filter; policy drop;/);
    assert.match(open, /hook forward priority filter; policy drop;/);
  });
});
