/** Files of a repository that other git processes read at any moment: they are whole, or not there. */
import { randomBytes } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * @param path below the folder of the repository; what stands there is replaced
 *
 * The draft lies in the folder of packs, where git's housekeeping removes those of a process that
 * died; beside a ref it would count as a ref.
 */
export async function writeWhole(
  gitDir: string,
  path: string,
  content: Uint8Array | string,
): Promise<void> {
  const draft = join(gitDir, 'objects', 'pack', `tmp_${randomBytes(8).toString('hex')}`);
  await writeFile(draft, content, { mode: 0o444, flag: 'wx' });
  await rename(draft, join(gitDir, path));
}
