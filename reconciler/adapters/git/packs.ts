/** Packs beside the objects of a mirror: what we pushed, and what the server sent. */
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pack } from './pack.ts';
import type { Git } from './program.ts';

type Packs = { keep(pack: Pack): Promise<void>; index(bytes: Buffer): Promise<void> };

/** Each push and each fetch brings a pack; git looks through all of them for what is in none. */
const packsMax = 50;

export function createPacks(git: Git): Packs {
  const folder = join(git.gitDir, 'objects', 'pack');
  let more = 0;

  async function count(): Promise<void> {
    more += 1;
    if (more < packsMax) return;
    more = 0;
    // Only large ones among few stay as they are, so that this is cheap however long history is.
    await git.run(['repack', '--quiet', '-d', '--geometric=2']);
  }

  return {
    async keep({ name, bytes, index }) {
      // The index last: a pack is not there before its index is.
      await writeWhole(join(folder, `pack-${name}.pack`), bytes);
      await writeWhole(join(folder, `pack-${name}.idx`), index);
      await count();
    },
    async index(bytes) {
      await git.run(['index-pack', '--stdin', '--fix-thin'], bytes);
      await count();
    },
  };
}

async function writeWhole(file: string, bytes: Buffer): Promise<void> {
  const draft = `${file}.${process.pid}.tmp`;
  await writeFile(draft, bytes, { mode: 0o444 });
  await rename(draft, file);
}
