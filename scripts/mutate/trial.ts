/**
 * Tries mutants one after the other in a copy of the tree: the tests that reach the file run in
 * batches, the closest first, until one of them fails.
 */
import { execFileSync, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { readSources } from '../../test/support/source.ts';
import type { Mutant } from './mutants.ts';

const testMs = 240_000;
const batchSize = 40;

type Trial = {
  /** Whether every test passes without a mutant: else each of them would look killed. */
  isSound(): Promise<boolean>;
  /** the batch of test files of which one failed; null where the mutant survived */
  tryOut(mutant: Mutant): Promise<readonly string[] | null>;
  close(): void;
};

export function openTrial(root: string, testFiles: readonly string[]): Trial {
  const folder = mkdtempSync(join(tmpdir(), 'aura-mutants-'));
  // All of it: some tests read workflows, documents or what the setup left.
  for (const name of trackedIn(root)) cpSync(join(root, name), join(folder, name));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  linkCache(join(root, '.cache'), join(folder, '.cache'));
  const reach = reachOf(testFiles);
  return {
    async isSound() {
      for (const batch of chunks(testFiles)) if (!(await passes(folder, batch))) return false;
      return true;
    },
    async tryOut({ path, text }) {
      const place = join(folder, path);
      writeFileSync(place, text);
      try {
        for (const batch of batchesOf(path, reach.get(path) ?? [])) {
          if (!(await passes(folder, batch))) return batch;
        }
        return null;
      } finally {
        cpSync(join(root, path), place);
      }
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Its folders are shared, its files are copied: a test of the setup lists tools of this copy. */
function linkCache(from: string, to: string): void {
  mkdirSync(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) symlinkSync(source, target);
    else cpSync(source, target);
  }
}

function trackedIn(root: string): readonly string[] {
  const listed = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' });
  return listed.split('\0').filter((name) => name !== '' && existsSync(join(root, name)));
}

/** By source file: the test files that import it, directly or by way of others. */
function reachOf(testFiles: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const sources = readSources('reconciler/**/*.ts', 'cdktf/*.ts', 'schemas/*.ts', 'test/**/*.ts');
  const imports = new Map(sources.map((source) => [source.path, source.imports]));
  const reach = new Map<string, string[]>();
  for (const test of testFiles) {
    const seen = new Set([test]);
    for (const path of seen) for (const name of imports.get(path) ?? []) seen.add(name);
    for (const path of seen) reach.set(path, [...(reach.get(path) ?? []), test]);
  }
  return reach;
}

/** The file's own tests, those of its folder, and the rest. */
function batchesOf(path: string, tests: readonly string[]): readonly (readonly string[])[] {
  const name = basename(path, '.ts');
  const room = dirname(path).replace(/^reconciler\//, 'test/');
  const own = tests.filter((test) => basename(test).startsWith(`${name}.`));
  const near = tests.filter((test) => !own.includes(test) && dirname(test) === room);
  const far = tests.filter((test) => !own.includes(test) && !near.includes(test));
  return [own, near, ...chunks(far)].filter((batch) => batch.length > 0);
}

function chunks(files: readonly string[]): readonly (readonly string[])[] {
  const count = Math.ceil(files.length / batchSize);
  return Array.from({ length: count }, (_, n) => files.slice(n * batchSize, (n + 1) * batchSize));
}

/** A mutant that never ends fails too. */
function passes(folder: string, files: readonly string[]): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const args = ['--test', '--test-isolation=none', '--test-force-exit', ...files];
    const child = spawn(process.execPath, args, {
      cwd: folder,
      stdio: 'ignore',
      timeout: testMs,
      killSignal: 'SIGKILL',
    });
    child.on('error', reject);
    child.on('close', (code) => resolve(code === 0));
  });
}
