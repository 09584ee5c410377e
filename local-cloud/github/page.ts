/** Pages of a listing: 30 entries unless asked for more, 100 at most, linked as GitHub links. */
import type { FastifyReply, FastifyRequest } from 'fastify';

type PageQuery = { page?: string; per_page?: string };
type Window = { readonly size: number; readonly number: number };

export function windowOf(request: FastifyRequest): Window {
  const query = request.query as PageQuery;
  const whole = (text: string | undefined, otherwise: number) =>
    /^\d{1,9}$/.test(text ?? '') ? Number(text) : otherwise;
  const size = Math.min(whole(query.per_page, 30) || 30, 100);
  return { size, number: Math.max(whole(query.page, 1), 1) };
}

export function page<Item>(
  all: readonly Item[],
  request: FastifyRequest,
  reply: FastifyReply,
): Item[] {
  linkPages(all.length, request, reply);
  const { size, number } = windowOf(request);
  return all.slice((number - 1) * size, number * size);
}

/** For callers that have only the number of entries. */
export function linkPages(total: number, request: FastifyRequest, reply: FastifyReply): void {
  const { size, number } = windowOf(request);
  const last = Math.max(Math.ceil(total / size), 1);
  const links = [
    number > 1 ? link(request, number - 1, 'prev') : null,
    number < last ? link(request, number + 1, 'next') : null,
    number < last ? link(request, last, 'last') : null,
    number > 1 ? link(request, 1, 'first') : null,
  ].filter((entry) => entry !== null);
  if (links.length > 0) reply.header('link', links.join(', '));
}

function link(request: FastifyRequest, number: number, relation: string): string {
  const url = new URL(request.url, `http://${request.headers.host}`);
  url.searchParams.set('page', String(number));
  return `<${url}>; rel="${relation}"`;
}
