/** Folders of an engine: artifacts of runs, caches, jobs, the tool cache of the runner. */
import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Run } from '../github/actions-records.ts';

/** Where the artifacts of a run and the caches of a repository are. */
export function storesIn(root: string, run: Run) {
  return { artifacts: join(root, 'artifacts', String(run.id)), caches: join(root, 'caches') };
}

export async function artifactsIn(folder: string, nextId: () => number): Promise<Run['artifacts']> {
  const names = await readdir(folder).catch(() => []);
  const read = names.sort().map(async (name) => {
    const { size, mtimeMs } = await stat(join(folder, name));
    return { id: nextId(), name, bytes: size, createdMs: mtimeMs };
  });
  return Promise.all(read);
}

export async function emptyFolders(root: string): Promise<void> {
  for (const name of ['artifacts', 'caches', 'jobs', 'tools'])
    await mkdir(join(root, name), { recursive: true });
}
