/** The port `Forge` with GitHub's client: proposals are pull requests, runs are workflow runs. */
import { Octokit } from '@octokit/rest';
import { Failure } from '../../core/failure.ts';
import { timeMsIn } from '../../core/text/time.ts';
import { type Forge, fixedToken, type Proposal, type TokenSource } from '../../ports/forge.ts';
import { readTime } from '../http/times.ts';
import { asked, failureOf, headersOf, orNull, statusOf } from './failures.ts';
import { reviewsOf } from './reviews.ts';

const patienceMs = 15_000;

/**
 * @param options.token a fixed token, or the source of an App's tokens
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
    // Octokit's log would repeat the failures on stderr.
    log: { debug() {}, info() {}, warn() {}, error() {} },
    request: { fetch: impatientFetch },
  });
  logIn(octokit, typeof token === 'string' ? fixedToken(token) : token);
  const { rest } = octokit;

  async function openProposal(head: string): Promise<Proposal | null> {
    const query = { ...here, state: 'open', head: `${owner}:${head}`, per_page: 1 } as const;
    const [pull] = (await asked(rest.pulls.list(query))).data;
    return pull === undefined ? null : proposalOf(pull);
  }

  return {
    now: () => timeOf(octokit),
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
    async closedProposal(head) {
      const from = { head: `${owner}:${head}`, sort: 'created', direction: 'desc' } as const;
      const query = { ...here, ...from, state: 'all', per_page: 1 } as const;
      const [pull] = (await asked(rest.pulls.list(query))).data;
      const isClosed = pull?.state === 'closed' && pull.merged_at === null;
      return pull !== undefined && isClosed ? proposalOf(pull) : null;
    },
    async closeProposal(number, body) {
      const change = { state: 'closed', ...(body === undefined ? {} : { body }) } as const;
      await asked(rest.pulls.update({ ...here, pull_number: number, ...change }));
    },
    ...reviewsOf(octokit, here),
    ...runsOf(octokit, here),
  };
}

/** Reading the rate limits costs nothing; a server without limits answers 404 with its `Date`. */
async function timeOf({ rest }: Octokit): Promise<number> {
  const answer = await rest.rateLimit.get().catch((thrown: unknown) => {
    if (statusOf(thrown) !== 404) throw failureOf(thrown);
    return { headers: headersOf(thrown) };
  });
  const ms = timeMsIn(String(answer.headers.date ?? ''));
  if (ms === null) throw new Failure('UnexpectedAnswer', 'an answer of GitHub carries no Date');
  return ms;
}

/** Reads and dispatches workflow runs. */
function runsOf(
  { rest }: Octokit,
  here: { readonly owner: string; readonly repo: string },
): Pick<Forge, 'runState' | 'lastSuccessfulRun' | 'dispatch'> {
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
    async dispatch(eventType, payload) {
      const event = { ...here, event_type: eventType, client_payload: { ...payload } };
      await asked(rest.repos.createDispatchEvent(event));
    },
  };
}

/** Sends each request with a current token; a token that GitHub refuses is renewed once. */
function logIn(octokit: Octokit, source: TokenSource): void {
  octokit.hook.wrap('request', async (request, options) => {
    const send = async (token: string) => {
      // In place: the inner hooks of Octokit do not receive a copy of the options.
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

function proposalOf(pull: { number: number; html_url: string; body: string | null }): Proposal {
  return { number: pull.number, url: pull.html_url, body: pull.body ?? '' };
}

const impatientFetch: typeof fetch = (url, init) =>
  fetch(url, { ...init, signal: AbortSignal.timeout(patienceMs) });
