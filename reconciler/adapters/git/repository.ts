/**
 * The port `DesiredState` for the agents repository: reads tips from the server and objects from a
 * mirror, makes commits without a working tree, and pushes them as a compare-and-swap, unforced.
 */
import { textOfBytes } from '../../core/agent/file-content.ts';
import { Failure } from '../../core/failure.ts';
import type { Clock } from '../../ports/clock.ts';
import type {
  CommitDraft,
  DesiredState,
  Merge,
  PushOutcome,
  Snapshot,
} from '../../ports/desired-state.ts';
import type { TokenSource } from '../../ports/forge.ts';
import { accessOf, type GitLimits } from './access.ts';
import { type Branches, createBranches } from './branches.ts';
import { makeCommits } from './commits.ts';
import { readLog, readVersions, walkLog } from './history.ts';
import { createMirrors, type Mirrors } from './mirrors.ts';
import { createPackDraft } from './pack.ts';
import { anyPath, plainPath } from './path.ts';
import { compareAndSwap } from './push.ts';
import { createRemote, noOid, type RefUpdate, type Remote } from './remote.ts';
import { createRemovalReaders } from './removals.ts';
import { createStop } from './stop.ts';
import { createTipsReader } from './tips.ts';

export type Repository = DesiredState & {
  /** Ends git's process and removes a temporary mirror. */
  close(): Promise<void>;
};

type RepositoryOptions = {
  /** http or https; a user and password in it are used and never shown */
  readonly url: string;
  /** a fixed token, or a source that is asked before each exchange */
  readonly token: TokenSource | string | null;
  /** Keeps the mirror between runs; null uses a temporary folder. */
  readonly folder: string | null;
  readonly author: { readonly name: string; readonly email: string };
  readonly clock: Clock;
  /** `usualLimits` by default */
  readonly limits?: GitLimits;
};

export function createRepository(options: RepositoryOptions): Repository {
  const access = accessOf(options);
  const remote = createRemote(access);
  const mirrors = createMirrors(access, remote, options.folder);
  const branches = createBranches({ remote, mirrors, clock: options.clock });
  const context: Context = { options, remote, mirrors, branches };
  const { log, ...histories } = createLogReader(context);
  const { fetch } = branches;
  const stops = createStop({
    remote,
    mirrors,
    fetch,
    remove: (branch) => deleteBranch(context, branch),
  });
  const confirmed = async (branch: string) => {
    const mirror = await mirrors.of(plainPath(branch));
    const tip = await mirror.seen(branch);
    return tip === null ? null : mirror.snapshot(tip);
  };
  return {
    fetch,
    ...createTipsReader(remote, { fetch, confirmed, stop: stops.stop }),
    confirmed,
    offered: (branch) => branches.offered(branch),
    at: branches.at,
    accept: branches.accept,
    push: (branch, base, drafts) => push(context, branch, { base, drafts }),
    ...createRemovalReaders(branches),
    async textAt(commit, path) {
      if (!/^[0-9a-f]{7,64}$/.test(commit)) throw new Failure('InvalidInput', 'no commit id');
      const { objects, trees } = await mirrors.of('main');
      if ((await objects.read(`${commit}^{tree}`)) === null) return null;
      const oid = await trees.find(commit, path);
      const found = oid === null ? null : await objects.read(oid);
      return found?.type === 'blob' ? textOfBytes(found.content) : null;
    },
    log,
    ...histories,
    lastCommitOf: async (branch, path) => (await log(branch, 1, path))[0] ?? null,
    forkOf: (branch) => forkOf(context, branch),
    mergeOf: (number) => mergeOf(context, number),
    ...stops,
    async createBranch(name, commit) {
      const update = { branch: plainPath(name), from: noOid, to: commit };
      await moveRef(context, update, 'already exists at another commit');
    },
    deleteBranch: (name) => deleteBranch(context, name),
    close: mirrors.close,
  };
}

type Context = {
  readonly options: RepositoryOptions;
  readonly remote: Remote;
  readonly mirrors: Mirrors;
  readonly branches: Branches;
};

function createLogReader({ branches }: Context): Pick<DesiredState, 'log' | 'walk' | 'versions'> {
  return {
    async log(branch, max, path = null) {
      if (path !== null) anyPath(path);
      const found = await branches.whole(branch);
      return found === null ? [] : readLog(found.mirror.git, found.tip, { max, path });
    },
    async *walk(branch, path = null) {
      if (path !== null) anyPath(path);
      const found = await branches.whole(branch);
      if (found !== null) yield* walkLog(found.mirror.git, found.tip, path);
    },
    async *versions(branch, path) {
      const found = await branches.whole(branch);
      if (found !== null) yield* readVersions(found.mirror, found.tip, anyPath(path));
    },
  };
}

async function forkOf({ branches }: Context, branch: string): Promise<Snapshot | null> {
  const [main, other] = [await branches.whole('main'), await branches.known(branch)];
  // A `recent` mirror holds no history.
  if (main === null || other === null || main.mirror !== other.mirror) return null;
  const { git, snapshot } = main.mirror;
  if (!(await git.succeeds(['merge-base', main.tip, other.tip]))) return null;
  return snapshot((await git.run(['merge-base', main.tip, other.tip])).toString().trim());
}

async function mergeOf(
  { remote, mirrors, branches }: Context,
  number: number,
): Promise<Merge | null> {
  const commit = await remote.mergeOf(number);
  if (commit === null) return null;
  await branches.fetch('main');
  await branches.offered('main', commit);
  const { objects, snapshot } = await mirrors.of('main');
  const text = (await objects.read(commit))?.content.toString() ?? '';
  const header = text.slice(0, text.indexOf('\n\n'));
  const parents = [...header.matchAll(/^parent ([0-9a-f]{40})$/gm)].map(([, oid]) => oid);
  const [base, head, ...more] = parents;
  if (base === undefined || head === undefined || more.length > 0)
    throw new Failure('UnexpectedAnswer', `commit ${commit} merges no pull request`);
  return { base: snapshot(base), merged: snapshot(commit), head };
}

async function push(
  { options, remote, mirrors, branches }: Context,
  branch: string,
  { base, drafts }: { base: Snapshot | null; drafts: readonly CommitDraft[] },
): Promise<PushOutcome> {
  const mirror = await mirrors.of(plainPath(branch));
  const timestamp = Math.floor(options.clock.now() / 1000);
  const from = base?.commit ?? null;
  const making = { trees: mirror.trees, author: options.author, timestamp };
  const { commits, draft } = await makeCommits(making, from, drafts);
  const to = commits.at(-1);
  if (to === undefined) return { kind: 'pushed', commits };
  const pack = draft.finish();
  const landing = compareAndSwap({
    remote,
    clock: options.clock,
    update: { branch, from: from ?? noOid, to, pack: pack.content },
    async landedBelow(tip) {
      const now = await branches.bring(branch, tip);
      return mirror.contains(now, to);
    },
  });
  // Stored while the server answers: otherwise it would delay the next push.
  const [landed, stored] = await Promise.allSettled([landing, mirror.store(pack)]);
  if (landed.status === 'rejected') throw landed.reason;
  if (!landed.value) return { kind: 'rejected' };
  // What could not be stored is fetched.
  if (stored.status === 'fulfilled')
    await branches.keep(branch, { from, to, draft }).catch(() => {});
  return { kind: 'pushed', commits };
}

/** Moves a ref without new commits. Throws `Conflict` if its tip is not `from`. */
async function moveRef(
  { remote, options }: Context,
  update: Omit<RefUpdate, 'pack'>,
  otherwise: string,
): Promise<void> {
  const pack = update.to === noOid ? null : createPackDraft().finish().content;
  const landedBelow = async () => false;
  const { clock } = options;
  if (!(await compareAndSwap({ remote, clock, update: { ...update, pack }, landedBelow })))
    throw new Failure('Conflict', `branch ${update.branch} ${otherwise}`);
}

async function deleteBranch(context: Context, name: string): Promise<void> {
  const tip = await context.branches.tipOf(name);
  if (tip === null) return;
  const update = { branch: name, from: tip, to: noOid };
  await moveRef(context, update, 'moved while it was deleted');
}
