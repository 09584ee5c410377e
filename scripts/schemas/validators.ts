/**
 * Validators of the JSON Schemas as plain JavaScript, one file a schema, by Ajv itself. Compiling
 * them when the program starts would take longer than all that a usual run checks with them.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';
import { timePattern } from '../../schemas/time-pattern.ts';
import { readSchemas, type Schema } from './schema-files.ts';

const banner = '// Generated from the JSON Schema of its name by `npm run generate`. Do not edit.';

export function generateValidators(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const { name, schema } of readSchemas())
    writeFileSync(join(folder, `${name}-validator.cjs`), validatorOf(schema));
}

/** Each by an Ajv of its own: the names in one file do not depend on the other schemas. */
function validatorOf(schema: Schema): string {
  const ajv = createAjv();
  return `${banner}\n${standalone.default(ajv, ajv.compile(schema))}`;
}

/** Every reason at once, and defaults filled in: what the program relies on in its validators. */
export function createAjv(): Ajv2020 {
  const ajv = new Ajv2020({
    allErrors: true,
    useDefaults: true,
    strict: true,
    strictTypes: false,
    code: { source: true, lines: true },
  });
  ajv.addFormat('date-time', timePattern);
  return ajv;
}
