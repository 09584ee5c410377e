/** Where the programs are that the setup found or made: Terraform, its mirror, moto, Ansible. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../core/failure.ts';

export type Tools = {
  readonly terraform: string;
  readonly terraformRc: string;
  readonly motoServer: string;
  readonly ansiblePlaybook: string;
};

const toolNames = ['terraform', 'terraformRc', 'motoServer', 'ansiblePlaybook'] as const;

/**
 * Reads `.cache/tools.json` of the project, which `npm run setup` writes; an environment variable
 * `AURA_TOOLS` names another file. Throws `ToolMissing`.
 */
export function findTools(file = defaultFile()): Tools {
  if (!existsSync(file))
    throw new Failure('ToolMissing', 'the tools are not set up: run `npm run setup`');
  const found = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  const missing = toolNames.filter(
    (name) => typeof found[name] !== 'string' || !existsSync(found[name]),
  );
  if (missing.length > 0)
    throw new Failure(
      'ToolMissing',
      `${missing.join(', ')} cannot be found: run \`npm run setup\``,
    );
  return found as Tools;
}

function defaultFile(): string {
  return process.env['AURA_TOOLS'] ?? join(import.meta.dirname, '..', '..', '.cache', 'tools.json');
}
