/**
 * Finds out whether the OAuth client may write, without a write.
 *
 * First it asks for a token with each scope that writes what concerns agents; Tailscale grants a
 * client none that it lacks. Only a client that is granted none then tries to make a key, which has
 * to be refused. If it were made after all, it would be single-use and not pre-approved, and would
 * end after a second.
 */
import { isFailure } from '../../core/failure.ts';
import { createTailscaleApi, type TailscaleOptions } from './api.ts';

const writingScopes = [
  'all',
  'devices:core',
  'devices:routes',
  'auth_keys',
  'oauth_keys',
  'policy_file',
] as const;

/** What it may write; null if Tailscale refuses every write. */
export async function tailscaleWrites(options: TailscaleOptions): Promise<string | null> {
  const { ask, askScope } = createTailscaleApi(options);
  for (const scope of writingScopes)
    if (!(await isForbidden(askScope(scope)))) return `the scope ${scope} is granted`;
  const create = { reusable: false, ephemeral: true, preauthorized: false, tags: [] };
  const made = ask({
    method: 'POST',
    path: `/api/v2/tailnet/${encodeURIComponent(options.tailnet)}/keys`,
    body: { capabilities: { devices: { create } }, expirySeconds: 1, description: 'aura doctor' },
  });
  return (await isForbidden(made)) ? null : 'a key may be made';
}

/** Another error than that is no answer to the question, and is thrown. */
async function isForbidden(asked: Promise<unknown>): Promise<boolean> {
  try {
    await asked;
    return false;
  } catch (thrown) {
    if (isFailure(thrown, 'Forbidden')) return true;
    // It got as far as the check of what was asked.
    if (isFailure(thrown, 'InvalidInput')) return false;
    throw thrown;
  }
}
