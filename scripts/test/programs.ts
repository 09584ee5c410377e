/** Tiers that are one program each: its exit code is the outcome, its output the reason. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Outcome } from './outcome.ts';

const timeoutMs = 5 * 60_000;

export function lint(root: string): Promise<Outcome> {
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
  return judged(root, 'lint', [biome, 'check', '--error-on-warnings', '.']);
}

export function types(root: string): Promise<Outcome> {
  return judged(root, 'types', [join(root, 'node_modules/typescript/bin/tsc'), '--noEmit']);
}

export function generatedFromSchemas(root: string): Promise<Outcome> {
  const generate = join(root, 'scripts/generate.ts');
  return judged(root, 'types, validators', [generate, '--check', '--only', 'schemas']);
}

export async function generatedBindings(root: string): Promise<Outcome> {
  const name = 'generated bindings';
  if (!hasTerraform(root)) {
    const why = 'terraform: Terraform and the provider are not set up (`npm run setup`)';
    return { passed: 0, failed: [], skipped: [{ where: name, name, why }] };
  }
  const generate = join(root, 'scripts/generate.ts');
  return judged(root, name, [generate, '--check', '--only', 'bindings']);
}

function hasTerraform(root: string): boolean {
  const file = join(root, '.cache', 'tools.json');
  if (!existsSync(file)) return false;
  const { terraform } = JSON.parse(readFileSync(file, 'utf8')) as { terraform?: string };
  return terraform !== undefined && existsSync(terraform);
}

/** Runs it on this Node. */
async function judged(root: string, name: string, args: readonly string[]): Promise<Outcome> {
  const { code, output } = await finished(root, args);
  if (code === 0) return { passed: 1, failed: [], skipped: [] };
  const text = output.trim() === '' ? `ended with ${code}` : output.trim();
  return { passed: 0, failed: [{ where: name, name, text }], skipped: [] };
}

function finished(
  root: string,
  args: readonly string[],
): Promise<{ readonly code: number | NodeJS.Signals | null; readonly output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code: code ?? signal, output }));
  });
}
