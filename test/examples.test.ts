/** Examples that people can copy are parsed. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { agentPath } from '../reconciler/core/agent/agent.ts';
import { agentExample, parseAgentFile, renderAgent } from '../reconciler/core/agent/agent-file.ts';
import { catalogExample, parseCatalog } from '../reconciler/core/agent/catalog.ts';
import {
  parseApprovalFile,
  parseOrphanFile,
  renderApprovalFile,
  renderOrphanFile,
} from '../reconciler/core/agent/decision-file.ts';
import { parsePolicy, policyExample } from '../reconciler/core/agent/policy.ts';
import { orphansBody } from '../reconciler/core/orphans/report.ts';
import { agentNo, at, idNo } from './builders/world.ts';

const textOf = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const oid = '0'.repeat(40);

function assertAgent(text: string): void {
  const file = parseAgentFile({ path: agentPath(idNo(1)), oid, text });
  assert.equal(file.kind, 'valid', JSON.stringify(file));
}

function assertOrphan(text: string, decision: unknown): void {
  const parsed = parseOrphanFile({ path: 'orphans/server-1.yaml', oid, text });
  assert.ok(parsed.ok, JSON.stringify(parsed));
  assert.deepEqual(parsed.value.decision, decision);
}

/** Comments of that form, without the comment sign. */
function examplesIn(text: string, form: RegExp): readonly string[] {
  const found = text.split('\n').flatMap((line) => form.exec(line)?.[1] ?? []);
  assert.ok(found.length > 0, 'there are examples');
  return found;
}

const resource = {
  kind: 'server' as const,
  id: '4711',
  name: 'stray',
  seen: at(0),
  why: 'no file and no record is of it',
};
const orphan = renderOrphanFile({
  apiVersion: 'aura.dev/v1',
  kind: 'Orphan',
  resource,
  decision: 'undecided',
});
const decided = ['destroy', 'adopt', { keep: { until: '2026-12-22T12:00:00Z' } }];

describe('an example that can be copied', () => {
  it('of each file that `validate` shows one of', () => {
    assert.ok(parseCatalog(catalogExample).ok);
    assert.ok(parsePolicy(policyExample).ok);
    const path = 'agents/e/b/agt-ebatfk893tq6.yaml';
    assert.equal(parseAgentFile({ path, oid, text: agentExample }).kind, 'valid');
  });

  it('in a new agent’s file: what people may add', () => {
    const text = renderAgent(agentNo(1));
    const examples = examplesIn(text, /^ {2}# {3}([a-z]+: .*)$/);
    assert.deepEqual(
      examples.map((one) => one.split(':')[0]),
      ['hold', 'retired'],
    );
    for (const example of examples) {
      assertAgent(`${text}  ${example}\n`);
      assertAgent(text.replace(`  #   ${example}`, `  ${example}`));
    }
  });

  it('in an orphan’s file: each decision, in the place of the last line', () => {
    const examples = examplesIn(orphan, /^# {3}(decision: .*)$/);
    for (const [place, example] of examples.entries())
      assertOrphan(orphan.replace(/^decision: undecided$/m, example), decided[place]);
    assert.equal(orphan.trimEnd().split('\n').at(-1), 'decision: undecided');
  });

  it('in the pull request about orphans, the same', () => {
    const body = orphansBody([{ ...resource }]);
    const examples = [...body.matchAll(/^- `(decision: .*)`: /gm)].map(([, one]) => one ?? '');
    assert.equal(examples.length, decided.length);
    for (const [place, example] of examples.entries())
      assertOrphan(orphan.replace('decision: undecided', example), decided[place]);
  });

  it('in an approval’s file: one without the lines of an entry', () => {
    const entry = (n: number) =>
      ({ agent: idNo(n), server: String(n), file: oid, change: 'retire' }) as const;
    const text = renderApprovalFile({
      apiVersion: 'aura.dev/v1',
      kind: 'Approval',
      entries: [entry(1), entry(2), entry(3)],
    });
    const without = text.replace(/^ {2}- agent: .*\n(?: {4}.*\n)*?(?= {2}- )/m, '');
    const parsed = parseApprovalFile({ path: 'approvals/a.yaml', oid, text: without });
    assert.ok(parsed.ok, JSON.stringify(parsed));
    assert.deepEqual(parsed.value.entries, [entry(2), entry(3)]);
  });

  it('in the template: what is commented out, each part and all of it', () => {
    const policy = textOf('desired-state/policy.yaml');
    const parts = policy.split('\n\n').filter((part) => /^# [a-zA-Z]+:/m.test(part));
    assert.ok(parts.length > 4);
    const shown = (part: string) =>
      part.replaceAll(/^# (?=[a-zA-Z]+:(?: |$)| {2}[a-zA-Z]+:)/gm, '');
    for (const part of [...parts, policy]) {
      const text = part === policy ? shown(policy) : `${policy}\n${shown(part)}\n`;
      const parsed = parsePolicy(text);
      assert.ok(parsed.ok, JSON.stringify(parsed));
    }
    assert.ok(parseCatalog(textOf('desired-state/catalog.yaml')).ok);
  });

  it('on the pages for people', () => {
    const readme = textOf('desired-state/README.md');
    const blocks = [...readme.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(
      ([, text]) => text ?? '',
    );
    assert.equal(blocks.length, 1);
    for (const line of blocks.join('').trimEnd().split('\n'))
      assertAgent(`${renderAgent(agentNo(1))}  ${line}\n`);
    const guide = textOf('docs/guide/orphans-and-approvals.md');
    const rows = [...guide.matchAll(/^\| `(undecided|destroy|adopt|\{keep: .*?)` \| /gm)];
    assert.equal(rows.length, 4);
    for (const [, answer = ''] of rows)
      assertOrphan(orphan.replace('decision: undecided', `decision: ${answer}`), parse(answer));
  });
});
