/** The schemas are valid schemas: the program does not check that at its start. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { timePattern } from '../schemas/time-pattern.ts';

const folder = new URL('../schemas/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.schema.json'));

test('there are schemas', () => assert.ok(names.length > 5));

for (const name of names) {
  test(`${name} is a schema of its draft`, () => {
    const ajv = new Ajv2020({ strict: true, strictTypes: false });
    ajv.addFormat('date-time', timePattern);
    const schema = JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
    assert.equal(schema.$schema, 'https://json-schema.org/draft/2020-12/schema');
    assert.ok(ajv.validateSchema(schema), ajv.errorsText());
    ajv.compile(schema);
  });
}
