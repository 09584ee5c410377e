/**
 * Bodies that have not arrived whole take memory and are of no use yet: all of them together are
 * bounded. Past the bound the one that began first is broken off; a body that is sent at once is
 * whole before it is the first.
 */
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { hasBody } from './connections.ts';
import { bodyBytesMax } from './limits.ts';
import type { SparingLog } from './sparing-log.ts';

export function limitBodies(
  app: FastifyInstance,
  { bytesMax, say }: { readonly bytesMax: number; readonly say: SparingLog },
): void {
  /** bytes of each so far, the first begun first */
  const unfinished = new Map<IncomingMessage, number>();
  let total = 0;

  function forget(message: IncomingMessage): void {
    total -= unfinished.get(message) ?? 0;
    unfinished.delete(message);
  }

  function count(message: IncomingMessage, bytes: number): void {
    const before = unfinished.get(message);
    if (before === undefined) return;
    unfinished.set(message, before + bytes);
    total += bytes;
    for (const first of unfinished.keys()) {
      if (total <= bytesMax) break;
      say({ bodies: unfinished.size, bytes: total });
      forget(first);
      first.socket.destroy();
    }
  }

  app.addHook('onSend', async ({ raw }, reply) => {
    if (!raw.complete && hasBody(raw)) reply.raw.once('finish', () => discard(raw));
  });
  // With a callback, so that the body's reader listens before the first byte flows.
  app.addHook('preParsing', (request, _reply, payload, done) => {
    const { raw } = request;
    if (hasBody(raw) && raw.method !== 'GET' && raw.method !== 'HEAD') {
      unfinished.set(raw, 0);
      raw.once('end', () => forget(raw));
      raw.once('close', () => forget(raw));
      raw.on('data', (chunk: Buffer) => count(raw, chunk.length));
    }
    done(null, payload);
  });
}

/**
 * The rest of a body that was answered before it came: a small one is thrown away, so that its
 * connection can go on, and a large one is not read to its end.
 */
function discard(message: IncomingMessage): void {
  let left = bodyBytesMax;
  message.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) message.destroy();
  });
}
