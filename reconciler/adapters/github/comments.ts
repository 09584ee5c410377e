/**
 * One comment on a pull request, updated in place. GitHub refuses no second one, so it is looked for
 * before and after it is made: of several, which two runs made at the same time, the first stays.
 *
 * Only comments of our own account count. The author of a pull request can write our marker too, and
 * could change the comment after us.
 */
import type { Octokit } from '@octokit/rest';
import { Failure } from '../../core/failure.ts';
import type { Forge, TokenSource } from '../../ports/forge.ts';
import { asked, failureOf, orNull } from './failures.ts';
import { allPages } from './pages.ts';
import { mayBeThere } from './proposals.ts';

type Repository = { readonly owner: string; readonly repo: string };
type Comment = {
  readonly id: number;
  readonly html_url: string;
  readonly body?: string | undefined;
};

/** The account of the token that a workflow gets, which cannot ask who it is. */
const workflowLogin = 'github-actions[bot]';

export function commentsOf(
  { rest }: Octokit,
  here: Repository,
  source: Pick<TokenSource, 'login'>,
): Pick<Forge, 'keepComment'> {
  async function author(): Promise<string> {
    const known = await source.login();
    if (known !== null) return known;
    try {
      return (await asked(rest.users.getAuthenticated())).data.login;
    } catch (thrown) {
      const failure = failureOf(thrown);
      if (failure.reason === 'Forbidden') return workflowLogin;
      throw failure;
    }
  }

  return {
    async keepComment(number, { marker, body }) {
      const login = await author();
      const about = { ...here, issue_number: number };
      const own = async (): Promise<readonly Comment[]> => {
        const all = await allPages((page) => rest.issues.listComments({ ...about, ...page }));
        return all
          .filter((one) => one.user?.login === login && isMarked(one.body, marker))
          .sort((a, b) => a.id - b.id);
      };
      const create = async (): Promise<Comment | Failure> => {
        try {
          return commentIn((await asked(rest.issues.createComment({ ...about, body }))).data);
        } catch (thrown) {
          if (!(thrown instanceof Failure) || !mayBeThere(thrown)) throw thrown;
          return thrown;
        }
      };
      let found = await own();
      if (found.length === 0) {
        const made = await create();
        found = await own();
        if (made instanceof Failure && found.length === 0) throw made;
        // A listing may be older than the comment.
        if (!(made instanceof Failure) && found.every(({ id }) => id !== made.id))
          found = [...found, made].sort((a, b) => a.id - b.id);
      }
      const [first, ...more] = found;
      if (first === undefined) throw new Failure('Bug', 'no comment was made or found');
      for (const { id } of more)
        await orNull(rest.issues.deleteComment({ ...here, comment_id: id }));
      if (first.body !== body)
        await asked(rest.issues.updateComment({ ...here, comment_id: first.id, body }));
      return first.html_url;
    },
  };
}

function isMarked(body: string | undefined, marker: string): boolean {
  return body?.trimStart().startsWith(marker) === true;
}

function commentIn(data: Comment): Comment {
  if (Number.isSafeInteger(data.id)) return data;
  throw new Failure('UnexpectedAnswer', 'GitHub answers without a comment');
}
