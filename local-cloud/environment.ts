/** Builds the environment variables with which serve, plan and apply use the local cloud. */
import { roleArn } from './aws/roles.ts';
import type { Randomness } from './randomness.ts';

/** Credentials that the world accepts, made from the seed. */
export type Credentials = {
  readonly hetznerToken: string;
  readonly tailscaleClientId: string;
  readonly tailscaleClientSecret: string;
  readonly stripeSecretKey: string;
  readonly stripeWebhookSecret: string;
  readonly awsAccessKeyId: string;
  readonly awsSecretAccessKey: string;
  readonly resendApiKey: string;
  readonly tokenSecret: string;
  readonly platformToken: string;
  readonly gitWebhookSecret: string;
  readonly heartbeatSecret: string;
  /** those that may only read */
  readonly readers: {
    readonly hetznerToken: string;
    readonly tailscale: { readonly clientId: string; readonly clientSecret: string };
    readonly aws: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
};

export function createCredentials(randomness: Randomness): Credentials {
  const id = randomness.token(16);
  return {
    // Hetzner's tokens have exactly 64 characters; its Terraform provider checks this.
    hetznerToken: randomness.token(64),
    tailscaleClientId: id,
    tailscaleClientSecret: `tskey-client-${id}-${randomness.token(32)}`,
    stripeSecretKey: `sk_test_${randomness.token(48)}`,
    stripeWebhookSecret: `whsec_${randomness.token(32)}`,
    awsAccessKeyId: `AKIA${randomness.token(16).toUpperCase()}`,
    awsSecretAccessKey: randomness.token(40),
    resendApiKey: `re_${randomness.token(32)}`,
    tokenSecret: randomness.hex(64),
    platformToken: randomness.token(40),
    gitWebhookSecret: randomness.token(40),
    readers: createReaders(randomness),
    heartbeatSecret: randomness.token(40),
  };
}

function createReaders(randomness: Randomness): Credentials['readers'] {
  const clientId = randomness.token(16);
  return {
    hetznerToken: randomness.token(64),
    tailscale: { clientId, clientSecret: `tskey-client-${clientId}-${randomness.token(32)}` },
    aws: {
      accessKeyId: `AKIA${randomness.token(16).toUpperCase()}`,
      secretAccessKey: randomness.token(40),
    },
  };
}

export type CloudUrls = {
  readonly hetzner: string;
  readonly tailscale: string;
  readonly stripe: string;
  readonly github: string;
  readonly s3: string;
  readonly sts: string;
  readonly oidc: string;
  readonly mail: string;
  /** null where hosts are configured over SSH */
  readonly hosts: string | null;
  /** where hosts and runs join a real tailnet; null for the simulated one */
  readonly tailnet: string | null;
  readonly repository: string;
};

export const repositoryName = 'aura/agents';
export const stateBucket = 'aura-state';
export const stateRegion = 'eu-central-1';
/** Roles that jobs in the environment `production` may assume. */
export const writeRole = roleArn('aura-state');
export const readRole = roleArn('aura-state-read');

export function createEnvironment(options: {
  readonly urls: CloudUrls;
  readonly credentials: Credentials;
  readonly githubToken: string;
  readonly sshCaKey: string;
  /** certificates that programs are to trust, for a real tailnet; null for the simulated one */
  readonly trustedFile: string | null;
  /** Base URL of links in mails. */
  readonly publicUrl: string;
}): Record<string, string> {
  const { urls, credentials } = options;
  return {
    HCLOUD_TOKEN: credentials.hetznerToken,
    HCLOUD_ENDPOINT: `${urls.hetzner}/v1`,
    TAILSCALE_OAUTH_CLIENT_ID: credentials.tailscaleClientId,
    TAILSCALE_OAUTH_CLIENT_SECRET: credentials.tailscaleClientSecret,
    TAILSCALE_TAILNET: '-',
    TAILSCALE_BASE_URL: urls.tailscale,
    STRIPE_SECRET_KEY: credentials.stripeSecretKey,
    STRIPE_WEBHOOK_SECRET: credentials.stripeWebhookSecret,
    STRIPE_API_BASE: urls.stripe,
    GITHUB_TOKEN: options.githubToken,
    GITHUB_API_URL: urls.github,
    GITHUB_REPOSITORY: repositoryName,
    AWS_ACCESS_KEY_ID: credentials.awsAccessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.awsSecretAccessKey,
    AWS_REGION: stateRegion,
    AWS_ENDPOINT_URL_S3: urls.s3,
    AWS_ENDPOINT_URL_STS: urls.sts,
    RESEND_API_KEY: credentials.resendApiKey,
    RESEND_BASE_URL: urls.mail,
    AURA_REPOSITORY_URL: urls.repository,
    AURA_STATE_BUCKET: stateBucket,
    AURA_PUBLIC_URL: options.publicUrl,
    AURA_TOKEN_SECRET: credentials.tokenSecret,
    AURA_PLATFORM_TOKENS: `local:commands+read+metrics:${credentials.platformToken}`,
    AURA_GIT_WEBHOOK_SECRET: credentials.gitWebhookSecret,
    AURA_HEARTBEAT_SECRET: credentials.heartbeatSecret,
    // A receiver beside it is on this machine.
    AURA_WEBHOOKS_LOOPBACK: 'allow',
    AURA_MAIL_FROM: 'Aura <aura@example.com>',
    AURA_SSH_CA_KEY: options.sshCaKey,
    ...(urls.tailnet === null ? {} : { TAILSCALE_LOGIN_SERVER: urls.tailnet }),
    // Read by tailscaled, as by every program in Go.
    ...(options.trustedFile === null ? {} : { SSL_CERT_FILE: options.trustedFile }),
    ...(urls.hosts === null ? {} : { AURA_CONFIGURATOR_URL: urls.hosts }),
  };
}

/**
 * For the service: the same, but with credentials that may only read Hetzner, the tailnet and the
 * bucket, and without the key of the SSH CA.
 */
export function readOnlyEnvironment(
  { AURA_SSH_CA_KEY: _, ...env }: Readonly<Record<string, string>>,
  { readers }: Pick<Credentials, 'readers'>,
): Record<string, string> {
  return {
    ...env,
    HCLOUD_TOKEN: readers.hetznerToken,
    TAILSCALE_OAUTH_CLIENT_ID: readers.tailscale.clientId,
    TAILSCALE_OAUTH_CLIENT_SECRET: readers.tailscale.clientSecret,
    AWS_ACCESS_KEY_ID: readers.aws.accessKeyId,
    AWS_SECRET_ACCESS_KEY: readers.aws.secretAccessKey,
  };
}
