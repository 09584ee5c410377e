import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { blanked, functionsOf, readSources, sourceOf } from './source.ts';

const sources = readSources('reconciler/**/*.ts', 'cdktf/*.ts', 'schemas/*.ts');
const scripts = readSources('scripts/**/*.{ts,mjs}');

describe('the reader of sources', () => {
  it('finds functions, their lengths and their parameters', () => {
    const sample = sourceOf(
      'sample.ts',
      [
        'export async function one(a: number, { b, c }: Pair): Promise<void> {',
        '  const d = [1, 2];',
        '',
        '  if (d) {',
        '    call(a, b, c);',
        '  }',
        '}',
        'const two = (x: Map<string, number>) => {',
        '  return x;',
        '};',
        'function three(',
        '  f: (a: number, b: number) => void,',
        '  g: string,',
        "): 'x' | 'y' {",
        '  f(1, 2);',
        '}',
        'call({',
        '  four(a) {',
        '    return a;',
        '  },',
        '});',
      ].join('\n'),
    );
    assert.deepEqual(
      functionsOf(sample).map(({ name, lines, parameters }) => [name, lines, parameters]),
      [
        ['one', 7, 2],
        ['two', 3, 1],
        ['three', 6, 2],
        ['four', 3, 1],
      ],
    );
  });

  it('finds every function that is declared', () => {
    const missed = [...sources, ...scripts].flatMap((source) => {
      const found = new Set(functionsOf(source).map((one) => one.line));
      return source.code.flatMap((line, place) =>
        /^\s*(?:export )?(?:async )?function\b/.test(line) && !found.has(place + 1)
          ? [`${source.path}:${place + 1}`]
          : [],
      );
    });
    assert.deepEqual(missed, []);
  });

  it('sees no code in comments, texts and regular expressions', () => {
    const text = "const a = 'process.env'; // await\nconst b = /enum [/'\"]/.test(`any`);\n";
    assert.equal(blanked(text).replaceAll(/ +/g, ' '), 'const a = ; \nconst b = .test( );\n');
  });

  it('sees no code in templates, nor in those inside of them', () => {
    const text = 'const a = html`<b>${all.map((one) => html`{${one}`)}</b>`; const c = 1;';
    assert.equal(blanked(text).replaceAll(/ +/g, ' '), 'const a = html ; const c = 1;');
  });

  it('finds imports over several lines, lazy ones too', () => {
    const text = [
      "import { a } from './a.ts';",
      'import {',
      '  b,',
      "} from '../b.ts';",
      "import 'c';",
      "export { d } from 'd';",
      "const e = await import('e');",
      '',
    ].join('\n');
    assert.deepEqual(sourceOf('x/y.ts', text).imports, ['x/a.ts', 'b.ts', 'c', 'd', 'e']);
  });
});
