/**
 * The record of one agent, on branch `status`, and its lease.
 *
 * `effectHash` covers the fields that effects depend on. Fields for people (conditions, timings,
 * phase) may change after a plan was made without making it stale.
 */
import { createHash } from 'node:crypto';
import type { AgentRecord, Attempt, Condition, Step } from '../../../schemas/generated/status.ts';
import { type AgentId, agentPath, parseAgentId } from '../agent/agent.ts';
import { blobOid } from '../agent/digest.ts';
import { Failure } from '../failure.ts';
import { timeMs } from '../text/time.ts';
import { type ReadRunState, type RunStates, runOf, runStateOf, runText } from './run.ts';

export type { AgentRecord, Attempt, Condition, Step };
export type Lease = NonNullable<AgentRecord['lease']>;
export type Phase = AgentRecord['phase'];

/** A record at a commit of branch `status`. */
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

/** 32 hex over the fields that effects depend on; `none` for no record. */
export function effectHash(record: AgentRecord | null): string {
  if (record === null) return 'none';
  const { lease } = record;
  const effect = {
    lease: lease === undefined ? null : [runText(runOf(lease)), lease.since, lease.nonce],
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

/** The first record of an agent. */
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

/** Whether the record is `gone` and was written for a file with this text. */
export function saysGone(file: RecordFile, text: string): boolean {
  if (file.kind === 'invalid') return false;
  const { gone, observedOid } = file.record;
  if (gone === undefined || observedOid === undefined) return false;
  return observedOid === blobOid(text, observedOid.length);
}

/**
 * Whether a rewritten `main` agrees with the records: the record of every agent that is not gone
 * must name the file's blob. A branch that lost files does not agree, nor does an unreadable
 * record.
 *
 * @param oids of the files on `main`, by path
 */
export function recordsAgree(
  records: readonly RecordFile[],
  oids: ReadonlyMap<string, string>,
): boolean {
  return records.every((file) => {
    if (file.kind === 'invalid') return false;
    const { gone, observedOid } = file.record;
    if (gone !== undefined) return true;
    const oid = oids.get(agentPath(file.id));
    return oid !== undefined && (observedOid === undefined || observedOid === oid);
  });
}

/**
 * Whether a lease blocks other runs. It is live while the Forge reports its run as running, or does
 * not answer; if the Forge does not know the run, until the lease expires.
 */
export function leaseIsLive(
  lease: Pick<Lease, 'until'>,
  nowMs: number,
  run: ReadRunState,
): boolean {
  return run === 'unknown' ? nowMs < timeMs(lease.until) : run !== 'over';
}

/** The same with the run states of a world. */
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

/** The host keys of which the agent's host must show one. Throws if none is recorded. */
export function hostKeysOf({
  hostKey,
  nextHostKey,
}: Pick<AgentRecord, 'hostKey' | 'nextHostKey'>): readonly string[] {
  if (hostKey !== undefined) return nextHostKey === undefined ? [hostKey] : [hostKey, nextHostKey];
  const message = 'no host key is recorded, so the host cannot be identified';
  throw new Failure('OwnershipUnproven', message);
}
