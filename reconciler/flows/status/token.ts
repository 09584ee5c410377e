/**
 * Creates and checks the token in a customer's status link: `id.expiry.epoch.HMAC`. It gives read
 * access to one agent's page until it expires, or until the agent's `linkEpoch` is raised.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { type AgentId, agentIdOf, parseAgentId } from '../../core/agent/agent.ts';

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

const shape = /^(agt-[0-9a-z]{12})\.([0-9]{1,12})\.([0-9]{1,9})\.([A-Za-z0-9_-]{43})$/;

/** Of no subscription: stands in where none is known, so that the same steps are taken. */
export const noAgent = agentIdOf('');
const noToken = `${noAgent}.0.0.${'A'.repeat(43)}`;

type LinkCheck = {
  /** each is accepted */
  readonly secrets: readonly string[];
  readonly nowMs: number;
  /** the current epoch of the agent's links; with null every token is refused */
  readonly epochOf: (id: AgentId) => Promise<number | null>;
};
/** An agent that a token opens, until when, and while its links have this epoch. */
export type OpenedLink = {
  readonly agent: AgentId;
  readonly expires: number;
  readonly epoch: number;
};

/**
 * The agent that was asked for, if the token is for it; else null, without a reason. All refusals
 * take the same steps, so that their time does not tell them apart. An agent is looked up only by a
 * token with our signature: without one, a caller learns nothing about it.
 */
export async function openLink(
  { id, token }: { readonly id: string; readonly token: string },
  { secrets, nowMs, epochOf }: LinkCheck,
): Promise<OpenedLink | null> {
  const [, name = '', expiry = '', epoch = '', signature = ''] =
    shape.exec(token) ?? shape.exec(noToken) ?? [];
  const given = Buffer.from(signature, 'base64url');
  const payload = `${name}.${expiry}.${epoch}`;
  const matches = secrets.map((secret) => timingSafeEqual(signatureOf(payload, secret), given));
  const isSigned = matches.includes(true);
  const agent = parseAgentId(isSigned ? name : noAgent) ?? noAgent;
  const current = await epochOf(agent);
  const expires = Number(expiry);
  const holds = [isSigned, agent === id, current === Number(epoch), nowMs < expires * 1000];
  return holds.includes(false) ? null : { agent, expires, epoch: Number(epoch) };
}

/** Whether a token has the form of ours, signed or not. */
export function isLink(token: string): boolean {
  return shape.test(token);
}

function signatureOf(payload: string, secret: string): Buffer {
  return createHmac('sha256', secret).update(`${purpose}\n${payload}`).digest();
}
