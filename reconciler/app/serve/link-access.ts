/**
 * Who may see an agent: holders of its link. Requests are counted for each token and for each
 * address before anything is looked up. A token that is malformed, forged, expired, revoked or for
 * another agent, and an agent that does not exist, get the same answer after the same steps.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ServedStatus, StatusReader } from '../../flows/status/read.ts';
import { isStillOpen, noAgent, type OpenedLink, openLink } from '../../flows/status/token.ts';
import type { Clock } from '../../ports/clock.ts';
import { sendError, sendTooMany } from './errors.ts';
import type { ServerLimits } from './limits.ts';
import { createRateLimiter } from './rate-limit.ts';
import { networkOf } from './waiting-connections.ts';

export type AgentRequest = FastifyRequest<{
  Params: { id: string };
  Querystring: { token?: unknown };
}>;

export type AgentAccess =
  | {
      readonly kind: 'open';
      readonly view: ServedStatus;
      /** how long the link still holds; 0 for the platform, which has none */
      readonly secondsLeft: number;
    }
  | { readonly kind: 'none' }
  | { readonly kind: 'tooMany'; readonly seconds: number };

type LinkAccessOptions = {
  readonly status: StatusReader;
  readonly clock: Pick<Clock, 'now'>;
  readonly tokenSecrets: readonly string[];
  readonly limits: Pick<ServerLimits, 'readsPerToken' | 'readsPerAddress'>;
};

/** A few hundred bytes each. */
const openedMax = 20_000;
/** Longer than any token of ours. */
const tokenCharactersMax = 128;

/** @returns what decides on a request with this token; an empty one where it has none */
export function createLinkAccess({ status, clock, tokenSecrets, limits }: LinkAccessOptions) {
  const ofToken = createRateLimiter(limits.readsPerToken);
  const ofAddress = createRateLimiter(limits.readsPerAddress);
  /** of tokens that opened their agent before, whose signature need not be computed again */
  const opened = new Map<string, OpenedLink>();

  /** A refusal always computes the signature, so that its time does not tell why it is one. */
  async function linkOf(id: string, token: string, nowMs: number): Promise<OpenedLink | null> {
    const known = opened.get(token);
    const check = { secrets: tokenSecrets, nowMs, epochOf: status.epochOf };
    if (known?.agent === id && (await isStillOpen(known, check))) return known;
    return openLink({ id, token }, check);
  }

  function remember(token: string, link: OpenedLink): void {
    if (opened.size >= openedMax) opened.clear();
    opened.set(token, link);
  }

  return async (request: AgentRequest, given: string): Promise<AgentAccess> => {
    const { id } = request.params;
    const token = given.slice(0, tokenCharactersMax);
    const nowMs = clock.now();
    const waits = [
      ofAddress.take(networkOf(request.ip), nowMs),
      token === '' ? null : ofToken.take(token, nowMs),
    ];
    const seconds = Math.max(...waits.map((wait) => wait ?? 0));
    if (seconds > 0) return { kind: 'tooMany', seconds };
    const link = await linkOf(id, token, nowMs);
    const view = await status.read(link?.agent ?? noAgent);
    if (link === null || view === null) return { kind: 'none' };
    remember(token, link);
    const secondsLeft = Math.floor(link.expires - nowMs / 1000);
    return { kind: 'open', view, secondsLeft };
  };
}

type Refusal = Exclude<AgentAccess, { readonly kind: 'open' }>;

export function sendRefusal(found: Refusal, reply: FastifyReply): FastifyReply {
  if (found.kind === 'none') {
    const message = 'This link is not valid, or not any more. Ask for a new one.';
    return sendError(reply, 404, { code: 'NotFound', message });
  }
  return sendTooMany(reply, found.seconds);
}

/** The header takes precedence over the URL, which is logged in more places. */
export function tokenOf({ headers, query }: AgentRequest): string {
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (headers.authorization !== undefined) return bearer ?? '';
  return typeof query.token === 'string' ? query.token : '';
}

/** Neither caches nor other pages may receive the answer or its address; errors included. */
export function keepPrivate(_request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  reply.header('cache-control', 'private, no-store');
  reply.header('referrer-policy', 'no-referrer');
  done();
}
