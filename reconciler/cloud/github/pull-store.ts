/** Pull requests as they are kept, and as GitHub shows them. */
import { filesBetween, lines } from './git-data.ts';
import { mergedTree, mergeInto } from './merging.ts';
import {
  GithubError,
  type GithubWorld,
  invalid,
  notFound,
  type Person,
  repositoryOf,
  timeOf,
  userOf,
} from './world.ts';

export type Review = {
  readonly id: number;
  readonly by: Person;
  readonly state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED';
  readonly body: string;
  readonly commit: string;
  readonly atMs: number;
};

export type Pull = {
  readonly id: number;
  readonly number: number;
  readonly by: Person;
  readonly head: string;
  readonly createdMs: number;
  base: string;
  title: string;
  body: string | null;
  updatedMs: number;
  /** Ids of the two sides: followed while it is open, kept once it is closed. */
  headSha: string;
  baseSha: string;
  closedMs: number | null;
  merged: { readonly atMs: number; readonly by: Person; readonly sha: string } | null;
  readonly reviews: Review[];
};

export type PullStore = { readonly world: GithubWorld; readonly pulls: Pull[] };

/** Follows the branches of open pull requests from now on. */
export function createPullStore(world: GithubWorld): PullStore {
  const pulls: Pull[] = [];
  const now = () => world.clock.now();
  world.repository.onChange((changes) => {
    for (const pull of pulls.filter(({ closedMs }) => closedMs === null)) {
      for (const { ref, after } of changes) {
        if (ref === `refs/heads/${pull.base}` && after !== null) pull.baseSha = after;
        if (ref !== `refs/heads/${pull.head}`) continue;
        pull.updatedMs = now();
        // GitHub closes a pull request whose branch is deleted.
        if (after === null) pull.closedMs = now();
        else pull.headSha = after;
      }
    }
  });
  return { world, pulls };
}

export function findPull(store: PullStore, number: number): Pull {
  const pull = store.pulls.find((one) => one.number === number);
  if (pull === undefined) throw notFound();
  return pull;
}

export async function createPull(
  store: PullStore,
  by: Person,
  asked: { head: string; base: string; title: string; body: string | null },
): Promise<Pull> {
  const { world, pulls } = store;
  const { repository } = world;
  const head = asked.head.replace(`${world.owner}:`, '');
  const [headSha, baseSha] = await Promise.all([
    repository.resolve(`refs/heads/${head}`),
    repository.resolve(`refs/heads/${asked.base}`),
  ]);
  if (headSha === null) throw invalid('head is invalid');
  if (baseSha === null) throw invalid('base is invalid');
  const ahead = await repository.git(['rev-list', '--count', `${baseSha}..${headSha}`]);
  if (ahead === '0') throw invalid(`No commits between ${asked.base} and ${head}`);
  const isOpen = (pull: Pull) =>
    pull.closedMs === null && pull.head === head && pull.base === asked.base;
  if (pulls.some(isOpen)) {
    throw invalid(`A pull request already exists for ${world.owner}:${head}.`);
  }
  const nowMs = world.clock.now();
  const pull: Pull = {
    id: world.nextId(),
    number: world.nextNumber(),
    by,
    head,
    base: asked.base,
    title: asked.title,
    body: asked.body,
    createdMs: nowMs,
    updatedMs: nowMs,
    headSha,
    baseSha,
    closedMs: null,
    merged: null,
    reviews: [],
  };
  pulls.push(pull);
  return pull;
}

export function reviewPull(
  { world }: PullStore,
  pull: Pull,
  said: Pick<Review, 'by' | 'state' | 'body'>,
): Review {
  if (said.state !== 'COMMENTED' && said.by.login === pull.by.login) {
    throw new GithubError(422, 'Review Can not approve your own pull request');
  }
  const atMs = world.clock.now();
  const made = { ...said, id: world.nextId(), commit: pull.headSha, atMs };
  pull.reviews.push(made);
  pull.updatedMs = atMs;
  return made;
}

export type MergeRequest = {
  readonly by: Person;
  readonly method: 'merge' | 'squash';
  readonly sha: string | undefined;
  readonly title: string | undefined;
  readonly message: string | undefined;
};

/** @returns the id of the commit that the merge made. */
export async function mergePull(
  { world }: PullStore,
  pull: Pull,
  how: MergeRequest,
): Promise<string> {
  if (pull.closedMs !== null) throw new GithubError(405, 'Pull Request is not mergeable');
  if (how.sha !== undefined && how.sha !== pull.headSha) {
    throw new GithubError(409, 'Head branch was modified. Review and try the merge again.');
  }
  const squash = how.method === 'squash';
  const ownTitle = squash
    ? `${pull.title} (#${pull.number})`
    : `Merge pull request #${pull.number} from ${world.owner}/${pull.head}`;
  const message = `${how.title ?? ownTitle}\n\n${how.message ?? (squash ? '' : pull.title)}`;
  const { baseSha } = pull;
  const atMs = world.clock.now();
  const result = await mergeInto(world.repository, {
    branch: pull.base,
    head: pull.headSha,
    method: how.method,
    message,
    by: how.by,
    atMs,
  });
  if (result.kind === 'conflict') throw new GithubError(405, 'Pull Request is not mergeable');
  if (result.kind === 'raced') throw new GithubError(409, 'Base branch was modified.');
  Object.assign(pull, { baseSha, closedMs: atMs, updatedMs: atMs });
  pull.merged = { atMs, by: how.by, sha: result.sha };
  return result.sha;
}

/** The commits that a pull request brings, oldest first. */
export async function commitsOfPull({ world }: PullStore, pull: Pull): Promise<string[]> {
  const range = `${pull.baseSha}..${pull.headSha}`;
  return lines(await world.repository.git(['rev-list', '--reverse', range]));
}

export async function filesOfPull(
  { world }: PullStore,
  pull: Pull,
): Promise<Record<string, unknown>[]> {
  const fork = await world.repository.git(['merge-base', pull.baseSha, pull.headSha]);
  return filesBetween(world.repository, fork, pull.headSha);
}

export async function isMergeable({ world }: PullStore, pull: Pull): Promise<boolean> {
  if (pull.closedMs !== null) return false;
  return (await mergedTree(world.repository, pull.baseSha, pull.headSha)) !== null;
}

/** As in a listing; reading one adds `merged`, `merged_by` and `mergeable`. */
export function pullBody(world: GithubWorld, pull: Pull): Record<string, unknown> {
  const side = (ref: string, sha: string) => ({
    label: `${world.owner}:${ref}`,
    ref,
    sha,
    repo: repositoryOf(world),
  });
  const time = (ms: number | null) => (ms === null ? null : timeOf(ms));
  return {
    id: pull.id,
    node_id: `PR_${pull.id}`,
    number: pull.number,
    html_url: `https://github.com/${world.owner}/${world.name}/pull/${pull.number}`,
    state: pull.closedMs === null ? 'open' : 'closed',
    locked: false,
    draft: false,
    title: pull.title,
    body: pull.body,
    user: userOf(pull.by),
    labels: [],
    assignees: [],
    created_at: time(pull.createdMs),
    updated_at: time(pull.updatedMs),
    closed_at: time(pull.closedMs),
    merged_at: time(pull.merged?.atMs ?? null),
    merge_commit_sha: pull.merged?.sha ?? null,
    head: side(pull.head, pull.headSha),
    base: side(pull.base, pull.baseSha),
  };
}

export function reviewBody(review: Review): Record<string, unknown> {
  return {
    id: review.id,
    node_id: `PRR_${review.id}`,
    user: userOf(review.by),
    body: review.body,
    state: review.state,
    commit_id: review.commit,
    submitted_at: timeOf(review.atMs),
  };
}
