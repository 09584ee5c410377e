/** The two mirrors of one repository, opened when they are first needed. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Access } from './access.ts';
import { type Mirror, openMirror } from './mirror.ts';
import type { Remote } from './remote.ts';

export type Mirrors = { of(branch: string): Promise<Mirror>; close(): Promise<void> };

function historyOf(branch: string): 'recent' | 'complete' {
  return branch === 'status' ? 'recent' : 'complete';
}

/** @param kept a folder that stays, or null for a temporary one */
export function createMirrors(access: Access, remote: Remote, kept: string | null): Mirrors {
  let folder: Promise<string> | null = null;
  const open = new Map<string, Promise<Mirror>>();
  return {
    of(branch) {
      const history = historyOf(branch);
      const place = folder ?? (kept === null ? temporaryFolder() : Promise.resolve(kept));
      folder = place;
      const mirror =
        open.get(history) ??
        place.then((at) => {
          const forget = () => void open.delete(history);
          const gitDir = join(at, `${history}.git`);
          return openMirror({ ...access, remote, gitDir, history, forget });
        });
      open.set(history, mirror);
      return mirror;
    },
    async close() {
      const opened = await Promise.allSettled(open.values());
      for (const one of opened) if (one.status === 'fulfilled') one.value.objects.close();
      if (folder === null || kept !== null) return;
      await rm(await folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'aura-git-'));
}
