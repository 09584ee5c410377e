/** The agents repository: its branches, their files at a commit, and pushes. Every method throws `Failure`. */
import type { AgentFile } from '../core/agent/agent.ts';
import type { LogEntry } from '../core/commands/history.ts';

/**
 * The files of one branch at one commit, whatever they are called. `list` is sorted by path, and what it
 * lists can be read. Texts hold every byte (core/desired/file-content.ts): what is no text, or no plain
 * file, is an invalid one to those who parse it, and never absent.
 */
export type Snapshot = {
  readonly commit: string;
  list(prefix: string): Promise<readonly { readonly path: string; readonly oid: string }[]>;
  /**
   * What became of the files below a folder since another commit of ours, an oid or null where it is
   * gone; null where that commit cannot be read here.
   */
  changesSince(
    commit: string,
    prefix: string,
  ): Promise<readonly { readonly path: string; readonly oid: string | null }[] | null>;
  /** null where nothing is there */
  read(path: string): Promise<{ readonly oid: string; readonly text: string } | null>;
  /** texts by blob oid, read in one go */
  readAll(oids: readonly string[]): Promise<ReadonlyMap<string, string>>;
};

export type FileEdit = {
  readonly path: string /** null removes the file */;
  readonly text: string | null;
};

export type CommitDraft = {
  readonly subject: string;
  readonly body: string;
  readonly trailers: readonly (readonly [name: string, value: string])[];
  readonly edits: readonly FileEdit[];
  /** a commit that becomes its second parent: the edits are made on that one's files */
  readonly merges?: string;
};

export type PushOutcome =
  | { readonly kind: 'pushed'; readonly commits: readonly string[] }
  /** the tip moved: fetch, decide again, push again */
  | { readonly kind: 'rejected' };

export type Removal = {
  readonly commit: string;
  readonly parent: string;
  readonly cause: string | null;
  readonly at: string;
  readonly agentsRemoved: number;
};

/** One branch's files in a git repository: `main` (what is asked for) or `status` (what was done). */
export type DesiredState = {
  /** The tip as the server has it now; null where the branch does not exist. */
  fetch(branch: string): Promise<Snapshot | null>;
  /**
   * Both tips and the stop as the server has them now, in one exchange where nothing moved. Throws
   * `NotFound` without a branch `main`.
   */
  tips(): Promise<Tips>;
  /** The tip that the server confirmed last, without asking it again; null where none was. */
  confirmed(branch: string): Promise<Snapshot | null>;
  /**
   * The tip as the server has it now, though it may not contain what was read of the branch before:
   * to judge a branch that was rewritten. Nothing counts as read because of it.
   */
  offered(branch: string): Promise<Snapshot | null>;
  /** That commit is what was read of the branch, whatever was before: the branch goes on from it. */
  accept(branch: string, commit: string): Promise<void>;
  /** Commits on top of `base` in order, one push. Never forces. `base` null creates the branch. */
  push(
    branch: string,
    base: Snapshot | null,
    commits: readonly CommitDraft[],
  ): Promise<PushOutcome>;
  /** The last first-parent removal of a path on `main`; null where it never was or still is there. */
  lastRemoval(path: string): Promise<Removal | null>;
  /** The same of many agents' files, for one walk through history; those without one are left out. */
  lastRemovals(paths: readonly string[]): Promise<ReadonlyMap<string, Removal>>;
  /** the text of a file at a commit */
  textAt(commit: string, path: string): Promise<string | null>;
  /** first-parent history of `branch`, or of one path in it, newest first, at most `max` */
  log(branch: string, max: number, path?: string | null): Promise<readonly LogEntry[]>;
  /** last first-parent commit that touched the path; null where none */
  lastCommitOf(branch: string, path: string): Promise<LogEntry | null>;
  /** the newest commit that the branch and `main`, as they were fetched last, have in common */
  forkOf(branch: string): Promise<Snapshot | null>;
  /** why effects are stopped: the subject of the commit of `stop`, or of a branch below it; null where
   * there is none */
  stop(): Promise<string | null>;
  /** Removes every branch that stops. Resolves with their names, sorted. */
  resume(): Promise<readonly string[]>;
  /** creates or removes a branch on the remote: `stop`, proposals */
  createBranch(name: string, commit: string): Promise<void>;
  deleteBranch(name: string): Promise<void>;
};

/** Whole branches of the repository in one file that git itself has verified. */
export type Bundler = {
  /** Throws `NotFound` where the server lacks one of them. */
  make(branches: readonly string[]): Promise<{
    readonly content: Buffer;
    readonly tips: Readonly<Record<string, string>>;
  }>;
};

/** What a run begins with: both branches and the stop ref at one moment. */
type Tips = {
  readonly main: Snapshot;
  readonly status: Snapshot | null;
  /** why effects are stopped; null where they are not */
  readonly stop: string | null;
};

/** The files of agents at a commit, each content parsed once, also from one run to the next. */
export type AgentFiles = {
  at(snapshot: Snapshot): Promise<readonly AgentFile[]>;
  /** What `make` makes of a content, as it was made the last time where the content is the same. */
  once<Value>(name: string, oid: string, make: () => Value): Promise<Value>;
};
