import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOwnersOf } from '../../../reconciler/core/plan/code-owners.ts';

/** Where the line can be read. */
function ownersIn(text: string, path: string): readonly string[] {
  const found = codeOwnersOf(text, path);
  return found.kind === 'owners' ? found.owners : assert.fail(`line ${found.line}`);
}

const file = [
  '# who owns what',
  '*               @aura/all',
  '/approvals/     @aura/operators @kim  # both',
  '/approvals/by-hand/ @nora',
  'docs/*          writer@example.com',
  '*.yaml.bak',
  '',
].join('\n');

test('the last line that matches a path names its owners', () => {
  const owned: readonly (readonly [string, readonly string[]])[] = [
    ['approvals/one.yaml', ['@aura/operators', '@kim']],
    ['approvals/by-hand/one.yaml', ['@nora']],
    ['other/approvals/one.yaml', ['@aura/all']],
    ['docs/a.md', ['writer@example.com']],
    ['docs/deeper/a.md', ['@aura/all']],
    ['approvals/one.yaml.bak', []],
  ];
  for (const [path, owners] of owned) assert.deepEqual(ownersIn(file, path), owners, path);
});

test('where no line matches, it has no owner', () => {
  assert.deepEqual(ownersIn('/orphans/ @kim\n', 'approvals/one.yaml'), []);
  assert.deepEqual(ownersIn('', 'approvals/one.yaml'), []);
});

test('characters with a meaning in other formats are literal', () => {
  assert.deepEqual(ownersIn('/approvals/a.yaml @kim', 'approvals/abyaml'), []);
  assert.deepEqual(ownersIn('/a(b)+/ @kim', 'a(b)+/c'), ['@kim']);
});

test('a line that GitHub skips has no effect, and a later one that it reads decides', () => {
  const skipped = ['/approvals/ @kim', '*.yaml @nora nora', ''].join('\n');
  const unreadable = { kind: 'unreadable', line: 2, owner: 'nora' };
  assert.deepEqual(codeOwnersOf(skipped, 'approvals/one.yaml'), unreadable);
  assert.deepEqual(ownersIn(`${skipped}/approvals/ @olivia\n`, 'approvals/one.yaml'), ['@olivia']);
  for (const odd of ['@', '@a/b/c', 'kim', '@kim,', 'x@', '@-kim'])
    assert.equal(codeOwnersOf(`* ${odd}`, 'a').kind, 'unreadable', odd);
  for (const owner of ['@kim-2', '@kim_acme', '@aura/op.er-ators', 'kim@example.com'])
    assert.deepEqual(ownersIn(`* ${owner}`, 'a'), [owner]);
});
