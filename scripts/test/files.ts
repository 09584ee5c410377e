/** Which test files there are, and in which group each runs. */
import { globSync } from 'node:fs';
import { relative, resolve } from 'node:path';

/** Folders of test/ whose tests start programs or play long stories; everything else is fast. */
const slowFolders = [
  'app/cli',
  'contract',
  'runbooks',
  'terraform',
  'story',
  'processes',
  'simulation',
  'browser',
  'ansible',
  'hosts',
];

type TestGroup = { readonly name: string; readonly files: readonly string[] };

/** `fast` first, then each slow folder; only files under one of `filters`, where there are any. */
export function testGroups(root: string, filters: readonly string[]): readonly TestGroup[] {
  const files = globSync('test/**/*.test.ts', { cwd: root })
    .filter((file) => filters.length === 0 || filters.some((filter) => isUnder(root, file, filter)))
    .sort();
  const fast = files.filter((file) => slowFolderOf(file) === null);
  const slow = slowFolders.map((folder) => ({
    name: `${folder} tests`,
    files: files.filter((file) => slowFolderOf(file) === folder),
  }));
  return [{ name: 'fast tests', files: fast }, ...slow].filter((group) => group.files.length > 0);
}

function slowFolderOf(file: string): string | null {
  return slowFolders.find((folder) => file.startsWith(`test/${folder}/`)) ?? null;
}

function isUnder(root: string, file: string, filter: string): boolean {
  const path = relative(root, resolve(filter));
  return file === path || file.startsWith(`${path}/`) || path === '';
}
