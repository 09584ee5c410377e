import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOwnersOf } from '../../../reconciler/core/plan/code-owners.ts';

const file = [
  '# who owns what',
  '*               @aura/everybody',
  '/approvals/     @aura/operators @kim  # both',
  '/approvals/by-hand/ @nora',
  'docs/*          writer@example.com',
  '*.yaml.bak',
  '',
].join('\n');

test('the last line that matches a path says who owns it', () => {
  const owned: readonly (readonly [string, readonly string[]])[] = [
    ['approvals/one.yaml', ['@aura/operators', '@kim']],
    ['approvals/by-hand/one.yaml', ['@nora']],
    ['other/approvals/one.yaml', ['@aura/everybody']],
    ['docs/a.md', ['writer@example.com']],
    ['docs/deeper/a.md', ['@aura/everybody']],
    ['approvals/one.yaml.bak', []],
  ];
  for (const [path, owners] of owned) assert.deepEqual(codeOwnersOf(file, path), owners, path);
});

test('where no line matches, nobody owns it', () => {
  assert.deepEqual(codeOwnersOf('/orphans/ @kim\n', 'approvals/one.yaml'), []);
  assert.deepEqual(codeOwnersOf('', 'approvals/one.yaml'), []);
});

test('characters that mean something elsewhere mean themselves', () => {
  assert.deepEqual(codeOwnersOf('/approvals/a.yaml @kim', 'approvals/abyaml'), []);
  assert.deepEqual(codeOwnersOf('/a(b)+/ @kim', 'a(b)+/c'), ['@kim']);
});
