/** The agents repository: branches, files at a commit, pushes. Every method throws `Failure`. */
import type { AgentFile } from '../core/agent/agent.ts';
import type { FileVersion, LogEntry } from '../core/commands/history.ts';

/**
 * The files of one branch at one commit. `list` is sorted by path, and every listed file can be
 * read. Texts keep every byte (core/agent/file-content.ts): content that is not text, or not a
 * plain file, is invalid and never absent.
 */
export type Snapshot = {
  readonly commit: string;
  list(prefix: string): Promise<readonly { readonly path: string; readonly oid: string }[]>;
  /**
   * The files below a folder (empty: all) that changed since another commit, with the new oid or null where
   * removed; null where that commit cannot be read here.
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
  readonly path: string;
  /** null removes the file */
  readonly text: string | null;
};

export type CommitDraft = {
  readonly subject: string;
  readonly body: string;
  readonly trailers: readonly (readonly [name: string, value: string])[];
  readonly edits: readonly FileEdit[];
  /** the second parent: the edits are made on its files */
  readonly merges?: string;
};

export type PushOutcome =
  | { readonly kind: 'pushed'; readonly commits: readonly string[] }
  /** the tip has moved: fetch, decide and push again */
  | { readonly kind: 'rejected' };

export type Removal = {
  readonly commit: string;
  readonly parent: string;
  readonly cause: string | null;
  readonly at: string;
  readonly agentsRemoved: number;
};

/** The branches of a git repository: `main` (desired) and `status` (recorded). */
export type DesiredState = {
  /** The server's current tip; null where the branch does not exist. */
  fetch(branch: string): Promise<Snapshot | null>;
  /** Both tips and the stop, in one exchange if unchanged. Throws `NotFound` without `main`. */
  tips(): Promise<Tips>;
  /** `main` and the stop, as in `tips`. */
  mainAndStop(): Promise<Pick<Tips, 'main' | 'stop'>>;
  /** The tip that the server confirmed last, without a request; null where there is none. */
  confirmed(branch: string): Promise<Snapshot | null>;
  /** The server's current tip even if the branch was rewritten; it does not count as read. */
  offered(branch: string): Promise<Snapshot | null>;
  /**
   * The files at a commit of the branch's history, which is fetched if it is not known here; null
   * where the server does not have it.
   */
  at(branch: string, commit: string): Promise<Snapshot | null>;
  /** Makes that commit the one that was read, whatever was read before. */
  accept(branch: string, commit: string): Promise<void>;
  /** Commits on top of `base` in order, one push. Never forces. `base` null creates the branch. */
  push(
    branch: string,
    base: Snapshot | null,
    commits: readonly CommitDraft[],
  ): Promise<PushOutcome>;
  /**
   * The last first-parent removal of a path on `main`; null where it never existed or still exists.
   */
  lastRemoval(path: string): Promise<Removal | null>;
  /** The same for many agents' files in one walk; paths without a removal are left out. */
  lastRemovals(paths: readonly string[]): Promise<ReadonlyMap<string, Removal>>;
  /** the text of a file at a commit */
  textAt(commit: string, path: string): Promise<string | null>;
  /** first-parent history of `branch`, or of one path in it, newest first, at most `max` */
  log(branch: string, max: number, path?: string | null): Promise<readonly LogEntry[]>;
  /** All of that history, newest first, in pages. */
  walk(branch: string, path?: string | null): AsyncIterable<readonly LogEntry[]>;
  /** The commits of that history that changed the path, oldest first, with its text after each. */
  versions(branch: string, path: string): AsyncIterable<FileVersion>;
  /** last first-parent commit that touched the path; null where none */
  lastCommitOf(branch: string, path: string): Promise<LogEntry | null>;
  /** the newest common commit of the branch and `main`, as fetched last */
  forkOf(branch: string): Promise<Snapshot | null>;
  /** What merging a pull request makes of its base; null where the Forge has made no merge. */
  mergeOf(number: number): Promise<Merge | null>;
  /** The subject of the commit at `stop` or a branch below it; null where there is none. */
  stop(): Promise<string | null>;
  /** Removes every such branch. Resolves with their names, sorted. */
  resume(): Promise<readonly string[]>;
  /** creates or removes a branch on the remote: `stop`, proposals */
  createBranch(name: string, commit: string): Promise<void>;
  deleteBranch(name: string): Promise<void>;
};

export type Merge = {
  readonly base: Snapshot;
  readonly merged: Snapshot;
  /** the commit at the head that was merged */
  readonly head: string;
};

/** Bundles branches of the repository into one file that git has verified. */
export type Bundler = {
  /** Throws `NotFound` where the server lacks one of them. */
  make(branches: readonly string[]): Promise<{
    readonly content: Buffer;
    readonly tips: Readonly<Record<string, string>>;
  }>;
};

/** Both branches and the stop ref at one moment. */
type Tips = {
  readonly main: Snapshot;
  readonly status: Snapshot | null;
  /** why effects are stopped; null where they are not */
  readonly stop: string | null;
};

/** The files of agents at a commit; each content is parsed once, also across runs. */
export type AgentFiles = {
  at(snapshot: Snapshot): Promise<readonly AgentFile[]>;
  /** The result of `make` for a content, cached by name and oid. */
  once<Value>(name: string, oid: string, make: () => Value): Promise<Value>;
};
