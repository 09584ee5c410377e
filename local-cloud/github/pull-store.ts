/** Pull requests: opened, followed as their branches move, reviewed. */
import type { Account } from './accounts.ts';
import { isOwner, ownersOf, readOwners } from './codeowners.ts';
import { isAncestor, lines } from './commits.ts';
import { type CommitFile, filesBetween } from './diff.ts';
import { custom, invalid, notFound } from './errors.ts';
import { writePullRefs } from './pull-refs.ts';
import type { Pull } from './records.ts';
import { checkTexts } from './texts.ts';
import { newTopic } from './topics.ts';
import type { GithubWorld, PullListener } from './world.ts';

/** Open pull requests follow their branches from now on. */
export function followBranches(world: GithubWorld): void {
  world.repository.onChange((changes) => {
    for (const pull of world.pulls.filter(({ closedMs }) => closedMs === null)) {
      let isPushed = false;
      for (const { ref, after } of changes) {
        if (ref === `refs/heads/${pull.base}` && after !== null) pull.baseSha = after;
        if (ref !== headRef(pull)) continue;
        pull.updatedMs = world.clock.now();
        // GitHub closes a pull request whose branch is deleted.
        if (after === null) pull.closedMs = world.clock.now();
        else moveHead(world, pull, after);
        isPushed = after !== null;
      }
      const moved = changes.some(({ ref }) => isSide(pull, ref));
      // The world may be closed by the time git has answered.
      const merge = moved ? writePullRefs(world, pull).catch(() => null) : null;
      if (isPushed && merge !== null) report(world, pull, 'synchronize', merge);
      const grown = changes.some(({ ref }) => ref === `refs/heads/${pull.base}`);
      if (grown) void noticePushedMerge(world, pull);
    }
  });
}

/** Starts the workflows of a pull request. */
export function report(world: GithubWorld, ...change: Parameters<PullListener>): void {
  for (const listen of world.pullListeners) listen(...change);
}

function isSide(pull: Pull, ref: string): boolean {
  return ref === headRef(pull) || ref === `refs/heads/${pull.base}`;
}

function moveHead(world: GithubWorld, pull: Pull, sha: string): void {
  pull.headSha = sha;
  const guards = world.protections.coveringRef(`refs/heads/${pull.base}`);
  if (!guards.some(({ reviews }) => reviews?.dismissStale)) return;
  for (const review of pull.reviews) {
    if (review.state === 'APPROVED') review.state = 'DISMISSED';
  }
}

/** Pushing the head onto the base merges it, as on GitHub. */
async function noticePushedMerge(world: GithubWorld, pull: Pull): Promise<void> {
  const { headSha, baseSha } = pull;
  // The world may be closed by the time git has answered.
  const reached = await isAncestor(world, headSha, baseSha).catch(() => false);
  if (!reached || pull.closedMs !== null || pull.headSha !== headSha) return;
  const atMs = world.clock.now();
  Object.assign(pull, { closedMs: atMs, closedBy: pull.by, updatedMs: atMs });
  pull.merged = { atMs, by: pull.by, sha: headSha };
}

export function findPull(world: GithubWorld, number: number): Pull {
  const pull = world.pulls.find((one) => one.number === number);
  if (pull === undefined) throw notFound();
  return pull;
}

type Opening = {
  readonly head: string;
  readonly base: string;
  readonly title: string;
  readonly body: string | null;
  readonly draft: boolean;
};

export async function createPull(world: GithubWorld, by: Account, asked: Opening): Promise<Pull> {
  checkTexts('PullRequest', asked);
  const { repository } = world;
  const { head, fork } = headOf(world, asked.head);
  const [headSha, baseSha] = await Promise.all([
    repository.resolve(headRef({ head, fork })),
    repository.resolve(`refs/heads/${asked.base}`),
  ]);
  const wrong = (field: string) => invalid({ resource: 'PullRequest', field, code: 'invalid' });
  if (headSha === null) throw wrong('head');
  if (baseSha === null) throw wrong('base');
  const ahead = await repository.git(['rev-list', '--count', `${baseSha}..${headSha}`]);
  if (ahead === '0') {
    throw custom('PullRequest', `No commits between ${asked.base} and ${head}`);
  }
  refuseSecond(world, { head, fork }, asked.base);
  const pull: Pull = {
    ...newTopic(world, by, asked),
    head,
    fork,
    base: asked.base,
    draft: asked.draft,
    headSha,
    baseSha,
    merged: null,
    reviews: [],
    requested: [],
    requestedTeams: [],
  };
  world.pulls.push(pull);
  if (!pull.draft) await requestOwners(world, pull);
  const merge = await writePullRefs(world, pull);
  report(world, pull, 'opened', Promise.resolve(merge));
  return pull;
}

type Head = Pick<Pull, 'head' | 'fork'>;

/** `OWNER:BRANCH`; a fork's branches are kept in this repository, below `refs/forks/`. */
function headOf({ owner }: GithubWorld, asked: string): Head {
  const [, fork = owner, head = asked] = /^([^:]+):(.+)$/.exec(asked) ?? [];
  return { head, fork: fork === owner ? null : fork };
}

export function headRef({ head, fork }: Head): string {
  return fork === null ? `refs/heads/${head}` : `refs/forks/${fork}/${head}`;
}

/** One open pull request for each pair of branches. */
export function refuseSecond(world: GithubWorld, { head, fork }: Head, base: string): void {
  const open = world.pulls.some(
    (pull) =>
      pull.closedMs === null && pull.head === head && pull.fork === fork && pull.base === base,
  );
  if (!open) return;
  const owner = fork ?? world.owner;
  throw custom('PullRequest', `A pull request already exists for ${owner}:${head}.`);
}

/** GitHub requests a review from the code owners of the changed files. */
async function requestOwners(world: GithubWorld, pull: Pull): Promise<void> {
  const file = await readOwners(world, pull.baseSha);
  if (file === null) return;
  const files = await filesOfPull(world, pull);
  const owners = new Set(files.flatMap(({ filename }) => ownersOf(file.rules, filename)));
  for (const owner of owners) {
    const [, team] = new RegExp(`^@${world.owner}/(.+)$`).exec(owner) ?? [];
    if (team !== undefined) pull.requestedTeams.push(team);
    const person = world.accounts.byLogin(owner.slice(1));
    if (person !== undefined && person.login !== pull.by.login) pull.requested.push(person);
  }
}

/** Removes the reviewer, and the teams they answer for, from the requested reviewers. */
export function answered(world: GithubWorld, pull: Pull, by: Account): void {
  pull.requested = pull.requested.filter(({ login }) => login !== by.login);
  pull.requestedTeams = pull.requestedTeams.filter(
    (team) => !isOwner(world, [`@${world.owner}/${team}`], by.login),
  );
}

/** The commits that a pull request brings, oldest first. */
export async function commitsOfPull({ repository }: GithubWorld, pull: Pull): Promise<string[]> {
  const range = `${pull.baseSha}..${pull.headSha}`;
  return lines(await repository.git(['rev-list', '--reverse', range]));
}

export async function filesOfPull(world: GithubWorld, pull: Pull): Promise<CommitFile[]> {
  const merged = await world.repository.tryGit(['merge-base', pull.baseSha, pull.headSha]);
  const fork = merged.code === 0 ? merged.stdout.toString().trim() : pull.baseSha;
  return filesBetween(world, fork, pull.headSha);
}
