/**
 * Documents by a JSON Schema, for the keywords that the schemas of this project use. Not each is
 * valid: two keywords that limit each other are not combined.
 */
import fc, { type Arbitrary } from 'fast-check';
import type { Schema } from '../../scripts/schemas/schema-files.ts';

/** Deeper than any schema of ours; what refers to itself ends there. */
const depthMax = 12;
const itemsMax = 2;

export function documentsOf(root: Schema): Arbitrary<unknown> {
  return described(root, root, 0);
}

function described(root: Schema, schema: Schema, depth: number): Arbitrary<unknown> {
  if (depth > depthMax) return fc.constant(null);
  const inner = (part: unknown) => described(root, (part ?? {}) as Schema, depth + 1);
  if (typeof schema['$ref'] === 'string') return inner(definitionOf(root, schema['$ref']));
  const choices = listOf(schema['oneOf'] ?? schema['anyOf']);
  if (choices.length > 0) {
    // A branch adds to it; the common keywords are beside the branches.
    return fc.oneof(
      ...choices.map((branch) => inner(joined({ ...schema, ...withoutChoice }, branch as Schema))),
    );
  }
  if ('const' in schema) return fc.constant(schema['const']);
  if (schema['enum'] !== undefined) return fc.constantFrom(...listOf(schema['enum']));
  const [type] = [schema['type'] ?? 'object'].flat();
  switch (type) {
    case 'object':
      return objectOf(schema, inner);
    case 'array':
      return fc.uniqueArray(inner(schema['items']), {
        minLength: Number(schema['minItems'] ?? 0),
        maxLength: Math.min(Number(schema['maxItems'] ?? itemsMax), itemsMax),
        selector: (item) => JSON.stringify(item),
      });
    case 'string':
      return textOf(schema);
    case 'integer':
    case 'number':
      return numberOf(schema);
    case 'boolean':
      return fc.boolean();
    default:
      return fc.constant(null);
  }
}

const withoutChoice = { oneOf: undefined, anyOf: undefined };

function joined(common: Schema, branch: Schema): Schema {
  const properties = { ...asSchema(common['properties']), ...asSchema(branch['properties']) };
  const required = [...listOf(common['required']), ...listOf(branch['required'])];
  return { ...common, ...branch, properties, required };
}

function objectOf(schema: Schema, inner: (part: unknown) => Arbitrary<unknown>) {
  const properties = asSchema(schema['properties']);
  const fields = Object.fromEntries(
    Object.entries(properties).map(([name, part]) => [name, inner(part)]),
  );
  const requiredKeys = listOf(schema['required'])
    .map(String)
    .filter((name) => name in fields);
  const known = fc.record(fields, { requiredKeys });
  // An object whose only constraint is its size may hold anything.
  const free = Object.keys(properties).length === 0 ? { type: 'string' } : false;
  const others = schema['additionalProperties'] ?? free;
  if (typeof others !== 'object' || others === null) return known;
  const names = inner({ type: 'string', maxLength: 20, ...asSchema(schema['propertyNames']) });
  const minKeys = Number(schema['minProperties'] ?? 0);
  const more = fc.dictionary(names as Arbitrary<string>, inner(others), {
    minKeys,
    maxKeys: itemsMax,
  });
  return fc.tuple(more, known).map(([some, rest]) => ({ ...some, ...rest }));
}

function textOf(schema: Schema): Arbitrary<string> {
  if (schema['format'] === 'date-time')
    return fc
      .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString());
  if (typeof schema['pattern'] === 'string') return matching(schema['pattern']);
  return fc.string({
    unit: 'grapheme',
    minLength: Number(schema['minLength'] ?? 0),
    maxLength: Math.min(Number(schema['maxLength'] ?? 20), 20),
  });
}

/** One for each pattern: what is made of an expression is slow to make, and holds no state. */
const byPattern = new Map<string, Arbitrary<string>>();

function matching(pattern: string): Arbitrary<string> {
  const known = byPattern.get(pattern);
  if (known !== undefined) return known;
  const made = fc.stringMatching(new RegExp(pattern, 'u'));
  byPattern.set(pattern, made);
  return made;
}

function numberOf(schema: Schema): Arbitrary<number> {
  const min = Number(schema['minimum'] ?? schema['exclusiveMinimum'] ?? -5);
  const max = Number(schema['maximum'] ?? min + 1000);
  return fc.integer({ min: Math.ceil(min), max: Math.floor(max) });
}

function definitionOf(root: Schema, reference: string): unknown {
  const path = reference.replace(/^#\//, '').split('/');
  return path.reduce<unknown>((part, key) => asSchema(part)[key], root);
}

function asSchema(value: unknown): Schema {
  return (value ?? {}) as Schema;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
