/** A git server in memory: branches of linear history, whole trees, real blob names. */
import { createHash } from 'node:crypto';
import { bytesOfText, notPlainFile } from '../../reconciler/core/agent/file-content.ts';
import type { FakeTime } from './time.ts';

export type FakeCommit = {
  readonly id: string;
  readonly parent: string | null;
  /** the second parent of a merge */
  readonly merged?: string;
  readonly tree: ReadonlyMap<string, string>;
  readonly paths: readonly string[];
  readonly author: string;
  readonly at: string;
  readonly subject: string;
  readonly body: string;
  readonly trailers: readonly (readonly [string, string])[];
};
export type Edits = Readonly<Record<string, string | null>>;
type NewCommit = {
  readonly subject: string;
  readonly edits: Edits;
  readonly body?: string;
  readonly author?: string;
  readonly trailers?: readonly (readonly [string, string])[];
  /** a commit whose files the edits are made on, and which becomes the second parent */
  readonly merges?: string;
};

export type FakeGit = {
  readonly branches: Map<string, string>;
  readonly commits: ReadonlyMap<string, FakeCommit>;
  /** every commit that was ever made, with its branch, oldest first */
  readonly made: readonly { readonly branch: string; readonly commit: FakeCommit }[];
  /** Puts a commit on a branch, which need not exist yet. Resolves with its id. */
  add(branch: string, commit: NewCommit): string;
  /** A person's commit on `main`. */
  commit(subject: string, edits: Edits): string;
  /** A person's revert on `main`: throws where a file changed since. */
  revert(commit: string): string;
  tip(branch: string): FakeCommit | null;
  text(path: string, branch?: string): string | null;
  /** oldest first */
  history(branch: string): readonly FakeCommit[];
  contains(tip: string, commit: string): boolean;
  /** the newest common commit */
  fork(base: string, head: string): FakeCommit | null;
  /** the changes of `head` since it left `base`, as one commit on `base` */
  merge(base: string, head: string, subject: string): string;
  /** branches that lost commits */
  readonly rewritten: ReadonlySet<string>;
  /** the tip of a branch before it lost commits, and when that was */
  readonly left: readonly { readonly branch: string; readonly id: string; readonly atMs: number }[];
  /** the branch loses its newest commits, which shows only when the branch is read again */
  rewind(branch: string, commits: number): void;
  /** the tips that a reader may use: the tip, or the one before a rewind that was not read yet */
  lastReadable(branch: string): string | null;
  /** The branch was read. */
  read(branch: string): void;
  /** by the branch `stop`, or one below it */
  halt(reason: string, branch?: string): void;
  halted(): boolean;
  resume(): void;
};

export function createGit(time: FakeTime): FakeGit {
  const branches = new Map<string, string>();
  const commits = new Map<string, FakeCommit>();
  const made: { branch: string; commit: FakeCommit }[] = [];
  const rewritten = new Set<string>();
  const unread = new Map<string, string>();
  const left: { branch: string; id: string; atMs: number }[] = [];

  function tip(branch: string): FakeCommit | null {
    return commits.get(branches.get(branch) ?? '') ?? null;
  }

  function add(branch: string, commit: NewCommit): string {
    const onto = commit.merges === undefined ? undefined : commits.get(commit.merges);
    const one = commitOn(tip(branch), commit, time.now() + time.wallSkewMs, onto);
    commits.set(one.id, one);
    made.push({ branch, commit: one });
    branches.set(branch, one.id);
    return one.id;
  }

  function* ancestors(from: string): Iterable<FakeCommit> {
    let commit = commits.get(from);
    for (let left = commits.size; left > 0 && commit !== undefined; left -= 1) {
      yield commit;
      commit = commits.get(commit.parent ?? '');
    }
  }

  /** Of both sides of merges, the nearest first. */
  function* reachable(from: string): Iterable<FakeCommit> {
    const ids = new Set([from]);
    for (const id of ids) {
      const commit = commits.get(id);
      if (commit === undefined) continue;
      yield commit;
      for (const next of [commit.parent, commit.merged]) if (next != null) ids.add(next);
    }
  }

  function contains(from: string, wanted: string): boolean {
    for (const commit of reachable(from)) if (commit.id === wanted) return true;
    return false;
  }

  function fork(base: string, head: string): FakeCommit | null {
    const ours = new Set([...reachable(branches.get(head) ?? '')].map(({ id }) => id));
    for (const commit of reachable(branches.get(base) ?? ''))
      if (ours.has(commit.id)) return commit;
    return null;
  }

  const person = 'Pat Operator';
  return {
    branches,
    commits,
    made,
    rewritten,
    left,
    add,
    tip,
    contains,
    fork,
    commit: (subject, edits) => add('main', { subject, edits, author: person }),
    revert(id) {
      const wrong = commits.get(id);
      if (wrong === undefined) throw new Error(`no commit ${id}`);
      const before = commits.get(wrong.parent ?? '')?.tree ?? new Map<string, string>();
      const now = tip('main')?.tree;
      for (const path of wrong.paths) {
        if (now?.get(path) !== wrong.tree.get(path)) throw new Error(`${path} changed since ${id}`);
      }
      const edits = Object.fromEntries(wrong.paths.map((path) => [path, before.get(path) ?? null]));
      return add('main', { subject: `Revert "${wrong.subject}"`, edits, author: person });
    },
    text: (path, branch = 'main') => tip(branch)?.tree.get(path) ?? null,
    history: (branch) => [...ancestors(branches.get(branch) ?? '')].reverse(),
    merge(base, head, subject) {
      const [from, to] = [tip(base)?.tree, tip(head)?.tree];
      if (from === undefined || to === undefined) throw new Error(`no branch ${head}`);
      const before = fork(base, head)?.tree ?? new Map<string, string>();
      const changed = changedPaths(before, to).filter((path) => from.get(path) !== to.get(path));
      for (const path of changed)
        if (from.get(path) !== before.get(path)) throw new Error(`${path} conflicts`);
      const edits = Object.fromEntries(changed.map((path) => [path, to.get(path) ?? null]));
      return add(base, { subject, edits, author: person });
    },
    rewind(branch, count) {
      rewritten.add(branch);
      const tipBefore = branches.get(branch);
      if (tipBefore !== undefined) left.push({ branch, id: tipBefore, atMs: time.now() });
      if (tipBefore !== undefined && !unread.has(branch)) unread.set(branch, tipBefore);
      const kept = [...ancestors(branches.get(branch) ?? '')][count];
      if (kept === undefined) branches.delete(branch);
      else branches.set(branch, kept.id);
    },
    lastReadable: (branch) => unread.get(branch) ?? branches.get(branch) ?? null,
    read: (branch) => void unread.delete(branch),
    halt: (reason, branch = 'stop') =>
      void add(branch, { subject: reason, edits: {}, author: person }),
    halted: () => [...branches.keys()].some((name) => stopName.test(name)),
    resume() {
      for (const name of [...branches.keys()]) if (stopName.test(name)) branches.delete(name);
    },
  };
}

/** Git never has `stop` and a ref below it at once. */
export const stopName = /^stop(?:\/|$)/;

/** The commit that `commit` makes on `parent`, at a time in whole seconds. */
function commitOn(
  parent: FakeCommit | null,
  { subject, edits, body = '', author = 'Aura', trailers = [] }: NewCommit,
  nowMs: number,
  merged?: FakeCommit,
): FakeCommit {
  const before: ReadonlyMap<string, string> = parent?.tree ?? new Map();
  const tree = new Map(merged?.tree ?? before);
  for (const [path, text] of Object.entries(edits)) {
    if (text === null) tree.delete(path);
    else tree.set(path, text);
  }
  const paths = merged === undefined ? changedOf(before, edits) : changedPaths(before, tree);
  const unfolded = trailers.map(
    ([name, value]) => [name, value.replaceAll(/\s*\n\s*/g, ' ')] as const,
  );
  const at = new Date(Math.floor(nowMs / 1000) * 1000).toISOString();
  const files = paths.map((path) => {
    const text = tree.get(path);
    return [path, text === undefined ? null : oidOf(text)];
  });
  const merging = merged === undefined ? [] : [merged.id];
  const about = [parent?.id ?? null, files, author, at, subject, body, unfolded, ...merging];
  return {
    id: createHash('sha1').update(JSON.stringify(about)).digest('hex'),
    parent: parent?.id ?? null,
    ...(merged === undefined ? {} : { merged: merged.id }),
    tree,
    paths,
    author,
    at,
    subject,
    body,
    trailers: unfolded,
  };
}

/** Paths that the edits really change, sorted. */
function changedOf(before: ReadonlyMap<string, string>, edits: Edits): readonly string[] {
  return Object.entries(edits)
    .filter(([path, text]) => (before.get(path) ?? null) !== text)
    .map(([path]) => path)
    .sort();
}

const oids = new Map<string, string>();
/** One process handles thousands of worlds. */
const oidsMax = 20_000;

/** The id that git gives a blob. */
export function oidOf(text: string): string {
  const known = oids.get(text);
  if (known !== undefined) return known;
  if (text === notPlainFile.text) return notPlainFile.oid;
  const bytes = bytesOfText(text);
  const oid = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
  if (oids.size >= oidsMax) oids.clear();
  oids.set(text, oid);
  return oid;
}

export function changedPaths(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly string[] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].filter((path) => before.get(path) !== after.get(path)).sort();
}
