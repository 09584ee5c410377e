/** Finds the programs that the setup installed: Terraform, its mirror, moto, Ansible. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Failure } from '../core/failure.ts';

/**
 * The last nine are for tests only; the setup omits those that it could not install. Those of the
 * tailnet are for real hosts, and set up with them.
 */
type Tool =
  | 'headscale'
  | 'tailscaled'
  | 'terraform'
  | 'terraformRc'
  | 'motoServer'
  | 'act'
  | 'ansiblePlaybook'
  | 'hcloudCli'
  | 'clientsPython'
  | 'githubOpenapi'
  | 'stripeCli'
  | 'stripeOpenapi'
  | 'ansibleLint'
  | 'actionlint'
  | 'promtool'
  | 'schemathesis'
  | 'zizmor';

/** The path of one of them. Throws `ToolMissing`. */
export function findTool(name: Tool): string {
  const place = readListed(toolsFile())[name];
  if (typeof place === 'string' && existsSync(place)) return place;
  throw new Failure('ToolMissing', `${name} cannot be found: run \`npm run setup\``);
}

/**
 * Tailscale's daemon and command line: those on the PATH, or the program that the setup builds for
 * real hosts, which is both. Throws `ToolMissing`.
 */
export function findTailscale(): { readonly tailscaled: string; readonly tailscale: string } {
  const [tailscaled, tailscale] = [onPath('tailscaled'), onPath('tailscale')];
  if (tailscaled !== null && tailscale !== null) return { tailscaled, tailscale };
  try {
    const built = findTool('tailscaled');
    return { tailscaled: built, tailscale: join(dirname(built), 'tailscale') };
  } catch (cause) {
    throw new Failure('ToolMissing', 'tailscaled and tailscale are not on the PATH', { cause });
  }
}

function onPath(program: string): string | null {
  const folders = (process.env['PATH'] ?? '').split(':').filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, program)).find(existsSync) ?? null;
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
