/** The port `Forge` with GitHub's client: proposals are pull requests, runs are workflow runs. */
import type { Octokit } from '@octokit/rest';
import { Failure } from '../../core/failure.ts';
import { timeMs, timeMsIn } from '../../core/text/time.ts';
import type { Clock } from '../../ports/clock.ts';
import { type Forge, fixedToken, type TokenSource } from '../../ports/forge.ts';
import { readTime } from '../http/times.ts';
import { createClient } from './client.ts';
import { commentsOf } from './comments.ts';
import { asked, failureOf, headersOf, orNull, statusOf } from './failures.ts';
import { minutesUsed } from './minutes.ts';
import { proposalsOf } from './proposals.ts';
import { reviewsOf } from './reviews.ts';
import { tokenEndIn } from './token-expiry.ts';

/**
 * @param options.token a fixed token, or the source of an App's tokens
 * @param options.repository `owner/name`
 * @param options.apiUrl e.g. `https://api.github.com`
 */
export function createGithubForge(options: {
  readonly token: string | TokenSource;
  readonly repository: string;
  readonly apiUrl: string;
  readonly clock: Clock;
}): Forge {
  const { token, apiUrl, clock } = options;
  const [owner = '', repo = ''] = options.repository.split('/');
  const here = { owner, repo };
  const source = typeof token === 'string' ? fixedToken(token) : token;
  const octokit = createClient({ token: source, apiUrl, clock });
  return {
    ...timeOf(octokit),
    ...proposalsOf(octokit, here),
    ...commentsOf(octokit, here, source),
    ...reviewsOf(octokit, here),
    ...runsOf(octokit, here),
    minutesUsed: (period) => minutesUsed(octokit, here, period),
  };
}

/** Reading the rate limits costs nothing; a server without limits answers 404 with its `Date`. */
function timeOf({ rest }: Octokit): Pick<Forge, 'now' | 'tokenEnds'> {
  let ends: string | null = null;
  return {
    async now() {
      const { headers } = await rest.rateLimit.get().catch((thrown: unknown) => {
        if (statusOf(thrown) !== 404) throw failureOf(thrown);
        return { headers: headersOf(thrown) };
      });
      ends = tokenEndIn({ ...headers });
      const ms = timeMsIn(String(headers.date ?? ''));
      if (ms === null) throw new Failure('UnexpectedAnswer', 'an answer of GitHub carries no Date');
      return ms;
    },
    tokenEnds: () => ends,
  };
}

/** Active runs are among the newest: GitHub keeps one waiting run of a concurrency group. */
const newestRuns = 20;

/** Reads and dispatches workflow runs. */
function runsOf(
  { rest }: Octokit,
  here: { readonly owner: string; readonly repo: string },
): Pick<Forge, 'runState' | 'lastSuccessfulRun' | 'activeRuns' | 'dispatch'> {
  return {
    async runState({ id, attempt }) {
      // Leases of a machine outside of workflows have ids that are not GitHub's.
      if (!/^[1-9][0-9]{0,17}$/.test(id)) return 'unknown';
      const found = await orNull(rest.actions.getWorkflowRun({ ...here, run_id: Number(id) }));
      if (found === null) return 'unknown';
      // GitHub reports the newest attempt, and a run can only be repeated after it is over.
      const { status, run_attempt: newest = 1 } = found.data;
      if (attempt !== newest) return attempt < newest ? 'over' : 'unknown';
      return status === 'completed' ? 'over' : 'running';
    },
    async lastSuccessfulRun(workflow) {
      const query = { ...here, workflow_id: workflow, status: 'success', per_page: 1 } as const;
      const [run] = (await orNull(rest.actions.listWorkflowRuns(query)))?.data.workflow_runs ?? [];
      return run === undefined ? null : readTime(run.updated_at, 'a run of GitHub');
    },
    async activeRuns(workflow) {
      const query = { ...here, workflow_id: workflow, per_page: newestRuns } as const;
      const found = (await orNull(rest.actions.listWorkflowRuns(query)))?.data.workflow_runs ?? [];
      return found
        .filter(({ status }) => status !== 'completed')
        .map(({ status, event, head_sha: main, created_at: created }) => ({
          begun: status === 'in_progress',
          reads: event === 'push' ? 'changed' : 'fleet',
          main,
          createdMs: timeMs(readTime(created, 'a run of GitHub')),
        }));
    },
    async dispatch(eventType, payload) {
      const event = { ...here, event_type: eventType, client_payload: { ...payload } };
      await asked(rest.repos.createDispatchEvent(event));
    },
  };
}
