/** Runs the command line as a person would, and reads the document that it prints. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const program = join(import.meta.dirname, '../../reconciler/app/cli/aura.ts');

/** Also where it found something wrong. */
export async function auraJson<Document>(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Document> {
  const all = { PATH: process.env['PATH'], ...env };
  const words = [program, ...args, '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, words, { env: all }).catch(
    (thrown: { readonly stdout: string }) => thrown,
  );
  return JSON.parse(stdout) as Document;
}
