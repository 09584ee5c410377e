/** What every test has to hold to, read from their sources: loops that end, and skips of a kind. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { skipKinds } from '../scripts/test/outcome.ts';
import { readSources, type Source, sourceOf } from './support/source.ts';

const tests = readSources('test/**/*.ts');

/** Loops that go on for as long as something else likes: `path:line what`. */
function boundlessIn({ path, code, lines }: Source): readonly string[] {
  const text = code.join('\n');
  const loops = [...text.matchAll(/\b(?:(while|for) \(|(do) \{)/g)];
  return loops.flatMap(({ 0: opening, 1: word, index }) => {
    if (word === 'for' && isBounded(headerAt(text, index + opening.length))) return [];
    const place = text.slice(0, index).split('\n').length - 1;
    return [`${path}:${place + 1} ${lines[place]?.trim() ?? ''}`];
  });
}

/** What stands between the parentheses, the first of which was before `start`. */
function headerAt(text: string, start: number): string {
  let depth = 1;
  for (let place = start; place < text.length; place += 1) {
    if (text[place] === '(') depth += 1;
    if (text[place] === ')') depth -= 1;
    if (depth === 0) return text.slice(start, place);
  }
  return text.slice(start);
}

/** Over something, or with a comparison of sizes in its condition. */
function isBounded(header: string): boolean {
  if (/^(?:const )?(?:\w+|[[{][^=]*) of\b/.test(header)) return true;
  const [, condition = ''] = header.split(';');
  return /[<>]/.test(condition.replaceAll('=>', ''));
}

/** Reasons to skip that stand beside the word, and do not begin with a kind. */
function kindlessIn({ path, code, lines }: Source): readonly string[] {
  const kinds = skipKinds.join('|');
  const reason = new RegExp(`\\bskip(?:: |\\(| = )[^'"\`]*(['"\`])(?!(?:${kinds}): |skip\\1 in )`);
  return lines.flatMap((line, place) =>
    reason.test(line) && /\bskip\b/.test(code[place] ?? '')
      ? [`${path}:${place + 1} ${line.trim()}`]
      : [],
  );
}

const linesOf = (found: readonly string[]) => found.map((one) => one.split(/[: ]/)[1]);

describe('tests', () => {
  it('have no loop without a bound: what is waited for is waited for with `until`', () => {
    assert.deepEqual(tests.flatMap(boundlessIn), []);
    const sample = sourceOf(
      'sample.ts',
      [
        'while (held()) await turn();',
        'for (;;) look();',
        'for (let n = 0; !over; n += 1) push(n);',
        'for (let n = 0; !over && n < 9; n += 1) push(n);',
        'for (const one of all.map((each) => each)) push(one);',
        'do {',
        '} while (held());',
        'for (let a = first(() => 1); a !== b(() => 2); a = next(a)) push(a);',
      ].join('\n'),
    );
    assert.deepEqual(linesOf(boundlessIn(sample)), ['1', '2', '3', '6', '7', '8']);
  });

  it('say of what kind a skip is, so that it can be required', () => {
    assert.deepEqual(tests.flatMap(kindlessIn), []);
    const sample = sourceOf(
      'sample.ts',
      [
        "test('a', { skip: gone && 'moto is missing' }, () => {});",
        "test('b', { skip: gone && 'python: moto is missing' }, () => {});",
        "test('c', { skip: 'skip' in tool && tool.skip }, () => {});",
        "t.skip('not here');",
      ].join('\n'),
    );
    assert.deepEqual(linesOf(kindlessIn(sample)), ['1', '4']);
  });
});
