/**
 * The configurator with the real Ansible over a real sshd: what a play gets, what its failures mean,
 * and what it leaves. The plays touch only the test's folder.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createAnsibleConfigurator } from '../../reconciler/adapters/ansible/configurator.ts';
import { createOpensshKey } from '../../reconciler/adapters/openssh.ts';
import { findTool } from '../../reconciler/adapters/tools.ts';
import { Failure, type FailureReason } from '../../reconciler/core/failure.ts';
import type { Configurator } from '../../reconciler/ports/configurator.ts';
import { configurationOf } from '../builders/world.ts';
import { createFakeLog } from '../fakes/log.ts';
import { outsideTailnet } from '../fakes/tailnet-node.ts';
import { until } from '../support/until.ts';
import { type Client, type Sshd, startSshd, withoutSshd } from './sshd-world.ts';

const skip = withoutSshd || withoutAnsible();
const evil = "{{ lookup('pipe', 'touch TEMPLATED') }} % \" ' \\ \u2028 é 😀 !unsafe #";

describe('a play', { skip }, () => {
  let sshd: Sshd;
  let ssh: Client;
  const temporary = process.env['TMPDIR'];
  before(async () => {
    sshd = await startSshd();
    ssh = sshd.client();
    // A place of its own shows what is left there.
    process.env['TMPDIR'] = await mkdtemp(join(tmpdir(), 'aura-plays-test-'));
  });
  after(async () => {
    await sshd?.close();
    await rm(process.env['TMPDIR'] ?? '', { recursive: true, force: true });
    if (temporary === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = temporary;
  });
  const left = () => readdirSync(tmpdir()).filter((name) => name.startsWith('aura-play-'));

  /** Plays these tasks, in YAML. */
  async function play(tasks: string, { playMs = 60_000, config = {} } = {}): Promise<void> {
    const playbook = join(sshd.folder, 'site.yml');
    await writeFile(playbook, `- hosts: agents\n  gather_facts: false\n  tasks:\n${tasks}\n`);
    await configurator(playbook, playMs).configure(sshd.host, configurationOf({ config }));
  }

  function configurator(playbook: string, playMs: number): Configurator {
    return createAnsibleConfigurator({
      node: outsideTailnet,
      ssh,
      playbook,
      roleVersion: 'abc123',
      findAnsible: () => findTool('ansiblePlaybook'),
      ownCaKeys: ['ssh-ed25519 AAAAca'],
      loginServer: null,
      sources: { node: 'npm' },
      clock: { now: Date.now, wait: async () => {} },
      cloudNow: async () => Date.now(),
      log: createFakeLog([]),
      limits: { pollMs: 1, playMs },
    });
  }

  async function failureOf(playing: Promise<void>): Promise<Failure> {
    const thrown = await playing.then(
      () => assert.fail('it succeeded'),
      (failure: unknown) => failure,
    );
    assert.ok(thrown instanceof Failure, String(thrown));
    assert.deepEqual(left(), [], 'its folder is removed');
    return thrown;
  }

  async function failsBy(reason: FailureReason, tasks: string, says: RegExp): Promise<Failure> {
    const failure = await failureOf(play(tasks));
    assert.deepEqual([failure.reason, says.test(failure.message)], [reason, true], failure.message);
    return failure;
  }

  test('gets its variables as they are: no text of a customer is evaluated', async () => {
    const file = join(sshd.folder, 'variables.json');
    const config = { displayName: evil, channels: ['web'], secrets: { A: 'secret://a' } } as const;
    const values = {
      agent: sshd.host.agent,
      config,
      config_hash: 'c0ffee',
      role_version: 'abc123',
      user_ca_keys: ['ssh-ed25519 AAAAca'],
      memory_mb: 2048,
      egress: { smtp: 'closed', new_connections_per_second: 50 },
      reboot_window: '04:00',
      sources: { node: 'npm' },
    };
    const all = Object.keys(values)
      .map((name) => `'${name}': aura_${name}`)
      .join(', ');
    const content = `"{{ {${all}} | to_json }}"`;
    await play(`    - copy: {content: ${content}, dest: ${file}, mode: "0600"}`, { config });
    assert.deepEqual(JSON.parse(await readFile(file, 'utf8')), values);
    assert.ok(!existsSync('TEMPLATED'));
    assert.deepEqual(left(), []);
  });

  test('has none of our environment, and files that only we read', async () => {
    const [env, modes] = [join(sshd.folder, 'env'), join(sshd.folder, 'modes')];
    process.env['AURA_TEST_PLANTED'] = 'planted-secret';
    try {
      await play(
        [
          `    - copy: {content: "{{ lookup('pipe', 'env; find . -type f -perm /077') }}", dest: ${env}}`,
          `    - copy: {content: "{{ lookup('pipe', 'stat -c %a .') }}", dest: ${modes}}`,
        ].join('\n'),
      );
    } finally {
      delete process.env['AURA_TEST_PLANTED'];
    }
    const seen = await readFile(env, 'utf8');
    assert.ok(!seen.includes('planted-secret'), seen);
    assert.doesNotMatch(seen, /^\.\/(hosts|variables|ansible\.cfg)/m);
    assert.equal(await readFile(modes, 'utf8'), '700');
    assert.equal((await stat(env)).isFile(), true);
  });

  test('that fails names the task, and no secret', async () => {
    const token = `tskey-auth-${'k'.repeat(20)}`;
    const failure = await failsBy(
      'ConfigureFailed',
      `    - name: Start the gateway\n      command: sh -c 'echo the unit exits, ${token} >&2; exit 3'`,
      /the unit exits, .*\(task “Start the gateway”\)$/,
    );
    assert.deepEqual([failure.errorClass, failure.scope], ['transient', 'agent']);
    assert.ok(!failure.message.includes(token));
    const censored = await failsBy(
      'ConfigureFailed',
      '    - name: Write the token\n      command: sh -c "echo hunter2; exit 1"\n      no_log: true',
      /Write the token/,
    );
    assert.ok(!censored.message.includes('hunter2'));
  });

  test('that ignores or rescues a failure succeeds', () =>
    play(
      '    - command: "false"\n      ignore_errors: true\n' +
        '    - block: [{command: "false"}]\n      rescue: [{command: "true"}]',
    ));

  test('that gets no answer from a package source is a failure of all agents', async () => {
    const none = 'http://127.0.0.1:1/key';
    const failure = await failsBy(
      'PackageMirrorDown',
      `    - name: Fetch the key\n      get_url: {url: "${none}", dest: ${sshd.folder}/key}`,
      /Fetch the key/,
    );
    assert.equal(failure.scope, 'fleet');
    const apt = 'E: Failed to fetch http://deb.example/x.deb Could not connect to deb.example:80';
    await failsBy(
      'PackageMirrorDown',
      `    - name: Install packages\n      command: ${JSON.stringify(`sh -c 'echo "${apt}" >&2; exit 1'`)}`,
      /Install packages/,
    );
    const health = 'uri: {url: "http://127.0.0.1:1/healthz"}';
    await failsBy('ConfigureFailed', `    - name: Ask the gateway\n      ${health}`, /refused/);
    await failsBy(
      'ConfigureFailed',
      '    - name: Install packages\n      fail: {msg: "E: Unable to locate package openclaw"}',
      /Unable to locate/,
    );
  });

  test('on a host with another key, or with a refused certificate, does not begin', async () => {
    const began = join(sshd.folder, 'began');
    const playbook = join(sshd.folder, 'site.yml');
    await writeFile(
      playbook,
      `- hosts: agents\n  tasks: [{file: {path: ${began}, state: touch}}]\n`,
    );
    const other = { ...sshd.host, hostKeys: [createOpensshKey('x').publicKey] };
    const request = configurationOf();
    const wrong = await failureOf(configurator(playbook, 60_000).configure(other, request));
    assert.equal(wrong.reason, 'OwnershipUnproven');
    const foreign = sshd.client({ caPrivateKey: createOpensshKey('another CA').privateKey });
    const own = ssh;
    ssh = foreign;
    const refused = await failureOf(configurator(playbook, 60_000).configure(sshd.host, request));
    ssh = own;
    assert.deepEqual([refused.reason, refused.scope], ['KeyRefused', 'agent']);
    assert.match(refused.message, /refuses the certificate/);
    assert.ok(!existsSync(began));
  });

  test('that loses its host is not known to have failed', async () => {
    const other = await startSshd();
    try {
      const lost = other.client();
      const playbook = join(other.folder, 'site.yml');
      const kill = 'kill -9 $(ps -o ppid= -p $PPID) $PPID';
      await writeFile(
        playbook,
        `- hosts: agents\n  gather_facts: false\n  tasks: [{raw: "${kill}"}, {raw: "true"}]\n`,
      );
      await lost.run(other.host, { command: 'true' });
      await other.stop();
      const own = ssh;
      ssh = lost;
      const failure = await failureOf(
        configurator(playbook, 60_000).configure(other.host, configurationOf()),
      );
      ssh = own;
      assert.deepEqual([failure.reason, failure.errorClass], ['HostUnreachable', 'transient']);
    } finally {
      await other.close();
    }
  });

  test('that does not end is stopped after its limit, with all that it started', async () => {
    const failure = await failureOf(
      play('    - name: Wait\n      wait_for: {timeout: 300}', { playMs: 4000 }),
    );
    assert.deepEqual([failure.reason, failure.errorClass], ['ConfigureFailed', 'transient']);
    assert.match(failure.message, /did not end in time/);
    await until('no process of it is left', () => plays().length === 0);
  });

  for (const signal of ['SIGTERM', 'SIGKILL'] as const)
    test(`that ends by ${signal} uses up no attempt, and can be played again`, async () => {
      const began = join(sshd.folder, signal);
      const playing = failureOf(
        play(`    - file: {path: ${began}, state: touch}\n    - wait_for: {timeout: 300}`),
      );
      await until('it plays', () => existsSync(began));
      for (const pid of plays()) process.kill(pid, signal);
      const failure = await playing;
      assert.deepEqual([failure.reason, failure.errorClass], ['ToolStuck', 'transient']);
      assert.match(failure.message, /was killed/);
      await until('no process of it is left', () => plays().length === 0);
      await play('    - command: "true"');
    });

  test('that is broken, or has no host, is no fault of the agent', async () => {
    const broken = await failureOf(play('    - no_such_module: {}'));
    assert.deepEqual([broken.errorClass, broken.scope], ['stalled', 'fleet'], broken.message);
    assert.match(broken.message, /no_such_module/);
    const playbook = join(sshd.folder, 'site.yml');
    await writeFile(playbook, '- hosts: others\n  tasks: []\n');
    const idle = await failureOf(
      configurator(playbook, 60_000).configure(sshd.host, configurationOf()),
    );
    assert.deepEqual([idle.errorClass, idle.scope], ['stalled', 'fleet'], idle.message);
  });

  test('needs the roles, Ansible and a CA key: it says what is missing', async () => {
    const playbook = join(sshd.folder, 'site.yml');
    await configurator(playbook, 1).ready();
    const missing = { reason: 'ToolMissing', errorClass: 'stalled' };
    await assert.rejects(configurator(join(sshd.folder, 'none.yml'), 1).ready(), missing);
  });
});

/** Processes of a play, by its folder. */
function plays(): readonly number[] {
  const text = (pid: number) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    } catch {
      return '';
    }
  };
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && text(pid).includes(join(tmpdir(), 'aura-play-')));
}

function withoutAnsible(): string | false {
  try {
    findTool('ansiblePlaybook');
    return false;
  } catch {
    return 'python: ansible-playbook is not set up (`npm run setup`)';
  }
}
