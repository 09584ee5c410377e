/** GitHub: pull requests, reviews, runs of workflows. Every method throws `Failure`. */
import type { RunRef, RunState } from '../core/fleet/run.ts';

export type Proposal = {
  readonly number: number;
  readonly url: string;
  readonly body: string;
};

export type MergedProposal = {
  readonly mergedAt: string;
  /** the commit of `main` that it was made on */
  readonly base: string;
  /** people other than its author who approved of exactly what was merged, sorted */
  readonly approvedBy: readonly string[];
};

/** A login that may end while we run: asked before each exchange, which costs nothing mostly. */
export type TokenSource = {
  token(): Promise<string>;
  /** This one was refused: the next is a fresh one, where there can be one. */
  forget(token: string): void;
};

export type Forge = {
  /** `Date` of an answer, ms */
  now(): Promise<number>;
  openProposal(head: string): Promise<Proposal | null>;
  propose(request: {
    readonly head: string;
    readonly base: string;
    readonly title: string;
    readonly body: string;
  }): Promise<Proposal>;
  /** The newest from that branch, where it is closed and was not merged; null where it is not so. */
  closedProposal(head: string): Promise<Proposal | null>;
  /** @param body what it says from then on; as it was where absent */
  closeProposal(number: number, body?: string): Promise<void>;
  /** the pull request by which a commit came to `main`; null where there is none */
  mergedProposalOf(commit: string): Promise<MergedProposal | null>;
  /** logins of a team, `org/name`; null where the Forge does not let us see them */
  membersOf(team: string): Promise<readonly string[] | null>;
  /** Whether a login may write to the repository: of others the Forge counts no review either. */
  mayWrite(login: string): Promise<boolean>;
  /** of one attempt of a run: a later one says that it is over */
  runState(run: RunRef): Promise<RunState>;
  /** when the newest run of a workflow (its file's name) that succeeded ended; null where none did */
  lastSuccessfulRun(workflow: string): Promise<string | null>;
  dispatch(eventType: string, payload: Readonly<Record<string, string>>): Promise<void>;
};
