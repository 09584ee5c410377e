/**
 * Decides what is true of an agent now that its customer gets a mail about. It depends on file and
 * record only; `of` identifies the fact, and there is one mail about each.
 *
 * | kind | is true while | `of` |
 * |---|---|---|
 * | `running` | the revision's server was brought up and runs | revision |
 * | `failed` | the revision was given up | revision |
 * | `recovered` | it runs, after a mail that said it does not or will not | kind and `of` of that mail |
 * | `suspended` | access is suspended, and there is a server | `access.since` |
 * | `retiring` | a tombstone holds, and there is a server | time of the tombstone |
 * | `refunded` | Stripe made a refund, and no bank returned it | cause and revision |
 */
import { type AgentFile, type AgentSpec, shouldRun } from '../agent/agent.ts';
import { tombstoneHolds } from '../agent/tombstone.ts';
import { firstSeenMs } from '../fleet/ending.ts';
import { isGivenUp } from '../fleet/receipts.ts';
import type { AgentRecord } from '../fleet/recorded.ts';
import { timeMs } from '../text/time.ts';
import { type MailEntry, type MailKind, mayHaveArrived } from './mail-kind.ts';

export type News = {
  readonly kind: MailKind;
  readonly of: string;
  /** when the fact began */
  readonly sinceMs: number;
};

/** At most one about the agent, and one about its last refund. */
export function newsOf(file: AgentFile | null, record: AgentRecord): readonly News[] {
  const { gone } = record;
  const spec = file?.kind === 'valid' && gone === undefined ? file.agent.spec : null;
  const about = spec === null ? null : aboutAgent(spec, record, file);
  return [about, refunded(record)].filter((one) => one !== null);
}

function aboutAgent(spec: AgentSpec, record: AgentRecord, file: AgentFile | null): News | null {
  const { access, retired, revision } = spec;
  const hasServer = record.server !== undefined;
  if (retired !== undefined) {
    if (!hasServer || !tombstoneHolds(retired, access.state)) return null;
    const asked = { change: 'retire', of: retired.at } as const;
    const sinceMs = firstSeenMs(asked, record, timeMs(retired.at));
    return { kind: 'retiring', of: retired.at, sinceMs };
  }
  if (access.state === 'suspended' && hasServer)
    return { kind: 'suspended', of: access.since, sinceMs: timeMs(access.since) };
  if (file?.kind !== 'valid' || !shouldRun(file.agent) || record.lease !== undefined) return null;
  if (!hasServer && isGivenUp(record, revision)) {
    const ended = record.attempts.findLast((one) => one.revision === revision)?.ended;
    return ended === undefined
      ? null
      : { kind: 'failed', of: String(revision), sinceMs: timeMs(ended) };
  }
  return record.phase === 'running' ? runs(record) : null;
}

/** One of `recovered` and `running`: either says that the server runs. */
function runs({ mails = {}, phaseSince, timings = [], chosen }: AgentRecord): News | null {
  const { running, recovered } = mails;
  const bad = lastBad(mails);
  if (bad !== null && saidToBeDown(mails)) {
    const of = `${bad.kind}/${bad.entry.of}`;
    const phaseMs = phaseSince === undefined ? 0 : timeMs(phaseSince);
    return { kind: 'recovered', of, sinceMs: Math.max(phaseMs, askedMs(bad.entry)) };
  }
  // An adopted server has no such time: its customer knows it.
  const up = timings.find(({ step }) => step === 'done')?.at;
  const upMs = up === undefined ? Number.NEGATIVE_INFINITY : timeMs(up);
  if (recovered !== undefined && askedMs(recovered) >= Math.max(askedMs(running), upMs))
    return { kind: 'recovered', of: recovered.of, sinceMs: askedMs(recovered) };
  if (up === undefined || chosen === undefined) return null;
  return { kind: 'running', of: String(chosen.revision), sinceMs: upMs };
}

/** Whether the last mail that said so was about an agent that does not run, or will not. */
export function saidToBeDown(mails: NonNullable<AgentRecord['mails']>): boolean {
  const bad = lastBad(mails);
  const goodMs = Math.max(askedMs(mails.running), askedMs(mails.recovered));
  return bad !== null && askedMs(bad.entry) > goodMs;
}

const badKinds = ['failed', 'suspended', 'retiring'] as const;

/** The last mail that said that the agent does not run, or will not. */
function lastBad(mails: NonNullable<AgentRecord['mails']>) {
  let last: { readonly kind: MailKind; readonly entry: MailEntry } | null = null;
  for (const kind of badKinds) {
    const entry = mails[kind];
    if (entry === undefined || !mayHaveArrived(entry)) continue;
    if (last === null || askedMs(entry) > askedMs(last.entry)) last = { kind, entry };
  }
  return last;
}

function askedMs(entry: MailEntry | undefined): number {
  return entry === undefined ? Number.NEGATIVE_INFINITY : timeMs(entry.asked);
}

/** One that a bank returned, or that was not made, is no news for the customer. */
function refunded({ refunds = [] }: AgentRecord): News | null {
  const last = refunds.findLast(({ state }) => state === 'pending' || state === 'succeeded');
  if (last === undefined) return null;
  return { kind: 'refunded', of: `${last.cause}/${last.revision}`, sinceMs: timeMs(last.asked) };
}
