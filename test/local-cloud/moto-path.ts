import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Why tests that need it are skipped; false where they are not. */
export const withoutMoto =
  motoServerPath() === null && 'python: moto_server is not set up (`npm run setup`)';

/** moto_server of the setup, or from PATH; null where there is none. */
export function motoServerPath(): string | null {
  const listed = fileURLToPath(new URL('../../.cache/tools.json', import.meta.url));
  if (existsSync(listed)) {
    const { motoServer: moto } = JSON.parse(readFileSync(listed, 'utf8')) as Record<
      string,
      unknown
    >;
    if (typeof moto === 'string' && existsSync(moto)) return moto;
  }
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, 'moto_server')).find(existsSync) ?? null;
}
