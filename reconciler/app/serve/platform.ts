/** Admits requests with one of the platform's tokens, each for its scopes. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isLink } from '../../flows/status/token.ts';
import type { PlatformScope, PlatformToken } from '../../ports/platform.ts';
import { sendError, sendUnauthorised } from './errors.ts';

export type Platform = {
  /**
   * A hook that runs before the body is read: 401 without a token of the platform, 403 if the token
   * has another scope.
   */
  only(scope: PlatformScope): (request: FastifyRequest, reply: FastifyReply) => Promise<void>;
  /** Whose token the request contains; null if it is none of the platform's, or for other scopes. */
  holderOf(request: Pick<FastifyRequest, 'headers'>, scope: PlatformScope): string | null;
};

export function createPlatform(tokens: readonly PlatformToken[]): Platform {
  const known = tokens.map(({ token, ...holder }) => ({ ...holder, hash: hashOf(token) }));

  /** Compares with all of them, as hashes: the time reveals neither a length nor which one it is. */
  function find({ headers }: Pick<FastifyRequest, 'headers'>) {
    const token = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
    // The most frequent requests: of customers.
    if (isLink(token)) return null;
    const given = hashOf(token);
    return known.filter(({ hash }) => timingSafeEqual(hash, given))[0] ?? null;
  }

  return {
    only: (scope) => async (request, reply) => {
      reply.header('cache-control', 'no-store');
      const holder = find(request);
      if (holder === null) {
        sendUnauthorised(reply, 'This address needs a token of the platform.');
      } else if (!holder.scopes.includes(scope)) {
        const message = `The token of ${holder.name} does not have the scope ${scope}.`;
        sendError(reply, 403, { code: 'Forbidden', message });
      }
    },
    holderOf(request, scope) {
      const holder = find(request);
      return holder?.scopes.includes(scope) === true ? holder.name : null;
    },
  };
}

function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
