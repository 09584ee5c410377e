/** A record of branch `status`: text to a checked value and back, with its keys in a fixed order. */
import { stringify } from 'yaml';
import { type AgentId, agentIdOfPath, agentPath } from '../agent/agent.ts';
import { explainProblems, parseYaml } from '../agent/document.ts';
import { Failure } from '../failure.ts';
import { cut } from '../text/cut.ts';
import type { AgentRecord, RecordFile } from './recorded.ts';

/**
 * Every field, in the order in which a person wants to read it: who, what now, why, and the past last.
 */
const fields: Readonly<Record<keyof AgentRecord, true>> = {
  apiVersion: true,
  kind: true,
  name: true,
  subscription: true,
  customer: true,
  phase: true,
  phaseSince: true,
  observedOid: true,
  conditions: true,
  lease: true,
  ending: true,
  server: true,
  hostKey: true,
  chosen: true,
  creates: true,
  configured: true,
  tailnet: true,
  everRunning: true,
  cost: true,
  timings: true,
  attempts: true,
  destroyed: true,
  receipts: true,
  atStripe: true,
  gone: true,
};
const keyOrder = Object.keys(fields) as readonly (keyof AgentRecord)[];

export function parseRecordFile(file: {
  readonly path: string;
  readonly text: string;
}): RecordFile {
  const id = agentIdOfPath(file.path);
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
  return { kind: 'valid', id, path: file.path, record: parsed.value };
}

/**
 * The record that a file of branch `status` holds. One that cannot be read is a Failure: writing over
 * it could forget a server, and an agent that runs would be shown as queued.
 */
export function recordIn(agent: AgentId, text: string): AgentRecord {
  const parsed = parseRecordFile({ path: agentPath(agent), text });
  if (parsed.kind === 'valid') return parsed.record;
  const message = `the record of ${agent} cannot be read: ${parsed.why}`;
  throw new Failure('UnexpectedAnswer', message, { errorClass: 'stalled', scope: 'agent' });
}

/**
 * Texts for people alone are as long as the schema lets them be; most records have none that is longer.
 */
export function withTextsCut(record: AgentRecord): AgentRecord {
  const { conditions, attempts, atStripe } = record;
  const fits = (message: string | undefined) =>
    message === undefined || cut(message, messageMax) === message;
  const fit =
    conditions.every(({ message }) => fits(message)) &&
    attempts.every(({ message }) => fits(message)) &&
    fits(atStripe?.message);
  if (fit) return record;
  return {
    ...record,
    conditions: conditions.map(withMessageCut),
    attempts: attempts.map(withMessageCut),
    ...(atStripe === undefined ? {} : { atStripe: withMessageCut(atStripe) }),
  };
}

function withMessageCut<Some extends { readonly message?: string }>(some: Some): Some {
  return some.message === undefined ? some : { ...some, message: cut(some.message, messageMax) };
}

const messageMax = 1000;

export function renderRecord(record: AgentRecord): string {
  const ordered = Object.fromEntries(
    keyOrder.flatMap((key) => (record[key] === undefined ? [] : [[key, record[key]]])),
  );
  // A value that stands twice is written twice: an alias is refused by the readers.
  return stringify(ordered, { lineWidth: 0, aliasDuplicateObjects: false });
}
