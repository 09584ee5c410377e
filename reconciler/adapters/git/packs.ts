/** Packs beside the objects of a mirror: what we pushed, and what the server sent. */
import type { Git } from './program.ts';

/** Each push and each fetch brings a pack; git looks through all of them for what is in none. */
const packsMax = 50;

export function createPacks(git: Git): { keep(pack: Buffer): Promise<void> } {
  let kept = 0;
  return {
    async keep(pack) {
      await git.run(['index-pack', '--stdin', '--fix-thin'], pack);
      kept += 1;
      // Only large ones among few stay as they are, so that this is cheap however long history is.
      if (kept % packsMax === 0) await git.run(['repack', '--quiet', '-d', '--geometric=2']);
    },
  };
}
