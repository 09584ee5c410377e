/**
 * A bare repository of our own that follows branches of the server. Objects are read from it; a
 * branch's tip is asked of the server.
 *
 * `complete` ones hold all of history, so that first-parent questions have true answers; blobs are
 * a small part of packed history and come along. `recent` ones begin at the tip as it was first
 * seen: for the status branch, whose history is long and rarely asked for. The two are never mixed:
 * one shallow commit would make every answer about history a guess.
 */
import fs from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import isomorphic from 'isomorphic-git';
import { textOfBytes } from '../../core/agent/file-content.ts';
import { Failure, isFailure } from '../../core/failure.ts';
import type { Snapshot } from '../../ports/desired-state.ts';
import type { Access } from './access.ts';
import { createDoubt, doubted, flagDamaged, removedTips, tipRef } from './damage.ts';
import { type Objects, openObjects } from './objects.ts';
import type { PackDraft } from './pack.ts';
import { createPacks } from './packs.ts';
import { createGit, type Git } from './program.ts';
import type { Remote } from './remote.ts';
import { type Contents, createSnapshot, createTexts } from './snapshot.ts';
import { createTrees, type Trees } from './trees.ts';

export type Mirror = {
  readonly git: Git;
  readonly objects: Objects;
  readonly trees: Trees;
  /**
   * Brings the branch here. Resolves with its tip, which may be newer than `tip`; throws
   * `UnexpectedAnswer`, stalled, where it does not contain a tip that was seen before.
   */
  follow(branch: string, tip: string): Promise<string>;
  /** Brings a tip here whatever was seen before, which stays what is seen. Resolves with it. */
  bring(branch: string, tip: string): Promise<string>;
  /** The tip as the server confirmed it last, null where it never did. */
  seen(branch: string): Promise<string | null>;
  /** The tip is another one, or `null`: the branch is gone. */
  note(branch: string, tip: string | null): Promise<void>;
  /** What the server took of us: the objects, then the tip, so that a tip is never without them. */
  keep(branch: string, pushed: Pushed): Promise<void>;
  contains(tip: string, commit: string): Promise<boolean>;
  /** All of history, for `recent` ones too. */
  deepen(branch: string): Promise<void>;
  snapshot(commit: string): Snapshot;
};
export type Pushed = {
  readonly from: string | null;
  readonly to: string;
  readonly draft: PackDraft;
  readonly pack: Buffer;
};

type MirrorOptions = Access & {
  readonly gitDir: string;
  readonly history: 'complete' | 'recent';
  readonly remote: Pick<Remote, 'packOf'>;
  /** It is damaged: the next call opens it again, which recreates it. */
  readonly forget?: () => void;
};

export async function openMirror(options: MirrorOptions): Promise<Mirror> {
  const { gitDir, history } = options;
  const left = await removedTips(gitDir);
  const git = await openGit(gitDir, options);
  const objects = openObjects(git, options.limits.readMs);
  const contents = { git, objects, trees: createTrees(objects), texts: createTexts() };
  const doubt = createDoubt(git, () => {
    objects.close();
    options.forget?.();
  });
  const tips = createTips(gitDir, objects);
  const packs = createPacks(git);
  const download = (branch: string, size: 'all' | 'some', ...extra: string[]) =>
    doubt(() => downloadBranch(contents, { branch, size, extra }));

  /** One request and no walk over our refs, where we know what we lack. */
  async function bring(branch: string, before: string | null, tip: string): Promise<string> {
    if ((await objects.read(tip)) !== null) return tip;
    // What was seen before a copy was recreated is not in it.
    if (before === null || history === 'recent' || (await objects.read(before)) === null) {
      const isFirst = before === null && history === 'recent';
      return download(branch, sizeOf(branch, before), ...(isFirst ? ['--depth=1'] : []));
    }
    const pack = await options.remote.packOf(tip, before);
    await doubt(() => packs.keep(pack));
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
        // What this copy never had it cannot remember: the next one is to be reported again.
        if (seen === null) await flagDamaged(gitDir);
        throw rewritten(branch, before, now);
      }
      await tips.note(branch, now);
      return now;
    },
    async keep(branch, { from, to, draft, pack }) {
      await packs.keep(pack);
      remember(contents, draft);
      // Another one of us may have followed the branch further meanwhile.
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

/** `main` and `status` are large at first alone; what `main` gains later comes by `packOf`. */
function sizeOf(branch: string, before: string | null): 'all' | 'some' {
  return branch === 'main' || (branch === 'status' && before === null) ? 'all' : 'some';
}

/** One that died while it was made is made again; asking git each time would be a process for it. */
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

/** A few steps are walked here; git itself walks the rest, in a process of its own. */
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

function createTips(gitDir: string, objects: Objects): Pick<Mirror, 'seen' | 'note'> {
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
      const ref = { fs, gitdir: gitDir, ref: tipRef(branch) };
      if (tip === null) {
        tips.delete(branch);
        await isomorphic.deleteRef(ref);
      } else {
        tips.set(branch, tip);
        await isomorphic.writeRef({ ...ref, value: tip, force: true });
      }
    },
  };
}
