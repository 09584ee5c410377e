/** The command that reads openclaw's log on a host, by the shell and awk of this machine. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { logCommand } from '../../../reconciler/adapters/ansible/unit-log.ts';
import { tailText } from '../../../reconciler/core/text/tail.ts';

const folder = mkdtempSync(join(tmpdir(), 'aura-unit-log-'));
after(() => rmSync(folder, { recursive: true }));
const token = '0123456789abcdef0123456789abcdef';

/** With a journal of these lines. */
function read(lines: readonly string[], environment: string | null): string {
  writeFileSync(join(folder, 'lines'), `${lines.join('\n')}\n`);
  writeFileSync(join(folder, 'journalctl'), `#!/bin/sh\ncat ${join(folder, 'lines')}\n`);
  chmodSync(join(folder, 'journalctl'), 0o755);
  const file = join(folder, 'gateway.env');
  rmSync(file, { force: true });
  if (environment !== null) writeFileSync(file, environment);
  const command = logCommand(5, 'cat').replace('/etc/openclaw/gateway.env', file);
  const env = { PATH: `${folder}:${process.env['PATH']}` };
  return execFileSync('sh', ['-c', command], { env, encoding: 'utf8' });
}

describe('the log of a host', () => {
  test('leaves it without the token of the gateway', () => {
    const lines = [`auth ${token}, again ${token}`, 'ready'];
    const said = read(lines, `OPENCLAW_GATEWAY_TOKEN=${token}\n`);
    assert.equal(said, 'auth [secret], again [secret]\nready\n');
  });

  test('that cannot be read is a failure, and no empty log', () => {
    const command = logCommand(5, 'cat');
    writeFileSync(join(folder, 'journalctl'), '#!/bin/sh\nexit 3\n');
    const env = { PATH: `${folder}:${process.env['PATH']}` };
    assert.throws(() => execFileSync('sh', ['-c', command], { env }), { status: 3 });
  });

  test('is whole where there is no token yet, or an empty one', () => {
    const lines = ['one', 'two = three'];
    for (const environment of [null, '', 'OPENCLAW_GATEWAY_TOKEN=\n'])
      assert.equal(read(lines, environment), 'one\ntwo = three\n');
  });
});

describe('the tail of a log', () => {
  test('has the newest lines, as far as they fit, without secrets', () => {
    assert.equal(tailText(['', 'one', ' sk_live_abc123 ', '']), 'one | [secret]');
    assert.equal(tailText(['', ' ']), 'its log is empty');
    const long = [1, 2, 3, 4, 5, 6].map((n) => `${n}${'x'.repeat(300)}`);
    const tail = tailText(long);
    assert.ok(tail.length <= 400);
    assert.deepEqual(
      tail.split(' | ').map((line) => line.charAt(0)),
      ['5', '6'],
    );
  });
});
