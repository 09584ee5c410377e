/**
 * The Forge, by GitHub's own client: proposals are pull requests, runs are workflow runs.
 *
 * A 404 is an answer where it means absence; everything else that is not a success is a Failure by
 * its status, so that nobody has to know GitHub's texts.
 */
import { Octokit, type RestEndpointMethodTypes } from '@octokit/rest';
import { Failure } from '../../core/failure.ts';
import type { Forge, MergedProposal, Proposal, TokenSource } from '../../ports.ts';
import { readTime } from '../http/times.ts';
import { fixedToken } from './app-token.ts';

type Reviews = RestEndpointMethodTypes['pulls']['listReviews']['response']['data'];
type Pull = RestEndpointMethodTypes['pulls']['get']['response']['data'];

const patienceMs = 15_000;

/**
 * @param options.token one that somebody made, or an App's, which renews itself
 * @param options.repository `owner/name`
 * @param options.apiUrl e.g. `https://api.github.com`
 */
export function createGithubForge(options: {
  readonly token: string | TokenSource;
  readonly repository: string;
  readonly apiUrl: string;
}): Forge {
  const { token } = options;
  const [owner = '', repo = ''] = options.repository.split('/');
  const here = { owner, repo };
  const octokit = new Octokit({
    baseUrl: options.apiUrl.replace(/\/+$/, ''),
    userAgent: 'aura',
    // Its log would repeat on stderr what the failures below already say.
    log: { debug() {}, info() {}, warn() {}, error() {} },
    request: { fetch: impatientFetch },
  });
  logIn(octokit, typeof token === 'string' ? fixedToken(token) : token);
  const { rest, paginate } = octokit;

  async function openProposal(head: string): Promise<Proposal | null> {
    const query = { ...here, state: 'open', head: `${owner}:${head}`, per_page: 1 } as const;
    const [pull] = (await asked(rest.pulls.list(query))).data;
    return pull === undefined ? null : proposalOf(pull);
  }

  return {
    openProposal,
    async propose({ head, base, title, body }) {
      const open = await openProposal(head);
      if (open === null) {
        return proposalOf(
          (await asked(rest.pulls.create({ ...here, head, base, title, body }))).data,
        );
      }
      const change = { ...here, pull_number: open.number, title, body };
      return proposalOf((await asked(rest.pulls.update(change))).data);
    },
    async closeProposal(number) {
      await asked(rest.pulls.update({ ...here, pull_number: number, state: 'closed' }));
    },
    async mergedProposalOf(commit) {
      const query = { ...here, commit_sha: commit };
      const { data } = await asked(rest.repos.listPullRequestsAssociatedWithCommit(query));
      // One that was merged into another branch says nothing of how its commit came to main.
      const merged = data.find(({ merged_at, base }) => merged_at !== null && base.ref === 'main');
      if (merged === undefined) return null;
      const one = { ...here, pull_number: merged.number };
      const [{ data: pull }, reviews] = await Promise.all([
        asked(rest.pulls.get(one)),
        asked(paginate(rest.pulls.listReviews, { ...one, per_page: 100 })),
      ]);
      return mergedProposal(pull, reviews);
    },
    async membersOf(team) {
      const [org = '', team_slug = ''] = team.split('/');
      const query = { org, team_slug, per_page: 100 };
      try {
        const members = await paginate(rest.teams.listMembersInOrg, query);
        return members.map(({ login }) => login).sort();
      } catch (thrown) {
        // A token without the right to read members is told nothing at all of the team.
        const status = statusOf(thrown);
        if (status === 404 || (status === 403 && failureOf(thrown).reason === 'Forbidden'))
          return null;
        throw failureOf(thrown);
      }
    },
    ...runsOf(octokit, here),
  };
}

/** What GitHub says of workflow runs, and how one is asked for. */
function runsOf(
  { rest }: Octokit,
  here: { readonly owner: string; readonly repo: string },
): Pick<Forge, 'runState' | 'lastSuccessfulRun' | 'dispatch'> {
  return {
    async runState({ id, attempt }) {
      // Claims of a machine that is no workflow carry ids that GitHub never made.
      if (!/^[1-9][0-9]{0,17}$/.test(id)) return 'unknown';
      const found = await orNull(rest.actions.getWorkflowRun({ ...here, run_id: Number(id) }));
      if (found === null) return 'unknown';
      // What is said is said of the newest attempt, and a run can only be run again once it is over.
      const { status, run_attempt: newest = 1 } = found.data;
      if (attempt !== newest) return attempt < newest ? 'over' : 'unknown';
      return status === 'completed' ? 'over' : 'running';
    },
    async lastSuccessfulRun(workflow) {
      const query = { ...here, workflow_id: workflow, status: 'success', per_page: 1 } as const;
      const [run] = (await orNull(rest.actions.listWorkflowRuns(query)))?.data.workflow_runs ?? [];
      return run === undefined ? null : readTime(run.updated_at, 'a run of GitHub');
    },
    async dispatch(eventType, payload) {
      const event = { ...here, event_type: eventType, client_payload: { ...payload } };
      await asked(rest.repos.createDispatchEvent(event));
    },
  };
}

/** Each request with a token that is good now; one that GitHub has just refused is renewed, once. */
function logIn(octokit: Octokit, source: TokenSource): void {
  octokit.hook.wrap('request', async (request, options) => {
    const send = async (token: string) => {
      // In place: what Octokit wraps further in never sees a copy of the options.
      options.headers.authorization = `token ${token}`;
      return request(options);
    };
    const token = await source.token();
    try {
      return await send(token);
    } catch (thrown) {
      if (statusOf(thrown) !== 401) throw thrown;
      source.forget(token);
      const fresh = await source.token();
      if (fresh === token) throw thrown;
      return send(fresh);
    }
  });
}

function proposalOf(pull: {
  number: number;
  html_url: string;
  head: { ref: string };
  body: string | null;
}): Proposal {
  return { number: pull.number, url: pull.html_url, head: pull.head.ref, body: pull.body ?? '' };
}

function mergedProposal(pull: Pull, reviews: Reviews): MergedProposal | null {
  if (pull.merged_at === null || pull.merged_by === null) return null;
  return {
    number: pull.number,
    mergedAt: readTime(pull.merged_at, 'a pull request of GitHub'),
    mergedBy: pull.merged_by.login,
    base: pull.base.sha,
    approvedBy: approvers(reviews, pull),
  };
}

/**
 * People whose last word was an approval of the very commit that was merged: a later request for
 * changes, a dismissal or a push takes it back. Its author and programs approve of nothing.
 */
function approvers(
  reviews: Reviews,
  { head, user: author }: Pick<Pull, 'head' | 'user'>,
): string[] {
  const lastWords = new Map<string, string>();
  for (const { user, state, commit_id: commit } of reviews) {
    if (user === null || user.type === 'Bot' || user.login === author.login) continue;
    if (state === 'COMMENTED') continue;
    lastWords.set(user.login, state === 'APPROVED' && commit !== head.sha ? 'STALE' : state);
  }
  return [...lastWords]
    .filter(([, state]) => state === 'APPROVED')
    .map(([login]) => login)
    .sort();
}

const impatientFetch: typeof fetch = (url, init) =>
  fetch(url, { ...init, signal: AbortSignal.timeout(patienceMs) });

async function orNull<Answer>(call: Promise<Answer>): Promise<Answer | null> {
  try {
    return await call;
  } catch (thrown) {
    if (statusOf(thrown) === 404) return null;
    throw failureOf(thrown);
  }
}

async function asked<Answer>(call: Promise<Answer>): Promise<Answer> {
  try {
    return await call;
  } catch (thrown) {
    throw failureOf(thrown);
  }
}

/** Octokit's errors by their shape; a request without a response never got one. */
type RequestError = Error & {
  readonly status: number;
  readonly response?: { readonly headers: Readonly<Record<string, string | number | undefined>> };
};

function isRequestError(thrown: unknown): thrown is RequestError {
  return thrown instanceof Error && 'status' in thrown && typeof thrown.status === 'number';
}

function statusOf(thrown: unknown): number | null {
  return isRequestError(thrown) && thrown.response !== undefined ? thrown.status : null;
}

function failureOf(thrown: unknown): Failure {
  // The App's own login has said what is wrong.
  if (thrown instanceof Failure) return thrown;
  const status = statusOf(thrown);
  if (!isRequestError(thrown) || status === null) {
    return new Failure('NetworkUnreachable', 'GitHub does not answer', { cause: thrown });
  }
  const details = { httpStatus: status, ...waitOf(thrown) };
  const said = `GitHub answers ${status}`;
  if (status === 401) return new Failure('Unauthorized', said, details);
  if (status === 429 || (status === 403 && isRateLimit(thrown))) {
    return new Failure('RateLimited', said, details);
  }
  if (status === 403) return new Failure('Forbidden', said, details);
  if (status === 404) return new Failure('NotFound', said, details);
  if (status === 409 || status === 405) return new Failure('Conflict', said, details);
  if (status >= 500) return new Failure('ProviderOutage', said, details);
  if (status === 400 || status === 422) {
    // GitHub's text says which field; it carries none of our secrets.
    return new Failure('InvalidInput', `${said}: ${thrown.message}`, details);
  }
  return new Failure('UnexpectedAnswer', said, details);
}

function isRateLimit({ response }: RequestError): boolean {
  const headers = response?.headers ?? {};
  return headers['x-ratelimit-remaining'] === '0' || headers['retry-after'] !== undefined;
}

function waitOf({ response }: RequestError): { retryAfterSeconds?: number } {
  const seconds = Number(response?.headers['retry-after'] ?? Number.NaN);
  return Number.isFinite(seconds) ? { retryAfterSeconds: seconds } : {};
}
