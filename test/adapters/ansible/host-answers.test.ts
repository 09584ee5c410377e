/** What the answers of a host mean: whether it has booted, and why a play failed. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bootOf } from '../../../reconciler/adapters/ansible/boot.ts';
import { failureOf, reportOf } from '../../../reconciler/adapters/ansible/report.ts';
import { type RemoteEnd, ranOn, remoteEndOf } from '../../../reconciler/adapters/ssh/remote-end.ts';
import { isFailure } from '../../../reconciler/core/failure.ts';
import { idNo } from '../../builders/world.ts';

const host = {
  agent: idNo(1),
  network: 'public' as const,
  ipv4: '198.51.100.1',
  hostKeys: ['ssh-ed25519 AAAA'],
};
const ran = (stdout: string, code = 0): RemoteEnd => ({ kind: 'ran', code, stdout, stderr: '' });

describe('a host that boots', () => {
  const bootText = (end: RemoteEnd) => {
    const boot = bootOf(host, end);
    return boot.kind === 'waiting' ? `waiting: ${boot.for}` : boot.kind;
  };

  test('has finished when cloud-init is done, whatever its exit code', () => {
    assert.equal(bootText(ran('{"status": "done", "errors": []}')), 'finished');
    assert.equal(bootText(ran('{"status": "done"}', 2)), 'finished', 'with recoverable errors');
  });

  test('is waited for while its port is closed, its sshd knows no CA, or cloud-init runs', () => {
    const cases: readonly (readonly [RemoteEnd, RegExp])[] = [
      [{ kind: 'unreachable', said: 'Connection refused' }, /sshd does not answer/],
      [{ kind: 'keyRefused', said: 'Permission denied (publickey).' }, /refuses the certificate/],
      [{ kind: 'overdue' }, /does not report/],
      [ran('{"status": "running"}'), /cloud-init is running/],
      [ran('{"status": "not run"}'), /cloud-init is not run/],
      [ran('', 127), /does not report/],
      [ran('[1'), /does not report/],
      [ran('null'), /does not report/],
    ];
    for (const [end, says] of cases) assert.match(bootText(end), says);
  });

  test('with another key is not waited for', () => {
    assert.throws(
      () => bootOf(host, { kind: 'wrongHostKey' }),
      (thrown) => isFailure(thrown, 'OwnershipUnproven'),
    );
  });

  test('whose cloud-init failed says why, without secrets', () => {
    const token = `tskey-${'a'.repeat(20)}`;
    const errors = ['Failed to install packages', `ran with ${token}`];
    const boot = bootOf(host, ran(JSON.stringify({ status: 'error', errors }), 1));
    assert.ok(boot.kind === 'failed');
    assert.match(boot.failure.message, /failed: Failed to install packages; ran with \[secret\]$/);
    assert.equal(boot.failure.reason, 'CloudInitFailed');
  });
});

describe('the end of an SSH client', () => {
  const end = (code: number | null, stderr: string) =>
    remoteEndOf({ code, stdout: Buffer.of(), stderr: Buffer.from(stderr), overdue: false });

  test('is classed by its messages only where the client itself failed', () => {
    const said = 'Host key verification failed.\nPermission denied (publickey).';
    assert.equal(end(1, said).kind, 'ran');
    assert.equal(end(255, 'Host key verification failed.').kind, 'wrongHostKey');
    assert.equal(end(255, 'root@h: Permission denied (publickey).').kind, 'keyRefused');
    assert.equal(
      end(255, 'ssh: connect to host h port 22: Connection refused').kind,
      'unreachable',
    );
    assert.equal(end(null, '').kind, 'unreachable');
    assert.equal(end(124, '').kind, 'overdue');
    assert.equal(end(137, '').kind, 'ran', 'killed on the host, by whatever');
  });

  test('is a failure of this agent that can be tried again, but for another key', () => {
    const failures = [
      [end(255, 'Connection refused'), 'HostUnreachable'],
      [end(255, 'Permission denied ('), 'KeyRefused'],
      [end(124, ''), 'OutcomeUnknown'],
    ] as const;
    for (const [one, reason] of failures)
      assert.throws(
        () => ranOn(host, one),
        (thrown) => {
          return (
            isFailure(thrown, reason) &&
            thrown.errorClass === 'transient' &&
            thrown.scope === 'agent'
          );
        },
      );
  });
});

describe('the report of a play', () => {
  const event = (fields: object) => `${JSON.stringify(fields)}\n`;
  const stats = event({ event: 'stats', ok: 2, changed: 1, failures: 0, dark: 0 });
  const end = (stdout: string, code: number | null = 2) => ({
    code,
    stdout,
    stderr: '',
    overdue: false,
  });

  test('lists changed tasks and ignores other lines', () => {
    const changed = event({ event: 'changed', task: 'Write the unit' });
    const { changed: names, whole } = reportOf(`PLAY\n{broken\nnull\n${changed}${stats}`);
    assert.deepEqual([names, whole], [['Write the unit'], true]);
    assert.equal(failureOf(end(stats, 0)), null);
  });

  test('that was cut short is no success', () => {
    assert.match(failureOf(end('', 0))?.message ?? '', /no task ran/);
  });

  test('keeps the end of a long message on one line, and never a secret', () => {
    const msg = `${'line\n'.repeat(900)}key=-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY----- the reason`;
    const failure = failureOf(end(event({ event: 'failed', task: 'T', action: 'command', msg })));
    const message = failure?.message ?? '';
    assert.match(message, /^….*\[secret\] the reason \(task “T”\)$/);
    assert.ok(message.length < 450 && !message.includes('AAAA'), message);
  });

  test('names the cause first where the play stopped by its own check', () => {
    const failure = (msg: string) =>
      failureOf(end(event({ event: 'failed', task: 'T', action: 'fail', msg })));
    for (const cause of ['BootTimeout', 'CloudInitFailed', 'UnitFailed']) {
      const found = failure(`${cause}: openclaw does not answer`);
      assert.deepEqual([found?.reason, found?.scope], [cause, 'agent']);
    }
    for (const cause of ['HostKeyMissing', 'InvalidInput', 'SigningKeyUnexpected']) {
      const { reason, scope, errorClass } = failure(`${cause}: it is not`) ?? {};
      assert.deepEqual([reason, scope, errorClass], ['ConfigureFailed', 'fleet', 'stalled']);
    }
    assert.equal(failure('ApplyFailed: a program said this')?.reason, 'ConfigureFailed');
  });

  test('of a mirror that is down concerns the fleet; a missing package, or a service, does not', () => {
    const reasonOf = (action: string, msg: string) =>
      failureOf(end(event({ event: 'failed', task: 'T', action, msg })))?.reason;
    for (const [action, msg] of [
      ['ansible.builtin.apt', 'Failed to update apt cache: Temporary failure resolving'],
      ['apt', 'Failed to update apt cache after 4 retries: '],
      ['get_url', 'Request failed: HTTP Error 503: Service Unavailable'],
      ['ansible.builtin.command', 'npm error code EAI_AGAIN'],
      ['command', 'npm ERR! network request failed, reason: connect ECONNREFUSED'],
    ] as const)
      assert.equal(reasonOf(action, msg), 'PackageMirrorDown', msg);
    for (const [action, msg] of [
      ['apt', 'No package matching openclaw is available'],
      ['get_url', 'Request failed: HTTP Error 404: Not Found'],
      ['systemd_service', 'Unable to start service openclaw: Connection refused'],
      ['uri', 'Status code was -1: Connection refused'],
    ] as const)
      assert.equal(reasonOf(action, msg), 'ConfigureFailed', msg);
  });
});
