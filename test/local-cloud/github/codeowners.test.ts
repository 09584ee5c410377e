import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownersOf, parseOwners, requiredOwners } from '../../../local-cloud/github/codeowners.ts';

const rules = parseOwners(
  [
    '# who looks after what',
    '*                @all',
    '*.yaml           @yaml   # everywhere',
    '/agents/         @machine',
    'docs/*           @writers',
    '/approvals/**/x  @deep',
    '/free/',
    'logs             @logs',
  ].join('\n'),
);

test('the last pattern that matches decides', () => {
  const owner: [string, string[]][] = [
    ['README', ['@all']],
    ['a/b.yaml', ['@yaml']],
    ['agents/7/m/a.yaml', ['@machine']],
    ['x/agents/a', ['@all']],
    ['docs/a.md', ['@writers']],
    ['docs/deep/a.md', ['@all']],
    ['approvals/x', ['@deep']],
    ['approvals/1/2/x', ['@deep']],
    ['free/a.yaml', []],
    ['a/logs/b', ['@logs']],
  ];
  for (const [path, owners] of owner) assert.deepEqual(ownersOf(rules, path), owners, path);
});

test('each group of owners is asked for once', () => {
  assert.deepEqual(requiredOwners(rules, ['README', 'LICENSE', 'free/x', 'docs/a']), [
    ['@all'],
    ['@writers'],
  ]);
});
