/**
 * The schemas of what verbs print with `--json`. Each document that a test reads by `auraJson` is held
 * against them; here they are shown to refuse others.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readDocumentSchemas } from '../../../scripts/schemas/schema-files.ts';
import { wrongWith } from '../../support/printed.ts';
import { auraJson } from './program.ts';

const check = { name: 'git', ok: true, message: 'git 2.39' };

test('each verb with a schema is one', async () => {
  for (const { name } of readDocumentSchemas()) {
    if (name === 'error') continue;
    const { code, document } = await auraJson([name, '--no-such-option']);
    assert.deepEqual([name, code, document['ok']], [name, 64, false]);
  }
});

test('a document that its schema does not describe is refused', () => {
  assert.equal(wrongWith('doctor', { ok: true, checks: [check] }), null);
  assert.match(
    wrongWith('doctor', { ok: true, checks: [{ ...check, more: 1 }] }) ?? '',
    /additional/,
  );
  assert.match(wrongWith('doctor', { ok: true }) ?? '', /required/);
  assert.match(wrongWith('history', { ok: true, entries: [{}] }) ?? '', /oneOf/);
  assert.match(wrongWith('audit', { ok: false, error: { reason: 'NotFound' } }) ?? '', /message/);
  const noServers = { name: 'all', servers: 0, monthly: 0, offServers: 0, offMonthly: 0 };
  assert.match(wrongWith('cost', { ok: true, total: noServers }) ?? '', /required/);
  const fleet = { ok: true, main: 'a'.repeat(40), status: null, stop: null, unreadable: [] };
  assert.equal(wrongWith('status', { ...fleet, agents: [] }), null);
  assert.match(wrongWith('status', { ...fleet, agents: [{}] }) ?? '', /agents\/0 must have/);
  assert.equal(wrongWith('a verb without one', {}), null);
});
