/** Answers with a tag of the content (ETag), and without content where the client has it already. */
import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

export function sendTagged(
  request: FastifyRequest,
  reply: FastifyReply,
  { type, text }: { readonly type: string; readonly text: string },
): FastifyReply {
  return send(request, reply, { ...taggedOf(text), type });
}

function send(
  request: FastifyRequest,
  reply: FastifyReply,
  { type, text, tag }: Tagged & { readonly type: string },
): FastifyReply {
  reply.header('etag', tag);
  if (names(request.headers['if-none-match'], tag)) return reply.code(304).send();
  return reply.type(type).send(text);
}

type Tagged = { readonly text: string; readonly tag: string };

function taggedOf(text: string): Tagged {
  const tag = createHash('sha256').update(text).digest('base64url').slice(0, 22);
  return { text, tag: `"${tag}"` };
}

/** Of documents that are sent more than once. */
const tagged = new WeakMap<object, Tagged>();

/** @param document never changed afterwards */
export function sendTaggedJson(
  request: FastifyRequest,
  reply: FastifyReply,
  document: object,
): FastifyReply {
  const made = tagged.get(document) ?? taggedOf(JSON.stringify(document));
  tagged.set(document, made);
  return send(request, reply, { ...made, type: 'application/json; charset=utf-8' });
}

/** A proxy that compresses makes the tag a weak one. */
function names(given: string | undefined, tag: string): boolean {
  if (given === undefined) return false;
  const tags = given.split(',').map((one) => one.trim().replace(/^W\//, ''));
  return tags.includes(tag) || tags.includes('*');
}
