/** Writes a tree that differs from another in some paths, through a temporary index. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GithubError, malformed } from './errors.ts';
import type { GithubWorld } from './world.ts';

export type TreeChange =
  | { readonly path: string; readonly mode: string; readonly content: Buffer }
  /** null removes the path. */
  | { readonly path: string; readonly mode: string; readonly sha: string | null };

/** The id of the tree. `base` is any tree-ish; null for an empty one. */
export async function writeTree(
  { repository }: GithubWorld,
  base: string | null,
  changes: readonly TreeChange[],
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'aura-index-'));
  const env = { GIT_INDEX_FILE: join(folder, 'index') };
  try {
    await repository.git(base === null ? ['read-tree', '--empty'] : ['read-tree', base], { env });
    for (const change of changes) {
      checkPath(change.path);
      const sha = 'content' in change ? await writeBlob(repository, change.content) : change.sha;
      await apply(repository, { ...change, sha, env });
    }
    const written = await repository.tryGit(['write-tree'], { env });
    if (written.code !== 0) throw new GithubError(422, 'tree.sha is not a valid git object');
    return written.stdout.toString().trim();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function writeBlob({ git }: GithubWorld['repository'], input: Buffer): Promise<string> {
  return git(['hash-object', '-w', '--stdin'], { input });
}

async function apply(
  repository: GithubWorld['repository'],
  change: { path: string; mode: string; sha: string | null; env: Record<string, string> },
): Promise<void> {
  const { path, mode, sha, env } = change;
  if (sha === null) {
    const removed = await repository.tryGit(
      ['rm', '--cached', '-r', '-q', '--', `:(literal,top)${path}`],
      { env },
    );
    if (removed.code !== 0) throw new GithubError(422, 'GitRPC::BadObjectState');
    return;
  }
  if (!/^[0-9a-f]{40}$/.test(sha) || (await repository.resolve(`${sha}^{object}`)) === null) {
    throw new GithubError(422, `tree.sha ${sha.slice(0, 40)} is not a valid ${typeOf(mode)}`);
  }
  const folder = mode === '040000';
  const args = folder
    ? ['read-tree', `--prefix=${path}/`, sha]
    : ['update-index', '--add', '--replace', '--cacheinfo', `${mode},${sha},${path}`];
  const done = await repository.tryGit(args, { env });
  if (done.code !== 0) throw new GithubError(422, 'tree.path contains a malformed path component');
}

function typeOf(mode: string): string {
  return mode === '040000' ? 'tree' : 'blob';
}

function checkPath(path: string): void {
  const parts = path.split('/');
  if (path.startsWith('/')) throw malformed('tree.path cannot start with a slash');
  if (parts.some((part) => ['', '.', '..', '.git'].includes(part)) || path.includes('\0')) {
    throw malformed('tree.path contains a malformed path component');
  }
}
