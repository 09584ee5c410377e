/** Stores packs in a repository: those that a push sends, and those that the server sends. */
import { join } from 'node:path';
import type { Pack } from './pack.ts';
import type { Git } from './program.ts';
import { writeWhole } from './whole-file.ts';

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
      const path = join('objects', 'pack', `pack-${sum}`);
      // Git reads a pack once its index is there.
      await writeWhole(git.gitDir, `${path}.pack`, content);
      await writeWhole(git.gitDir, `${path}.idx`, index);
      await repackSometimes();
    },
    async index(content) {
      await git.run(['index-pack', '--stdin', '--fix-thin'], content);
      await repackSometimes();
    },
  };
}
