/** The settings of the agents repository that the guide asks for. */
import { readRole, writeRole } from '../environment.ts';
import type { JobSettings } from '../github/job-settings.ts';

type Values = Readonly<Record<string, string>>;

const secretNames = [
  'HCLOUD_TOKEN',
  'TAILSCALE_OAUTH_CLIENT_SECRET',
  'STRIPE_SECRET_KEY',
  'AURA_SSH_CA_KEY',
  'AURA_HEARTBEAT_SECRET',
  'RESEND_API_KEY',
  'AURA_TOKEN_SECRET',
];
const variableNames = [
  'AURA_STATE_BUCKET',
  'AWS_REGION',
  'AWS_ENDPOINT_URL_S3',
  'TAILSCALE_TAILNET',
  'TAILSCALE_OAUTH_CLIENT_ID',
  'AURA_MAIL_FROM',
  'AURA_PUBLIC_URL',
];
/** Where the services of this world are. The real ones are where the product expects them. */
const addressNames = [
  'HCLOUD_ENDPOINT',
  'TAILSCALE_BASE_URL',
  'TAILSCALE_LOGIN_SERVER',
  'STRIPE_API_BASE',
  'RESEND_BASE_URL',
  'AURA_CONFIGURATOR_URL',
  'AWS_ENDPOINT_URL_STS',
  'SSL_CERT_FILE',
];

/** Sets them: the secrets in the environment `production`, which only jobs of main may use. */
export function setUp(
  settings: JobSettings,
  { env, readOnlyEnv }: { readonly env: Values; readonly readOnlyEnv: Values },
  own: { readonly source: string; readonly commit: string; readonly app: App },
): void {
  const { source, commit, app } = own;
  const variables = {
    AURA_REPOSITORY: source,
    AURA_REF: commit,
    AURA_APP_ID: String(app.id),
    // A run reaches simulated hosts by an API, and real ones by the Tailscale of this computer.
    AURA_INSTALL_TAILSCALE: 'false',
    AURA_STATE_ROLE: writeRole,
    AURA_STATE_READ_ROLE: readRole,
    ...picked(env, variableNames),
  };
  const secrets = {
    ...picked(env, secretNames),
    HCLOUD_READ_TOKEN: readOnlyEnv['HCLOUD_TOKEN'] ?? '',
    AURA_APP_PRIVATE_KEY: app.privateKey,
  };
  for (const [name, value] of Object.entries(variables)) settings.setVariable(name, value);
  const production = settings.environment('production');
  production.branches = [];
  settings.allow(production.branches, 'main');
  for (const [name, value] of Object.entries(secrets))
    settings.setSecret(production.secrets, name, value);
}

type App = { readonly id: number; readonly privateKey: string };

/** What the machine of a runner adds to the environment of its jobs. */
export function addressesIn(env: Values): Values {
  return picked(env, addressNames);
}

function picked(env: Values, names: readonly string[]): Values {
  return Object.fromEntries(
    names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const])),
  );
}
