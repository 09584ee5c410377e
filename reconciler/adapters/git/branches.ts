/**
 * What the server's branches are, as far as its answers can be trusted. An answer about a tip may be
 * older than what is known here: a push of ours overtook it, or another machine of the server gave
 * it. So a tip below the one that was seen is asked for again, and a branch counts as rewritten only
 * where the server stands by its answer.
 */
import { isFailure } from '../../core/failure.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Snapshot } from '../../ports/desired-state.ts';
import { type Mirror, type Pushed, rewritten } from './mirror.ts';
import type { Mirrors } from './mirrors.ts';
import { anyPath } from './path.ts';
import type { Remote } from './remote.ts';

export type Branches = {
  tipOf(branch: string): Promise<string | null>;
  fetch(branch: string): Promise<Snapshot | null>;
  /** as it was last seen, fetched where it never was */
  known(branch: string): Promise<Known | null>;
  /** the same, with all of its history */
  whole(branch: string): Promise<Known | null>;
  /** The tip as the server has it, whatever was read before, and without having read it. */
  offered(branch: string): Promise<Snapshot | null>;
  /** From now on this is what was read of the branch. */
  accept(branch: string, commit: string): Promise<void>;
  /** Brings a tip here that the server has just named; resolves with it, or a newer one. */
  bring(branch: string, tip: string): Promise<string>;
  /** what a push of ours made of it */
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
  /** what was known of the branch as the server was asked */
  readonly seenBefore: string | null;
};

/** Branches that only grow: one that lost what was read before is a person's to look at. */
const growing: ReadonlySet<string> = new Set(['main', 'status']);

/** Before the second ask, the third, …: what replicates a repository is behind for moments. */
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
    async offered(branch) {
      const tip = await tipOf(branch);
      if (tip === null) return null;
      return serial(branch, async () => {
        const mirror = await mirrors.of(branch);
        return mirror.snapshot(await mirror.bring(branch, tip));
      });
    },
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

/** `behind`: the answer may be an old one, and has to be asked for again. */
async function take(
  mirror: Mirror,
  branch: string,
  { tip, seenBefore }: Answer,
): Promise<Snapshot | null | 'behind'> {
  const seen = await mirror.seen(branch);
  if (!growing.has(branch) || seen === null || seen === tip) return follow(mirror, branch, tip);
  const isBelow = tip === null || (await mirror.contains(seen, tip));
  const overtaken = seen !== seenBefore;
  // The server has confirmed this one since it was asked.
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
 * One after the other for each branch: two fetches at once would fight over the same ref. A server that
 * is slow about one branch holds up no other.
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
