/** Titles and bodies of pull requests inside GitHub's limits. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  bodyWithin,
  linesWithin,
  titleWithin,
} from '../../../reconciler/core/text/proposal-text.ts';

test('what fits stays as it is', () => {
  assert.equal(titleWithin('x'.repeat(256)), 'x'.repeat(256));
  assert.equal(bodyWithin('a', 'b'), 'ab');
  assert.equal(bodyWithin('x'.repeat(65_535), 'y').length, 65_536);
  assert.deepEqual(linesWithin(['a', 'b'], String), ['a', 'b']);
});

test('what does not is cut at a line, and the end stays', () => {
  assert.equal(titleWithin('x'.repeat(257)).length, 256);
  const body = bodyWithin(`${'x'.repeat(999)}\n`.repeat(70), '<!-- about 1f -->');
  assert.ok(body.length <= 65_536);
  assert.match(body, /x\n\n… The rest is in the files of this pull request\.<!-- about 1f -->$/);
  assert.ok(bodyWithin('\ud83d\ude00'.repeat(40_000)).isWellFormed());
});

test('a list shows as many lines as fit, and says how many do not', () => {
  const rest = (left: number) => `${left} more`;
  assert.deepEqual(linesWithin(Array(103).fill('a'), rest).slice(-2), ['a', '3 more']);
  const long = linesWithin(Array(100).fill('x'.repeat(999)), rest);
  assert.equal(long.length, 51);
  assert.equal(long.at(-1), '50 more');
});
