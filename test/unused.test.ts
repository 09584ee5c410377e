/** Exports without an import and packages without one do not exist. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readSources, type Source, sourceOf } from './support/source.ts';
import { packageOf, packagesIn, unusedExports } from './support/unused.ts';

const product = readSources('reconciler/**/*.ts', 'cdktf/*.ts', 'schemas/*.ts');
const cloud = readSources('local-cloud/**/*.ts');
const scripts = readSources('scripts/**/*.{ts,mjs}');
const tests = readSources('test/**/*.ts');
const everything = [...product, ...cloud, ...scripts, ...tests];

/** Parts of one module that a test takes by themselves. The list may only shrink. */
const forTestsAlone = [
  'local-cloud/controlled.ts eventsOf',
  'local-cloud/controlled.ts faultsOf',
  'local-cloud/github/codeowners.ts parseOwners',
  'reconciler/app/cli/verbs/explain.ts explanationText',
  'reconciler/app/log.ts describeError',
  'reconciler/flows/intake/push-budget.ts windowFor',
  'reconciler/flows/reconcile/reconcile-event.ts reconcileEvent',
  'scripts/schemas/validators.ts createAjv',
  'scripts/test/outcome.ts skipKinds',
];

/** Packages that no source imports. The list may only shrink. */
const notImported = [
  // Programs: `npm run check`, `npm run build`.
  '@biomejs/biome',
  'typescript',
  // The types of Node itself, which tsconfig.json names.
  '@types/node',
  // A peer of cdktf, which the generated bindings of the provider need.
  'constructs',
];

describe('exports', () => {
  it('are each imported by another file', () => {
    assert.deepEqual(unusedExports(everything, everything), []);
  });

  it('that are values are imported by more than tests, but for the few on the list', () => {
    const others = [...product, ...cloud, ...scripts];
    assert.deepEqual([...unusedExports(others, others, 'values')].sort(), forTestsAlone);
  });

  it('without an import would be found', () => {
    const one = sourceOf(
      'from/one.ts',
      [
        'export const a = 1;',
        'export async function b() {}',
        'export type C = { a: 1 };',
        'const d = 4;',
        'const e = 5;',
        'export { d, e as f };',
        "export { g } from './three.ts';",
      ].join('\n'),
    );
    const two = sourceOf('to/two.ts', "import { a, type C as D } from '../from/one.ts';\n");
    assert.deepEqual(unusedExports([one], [two]), [
      'from/one.ts b',
      'from/one.ts d',
      'from/one.ts f',
      'from/one.ts g',
    ]);
    const late = sourceOf('to/late.ts', "const { b } = await import('../from/one.ts');\n");
    const all = sourceOf(
      'to/all.ts',
      "import * as one from '../from/one.ts';\nuse(one.d, one.f);\n",
    );
    assert.deepEqual(unusedExports([one], [two, late, all]), ['from/one.ts g']);
    assert.deepEqual(unusedExports([one], [late, all], 'values'), [
      'from/one.ts a',
      'from/one.ts g',
    ]);
  });
});

describe('packages', () => {
  const imported = (files: readonly Source[]) =>
    new Set(files.flatMap(({ imports }) => imports.map(packageOf)));
  const unused = (named: readonly string[], files: readonly Source[]) =>
    named.filter((name) => !imported(files).has(name) && !notImported.includes(name));

  it('that a package.json names are imported by their users', () => {
    const [root, local] = [packagesIn('package.json'), packagesIn('local-cloud/package.json')];
    assert.deepEqual(unused(root.product, product), []);
    assert.deepEqual(unused(local.product, cloud), []);
    assert.deepEqual(unused(root.tools, [...scripts, ...tests]), []);
    const needless = [...imported(everything)].filter((name) => notImported.includes(name));
    assert.deepEqual(needless, []);
  });

  it('that are imported are named', () => {
    const [root, local] = [packagesIn('package.json'), packagesIn('local-cloud/package.json')];
    const isPackage = (name: string) =>
      !/^(?:node:|reconciler$|local-cloud$|cdktf$|schemas$)/.test(name);
    const unnamed = (files: readonly Source[], named: readonly string[]) =>
      [...imported(files)].filter((name) => isPackage(name) && !named.includes(name));
    assert.deepEqual(unnamed(product, root.product), []);
    assert.deepEqual(unnamed(cloud, local.product), []);
  });
});
