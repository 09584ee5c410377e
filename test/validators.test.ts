/**
 * The generated validators agree with Ajv on the current schemas: the same verdict, the same
 * reasons in the same order, the same defaults filled in.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, it } from 'node:test';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { parse } from 'yaml';
import { agentExample } from '../reconciler/core/agent/agent-file.ts';
import { catalogExample } from '../reconciler/core/agent/catalog.ts';
import { policyExample } from '../reconciler/core/agent/policy.ts';
import { type SchemaName, validate } from '../schemas/validate.ts';
import { readSchemas, type Schema } from '../scripts/schemas/schema-files.ts';
import { createAjv } from '../scripts/schemas/validators.ts';
import { documentsOf } from './support/schema-documents.ts';

const folder = new URL('../schemas/generated/', import.meta.url);
const require = createRequire(import.meta.url);
const runs = { seed: 20261124, numRuns: 150 };
/** A value of another kind. */
const oddities = [
  null,
  true,
  -1,
  0.5,
  1e9,
  '',
  'x',
  'ü'.repeat(501),
  '2026-02-30T00:00:00Z',
  [],
  {},
];

for (const { name, schema } of readSchemas()) {
  describe(`the validator of ${name}`, () => {
    const file = new URL(`${name}-validator.cjs`, folder).pathname;
    const ready = require(file) as ValidateFunction;
    const fresh = createAjv().compile(schema);

    it('agrees with Ajv on documents of its schema', () => {
      let valid = 0;
      const sample = fc.property(documentsOf(schema), (document) => {
        if (assertAgreed(ready, fresh, document)) valid += 1;
      });
      fc.assert(sample, runs);
      assert.ok(valid > runs.numRuns / 4, `only ${valid} of them were valid`);
    });

    it('agrees with Ajv on broken ones', () => {
      let broken = 0;
      const sample = fc.property(documentsOf(schema), edits, (document, all) => {
        const edited = all.reduce(withEdit, document);
        if (!assertAgreed(ready, fresh, edited)) broken += 1;
      });
      fc.assert(sample, runs);
      assert.ok(broken > runs.numRuns / 2, `only ${broken} of them were broken`);
    });

    it('agrees with Ajv on an empty document', () => {
      for (const nothing of [{}, undefined, ...oddities]) assertAgreed(ready, fresh, nothing);
    });

    it('loads small functions alone, never the compiler', () => {
      const loaded = [...readFileSync(file, 'utf8').matchAll(/\brequire\("([^"]+)"\)/g)];
      const others = loaded
        .map((match) => match[1] ?? '')
        .filter((path) => !/^ajv\/dist\/runtime\//.test(path));
      assert.deepEqual(others, []);
    });
  });
}

it('accepts the examples that people are shown, as Ajv does', () => {
  const examples = { agent: agentExample, catalog: catalogExample, policy: policyExample };
  for (const { name, schema } of readSchemas()) {
    const text = Object.entries(examples).find(([of]) => of === name)?.[1];
    if (text === undefined) continue;
    const ready = require(new URL(`${name}-validator.cjs`, folder).pathname) as ValidateFunction;
    assert.ok(assertAgreed(ready, createAjv().compile(schema), parse(text)), name);
  }
});

it('a validator of another schema would be detected', () => {
  const policy = readSchemas().find((one) => one.name === 'policy')?.schema ?? {};
  const ready = require(new URL('policy-validator.cjs', folder).pathname) as ValidateFunction;
  const stricter = createAjv().compile({ ...policy, maxProperties: 1 } satisfies Schema);
  assert.throws(() =>
    fc.assert(
      fc.property(documentsOf(policy), (document) => void assertAgreed(ready, stricter, document)),
      runs,
    ),
  );
});

it('a problem names its field, and is reported once', () => {
  const names: readonly SchemaName[] = ['agent', 'command', 'policy'];
  for (const name of names) assert.equal(validate(name, 7).ok, false);
  assert.deepEqual(validate('command', { command: 'dance', surprise: 1 }), {
    ok: false,
    problems: [
      { keys: ['surprise'], message: 'is not a known field' },
      {
        keys: ['command'],
        message: 'must be one of start, stop, retry, restore, reprovision, region, cancel, config',
      },
    ],
  });
});

/** @returns whether both call it valid */
function assertAgreed(
  ready: ValidateFunction,
  fresh: ValidateFunction,
  document: unknown,
): boolean {
  const [one, other] = [structuredClone(document), structuredClone(document)];
  const valid = ready(one);
  assert.equal(valid, fresh(other));
  assert.deepEqual(ready.errors, fresh.errors);
  assert.deepEqual(one, other);
  return valid === true;
}

type Edit = {
  /** which of all places in the document, counted cyclically */
  readonly place: number;
  readonly kind: 'remove' | 'replace' | 'add' | 'repeat';
  readonly value: unknown;
};
const edits = fc.array(
  fc.record<Edit>({
    place: fc.nat(1000),
    kind: fc.constantFrom('remove', 'replace', 'add', 'repeat'),
    value: fc.constantFrom<unknown>(...oddities),
  }),
  { minLength: 1, maxLength: 4 },
);

function withEdit(document: unknown, { place, kind, value }: Edit): unknown {
  const edited = structuredClone(document);
  const places = placesIn(edited);
  const found = places[place % Math.max(1, places.length)];
  if (found === undefined) return value;
  const { owner, key } = found;
  if (kind === 'replace') owner[key] = structuredClone(value);
  else if (kind === 'add') owner[Array.isArray(owner) ? owner.length : 'surprise'] = value;
  else if (!Array.isArray(owner)) delete owner[key];
  else if (kind === 'remove') owner.splice(Number(key), 1);
  else owner.push(structuredClone(owner[Number(key)]));
  return edited;
}

type Owner = Record<string | number, unknown>;

function placesIn(value: unknown): readonly { readonly owner: Owner; readonly key: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  const owner = value as Owner;
  return Object.keys(owner).flatMap((key) => [{ owner, key }, ...placesIn(owner[key])]);
}
