/**
 * Follows the branches of the server. Its answer about a tip may be older than what is known here,
 * because a push of ours overtook it or a lagging replica gave it. So a tip below the one that was
 * seen is requested again, and a branch counts as rewritten only if the server repeats its answer.
 */
import { isFailure } from '../../core/failure.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Snapshot } from '../../ports/desired-state.ts';
import { type Mirror, type Pushed, rewritten } from './mirror.ts';
import type { Mirrors } from './mirrors.ts';
import { anyPath } from './path.ts';
import type { Remote } from './remote.ts';
import { snapshotAt } from './snapshot-at.ts';

export type Branches = {
  tipOf(branch: string): Promise<string | null>;
  fetch(branch: string): Promise<Snapshot | null>;
  /** the tip that was last seen; fetches a branch that was never seen */
  known(branch: string): Promise<Known | null>;
  /** the same, with all of its history */
  whole(branch: string): Promise<Known | null>;
  /**
   * The current tip of the server, or another commit that it offers and that builds on the branch;
   * the tip that counts as read stays the same.
   */
  offered(branch: string, commit?: string): Promise<Snapshot | null>;
  /** The files at a commit in the branch's history; null where the server does not have it. */
  at(branch: string, commit: string): Promise<Snapshot | null>;
  /** Records `commit` as the tip that was read. */
  accept(branch: string, commit: string): Promise<void>;
  /** Fetches a tip that the server has just named; resolves with it, or a newer one. */
  bring(branch: string, tip: string): Promise<string>;
  /** stores what a push of ours made */
  keep(branch: string, pushed: Pushed): Promise<void>;
};
export type Known = { readonly mirror: Mirror; readonly tip: string };
type Options = {
  readonly remote: Pick<Remote, 'branches'>;
  readonly mirrors: Mirrors;
  readonly clock: Clock;
};
type Answer = {
  /** null: the server has no such branch */
  readonly tip: string | null;
  /** the tip that was known when the server was asked */
  readonly seenBefore: string | null;
};

/** Branches that only grow: if one lost commits that were read, an operator has to look at it. */
const growing: ReadonlySet<string> = new Set(['main', 'status']);

/** Waits before the second, the third, … request: a replica lags for moments. */
const pausesMs = [0, 300, 1000] as const;

export function createBranches({ remote, mirrors, clock }: Options): Branches {
  const serial = createQueues();

  async function tipOf(branch: string): Promise<string | null> {
    return (await remote.branches(anyPath(branch))).get(branch) ?? null;
  }

  async function ask(branch: string): Promise<Answer> {
    const seenBefore = await (await mirrors.of(branch)).seen(branch);
    return { seenBefore, tip: await tipOf(branch) };
  }

  async function fetchBranch(branch: string): Promise<Snapshot | null> {
    for (const pauseMs of pausesMs) {
      const answer = await ask(branch);
      const taken = await serial(branch, async () =>
        take(await mirrors.of(branch), branch, answer),
      );
      if (taken !== 'behind') return taken;
      if (pauseMs > 0) await clock.wait(pauseMs);
    }
    const { tip } = await ask(branch);
    return serial(branch, async () => follow(await mirrors.of(branch), branch, tip));
  }

  async function known(branch: string): Promise<Known | null> {
    const mirror = await mirrors.of(anyPath(branch));
    const tip = (await mirror.seen(branch)) ?? (await fetchBranch(branch))?.commit ?? null;
    return tip === null ? null : { mirror, tip };
  }

  async function isBehind(branch: string, tip: string): Promise<boolean> {
    const mirror = await mirrors.of(branch);
    const seen = await mirror.seen(branch);
    return seen !== null && seen !== tip && (await mirror.contains(seen, tip));
  }

  return {
    tipOf,
    fetch: fetchBranch,
    known,
    async whole(branch) {
      const found = await known(branch);
      if (found !== null) await serial(branch, () => found.mirror.deepen(branch));
      return found;
    },
    async offered(branch, commit) {
      const tip = commit ?? (await tipOf(branch));
      if (tip === null) return null;
      return serial(branch, async () => {
        const mirror = await mirrors.of(branch);
        return mirror.snapshot(await mirror.bring(branch, tip));
      });
    },
    at: (branch, commit) =>
      serial(anyPath(branch), async () =>
        snapshotAt(await mirrors.of(branch), commit, () => tipOf(branch)),
      ),
    accept: (branch, commit) =>
      serial(branch, async () => (await mirrors.of(branch)).note(branch, commit)),
    async bring(branch, tip) {
      if (await serial(branch, () => isBehind(branch, tip))) {
        return (await fetchBranch(branch))?.commit ?? tip;
      }
      return serial(branch, async () => (await mirrors.of(branch)).follow(branch, tip));
    },
    keep: (branch, pushed) =>
      serial(branch, async () => (await mirrors.of(branch)).keep(branch, pushed)),
  };
}

/** `behind`: the answer may be outdated and has to be requested again. */
async function take(
  mirror: Mirror,
  branch: string,
  { tip, seenBefore }: Answer,
): Promise<Snapshot | null | 'behind'> {
  const seen = await mirror.seen(branch);
  if (!growing.has(branch) || seen === null || seen === tip) return follow(mirror, branch, tip);
  const isBelow = tip === null || (await mirror.contains(seen, tip));
  const overtaken = seen !== seenBefore;
  // The server has confirmed `seen` since then.
  if (isBelow && overtaken) return mirror.snapshot(seen);
  if (isBelow) return 'behind';
  try {
    return await follow(mirror, branch, tip);
  } catch (thrown) {
    if (overtaken && isFailure(thrown, 'BranchRewritten')) return 'behind';
    throw thrown;
  }
}

async function follow(
  mirror: Mirror,
  branch: string,
  tip: string | null,
): Promise<Snapshot | null> {
  const before = await mirror.seen(branch);
  if (tip === null && before !== null && growing.has(branch)) throw rewritten(branch, before, null);
  if (before !== null && before !== tip && !growing.has(branch)) await mirror.note(branch, null);
  return tip === null ? null : mirror.snapshot(await mirror.follow(branch, tip));
}

type Queues = <Result>(name: string, task: () => Promise<Result>) => Promise<Result>;

/**
 * Runs the tasks of each branch in sequence, because two fetches would update the same ref. A slow
 * fetch of one branch does not delay another branch.
 */
function createQueues(): Queues {
  const last = new Map<string, Promise<unknown>>();
  return (name, task) => {
    const result = (last.get(name) ?? Promise.resolve()).then(task, task);
    last.set(
      name,
      result.catch(() => {}),
    );
    return result;
  };
}
