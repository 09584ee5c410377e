/**
 * A command on an agent's file: the text that it makes of it, or why not.
 *
 * | command | file | what becomes of it |
 * |---|---|---|
 * | start, stop | power as wished already | unchanged |
 * | | otherwise | power |
 * | retry | its revision was given up | revision + 1 |
 * | | otherwise | unchanged: attempts go on by themselves |
 * | reprovision | confirmed | revision + 1 |
 * | region | another one that is sold, confirmed | region, revision + 1 |
 * | config | other settings | the settings, checked by the schema |
 * | cancel | not ended | tombstone by the customer |
 * | retire | no tombstone | tombstone by a person |
 * | restore | tombstone, nothing destroyed | the tombstone goes |
 * | | tombstone, server gone | the tombstone goes, revision + 1, and it says that the data is gone |
 *
 * Retired or ended agents take `restore`, `cancel` and `retire` alone. An invalid file takes nothing.
 */

import { isoOf } from '../billing/entitlement.ts';
import type { Agent, AgentSpec } from '../desired/agent.ts';
import { parseAgentFile, withPeopleFields } from '../desired/agent-file.ts';
import { isSold } from '../desired/catalog.ts';
import { canonicalJson } from '../desired/digest.ts';
import { explainProblems, type FileText } from '../desired/document.ts';
import { heldUntilMs } from '../desired/hold.ts';
import { impossible } from '../failure.ts';
import { giveUpPurpose } from '../plan/existence.ts';
import { cancel, restore, retire } from './command-ending.ts';
import { type Command, confirmation, type FieldProblem } from './command-request.ts';
import { patched } from './config-patch.ts';
import { lossOf } from './loss.ts';
import { type CommandDecision, type CommandInput, refused, unchanged, type Wish } from './wish.ts';

export function decideCommand(input: CommandInput): CommandDecision {
  const parsed = parseAgentFile(input.file);
  if (parsed.kind === 'invalid')
    return refused('Frozen', `its file is invalid:\n${explainProblems(parsed.problems)}`);
  const { spec } = parsed.agent;
  const wish = mayNot(spec, input.command) ?? wishOf(input, spec);
  if (wish.kind !== 'fields') return wish;
  const text = withPeopleFields(input.file.text, wish.fields);
  const problems = problemsOf(input.file, text);
  if (problems.length > 0)
    return refused('InvalidInput', 'it would make the file invalid', { problems });
  const { subject, lost = null } = wish;
  const notes = [...(wish.notes ?? []), ...commonNotes(input, parsed.agent)];
  return { kind: 'write', text, subject, lost, notes };
}

const forRetired: ReadonlySet<Command['command']> = new Set(['restore', 'cancel', 'retire']);

function mayNot({ access, retired }: AgentSpec, { command }: Command): Wish | null {
  if (forRetired.has(command)) return null;
  if (access.state === 'ended')
    return refused('Ended', `its subscription has ended, at ${access.since}`);
  if (retired === undefined) return null;
  return refused('Retired', `it is retired, since ${retired.at}; restore it first`);
}

function wishOf(input: CommandInput, spec: AgentSpec): Wish {
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

function power(spec: AgentSpec, wanted: AgentSpec['power']): Wish {
  const word = wanted === 'running' ? 'on' : 'off';
  if (spec.power === wanted) return unchanged(`it is switched ${word} already`);
  return { kind: 'fields', fields: { power: wanted }, subject: `switched ${word}` };
}

function retry({ record }: CommandInput, spec: AgentSpec): Wish {
  if (record?.told.includes(giveUpPurpose(spec.revision)) !== true)
    return unchanged('it was not given up; attempts go on by themselves');
  const revision = spec.revision + 1;
  return { kind: 'fields', fields: { revision }, subject: `tried again as revision ${revision}` };
}

function reprovision({ record }: CommandInput, spec: AgentSpec, confirmed: boolean): Wish {
  const lost = lossOf(record);
  if (!confirmed) return unconfirmed(lost);
  const revision = spec.revision + 1;
  const subject = `a fresh VM as revision ${revision}`;
  return { kind: 'fields', fields: { revision }, subject, lost };
}

function move(
  { record, catalog }: CommandInput,
  spec: AgentSpec,
  { region, confirmed }: { readonly region: string; readonly confirmed: boolean },
): Wish {
  if (spec.region === region) return unchanged(`it is in ${region} already`);
  if (!Object.hasOwn(catalog.regions, region) || !isSold(catalog, spec.plan, region)) {
    const sold = Object.keys(catalog.regions).filter((one) => isSold(catalog, spec.plan, one));
    const message = `plan ${spec.plan} is not sold in ${region}, but in ${sold.sort().join(', ')}`;
    return refused('NotSold', message, { problems: [{ field: 'region', message }] });
  }
  const lost = lossOf(record);
  if (!confirmed) return unconfirmed(lost);
  const revision = spec.revision + 1;
  const subject = `moved to ${region} as revision ${revision}`;
  return { kind: 'fields', fields: { region, revision }, subject, lost };
}

function unconfirmed(lost: string | null): Wish {
  const what = lost ?? 'nothing that is there today, for it has no server yet';
  const message = `it takes away ${what}. Say confirm: "${confirmation}" to go on`;
  return refused('ConfirmationNeeded', message, { lost });
}

function configure(spec: AgentSpec, patch: Readonly<Record<string, unknown>>): Wish {
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
