/** A record of branch `status`: text to a checked value and back, with its keys in a fixed order. */
import { stringify } from 'yaml';
import { agentIdOfPath } from '../desired/agent.ts';
import { explainProblems, parsePlain, parseYaml } from '../desired/document.ts';
import type { AgentRecord, RecordFile } from './recorded.ts';
import { recordId } from './recorded.ts';

/** The order in which a person wants to read it: who, what now, why, and the past last. */
const keyOrder: readonly (keyof AgentRecord)[] = [
  'apiVersion',
  'kind',
  'name',
  'subscription',
  'customer',
  'phase',
  'phaseSince',
  'observedOid',
  'conditions',
  'claim',
  'server',
  'hostKey',
  'chosen',
  'configured',
  'tailnet',
  'everRunning',
  'cost',
  'timings',
  'attempts',
  'destroyed',
  'told',
  'gone',
];

export function parseRecordFile(file: {
  readonly path: string;
  readonly text: string;
}): RecordFile {
  const id = agentIdOfPath(file.path);
  const plain = parsePlain('status', file.text);
  if (plain !== null && id !== null && plain.name === id)
    return { kind: 'valid', id, path: file.path, record: plain };
  const parsed = parseYaml('status', file);
  if (!parsed.ok)
    return { kind: 'invalid', id, path: file.path, why: explainProblems(parsed.problems) };
  if (id === null || parsed.value.name !== id) {
    return {
      kind: 'invalid',
      id,
      path: file.path,
      why: `${file.path}: holds the record of ${parsed.value.name}`,
    };
  }
  return { kind: 'valid', id: recordId(parsed.value), path: file.path, record: parsed.value };
}

export function renderRecord(record: AgentRecord): string {
  const ordered = Object.fromEntries(
    keyOrder.flatMap((key) => (record[key] === undefined ? [] : [[key, record[key]]])),
  );
  return stringify(ordered, { lineWidth: 0 });
}
