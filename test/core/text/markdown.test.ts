/** Foreign text in GitHub's Markdown. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { markdownCode, markdownText } from '../../../reconciler/core/text/markdown.ts';

test('text cannot leave its line, nor begin a tag, a link, a cell, a formula or a code span', () => {
  const forged = 'a\r\n# b | <img src=x> [c](d) `e` $f$ ~~g~~ &commat;h <!-- i -->\u2028j';
  assert.equal(
    markdownText(forged),
    'a \\#\u200b b \\| \\<img src=x\\> \\[c\\](d) \\`e\\` \\$f\\$ \\~\\~g\\~\\~ \\&commat;h \\<!-- i --\\> j',
  );
});

test('nothing in it is a mention, a reference or an address after it was rendered', () => {
  assert.equal(
    markdownText('@aura/operators aura/agents#1 GH-2 https://x.example www.x.example'),
    '\\@\u200baura/operators aura/agents\\#\u200b1 GH-\u200b2 https:\u200b//x.example www\u200b.x.example',
  );
});

test('it cannot turn the direction of what follows it, nor hide a mention', () => {
  assert.equal(markdownText('a\u202eb\u2066c\u200d\u0007'), 'abc ');
  assert.equal(markdownText('@\u200bx'), '\\@\u200bx');
  assert.equal(markdownCode('a`b``c\nd\u202e'), '`a b c d`');
});
