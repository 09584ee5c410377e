/** What the tests, and what they start, find in their environment. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Three times as many as all tests load: each run adds some of temporary folders. */
const compiled = { folder: join(import.meta.dirname, '../../.cache/compiled'), entriesMax: 6000 };

/**
 * Tests see none of the caller's accounts: a token of a real project, or a git hook's idea of where
 * the repository is, must not reach what they start.
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
/** these steer the tests themselves */
const kept = ['AURA_REQUIRE', 'AURA_TOOLS'];

export function forgetAccounts(environment: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(environment)) {
    if (!kept.includes(name) && prefixes.some((prefix) => name.startsWith(prefix)))
      delete environment[name];
  }
}

/**
 * Every process of the tests takes what another one compiled: half of a short test file's time is
 * the stripping of types. Node checks each entry against the source, and writes one for each path.
 */
export function keepCompiled(
  environment: NodeJS.ProcessEnv,
  { folder, entriesMax } = compiled,
): void {
  if (existsSync(folder) && readdirSync(folder, { recursive: true }).length > entriesMax)
    rmSync(folder, { recursive: true, force: true });
  environment['NODE_COMPILE_CACHE'] ??= folder;
}
