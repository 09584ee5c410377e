import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { notPlainFile } from '../../../reconciler/core/agent/file-content.ts';
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
  const unreadable = { kind: 'unreadable', line: 2, why: 'nora is no owner' };
  assert.deepEqual(codeOwnersOf(skipped, 'approvals/one.yaml'), unreadable);
  assert.deepEqual(ownersIn(`${skipped}/approvals/ @olivia\n`, 'approvals/one.yaml'), ['@olivia']);
  for (const odd of ['@', '@a/b/c', 'kim', '@kim,', 'x@', '@-kim'])
    assert.equal(codeOwnersOf(`* ${odd}`, 'a').kind, 'unreadable', odd);
  for (const owner of ['@kim-2', '@kim_acme', '@aura/op.er-ators', 'kim@example.com'])
    assert.deepEqual(ownersIn(`* ${owner}`, 'a'), [owner]);
});

describe('what GitHub may read otherwise never names other owners', () => {
  const path = 'approvals/one.yaml';
  const refusedAt = (text: string) => {
    const found = codeOwnersOf(text, path);
    return found.kind === 'unreadable' ? found.line : null;
  };

  test('a space that separates words here and not there, or is not seen', () => {
    for (const space of ['\u00a0', '\u3000', '\ufeff'])
      for (const line of [`/approvals/${space}@intern`, `${space}/approvals/ @intern`])
        assert.equal(refusedAt(`/approvals/ @boss\n${line}\n`), 2, JSON.stringify(line));
    for (const unseen of ['\u200b', '\u202e'])
      assert.equal(refusedAt(`/approvals/ @boss\n/appr${unseen}ovals/ @intern\n`), 2);
    assert.deepEqual(ownersIn('/approvals/\t@boss\r\n', path), ['@boss']);
  });

  test('an end of a line that is none to other programs', () => {
    for (const end of ['\r', '\v', '\f', '\u0085', '\u2028', '\u2029'])
      assert.equal(refusedAt(`/approvals/ @boss\nx${end}/approvals/ @intern\n`), 2);
  });

  test('escapes, ranges and negations, where they might match', () => {
    for (const pattern of [
      '/approval\\s/',
      '/[a]pprovals/',
      '!/approvals/',
      '/approvals/one[.]yaml',
    ])
      assert.equal(refusedAt(`/approvals/ @intern\n${pattern} @boss\n`), 2, pattern);
    for (const pattern of ['/docs/my\\ file.md', '/[d]ocs/', '!/docs/'])
      assert.deepEqual(ownersIn(`/approvals/ @boss\n${pattern} @intern\n`, path), ['@boss']);
  });

  test('a file that is no text, or no file', () => {
    assert.equal(refusedAt(notPlainFile.text), 0);
    assert.equal(refusedAt('/approvals/ @boss\n/appr\udcffovals/ @intern\n'), 2);
  });

  test('a later line that both read alike decides', () => {
    const text = '/approvals/\u00a0@intern\n/approvals/ @boss\n';
    assert.deepEqual(ownersIn(text, path), ['@boss']);
  });
});
