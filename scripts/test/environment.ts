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
