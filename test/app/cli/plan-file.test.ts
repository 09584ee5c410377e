/** A plan between two processes: private, complete, unchanged, of this version. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { readPlanFile, writePlanFile } from '../../../reconciler/app/cli/run/plan-file.ts';
import { type Plan, planOf } from '../../../reconciler/core/plan/plan.ts';
import { fileNo, worldOf } from '../../builders/world.ts';
import { aura } from './program.ts';

const plan: Plan = planOf(worldOf({ files: [fileNo(1), fileNo(2)], records: [] }, {}));

describe('a plan file', () => {
  let folder = '';
  const file = () => join(folder, 'plan.json');
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'aura-plan-file-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  test('is read as it was written, by its owner alone, and leaves no other file', async () => {
    await writePlanFile(file(), plan);
    assert.deepEqual(await readPlanFile(file()), plan);
    assert.equal((await stat(file())).mode & 0o777, 0o600);
    assert.deepEqual(await readdir(folder), ['plan.json']);
  });

  test('replaces an older one that all could read, without being readable by all', async () => {
    await writeFile(file(), 'old', { mode: 0o644 });
    await writePlanFile(file(), plan);
    assert.equal((await stat(file())).mode & 0o777, 0o600);
  });

  test('that cannot be written leaves nothing behind', async () => {
    await assert.rejects(writePlanFile(join(folder, 'none', 'plan.json'), plan), {
      reason: 'InvalidInput',
      message: /cannot be written to .*: ENOENT: no such file or directory$/,
    });
    // A folder cannot be replaced by a file: the draft has to be deleted.
    await assert.rejects(writePlanFile(folder, plan), { reason: 'InvalidInput' });
    const beside = await readdir(join(folder, '..'));
    assert.deepEqual(
      beside.filter((name) => name.startsWith('.aura-plan-file-')),
      [],
    );
  });

  const whole = JSON.stringify(plan);
  const changed = (part: object) => JSON.stringify({ ...plan, ...part });
  const [first] = plan.changes;
  const wrong: readonly (readonly [name: string, text: string, said: RegExp])[] = [
    ['that is empty', '', /is not JSON; it may have been truncated/],
    ['that was cut off', whole.slice(0, -20), /is not JSON; it may have been truncated/],
    ['that is a list', '[]', /is not a plan/],
    ['that is something else', '{"ok":true}', /is not a plan/],
    [
      'of another version',
      changed({ apiVersion: 'aura.dev/v2' }),
      /has version aura\.dev\/v2; this program reads aura\.dev\/v1/,
    ],
    ['with an unknown field', changed({ hurry: true }), /hurry is not a known field/],
    ['without its changes', changed({ changes: undefined }), /changes is missing/],
    [
      'that a person edited',
      changed({ changes: first === undefined ? [] : [first] }),
      /was changed after it was made/,
    ],
  ];
  for (const [name, text, said] of wrong) {
    test(`${name} is refused before any request`, async () => {
      await writeFile(file(), text);
      for (const verb of ['apply', 'finalize']) {
        const { code, stdout, stderr } = await aura([verb, '--plan', file()]);
        assert.deepEqual([code, stdout], [1, ''], stderr);
        assert.match(stderr, said);
        assert.doesNotMatch(stderr, /settings are missing|\n {4}at /);
      }
      assert.equal(await readFile(file(), 'utf8'), text);
    });
  }

  test('that does not exist is named', async () => {
    const { code, stderr } = await aura(['apply', '--plan', join(folder, 'nothing.json')]);
    assert.equal(code, 1);
    assert.match(stderr, /the plan .*nothing\.json cannot be read: ENOENT/);
  });

  test('without the requested agent is reported as such', async () => {
    await writePlanFile(file(), plan);
    const { code, stderr } = await aura(['apply', '--plan', file(), '--agent', 'agt-000000000000']);
    assert.equal(code, 1);
    assert.match(stderr, /the plan changes nothing about agt-000000000000/);
  });
});
