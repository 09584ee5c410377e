/** What the routes of GitHub's API share: the repository, who is who, numbers, pages, errors. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { WorldClock } from '../clock.ts';
import type { GitRepository } from '../git-repository.ts';
import type { Randomness } from '../randomness.ts';

export type Person = {
  readonly login: string;
  readonly id: number;
  readonly type: 'User' | 'Bot';
  readonly token: string;
};

export type GithubWorld = {
  readonly clock: WorldClock;
  readonly randomness: Randomness;
  readonly repository: GitRepository;
  readonly owner: string;
  readonly name: string;
  /** By token. */
  readonly people: Map<string, Person>;
  /** Issues and pull requests share one sequence. */
  nextNumber(): number;
  /** For everything that is not counted per repository. */
  nextId(): number;
};

/** Thrown by a route; the frame answers it in GitHub's shape. */
export class GithubError extends Error {
  readonly statusCode: number;
  constructor(statusCode: number, message: string) {
    super(message);
    this.statusCode = statusCode;
  }
}

export const notFound = () => new GithubError(404, 'Not Found');
export const invalid = (what: string) => new GithubError(422, `Validation Failed: ${what}`);

export function errorBody({ status, message }: { status: number; message: string }): unknown {
  const said = message === 'not found' ? 'Not Found' : message;
  return { message: said, documentation_url: 'https://docs.github.com/rest', status: `${status}` };
}

/** GitHub writes whole seconds. */
export function timeOf(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

export function userOf(person: Person): Record<string, unknown> {
  return {
    login: person.login,
    id: person.id,
    node_id: `U_${person.id}`,
    type: person.type,
    site_admin: false,
    html_url: `https://github.com/${person.login}`,
  };
}

export function repositoryOf({ owner, name }: GithubWorld): Record<string, unknown> {
  return {
    id: 1,
    node_id: 'R_1',
    name,
    full_name: `${owner}/${name}`,
    private: true,
    owner: { login: owner, id: 1, type: 'Organization' },
    html_url: `https://github.com/${owner}/${name}`,
    default_branch: 'main',
    archived: false,
    disabled: false,
    allow_merge_commit: true,
    allow_squash_merge: true,
    allow_rebase_merge: false,
    permissions: { admin: false, maintain: false, push: true, triage: true, pull: true },
  };
}

/** Whose token the request carries; the frame has let nobody else in. */
export function personOf(world: GithubWorld, request: FastifyRequest): Person {
  const person = world.people.get(tokenOf(request.headers.authorization) ?? '');
  if (person === undefined) throw new GithubError(401, 'Bad credentials');
  return person;
}

/** The token of a Bearer, `token` or Basic header; git sends the latter. */
export function tokenOf(header: string | undefined): string | null {
  const [, scheme = '', value = ''] = /^(\w+) +(.+)$/.exec(header ?? '') ?? [];
  if (/^(bearer|token)$/i.test(scheme)) return value;
  if (!/^basic$/i.test(scheme)) return null;
  const pair = Buffer.from(value, 'base64').toString();
  return pair.slice(pair.indexOf(':') + 1);
}

type PageQuery = { page?: string; per_page?: string };

/** One page of `all`, with GitHub's Link header: 30 a page, at most 100. */
export function page<Item>(
  all: readonly Item[],
  request: FastifyRequest,
  reply: FastifyReply,
): Item[] {
  const query = request.query as PageQuery;
  const size = Math.min(Math.max(Number(query.per_page ?? 30) || 30, 1), 100);
  const number = Math.max(Number(query.page ?? 1) || 1, 1);
  const last = Math.max(Math.ceil(all.length / size), 1);
  const links = [
    number > 1 ? link(request, number - 1, 'prev') : null,
    number < last ? link(request, number + 1, 'next') : null,
    number < last ? link(request, last, 'last') : null,
    number > 1 ? link(request, 1, 'first') : null,
  ].filter((entry) => entry !== null);
  if (links.length > 0) reply.header('link', links.join(', '));
  return all.slice((number - 1) * size, number * size);
}

function link(request: FastifyRequest, number: number, relation: string): string {
  const url = new URL(request.url, `http://${request.headers.host}`);
  url.searchParams.set('page', String(number));
  return `<${url}>; rel="${relation}"`;
}

/** A text field of a JSON body; undefined where it is not given. */
export function textIn(body: unknown, field: string): string | undefined {
  const value = fieldIn(body, field);
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw invalid(`${field} is not a string`);
  return value;
}

export function requiredTextIn(body: unknown, field: string): string {
  const value = textIn(body, field);
  if (value === undefined || value === '') throw invalid(`${field} is missing`);
  return value;
}

export function fieldIn(body: unknown, field: string): unknown {
  return typeof body === 'object' && body !== null
    ? Object.entries(body).find(([name]) => name === field)?.[1]
    : undefined;
}
