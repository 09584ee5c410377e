/** What a commit changed in an agent's file or record, field by field, in short texts. */
import type { AgentFile } from '../agent/agent.ts';
import { firstProblemText } from '../agent/document.ts';
import type { AgentRecord } from '../fleet/recorded.ts';
import { isolationText } from '../fleet/recorded-isolation.ts';
import type { RecordedRefund } from '../fleet/refunds.ts';
import { compareText } from '../fleet/world.ts';
import { moneyText } from '../text/money.ts';

/** null: the field was not there, or is gone */
export type Difference = {
  readonly field: string;
  readonly from: string | null;
  readonly to: string | null;
};

export function fileDifferences(
  before: AgentFile | null,
  after: AgentFile | null,
): readonly Difference[] {
  if (after?.kind === 'invalid')
    return [{ field: 'file', from: null, to: `invalid: ${firstProblemText(after.problems)}` }];
  return between(fileFields(before), fileFields(after));
}

type Fields = ReadonlyMap<string, string>;

function fileFields(file: AgentFile | null): Fields {
  if (file === null || file.kind === 'invalid') return new Map();
  const fields = new Map<string, string>();
  for (const [name, value] of Object.entries(file.agent.spec)) addField(fields, name, value);
  return fields;
}

/** Objects by their fields; a list is one value. */
function addField(fields: Map<string, string>, name: string, value: unknown): void {
  if (value === undefined) return;
  if (typeof value !== 'object' || value === null) fields.set(name, String(value));
  else if (Array.isArray(value)) fields.set(name, value.map(String).join(', ') || 'none');
  else for (const [key, part] of Object.entries(value)) addField(fields, `${name}.${key}`, part);
}

function between(before: Fields, after: Fields): readonly Difference[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((field) => ({
      field,
      from: before.get(field) ?? null,
      to: after.get(field) ?? null,
    }))
    .filter(({ from, to }) => from !== to);
}

/**
 * Without the lease, its steps and the attempts, which are the work of leases, and without what only the
 * program reads: the file's oid, nonces and host keys.
 */
export function recordDifferences(
  before: AgentRecord | null,
  after: AgentRecord | null,
): readonly Difference[] {
  return [
    ...between(recordFields(before), recordFields(after)),
    ...added('destroyed', before, after, destroyedTexts),
    ...added('receipt', before, after, (record) => record.receipts),
  ];
}

function recordFields(record: AgentRecord | null): Fields {
  if (record === null) return new Map();
  const { phase, server, chosen, configured, tailnet, cost, ending, atStripe, gone } = record;
  const { refunds = [] } = record;
  const fields = new Map<string, string>([['phase', phase]]);
  const set = (name: string, value: string | undefined) => {
    if (value !== undefined) fields.set(name, value);
  };
  set(
    'chosen',
    chosen &&
      `plan ${chosen.plan}, ${chosen.serverType} in ${chosen.location}, ${chosen.image}, ` +
        `revision ${chosen.revision}`,
  );
  set(
    'server',
    server && [server.id, ...(server.ipv4 === undefined ? [] : [server.ipv4])].join(' '),
  );
  set('power', server?.power);
  set('isolation', isolationText(server));
  set(
    'configured',
    configured && `roles ${configured.roleVersion}, ${configured.configHash.slice(0, 12)}`,
  );
  set(
    'tailnet',
    tailnet && [...(tailnet.name === undefined ? [] : [tailnet.name]), tailnet.address].join(' '),
  );
  set('cost', cost && `${cost.monthly.toFixed(2)} ${cost.currency} a month`);
  set('ending', ending && `${ending.change}, first seen ${ending.seen}`);
  for (const refund of refunds)
    set(`refund ${refund.cause}/${refund.revision}`, refundText(refund));
  set('atStripe', atStripe?.message);
  set('gone', gone);
  for (const [kind, { of, state, reason }] of Object.entries(record.mails ?? {}))
    fields.set(`mail ${kind}`, `${state}${reason === undefined ? '' : ` (${reason})`}: ${of}`);
  for (const { type, status, reason, message } of record.conditions)
    if (status !== 'False') fields.set(`condition ${type}`, `${reason}: ${message}`);
  return fields;
}

function refundText({ state, amount, currency, reason }: RecordedRefund): string {
  const money = amount === undefined ? '' : `, ${moneyText(amount, currency ?? '')}`;
  return `${state}${money}${reason === undefined ? '' : `, ${reason}`}`;
}

function destroyedTexts({ destroyed }: AgentRecord): readonly string[] {
  return destroyed.map(({ at, server, kind, approval }) => {
    const by = approval === undefined ? '' : `, approved by ${approval}`;
    return `server ${server} at ${at}, ${kind}${by}`;
  });
}

/** The new ones of a list that only grows; its oldest entries are dropped. */
function added(
  field: string,
  before: AgentRecord | null,
  after: AgentRecord | null,
  textsOf: (record: AgentRecord) => readonly string[],
): readonly Difference[] {
  const known = new Set(before === null ? [] : textsOf(before));
  const now = after === null ? [] : textsOf(after);
  return now.filter((text) => !known.has(text)).map((to) => ({ field, from: null, to }));
}

/** Both, one after the other, by field: from the first value of each to its last. */
export function joined(
  first: readonly Difference[],
  then: readonly Difference[],
): readonly Difference[] {
  const all = [...first];
  for (const next of then) {
    const place = all.findLastIndex(({ field, to }) => field === next.field && to === next.from);
    const earlier = all[place];
    // Entries of a list that grows begin at nothing, and continue none.
    if (earlier === undefined || earlier.to === null) all.push(next);
    else all[place] = { ...next, from: earlier.from };
  }
  return all.filter(({ from, to }) => from !== to).sort((a, b) => compareText(a.field, b.field));
}
