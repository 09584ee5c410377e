/** What `aura inventory` prints, as Ansible reads it and as SSH connects by it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createOpensshKey } from '../../reconciler/adapters/openssh.ts';
import { createSigner } from '../../reconciler/adapters/ssh/certificate.ts';
import { findTool } from '../../reconciler/adapters/tools.ts';
import { inventoryOf, listedInventory } from '../../reconciler/core/status/inventory.ts';
import { idNo, recordNo } from '../builders/world.ts';
import { type Sshd, startSshd, withoutSshd } from '../contract/sshd-world.ts';
import { withoutAnsible } from './program.ts';

const skip = withoutAnsible || withoutSshd;

describe('the inventory', { skip }, () => {
  let home = '';
  let sshd: Sshd;
  before(async () => {
    home = mkdtempSync(join(tmpdir(), 'aura-inventory-'));
    sshd = await startSshd(idNo(1));
  });
  after(async () => {
    await sshd?.close();
    rmSync(home, { recursive: true, force: true });
  });

  /** A script as the guide has it, whose `aura inventory` is this one. */
  function scriptOf(hostKey: string): string {
    const inventory = inventoryOf([recordNo(1, { hostKey }), recordNo(2)]);
    const list = join(home, 'list.json');
    writeFileSync(list, JSON.stringify(listedInventory(inventory)));
    const script = join(home, 'agents');
    writeFileSync(script, `#!/bin/sh\n[ "$1" = --list ] && cat ${list}\n`);
    chmodSync(script, 0o755);
    return script;
  }

  function run(program: string, args: readonly string[]) {
    const bin = dirname(findTool('ansiblePlaybook'));
    const env = { PATH: `${bin}:${process.env['PATH']}`, HOME: home, ANSIBLE_HOME: home };
    return spawnSync(join(bin, program), args, {
      cwd: home,
      encoding: 'utf8',
      // No connection is shared: the second one has to check the key itself.
      env: { ...env, LC_ALL: 'C.UTF-8', ANSIBLE_SSH_ARGS: '-o ControlMaster=no' },
    });
  }

  test('is what Ansible takes from a script', () => {
    const script = scriptOf(sshd.host.hostKeys[0] ?? '');
    const all = run('ansible-inventory', ['-i', script, '--graph']);
    assert.equal(all.status, 0, all.stderr);
    assert.doesNotMatch(all.stderr, /WARNING/);
    for (const group of ['agents', 'plan_starter', 'region_eu_central'])
      assert.match(all.stdout, new RegExp(`@${group}:\\n[ |-]+${[idNo(1), idNo(2)].sort()[0]}`));
    const one = run('ansible-inventory', ['-i', script, '--host', idNo(1)]);
    const vars = JSON.parse(one.stdout) as Record<string, unknown>;
    assert.equal(vars['ansible_host'], '100.64.0.1');
    assert.equal(vars['aura_host_key'], sshd.host.hostKeys[0]);
  });

  test('lets Ansible connect to a host that shows the recorded key, and to no other', async () => {
    const job = createOpensshKey('job');
    const key = join(home, 'job');
    writeFileSync(key, job.privateKey, { mode: 0o600 });
    const [fromMs, untilMs] = [Date.now() - 60_000, Date.now() + 600_000];
    const request = { publicKey: job.publicKey, principal: idNo(1), fromMs, untilMs };
    writeFileSync(`${key}-cert.pub`, createSigner(sshd.caPrivateKey)(request));
    const connect = (hostKey: string) =>
      run('ansible', [
        ...[idNo(1), '-i', scriptOf(hostKey), '-m', 'raw', '-a', 'echo reached'],
        ...['--private-key', key, '-e', 'ansible_host=127.0.0.1'],
        ...['-e', `ansible_port=${sshd.login.port}`, '-e', `ansible_user=${userInfo().username}`],
        ...['-e', 'ansible_ssh_use_tty=false'],
      ]);
    const reached = connect(sshd.host.hostKeys[0] ?? '');
    assert.equal(reached.status, 0, reached.stdout + reached.stderr);
    assert.match(reached.stdout, /reached/);
    const refused = connect(createOpensshKey('another').publicKey);
    assert.notEqual(refused.status, 0);
    assert.match(refused.stdout, /UNREACHABLE.*Host key verification failed/s);
  });
});
