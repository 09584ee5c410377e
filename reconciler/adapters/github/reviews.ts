/**
 * Whose approval stands behind a commit, by what GitHub says of pull requests, teams and rights. What
 * is not said does not count: an approval that is taken for granted here destroys servers.
 */
import type { Octokit, RestEndpointMethodTypes } from '@octokit/rest';
import { Failure } from '../../core/failure.ts';
import type { Forge, MergedProposal } from '../../ports/forge.ts';
import { readTime } from '../http/times.ts';
import { asked, failureOf, orNull } from './failures.ts';

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
      // One that was merged into another branch says nothing of how its commit came to main.
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
      const query = { org, team_slug };
      try {
        const members = await allPages((page) =>
          rest.teams.listMembersInOrg({ ...query, ...page }),
        );
        return members.map(({ login }) => login).sort();
      } catch (thrown) {
        // A token without the right to read members is shown nothing at all of the team.
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

const perPage = 100;
const pagesMax = 100;

type Page<Item> = {
  readonly data: readonly Item[];
  readonly headers: { readonly link?: string | undefined };
};

/**
 * The whole of a list. A page that is full is never taken for the last one without asking for the
 * next: a link can be lost on its way, and a later review takes an earlier approval back.
 */
async function allPages<Item>(
  ask: (page: { readonly per_page: number; readonly page: number }) => Promise<Page<Item>>,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  for (let page = 1; page <= pagesMax; page += 1) {
    const { data, headers } = await asked(ask({ per_page: perPage, page }));
    if (!Array.isArray(data))
      throw new Failure('UnexpectedAnswer', 'GitHub answers without a list');
    items.push(...data);
    const goesOn = data.length >= perPage || /rel="next"/.test(headers.link ?? '');
    if (!goesOn || data.length === 0) return items;
  }
  throw new Failure('UnexpectedAnswer', `GitHub lists more than ${pagesMax} pages`);
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
 * People whose last word was an approval of the very commit that was merged: a later request for
 * changes, a dismissal or a push takes it back. Its author and programs approve of nothing, and where
 * its author is not known no account can be derived from that one.
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
