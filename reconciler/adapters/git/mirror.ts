/**
 * A bare repository of our own that follows branches of the server. Objects are read from it; a
 * branch's tip is asked of the server every time.
 *
 * `complete` ones hold all of history, so that first-parent questions have true answers; blobs are
 * a small part of packed history and come along. `recent` ones begin at the tip as it was first
 * seen: for the status branch, whose history is long and rarely asked for. The two are never mixed:
 * one shallow commit would make every answer about history a guess.
 */
import fs from 'node:fs';
import { mkdir } from 'node:fs/promises';
import isomorphic from 'isomorphic-git';
import { asFailure, Failure } from '../../core/failure.ts';
import type { Snapshot } from '../../ports.ts';
import { type Objects, openObjects } from './objects.ts';
import { plainPath } from './path.ts';
import { createGit, type Git } from './program.ts';

export type Mirror = {
  readonly git: Git;
  readonly objects: Objects;
  /**
   * Brings the branch here. Resolves with its tip, which may be newer than `tip`; throws
   * `UnexpectedAnswer`, stalled, where it does not contain a tip that was seen before.
   */
  follow(branch: string, tip: string): Promise<string>;
  /** The tip as it was last seen here, null where none was. */
  seen(branch: string): Promise<string | null>;
  /** After a push of our own, or `null` when the branch is gone. */
  note(branch: string, tip: string | null): Promise<void>;
  contains(tip: string, commit: string): Promise<boolean>;
  /** All of history, for `recent` ones too. */
  deepen(branch: string): Promise<void>;
  snapshot(commit: string): Snapshot;
};

export type MirrorOptions = {
  readonly gitDir: string;
  readonly url: string;
  readonly authorization: string | null;
  readonly history: 'complete' | 'recent';
};

export async function openMirror(options: MirrorOptions): Promise<Mirror> {
  const { gitDir, url, authorization, history } = options;
  await mkdir(gitDir, { recursive: true });
  const git = createGit({ gitDir, origin: new URL(url).origin, authorization });
  await git.run(['init', '--quiet', '--bare', gitDir]);
  const objects = openObjects(git);
  const tips = new Map<string, string>();
  const texts = new Map<string, string>();

  async function seen(branch: string): Promise<string | null> {
    const known = tips.get(branch);
    if (known !== undefined) return known;
    const commit = await objects.read(refOf(branch));
    return commit === null ? null : commit.oid;
  }

  async function note(branch: string, tip: string | null): Promise<void> {
    const ref = { fs, gitdir: gitDir, ref: refOf(branch) };
    if (tip === null) {
      tips.delete(branch);
      await isomorphic.deleteRef(ref);
    } else {
      tips.set(branch, tip);
      await isomorphic.writeRef({ ...ref, value: tip, force: true });
    }
  }

  async function download(branch: string, ...extra: string[]): Promise<string> {
    const refspec = `+refs/heads/${branch}:${refOf(branch)}`;
    try {
      await git.run(['fetch', '--quiet', '--no-tags', ...extra, url, refspec]);
    } catch (thrown) {
      const { message } = asFailure(thrown);
      throw new Failure('NetworkUnreachable', `branch ${branch} could not be fetched: ${message}`);
    }
    const commit = await objects.read(refOf(branch));
    if (commit?.type !== 'commit') throw new Failure('UnexpectedAnswer', `no commit on ${branch}`);
    return commit.oid;
  }

  return {
    git,
    objects,
    seen,
    note,
    contains: (tip, commit) => git.succeeds(['merge-base', '--is-ancestor', commit, tip]),
    async follow(branch, tip) {
      const before = await seen(branch);
      if (before === tip) return tip;
      const first = before === null && history === 'recent';
      const now = await download(branch, ...(first ? ['--depth=1'] : []));
      if (before !== null && !(await git.succeeds(['merge-base', '--is-ancestor', before, now]))) {
        await note(branch, before);
        throw rewritten(branch, before, now);
      }
      tips.set(branch, now);
      return now;
    },
    async deepen(branch) {
      const shallow = await git.run(['rev-parse', '--is-shallow-repository']);
      if (shallow.toString().trim() === 'true') await download(branch, '--unshallow');
    },
    snapshot: (commit) => createSnapshot(commit, { git, objects, texts }),
  };
}

export function rewritten(branch: string, before: string, now: string | null): Failure {
  const text =
    now === null
      ? `branch ${branch} is gone`
      : `branch ${branch} was rewritten: its tip ${now.slice(0, 10)} does not contain ${before.slice(0, 10)}`;
  return new Failure('UnexpectedAnswer', `${text}, which was read before`, { fate: 'stalled' });
}

/** Ours alone, so that a fetch never moves what a person may have checked out. */
function refOf(branch: string): string {
  return `refs/aura/${branch}`;
}

/** More texts than any fleet has files; past it the oldest are read again. */
const textsMax = 300_000;

function createSnapshot(
  commit: string,
  { git, objects, texts }: { git: Git; objects: Objects; texts: Map<string, string> },
): Snapshot {
  function remember(oid: string, content: Buffer): string {
    const text = content.toString();
    texts.set(oid, text);
    if (texts.size > textsMax) {
      const [oldest] = texts.keys();
      if (oldest !== undefined) texts.delete(oldest);
    }
    return text;
  }

  return {
    commit,
    async list(prefix) {
      const path = prefix.replace(/\/$/, '');
      const args = ['ls-tree', '-r', '-z', '--full-tree', commit, '--'];
      const out = await git.run(path === '' ? args : [...args, `${plainPath(path)}/`]);
      return filesIn(out);
    },
    async read(path) {
      const found = await readFile(objects, commit, path);
      return found === null ? null : { oid: found.oid, text: remember(found.oid, found.content) };
    },
    async readAll(oids) {
      const wanted = [...new Set(oids)];
      const read = wanted.map(async (oid) => {
        const known = texts.get(oid);
        if (known !== undefined) return [oid, known] as const;
        const found = await objects.read(oid);
        return found?.type === 'blob' ? ([oid, remember(oid, found.content)] as const) : null;
      });
      return new Map((await Promise.all(read)).filter((entry) => entry !== null));
    },
  };
}

export async function readFile(
  objects: Objects,
  commit: string,
  path: string,
): Promise<{ readonly oid: string; readonly content: Buffer } | null> {
  const found = await objects.read(`${commit}:${plainPath(path)}`);
  return found?.type === 'blob' ? found : null;
}

/** `<mode> <type> <oid>\t<path>\0`; submodules have no text and are left out. */
function filesIn(out: Buffer): readonly { readonly path: string; readonly oid: string }[] {
  const files = out
    .toString()
    .split('\0')
    .flatMap((line) => {
      const [, type, oid, path] = /^\d+ (\w+) ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
      return type !== 'blob' || oid === undefined || path === undefined ? [] : [{ path, oid }];
    });
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}
