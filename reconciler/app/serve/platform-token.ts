/** Admits only requests that contain the platform's token. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendUnauthorised } from './errors.ts';

/** Before the body is read: without the token there is no other answer. */
export function platformOnly(token: string) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    reply.header('cache-control', 'no-store');
    if (!isPlatform(request, token))
      return sendUnauthorised(reply, 'This address needs the token of the platform.');
  };
}

/** Both are hashed first, so that the time reveals neither length nor content. */
function isPlatform({ headers }: Pick<FastifyRequest, 'headers'>, token: string): boolean {
  const given = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(token)) && token !== '';
}
