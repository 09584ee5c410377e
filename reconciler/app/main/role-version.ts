/**
 * The version of the roles: a short hash over everything in `ansible/`. A new version configures
 * running agents again, so only content counts, not times or the machine.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/** The roles, in one of two places: the sources, and one level deeper the build. */
export function ansibleFolder(): string | null {
  const places = ['../../..', '../../../..'].map((up) => join(import.meta.dirname, up, 'ansible'));
  return places.find((folder) => existsSync(folder)) ?? null;
}

/** 12 hex digits; `none` without roles, a version that no host can have. */
export async function roleVersionOf(folder: string | null = ansibleFolder()): Promise<string> {
  if (folder === null) return 'none';
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter(isSource)
    .sort();
  const hash = createHash('sha256');
  for (const file of files) {
    const content = await readFile(join(folder, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return files.length === 0 ? 'none' : hash.digest('hex').slice(0, 12);
}

/** Documents, and files that editors and Python leave behind, do not count. */
function isSource(path: string): boolean {
  return path
    .split('/')
    .every(
      (part) => !part.startsWith('.') && part !== '__pycache__' && !/~$|\.(md|retry)$/.test(part),
    );
}
