/** The environment of the tests, and of the programs that they start. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Three times as many as all tests load: each run adds entries for temporary folders. */
const compiled = { folder: join(import.meta.dirname, '../../.cache/compiled'), entriesMax: 6000 };

/**
 * Removes the caller's accounts: the token of a real project, or a git hook's variables, must not
 * reach what the tests start.
 */
const prefixes = [
  'AWS_',
  'GIT_',
  'GITHUB_',
  'HCLOUD_',
  'RESEND_',
  'STRIPE_',
  'TAILSCALE_',
  'TF_',
  'AURA_',
];
/** variables for the tests themselves */
const kept = ['AURA_REQUIRE', 'AURA_TOOLS'];

export function forgetAccounts(environment: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(environment)) {
    if (!kept.includes(name) && prefixes.some((prefix) => name.startsWith(prefix)))
      delete environment[name];
  }
}

/**
 * The tests' processes share compiled code, because stripping the types takes half of a short test
 * file's time. Node checks each entry against the source, and writes one for each path.
 */
export function keepCompiled(
  environment: NodeJS.ProcessEnv,
  { folder, entriesMax } = compiled,
): void {
  if (existsSync(folder) && readdirSync(folder, { recursive: true }).length > entriesMax)
    rmSync(folder, { recursive: true, force: true });
  environment['NODE_COMPILE_CACHE'] ??= folder;
}
