/**
 * Applies a command to an agent's file: the new text, or a refusal.
 *
 * | command | file | result |
 * |---|---|---|
 * | start, stop | power as requested already | unchanged |
 * | | otherwise | power |
 * | retry | its revision was given up, and no server is recorded as running | next revision |
 * | | otherwise | unchanged: attempts continue automatically |
 * | reprovision | confirmed | next revision |
 * | region | another one that is sold, confirmed | region, next revision |
 * | | its own, but its server is elsewhere; confirmed | next revision |
 * | config | other settings | the settings, checked by the schema |
 * | isolate | not isolated, or for another reason | isolated |
 * | release | isolated | the isolation is removed |
 * | cancel | not ended | tombstone by the customer |
 * | retire | no tombstone, or one that depends on payments | tombstone by a person |
 * | restore | tombstone, suspended for longer than the policy allows, no hold | refused |
 * | | tombstone, nothing destroyed | the tombstone is removed |
 * | | tombstone, server destroyed | the tombstone is removed, next revision; reports the lost data |
 *
 * The next revision is higher than every one in file and record, so that none is used twice.
 * Retired or ended agents accept only `restore`, `cancel`, `retire`, `isolate` and `release`; an
 * invalid file accepts none.
 */

import type { Agent, AgentSpec } from '../agent/agent.ts';
import { parseAgentFile, withPeopleFields } from '../agent/agent-file.ts';
import { type Catalog, isSold } from '../agent/catalog.ts';
import { canonicalJson } from '../agent/digest.ts';
import { explainProblems, type FileText } from '../agent/document.ts';
import { heldUntilMs } from '../agent/hold.ts';
import { impossible } from '../failure.ts';
import { isGivenUp } from '../fleet/receipts.ts';
import type { AgentRecord } from '../fleet/recorded.ts';
import { nextRevision } from '../fleet/revisions.ts';
import { serverIsLost } from '../fleet/server-facts.ts';
import { isoOf } from '../text/time.ts';
import {
  type CommandDecision,
  type CommandInput,
  type FieldChange,
  refused,
  unchanged,
} from './command-decision.ts';
import { cancel, restore, retire } from './command-ending.ts';
import { type Command, confirmation, type FieldProblem } from './command-request.ts';
import { patched } from './config-patch.ts';
import { lossOf } from './loss.ts';

export function decideCommand(input: CommandInput): CommandDecision {
  const parsed = parseAgentFile(input.file);
  if (parsed.kind === 'invalid')
    return refused('Frozen', `its file is invalid:\n${explainProblems(parsed.problems)}`);
  const { spec } = parsed.agent;
  const fieldChange = mayNot(spec, input.command) ?? fieldChangeOf(input, spec);
  if (fieldChange.kind !== 'fields') return fieldChange;
  const text = withPeopleFields(input.file.text, fieldChange.fields);
  const problems = problemsOf(input.file, text);
  if (problems.length > 0)
    return refused('InvalidInput', 'it would make the file invalid', { problems });
  const { subject, lost = null } = fieldChange;
  const notes = [...(fieldChange.notes ?? []), ...commonNotes(input, parsed.agent)];
  return { kind: 'write', text, subject, lost, notes };
}

const forRetired: ReadonlySet<Command['command']> = new Set([
  'restore',
  'cancel',
  'retire',
  'isolate',
  'release',
]);

function mayNot({ access, retired }: AgentSpec, { command }: Command): FieldChange | null {
  if (forRetired.has(command)) return null;
  if (access.state === 'ended')
    return refused('Ended', `its subscription has ended, at ${access.since}`);
  if (retired === undefined) return null;
  return refused('Retired', `it is retired, since ${retired.at}; restore it first`);
}

function fieldChangeOf(input: CommandInput, spec: AgentSpec): FieldChange {
  const { command } = input;
  switch (command.command) {
    case 'start':
      return power(spec, 'running');
    case 'stop':
      return power(spec, 'stopped');
    case 'retry':
      return retry(input, spec);
    case 'reprovision':
      return reprovision(input, spec, command.confirmed);
    case 'region':
      return move(input, spec, command);
    case 'config':
      return configure(spec, command.config);
    case 'isolate':
      return isolate(input, spec);
    case 'release':
      return release(spec);
    case 'cancel':
      return cancel(input, spec);
    case 'retire':
      return retire(input, spec);
    case 'restore':
      return restore(input, spec);
    default:
      return impossible(command);
  }
}

function power(spec: AgentSpec, wanted: AgentSpec['power']): FieldChange {
  const word = wanted === 'running' ? 'on' : 'off';
  if (spec.power === wanted) return unchanged(`it is switched ${word} already`);
  return { kind: 'fields', fields: { power: wanted }, subject: `switched ${word}` };
}

function isolate({ nowMs, command }: CommandInput, { isolated }: AgentSpec): FieldChange {
  const reason = command.reason ?? 'isolated by an operator';
  if (isolated?.reason === reason || (isolated !== undefined && command.reason === null))
    return unchanged(`it is isolated since ${isolated.since}`);
  const since = isolated?.since ?? isoOf(nowMs);
  return { kind: 'fields', fields: { isolated: { reason, since } }, subject: 'isolated' };
}

function release({ isolated }: AgentSpec): FieldChange {
  if (isolated === undefined) return unchanged('it is not isolated');
  return { kind: 'fields', fields: { isolated: undefined }, subject: 'released from isolation' };
}

function retry({ record }: CommandInput, spec: AgentSpec): FieldChange {
  // After a revert the file may have a revision that was given up while a later one runs. A server
  // that never ran does not count: nothing observes it after a give-up.
  if (record?.server !== undefined && record.everRunning && !serverIsLost(record))
    return unchanged(`server ${record.server.id} is there; \`reprovision\` makes a fresh VM`);
  if (record === null || !isGivenUp(record, spec.revision))
    return unchanged('it was not given up; attempts continue automatically');
  const revision = nextRevision(spec.revision, record);
  return { kind: 'fields', fields: { revision }, subject: `tried again as revision ${revision}` };
}

function reprovision({ record }: CommandInput, spec: AgentSpec, confirmed: boolean): FieldChange {
  const lost = lossOf(record);
  if (!confirmed) return unconfirmed(lost);
  const revision = nextRevision(spec.revision, record);
  const subject = `a fresh VM as revision ${revision}`;
  return { kind: 'fields', fields: { revision }, subject, lost };
}

function move(
  { record, catalog }: CommandInput,
  spec: AgentSpec,
  { region, confirmed }: { readonly region: string; readonly confirmed: boolean },
): FieldChange {
  const elsewhere = placeElsewhere(spec, record, catalog);
  if (spec.region === region && elsewhere === null) return unchanged(`it is in ${region} already`);
  if (!Object.hasOwn(catalog.regions, region) || !isSold(catalog, spec.plan, region)) {
    const sold = Object.keys(catalog.regions).filter((one) => isSold(catalog, spec.plan, one));
    const message = `plan ${spec.plan} is not sold in ${region}, but in ${sold.sort().join(', ')}`;
    return refused('NotSold', message, { problems: [{ field: 'region', message }] });
  }
  const lost = lossOf(record);
  if (!confirmed) return unconfirmed(lost);
  const revision = nextRevision(spec.revision, record);
  const from = spec.region === region ? ` from ${elsewhere}, where it was made` : '';
  const subject = `moved to ${region}${from}, as revision ${revision}`;
  return { kind: 'fields', fields: { region, revision }, subject, lost };
}

/**
 * The location of the server, or the one chosen for this revision, if it is not in the file's
 * region; null otherwise. This happens if a move is reverted after it was carried out.
 */
function placeElsewhere(
  { region, revision }: AgentSpec,
  record: AgentRecord | null,
  { regions }: Catalog,
): string | null {
  const chosen = record?.chosen;
  if (chosen === undefined) return null;
  const counts = record?.server !== undefined || chosen.revision === revision;
  const places = regions[region]?.locations ?? [];
  const there = chosen.region === region || places.includes(chosen.location);
  return counts && !there ? chosen.location : null;
}

function unconfirmed(lost: string | null): FieldChange {
  const what = lost ?? 'nothing, because it has no server yet';
  const message = `it takes away ${what}. Say confirm: "${confirmation}" to go on`;
  return refused('ConfirmationNeeded', message, { lost });
}

function configure(spec: AgentSpec, patch: Readonly<Record<string, unknown>>): FieldChange {
  const before = spec.config ?? {};
  const config = patched({ ...before }, patch);
  if (canonicalJson(config) === canonicalJson(before)) return unchanged('it has these settings');
  const names = Object.keys(patch).filter((name) => /^[A-Za-z]{1,40}$/.test(name));
  const empty = Object.keys(config).length === 0;
  const fields = { config: empty ? undefined : (config as AgentSpec['config']) };
  return { kind: 'fields', fields, subject: `configured ${names.sort().join(', ')}` };
}

function commonNotes({ policy, nowMs, command }: CommandInput, { spec }: Agent): readonly string[] {
  const held = heldUntilMs(spec, policy, nowMs);
  return [
    ...(held === null ? [] : [`nothing happens before its hold ends, at ${isoOf(held)}`]),
    ...(spec.access.state === 'suspended' && command.command === 'start'
      ? ['its access is suspended: it starts once it is granted again']
      : []),
  ];
}

function problemsOf(file: FileText, text: string): readonly FieldProblem[] {
  const parsed = parseAgentFile({ ...file, text });
  if (parsed.kind === 'valid') return [];
  return parsed.problems.map(({ field, message }) => ({
    field: field.replace(/^spec\./, ''),
    message,
  }));
}
