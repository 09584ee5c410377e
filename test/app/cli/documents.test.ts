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
  assert.equal(wrongWith('a verb without one', {}), null);
});
