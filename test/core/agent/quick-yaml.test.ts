/** The quick parser reads the same as the full parser, or leaves the text to it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { parse } from 'yaml';
import { agentExample, renderAgent } from '../../../reconciler/core/agent/agent-file.ts';
import { quickYaml } from '../../../reconciler/core/agent/quick-yaml.ts';
import { renderRecord } from '../../../reconciler/core/fleet/record-file.ts';
import { newRecord } from '../../../reconciler/core/fleet/recorded.ts';
import { agentNo, at, idNo } from '../../builders/world.ts';

/** By the full YAML parser, as files are read. */
function long(text: string): unknown {
  return parse(text, { version: '1.2', schema: 'core', uniqueKeys: true });
}

function agrees(text: string): void {
  assert.deepEqual(quickYaml(text)?.value, long(text));
}

/** What may follow a colon, plain or not. */
const scalars = [
  'b',
  'b c',
  'on',
  'no',
  'y',
  '1',
  '01',
  '1.5',
  '1.50',
  '0',
  '1e3',
  'e1',
  '1a',
  '1e',
  '0x1',
  '00f1e2',
  '01e2',
  '0b1',
  '0_1',
  '09ab.5',
  'true',
  'false',
  '"x: y"',
  '""',
  '"a # b"',
  "it's",
  'a,b',
  'a, b',
  'a:b',
  'a: b',
  'a #b',
  'a# b',
  '-',
  '- a',
  '[a, b]',
  '[]',
  '{}',
  '{a: b, c: [1, "2"]}',
  '{a: }',
  '{a}',
  '[a b, c]',
  '2026-01-01T00:00:00Z',
  '2026-01-01',
  '1.2.3.4',
  '::1',
  '@a',
  '%a',
  '?a',
  '!a',
  '&a',
  '*a',
  '|',
  '>',
  'a|b',
  'a > b',
  'a | b',
  'b & c',
  'x! y *',
  '50 % of `a`',
  '`a`',
  '"`a`: 5 % > 4"',
  '"a > b" c',
  "'a & b'",
  'sha1:ab',
  '.inf',
  '.5',
  '5.',
  '+1',
  '1_000',
  '12e03',
  '0o7',
  'null',
  '~',
  'a  b',
  'a (b); c=d',
  '"a" b',
  '[a]b',
  '{a: b}}',
  '[[a], [b]]',
  '"\\"',
  'a"b',
  "'a'",
] as const;

describe('the quick parser', () => {
  test('reads what this program writes', () => {
    agrees(agentExample);
    agrees(renderAgent(agentNo(1)));
    const hold = { reason: 'hands off', since: at(-1), until: at(60) };
    agrees(renderAgent(agentNo(2, { hold, config: { channels: ['slack', 'web'] } })));
    agrees(
      renderRecord({
        ...newRecord(idNo(1), 'sub_1', 'cus_1'),
        observedOid: '0f'.repeat(20),
        server: { id: '42', nonce: 'n234567890123456', created: at(-5), power: 'on' },
        hostKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI+/x=',
        cost: { monthly: 5.5, currency: 'EUR' },
        timings: [
          { step: 'lease', at: at(-5) },
          { step: 'vm', at: at(-4) },
        ],
        receipts: ['gave-up/1'],
      }),
    );
  });

  const doubtful: readonly (readonly [string, string])[] = [
    ['an anchor', 'a: &x b\n'],
    ['an alias', 'a: *x\n'],
    ['a tag', 'a: !!str b\n'],
    ['a text of several lines', 'a: |\n  b\n  c\n'],
    ['a key twice', 'a: 1\na: 2\n'],
    ['a key twice on one line', 'a: {b: 1, b: 2}\n'],
    ['a key twice in an item', 'a:\n  - b: 1\n    b: 2\n'],
    ['a key of the prototype', '__proto__: {a: 1}\n'],
    ['a document mark', '---\na: b\n'],
    ['two documents', 'a: b\n---\na: c\n'],
    ['a text of several lines in a list', '- >\n  b\n'],
    ['a tag in brackets', 'a: [b, !c d]\n'],
    ['a tag in braces', 'a: {b: !c d}\n'],
    ['a sign that continues below', 'a: b\n  & c\n'],
    ['a directive', '%YAML 1.2\n'],
    ['a marked key', '? a\n: b\n'],
    ['an empty key', ': b\n'],
    ['an empty key with nothing in brackets', 'a: [1, :]\n'],
    ['an empty key in brackets', 'a: {: b}\n'],
    ['a key that is null', '~: b\n'],
    ['a key that is the word null', 'a:\n  null: b\n'],
    ['a tab', 'a:\n\tb: c\n'],
    ['a carriage return', 'a: b\r\n'],
    ['a number in another base', 'a: 0x1f\n'],
    ['a number with an exponent', 'a: 1e5\n'],
    ['a number that begins with a zero', 'a: 012\n'],
    ['a negative number', 'a: -1\n'],
    ['a colon at the end', 'a: b:\n'],
    ['a colon inside', 'a: b: c\n'],
    ['an open bracket', 'a: {b: c\n'],
    ['something behind a bracket', 'a: [b] c\n'],
    ['letters that are not ASCII', 'a: é\n'],
    ['no text', ''],
    ['a map that is indented less', 'a:\n    b: 1\n  c: 2\n'],
  ];
  for (const [what, text] of doubtful) {
    test(`leaves to the full parser: ${what}`, () => assert.equal(quickYaml(text), null));
  }

  const same: readonly (readonly [string, string])[] = [
    ['a comment behind a value', 'a: b # c\n'],
    ['a text that continues below', 'a: b\n  c\n'],
    ['a quoted text with an escape', 'a: "b\\n"\n'],
    ['a text in single quotes', "a: 'b'\n"],
    ['nothing', 'a:\n'],
    ['a null', 'a: null\n'],
    ['a tilde', 'a: ~\n'],
    ['a word that is true elsewhere', 'a: True\n'],
    ['a comma at the end', 'a: [b,]\n'],
    ['a hash that begins with zeros', 'a: 00c9f2d4\n'],
    ['signs inside of a text', 'a: 5 % of `b` > c & d | e! *\n'],
    ['signs inside of a quoted text', 'a: "the `b` of c: 5 % > 4"\n'],
    ['a list at the top', '- a\n'],
    ['a text at the top', 'a\n'],
  ];
  for (const [what, text] of same) {
    test(`reads as the full parser does: ${what}`, () => agrees(text));
  }

  test('reads any value in any place as the full parser does', () => {
    let read = 0;
    for (const scalar of scalars) {
      const places = [
        `a: ${scalar}`,
        `a:\n  - ${scalar}`,
        `a: {b: ${scalar}}`,
        `a: [c, ${scalar}]`,
      ];
      for (const text of places) {
        if (quickYaml(`${text}\n`) === null) continue;
        read += 1;
        agrees(`${text}\n`);
      }
    }
    assert.ok(read > 80, `only ${read} of them were read at all`);
  });

  test('reads any shape as the full parser does', () => {
    const scalar = fc.constantFrom(
      'b',
      'b c',
      '1',
      '[]',
      '{a: b, c: [1]}',
      '"x"',
      'on',
      '- a',
      'a: b',
      'b > c | d & e',
      '"5 % > `a`"',
      '{a: b! *c}',
    );
    const key = fc.constantFrom('a', 'b', 'cD', 'e-f', 'g_1', 'constructor');
    const indent = fc.constantFrom('', '', '  ', '  ', '    ', ' ');
    const line = fc.oneof(
      fc.tuple(indent, key, scalar).map(([pad, name, value]) => `${pad}${name}: ${value}`),
      fc.tuple(indent, key).map(([pad, name]) => `${pad}${name}:`),
      fc.tuple(indent, scalar).map(([pad, value]) => `${pad}- ${value}`),
      fc.tuple(indent, key, scalar).map(([pad, name, value]) => `${pad}- ${name}: ${value}`),
      fc.constantFrom('', '# a: b', '  # c'),
    );
    let read = 0;
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 6 }), (lines) => {
        const text = `${lines.join('\n')}\n`;
        const plain = quickYaml(text);
        if (plain === null) return;
        read += 1;
        assert.deepEqual(plain.value, long(text), text);
      }),
      { numRuns: 40_000, seed: 6 },
    );
    assert.ok(read > 1000, `only ${read} texts were read at all`);
  });
});
