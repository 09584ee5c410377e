/** The port `DesiredState` over the git server in memory, as one process sees it. */

import { anyPath, writtenPath } from '../../reconciler/adapters/git/path.ts';
import { notPlainFile } from '../../reconciler/core/agent/file-content.ts';
import type { LogEntry } from '../../reconciler/core/commands/history.ts';
import { Failure } from '../../reconciler/core/failure.ts';
import type { DesiredState, Removal, Snapshot } from '../../reconciler/ports/desired-state.ts';
import { tipOf } from '../../reconciler/ports/tip.ts';
import { changedPaths, type FakeCommit, type FakeGit, oidOf, stopName } from './git.ts';

/** @param served the tip of a branch that the server returns, which may be an older one */
export function createFakeRepository(
  git: FakeGit,
  served: (branch: string) => string | null = (branch) => git.branches.get(branch) ?? null,
): DesiredState {
  /** Tips as this process read them last: history is that of the fetched commits. */
  const seen = new Map<string, string>();

  async function fetch(branch: string): Promise<Snapshot | null> {
    const tip = git.commits.get(served(branch) ?? '') ?? null;
    git.read(branch);
    const before = seen.get(branch);
    const grows = branch === 'main' || branch === 'status';
    if (grows && before !== undefined && (tip === null || !git.contains(tip.id, before)))
      throw rewritten(branch);
    if (tip === null) return null;
    seen.set(branch, tip.id);
    return snapshotOf(tip, git);
  }

  async function known(branch: string): Promise<readonly FakeCommit[]> {
    if (!seen.has(branch)) await fetch(branch);
    const history: FakeCommit[] = [];
    let commit = git.commits.get(seen.get(branch) ?? '');
    for (let left = git.commits.size; left > 0 && commit !== undefined; left -= 1) {
      history.push(commit);
      commit = git.commits.get(commit.parent ?? '');
    }
    return history;
  }

  async function log(branch: string, max: number, path: string | null = null) {
    const history = await known(branch);
    const about = path === null ? history : history.filter(({ paths }) => paths.includes(path));
    return about.slice(0, max).map(entryOf);
  }

  async function lastRemoval(path: string): Promise<Removal | null> {
    const history = await known('main');
    if (history[0]?.tree.has(path) === true) return null;
    const found = history.find((commit) => commit.paths.includes(path));
    return found === undefined ? null : removalBy(found, git);
  }

  async function stop(): Promise<string | null> {
    const [branch] = stopsOf(git);
    const tip = branch === undefined ? null : git.tip(branch);
    return tip === null ? null : tip.subject.trim() || `branch ${branch} exists`;
  }

  return {
    fetch,
    ...tipsBy({ fetch, stop }),
    // The fake Forge merges nothing before a person does.
    mergeOf: async () => null,
    async offered(branch) {
      const tip = git.commits.get(served(branch) ?? '');
      return tip === undefined ? null : snapshotOf(tip, git);
    },
    async at(_branch, commit) {
      const found = git.commits.get(commit);
      return found === undefined ? null : snapshotOf(found, git);
    },
    async accept(branch, commit) {
      seen.set(branch, commit);
    },
    async confirmed(branch) {
      const commit = git.commits.get(seen.get(branch) ?? '');
      return commit === undefined ? null : snapshotOf(commit, git);
    },
    async push(branch, base, drafts) {
      const tip = git.tip(branch);
      if ((base?.commit ?? null) !== (tip?.id ?? null)) return { kind: 'rejected' };
      const made: string[] = [];
      for (const { edits, ...about } of drafts) {
        for (const { path, text } of edits) assertWritable(path, text);
        const changes = Object.fromEntries(edits.map(({ path, text }) => [path, text]));
        made.push(git.add(branch, { ...about, edits: changes }));
      }
      const last = made.at(-1);
      if (last !== undefined) seen.set(branch, last);
      return { kind: 'pushed', commits: made };
    },
    lastRemoval,
    async lastRemovals(paths) {
      const removals = new Map<string, Removal>();
      for (const path of paths) {
        const removal = await lastRemoval(path);
        if (removal !== null) removals.set(path, removal);
      }
      return removals;
    },
    async textAt(commit, path) {
      if (!/^[0-9a-f]{7,64}$/.test(commit)) throw new Failure('InvalidInput', 'no commit id');
      const text = git.commits.get(commit)?.tree.get(path) ?? null;
      return text === notPlainFile.text ? null : text;
    },
    log,
    async *walk(branch, path = null) {
      yield await log(branch, Number.MAX_SAFE_INTEGER, path);
    },
    async *versions(branch, path) {
      for (const commit of git.history(branch).filter(({ paths }) => paths.includes(path)))
        yield { commit: entryOf(commit), text: commit.tree.get(path) ?? null };
    },
    lastCommitOf: async (branch, path) => (await log(branch, 1, path))[0] ?? null,
    async forkOf(branch) {
      const commit = git.fork('main', branch);
      return commit === null ? null : snapshotOf(commit, git);
    },
    stop,
    async resume() {
      const names = stopsOf(git);
      for (const name of names) git.branches.delete(name);
      return names;
    },
    async createBranch(name, commit) {
      const there = git.branches.get(name);
      if (there !== undefined && there !== commit)
        throw new Failure('Conflict', `branch ${name} already exists at another commit`);
      if (!git.commits.has(commit)) throw new Failure('Forbidden', `no commit ${commit}`);
      git.branches.set(name, commit);
    },
    async deleteBranch(name) {
      git.branches.delete(name);
      seen.delete(name);
    },
  };
}

/** As the adapter has it. */
function assertWritable(path: string, text: string | null): void {
  if (text === null) anyPath(path);
  else writtenPath(path);
  if (text === notPlainFile.text) throw new Failure('Bug', `${path} has no text to be written`);
}

/** As the real one: a stop that cannot be read counts as stop. */
export function tipsBy({
  fetch,
  stop,
}: Pick<DesiredState, 'fetch' | 'stop'>): Pick<DesiredState, 'tips' | 'mainAndStop'> {
  const mainAndStop = async () => ({
    stop: await stop().catch((thrown: unknown) => {
      if (thrown instanceof Failure) return 'the stop ref could not be read';
      throw thrown;
    }),
    main: await tipOf({ state: { fetch } }, 'main'),
  });
  return {
    mainAndStop,
    tips: async () => ({ ...(await mainAndStop()), status: await fetch('status') }),
  };
}

function stopsOf({ branches }: FakeGit): readonly string[] {
  return [...branches.keys()].filter((name) => stopName.test(name)).sort();
}

function snapshotOf({ id, tree }: FakeCommit, git: FakeGit): Snapshot {
  return {
    commit: id,
    list: async (prefix) =>
      [...tree]
        .filter(([path]) => path.startsWith(prefix))
        .map(([path, text]) => ({ path, oid: oidOf(text) }))
        .sort((a, b) => (a.path < b.path ? -1 : 1)),
    async changesSince(commit, prefix) {
      const before = git.commits.get(commit)?.tree;
      if (before === undefined) return null;
      return changedPaths(before, tree)
        .filter((path) => path.startsWith(prefix))
        .map((path) => ({ path, oid: oidIn(tree, path) }));
    },
    async read(path) {
      const text = tree.get(anyPath(path));
      return text === undefined ? null : { oid: oidOf(text), text };
    },
    async readAll(oids) {
      const wanted = new Set(oids);
      return new Map(
        [...tree.values()].filter((text) => wanted.has(oidOf(text))).map((t) => [oidOf(t), t]),
      );
    },
  };
}

function oidIn(tree: FakeCommit['tree'], path: string): string | null {
  const text = tree.get(path);
  return text === undefined ? null : oidOf(text);
}

function removalBy(commit: FakeCommit, git: FakeGit): Removal | null {
  const parent = git.commits.get(commit.parent ?? '');
  if (parent === undefined) return null;
  const gone = commit.paths.filter(
    (path) => path.startsWith('agents/') && path.endsWith('.yaml') && !commit.tree.has(path),
  );
  const cause = commit.trailers.findLast(([name]) => name.toLowerCase() === 'aura-cause');
  return {
    commit: commit.id,
    parent: parent.id,
    cause: cause?.[1] ?? null,
    at: commit.at,
    agentsRemoved: gone.length,
  };
}

function entryOf({ id, at, author, subject, body, trailers, paths }: FakeCommit): LogEntry {
  return { commit: id, at, author, subject, body, trailers, paths };
}

function rewritten(branch: string): Failure {
  return new Failure('BranchRewritten', `branch ${branch} is gone or was rewritten`);
}
