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

/** What only tests look for; where it could not be had, it is not noted. */
export type ClientTool =
  | 'hcloudCli'
  | 'clientsPython'
  | 'githubOpenapi'
  | 'stripeCli'
  | 'stripeOpenapi';

const toolNames = ['terraform', 'terraformRc', 'motoServer', 'ansiblePlaybook'] as const;

/** All of them. Throws `ToolMissing` where one is not there: what needs fewer asks `findTool`. */
export function findTools(file = toolsFile()): Tools {
  const listed = readListed(file);
  const missing = toolNames.filter((name) => !isThere(listed[name]));
  if (missing.length > 0) throw notFound(missing);
  return listed as Tools;
}

/** One of them, for programs that do without the rest. Throws `ToolMissing`. */
export function findTool(name: keyof Tools | ClientTool, file = toolsFile()): string {
  const place = readListed(file)[name];
  if (!isThere(place)) throw notFound([name]);
  return place;
}

/**
 * `.cache/tools.json` of the project, which `npm run setup` writes: beside the sources, or one level
 * further up from what the build makes of them. The variable `AURA_TOOLS` names another file.
 */
function toolsFile(): string {
  const candidates = ['../..', '../../..'].map((up) =>
    join(import.meta.dirname, up, '.cache', 'tools.json'),
  );
  return process.env['AURA_TOOLS'] ?? candidates.find(existsSync) ?? join('.cache', 'tools.json');
}

function readListed(file: string): Readonly<Record<string, unknown>> {
  if (!existsSync(file))
    throw new Failure('ToolMissing', 'the tools are not set up: run `npm run setup`');
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
}

function isThere(place: unknown): place is string {
  return typeof place === 'string' && existsSync(place);
}

function notFound(names: readonly string[]): Failure {
  return new Failure('ToolMissing', `${names.join(', ')} cannot be found: run \`npm run setup\``);
}
