/** Accounts, Apps and the repository as GitHub shows them, with all of their links. */
import type { Account, App, Credential } from './accounts.ts';
import { type GithubWorld, htmlUrl, nodeId, repoUrl, timeOf } from './world.ts';

export const repositoryId = 1;

export function userBody(world: GithubWorld, account: Account): Record<string, unknown> {
  const url = `${world.apiUrl()}/users/${encodeURIComponent(account.login)}`;
  const page = account.type === 'Bot' ? `apps/${slugOf(account)}` : account.login;
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId('U', account.id),
    avatar_url: `https://avatars.githubusercontent.com/u/${account.id}?v=4`,
    gravatar_id: '',
    url,
    html_url: `https://github.com/${page}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: account.type,
    user_view_type: 'public',
    site_admin: false,
  };
}

/** As `GET /users/:login` shows it. */
export function profileBody(world: GithubWorld, account: Account): Record<string, unknown> {
  return {
    ...userBody(world, account),
    name: account.login,
    company: null,
    blog: '',
    location: null,
    email: null,
    hireable: null,
    bio: null,
    twitter_username: null,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: timeOf(world.createdMs),
    updated_at: timeOf(world.createdMs),
  };
}

function slugOf({ login }: Account): string {
  return login.replace(/\[bot\]$/, '');
}

export function appBody(world: GithubWorld, app: App): Record<string, unknown> {
  return {
    id: app.id,
    slug: app.slug,
    client_id: `Iv1.${app.id.toString(16).padStart(16, '0')}`,
    node_id: nodeId('A', app.id),
    owner: userBody(world, world.accounts.owner),
    name: app.slug,
    description: '',
    external_url: 'https://example.com',
    html_url: `https://github.com/apps/${app.slug}`,
    created_at: timeOf(app.createdMs),
    updated_at: timeOf(app.createdMs),
    permissions: app.permissions,
    events: ['push'],
  };
}

/** In every listing; the address templates are GitHub's own. */
export function repositoryBody(
  world: GithubWorld,
  credential: Credential | null = null,
): Record<string, unknown> {
  const { owner, name, settings } = world;
  const url = repoUrl(world);
  const html = htmlUrl(world);
  const openIssues = [...world.issues, ...world.pulls].filter((one) => one.closedMs === null);
  return {
    id: repositoryId,
    node_id: nodeId('R', repositoryId),
    name,
    full_name: `${owner}/${name}`,
    private: true,
    owner: userBody(world, world.accounts.owner),
    html_url: html,
    description: settings.description,
    fork: false,
    url,
    ...linksOf(url),
    git_url: `git://github.com/${owner}/${name}.git`,
    ssh_url: `git@github.com:${owner}/${name}.git`,
    clone_url: `${html}.git`,
    svn_url: html,
    mirror_url: null,
    homepage: null,
    language: null,
    created_at: timeOf(world.createdMs),
    updated_at: timeOf(world.createdMs),
    pushed_at: timeOf(world.createdMs),
    ...countsOf(openIssues.length),
    has_issues: settings.hasIssues,
    has_projects: false,
    has_downloads: true,
    has_wiki: false,
    has_pages: false,
    has_discussions: false,
    archived: false,
    disabled: false,
    license: null,
    allow_forking: false,
    is_template: false,
    web_commit_signoff_required: false,
    topics: [],
    visibility: 'private',
    default_branch: settings.defaultBranch,
    permissions: rightsOf(credential),
  };
}

/** As `GET /repos/:owner/:repo` shows it. */
export function fullRepositoryBody(
  world: GithubWorld,
  credential: Credential,
): Record<string, unknown> {
  const { settings } = world;
  return {
    ...repositoryBody(world, credential),
    allow_merge_commit: settings.merge,
    allow_squash_merge: settings.squash,
    allow_rebase_merge: settings.rebase,
    allow_auto_merge: false,
    allow_update_branch: true,
    delete_branch_on_merge: settings.deleteBranchOnMerge,
    merge_commit_title: 'MERGE_MESSAGE',
    merge_commit_message: 'PR_TITLE',
    squash_merge_commit_title: 'COMMIT_OR_PR_TITLE',
    squash_merge_commit_message: 'COMMIT_MESSAGES',
    use_squash_pr_title_as_default: false,
    organization: userBody(world, world.accounts.owner),
    network_count: 0,
    subscribers_count: 0,
  };
}

function rightsOf(credential: Credential | null): Record<string, boolean> {
  const admin = credential !== null && credential.permissions === null;
  const contents = credential?.permissions?.['contents'];
  const push = admin || contents === 'write';
  return { admin, maintain: admin, push, triage: push, pull: true };
}

function countsOf(openIssues: number): Record<string, number> {
  return {
    size: 0,
    stargazers_count: 0,
    watchers_count: 0,
    watchers: 0,
    forks_count: 0,
    forks: 0,
    open_issues_count: openIssues,
    open_issues: openIssues,
  };
}

function linksOf(url: string): Record<string, string> {
  return Object.fromEntries(linkPaths.map(([name, path]) => [`${name}_url`, `${url}/${path}`]));
}

const linkPaths = [
  ['archive', '{archive_format}{/ref}'],
  ['assignees', 'assignees{/user}'],
  ['blobs', 'git/blobs{/sha}'],
  ['branches', 'branches{/branch}'],
  ['collaborators', 'collaborators{/collaborator}'],
  ['comments', 'comments{/number}'],
  ['commits', 'commits{/sha}'],
  ['compare', 'compare/{base}...{head}'],
  ['contents', 'contents/{+path}'],
  ['contributors', 'contributors'],
  ['deployments', 'deployments'],
  ['downloads', 'downloads'],
  ['events', 'events'],
  ['forks', 'forks'],
  ['git_commits', 'git/commits{/sha}'],
  ['git_refs', 'git/refs{/sha}'],
  ['git_tags', 'git/tags{/sha}'],
  ['hooks', 'hooks'],
  ['issue_comment', 'issues/comments{/number}'],
  ['issue_events', 'issues/events{/number}'],
  ['issues', 'issues{/number}'],
  ['keys', 'keys{/key_id}'],
  ['labels', 'labels{/name}'],
  ['languages', 'languages'],
  ['merges', 'merges'],
  ['milestones', 'milestones{/number}'],
  ['notifications', 'notifications{?since,all,participating}'],
  ['pulls', 'pulls{/number}'],
  ['releases', 'releases{/id}'],
  ['stargazers', 'stargazers'],
  ['statuses', 'statuses/{sha}'],
  ['subscribers', 'subscribers'],
  ['subscription', 'subscription'],
  ['tags', 'tags'],
  ['teams', 'teams'],
  ['trees', 'git/trees{/sha}'],
] as const;
