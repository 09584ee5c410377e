/** Stores packs in a repository: those that a push sends, and those that the server sends. */
import { randomBytes } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pack } from './pack.ts';
import type { Git } from './program.ts';

type PackStore = {
  /** Stores a pack of whole objects, without a git process. */
  store(pack: Pack): Promise<void>;
  /** Stores a pack whose deltas may refer to objects that are here already. */
  index(content: Buffer): Promise<void>;
};

/** How many packs are stored between two repacks: git searches each pack for a missing object. */
const packsMax = 50;

export function createPackStore(git: Git): PackStore {
  let stored = 0;

  async function repackSometimes(): Promise<void> {
    stored += 1;
    // A geometric repack leaves large packs as they are, so its cost does not grow with history.
    if (stored % packsMax === 0) await git.run(['repack', '--quiet', '-d', '--geometric=2']);
  }

  return {
    async store({ content, index }) {
      const sum = content.subarray(-20).toString('hex');
      const path = join(git.gitDir, 'objects', 'pack', `pack-${sum}`);
      // Git reads a pack once its index is there.
      await writeWhole(`${path}.pack`, content);
      await writeWhole(`${path}.idx`, index);
      await repackSometimes();
    },
    async index(content) {
      await git.run(['index-pack', '--stdin', '--fix-thin'], content);
      await repackSometimes();
    },
  };
}

/** Git's housekeeping removes such drafts of a process that died. */
async function writeWhole(path: string, content: Buffer): Promise<void> {
  const draft = join(path, '..', `tmp_${randomBytes(8).toString('hex')}`);
  await writeFile(draft, content, { mode: 0o444, flag: 'wx' });
  await rename(draft, path);
}
