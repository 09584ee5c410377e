/** The message about an unreadable file: every error, and its place. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { agentExample } from '../../../reconciler/core/agent/agent-file.ts';
import { explainProblems, parseYaml } from '../../../reconciler/core/agent/document.ts';
import { policyExample } from '../../../reconciler/core/agent/policy.ts';

function problemsOf(text: string): readonly string[] {
  const parsed = parseYaml('policy', { path: 'policy.yaml', text });
  assert.ok(!parsed.ok, 'it is refused');
  return explainProblems(parsed.problems).split('\n');
}

describe('a file with mistakes', () => {
  it('names all of them with line, column and field, and shows a valid example', (t) => {
    const text = `apiVersion: aura.dev/v2
kind: Agent
metadata: {name: agent-7, createdAt: yesterday}
spec:
  subscription: "\${file('/etc/passwd')}"
  customer: cus_Q2Example
  access:
    state: paid
    since: "2026-11-22T05:00:00Z"
    issues: [PlanUnknown, PlanUnknown]
  region: Europe
  power: 1
  revision: 0
  colour: blue
`;
    const parsed = parseYaml('agent', { path: 'agents/7/m/agt-7m2k9q4xw3td.yaml', text });
    assert.ok(!parsed.ok);
    t.assert.snapshot(explainProblems(parsed.problems, agentExample), { serializers: [String] });
  });

  it('lists them in the order of its lines', () => {
    const parsed = parseYaml('agent', { path: 'a.yaml', text: 'spec: {}\nkind: 1\n' });
    assert.ok(!parsed.ok);
    const lines = parsed.problems.map((one) => one.line);
    assert.deepEqual(
      lines,
      [...lines].sort((a, b) => a - b),
    );
  });
});

describe('a file that is no such document', () => {
  it('no YAML: the line of the error', () => {
    assert.match(problemsOf('a: 1\nb: [1, 2\nc: 3\n').join('\n'), /^policy\.yaml:3:\d+: /m);
  });

  it('empty, a list, a text, two documents', () => {
    for (const text of ['', '# nothing\n', '- a\n', 'just words\n', 'a: 1\n---\nb: 2\n'])
      assert.ok(problemsOf(text).length > 0, JSON.stringify(text));
  });

  it('a key twice', () => {
    assert.match(
      problemsOf(`${policyExample}fleet: other\n`)[0] ?? '',
      /policy\.yaml:5:\d+: .*unique/,
    );
  });

  it('aliases, which could grow without bound', () => {
    const nested = ['a: &a [x, x]', 'b: &b [*a, *a]', 'c: [*b, *b]', ''].join('\n');
    assert.deepEqual(problemsOf(nested), ['policy.yaml: uses aliases, which are not allowed']);
  });

  it('a tag that asks for code or an unknown type', () => {
    assert.ok(problemsOf(`${policyExample}pause: !!js/function "x"\n`).length > 0);
  });

  it('larger than any real one', () => {
    const large = `${policyExample}# ${'x'.repeat(70_000)}\n`;
    assert.deepEqual(problemsOf(large), ['policy.yaml: is larger than 65536 bytes']);
  });

  it('names of the language’s own objects are fields like any other', () => {
    for (const key of ['__proto__', 'constructor', 'toString'])
      assert.match(problemsOf(`${policyExample}${key}: {x: 1}\n`).join(), /is not a known field/);
    assert.equal(({} as { x?: number }).x, undefined);
  });
});

describe('values', () => {
  it('follow YAML 1.2: no and off are words, and 010 is ten', () => {
    const parsed = parseYaml('policy', {
      path: 'policy.yaml',
      text: policyExample.replace('fleet: aura', 'fleet: no'),
    });
    assert.ok(parsed.ok);
    assert.equal(parsed.value.fleet, 'no');
  });
});
