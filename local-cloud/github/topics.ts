/** What issues and pull requests share: creation, lookup, and the body in a list of issues. */
import type { Account } from './accounts.ts';
import { userBody } from './bodies.ts';
import { notFound } from './errors.ts';
import type { Label, Topic } from './records.ts';
import { type GithubWorld, htmlUrl, nodeId, repoUrl, timeOf, timeOrNull } from './world.ts';

export function newTopic(
  world: GithubWorld,
  by: Account,
  { title, body }: { title: string; body: string | null },
): Topic {
  const nowMs = world.clock.now();
  return {
    id: world.nextId(),
    number: world.nextNumber(),
    by,
    title,
    body,
    createdMs: nowMs,
    updatedMs: nowMs,
    closedMs: null,
    closedBy: null,
    stateReason: null,
    locked: false,
    labels: [],
    assignees: [],
    comments: 0,
  };
}

/** Of both kinds, newest first. */
export function allTopics(world: GithubWorld): Topic[] {
  return [...world.issues, ...world.pulls].sort((a, b) => b.number - a.number);
}

export function findTopic(world: GithubWorld, number: number): Topic {
  const found = allTopics(world).find((one) => one.number === number);
  if (found === undefined) throw notFound();
  return found;
}

export function isPull(world: GithubWorld, { number }: Topic): boolean {
  return world.pulls.some((pull) => pull.number === number);
}

export function labelBody(world: GithubWorld, label: Label): Record<string, unknown> {
  return {
    id: label.id,
    node_id: nodeId('LA', label.id),
    url: repoUrl(world, `/labels/${encodeURIComponent(label.name)}`),
    name: label.name,
    color: label.color,
    default: false,
    description: label.description,
  };
}

export function labelsOf(world: GithubWorld, topic: Topic): Record<string, unknown>[] {
  return topic.labels.flatMap((name) => {
    const label = world.labels.find((one) => one.name === name);
    return label === undefined ? [] : [labelBody(world, label)];
  });
}

export function issueBody(world: GithubWorld, topic: Topic): Record<string, unknown> {
  const url = repoUrl(world, `/issues/${topic.number}`);
  const pull = isPull(world, topic);
  const html = htmlUrl(world, `/${pull ? 'pull' : 'issues'}/${topic.number}`);
  const [assignee = null] = topic.assignees.map((one) => userBody(world, one));
  return {
    id: topic.id,
    node_id: nodeId('I', topic.id),
    url,
    repository_url: repoUrl(world),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: html,
    number: topic.number,
    title: topic.title,
    user: userBody(world, topic.by),
    labels: labelsOf(world, topic),
    state: topic.closedMs === null ? 'open' : 'closed',
    state_reason: topic.stateReason,
    locked: topic.locked,
    active_lock_reason: null,
    assignee,
    assignees: topic.assignees.map((one) => userBody(world, one)),
    milestone: null,
    comments: topic.comments,
    created_at: timeOf(topic.createdMs),
    updated_at: timeOf(topic.updatedMs),
    closed_at: timeOrNull(topic.closedMs),
    closed_by: topic.closedBy === null ? null : userBody(world, topic.closedBy),
    author_association: associationOf(topic.by),
    body: topic.body,
    reactions: reactionsOf(url),
    timeline_url: `${url}/timeline`,
    performed_via_github_app: null,
    ...(pull ? { pull_request: pullLinks(world, topic) } : {}),
  };
}

function pullLinks(world: GithubWorld, topic: Topic): Record<string, unknown> {
  const html = htmlUrl(world, `/pull/${topic.number}`);
  const merged = world.pulls.find(({ number }) => number === topic.number)?.merged ?? null;
  return {
    url: repoUrl(world, `/pulls/${topic.number}`),
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    merged_at: timeOrNull(merged?.atMs ?? null),
  };
}

export function associationOf(by: Account): string {
  return by.type === 'Bot' ? 'CONTRIBUTOR' : 'MEMBER';
}

export function reactionsOf(url: string): Record<string, unknown> {
  const kinds = ['+1', '-1', 'laugh', 'hooray', 'confused', 'heart', 'rocket', 'eyes'];
  const none = Object.fromEntries(kinds.map((kind) => [kind, 0]));
  return { url: `${url}/reactions`, total_count: 0, ...none };
}
