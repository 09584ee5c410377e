/**
 * Who may see an agent: holders of its link. Requests are counted for each token and for each
 * address before anything is looked up. A token that is malformed, forged, expired, revoked or for
 * another agent, and an agent that does not exist, get the same answer after the same steps.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ServedDocument, StatusReader } from '../../flows/status/read.ts';
import { noAgent, type OpenedLink, openLink } from '../../flows/status/token.ts';
import type { Clock } from '../../ports/clock.ts';
import { sendError, sendTooMany } from './errors.ts';
import type { ServerLimits } from './limits.ts';
import { type Bucket, createRateLimiter, fullBucket, namesLeast, takeFrom } from './rate-limit.ts';
import { createRecent } from './recent.ts';
import { networkOf } from './waiting-connections.ts';

export type AgentRequest = FastifyRequest<{
  Params: { id: string };
  Querystring: { token?: unknown };
}>;

export type AgentAccess =
  | {
      readonly kind: 'open';
      readonly document: ServedDocument;
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

type Use = {
  readonly bucket: Bucket;
  /** of a token that opened its agent before, whose signature need not be computed again */
  link: OpenedLink | null;
};

/** Longer than any token of ours. */
const tokenCharactersMax = 128;

/** @returns what decides on a request with this token; an empty one where it has none */
export function createLinkAccess({ status, clock, tokenSecrets, limits }: LinkAccessOptions) {
  const { readsPerToken } = limits;
  const uses = createRecent<Use>(namesLeast);
  const ofAddress = createRateLimiter(limits.readsPerAddress);

  function useOf(token: string, nowMs: number): Use {
    const known = uses.get(token);
    if (known !== undefined) return known;
    const use = { bucket: fullBucket(readsPerToken, nowMs), link: null };
    uses.set(token, use);
    return use;
  }

  /** A refusal always computes the signature, so that its time does not tell why it is one. */
  async function open(id: string, token: string, nowMs: number): Promise<AgentAccess> {
    const check = { secrets: tokenSecrets, nowMs, epochOf: status.epochOf };
    const link = await openLink({ id, token }, check);
    const document = await status.read(link?.agent ?? noAgent);
    if (link === null || document === null) return { kind: 'none' };
    useOf(token, nowMs).link = link;
    return opened(link, document, nowMs);
  }

  /** At once for a link that opened this agent before, and still does. */
  function openAgain({ link }: Use, id: string, nowMs: number): AgentAccess | null {
    if (link === null || link.agent !== id || nowMs >= link.expires * 1000) return null;
    const document = status.readAtOnce(link.agent, link.epoch);
    return document && opened(link, document, nowMs);
  }

  return (request: AgentRequest, given: string): AgentAccess | Promise<AgentAccess> => {
    const { id } = request.params;
    const token = given.slice(0, tokenCharactersMax);
    const nowMs = clock.now();
    const use = token === '' ? null : useOf(token, nowMs);
    const seconds = Math.max(
      ofAddress.take(networkOf(request.ip), nowMs) ?? 0,
      use === null ? 0 : (takeFrom(use.bucket, readsPerToken, nowMs) ?? 0),
    );
    if (seconds > 0) return { kind: 'tooMany', seconds };
    return (use && openAgain(use, id, nowMs)) ?? open(id, token, nowMs);
  };
}

function opened(link: OpenedLink, document: ServedDocument, nowMs: number): AgentAccess {
  return { kind: 'open', document, secondsLeft: Math.floor(link.expires - nowMs / 1000) };
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
