/** The program's own repository: workflows check it out, and its program is in the tool cache. */
import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createBareRepository, type GitRepository } from '../git-repository.ts';

export type Source = { readonly repository: GitRepository; readonly commit: string };

/** The files of the source as they are now, as one commit. */
export async function openSource(folder: string, gitDir: string): Promise<Source> {
  const repository = await createBareRepository(gitDir);
  const env = {
    GIT_WORK_TREE: folder,
    GIT_AUTHOR_NAME: 'Aura',
    GIT_AUTHOR_EMAIL: 'aura@localhost',
    GIT_COMMITTER_NAME: 'Aura',
    GIT_COMMITTER_EMAIL: 'aura@localhost',
  };
  await repository.git(['-C', folder, 'add', '--all', '.'], { env });
  const tree = await repository.git(['write-tree'], { env });
  const commit = await repository.git(['commit-tree', tree, '-m', 'The program'], { env });
  await repository.git(['update-ref', 'refs/heads/main', commit]);
  return { repository, commit };
}

/** Links the source into the tool cache, as a job before would have packed it. */
export async function warmUp(toolCache: string, folder: string, source: Source): Promise<void> {
  const tree = await source.repository.git(['rev-parse', `${source.commit}^{tree}`]);
  const place = join(toolCache, 'aura', tree);
  await mkdir(place, { recursive: true });
  const pack = [join(folder, 'scripts', 'pack.mjs'), '--link', place];
  await promisify(execFile)(process.execPath, pack);
}
