/** Answers with a tag of the content (ETag), and without content where the client has it already. */
import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

function sendTagged(
  request: FastifyRequest,
  reply: FastifyReply,
  { type, text }: { readonly type: string; readonly text: string },
): FastifyReply {
  const tag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
  reply.header('etag', tag);
  if (names(request.headers['if-none-match'], tag)) return reply.code(304).send();
  return reply.type(type).send(text);
}

export function sendTaggedJson(
  request: FastifyRequest,
  reply: FastifyReply,
  document: object,
): FastifyReply {
  const text = JSON.stringify(document);
  return sendTagged(request, reply, { type: 'application/json; charset=utf-8', text });
}

/** A proxy that compresses makes the tag a weak one. */
function names(given: string | undefined, tag: string): boolean {
  const tags = (given ?? '').split(',').map((one) => one.trim().replace(/^W\//, ''));
  return tags.includes(tag) || tags.includes('*');
}
