/**
 * Lets the product's site read an address from a browser (CORS): the listed origins exactly, never
 * a pattern, and without cookies.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** How long a browser may keep the answer to its question, in seconds. */
const keptSeconds = 600;

/** For every answer of a route, errors included. */
export function allowSite(origins: readonly string[]) {
  return ({ headers }: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    if (origins.length > 0) reply.header('vary', 'origin');
    const { origin } = headers;
    if (origin !== undefined && origins.includes(origin)) {
      reply.header('access-control-allow-origin', origin);
      reply.header('access-control-expose-headers', 'etag, retry-after');
    }
    done();
  };
}

/** Answers a browser that asks whether a page of the site may read this address. */
export function answerPreflights(
  app: FastifyInstance,
  url: string,
  origins: readonly string[],
): void {
  app.options(url, { onRequest: allowSite(origins) }, async (_request, reply) => {
    if (reply.hasHeader('access-control-allow-origin')) {
      reply.header('access-control-allow-methods', 'GET, HEAD');
      reply.header('access-control-allow-headers', 'authorization, if-none-match');
      reply.header('access-control-max-age', String(keptSeconds));
    }
    return reply.code(204).send();
  });
}
