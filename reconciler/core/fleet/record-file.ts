/** Parses and renders a record of branch `status`, with its keys in a fixed order. */
import { stringify } from 'yaml';
import { type AgentId, agentIdOfPath, agentPath } from '../agent/agent.ts';
import { explainProblems, parseYaml } from '../agent/document.ts';
import { Failure } from '../failure.ts';
import { cut } from '../text/cut.ts';
import type { AgentRecord, RecordFile } from './recorded.ts';

/** Every field in the order of the file: identity, present state, reasons, and history last. */
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
  nextHostKey: true,
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
  refunds: true,
  mails: true,
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
 * The record in a file of branch `status`. A record that cannot be read is a Failure: overwriting
 * it could lose a server, and a running agent would be shown as queued.
 */
export function recordIn(agent: AgentId, text: string): AgentRecord {
  return readable(agent, parseRecordFile({ path: agentPath(agent), text }));
}

/** The same of a parsed file; null where there is none. */
export function recordOf(agent: AgentId, file: RecordFile | undefined): AgentRecord | null {
  return file === undefined ? null : readable(agent, file);
}

function readable(agent: AgentId, file: RecordFile): AgentRecord {
  if (file.kind === 'valid') return file.record;
  const message = `the record of ${agent} cannot be read: ${file.why}`;
  throw new Failure('UnexpectedAnswer', message, { errorClass: 'stalled', scope: 'agent' });
}

/** Cuts messages to the length that the schema allows; most records need no change. */
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
  // No aliases: the parser refuses them.
  return stringify(ordered, { lineWidth: 0, aliasDuplicateObjects: false });
}
