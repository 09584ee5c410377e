/** Where a real client or an API's description is, for contract tests; or why they are skipped. */
import { existsSync } from 'node:fs';
import { findTool } from '../../reconciler/adapters/tools.ts';
import { Failure } from '../../reconciler/core/failure.ts';

/** Each names a file that is used instead. They are for a single test file that is run by hand. */
const overrides = {
  hcloudCli: 'AURA_HCLOUD_CLI',
  clientsPython: 'AURA_CLIENTS_PYTHON',
  githubOpenapi: 'AURA_GITHUB_OPENAPI',
  stripeCli: 'AURA_STRIPE_CLI',
  stripeOpenapi: 'AURA_STRIPE_OPENAPI',
  ansibleLint: 'AURA_ANSIBLE_LINT',
  actionlint: 'AURA_ACTIONLINT',
  promtool: 'AURA_PROMTOOL',
  schemathesis: 'AURA_SCHEMATHESIS',
  zizmor: 'AURA_ZIZMOR',
} as const;

/** `skip` is node:test's reason: `it(name, { skip: 'skip' in tool && tool.skip })`. */
export function clientTool(
  name: keyof typeof overrides,
): { readonly path: string } | { readonly skip: string } {
  const override = process.env[overrides[name]];
  if (override !== undefined && override !== '') {
    // A wrong override is a mistake, and no reason to skip.
    if (!existsSync(override)) throw new Error(`${overrides[name]}: there is no ${override}`);
    return { path: override };
  }
  try {
    return { path: findTool(name) };
  } catch (error) {
    if (!(error instanceof Failure && error.reason === 'ToolMissing')) throw error;
    return { skip: `clients: ${name} is not set up (node scripts/setup.mjs --only clients)` };
  }
}
