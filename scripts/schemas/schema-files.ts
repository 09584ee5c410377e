/** The JSON Schemas of schemas/, in the order of their names. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Schema = { readonly [keyword: string]: unknown };

export const schemasFolder = new URL('../../schemas/', import.meta.url).pathname;
const ending = '.schema.json';

/** Of what the program reads and writes. */
export function readSchemas(): readonly { readonly name: string; readonly schema: Schema }[] {
  return schemasIn(schemasFolder);
}

export const documentsFolder = join(schemasFolder, 'documents');

/** Of what the verbs print with `--json`. */
export function readDocumentSchemas(): ReturnType<typeof readSchemas> {
  return schemasIn(documentsFolder);
}

function schemasIn(folder: string): ReturnType<typeof readSchemas> {
  return readdirSync(folder)
    .filter((file) => file.endsWith(ending))
    .sort()
    .map((file) => ({
      name: file.slice(0, -ending.length),
      schema: JSON.parse(readFileSync(join(folder, file), 'utf8')) as Schema,
    }));
}
