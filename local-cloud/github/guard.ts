/** One guard of a branch: whom it applies to, what it refuses, and its messages. */
import type { Account } from './accounts.ts';
import type { ChecksStore } from './checks-store.ts';

export type Guard = {
  readonly source: 'branch' | 'ruleset';
  /** A full ref with `*` for anything, slashes too. */
  readonly pattern: string;
  /** Accounts that bypass it. */
  bypasses(actor: Account): boolean;
  readonly reviews: {
    readonly count: number;
    readonly codeOwners: boolean;
    readonly dismissStale: boolean;
  } | null;
  readonly checks: { readonly contexts: readonly string[]; readonly strict: boolean } | null;
  /** The only accounts that may push; null: all with write access. */
  readonly pushers: readonly string[] | null;
  readonly forbids: {
    readonly creation: boolean;
    readonly update: boolean;
    readonly deletion: boolean;
    readonly force: boolean;
    readonly mergeCommits: boolean;
  };
};

export type RefMove = {
  readonly ref: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly forced: boolean;
};

export const mustUsePullRequest = 'Changes must be made through a pull request.';
export const notAuthorised =
  "You're not authorized to push to this branch. Visit https://docs.github.com/repositories/" +
  'configuring-branches-and-merges-in-your-repository/managing-protected-branches/' +
  'about-protected-branches for more information.';

/** Why this guard refuses a push without a pull request; none: it passes. */
export function pushRefusals(
  guard: Guard,
  move: RefMove,
  { actor, checks }: { actor: Account; checks: ChecksStore },
): string[] {
  const { forbids } = guard;
  if (move.after === null) return forbids.deletion ? ['Cannot delete this protected branch'] : [];
  if (move.before === null) {
    return forbids.creation ? ['Cannot create ref due to creations being restricted.'] : [];
  }
  const { after } = move;
  const missing = (guard.checks?.contexts ?? []).filter(
    (context) => checks.verdict(after, context) !== 'success',
  );
  return [
    move.forced && forbids.force ? 'Cannot force-push to this branch' : null,
    forbids.update ? 'Cannot update this protected ref.' : null,
    missing.length > 0 ? expected(missing, guard.checks?.contexts.length ?? 0) : null,
    guard.reviews !== null ? mustUsePullRequest : null,
    guard.pushers !== null && !guard.pushers.includes(actor.login) ? notAuthorised : null,
  ].filter((reason) => reason !== null);
}

export function expected(missing: readonly string[], all: number): string {
  return all === 1
    ? `Required status check "${missing[0]}" is expected.`
    : `${missing.length} of ${all} required status checks are expected.`;
}

/** GitHub's introduction to the messages of a ruleset. */
export function wordRefusal(guards: readonly Guard[], reasons: readonly string[]): string {
  return guards.some(({ source }) => source === 'ruleset')
    ? `Repository rule violations found\n\n${reasons.join('\n\n')}\n\n`
    : reasons.join(' ');
}

export function matchesPattern(pattern: string, ref: string): boolean {
  const source = pattern
    .split('*')
    .map((piece) => piece.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${source}$`).test(ref);
}
