/**
 * A local bare repository that follows branches of the server. Objects are read from it, tips from
 * the server.
 *
 * `complete` mirrors hold all of history, which first-parent queries need; blobs are a small part
 * of packed history and are included. `recent` mirrors begin at the tip that was first seen; they
 * serve the status branch, whose history is long and rarely needed. The two are separate, because
 * one shallow commit makes every answer about history unreliable.
 */
import fs from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { textOfBytes } from '../../core/agent/file-content.ts';
import { Failure, isFailure } from '../../core/failure.ts';
import type { Snapshot } from '../../ports/desired-state.ts';
import type { Access } from './access.ts';
import { createDoubt, doubted, flagDamaged, removedTips, tipRef, tipsFolder } from './damage.ts';
import { type Objects, openObjects } from './objects.ts';
import { createOidCache } from './oid-cache.ts';
import type { Pack, PackDraft } from './pack.ts';
import { createPackStore } from './pack-store.ts';
import { createGit, type Git } from './program.ts';
import type { Remote } from './remote.ts';
import { type Contents, createSnapshot } from './snapshot.ts';
import { createTrees, type Trees } from './trees.ts';
import { writeWhole } from './whole-file.ts';

export type Mirror = {
  readonly git: Git;
  readonly objects: Objects;
  readonly trees: Trees;
  /**
   * Fetches the branch. Resolves with its tip, which may be newer than `tip`; throws
   * `BranchRewritten` if it does not contain the tip that was seen before.
   */
  follow(branch: string, tip: string): Promise<string>;
  /** Fetches a tip and resolves with it; the tip that counts as seen stays the same. */
  bring(branch: string, tip: string): Promise<string>;
  /** The tip that the server last confirmed; null if there was none. */
  seen(branch: string): Promise<string | null>;
  /** Sets the tip that was seen; `null` means that the branch is gone. */
  note(branch: string, tip: string | null): Promise<void>;
  /** Stores what a push sends. Objects of a push that the server refuses are never used. */
  store(pack: Pack): Promise<void>;
  /** Sets the tip of a push that the server accepted, whose objects are stored. */
  keep(branch: string, pushed: Pushed): Promise<void>;
  contains(tip: string, commit: string): Promise<boolean>;
  /** Fetches all of history, for `recent` mirrors too. */
  deepen(branch: string): Promise<void>;
  snapshot(commit: string): Snapshot;
};
export type Pushed = {
  readonly from: string | null;
  readonly to: string;
  readonly draft: PackDraft;
};

type MirrorOptions = Access & {
  readonly gitDir: string;
  readonly history: 'complete' | 'recent';
  readonly remote: Pick<Remote, 'packOf'>;
  /** Called when the mirror is damaged: the next call opens it again, which recreates it. */
  readonly forget?: () => void;
};

/** The files of 100,000 agents. */
const charactersMax = 80_000_000;

export async function openMirror(options: MirrorOptions): Promise<Mirror> {
  const { gitDir, history } = options;
  const left = await removedTips(gitDir);
  const git = await openGit(gitDir, options);
  const objects = openObjects(git, options.limits.readMs);
  const texts = createOidCache<string>(charactersMax);
  const contents = { git, objects, trees: createTrees(objects), texts };
  const doubt = createDoubt(git, () => {
    objects.close();
    options.forget?.();
  });
  const tips = createTips(git, objects);
  const packs = createPackStore(git);
  const download = (branch: string, size: 'all' | 'some', ...extra: string[]) =>
    doubt(() => downloadBranch(contents, { branch, size, extra }));

  /** Sends one request, without a walk over our refs, if the missing range is known. */
  async function bring(branch: string, before: string | null, tip: string): Promise<string> {
    if ((await objects.read(tip)) !== null) return tip;
    // A recreated copy does not contain the tip that was seen before.
    if (before === null || history === 'recent' || (await objects.read(before)) === null) {
      const isFirst = before === null && history === 'recent';
      return download(branch, sizeOf(branch, before), ...(isFirst ? ['--depth=1'] : []));
    }
    const pack = await options.remote.packOf(tip, before);
    await doubt(() => packs.index(pack));
    if ((await objects.read(tip))?.type !== 'commit')
      throw new Failure('UnexpectedAnswer', `the git server sent no commit for ${branch}`);
    return tip;
  }

  return {
    ...contents,
    seen: (branch) => doubt(() => tips.seen(branch)),
    note: tips.note,
    contains: (tip, commit) => isBelow(contents, commit, tip),
    async bring(branch, tip) {
      const before = await tips.seen(branch);
      const now = await bring(branch, before, tip);
      if (before !== null) await tips.note(branch, before);
      return now;
    },
    async follow(branch, tip) {
      const seen = await tips.seen(branch);
      if (seen === tip) return tip;
      const before = seen ?? left.get(branch) ?? null;
      const now = await bring(branch, before, tip);
      if (before !== null && !(await isBelow(contents, before, now))) {
        await tips.note(branch, before);
        // This copy lacks the earlier tip: it is recreated, so that the next run reports this
        // again.
        if (seen === null) await flagDamaged(gitDir);
        throw rewritten(branch, before, now);
      }
      await tips.note(branch, now);
      return now;
    },
    store: packs.store,
    async keep(branch, { from, to, draft }) {
      remember(contents, draft);
      // Another task may have followed the branch further meanwhile.
      if ((await tips.seen(branch)) === from) await tips.note(branch, to);
    },
    async deepen(branch) {
      const shallow = await git.run(['rev-parse', '--is-shallow-repository']);
      if (shallow.toString().trim() === 'true') await download(branch, 'all', '--unshallow');
    },
    snapshot: (commit) => doubted(createSnapshot(commit, contents), doubt),
  };
}

async function openGit(gitDir: string, access: Access): Promise<Git> {
  const git = createGit(gitDir, access);
  if (isWhole(gitDir)) return git;
  await mkdir(gitDir, { recursive: true });
  await git.run(['init', '--quiet', '--bare', gitDir]);
  return git;
}

function remember({ trees, texts }: Contents, draft: PackDraft): void {
  trees.remember(draft.all('tree'));
  for (const [oid, content] of draft.all('blob')) texts.keep(oid, textOfBytes(content));
}

/** `main` and `status` are large only at first; later commits of `main` come by `packOf`. */
function sizeOf(branch: string, before: string | null): 'all' | 'some' {
  return branch === 'main' || (branch === 'status' && before === null) ? 'all' : 'some';
}

/** Checks files, which is cheaper than a git process; an incomplete repository is made again. */
function isWhole(gitDir: string): boolean {
  const parts = ['HEAD', 'config', 'refs', 'objects/pack', 'objects/info'];
  return parts.every((part) => fs.existsSync(join(gitDir, part)));
}

async function downloadBranch(
  { git, objects }: Contents,
  wanted: {
    readonly branch: string;
    readonly size: 'all' | 'some';
    readonly extra: readonly string[];
  },
): Promise<string> {
  const { branch, size, extra } = wanted;
  const refspec = `+refs/heads/${branch}:${tipRef(branch)}`;
  try {
    await git.fetch(extra, [refspec], size);
  } catch (thrown) {
    if (!isFailure(thrown, 'UnexpectedAnswer')) throw thrown;
    const text = `branch ${branch} could not be fetched: ${thrown.message}`;
    throw new Failure('NetworkUnreachable', text);
  }
  const commit = await objects.read(tipRef(branch));
  if (commit?.type !== 'commit') throw new Failure('UnexpectedAnswer', `no commit on ${branch}`);
  return commit.oid;
}

/** How many commits are walked here; a git process walks the rest. */
const stepsMax = 50;

async function isBelow({ git, objects }: Contents, before: string, now: string): Promise<boolean> {
  const seen = new Set([now]);
  for (const commit of seen) {
    if (commit === before) return true;
    if (seen.size > stepsMax) break;
    const text = (await objects.read(commit))?.content.toString() ?? '';
    const head = text.slice(0, text.indexOf('\n\n'));
    for (const [, parent] of head.matchAll(/^parent ([0-9a-f]{40})$/gm)) {
      if (parent !== undefined) seen.add(parent);
    }
  }
  return git.succeeds(['merge-base', '--is-ancestor', before, now]);
}

export function rewritten(branch: string, before: string, now: string | null): Failure {
  const text =
    now === null
      ? `branch ${branch} is gone`
      : `branch ${branch} was rewritten: its tip ${now.slice(0, 10)} does not contain ${before.slice(0, 10)}`;
  return new Failure('BranchRewritten', `${text}, which was read before`);
}

function createTips(git: Git, objects: Objects): Pick<Mirror, 'seen' | 'note'> {
  const tips = new Map<string, string>();
  return {
    async seen(branch) {
      const known = tips.get(branch);
      if (known !== undefined) return known;
      const commit = await objects.read(tipRef(branch));
      if (commit === null) return null;
      tips.set(branch, commit.oid);
      return commit.oid;
    },
    async note(branch, tip) {
      if (tip === null) {
        tips.delete(branch);
        await git.run(['update-ref', '-d', tipRef(branch)]);
      } else {
        tips.set(branch, tip);
        // Git removes the folder with its last ref.
        await mkdir(join(git.gitDir, tipsFolder), { recursive: true });
        // A `git fetch` of another branch reads all refs, and ends with an error at an empty one.
        await writeWhole(git.gitDir, tipRef(branch), `${tip}\n`);
      }
    },
  };
}
