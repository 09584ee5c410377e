/** The Forge in memory: pull requests with reviews, runs, dispatched events. */
import { Failure } from '../../reconciler/core/failure.ts';
import type { ActiveRun, RunRef, RunState } from '../../reconciler/core/fleet/run.ts';
import type { Forge, Proposal } from '../../reconciler/ports/forge.ts';
import type { Edits, FakeGit } from './git.ts';
import type { FakeTime } from './time.ts';

type FakeProposal = {
  readonly number: number;
  readonly head: string;
  readonly base: string;
  title: string;
  body: string;
  readonly labels: Set<string>;
  state: 'open' | 'closed' | 'merged';
  /** the commit on the base, once it is merged */
  commit: string | null;
  /** the base commit that it was created on, once it is merged */
  onto: string | null;
  mergedAt: string | null;
  approvedBy: readonly string[];
};
export type FakeForge = {
  readonly proposals: FakeProposal[];
  /**
   * by id for a first attempt, by `id/n` for the n-th: the Forge returns only the newest of a run
   */
  readonly runs: Map<string, RunState>;
  /** those of any workflow that are not over */
  readonly active: ActiveRun[];
  /** when the newest successful run of each workflow ended */
  readonly successes: Map<string, string>;
  /** jobs of runs that are over */
  readonly jobs: { readonly created: string; readonly seconds: number }[];
  /** when our token ends; null: it does not */
  tokenEnds: string | null;
  /** members by team; null where they cannot be seen */
  readonly teams: Map<string, readonly string[]>;
  /** logins that may read the repository and not write to it */
  readonly readers: Set<string>;
  /** the Forge's time, ms */
  now(): number;
  readonly dispatched: { readonly type: string; readonly payload: object }[];
  open(): readonly FakeProposal[];
  /** A person merges it. Resolves with the commit on its base. */
  merge(number: number, review?: { readonly approvedBy: readonly string[] }): string;
  /** A person edits `main` by a pull request that another approved; returns the commit. */
  mergeReviewed(subject: string, edits: Edits): string;
};

export function createForge(git: FakeGit, time: FakeTime): FakeForge {
  const proposals: FakeProposal[] = [];
  return {
    proposals,
    runs: new Map(),
    active: [],
    successes: new Map(),
    jobs: [],
    tokenEnds: null,
    teams: new Map(),
    readers: new Set(),
    now: () => time.now(),
    dispatched: [],
    open: () => proposals.filter(({ state }) => state === 'open'),
    merge(number, { approvedBy } = { approvedBy: ['pat'] }) {
      const proposal = proposals.find((one) => one.number === number);
      if (proposal?.state !== 'open') throw new Error(`no open proposal ${number}`);
      proposal.onto = git.branches.get(proposal.base) ?? null;
      const commit = git.merge(proposal.base, proposal.head, `${proposal.title} (#${number})`);
      proposal.state = 'merged';
      proposal.commit = commit;
      proposal.mergedAt = new Date(time.now()).toISOString();
      proposal.approvedBy = approvedBy;
      return commit;
    },
    mergeReviewed(subject, edits) {
      const onto = git.branches.get('main') ?? null;
      const commit = git.commit(subject, edits);
      const number = proposals.length + 1;
      const mergedAt = new Date(time.now()).toISOString();
      const labels = new Set<string>();
      const about = { title: subject, body: '', labels, head: `by-hand-${number}`, base: 'main' };
      const review = { mergedAt, approvedBy: ['kim'] };
      proposals.push({ number, ...about, state: 'merged', commit, onto, ...review });
      return commit;
    },
  };
}

export function createFakeForge(forge: FakeForge, git: FakeGit): Forge {
  const openOf = (head: string) =>
    forge.proposals.find((one) => {
      // A pull request whose branch is deleted is closed by that.
      if (one.state === 'open' && !git.branches.has(one.head)) one.state = 'closed';
      return one.state === 'open' && one.head === head;
    });
  return {
    now: async () => Math.floor(forge.now() / 1000) * 1000,
    tokenEnds: () => forge.tokenEnds,
    openProposal: async (head) => {
      const open = openOf(head);
      return open === undefined ? null : proposalOf(open);
    },
    async propose({ head, base, title, body, label }) {
      const open = openOf(head);
      if (open !== undefined) {
        open.title = title;
        open.body = body;
        open.labels.add(label);
        return proposalOf(open);
      }
      const tip = git.branches.get(head);
      if (tip === undefined) throw new Failure('InvalidInput', `there is no branch ${head}`);
      if (git.contains(git.branches.get(base) ?? '', tip))
        throw new Failure('InvalidInput', `no commits between ${base} and ${head}`);
      const proposal: FakeProposal = {
        number: forge.proposals.length + 1,
        head,
        base,
        title,
        body,
        labels: new Set([label]),
        state: 'open',
        commit: null,
        onto: null,
        mergedAt: null,
        approvedBy: [],
      };
      forge.proposals.push(proposal);
      return proposalOf(proposal);
    },
    async closedProposal(head) {
      if (openOf(head) !== undefined) return null;
      const newest = forge.proposals.findLast((one) => one.head === head);
      return newest?.state === 'closed' ? proposalOf(newest) : null;
    },
    async sidesOf(number) {
      const found = forge.proposals.find((one) => one.number === number);
      if (found === undefined) throw new Failure('NotFound', `no proposal ${number}`);
      const head = git.branches.get(found.head) ?? '';
      return { isOpen: found.state === 'open', base: found.base, head, isFromFork: false };
    },
    keepComment: async (number) => `https://forge.example/pulls/${number}#comment`,
    async closeProposal(number, body) {
      const proposal = forge.proposals.find((one) => one.number === number);
      if (proposal === undefined) throw new Failure('NotFound', `no proposal ${number}`);
      if (body !== undefined) proposal.body = body;
      if (proposal.state === 'open') proposal.state = 'closed';
    },
    async mergedProposalOf(commit) {
      const found = forge.proposals.find((one) => one.state === 'merged' && one.commit === commit);
      if (found === undefined || found.mergedAt === null) return null;
      const { mergedAt, approvedBy, onto } = found;
      return { mergedAt, base: onto ?? '', approvedBy: [...approvedBy].sort() };
    },
    membersOf: async (team) => forge.teams.get(team) ?? null,
    mayWrite: async (login) => !forge.readers.has(login),
    runState: async (run) => runStateOf(forge.runs, run),
    minutesUsed: async ({ from, until }) =>
      forge.jobs
        .filter(({ created }) => created >= from && created < until)
        .reduce((sum, { seconds }) => sum + Math.ceil(seconds / 60), 0),
    lastSuccessfulRun: async (workflow) => forge.successes.get(workflow) ?? null,
    activeRuns: async () => [...forge.active],
    dispatch: async (type, payload) => void forge.dispatched.push({ type, payload }),
  };
}

/**
 * As GitHub does: a finished run may be run again, and then has the state of its newest attempt.
 */
function runStateOf(runs: ReadonlyMap<string, RunState>, { id, attempt }: RunRef): RunState {
  let newest: { attempt: number; state: RunState } | null = null;
  for (const [key, state] of runs) {
    const [of, count = '1'] = key.split('/');
    if (of === id && Number(count) > (newest?.attempt ?? 0))
      newest = { attempt: Number(count), state };
  }
  if (newest === null || attempt > newest.attempt) return 'unknown';
  return attempt < newest.attempt ? 'over' : newest.state;
}

function proposalOf({ number, body, labels }: FakeProposal): Proposal {
  const url = `https://forge.example/pulls/${number}`;
  return { number, url, body, labels: [...labels].sort() };
}
