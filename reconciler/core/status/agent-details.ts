/**
 * Details of a customer's view of one agent: when its server is probably ready, what went wrong and
 * when it is tried again, how large the server is, and what is deleted when.
 */
import { suspensionEndMs } from '../agent/access-times.ts';
import { tombstoneHolds } from '../agent/tombstone.ts';
import { attemptState } from '../fleet/attempt.ts';
import { isKindThat } from '../fleet/change-kinds.ts';
import { graceEndMs } from '../fleet/ending.ts';
import type { FleetRecord } from '../fleet/fleet-record.ts';
import { provisionFigures } from '../fleet/provisions.ts';
import type { AgentRecord, Phase } from '../fleet/recorded.ts';
import { isRefunded } from '../fleet/refunds.ts';
import { timeMs } from '../text/time.ts';
import type { NextInput } from './agent-next.ts';
import { becauseOf } from './failed-try.ts';

export type Estimate = {
  /** by what creates in this region took */
  readonly at: string;
  readonly isOverdue: boolean;
};

export type Trouble = {
  /** what went wrong, in a sentence */
  readonly what: string;
  /** when it is tried again automatically; null if it is not */
  readonly retryAt: string | null;
  /** the last payment was given back */
  readonly isRefunded: boolean;
};

type DetailsInput = NextInput & { readonly fleet: FleetRecord | null };

/** null where no server is being made, or none was made in its region yet. */
export function estimateOf({ record, fleet, nowMs }: DetailsInput): Estimate | null {
  const { lease, chosen } = record ?? {};
  if (lease === undefined || !isKindThat(lease.change, 'bringsUp')) return null;
  const history = fleet?.provisions?.[chosen?.region ?? ''] ?? [];
  const seconds = provisionFigures(history)?.averageSeconds ?? null;
  if (seconds === null) return null;
  const atMs = timeMs(lease.since) + seconds * 1000;
  return { at: new Date(atMs).toISOString(), isOverdue: nowMs > atMs };
}

const troubledPhases: ReadonlySet<Phase> = new Set([
  'queued',
  'creating',
  'configuring',
  'joining',
]);

/** A server that ran is not in trouble: it has conditions of its own. */
export function troubleOf(
  { file, record, policy, nowMs }: NextInput,
  phase: Phase,
): Trouble | null {
  if (record === null || file?.kind !== 'valid') return null;
  if (phase !== 'failed' && !troubledPhases.has(phase)) return null;
  const { revision } = file.agent.spec;
  const tries = record.attempts.filter(
    (one) => one.revision === revision && isKindThat(one.change, 'bringsUp'),
  );
  if (tries.at(-1)?.outcome !== 'failed') return null;
  const state =
    policy === null ? null : attemptState(record, revision, { policy, nowMs, run: null });
  const first = tries.length === 1 ? 'The first try' : 'The last try';
  const waits = phase !== 'failed' && record.lease === undefined && state?.kind === 'waiting';
  return {
    what: `${first} did not work${becauseOf(record)}.`,
    retryAt: waits ? new Date(state.dueMs).toISOString() : null,
    isRefunded: isRefunded(record),
  };
}

/** From Hetzner's prices as a run last read them. */
export function sizeOf(
  fleet: FleetRecord | null,
  serverType: string | undefined,
): { readonly memoryGb: number | null; readonly diskGb: number | null } {
  const { memoryGb = null, diskGb = null } = fleet?.prices?.types[serverType ?? ''] ?? {};
  return { memoryGb, diskGb };
}

export function powerOf({
  file,
  record,
}: NextInput): { readonly asked: 'running' | 'stopped'; readonly is: 'on' | 'off' } | null {
  const server = record?.server;
  if (server === undefined || file?.kind !== 'valid') return null;
  return { asked: file.agent.spec.power, is: server.power === 'off' ? 'off' : 'on' };
}

/** The end of a tombstone's grace, or of the longest suspension; null where neither is carried out. */
export function deletedAt({ file, record, policy, nowMs }: NextInput, phase: Phase): string | null {
  if (file?.kind !== 'valid' || policy === null || phase === 'retired') return null;
  const { access, retired, isolated } = file.agent.spec;
  if (isolated !== undefined) return null;
  const time = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
  if (retired !== undefined && tombstoneHolds(retired, access.state))
    return time(graceEndMs({ retired }, record, { policy, nowMs }));
  return record?.server === undefined ? null : time(suspensionEndMs(access, policy));
}

const losingPhases: ReadonlySet<Phase> = new Set(['running', 'updating', 'stopping', 'stopped']);

export function reprovisionLoses(
  { record }: { readonly record: AgentRecord | null },
  phase: Phase,
) {
  if (record?.server === undefined || !record.everRunning || !losingPhases.has(phase)) return null;
  return (
    'A fresh server deletes this one with all data of your agent, and gets another IP address. ' +
    'No copy is kept.'
  );
}
