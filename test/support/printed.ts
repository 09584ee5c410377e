/** Holds what a verb printed with `--json` against its schema. */
import assert from 'node:assert/strict';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { timePattern } from '../../schemas/time-pattern.ts';
import { readDocumentSchemas, readSchemas } from '../../scripts/schemas/schema-files.ts';

const schemas = new Map(readDocumentSchemas().map(({ name, schema }) => [name, schema]));
let compiled: Ajv2020 | null = null;

function ajv(): Ajv2020 {
  if (compiled !== null) return compiled;
  compiled = new Ajv2020({ strict: true, strictTypes: false });
  compiled.addFormat('date-time', timePattern);
  for (const { schema } of readSchemas()) compiled.addSchema(schema);
  return compiled;
}

/** What the document has that its schema does not allow; null where it is as it says, or has none. */
export function wrongWith(
  verb: string,
  document: Readonly<Record<string, unknown>>,
): string | null {
  const own = schemas.get(verb);
  if (own === undefined) return null;
  const schema = 'error' in document ? schemas.get('error') : own;
  const check = ajv();
  const { $id = '' } = schema ?? {};
  const validate = check.getSchema(String($id)) ?? check.compile(schema ?? {});
  return validate(document) ? null : check.errorsText(validate.errors);
}

export function assertPrinted(verb: string, document: Readonly<Record<string, unknown>>): void {
  assert.equal(wrongWith(verb, document), null, `${verb} --json: ${JSON.stringify(document)}`);
}
