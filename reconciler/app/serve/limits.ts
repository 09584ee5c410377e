/**
 * Limits of one request, one connection, one address and all of them together. Times limit slow
 * clients; the number of concurrent requests limits the work.
 */
import type { Server } from 'node:http';
import type { FastifyHttpOptions } from 'fastify';
import { Failure } from '../../core/failure.ts';
import type { RateLimit } from './rate-limit.ts';

export type ServerLimits = {
  /** from the connection, or the last answer, until a request's headers have arrived */
  readonly headersMs: number;
  /** until the whole request has arrived */
  readonly requestMs: number;
  /** for a connection without a request after an answer */
  readonly idleMs: number;
  /** for a connection without traffic while a request is handled: longer than intake takes */
  readonly answerMs: number;
  /** how long requests may continue when the service ends */
  readonly shutdownMs: number;
  /** complete requests that are handled at once; health probes do not count */
  readonly requestsMax: number;
  /** deliveries among them: as many as Stripe can be read for before the first must be answered */
  readonly deliveriesMax: number;
  readonly connectionsMax: number;
  /** connections without a complete request: of all addresses, and of one */
  readonly waitingMax: number;
  readonly waitingPerAddressMax: number;
  /** how long a connection waits at least before it may be ended in favour of others */
  readonly waitingLeastMs: number;
  /** bytes of all bodies that have not arrived completely */
  readonly unfinishedBytesMax: number;
  /** reads of agents: with one token, and from one address */
  readonly readsPerToken: RateLimit;
  readonly readsPerAddress: RateLimit;
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
  readsPerToken: { burst: 60, perMinute: 120 },
  readsPerAddress: { burst: 600, perMinute: 1200 },
};

/** For every route without a limit of its own. */
export const bodyBytesMax = 16 * 1024;
const headerBytesMax = 8 * 1024;

/**
 * Node swaps the two limits if that of the headers is higher, and by default checks them only every
 * 30 s: a limit would then have another meaning.
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
