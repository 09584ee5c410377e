/**
 * The first commit of the agents repository: the template of desired-state/, the same bytes and the
 * same commit id for the same template.
 */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { GitRepository } from './git-repository.ts';

export const templateFolder = fileURLToPath(new URL('../../desired-state/', import.meta.url));

const nobody = {
  GIT_AUTHOR_NAME: 'Aura',
  GIT_AUTHOR_EMAIL: 'aura@localhost',
  GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z',
  GIT_COMMITTER_NAME: 'Aura',
  GIT_COMMITTER_EMAIL: 'aura@localhost',
  GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z',
};

/**
 * @param files written over the template, by path: another policy, say.
 * @returns the commit's id, at `refs/heads/main`.
 */
export async function seedRepository(
  repository: GitRepository,
  options: { template?: string; files?: Readonly<Record<string, string>> } = {},
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'aura-seed-'));
  try {
    const tree = join(folder, 'tree');
    await cp(options.template ?? templateFolder, tree, { recursive: true });
    for (const [path, text] of Object.entries(options.files ?? {})) {
      await writeFile(join(tree, path), text);
    }
    const env = { ...nobody, GIT_WORK_TREE: tree, GIT_INDEX_FILE: join(folder, 'index') };
    await repository.git(['-C', tree, 'add', '--all', '.'], { env });
    const treeId = await repository.git(['write-tree'], { env });
    const message = 'The template of the agents repository\n';
    const commit = await repository.git(['commit-tree', treeId], { env, input: message });
    await repository.git(['update-ref', 'refs/heads/main', commit, '']);
    await repository.noticeChanges();
    return commit;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A text of the template, as the world is about to be seeded with it. */
export function readTemplate(path: string, template: string = templateFolder): Promise<string> {
  return readFile(join(template, path), 'utf8');
}
