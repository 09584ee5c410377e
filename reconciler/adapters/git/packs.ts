/** Stores packs in a mirror: those that we pushed, and those that the server sent. */
import type { Git } from './program.ts';

/** How many packs are stored between two repacks: git searches each pack for a missing object. */
const packsMax = 50;

export function createPacks(git: Git): { keep(pack: Buffer): Promise<void> } {
  let kept = 0;
  return {
    async keep(pack) {
      await git.run(['index-pack', '--stdin', '--fix-thin'], pack);
      kept += 1;
      // A geometric repack leaves large packs as they are, so its cost does not grow with history.
      if (kept % packsMax === 0) await git.run(['repack', '--quiet', '-d', '--geometric=2']);
    },
  };
}
