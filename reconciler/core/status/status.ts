/**
 * Decides what a record says to people after a run: the phase and the conditions of an agent whose
 * record no run works on. The same facts give the same record, so that a converged run writes
 * nothing. What effects depend on (server, lease, attempts, …) is apply's and never touched here.
 */

import type { AgentFile } from '../agent/agent.ts';
import { withEnding, withoutEnding, withoutOtherEnding } from '../fleet/ending.ts';
import { phaseOf, withPhase } from '../fleet/phase.ts';
import { retryingCondition } from '../fleet/progress.ts';
import { withoutGivenUp } from '../fleet/receipts.ts';
import { type AgentRecord, type Condition, newRecord } from '../fleet/recorded.ts';
import { withLostServer, withoutServerFacts } from '../fleet/server-facts.ts';
import type { Idle } from '../fleet/situation.ts';
import { stripeRefusal } from '../plan/cancellation.ts';
import { type DeepCheck, deepCheckCondition } from '../plan/deep-check.ts';
import { cut } from '../text/cut.ts';
import { timeMs } from '../text/time.ts';
import { byTypeAndReason } from './file-lost.ts';
import { type Mention, saysNothing, stillDegraded, typeOfDegraded } from './mention.ts';
import { revisionUsed } from './revision-used.ts';

/** The record as it should read now; null where it reads so already, or is for another to write. */
export function statusAfter(
  file: AgentFile,
  record: AgentRecord | null,
  mention: Mention | undefined,
  nowMs: number,
): AgentRecord | null {
  if (record?.lease !== undefined || (record === null && file.kind === 'invalid')) return null;
  // What is being made gets its record from the lease; one that waits is shown as queued.
  if (record === null && (mention === undefined || mention.change !== null || saysNothing(mention)))
    return null;
  const base =
    record ??
    (file.kind === 'valid'
      ? newRecord(file.id, file.agent.spec.subscription, file.agent.spec.customer)
      : null);
  if (base === null) return null;
  const now = new Date(nowMs).toISOString();
  const phase = phaseOf(file, base, {
    hasFailed: mention?.idle.some(({ reason }) => reason === 'Failed') === true,
    isDown: isDown(base, mention),
  });
  const next: AgentRecord = {
    ...withPhase(endingAfter(base, file, mention), phase, now),
    observedOid: file.oid,
    conditions: conditionsOf(file, base, mention, now),
  };
  return record !== null && sameStatus(record, next) ? null : next;
}

/** An end is first seen by a plan; a file that cannot be read, or asks for another, ends its moment. */
function endingAfter(record: AgentRecord, file: AgentFile, mention: Mention | undefined) {
  if (file.kind === 'invalid') return withoutEnding(record);
  const seen = mention?.firstSeen ?? null;
  const { spec } = file.agent;
  return seen === null ? withoutOtherEnding(record, spec) : withEnding(record, spec, timeMs(seen));
}

/** Its server ran once, and a reading of now says that it does not. */
function isDown(record: AgentRecord, mention: Mention | undefined): boolean {
  return stillDegraded(record, mention).some(({ reason }) => reason !== 'PortOpen');
}

const typeOfIdle: Readonly<Record<Idle['reason'], string | null>> = {
  Invalid: 'Frozen',
  Stopped: 'Paused',
  Paused: 'Paused',
  Held: 'Held',
  HoldBlocksRetirement: 'Held',
  Busy: null,
  // Said of every server that is so, whatever the agent waits for.
  PowerUnknown: null,
  PartialReading: 'Observing',
  RetryLater: retryingCondition,
  GraceRunning: 'Retiring',
  RevisionBehind: 'Attention',
  ResizeImpossible: 'Attention',
  NoSuchOffer: 'Attention',
  Failed: 'Failed',
  EndedNotRetired: 'Attention',
  PaidButRetired: 'Attention',
  SpareServer: 'Attention',
  HostKeyUnknown: 'Attention',
  ForeignFirewall: 'Attention',
  ServerGone: 'Attention',
  // Not every run asks for it: a condition would come and go.
  Deprecated: null,
};

function conditionsOf(
  file: AgentFile,
  record: AgentRecord,
  mention: Mention | undefined,
  now: string,
): Condition[] {
  const wanted: Omit<Condition, 'since'>[] = [];
  const say = (type: string, reason: string, message: string) =>
    wanted.push({
      type,
      status: 'True',
      reason,
      message: cut(message, 1000),
      observedOid: file.oid,
    });
  for (const idle of mention?.idle ?? []) {
    const type = typeOfIdle[idle.reason];
    if (type !== null)
      say(
        type,
        idle.reason,
        idle.until === undefined ? idle.message : `${idle.message} (until ${idle.until})`,
      );
  }
  for (const { reason, message } of stillDegraded(record, mention))
    say(typeOfDegraded[reason], reason, message);
  const { deferred, refused } = mention ?? {};
  if (deferred)
    say(
      'Deferred',
      capitalised(deferred.limit),
      `${deferred.change.kind} waits: ${deferred.message}`,
    );
  if (refused)
    say(
      'Refused',
      capitalised(refused.limit),
      `${refused.change.kind} is refused: ${refused.message}`,
    );
  const doubt = doubtOf(record, mention?.deepCheck ?? null);
  if (doubt !== null) say(deepCheckCondition, 'Disagrees', doubt);
  const used = file.kind === 'valid' ? revisionUsed(file.agent, record) : null;
  if (used !== null) say('Attention', 'RevisionUsed', used);
  const refusal = file.kind === 'valid' ? stripeRefusal(file.agent, record) : null;
  if (refusal !== null) say('Billing', 'StripeRefuses', refusal);
  const issues = file.kind === 'valid' ? (file.agent.spec.access.issues ?? []) : [];
  const [issue] = issues;
  if (issue !== undefined) say('Billing', issue, `Stripe reports: ${issues.join(', ')}`);
  return wanted
    .sort(byTypeAndReason)
    .map((condition) => ({ ...condition, since: sinceOf(condition, record, now) }));
}

/** What two readings differ in stands until a later reading finds that they agree. */
function doubtOf({ conditions }: AgentRecord, check: DeepCheck | null): string | null {
  if (check === null || check.outcome === 'failed')
    return conditions.find(({ type }) => type === deepCheckCondition)?.message ?? null;
  return check.outcome === 'agrees' ? null : `Terraform finds: ${check.details.join('; ')}`;
}

/** A condition keeps its time while type, status and reason last. */
function sinceOf(condition: Omit<Condition, 'since'>, record: AgentRecord, now: string): string {
  const before = record.conditions.find(
    (one) =>
      one.type === condition.type &&
      one.status === condition.status &&
      one.reason === condition.reason,
  );
  return before?.since ?? now;
}

/** Whether two records say the same to people; effects are not compared. */
export function sameStatus(a: AgentRecord, b: AgentRecord): boolean {
  const part = (record: AgentRecord) =>
    JSON.stringify([
      record.phase,
      record.observedOid,
      record.ending ?? null,
      record.conditions.map(conditionKey),
    ]);
  return part(a) === part(b);
}

function conditionKey(condition: Condition): readonly string[] {
  return [condition.type, condition.status, condition.reason, condition.message, condition.since];
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/**
 * The record of an agent of whom nothing is left; null where it says so already. Should it come back,
 * paid again, its new server is a new matter: what failed before counts for nothing then.
 */
export function gone(record: AgentRecord, at: string, file: string): AgentRecord | null {
  if (record.lease !== undefined) return null;
  // Which content that was said of tells finalize's own removal of the file from a person's.
  if (record.gone !== undefined)
    return record.observedOid === file ? null : { ...record, observedOid: file };
  // What a run ended and could not say any more counts for the limits from now on.
  const rest = withoutGivenUp(withoutServerFacts(withLostServer(record, at)));
  return {
    ...withPhase(rest, 'retired', at),
    observedOid: file,
    conditions: [],
    attempts: rest.attempts.filter(
      ({ outcome, scope }) => outcome !== 'failed' || scope === 'fleet',
    ),
    gone: at,
  };
}
