/**
 * How a heartbeat is signed. A host holds a key of its own, derived from the service's secret for
 * one agent and one revision: it cannot sign for another agent, nor its former server for it.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { AgentFile, AgentId } from '../agent/agent.ts';
import { withoutDeadLease } from '../fleet/progress.ts';
import type { RecordFile } from '../fleet/recorded.ts';

/** Domain separation: neither is valid for another use of the secret or the key. */
const purpose = { key: 'aura.dev/heartbeat-key', beat: 'aura.dev/heartbeat' } as const;

/** How far the time in a heartbeat may be from ours: a copy is worthless after that. */
export const clockToleranceMs = 60_000;

/** 64 hex */
export function heartbeatKey(secret: string, agent: string, revision: number): string {
  return hmac(secret, `${purpose.key}\n${agent}\n${revision}`).digest('hex');
}

type Signed = {
  readonly agent: AgentId;
  /** when it was sent, seconds since the epoch of UNIX, as it is written in the header */
  readonly sentAt: string;
  readonly body: Uint8Array;
};

function heartbeatSignature(key: string, { agent, sentAt, body }: Signed): Buffer {
  return hmac(key, `${purpose.beat}\n${agent}\n${sentAt}\n`).update(body).digest();
}

/** Whether a key of one of the secrets signed it; each is compared, in constant time. */
export function isSignedByHost(
  secrets: readonly string[],
  revision: number,
  signature: Buffer,
  signed: Signed,
): boolean {
  const matches = secrets.map((secret) => {
    const key = heartbeatKey(secret, signed.agent, revision);
    const expected = heartbeatSignature(key, signed);
    return expected.length === signature.length && timingSafeEqual(expected, signature);
  });
  return matches.includes(true);
}

/**
 * The revision whose server may report now: the recorded one, because the file may ask for a server
 * that does not exist yet. null where no server may: unknown, retired or gone.
 */
export function reportingRevision(
  file: AgentFile | undefined,
  recorded: RecordFile | undefined,
): number | null {
  if (file === undefined || recorded?.kind !== 'valid') return null;
  const { server, gone, chosen } = recorded.record;
  if (server === undefined || gone !== undefined) return null;
  if (file.kind === 'valid' && file.agent.spec.retired !== undefined) return null;
  return chosen?.revision ?? null;
}

/** The same for one that is expected to report: its server is on, and no run works on it. */
export function expectedRevision(
  file: AgentFile | undefined,
  recorded: RecordFile | undefined,
): number | null {
  if (recorded?.kind !== 'valid') return null;
  const { phase, lease } = withoutDeadLease(recorded.record);
  if (lease !== undefined) return null;
  if (phase !== 'running' && phase !== 'updating') return null;
  return reportingRevision(file, recorded);
}

function hmac(key: string, text: string) {
  return createHmac('sha256', key).update(text);
}
