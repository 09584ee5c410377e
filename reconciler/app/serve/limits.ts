/**
 * What one request, one connection, one address and all of them together may take. Times are about
 * the other side's slowness; what a request costs us is bounded by how many are handled at once.
 */
import type { Server } from 'node:http';
import type { FastifyHttpOptions } from 'fastify';
import { Failure } from '../../core/failure.ts';

export type ServerLimits = {
  /** from the connection, or the answer before, until a request's headers have arrived */
  readonly headersMs: number;
  /** until all of it has */
  readonly requestMs: number;
  /** for a connection on which nothing is asked after an answer */
  readonly idleMs: number;
  /** for a connection on which nothing moves while a request is handled: longer than intake takes */
  readonly answerMs: number;
  /** what is under way when the service ends may take so long to finish */
  readonly shutdownMs: number;
  /** whole requests that are handled at once; probes of health are not counted */
  readonly requestsMax: number;
  /** of those the deliveries: as many as Stripe can be read for until the first has to be answered */
  readonly deliveriesMax: number;
  readonly connectionsMax: number;
  /** connections that have no whole request under way: of all addresses, and of one */
  readonly waitingMax: number;
  readonly waitingPerAddressMax: number;
  /** No connection is ended for the sake of others before it has waited for so long. */
  readonly waitingLeastMs: number;
  /** bytes of all bodies that have not arrived whole */
  readonly unfinishedBytesMax: number;
};

export const limitsUsual: ServerLimits = {
  headersMs: 10_000,
  requestMs: 15_000,
  idleMs: 10_000,
  answerMs: 120_000,
  shutdownMs: 25_000,
  requestsMax: 1000,
  deliveriesMax: 500,
  connectionsMax: 4000,
  waitingMax: 2000,
  waitingPerAddressMax: 200,
  waitingLeastMs: 2000,
  unfinishedBytesMax: 16 * 1024 * 1024,
};

/** For every route that does not say otherwise. */
export const bodyBytesMax = 16 * 1024;
const headerBytesMax = 8 * 1024;

/**
 * Node swaps the two limits of a request where that of the headers is the higher one, and looks at
 * them every 30 s by default: a limit would silently mean something else.
 */
export function fastifyLimits(limits: ServerLimits): FastifyHttpOptions<Server> {
  const { headersMs, requestMs, idleMs, answerMs } = limits;
  if (headersMs > requestMs)
    throw new Failure('Bug', 'headers may not take longer than their whole request');
  return {
    bodyLimit: bodyBytesMax,
    requestTimeout: requestMs,
    keepAliveTimeout: idleMs,
    connectionTimeout: answerMs,
    http: {
      headersTimeout: headersMs,
      requestTimeout: requestMs,
      keepAliveTimeout: idleMs,
      connectionsCheckingInterval: Math.max(1, Math.min(500, Math.floor(headersMs / 10))),
      maxHeaderSize: headerBytesMax,
    },
  };
}
