/** Issues and comments. Pull requests are issues too, and are listed with them. */
import type { FastifyInstance } from 'fastify';
import type { Account } from './accounts.ts';
import { userBody } from './bodies.ts';
import { GithubError, invalid, malformed, notFound } from './errors.ts';
import { registerArea } from './frame.ts';
import { fieldIn, listIn, numberOf, requiredTextIn, textIn, textsIn, wordIn } from './input.ts';
import { labelNamesIn } from './labels.ts';
import { page } from './page.ts';
import type { Topic } from './records.ts';
import { checkTexts } from './texts.ts';
import {
  allTopics,
  associationOf,
  findTopic,
  isPull,
  issueBody,
  newTopic,
  reactionsOf,
} from './topics.ts';
import { actorOf, type GithubWorld, htmlUrl, nodeId, repoUrl, timeOf } from './world.ts';

type Comment = {
  readonly id: number;
  readonly topic: number;
  readonly by: Account;
  readonly createdMs: number;
  updatedMs: number;
  body: string;
};
type Numbered = { Params: { number: string } };

export function registerIssues(app: FastifyInstance, world: GithubWorld): void {
  registerArea(app, { needs: 'issues', docs: 'issues/issues' }, (scope) => {
    scope.post('/issues', async (request, reply) => {
      const title = titleIn(request.body);
      const body = textIn(request.body, 'body') ?? null;
      const labels = listIn(request.body, 'labels');
      const assignees = assigneesIn(world, request.body);
      checkTexts('Issue', { title, body });
      const issue = newTopic(world, actorOf(world, request), { title, body });
      issue.labels = labels === undefined ? [] : labelNamesIn(world, labels);
      issue.assignees = assignees ?? [];
      world.issues.push(issue);
      return reply
        .code(201)
        .header('location', repoUrl(world, `/issues/${issue.number}`))
        .send(issueBody(world, issue));
    });
    scope.get<{ Querystring: ListQuery }>('/issues', async (request, reply) => {
      const wanted = sorted(allTopics(world).filter(matches(request.query)), request.query);
      return page(wanted, request, reply).map((one) => issueBody(world, one));
    });
    scope.get<Numbered>('/issues/:number', async ({ params }) =>
      issueBody(world, findTopic(world, numberOf(params.number))),
    );
    scope.patch<Numbered>('/issues/:number', async (request) => {
      const topic = findTopic(world, numberOf(request.params.number));
      changeTopic(world, topic, { body: request.body, by: actorOf(world, request) });
      return issueBody(world, topic);
    });
  });
  const comments = { needs: 'issues', orNeeds: 'pull_requests', docs: 'issues/comments' } as const;
  registerArea(app, comments, (scope) => registerComments(scope, world));
}

function registerComments(scope: FastifyInstance, world: GithubWorld): void {
  const comments: Comment[] = [];
  const find = (id: string): Comment => {
    const found = comments.find((one) => one.id === numberOf(id));
    if (found === undefined) throw notFound();
    return found;
  };
  scope.post<Numbered>('/issues/:number/comments', async (request, reply) => {
    const topic = findTopic(world, numberOf(request.params.number));
    const body = requiredTextIn(request.body, 'body');
    if (body.trim() === '') {
      throw invalid({ resource: 'IssueComment', field: 'body', code: 'missing_field' });
    }
    checkTexts('IssueComment', { body });
    const nowMs = world.clock.now();
    const by = actorOf(world, request);
    const times = { createdMs: nowMs, updatedMs: nowMs };
    const comment = { id: world.nextId(), topic: topic.number, by, body, ...times };
    comments.push(comment);
    topic.comments += 1;
    topic.updatedMs = nowMs;
    return reply.code(201).send(commentBody(world, comment));
  });
  scope.get<Numbered>('/issues/:number/comments', async (request, reply) => {
    const { number } = findTopic(world, numberOf(request.params.number));
    const wanted = comments.filter(({ topic }) => topic === number);
    return page(wanted, request, reply).map((one) => commentBody(world, one));
  });
  type One = { Params: { id: string } };
  scope.patch<One>('/issues/comments/:id', async ({ params, body }) => {
    const comment = find(params.id);
    const text = requiredTextIn(body, 'body');
    checkTexts('IssueComment', { body: text });
    comment.body = text;
    comment.updatedMs = world.clock.now();
    return commentBody(world, comment);
  });
  scope.delete<One>('/issues/comments/:id', async ({ params }, reply) => {
    const comment = find(params.id);
    comments.splice(comments.indexOf(comment), 1);
    findTopic(world, comment.topic).comments -= 1;
    return reply.code(204).send();
  });
}

function titleIn(body: unknown): string {
  const given = fieldIn(body, 'title');
  // GitHub accepts a number as a title too.
  const title = typeof given === 'number' ? String(given) : requiredTextIn(body, 'title');
  if (title.trim() !== '') return title;
  throw invalid({ resource: 'Issue', field: 'title', code: 'missing_field' });
}

function assigneesIn(world: GithubWorld, body: unknown): Account[] | undefined {
  return textsIn(body, 'assignees')?.flatMap((login) => {
    const account = world.accounts.byLogin(login);
    if (account !== undefined) return [account];
    throw invalid({ resource: 'Issue', field: 'assignees', code: 'invalid' });
  });
}

/** The fields that can be changed on issues and pull requests alike. */
export function changeTopic(
  world: GithubWorld,
  topic: Topic,
  { body, by }: { body: unknown; by: Account },
): void {
  const state = wordIn(body, 'state', ['open', 'closed']);
  const reason = wordIn(body, 'state_reason', [
    'completed',
    'not_planned',
    'reopened',
    'duplicate',
  ]);
  const labels = listIn(body, 'labels');
  const assignees = assigneesIn(world, body);
  const title = fieldIn(body, 'title') === undefined ? topic.title : titleIn(body);
  const text = fieldIn(body, 'body') === undefined ? topic.body : (textIn(body, 'body') ?? null);
  checkTexts(isPull(world, topic) ? 'PullRequest' : 'Issue', { title, body: text });
  const nowMs = world.clock.now();
  Object.assign(topic, { title, body: text, updatedMs: nowMs });
  if (labels !== undefined) topic.labels = labelNamesIn(world, labels);
  if (assignees !== undefined) topic.assignees = assignees;
  if (state === 'closed' && topic.closedMs === null) {
    const stateReason = isPull(world, topic) ? null : (reason ?? 'completed');
    Object.assign(topic, { closedMs: nowMs, closedBy: by, stateReason });
  }
  if (state === 'open' && topic.closedMs !== null) {
    const stateReason = isPull(world, topic) ? null : 'reopened';
    Object.assign(topic, { closedMs: null, closedBy: null, stateReason });
  }
}

type ListQuery = {
  state?: string;
  labels?: string;
  creator?: string;
  assignee?: string;
  since?: string;
  sort?: string;
  direction?: string;
};

function matches(query: ListQuery): (topic: Topic) => boolean {
  const { state = 'open', labels = '' } = query;
  if (!['open', 'closed', 'all'].includes(state)) {
    throw malformed(`For 'state', ${state} is not a member of [open, closed, all].`);
  }
  const wanted = labels.split(',').filter(Boolean);
  const sinceMs = query.since === undefined ? 0 : Date.parse(query.since);
  if (Number.isNaN(sinceMs)) throw new GithubError(422, 'since is not a valid date');
  return (topic) =>
    (state === 'all' || (state === 'open') === (topic.closedMs === null)) &&
    wanted.every((name) => topic.labels.includes(name)) &&
    (query.creator === undefined || topic.by.login === query.creator) &&
    topic.updatedMs >= sinceMs;
}

function sorted(topics: Topic[], query: ListQuery): Topic[] {
  const keys = { updated: 'updatedMs', comments: 'comments', created: 'createdMs' } as const;
  const key = keys[(query.sort ?? 'created') as keyof typeof keys] ?? 'createdMs';
  topics.sort((a, b) => b[key] - a[key] || b.number - a.number);
  return query.direction === 'asc' ? topics.reverse() : topics;
}

function commentBody(world: GithubWorld, comment: Comment): Record<string, unknown> {
  const url = repoUrl(world, `/issues/comments/${comment.id}`);
  return {
    id: comment.id,
    node_id: nodeId('IC', comment.id),
    url,
    html_url: htmlUrl(world, `/issues/${comment.topic}#issuecomment-${comment.id}`),
    body: comment.body,
    user: userBody(world, comment.by),
    created_at: timeOf(comment.createdMs),
    updated_at: timeOf(comment.updatedMs),
    issue_url: repoUrl(world, `/issues/${comment.topic}`),
    author_association: associationOf(comment.by),
    performed_via_github_app: null,
    reactions: reactionsOf(url),
  };
}
