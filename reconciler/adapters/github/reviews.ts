/**
 * Finds the reviewers who approved a commit. A reviewer whose permission GitHub does not return is
 * not counted: an approval lets servers be destroyed.
 */
import type { Octokit, RestEndpointMethodTypes } from '@octokit/rest';
import type { Forge, MergedProposal } from '../../ports/forge.ts';
import { readTime } from '../http/times.ts';
import { asked, failureOf, orNull } from './failures.ts';
import { allPages } from './pages.ts';

type Reviews = Readonly<RestEndpointMethodTypes['pulls']['listReviews']['response']['data']>;
type Pull = RestEndpointMethodTypes['pulls']['get']['response']['data'];

export function reviewsOf(
  { rest }: Octokit,
  here: { readonly owner: string; readonly repo: string },
): Pick<Forge, 'mergedProposalOf' | 'membersOf' | 'mayWrite'> {
  return {
    async mergedProposalOf(commit) {
      const query = { ...here, commit_sha: commit };
      const pulls = await allPages((page) =>
        rest.repos.listPullRequestsAssociatedWithCommit({ ...query, ...page }),
      );
      // A pull request into another branch does not show how its commit came to main.
      const merged = pulls.find(({ merged_at, base }) => merged_at !== null && base.ref === 'main');
      if (merged === undefined) return null;
      const one = { ...here, pull_number: merged.number };
      const [{ data: pull }, reviews] = await Promise.all([
        asked(rest.pulls.get(one)),
        allPages((page) => rest.pulls.listReviews({ ...one, ...page })),
      ]);
      return mergedProposal(pull, reviews);
    },
    async membersOf(team) {
      const [org = '', team_slug = ''] = team.split('/');
      // GitHub counts only teams of the organization that owns the repository.
      if (org.toLowerCase() !== here.owner.toLowerCase()) return null;
      const query = { org, team_slug };
      try {
        const members = await allPages((page) =>
          rest.teams.listMembersInOrg({ ...query, ...page }),
        );
        return members.map(({ login }) => login).sort();
      } catch (thrown) {
        // GitHub hides the whole team from a token that may not read members.
        const failure = failureOf(thrown);
        if (failure.reason === 'NotFound' || failure.reason === 'Forbidden') return null;
        throw failure;
      }
    },
    async mayWrite(login) {
      const query = { ...here, username: login };
      const found = await orNull(rest.repos.getCollaboratorPermissionLevel(query));
      // `maintain` is `write` here, and `triage` is `read`.
      const permission = found?.data.permission;
      return permission === 'admin' || permission === 'write';
    },
  };
}

function mergedProposal(pull: Pull, reviews: Reviews): MergedProposal | null {
  if (pull.merged_at === null || pull.merged_by === null) return null;
  return {
    mergedAt: readTime(pull.merged_at, 'a pull request of GitHub'),
    base: pull.base.sha,
    approvedBy: approvers(reviews, pull),
  };
}

/**
 * Users whose last review approved the merged commit: a later request for changes, a dismissal or a
 * push revokes it. The author and bots do not count; without a known author no review counts.
 */
function approvers(reviews: Reviews, pull: Pick<Pull, 'head'> & { user: Pull['user'] | null }) {
  const { head, user: author } = pull;
  if (author === null) return [];
  const lastWords = new Map<string, string>();
  for (const { user, state, commit_id: commit } of reviews) {
    if (user === null || user.type !== 'User' || user.login === author.login) continue;
    if (state === 'COMMENTED') continue;
    lastWords.set(user.login, state === 'APPROVED' && commit !== head.sha ? 'STALE' : state);
  }
  return [...lastWords]
    .filter(([, state]) => state === 'APPROVED')
    .map(([login]) => login)
    .sort();
}
