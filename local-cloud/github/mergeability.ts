/** Decides whether an actor may merge a pull request, with GitHub's message where not. */
import type { Account } from './accounts.ts';
import { isOwner, readOwners, requiredOwners } from './codeowners.ts';
import { isAncestor } from './commits.ts';
import { expected, type Guard, notAuthorised } from './guard.ts';
import { mergedTree } from './merging.ts';
import { filesOfPull } from './pull-store.ts';
import type { Pull } from './records.ts';
import type { GithubWorld } from './world.ts';

type Refusal = { readonly guards: readonly Guard[]; readonly reasons: readonly string[] };

/** The objections of the base branch's guards to a merge by this actor. */
export async function mergeRefusal(
  world: GithubWorld,
  pull: Pull,
  actor: Account,
): Promise<Refusal | null> {
  const guards = world.protections.guardsOf(`refs/heads/${pull.base}`, actor);
  const refusing: Guard[] = [];
  const reasons: string[] = [];
  for (const guard of guards) {
    const found = await reasonsOf(world, pull, { guard, actor });
    if (found.length > 0) refusing.push(guard);
    reasons.push(...found);
  }
  return reasons.length === 0 ? null : { guards: refusing, reasons: [...new Set(reasons)] };
}

async function reasonsOf(
  world: GithubWorld,
  pull: Pull,
  { guard, actor }: { guard: Guard; actor: Account },
): Promise<string[]> {
  const reviews = guard.reviews === null ? [] : await reviewReasons(world, pull, guard.reviews);
  const checks = guard.checks === null ? [] : checkReasons(world, pull, guard.checks.contexts);
  const behind =
    guard.checks?.strict === true && !(await isAncestor(world, pull.baseSha, pull.headSha));
  const stranger = guard.pushers !== null && !guard.pushers.includes(actor.login);
  return [
    ...reviews,
    ...checks,
    ...(behind ? ['The head branch is not up to date with the base branch.'] : []),
    ...(stranger ? [notAuthorised] : []),
    ...(guard.forbids.update ? ['Cannot update this protected ref.'] : []),
  ];
}

async function reviewReasons(
  world: GithubWorld,
  pull: Pull,
  { count, codeOwners }: { count: number; codeOwners: boolean },
): Promise<string[]> {
  const approvers = approversOf(pull);
  if (latestReviews(pull).some(({ state }) => state === 'CHANGES_REQUESTED')) {
    return ['Changes have been requested.'];
  }
  const reasons: string[] = [];
  if (approvers.length < count) {
    const reviews = count === 1 ? 'review is' : 'reviews are';
    reasons.push(`At least ${count} approving ${reviews} required by reviewers with write access.`);
  }
  const file = codeOwners ? await readOwners(world, pull.baseSha) : null;
  if (file === null) return reasons;
  const paths = (await filesOfPull(world, pull)).flatMap(({ filename, previous_filename: old }) =>
    typeof old === 'string' ? [filename, old] : [filename],
  );
  const waiting = requiredOwners(file.rules, paths).filter(
    (owners) => !approvers.some((login) => isOwner(world, owners, login)),
  );
  if (waiting.length > 0) {
    const names = [...new Set(waiting.flat())].map((owner) => owner.replace(/^@/, ''));
    reasons.push(`Waiting on code owner review from ${names.join(' and/or ')}.`);
  }
  return reasons;
}

function checkReasons(world: GithubWorld, pull: Pull, contexts: readonly string[]): string[] {
  const verdicts = contexts.map((context) => ({
    context,
    said: world.checks.verdict(pull.headSha, context),
  }));
  const missing = verdicts.filter(({ said }) => said !== 'success');
  const [first] = missing;
  if (first === undefined) return [];
  const names = missing.map(({ context }) => context);
  if (contexts.length === 1 && first.said !== null) {
    const how = first.said === 'pending' ? 'in progress' : 'failing';
    return [`Required status check "${first.context}" is ${how}.`];
  }
  return [expected(names, contexts.length)];
}

/** Each reviewer's last review that approves or requests changes. */
function latestReviews(pull: Pull): Pull['reviews'] {
  const latest = new Map<string, Pull['reviews'][number]>();
  for (const review of pull.reviews) {
    if (review.state !== 'COMMENTED' && review.state !== 'PENDING') {
      latest.set(review.by.login, review);
    }
  }
  return [...latest.values()];
}

function approversOf(pull: Pull): string[] {
  return latestReviews(pull)
    .filter(({ state, by }) => state === 'APPROVED' && by.type === 'User')
    .map(({ by }) => by.login);
}

/** A linear history allows no merge commit. */
export function refusesMergeCommits(world: GithubWorld, pull: Pull, actor: Account): boolean {
  return world.protections
    .guardsOf(`refs/heads/${pull.base}`, actor)
    .some(({ forbids }) => forbids.mergeCommits);
}

type Mergeability = { readonly mergeable: boolean | null; readonly state: string };

/** The mergeability that a pull request's body shows. */
export async function mergeabilityOf(
  world: GithubWorld,
  pull: Pull,
  actor: Account,
): Promise<Mergeability> {
  if (pull.merged !== null) return { mergeable: null, state: 'unknown' };
  const tree = await mergedTree(world.repository, pull.baseSha, pull.headSha);
  if (tree === null) return { mergeable: false, state: 'dirty' };
  if (pull.draft) return { mergeable: true, state: 'draft' };
  const refusal = await mergeRefusal(world, pull, actor);
  if (refusal === null) return { mergeable: true, state: unstable(world, pull) };
  const behind = refusal.reasons.every((reason) => reason.startsWith('The head branch is not'));
  return { mergeable: true, state: behind ? 'behind' : 'blocked' };
}

/** A check that is not required may fail without blocking anything. */
function unstable({ checks }: GithubWorld, { headSha }: Pull): string {
  const names = [
    ...checks.runs.filter(({ sha }) => sha === headSha).map(({ name }) => name),
    ...checks.statuses.filter(({ sha }) => sha === headSha).map(({ context }) => context),
  ];
  const fine = names.every((name) => checks.verdict(headSha, name) === 'success');
  return fine ? 'clean' : 'unstable';
}
