/** The port `AgentFiles`: each content is parsed and checked once, and kept between runs. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAgentFile } from '../../core/agent/agent-file.ts';
import type { AgentFiles } from '../../ports/desired-state.ts';
import { readFrames, writeFrames } from './frames.ts';
import { type CachePlace, createParseCache } from './parse-cache.ts';

/** `version` is that of the schemas and of the program that parses. */
export function createAgentFiles({ folder, version }: CachePlace): AgentFiles {
  const cache = createParseCache({
    folder,
    version,
    name: 'agents',
    prefix: 'agents/',
    make: parseAgentFile,
  });
  return {
    at: cache.at,
    async once(name, oid, make) {
      if (folder === null) return make();
      type Made = ReturnType<typeof make>;
      const file = join(folder, name);
      const kept = await readKept<Made>(file).catch(() => null);
      if (kept?.version === version && kept.oid === oid) return kept.value;
      const made: Kept<Made> = { version, oid, value: make() };
      // A failed write is ignored: the value is made again next time.
      await mkdir(folder, { recursive: true })
        .then(() => writeFrames(file, [made]))
        .catch(() => {});
      return made.value;
    },
  };
}

type Kept<Value> = { readonly version: string; readonly oid: string; readonly value: Value };

/** Throws if the file is missing or damaged. */
async function readKept<Value>(file: string): Promise<Kept<Value> | null> {
  for await (const kept of readFrames(file)) return kept as Kept<Value>;
  return null;
}
