/** Pull requests and reviews as GitHub shows them. */
import type { Account } from './accounts.ts';
import { repositoryBody, userBody } from './bodies.ts';
import { mergeabilityOf } from './mergeability.ts';
import { commitsOfPull, filesOfPull } from './pull-store.ts';
import type { Pull, Review } from './records.ts';
import { associationOf, labelsOf } from './topics.ts';
import { type GithubWorld, htmlUrl, nodeId, repoUrl, timeOf, timeOrNull } from './world.ts';

/** As in a listing; reading one adds the computed fields. */
export function pullBody(world: GithubWorld, pull: Pull): Record<string, unknown> {
  const url = repoUrl(world, `/pulls/${pull.number}`);
  const html = htmlUrl(world, `/pull/${pull.number}`);
  const issue = repoUrl(world, `/issues/${pull.number}`);
  const [assignee = null] = pull.assignees.map((one) => userBody(world, one));
  return {
    url,
    id: pull.id,
    node_id: nodeId('PR', pull.id),
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: issue,
    number: pull.number,
    state: pull.closedMs === null ? 'open' : 'closed',
    locked: pull.locked,
    title: pull.title,
    user: userBody(world, pull.by),
    body: pull.body,
    created_at: timeOf(pull.createdMs),
    updated_at: timeOf(pull.updatedMs),
    closed_at: timeOrNull(pull.closedMs),
    merged_at: timeOrNull(pull.merged?.atMs ?? null),
    merge_commit_sha: pull.merged?.sha ?? null,
    assignee,
    assignees: pull.assignees.map((one) => userBody(world, one)),
    requested_reviewers: pull.requested.map((one) => userBody(world, one)),
    requested_teams: pull.requestedTeams.map((slug) => teamBody(world, slug)),
    // On issues a label without a description has null, on pull requests a text.
    labels: labelsOf(world, pull).map((one) => ({ ...one, description: one['description'] ?? '' })),
    milestone: null,
    draft: pull.draft,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: repoUrl(world, '/pulls/comments{/number}'),
    comments_url: `${issue}/comments`,
    statuses_url: repoUrl(world, `/statuses/${pull.headSha}`),
    head: headOf(world, pull),
    base: sideOf(world, pull.base, pull.baseSha),
    _links: linksOf(world, pull),
    author_association: associationOf(pull.by),
    auto_merge: null,
    active_lock_reason: null,
  };
}

export async function detailedPull(
  world: GithubWorld,
  pull: Pull,
  reader: Account,
): Promise<Record<string, unknown>> {
  const [{ mergeable, state }, commits, files] = await Promise.all([
    mergeabilityOf(world, pull, reader),
    commitsOfPull(world, pull),
    filesOfPull(world, pull),
  ]);
  const sum = (key: 'additions' | 'deletions') => files.reduce((all, file) => all + file[key], 0);
  return {
    ...pullBody(world, pull),
    merged: pull.merged !== null,
    mergeable,
    rebaseable: mergeable,
    mergeable_state: state,
    merged_by: pull.merged === null ? null : userBody(world, pull.merged.by),
    comments: pull.comments,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: commits.length,
    additions: sum('additions'),
    deletions: sum('deletions'),
    changed_files: files.length,
  };
}

function sideOf(world: GithubWorld, ref: string, sha: string): Record<string, unknown> {
  return {
    label: `${world.owner}:${ref}`,
    ref,
    sha,
    user: userBody(world, world.accounts.owner),
    repo: repositoryBody(world),
  };
}

/** A fork is another repository, of its owner. */
function headOf(world: GithubWorld, { head, headSha, fork }: Pull): Record<string, unknown> {
  const side = sideOf(world, head, headSha);
  if (fork === null) return side;
  const account = world.accounts.byLogin(fork) ?? world.accounts.add(fork, 'User');
  const user = userBody(world, account);
  const repo = { id: account.id, fork: true, owner: user, full_name: `${fork}/${world.name}` };
  return { ...side, label: `${fork}:${head}`, user, repo: { ...repositoryBody(world), ...repo } };
}

function linksOf(world: GithubWorld, pull: Pull): Record<string, { href: string }> {
  const url = repoUrl(world, `/pulls/${pull.number}`);
  const issue = repoUrl(world, `/issues/${pull.number}`);
  return {
    self: { href: url },
    html: { href: htmlUrl(world, `/pull/${pull.number}`) },
    issue: { href: issue },
    comments: { href: `${issue}/comments` },
    review_comments: { href: `${url}/comments` },
    review_comment: { href: repoUrl(world, '/pulls/comments{/number}') },
    commits: { href: `${url}/commits` },
    statuses: { href: repoUrl(world, `/statuses/${pull.headSha}`) },
  };
}

export function teamBody(world: GithubWorld, slug: string): Record<string, unknown> {
  const url = `${world.apiUrl()}/organizations/${world.accounts.owner.id}/team/${slug}`;
  return {
    id: 1,
    node_id: nodeId('T', slug),
    url,
    html_url: `https://github.com/orgs/${world.owner}/teams/${slug}`,
    name: slug,
    slug,
    description: null,
    privacy: 'closed',
    notification_setting: 'notifications_enabled',
    permission: 'push',
    members_url: `${url}/members{/member}`,
    repositories_url: `${url}/repos`,
    type: 'organization',
    organization_id: world.accounts.owner.id,
    parent: null,
  };
}

export function reviewBody(
  world: GithubWorld,
  pull: Pull,
  review: Review,
): Record<string, unknown> {
  const html = htmlUrl(world, `/pull/${pull.number}#pullrequestreview-${review.id}`);
  const url = repoUrl(world, `/pulls/${pull.number}`);
  return {
    id: review.id,
    node_id: nodeId('PRR', review.id),
    user: userBody(world, review.by),
    body: review.body,
    state: review.state,
    html_url: html,
    pull_request_url: url,
    author_association: associationOf(review.by),
    _links: { html: { href: html }, pull_request: { href: url } },
    // A pending review has not been submitted.
    ...(review.submittedMs === null ? {} : { submitted_at: timeOf(review.submittedMs) }),
    commit_id: review.commit,
  };
}
