/**
 * The version of the parsers of files and records: a short hash over the validators and the sources
 * that parse. Values of another version are not used.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { extname, join } from 'node:path';

const root = join(import.meta.dirname, '../../..');
const validators = ['agent', 'catalog', 'policy', 'status'].map((name) =>
  join(root, `schemas/generated/${name}-validator.cjs`),
);
/** The build has the same files with another extension. */
const sources = [
  'reconciler/core/agent/agent.ts',
  'reconciler/core/agent/agent-file.ts',
  'reconciler/core/agent/catalog.ts',
  'reconciler/core/agent/document.ts',
  'reconciler/core/agent/file-content.ts',
  'reconciler/core/agent/quick-yaml.ts',
  'reconciler/core/agent/policy.ts',
  'reconciler/core/text/time.ts',
  'reconciler/core/fleet/record-file.ts',
  'reconciler/core/fleet/recorded.ts',
  'schemas/validate.ts',
].map((name) => join(root, name.replace(/\.ts$/, extname(import.meta.filename))));

/** 16 hex */
export async function parserVersion(): Promise<string> {
  const require = createRequire(import.meta.url);
  // The validators call functions of the last one.
  const packages = ['yaml', 'js-yaml', 'ajv'].map((name) =>
    require.resolve(`${name}/package.json`),
  );
  const hash = createHash('sha256');
  for (const file of [...validators, ...sources, ...packages]) {
    const content = await readFile(file);
    hash.update(`${content.length}\0`).update(content);
  }
  return hash.digest('hex').slice(0, 16);
}
