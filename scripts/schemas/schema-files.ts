/** The JSON Schemas of schemas/, in the order of their names. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Schema = { readonly [keyword: string]: unknown };

export const schemasFolder = new URL('../../schemas/', import.meta.url).pathname;
const ending = '.schema.json';

export function readSchemas(): readonly { readonly name: string; readonly schema: Schema }[] {
  return readdirSync(schemasFolder)
    .filter((file) => file.endsWith(ending))
    .sort()
    .map((file) => ({
      name: file.slice(0, -ending.length),
      schema: JSON.parse(readFileSync(join(schemasFolder, file), 'utf8')) as Schema,
    }));
}
