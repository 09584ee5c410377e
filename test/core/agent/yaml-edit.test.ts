/** Edits of texts as people write them: only the necessary bytes change. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parse } from 'yaml';
import { editYaml as editYamlBy, type YamlEdit } from '../../../reconciler/core/agent/yaml-edit.ts';

const editYaml = (text: string, edits: readonly YamlEdit[]) => editYamlBy(text, () => edits);
const runs = { seed: 20261130, numRuns: 150 };

/** A document under `spec`, in a style of its own; each key with the kind of its value. */
type Style = {
  readonly indent: number;
  readonly eol: string;
  readonly head: string;
  readonly tail: string;
  readonly gap: string;
  readonly comment: string;
  readonly above: string;
  readonly inner: 'block' | 'braces' | 'padded' | 'lines';
  readonly quote: '' | '"' | "'";
  readonly first: 'scalar' | 'map' | 'list' | 'text' | 'nothing';
};
const styles: fc.Arbitrary<Style> = fc.record({
  indent: fc.constantFrom(1, 2, 4, 7),
  eol: fc.constantFrom('\n', '\r\n'),
  head: fc.constantFrom('', '---\n', '# Größe ✓\n', '\ufeff', '\ufeff# x\n', '\n\n'),
  tail: fc.constantFrom('', '\n', '\n# the end', '\n\n# the end\n', '\nother: 1\n', '\n...\n'),
  gap: fc.constantFrom(' ', '   '),
  comment: fc.constantFrom('', ' # why', '   # it is: {so}, "now"'),
  above: fc.constantFrom('', '# above\n', '\n', '\n# above\n\n'),
  inner: fc.constantFrom('block', 'braces', 'padded', 'lines'),
  quote: fc.constantFrom('', '"', "'"),
  first: fc.constantFrom('scalar', 'map', 'list', 'text', 'nothing'),
});

function mapText({ inner, indent, quote, comment, gap }: Style): string {
  const [pad, deep] = [' '.repeat(indent), ' '.repeat(indent * 2)];
  const [a, b] = [`a:${gap}${quote}one${quote}`, `b:${gap}2`];
  switch (inner) {
    case 'block':
      return `\n${deep}${a}${comment}\n${deep}# in between\n${deep}${b}${comment}`;
    case 'braces':
      return ` {${a}, ${b}}${comment}`;
    case 'padded':
      return ` { ${a} ,  ${b} }${comment}`;
    case 'lines':
      return ` {\n${deep}${a},${comment}\n${deep}${b}\n${pad}}${comment}`;
    default:
      return inner satisfies never;
  }
}

/** Where `list` and `text` are last, the end of the map is harder to find. */
function documentOf(style: Style): string {
  const { indent, eol, head, tail, gap, comment, above, quote, first } = style;
  const pad = ' '.repeat(indent);
  const parts = {
    scalar: `${pad}scalar:${gap}${quote}one${quote}${comment}`,
    map: `${pad}map:${mapText(style)}`,
    list: `${pad}list:${comment}\n${pad}${pad}- x${comment}\n${pad}${pad}- y`,
    text: `${pad}text: |\n${pad}${pad}some\n\n${pad}${pad}lines`,
    nothing: `${pad}nothing:${comment}`,
  };
  const { [first]: last, ...others } = parts;
  const lines = [...Object.values(others), last].map(
    (part) => `${above.replaceAll(/^(?=#)/gm, pad)}${part}`,
  );
  const text = `${head}spec:${comment}\n${lines.join('\n')}${tail}`;
  return text.replaceAll('\n', eol);
}

const newValues = fc.constantFrom<unknown>(
  'two',
  'a, b: {c} # d',
  "it's",
  'line\nbreak',
  '',
  '12',
  'true',
  7,
  { at: '2026-11-29T22:00:00Z', by: 'person', reason: 'a: b, "c"' },
  ['x', 'y z'],
  {},
  null,
);

describe('an edit of a text', () => {
  it('writes the requested value, whatever the style of the text', () => {
    const keys = fc.constantFrom('scalar', 'map', 'list', 'text', 'nothing', 'absent', 'config');
    const edits = fc.array(
      fc.record({ key: keys, value: fc.option(newValues, { nil: undefined }) }),
      {
        minLength: 1,
        maxLength: 4,
      },
    );
    const sample = fc.property(styles, edits, (style, all) => {
      const text = documentOf(style);
      const wanted = parse(text) as { spec: Record<string, unknown> };
      for (const { key, value } of all) {
        if (value === undefined) delete wanted.spec[key];
        else wanted.spec[key] = value;
      }
      const asked = all.map(({ key, value }) => ({ path: ['spec', key] as const, value }));
      const edited = editYaml(
        text,
        asked.map(({ path, value }) => ({ path: [...path], value })),
      );
      assert.deepEqual(parse(edited), wanted);
    });
    fc.assert(sample, runs);
  });

  it('of one value keeps every other byte, and undone restores all of them', () => {
    const sample = fc.property(styles, (style) => {
      const text = documentOf(style);
      const there = editYaml(text, [{ path: ['spec', 'scalar'], value: 'another' }]);
      assert.equal(there, text.replace(/(scalar: +["']?)one/, '$1another'));
      assert.equal(editYaml(there, [{ path: ['spec', 'scalar'], value: 'one' }]), text);
      const inside = editYaml(text, [{ path: ['spec', 'map'], value: { a: 'one', b: 3 } }]);
      assert.equal(inside, text.replace(/(b: +)2/, '$13'));
      assert.equal(editYaml(inside, [{ path: ['spec', 'map'], value: { a: 'one', b: 2 } }]), text);
    });
    fc.assert(sample, runs);
  });

  it('that adds a key and removes it again leaves the same bytes', () => {
    const sample = fc.property(styles, newValues, (style, value) => {
      const text = documentOf(style);
      for (const path of [
        ['spec', 'new'],
        ['spec', 'map', 'new'],
      ] as const) {
        const added = editYaml(text, [{ path: [...path], value }]);
        const at = commonPrefix(text, added);
        // One piece was inserted, and nothing else changed.
        assert.equal(added.slice(0, at) + added.slice(at + added.length - text.length), text);
        const back = editYaml(added, [{ path: [...path], value: undefined }]);
        // A last line without a line break gets one, which is all that stays.
        assert.equal(back.trimEnd(), text.trimEnd());
      }
    });
    fc.assert(sample, runs);
  });

  it('of several keys at once equals one after the other', () => {
    const sample = fc.property(styles, newValues, newValues, (style, one, other) => {
      const text = documentOf(style);
      const both = [
        { path: ['spec', 'scalar'] as [string, string], value: one },
        { path: ['spec', 'added'] as [string, string], value: other },
      ];
      const after = both.reduce((so, edit) => editYaml(so, [edit]), text);
      assert.equal(editYaml(text, both), after);
    });
    fc.assert(sample, runs);
  });

  it('that another one conflicts with is made after it, and the rest stays as it was', () => {
    const both = ['a', 'b'].map((key): YamlEdit => ({ path: ['spec', key], value: 1 }));
    assert.equal(editYaml('spec: {}   # why\n', both), 'spec: {a: 1, b: 1}   # why\n');
  });

  it('that changes nothing returns the text itself', () => {
    const sample = fc.property(styles, (style) => {
      const text = documentOf(style);
      const { spec } = parse(text) as { spec: Record<string, unknown> };
      const same = Object.entries(spec).map(([key, value]) => ({
        path: ['spec', key] as [string, string],
        value,
      }));
      assert.equal(editYaml(text, [...same, { path: ['spec', 'none'], value: undefined }]), text);
    });
    fc.assert(sample, runs);
  });
});

function commonPrefix(a: string, b: string): number {
  let length = 0;
  for (; length < a.length && a[length] === b[length]; length += 1);
  return length;
}
