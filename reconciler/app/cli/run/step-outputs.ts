/** Writes outputs of a workflow's step, which decide what jobs follow. */
import { appendFile } from 'node:fs/promises';
import { Failure } from '../../../core/failure.ts';
import type { Environment } from '../../config.ts';

/**
 * Does nothing outside of a workflow. Throws `InvalidInput` if they cannot be written: the jobs
 * that follow would take missing outputs for an empty plan.
 *
 * @param outputs values of one line each
 */
export async function writeStepOutputs(
  env: Environment,
  outputs: Readonly<Record<string, string>>,
): Promise<void> {
  const file = env['GITHUB_OUTPUT'] ?? '';
  if (file === '') return;
  const lines = Object.entries(outputs).map(([name, value]) => `${name}=${value}\n`);
  try {
    await appendFile(file, lines.join(''));
  } catch (cause) {
    const message = `the outputs of the step cannot be written to GITHUB_OUTPUT (${file})`;
    throw new Failure('InvalidInput', message, { cause });
  }
}
