/**
 * Pull requests of one head branch each. A creation whose answer is lost is resolved by looking; it
 * is never sent twice, and GitHub itself refuses a second open one of the same branches.
 */
import type { Octokit } from '@octokit/rest';
import { Failure, type FailureReason } from '../../core/failure.ts';
import type { Forge, Proposal } from '../../ports/forge.ts';
import { asked, listIn } from './failures.ts';

type Repository = { readonly owner: string; readonly repo: string };
type Asked = Parameters<Forge['propose']>[0];

export function proposalsOf(
  { rest }: Octokit,
  here: Repository,
): Pick<Forge, 'openProposal' | 'propose' | 'closedProposal' | 'closeProposal' | 'sidesOf'> {
  async function openProposal(head: string): Promise<Proposal | null> {
    const query = { ...here, state: 'open', head: `${here.owner}:${head}`, per_page: 1 } as const;
    const [pull] = listIn((await asked(rest.pulls.list(query))).data);
    return pull === undefined ? null : proposalOf(pull);
  }

  async function update(number: number, { title, body }: Asked): Promise<Proposal> {
    const change = { ...here, pull_number: number, title, body };
    return proposalOf((await asked(rest.pulls.update(change))).data);
  }

  async function createOrUpdate(request: Asked): Promise<Proposal> {
    const { head, base, title, body } = request;
    const open = await openProposal(head);
    if (open !== null) return update(open.number, request);
    try {
      return proposalOf(
        (await asked(rest.pulls.create({ ...here, head, base, title, body }))).data,
      );
    } catch (thrown) {
      const found = mayBeThere(thrown) ? await openProposal(head) : null;
      if (found === null) throw thrown;
      return update(found.number, request);
    }
  }

  /** GitHub creates a label that the repository does not have. */
  async function labelled(proposal: Proposal, label: string): Promise<Proposal> {
    if (proposal.labels.includes(label)) return proposal;
    const about = { ...here, issue_number: proposal.number, labels: [label] };
    await asked(rest.issues.addLabels(about));
    return { ...proposal, labels: [...proposal.labels, label] };
  }

  return {
    openProposal,
    propose: async (request) => labelled(await createOrUpdate(request), request.label),
    async closedProposal(head) {
      const from = { head: `${here.owner}:${head}`, sort: 'created', direction: 'desc' } as const;
      const query = { ...here, ...from, state: 'all', per_page: 1 } as const;
      const [pull] = listIn((await asked(rest.pulls.list(query))).data);
      const isClosed = pull?.state === 'closed' && pull.merged_at === null;
      return pull !== undefined && isClosed ? proposalOf(pull) : null;
    },
    async closeProposal(number, body) {
      const change = { state: 'closed', ...(body === undefined ? {} : { body }) } as const;
      await asked(rest.pulls.update({ ...here, pull_number: number, ...change }));
    },
    async sidesOf(number) {
      const { data } = await asked(rest.pulls.get({ ...here, pull_number: number }));
      const { head, base } = data;
      return {
        isOpen: data.state === 'open',
        base: base.ref,
        head: head.sha,
        // A fork that was deleted has no repository.
        isFromFork: head.repo?.id !== base.repo.id,
      };
    },
  };
}

/** Whether a creation that failed like this may have had its effect, or met an earlier one. */
export function mayBeThere(thrown: unknown): boolean {
  return thrown instanceof Failure && unclear.has(thrown.reason);
}

/** `InvalidInput` is GitHub's answer where there is one already that a listing did not show. */
const unclear: ReadonlySet<FailureReason> = new Set([
  'NetworkUnreachable',
  'ProviderOutage',
  'UnexpectedAnswer',
  'InvalidInput',
]);

type Pull = {
  readonly number: number;
  readonly html_url: string;
  readonly body: string | null;
  readonly labels: readonly { readonly name: string }[];
};

function proposalOf(pull: Pull): Proposal {
  // An answer that breaks off is empty to Octokit.
  if (!Number.isSafeInteger(pull.number))
    throw new Failure('UnexpectedAnswer', 'GitHub answers without a pull request');
  const labels = pull.labels.map(({ name }) => name).sort();
  return { number: pull.number, url: pull.html_url, body: pull.body ?? '', labels };
}
