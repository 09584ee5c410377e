/** Checks whether a request contains the platform's token. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';

/** Both are hashed first, so that the time reveals neither length nor content. */
export function isPlatform({ headers }: Pick<FastifyRequest, 'headers'>, token: string): boolean {
  const given = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(token)) && token !== '';
}
