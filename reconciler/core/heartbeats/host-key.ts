/**
 * How a heartbeat is signed. A host holds a key of its own, derived from the service's secret for
 * one agent and one revision: it cannot sign for another agent, nor its former server for it.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { AgentId } from '../agent/agent.ts';

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

function hmac(key: string, text: string) {
  return createHmac('sha256', key).update(text);
}
