/** TypeScript types of the JSON Schemas, one file a schema. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile } from 'json-schema-to-typescript';

const schemas = new URL('../../schemas/', import.meta.url).pathname;
const banner = '// Generated from the JSON Schema beside it by `npm run generate`. Do not edit.';

export async function generateTypes(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(schemas)
    .filter((name) => name.endsWith('.schema.json'))
    .sort()) {
    const name = file.replace('.schema.json', '');
    const schema = JSON.parse(readFileSync(join(schemas, file), 'utf8'));
    const text = await compile(schema, name, {
      bannerComment: banner,
      additionalProperties: false,
      ignoreMinAndMaxItems: true,
      format: false,
      cwd: schemas,
    });
    writeFileSync(join(folder, `${name}.ts`), text);
  }
}
