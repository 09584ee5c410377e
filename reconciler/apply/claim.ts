/**
 * The claim on an agent: a commit to its record that comes before the first effect, and that is only
 * made on the record that the change was planned on. Whoever finds it knows which run is at work,
 * and by which nonce a server is found that nobody recorded.
 */
import type { Agent, AgentId } from '../core/desired/agent.ts';
import { claimed, crashed } from '../core/world/progress.ts';
import { type AgentRecord, type Claim, effectHash, newRecord } from '../core/world/recorded.ts';
import type { AgentChange, Run } from './attempt.ts';

export type Subject = { readonly id: AgentId; readonly agent: Agent; readonly change: AgentChange };

/** How a change begins: the name of its server's create, and what the record says from now on. */
export type Begin = {
  nonce(record: AgentRecord | null): string;
  prepare(record: AgentRecord): AgentRecord;
};

/** On the server that the record knows, or the one that an earlier claim was about. */
export function onKnownServer(run: Run): Begin {
  const fresh = run.ports.keys.newNonce();
  return {
    nonce: (record) => record?.server?.nonce ?? record?.claim?.nonce ?? fresh,
    prepare: (record) => record,
  };
}

export type Taken = {
  readonly record: AgentRecord;
  /** the claim of a dead run that was there before */
  readonly tookOver: boolean;
};

/** null where the record is no longer what the plan was made on. */
export async function takeClaim(
  run: Run,
  { id, agent, change }: Subject,
  begin: Begin,
): Promise<Taken | null> {
  const { journal, cloud } = run.ports;
  const nowMs = await cloud.now();
  const leaseMs = run.policy.apply.leaseMinutes * 60_000;
  const { subscription, customer } = agent.spec;
  const at = new Date(nowMs).toISOString();
  let tookOver = false;
  let sent: AgentRecord | null = null;
  const decide = (current: AgentRecord | null): AgentRecord | null => {
    // A push that landed while its answer was lost: the claim there is this one.
    if (current !== null && sent !== null && isOurs(current.claim, sent.claim)) return current;
    if (effectHash(current) !== change.basis.record) return null;
    tookOver = current?.claim !== undefined;
    const own = { run: run.id, change: change.kind, nonce: begin.nonce(current) };
    const before = crashed(current ?? newRecord(id, subscription, customer), at);
    sent = claimed(begin.prepare(before), own, nowMs, leaseMs);
    return sent;
  };
  const record = await journal.update(id, decide, 'now');
  return record === null ? null : { record, tookOver };
}

export function isOurs(claim: Claim | undefined, own: Claim | undefined): boolean {
  if (claim === undefined || own === undefined) return false;
  return claim.run === own.run && claim.since === own.since && claim.nonce === own.nonce;
}
