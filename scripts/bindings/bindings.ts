/**
 * Runs the bindings' generator: it has packages of its own, pinned beside it, which are installed
 * into the cache only when something is generated.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTool } from '../../reconciler/adapters/tools.ts';

const here = new URL('.', import.meta.url).pathname;
const root = new URL('../..', import.meta.url).pathname;
const version = '1.59.0';

export async function generateBindings(folder: string): Promise<void> {
  const generator = installedGenerator();
  const work = mkdtempSync(join(tmpdir(), 'aura-bindings-'));
  try {
    const schema = join(work, 'schema.json');
    writeFileSync(schema, providerSchema(work));
    cpSync(join(here, 'generate.mjs'), join(generator, 'generate.mjs'));
    const out = join(work, 'out');
    execFileSync(process.execPath, [join(generator, 'generate.mjs'), schema, out, version], {
      env: environment(),
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    rmSync(folder, { recursive: true, force: true });
    const made = join(out, 'providers', 'hcloud');
    // The index over all of them is left out: each resource is imported by its own path.
    for (const entry of readdirSync(made, { withFileTypes: true }).filter((one) =>
      one.isDirectory(),
    )) {
      mkdirSync(join(folder, entry.name), { recursive: true });
      cpSync(join(made, entry.name, 'index.ts'), join(folder, entry.name, 'index.ts'));
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function installedGenerator(): string {
  const lock = readFileSync(join(here, 'package-lock.json'));
  const hash = createHash('sha256').update(lock).digest('hex').slice(0, 16);
  const place = join(root, '.cache', `bindings-generator-${hash}`);
  if (existsSync(place)) return place;
  const draft = `${place}.making-${process.pid}`;
  mkdirSync(draft, { recursive: true });
  for (const name of ['package.json', 'package-lock.json'])
    cpSync(join(here, name), join(draft, name));
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--silent'], {
    cwd: draft,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  renameSync(draft, place);
  return place;
}

function providerSchema(work: string): string {
  const required = { hcloud: { source: 'hetznercloud/hcloud', version } };
  writeFileSync(
    join(work, 'main.tf.json'),
    JSON.stringify({ terraform: { required_providers: required } }),
  );
  const terraform = findTool('terraform');
  const options = {
    cwd: work,
    env: environment(),
    encoding: 'utf8',
    maxBuffer: 50_000_000,
  } as const;
  execFileSync(terraform, ['init', '-no-color'], {
    ...options,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return execFileSync(terraform, ['providers', 'schema', '-json'], options);
}

function environment(): NodeJS.ProcessEnv {
  return { ...process.env, TF_CLI_CONFIG_FILE: findTool('terraformRc'), CHECKPOINT_DISABLE: '1' };
}
