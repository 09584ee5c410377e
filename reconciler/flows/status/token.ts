/**
 * Creates and verifies the token in a customer's status link: `id.expiry.epoch.HMAC`. It gives read
 * access to one agent's page until it expires, or until the agent's `linkEpoch` is raised.
 *
 * The signature is checked first: without it a caller learns nothing, not even whether an agent
 * exists.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { type AgentId, parseAgentId } from '../../core/agent/agent.ts';

/** Domain separation: the signature is valid for no other use of the secret. */
const purpose = 'aura.dev/status-link';

type LinkRequest = {
  readonly id: AgentId;
  readonly epoch: number;
  /** seconds since the epoch of UNIX */
  readonly expires: number;
  readonly secret: string;
};

/** The token that a status link carries. */
export function createLink({ id, epoch, expires, secret }: LinkRequest): string {
  const payload = `${id}.${expires}.${epoch}`;
  return `${payload}.${signatureOf(payload, secret).toString('base64url')}`;
}

type VerifiedToken =
  | { readonly kind: 'valid'; readonly id: AgentId }
  | { readonly kind: 'refused'; readonly why: 'malformed' | 'forged' | 'expired' | 'revoked' };

const shape = /^(agt-[0-9a-z]{12})\.([0-9]{1,12})\.([0-9]{1,9})\.([A-Za-z0-9_-]{43})$/;

/**
 * @param secrets each is valid, the first signs new links
 * @param epochOf the current epoch of the agent's links; with null every token is refused
 */
export async function verifyToken(
  token: string,
  secrets: readonly string[],
  nowMs: number,
  epochOf: (id: AgentId) => Promise<number | null>,
): Promise<VerifiedToken> {
  const [, name = '', expires = '', epoch = '', signature = ''] = shape.exec(token) ?? [];
  const id = parseAgentId(name);
  if (id === null) return refused('malformed');
  const given = Buffer.from(signature, 'base64url');
  const matches = secrets.map((secret) => {
    const expected = signatureOf(`${name}.${expires}.${epoch}`, secret);
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
  if (!matches.includes(true)) return refused('forged');
  if (nowMs >= Number(expires) * 1000) return refused('expired');
  if ((await epochOf(id)) !== Number(epoch)) return refused('revoked');
  return { kind: 'valid', id };
}

function signatureOf(payload: string, secret: string): Buffer {
  return createHmac('sha256', secret).update(`${purpose}\n${payload}`).digest();
}

function refused(why: (VerifiedToken & { kind: 'refused' })['why']): VerifiedToken {
  return { kind: 'refused', why };
}
