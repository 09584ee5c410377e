/** Commits as GitHub shows them, read from the bare repository itself. */

import { userBody } from './bodies.ts';
import { type CommitFile, filesBetween } from './diff.ts';
import { GithubError } from './errors.ts';
import { type GithubWorld, htmlUrl, nodeId, repoUrl } from './world.ts';

type CommitBody = {
  readonly sha: string;
  readonly commit: Record<string, unknown>;
  readonly parents: readonly Record<string, unknown>[];
};

type Signature = { readonly name: string; readonly email: string; readonly date: string };
export type RawCommit = {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Signature;
  readonly committer: Signature;
  readonly message: string;
};

const fields = ['%H', '%T', '%P', '%an', '%ae', '%at', '%cn', '%ce', '%ct', '%B'];

/** In the order asked for, by one run of git. */
export async function rawCommits(
  { repository }: GithubWorld,
  shas: readonly string[],
): Promise<RawCommit[]> {
  if (shas.length === 0) return [];
  const format = `--format=${fields.join('%x00')}%x00%x01`;
  const text = await repository.git(['log', '--no-walk=unsorted', format, ...shas]);
  return text
    .split('\0\x01')
    .slice(0, -1)
    .map((one) => parsed(one.replace(/^\n/, '')));
}

function parsed(text: string): RawCommit {
  const [sha = '', tree = '', parents = '', an = '', ae = '', at, cn = '', ce = '', ct, ...rest] =
    text.split('\0');
  const utc = (seconds: string | undefined) =>
    new Date(Number(seconds) * 1000).toISOString().replace('.000Z', 'Z');
  return {
    sha,
    tree,
    parents: parents.split(' ').filter(Boolean),
    author: { name: an, email: ae, date: utc(at) },
    committer: { name: cn, email: ce, date: utc(ct) },
    message: rest.join('\0').replace(/\n+$/, ''),
  };
}

export async function commitsOf(
  world: GithubWorld,
  shas: readonly string[],
): Promise<CommitBody[]> {
  return (await rawCommits(world, shas)).map((raw) => commitBody(world, raw));
}

export async function commitOf(world: GithubWorld, sha: string): Promise<CommitBody> {
  const [body] = await commitsOf(world, [sha]);
  if (body === undefined) throw noCommit(sha);
  return body;
}

export const unsigned = {
  verified: false,
  reason: 'unsigned',
  signature: null,
  payload: null,
  verified_at: null,
};

function commitBody(world: GithubWorld, raw: RawCommit): CommitBody & Record<string, unknown> {
  const url = repoUrl(world, `/commits/${raw.sha}`);
  return {
    sha: raw.sha,
    node_id: nodeId('C', raw.sha),
    commit: {
      author: raw.author,
      committer: raw.committer,
      message: raw.message,
      tree: { sha: raw.tree, url: repoUrl(world, `/git/trees/${raw.tree}`) },
      url: repoUrl(world, `/git/commits/${raw.sha}`),
      comment_count: 0,
      verification: unsigned,
    },
    url,
    html_url: htmlUrl(world, `/commit/${raw.sha}`),
    comments_url: `${url}/comments`,
    author: accountOf(world, raw.author),
    committer: accountOf(world, raw.committer),
    parents: raw.parents.map((sha) => ({
      sha,
      url: repoUrl(world, `/commits/${sha}`),
      html_url: htmlUrl(world, `/commit/${sha}`),
    })),
  };
}

/** As `/git/commits/:sha` shows it. */
export function gitCommitBody(world: GithubWorld, raw: RawCommit): Record<string, unknown> {
  return {
    sha: raw.sha,
    node_id: nodeId('C', raw.sha),
    url: repoUrl(world, `/git/commits/${raw.sha}`),
    html_url: htmlUrl(world, `/commit/${raw.sha}`),
    author: raw.author,
    committer: raw.committer,
    message: raw.message,
    tree: { sha: raw.tree, url: repoUrl(world, `/git/trees/${raw.tree}`) },
    parents: raw.parents.map((sha) => ({
      sha,
      url: repoUrl(world, `/git/commits/${sha}`),
      html_url: htmlUrl(world, `/commit/${sha}`),
    })),
    verification: unsigned,
  };
}

/** GitHub knows an account by its noreply address; other addresses here belong to no account. */
function accountOf(world: GithubWorld, { email }: Signature): Record<string, unknown> | null {
  const login = /^\d+\+(.+)@users\.noreply\.github\.com$/.exec(email)?.[1] ?? '';
  const account = world.accounts.byLogin(login);
  return account === undefined ? null : userBody(world, account);
}

export async function commitWithFiles(
  world: GithubWorld,
  sha: string,
): Promise<Record<string, unknown>> {
  const [commit, files] = await Promise.all([
    commitOf(world, sha),
    filesBetween(world, `${sha}^`, sha),
  ]);
  return { ...commit, stats: statsOf(files), files };
}

function statsOf(files: readonly CommitFile[]): Record<string, number> {
  const sum = (key: 'additions' | 'deletions') => files.reduce((all, file) => all + file[key], 0);
  const [additions, deletions] = [sum('additions'), sum('deletions')];
  return { additions, deletions, total: additions + deletions };
}

export function noCommit(revision: string): GithubError {
  return new GithubError(422, `No commit found for SHA: ${revision}`);
}

/** A branch, tag or id as the API takes it; other revisions of git's syntax are refused. */
export async function resolveCommit(world: GithubWorld, name: string): Promise<string | null> {
  const { repository } = world;
  if (name === 'HEAD') return repository.resolve(`refs/heads/${world.settings.defaultBranch}`);
  if (/^[0-9a-f]{7,40}$/.test(name)) {
    const found = await repository.resolve(`${name}^{commit}`);
    if (found !== null) return found;
  }
  if (/[\s~^:?*[\\]|\.\.|@\{/.test(name) || name === '') return null;
  const places = name.startsWith('refs/') ? [name] : [`refs/heads/${name}`, `refs/tags/${name}`];
  for (const place of places) {
    const found = await repository.resolve(`${place}^{commit}`);
    if (found !== null) return found;
  }
  return null;
}

export async function isAncestor(
  { repository }: GithubWorld,
  ancestor: string,
  of: string,
): Promise<boolean> {
  return (await repository.tryGit(['merge-base', '--is-ancestor', ancestor, of])).code === 0;
}

export function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
