/**
 * Reverts one commit on one agent's file: only fields that people own, one by one.
 *
 * | the commit | the file now | result |
 * |---|---|---|
 * | changed fields | they have the commit's values | the values before the commit |
 * | | one of them changed again | refused, naming the fields |
 * | changed only Stripe's fields | any | refused: Stripe's next reading would overwrite it |
 * | lifted a tombstone | has none | the tombstone, dated now: its grace begins again |
 * | made the file invalid | unchanged since | as before, byte for byte except a tombstone's date |
 * | lowered the revision from a used one | that server is gone | the next revision |
 * | lifted a tombstone whose cause no longer held | any | the tombstone is not restored |
 * | created the file | has no tombstone by a person or customer | a tombstone that cites the commit |
 * | removed the file, as finalize does | any | refused: nothing was left |
 * | removed the file otherwise | missing | restored as it was |
 * | | exists, with the tombstone for the removal | the tombstone is removed |
 *
 * The result reports what was destroyed meanwhile.
 */

import type { Agent, AgentFile, AgentSpec, Retired } from '../agent/agent.ts';
import {
  type PeopleFields,
  parseAgentFile,
  sameAccess,
  withPeopleFields,
} from '../agent/agent-file.ts';
import { canonicalJson } from '../agent/digest.ts';
import type { FileText } from '../agent/document.ts';
import { followsMoney, tombstoneHolds } from '../agent/tombstone.ts';
import type { AgentRecord } from '../fleet/recorded.ts';
import { isoOf } from '../text/time.ts';
import { type CommandDecision, type FieldChange, refused, unchanged } from './command-decision.ts';
import { destroyedBy, retiredAgain } from './loss.ts';
import { revisionBack, whatGoes } from './revert-loss.ts';

type RevertInput = {
  readonly path: string;
  readonly commit: string;
  /** whether finalize removed the file in it, confirmed by branch `status` */
  readonly own: boolean;
  /** the file before and after the commit; null if there was none */
  readonly before: string | null;
  readonly after: string | null;
  /** the file at the tip of `main` */
  readonly tip: FileText | null;
  readonly record: AgentRecord | null;
  readonly nowMs: number;
};

export function decideRevert(input: RevertInput): CommandDecision {
  const { before, after, tip } = input;
  if (before === after) return unchanged('that commit did not touch its file');
  if (after === null) return revertRemoval(input, before ?? '');
  if (tip === null) return refused('NotFound', 'its file is not there any more');
  if (before === null) return written(tip, revertCreation(input, parsed(input, tip.text)));
  const [old, made] = [parsed(input, before), parsed(input, after)];
  if (old.kind === 'invalid')
    return refused('InvalidInput', 'its file was invalid before that commit');
  if (made.kind === 'invalid')
    return tip.text === after ? wholly(input, before) : movedOn(['the file']);
  const now = parsed(input, tip.text);
  if (now.kind === 'invalid') return refused('Frozen', 'its file is invalid: repair it first');
  return written(tip, revertFields(input, [old.agent, made.agent, now.agent]));
}

function revertFields(
  { record, commit, nowMs }: RevertInput,
  [old, made, now]: readonly [Agent, Agent, Agent],
): FieldChange {
  const lapsed = isLapsed(old.spec.retired, [made, now]);
  const { retired: _lapsed, ...rest } = old.spec;
  const wanted = lapsed ? { ...old, spec: rest } : old;
  const [before, after, current] = [wanted, made, now].map(peopleOwned) as [Owned, Owned, Owned];
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  const changed = names.filter((name) => !same(before.get(name), after.get(name)));
  const stripes = !sameOfStripe(old.spec, made.spec);
  if (changed.length === 0) {
    if (lapsed) return refused('StripeOwns', lapsedText);
    return stripes
      ? refused('StripeOwns', 'that commit changed what Stripe owns: change it at Stripe')
      : unchanged('that commit changed no field of it');
  }
  const open = changed.filter((name) => !isAsBefore(name, current.get(name), before.get(name)));
  if (open.length === 0) return unchanged('all of it is as it was before that commit');
  const moved = open.filter((name) => !same(current.get(name), after.get(name)));
  if (moved.length > 0) return movedOn(moved);
  const lifted = open.includes('retired') ? now.spec.retired : undefined;
  const brought = open.includes('retired') && !lapsed ? old.spec.retired : undefined;
  const raised = open.includes('revision') ? wanted.spec.revision : now.spec.revision;
  // The revision of a server that was destroyed under the tombstone is used up.
  const isUsedUp = brought !== undefined && destroyedBy(brought, record) !== null;
  const to = isUsedUp ? Math.max(raised, now.spec.revision) : raised;
  const revision = revisionBack({ from: now.spec, to, lifted }, record);
  const goes = whatGoes({ names: open, back: wanted.spec, now: now.spec, revision }, record);
  return {
    kind: 'fields',
    fields: {
      ...fieldsBack(open, before, now.spec),
      revision,
      ...(brought === undefined ? {} : { retired: stampedAnew(brought, nowMs) }),
    },
    subject: `${open.join(', ')} as before ${commit.slice(0, 10)}`,
    lost: goes.lost,
    notes: [
      ...goes.notes,
      ...(stripes ? ["plan and access are Stripe's and stay as they are"] : []),
      ...(brought === undefined ? [] : [anewText]),
      ...(lifted === undefined ? [] : retiredAgain(lifted, now.spec.access)),
    ],
  };
}

const lapsedText =
  'that commit lifted a tombstone that had lost its cause; `retire` sets one of your own';

/** Whether the lifted tombstone depended on payments and its cause no longer held. */
function isLapsed(retired: Retired | undefined, later: readonly Agent[]): boolean {
  return (
    retired !== undefined && later.some(({ spec }) => !tombstoneHolds(retired, spec.access.state))
  );
}

const anewText = 'its tombstone is dated now: its grace begins again';

/** Dates the tombstone now, because with its old date the grace could be over at once. */
function stampedAnew(retired: Retired, nowMs: number): Retired {
  return { ...retired, at: isoOf(nowMs) };
}

/** Compares tombstones without their date, which a revert changes. */
function isAsBefore(name: string, now: unknown, before: unknown): boolean {
  const isDated = name === 'retired' && now !== undefined && before !== undefined;
  return isDated ? same({ ...now, at: null }, { ...before, at: null }) : same(now, before);
}

type Owned = ReadonlyMap<string, unknown>;

/** The fields that people own, with each setting of the configuration as a separate entry. */
function peopleOwned({ spec }: Agent): Owned {
  const { power, region, revision, linkEpoch, hold, retired, config = {} } = spec;
  const fields = Object.entries({ power, region, revision, linkEpoch, hold, retired });
  const settings = Object.entries(config).map(([name, value]) => [`config.${name}`, value]);
  const known = [...fields, ...settings] as [string, unknown][];
  return new Map(known.filter(([, value]) => value !== undefined));
}

function same(a: unknown, b: unknown): boolean {
  return canonicalJson(a ?? null) === canonicalJson(b ?? null);
}

function sameOfStripe(a: AgentSpec, b: AgentSpec): boolean {
  return a.plan === b.plan && a.customer === b.customer && sameAccess(a.access, b.access);
}

function fieldsBack(names: readonly string[], before: Owned, now: AgentSpec): PeopleFields {
  const fields = new Map<string, unknown>();
  const config = new Map<string, unknown>(Object.entries(now.config ?? {}));
  for (const name of names) {
    const setting = /^config\.(.+)$/.exec(name)?.[1];
    if (setting === undefined) fields.set(name, before.get(name));
    else if (before.has(name)) config.set(setting, before.get(name));
    else config.delete(setting);
  }
  if (names.some((name) => name.startsWith('config.')))
    fields.set('config', config.size === 0 ? undefined : Object.fromEntries(config));
  return Object.fromEntries(fields) as PeopleFields;
}

function revertCreation({ commit, nowMs }: RevertInput, now: AgentFile): FieldChange {
  if (now.kind === 'invalid') return refused('Frozen', 'its file is invalid: repair it first');
  const { retired: before } = now.agent.spec;
  if (before !== undefined && !followsMoney(before))
    return unchanged(`it is retired by ${before.by} since ${before.at}`);
  const reason = `commit ${commit.slice(0, 10)}, which created it, was reverted`;
  const retired: Retired = {
    at: before?.at ?? isoOf(nowMs),
    by: 'person',
    reason,
    ...(commit.length === 40 || commit.length === 64 ? { cites: commit } : {}),
  };
  const subject = `retired: ${reason}`;
  return { kind: 'fields', fields: { retired }, subject, notes: ['its subscription goes on'] };
}

function revertRemoval(input: RevertInput, before: string): CommandDecision {
  const { tip, own, commit, record } = input;
  if (own) return refused('Finalized', 'finalize removed its file once nothing was left of it');
  const old = parsed(input, before);
  if (old.kind === 'invalid') return refused('InvalidInput', 'its file was invalid then');
  if (tip === null) return wholly(input, before);
  const now = parsed(input, tip.text);
  if (now.kind === 'invalid') return refused('Frozen', 'its file is invalid: repair it first');
  const { spec } = now.agent;
  const { retired: lifted } = spec;
  // A tombstone that the customer's `cancel` took over stays.
  if (lifted?.cites !== commit || lifted.by !== 'person')
    return unchanged('its file is there again');
  const lost = destroyedBy(lifted, record);
  const revision = revisionBack({ from: spec, to: spec.revision, lifted }, record);
  const fields = { retired: undefined, revision };
  const notes = [
    ...(lost === null ? [] : [`a new VM is made as revision ${revision}, without its data`]),
    ...retiredAgain(lifted, spec.access),
  ];
  return written(tip, { kind: 'fields', fields, subject: 'restored', lost, notes });
}

function wholly(input: RevertInput, before: string): CommandDecision {
  const file = parsed(input, before);
  const retired = file.kind === 'valid' ? file.agent.spec.retired : undefined;
  const text =
    retired === undefined
      ? before
      : withPeopleFields(before, { retired: stampedAnew(retired, input.nowMs) });
  const notes = [
    "plan and access are Stripe's: its next reading wins",
    ...(retired === undefined ? [] : [anewText]),
  ];
  return { kind: 'write', text, subject: 'its file as it was', lost: null, notes };
}

function movedOn(names: readonly string[]): ReturnType<typeof refused> {
  const verb = names.length === 1 ? 'has' : 'have';
  return refused('MovedOn', `${names.join(', ')} ${verb} changed again since that commit`, {
    problems: names.map((field) => ({ field, message: 'has changed again since' })),
  });
}

function written(tip: FileText, fieldChange: FieldChange): CommandDecision {
  if (fieldChange.kind !== 'fields') return fieldChange;
  const { fields, subject, lost = null, notes = [] } = fieldChange;
  return { kind: 'write', text: withPeopleFields(tip.text, fields), subject, lost, notes };
}

function parsed({ path }: RevertInput, text: string): AgentFile {
  return parseAgentFile({ path, oid: '', text });
}
