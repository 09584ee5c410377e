/** GitHub: pull requests, reviews, runs of workflows. Every method throws `Failure`. */
import type { ActiveRun, RunRef, RunState } from '../core/fleet/run.ts';

export type Proposal = {
  readonly number: number;
  readonly url: string;
  readonly body: string;
  readonly labels: readonly string[];
};

/** The two sides of a pull request, which another may have opened. */
export type ProposalSides = {
  readonly isOpen: boolean;
  /** the branch that it is merged into */
  readonly base: string;
  /** the commit at its head */
  readonly head: string;
  /** its head is in another repository: a workflow of it may not write */
  readonly isFromFork: boolean;
};

export type MergedProposal = {
  readonly mergedAt: string;
  /** the commit of `main` that it is based on */
  readonly base: string;
  /** people other than its author who approved exactly the merged commit, sorted */
  readonly approvedBy: readonly string[];
};

/** A token that may expire during a run; `token` is called before each exchange. */
export type TokenSource = {
  token(): Promise<string>;
  /** Drops a refused token, so that the next one is fresh where possible. */
  forget(token: string): void;
  /** the account that its holder writes as; null where only the Forge knows */
  login(): Promise<string | null>;
};

/** A token that was made elsewhere and cannot be renewed here. */
export function fixedToken(token: string): TokenSource {
  return { token: async () => token, forget() {}, login: async () => null };
}

export type Forge = {
  /** `Date` of an answer, ms */
  now(): Promise<number>;
  /** When our token ends, as the answer to `now` said; null where it does not, or before. */
  tokenEnds(): string | null;
  openProposal(head: string): Promise<Proposal | null>;
  propose(request: {
    readonly head: string;
    readonly base: string;
    readonly title: string;
    readonly body: string;
    readonly label: string;
  }): Promise<Proposal>;
  /** The newest from that branch, if it is closed and not merged; otherwise null. */
  closedProposal(head: string): Promise<Proposal | null>;
  /** @param body replaces the body where given */
  closeProposal(number: number, body?: string): Promise<void>;
  sidesOf(number: number): Promise<ProposalSides>;
  /**
   * Keeps one comment of ours on a pull request: the one that begins with the marker, written by this
   * account, or a new one. Resolves with its URL.
   */
  keepComment(
    number: number,
    comment: { readonly marker: string; readonly body: string },
  ): Promise<string>;
  /** the pull request that brought a commit to `main`; null where there is none */
  mergedProposalOf(commit: string): Promise<MergedProposal | null>;
  /** logins of a team, `org/name`; null where the Forge does not return them */
  membersOf(team: string): Promise<readonly string[] | null>;
  /** Whether a login may write to the repository: the Forge counts no other reviews. */
  mayWrite(login: string): Promise<boolean>;
  /** the state of one attempt of a run; a later attempt means that it ended */
  runState(run: RunRef): Promise<RunState>;
  /** end of the newest successful run of a workflow (its file's name); null where there is none */
  lastSuccessfulRun(workflow: string): Promise<string | null>;
  /** those among the newest runs of a workflow that are not over */
  activeRuns(workflow: string): Promise<readonly ActiveRun[]>;
  /**
   * Minutes that the Forge bills for the runs that were created from `from` to before `until`: each
   * job on its own machines counts as whole minutes. Of many runs, some are read, and stand for all.
   */
  minutesUsed(period: { readonly from: string; readonly until: string }): Promise<number>;
  dispatch(eventType: string, payload: Readonly<Record<string, string>>): Promise<void>;
};
