/**
 * Updates the phase and conditions of a record that is not leased, after a run. The same facts give
 * the same record, so that a converged run writes nothing. Only apply changes the fields that
 * effects depend on (server, lease, attempts, …).
 */

import type { AgentFile } from '../agent/agent.ts';
import { withEnding, withoutEnding, withoutOtherEnding } from '../fleet/ending.ts';
import { deferredCondition, refusedCondition } from '../fleet/limit-conditions.ts';
import { phaseOf, withPhase } from '../fleet/phase.ts';
import { retryingCondition } from '../fleet/progress.ts';
import { withoutGivenUp } from '../fleet/receipts.ts';
import { type AgentRecord, type Condition, newRecord } from '../fleet/recorded.ts';
import { failedRefunds, failedRefundText } from '../fleet/refunds.ts';
import { withLostServer, withoutServerFacts } from '../fleet/server-facts.ts';
import type { Idle } from '../fleet/situation.ts';
import { stripeRefusal } from '../plan/cancellation.ts';
import { type DeepCheck, deepCheckCondition } from '../plan/deep-check.ts';
import { cut } from '../text/cut.ts';
import { timeMs } from '../text/time.ts';
import { byTypeAndReason } from './file-lost.ts';
import { type Mention, saysNothing, stillDegraded, typeOfDegraded } from './mention.ts';
import { revisionUsed } from './revision-used.ts';
import { unhealthyOf } from './unhealthy.ts';

/** The updated record; null if nothing changes, or if a lease is to write it. */
export function statusAfter(
  file: AgentFile,
  record: AgentRecord | null,
  mention: Mention | undefined,
  nowMs: number,
): AgentRecord | null {
  if (record?.lease !== undefined || (record === null && file.kind === 'invalid')) return null;
  // A planned change writes the first record with its lease; an agent that waits gets one here.
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

/**
 * Sets the end that the plan saw first; an invalid file, or one with another request, removes it.
 */
function endingAfter(record: AgentRecord, file: AgentFile, mention: Mention | undefined) {
  if (file.kind === 'invalid') return withoutEnding(record);
  const seen = mention?.firstSeen ?? null;
  const { spec } = file.agent;
  return seen === null ? withoutOtherEnding(record, spec) : withEnding(record, spec, timeMs(seen));
}

/** Whether the server or device is degraded, apart from an open port. */
function isDown(record: AgentRecord, mention: Mention | undefined): boolean {
  return stillDegraded(record, mention).some(
    ({ reason }) => reason !== 'PortOpen' && reason !== 'ServerLocked',
  );
}

const typeOfIdle: Readonly<Record<Idle['reason'], string | null>> = {
  Invalid: 'Frozen',
  Stopped: 'Paused',
  Paused: 'Paused',
  Held: 'Held',
  HoldBlocksRetirement: 'Held',
  Isolated: 'Isolated',
  Busy: null,
  // Reported by `degraded` for every such server.
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
  // Not every run reads deprecations: a condition would appear and disappear.
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
      deferredCondition,
      capitalised(deferred.limit),
      `${deferred.change.kind} waits: ${deferred.message}`,
    );
  if (refused)
    say(
      refusedCondition,
      capitalised(refused.limit),
      `${refused.change.kind} is refused: ${refused.message}`,
    );
  const doubt = doubtOf(record, mention?.deepCheck ?? null);
  if (doubt !== null) say(deepCheckCondition, 'Disagrees', doubt);
  // Heartbeats are not in the plan: a part of finalize of its own writes and removes it.
  const unhealthy = unhealthyOf(record);
  if (unhealthy !== undefined) say(unhealthy.type, unhealthy.reason, unhealthy.message ?? '');
  const used = file.kind === 'valid' ? revisionUsed(file.agent, record) : null;
  if (used !== null) say('Attention', 'RevisionUsed', used);
  const refusal = file.kind === 'valid' ? stripeRefusal(file.agent, record) : null;
  if (refusal !== null) say('Billing', 'StripeRefuses', refusal);
  const [failed] = failedRefunds(record);
  if (failed !== undefined) say('Billing', 'RefundFailed', failedRefundText(failed));
  const issues = file.kind === 'valid' ? (file.agent.spec.access.issues ?? []) : [];
  const [issue] = issues;
  if (issue !== undefined) say('Billing', issue, `Stripe reports: ${issues.join(', ')}`);
  return wanted
    .sort(byTypeAndReason)
    .map((condition) => ({ ...condition, since: sinceOf(condition, record, now) }));
}

/** A disagreement stays until a later deep check agrees. */
function doubtOf({ conditions }: AgentRecord, check: DeepCheck | null): string | null {
  if (check === null || check.outcome === 'failed')
    return conditions.find(({ type }) => type === deepCheckCondition)?.message ?? null;
  return check.outcome === 'agrees' ? null : `Terraform finds: ${check.details.join('; ')}`;
}

/** A condition keeps its time while type, status and reason last. */
function sinceOf(condition: Omit<Condition, 'since'>, record: AgentRecord, now: string): string {
  const before = record.conditions.find((one) => conditionKey(one) === conditionKey(condition));
  return before?.since ?? now;
}

/** Equal for two conditions that differ at most in message, time and basis. */
export function conditionKey({ type, status, reason }: Omit<Condition, 'since'>): string {
  return `${type}/${status}/${reason}`;
}

/** Compares phase, ending and conditions; fields of effects are not compared. */
export function sameStatus(a: AgentRecord, b: AgentRecord): boolean {
  const part = (record: AgentRecord) =>
    JSON.stringify([
      record.phase,
      record.observedOid,
      record.ending ?? null,
      record.conditions.map((one) => [conditionKey(one), one.message, one.since]),
    ]);
  return part(a) === part(b);
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/**
 * Sets a record to `gone`; null if it is already. Earlier failures are removed, so that a new
 * server has all attempts if the agent comes back.
 */
export function gone(record: AgentRecord, at: string, file: string): AgentRecord | null {
  if (record.lease !== undefined) return null;
  // The blob id later distinguishes finalize's own removal of the file from a person's.
  if (record.gone !== undefined)
    return record.observedOid === file ? null : { ...record, observedOid: file };
  // A server that a run may have ended without recording it counts for the limits from now on.
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
