/**
 * Limits the memory of all bodies that have not arrived completely. Above the limit the oldest of
 * them is aborted; a client that sends its body at once is complete before that.
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
  /** bytes of each so far, the oldest first */
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

  app.addHook('onSend', ({ raw }, reply, payload, done) => {
    if (!raw.complete && hasBody(raw)) reply.raw.once('finish', () => discard(raw));
    done(null, payload);
  });
  // With a callback, so that the body's reader is attached before the first byte arrives.
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
 * Reads the rest of a body that was answered before it arrived: a small one is discarded, so that
 * its connection stays usable; a large one is aborted.
 */
function discard(message: IncomingMessage): void {
  let left = bodyBytesMax;
  message.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) message.destroy();
  });
}
