/** The configuration of a service in tests. */
export const linkSecret = 's'.repeat(32);
export const platformToken = 'p'.repeat(40);

export const serviceConfig = {
  links: { tokenSecrets: [linkSecret] as const },
  platform: {
    tokens: [
      { name: 'shop', scopes: ['commands', 'metrics', 'read'] as const, token: platformToken },
    ],
  },
  reconcile: { workflow: 'reconcile.yml' },
  hooks: { secrets: [] as readonly string[] },
  http: { siteOrigins: [] as readonly string[], trustedProxies: [] as readonly string[] },
};
