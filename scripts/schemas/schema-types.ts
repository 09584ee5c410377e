/** TypeScript types of the JSON Schemas, one file a schema. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile } from 'json-schema-to-typescript';
import {
  documentsFolder,
  readDocumentSchemas,
  readSchemas,
  schemasFolder,
} from './schema-files.ts';

const banner = '// Generated from the JSON Schema beside it by `npm run generate`. Do not edit.';

export async function generateTypes(folder: string): Promise<void> {
  await writeTypes(folder, readSchemas(), schemasFolder);
  await writeTypes(join(folder, 'documents'), readDocumentSchemas(), documentsFolder);
}

/** @param cwd where their references begin */
async function writeTypes(
  folder: string,
  schemas: ReturnType<typeof readSchemas>,
  cwd: string,
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const { name, schema } of schemas) {
    const text = await compile(schema, name, {
      bannerComment: banner,
      additionalProperties: false,
      ignoreMinAndMaxItems: true,
      format: false,
      cwd: `${cwd}/`,
    });
    writeFileSync(join(folder, `${name}.ts`), text);
  }
}
