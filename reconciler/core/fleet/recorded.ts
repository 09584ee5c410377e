/**
 * The machine's own notes about one agent, on branch `status`.
 *
 * Every effect is decided against the fields that describe effects; notes for people (conditions,
 * timings, phase) may change under a plan without making it stale. `effectHash` is over the former.
 */
import { createHash } from 'node:crypto';
import type { AgentRecord, Attempt, Condition, Step } from '../../../schemas/generated/status.ts';
import { type AgentId, parseAgentId } from '../agent/agent.ts';
import { blobOid } from '../agent/digest.ts';
import { Failure } from '../failure.ts';
import { timeMs } from '../text/time.ts';
import { type RunState, type RunStates, runOf, runStateOf } from './run.ts';

export type { AgentRecord, Attempt, Condition, Step };
export type Lease = NonNullable<AgentRecord['lease']>;
export type Phase = AgentRecord['phase'];

/** A record as it stands at a commit of branch `status`. */
export type RecordFile =
  | {
      readonly kind: 'valid';
      readonly id: AgentId;
      readonly path: string;
      readonly record: AgentRecord;
    }
  | {
      readonly kind: 'invalid';
      readonly id: AgentId | null;
      readonly path: string;
      readonly why: string;
    };

export function readableRecords(files: readonly RecordFile[]): readonly AgentRecord[] {
  const records: AgentRecord[] = [];
  for (const file of files) if (file.kind === 'valid') records.push(file.record);
  return records;
}

/** 32 hex over what effects depend on; `none` for no record. */
export function effectHash(record: AgentRecord | null): string {
  if (record === null) return 'none';
  const { lease } = record;
  const effect = {
    lease: lease === undefined ? null : [lease.run, runOf(lease).attempt, lease.since, lease.nonce],
    server: record.server === undefined ? null : [record.server.id, record.server.nonce],
    chosen: record.chosen ?? null,
    configured: record.configured ?? null,
    tailnet: record.tailnet?.nodeId ?? null,
    everRunning: record.everRunning,
    attempts: record.attempts.length,
    lastAttempt: record.attempts.at(-1)?.ended ?? null,
    receipts: record.receipts,
    gone: record.gone ?? null,
  };
  return createHash('sha256').update(JSON.stringify(effect)).digest('hex').slice(0, 32);
}

/** The first record of an agent: nothing has happened yet. */
export function newRecord(id: AgentId, subscription: string, customer: string): AgentRecord {
  return {
    apiVersion: 'aura.dev/v1',
    kind: 'AgentStatus',
    name: id,
    subscription,
    customer,
    phase: 'queued',
    conditions: [],
    everRunning: false,
    attempts: [],
    destroyed: [],
    receipts: [],
  };
}

/** Whether a record says that nothing is left of its agent, and that its file read so then. */
export function saysGone(file: RecordFile, text: string): boolean {
  if (file.kind === 'invalid') return false;
  const { gone, observedOid } = file.record;
  if (gone === undefined || observedOid === undefined) return false;
  return observedOid === blobOid(text, observedOid.length);
}

/**
 * A lease keeps others out while its run may still act: released means gone from the record; the
 * Forge saying that this attempt of the run is over frees it; a lease that ran out frees it where the
 * Forge does not know the run.
 */
export function leaseIsLive(lease: Lease, nowMs: number, run: RunState): boolean {
  return run === 'unknown' ? nowMs < timeMs(lease.until) : run === 'running';
}

/** The same in a world that was read: what the Forge said of the lease's run is in it. */
export function leaseIsLiveIn(
  { nowMs, runs }: { readonly nowMs: number; readonly runs: RunStates },
  lease: Lease | undefined,
): boolean {
  return lease !== undefined && leaseIsLive(lease, nowMs, runStateOf(runs, runOf(lease)));
}

export function recordId(record: AgentRecord): AgentId {
  const id = parseAgentId(record.name);
  if (id === null) throw new Failure('Bug', `a record is named ${record.name}`);
  return id;
}
