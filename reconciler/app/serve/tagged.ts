/** Answers with a tag of the content (ETag), and without content where the client has it already. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { tagOf } from '../../core/text/tag.ts';

type Tagged = { readonly text: string; readonly tag: string };

export const jsonType = 'application/json; charset=utf-8';

export function sendTagged(
  request: FastifyRequest,
  reply: FastifyReply,
  { type, text }: { readonly type: string; readonly text: string },
): FastifyReply {
  return sendMade(request, reply, { text, tag: tagOf(text) }, type);
}

/** Of a text whose tag is known. */
export function sendMade(
  request: FastifyRequest,
  reply: FastifyReply,
  { text, tag }: Tagged,
  type: string,
): FastifyReply {
  reply.header('etag', tag);
  if (names(request.headers['if-none-match'], tag)) return reply.code(304).send();
  return reply.header('content-type', type).send(text);
}

/** Of documents that are sent more than once. */
const tagged = new WeakMap<object, Tagged>();

/** @param document never changed afterwards */
export function sendTaggedJson(
  request: FastifyRequest,
  reply: FastifyReply,
  document: object,
): FastifyReply {
  const known = tagged.get(document);
  if (known !== undefined) return sendMade(request, reply, known, jsonType);
  const text = JSON.stringify(document);
  const made = { text, tag: tagOf(text) };
  tagged.set(document, made);
  return sendMade(request, reply, made, jsonType);
}

/** A proxy that compresses makes the tag a weak one. */
function names(given: string | undefined, tag: string): boolean {
  if (given === undefined) return false;
  const tags = given.split(',').map((one) => one.trim().replace(/^W\//, ''));
  return tags.includes(tag) || tags.includes('*');
}
