/**
 * Writes what is generated: types and validators from the JSON Schemas, and the provider's bindings
 * from the provider's own schema. `--check` compares with what is committed instead, and exits 1
 * where they differ; `--only schemas|bindings` limits it.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { generateBindings } from './bindings/bindings.ts';
import { generateTypes } from './schemas/schema-types.ts';
import { generateValidators } from './schemas/validators.ts';

const root = new URL('..', import.meta.url).pathname;
const targets = [
  { name: 'schemas', folder: 'schemas/generated', make: generateFromSchemas },
  { name: 'bindings', folder: 'cdktf/provider-hcloud/src', make: generateBindings },
];

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { check: { type: 'boolean', default: false }, only: { type: 'string' } },
  });
  for (const target of targets) {
    if (values.only !== undefined && values.only !== target.name) continue;
    if (values.check) await check(target);
    else await target.make(join(root, target.folder));
  }
}

async function generateFromSchemas(folder: string): Promise<void> {
  await generateTypes(folder);
  generateValidators(folder);
}

async function check(target: (typeof targets)[number]): Promise<void> {
  const draft = mkdtempSync(join(tmpdir(), 'aura-generated-'));
  try {
    await target.make(draft);
    const stale = differences(draft, join(root, target.folder));
    if (stale.length === 0) return console.log(`${target.folder} is fresh`);
    console.error(
      `${target.folder} is not what would be generated: ${stale.join(', ')}. Run \`npm run generate\`.`,
    );
    process.exitCode = 1;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** Names of files that are in one folder only, or differ. */
function differences(made: string, committed: string): readonly string[] {
  const list = (folder: string) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  const names = new Set([...list(made), ...list(committed)]);
  const read = (folder: string, name: string) => {
    try {
      return readFileSync(join(folder, name), 'utf8');
    } catch {
      return null;
    }
  };
  return [...names].filter((name) => read(made, name) !== read(committed, name)).sort();
}

await main();
