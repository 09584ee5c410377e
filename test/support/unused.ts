/** Finds unused exports, which no other file imports, and unused packages of a workspace. */
import { readFileSync } from 'node:fs';
import { projectRoot, type Source } from './source.ts';

/** `path name` of each export that none of the users imports. */
export function unusedExports(
  files: readonly Pick<Source, 'path' | 'exports'>[],
  users: readonly Pick<Source, 'importedNames'>[],
  which: 'all' | 'values' = 'all',
): readonly string[] {
  const used = new Set(users.flatMap(({ importedNames }) => importedNames));
  return files
    .flatMap(({ path, exports }) =>
      exports
        .filter(({ isType }) => which === 'all' || !isType)
        .map(({ name }) => `${path} ${name}`),
    )
    .filter((one) => !used.has(one));
}

/** Packages that a `package.json` names for the product, and those for its tests and tools. */
export function packagesIn(file: string): {
  readonly product: readonly string[];
  readonly tools: readonly string[];
} {
  const named = JSON.parse(readFileSync(`${projectRoot}/${file}`, 'utf8')) as {
    readonly dependencies?: object;
    readonly devDependencies?: object;
  };
  return {
    product: Object.keys(named.dependencies ?? {}),
    tools: Object.keys(named.devDependencies ?? {}),
  };
}

/** The package of an import: `@octokit/rest` of `@octokit/rest/dist/x`. */
export function packageOf(imported: string): string {
  const [first = '', second = ''] = imported.split('/');
  return first.startsWith('@') ? `${first}/${second}` : first;
}
