/** Issues and comments, as far as reporting needs them. */
import type { FastifyInstance } from 'fastify';
import {
  type GithubWorld,
  notFound,
  type Person,
  page,
  personOf,
  requiredTextIn,
  textIn,
  timeOf,
  userOf,
} from './world.ts';

type Issue = {
  readonly number: number;
  readonly by: Person;
  readonly createdMs: number;
  title: string;
  body: string | null;
  state: 'open' | 'closed';
};
type Comment = {
  readonly id: number;
  readonly issue: number;
  readonly by: Person;
  readonly atMs: number;
  readonly body: string;
};
type Numbered = { Params: { number: string } };

export type IssueStore = { dump(): unknown };

/** Pull requests take comments too: `isPull` tells which numbers are theirs. */
export function registerIssues(
  app: FastifyInstance,
  world: GithubWorld,
  isPull: (number: number) => boolean,
): IssueStore {
  const issues: Issue[] = [];
  const comments: Comment[] = [];
  const find = (number: string): Issue => {
    const issue = issues.find((one) => one.number === Number(number));
    if (issue === undefined) throw notFound();
    return issue;
  };

  app.post('/issues', async (request, reply) => {
    const issue: Issue = {
      number: world.nextNumber(),
      by: personOf(world, request),
      createdMs: world.clock.now(),
      title: requiredTextIn(request.body, 'title'),
      body: textIn(request.body, 'body') ?? null,
      state: 'open',
    };
    issues.push(issue);
    return reply.code(201).send(issueBody(issue));
  });
  app.get<{ Querystring: { state?: string } }>('/issues', async (request, reply) => {
    const state = request.query.state ?? 'open';
    const wanted = issues.filter((issue) => state === 'all' || issue.state === state).reverse();
    return page(wanted, request, reply).map(issueBody);
  });
  app.get<Numbered>('/issues/:number', async ({ params }) => issueBody(find(params.number)));
  app.patch<Numbered>('/issues/:number', async ({ params, body }) => {
    const issue = find(params.number);
    issue.title = textIn(body, 'title') ?? issue.title;
    issue.body = textIn(body, 'body') ?? issue.body;
    issue.state = textIn(body, 'state') === 'closed' ? 'closed' : 'open';
    return issueBody(issue);
  });
  app.post<Numbered>('/issues/:number/comments', async (request, reply) => {
    const number = Number(request.params.number);
    if (!isPull(number)) find(request.params.number);
    const comment: Comment = {
      id: world.nextId(),
      issue: number,
      by: personOf(world, request),
      atMs: world.clock.now(),
      body: requiredTextIn(request.body, 'body'),
    };
    comments.push(comment);
    return reply.code(201).send(commentBody(comment));
  });
  app.get<Numbered>('/issues/:number/comments', async (request, reply) => {
    const number = Number(request.params.number);
    if (!isPull(number)) find(request.params.number);
    const wanted = comments.filter(({ issue }) => issue === number);
    return page(wanted, request, reply).map(commentBody);
  });

  return { dump: () => issues.map(issueBody) };
}

function issueBody(issue: Issue): Record<string, unknown> {
  return {
    id: issue.number,
    number: issue.number,
    title: issue.title,
    body: issue.body,
    state: issue.state,
    user: userOf(issue.by),
    created_at: timeOf(issue.createdMs),
  };
}

function commentBody(comment: Comment): Record<string, unknown> {
  return {
    id: comment.id,
    user: userOf(comment.by),
    body: comment.body,
    created_at: timeOf(comment.atMs),
  };
}
