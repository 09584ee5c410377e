/** The SSH adapter against a real sshd: whom it trusts, what it sends, and what it leaves. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { createOpensshKey } from '../../reconciler/adapters/openssh.ts';
import { isFailure } from '../../reconciler/core/failure.ts';
import { idNo } from '../builders/world.ts';
import { until } from '../support/until.ts';
import { type Sshd, startSshd, withoutSshd } from './sshd-world.ts';

const run = promisify(execFile);
const anotherKey = createOpensshKey('another').publicKey;
const minuteMs = 60_000;

/** What the process list shows of every process: arguments and environment. */
function processes(): readonly { readonly pid: number; readonly text: string }[] {
  const read = (file: string) => {
    try {
      return readFileSync(file, 'utf8');
    } catch {
      return '';
    }
  };
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0)
    .map((pid) => ({ pid, text: read(`/proc/${pid}/cmdline`) + read(`/proc/${pid}/environ`) }));
}

describe('a host', { skip: withoutSshd }, () => {
  let sshd: Sshd;
  before(async () => {
    sshd = await startSshd();
  });
  after(() => sshd?.close());
  const logins = async () => (await sshd.log()).split('Accepted publickey').length - 1;

  test('runs a command with its input, and returns the code and both outputs', async () => {
    const ssh = sshd.client();
    const command = 'cat; echo problem >&2; exit 7';
    assert.deepEqual(await ssh.run(sshd.host, { command, input: 'said' }), {
      kind: 'ran',
      code: 7,
      stdout: 'said',
      stderr: 'problem\n',
    });
  });

  test('that shows a key which is not pinned gets nothing, and either of two pins is accepted', async () => {
    const ssh = sshd.client();
    const before = await logins();
    const foreign = { ...sshd.host, hostKeys: [anotherKey] };
    const end = await ssh.run(foreign, { command: 'true', input: 'secret' });
    assert.deepEqual(end, { kind: 'wrongHostKey' });
    assert.equal(await logins(), before);
    const both = { ...sshd.host, hostKeys: [anotherKey, ...sshd.host.hostKeys] };
    assert.equal((await ssh.run(both, { command: 'true' })).kind, 'ran');
  });

  test('accepts the certificate of its own CA, for its own agent, for minutes', async () => {
    const refused = async (client: ReturnType<Sshd['client']>, host = sshd.host) =>
      (await client.run(host, { command: 'true' })).kind;
    const { privateKey } = createOpensshKey('another CA');
    assert.equal(await refused(sshd.client({ caPrivateKey: privateKey })), 'keyRefused');
    assert.equal(await refused(sshd.client(), { ...sshd.host, agent: idNo(2) }), 'keyRefused');
    const early = Date.now() - 20 * minuteMs;
    assert.equal(await refused(sshd.client({ now: () => early })), 'keyRefused');
    assert.match(await sshd.log(), /Certificate invalid: expired/);
    // A host whose clock is some minutes behind.
    const late = Date.now() + 4 * minuteMs;
    assert.equal(await refused(sshd.client({ now: () => late })), 'ran');
  });

  test('ends a command after its limit', async () => {
    const end = await sshd.client().run(sshd.host, { command: 'sleep 61.5', limitMs: 400 });
    assert.deepEqual(end, { kind: 'overdue' });
    await until('it does not go on there', () =>
      processes().every(({ text }) => !text.includes('sleep\x0061.5')),
    );
  });

  test('is reached by one login for all its commands; fewer pins end that connection', async () => {
    const ssh = sshd.client();
    const before = await logins();
    const two = { ...sshd.host, hostKeys: [...sshd.host.hostKeys, anotherKey] };
    for (const host of [sshd.host, sshd.host, two, two])
      assert.equal((await ssh.run(host, { command: 'true' })).kind, 'ran');
    assert.equal(await logins(), before + 1);
    assert.equal((await ssh.run(sshd.host, { command: 'true' })).kind, 'ran');
    assert.equal(await logins(), before + 2, 'a pin was dropped');
    const elsewhere = await ssh.run({ ...sshd.host, ipv4: '127.0.0.2' }, { command: 'true' });
    assert.equal(elsewhere.kind, 'unreachable', 'the agent has another server');
  });

  test('that stops listening is unreachable', async () => {
    const other = await startSshd();
    try {
      await other.stop();
      const end = await other.client().run(other.host, { command: 'true' });
      assert.equal(end.kind, 'unreachable');
    } finally {
      await other.close();
    }
  });

  test('that changes its key is asked by a new connection which one it shows', async () => {
    const other = await startSshd();
    try {
      const ssh = other.client();
      const [seeded = ''] = other.host.hostKeys;
      const own = createOpensshKey('own');
      const host = { ...other.host, hostKeys: [seeded, own.publicKey] };
      assert.equal((await ssh.run(host, { command: 'true' })).kind, 'ran');
      assert.deepEqual(
        [await ssh.shows(host, seeded), await ssh.shows(host, own.publicKey)],
        [true, false],
      );
      await other.showHostKey(own.privateKey);
      assert.deepEqual(
        [await ssh.shows(host, seeded), await ssh.shows(host, own.publicKey)],
        [false, true],
      );
      await other.stop();
      await assert.rejects(ssh.shows(host, seeded), (thrown) =>
        isFailure(thrown, 'HostUnreachable'),
      );
    } finally {
      await other.close();
    }
  });
});

describe('a job', { skip: withoutSshd }, () => {
  let sshd: Sshd;
  before(async () => {
    sshd = await startSshd();
  });
  after(() => sshd?.close());

  test('shows no input, and neither of its keys, in the arguments of a process or in a file of others', async () => {
    const ssh = sshd.client();
    const [started, stop] = [join(sshd.folder, 'started'), join(sshd.folder, 'stop')];
    const command = `cat > /dev/null; touch ${started}; until [ -e ${stop} ]; do sleep 0.05; done`;
    const running = ssh.run(sshd.host, { command, input: 'planted-secret' });
    await until('the command runs', () => existsSync(started));
    const { config } = await ssh.configFor(sshd.host, 0);
    const folder = dirname(dirname(config));
    const seen = processes();
    assert.ok(
      seen.some(({ text }) => text.includes(config)),
      'the client is in the list',
    );
    const caLine = sshd.caPrivateKey.split('\n')[2] ?? assert.fail('no CA key');
    for (const secret of ['planted-secret', caLine])
      assert.deepEqual(
        seen.filter(({ text }) => text.includes(secret)),
        [],
        secret,
      );
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      const { mode } = statSync(join(folder, name));
      assert.equal(mode & 0o077, 0, name);
      if (statSync(join(folder, name)).isFile())
        assert.ok(!readFileSync(join(folder, name), 'utf8').includes(caLine), name);
    }
    await writeFile(stop, '');
    assert.equal((await running).kind, 'ran');
  });

  test('ends with its connections, and leaves neither a process nor a file', async () => {
    const ssh = sshd.client();
    await ssh.run(sshd.host, { command: 'true' });
    const { config, socket } = await ssh.configFor(sshd.host, 0);
    assert.ok(existsSync(socket), 'the connection is shared');
    await ssh.close();
    const folder = dirname(dirname(config));
    assert.ok(!existsSync(folder));
    await until('no process of it is left', () =>
      processes().every(({ text }) => !text.includes(folder)),
    );
    await ssh.close();
    assert.equal((await ssh.run(sshd.host, { command: 'true' })).kind, 'ran', 'it can begin again');
  });

  test('reads no configuration of the machine or of a user, and learns no host key', async () => {
    const { config } = await sshd.client().configFor(sshd.host, 0);
    const { stdout } = await run('ssh', ['-G', '-F', config, sshd.host.agent]);
    const settings = new Map(stdout.split('\n').map((line) => [line.split(' ')[0], line]));
    const place = dirname(config);
    for (const line of [
      `hostkeyalias ${sshd.host.agent}`,
      'stricthostkeychecking true',
      `userknownhostsfile ${join(place, 'known_hosts')}`,
      'globalknownhostsfile /dev/null',
      'updatehostkeys false',
      'hostkeyalgorithms ssh-ed25519',
      'identitiesonly yes',
      'identityagent none',
      'batchmode yes',
      'forwardagent no',
      'passwordauthentication no',
      `certificatefile ${join(place, 'cert.pub')}`,
    ])
      assert.equal(settings.get(line.split(' ')[0]), line);
  });

  test('renews a certificate before it expires: one agent, no extension, minutes', async () => {
    let nowMs = Date.now();
    const ssh = sshd.client({ now: () => nowMs });
    const certificate = async (ms: number) => {
      const { config } = await ssh.configFor(sshd.host, ms);
      return join(dirname(config), 'cert.pub');
    };
    const first = await readFile(await certificate(0), 'utf8');
    const { stdout } = await run('ssh-keygen', ['-L', '-f', await certificate(0)]);
    const wanted = new RegExp(
      `Principals: *\\n *${sshd.host.agent}\\n *Critical Options: \\(none\\)\\n *Extensions: \\(none\\)`,
    );
    assert.match(stdout, wanted);
    const [, from = '', to = ''] = /from (\S+) to (\S+)/.exec(stdout) ?? [];
    assert.equal(Date.parse(to) - Date.parse(from), 15 * minuteMs);
    nowMs += 5 * minuteMs;
    assert.equal(await readFile(await certificate(0), 'utf8'), first);
    assert.notEqual(await readFile(await certificate(20 * minuteMs), 'utf8'), first, 'a long play');
    nowMs += 21 * minuteMs;
    const later = await readFile(await certificate(0), 'utf8');
    assert.notEqual(later, first);
  });

  test('is ready only with a client and a CA key that signs', async () => {
    await sshd.client().ready();
    const missing = (thrown: unknown) => isFailure(thrown, 'ToolMissing');
    await assert.rejects(sshd.client({ caPrivateKey: 'damaged' }).ready(), missing);
    const file = join(sshd.folder, 'other-ca');
    for (const args of [
      ['-t', 'ecdsa', '-N', ''],
      ['-t', 'ed25519', '-N', 'a passphrase'],
    ]) {
      await run('rm', ['-f', file]);
      await run('ssh-keygen', ['-q', '-f', file, ...args]);
      const caPrivateKey = await readFile(file, 'utf8');
      await assert.rejects(sshd.client({ caPrivateKey }).ready(), (thrown) => {
        return missing(thrown) && !String(thrown).includes(caPrivateKey.split('\n')[1] ?? '-');
      });
    }
    const path = process.env['PATH'];
    process.env['PATH'] = sshd.folder;
    try {
      await assert.rejects(sshd.client().ready(), missing);
    } finally {
      process.env['PATH'] = path;
    }
  });
});
