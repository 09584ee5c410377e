/** MailFailing: after an hour of failures, and for a day after a refusal. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alarmsOf } from '../../../reconciler/core/alarms/alarms.ts';
import type { AgentRecord } from '../../../reconciler/core/fleet/recorded.ts';
import type { MailEntry } from '../../../reconciler/core/mail/mail-kind.ts';
import { nothingElse } from '../../builders/alarm-input.ts';
import { at, fileNo, idNo, nowMs, policyOf, recordNo } from '../../builders/world.ts';

const raised = (state: MailEntry['state'], minutes: number) => {
  const entry = { of: '1', asked: at(-3000), state, at: at(minutes) };
  const record: AgentRecord = recordNo(1, { mails: { running: entry } });
  const { id, path } = fileNo(1);
  const records = [{ kind: 'valid', id, path, record } as const];
  const input = { ...nothingElse, policy: policyOf(), files: [fileNo(1)], records };
  return alarmsOf(input, nowMs).filter(({ kind }) => kind === 'MailFailing');
};

test('mails that fail are an alarm after an hour', () => {
  assert.deepEqual(raised('failing', -59), []);
  assert.deepEqual(raised('failing', -60), [
    {
      kind: 'MailFailing',
      severity: 'look',
      scope: '',
      agents: [idNo(1)],
      since: at(-60),
      message:
        '1 agent whose customer did not get a mail: it has failed for an hour, or was refused',
    },
  ]);
});

test('one that was refused is an alarm for a day', () => {
  assert.equal(raised('refused', -1).length, 1);
  assert.equal(raised('refused', -1439).length, 1);
  assert.equal(raised('refused', -1440).length, 0);
});

test('one that was sent, is about to be, or has nowhere to go is none', () => {
  for (const state of ['asked', 'sent', 'unknown', 'noAddress'] as const)
    assert.deepEqual(raised(state, -100), [], state);
});
