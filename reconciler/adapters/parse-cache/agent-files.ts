/** The port `AgentFiles`: each content is parsed and checked once, and kept between runs. */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAgentFile } from '../../core/agent/agent-file.ts';
import type { AgentFiles } from '../../ports/desired-state.ts';
import { type CachePlace, createParseCache } from './parse-cache.ts';

/** `version` is that of the schemas and of the program that parses. */
type Place = CachePlace;

export function createAgentFiles(place: Place): AgentFiles {
  const cache = createParseCache({
    ...place,
    name: 'agents',
    prefix: 'agents/',
    make: parseAgentFile,
  });
  return {
    at: cache.at,
    async once(name, oid, make) {
      type Made = ReturnType<typeof make>;
      const kept = await readKept<Made>(place, name, oid);
      if (kept !== null) return kept.value;
      const value = make();
      // A failed write is ignored: the value is made again next time.
      await keep(place, name, { oid, value }).catch(() => {});
      return value;
    },
  };
}

async function readKept<Value>(
  { folder, version }: Place,
  name: string,
  oid: string,
): Promise<{ readonly value: Value } | null> {
  if (folder === null) return null;
  try {
    const kept = JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8'));
    return kept.version === version && kept.oid === oid ? { value: kept.value } : null;
  } catch {
    return null;
  }
}

async function keep(
  { folder, version }: Place,
  name: string,
  made: { readonly oid: string; readonly value: unknown },
): Promise<void> {
  if (folder === null) return;
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${name}.json`);
  const draft = `${file}.${randomBytes(8).toString('hex')}.tmp`;
  await writeFile(draft, JSON.stringify({ version, ...made }));
  await rename(draft, file);
}
