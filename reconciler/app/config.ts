/**
 * The configuration: environment variables under their usual names, parsed once into typed values.
 *
 * A verb reads the parts that it needs. All that is missing or malformed in them is reported at
 * once; other variables are not read.
 */

import { publicKeyOf } from '../adapters/openssh.ts';
import { Failure } from '../core/failure.ts';
import type { PlatformToken } from '../ports/platform.ts';
import { asKeyFile, type Secrets, secretsIn, sourcesIn, splitList } from './config/formats.ts';
import {
  type GithubCredentials,
  githubCredentials,
  githubUrl,
  requiredGithubCredentials,
} from './config/github.ts';
import { platformTokensIn } from './config/platform-tokens.ts';
import { type StateStore, stateStore } from './config/state-store.ts';
import { createVariableReader, type Environment, type VariableReader } from './config/variables.ts';
import { type WebhookEndpoints, webhookEndpoints } from './config/webhook-endpoints.ts';

export type { Environment, GithubCredentials };

export type Config = {
  readonly repository: {
    /** http or https; may carry a user and a password */
    readonly url: string;
    readonly credentials: GithubCredentials;
    /** keeps the mirror between runs; null for a temporary one */
    readonly cacheFolder: string | null;
  };
  readonly billing: {
    readonly secretKey: string;
    readonly apiBase: string;
    /** empty if there is no receiver */
    readonly webhookSecrets: readonly string[];
  };
  /** for receivers of Stripe's events */
  readonly webhooks: { readonly secrets: readonly string[] };
  /** for receivers of heartbeats; empty where none is accepted */
  readonly heartbeats: { readonly secrets: readonly string[] };
  /** for receivers of reports of pushes; empty where none is accepted */
  readonly hooks: { readonly secrets: readonly string[] };
  readonly cloud: { readonly token: string; readonly endpoint: string };
  readonly tailnet: {
    readonly baseUrl: string;
    readonly clientId: string;
    readonly clientSecret: string;
    readonly tailnet: string;
  };
  readonly states: StateStore;
  /** `variables` is the environment of Terraform's provider and backend, but for the keys */
  readonly stacks: { readonly variables: Readonly<Record<string, string>> };
  readonly configurator: {
    /** of an HTTP API in front of the hosts; null for SSH and Ansible */
    readonly url: string | null;
    /** for SSH; null if it is not set, and then no host can be reached */
    readonly caPrivateKey: string | null;
    /** the public half of `caPrivateKey`, if it is set */
    readonly ownCaKeys: readonly string[];
    /** of a control server that is not Tailscale's */
    readonly loginServer: string | null;
    /** where hosts get their software; null for the roles' defaults */
    readonly sources: Readonly<Record<string, string>> | null;
  };
  readonly forge: {
    readonly credentials: GithubCredentials;
    readonly repository: string;
    readonly apiUrl: string;
  };
  /** the Forge whose clock is read; null if none is configured */
  readonly forgeClock: Config['forge'] | null;
  readonly mail: { readonly apiKey: string; readonly baseUrl: string; readonly from: string };
  /** `lacks`: the variables without which customers get no mail */
  readonly customerMail:
    | { readonly kind: 'set'; readonly mail: Config['mail']; readonly links: Config['links'] }
    | { readonly kind: 'unset'; readonly lacks: readonly string[] };
  readonly keys: {
    readonly caPrivateKey: string;
    /** from which the keys of hosts for heartbeats are derived; null if it is not set */
    readonly heartbeatSecret: string | null;
  };
  readonly links: { readonly publicUrl: string; readonly tokenSecrets: Secrets };
  readonly http: {
    /** of the product's site, whose pages may read customers' and public addresses */
    readonly siteOrigins: readonly string[];
    /** proxies whose report of a client's address counts: addresses or CIDR blocks */
    readonly trustedProxies: readonly string[];
  };
  readonly platform: { readonly tokens: readonly PlatformToken[] };
  /** receivers of outgoing webhooks */
  readonly endpoints: WebhookEndpoints;
  readonly deadman: { readonly url: string | null };
  /** the workflow that reconciles, by the name of its file */
  readonly reconcile: { readonly workflow: string };
  /** receivers of alarms; null if not configured */
  readonly alarms: {
    readonly mailTo: string | null;
    readonly webhookUrl: string | null;
    readonly chatUrl: string | null;
  };
};

export type Need = keyof Config;

/** Throws `InvalidInput` with a list of all problems, without any value. */
export function readConfig<Name extends Need>(
  env: Environment,
  needs: readonly Name[],
): Pick<Config, Name> {
  const reader = createVariableReader(env);
  const read = [...new Set<Need>(needs)].sort().map((need) => [need, parts[need](reader)]);
  const problems = reader.problems();
  if (problems.length === 0) return Object.fromEntries(read) as Pick<Config, Name>;
  const count = problems.length === 1 ? 'One setting is' : `${problems.length} settings are`;
  throw new Failure('InvalidInput', [`${count} missing or wrong:`, ...problems].join('\n  '));
}

const parts: { readonly [Name in Need]: (reader: VariableReader) => Config[Name] } = {
  repository: (reader) => ({
    url: reader.required('AURA_REPOSITORY_URL'),
    credentials: githubCredentials(reader),
    cacheFolder: reader.optional('AURA_CACHE_DIR'),
  }),
  billing: (reader) => ({
    secretKey: reader.required('STRIPE_SECRET_KEY'),
    apiBase: reader.optional('STRIPE_API_BASE') ?? 'https://api.stripe.com',
    webhookSecrets: splitList(reader.optional('STRIPE_WEBHOOK_SECRET') ?? ''),
  }),
  webhooks: (reader) => ({ secrets: splitList(reader.required('STRIPE_WEBHOOK_SECRET')) }),
  heartbeats: (reader) => ({
    secrets: splitList(reader.optional('AURA_HEARTBEAT_SECRET') ?? ''),
  }),
  hooks: (reader) => ({ secrets: splitList(reader.optional('AURA_GIT_WEBHOOK_SECRET') ?? '') }),
  cloud: (reader) => ({
    token: reader.required('HCLOUD_TOKEN'),
    endpoint: hetznerEndpoint(reader),
  }),
  tailnet: (reader) => ({
    baseUrl: reader.optional('TAILSCALE_BASE_URL') ?? 'https://api.tailscale.com',
    clientId: reader.required('TAILSCALE_OAUTH_CLIENT_ID'),
    clientSecret: reader.required('TAILSCALE_OAUTH_CLIENT_SECRET'),
    tailnet: reader.optional('TAILSCALE_TAILNET') ?? '-',
  }),
  states: stateStore,
  stacks: terraform,
  configurator: hosts,
  forge: (reader) => ({
    credentials: requiredGithubCredentials(reader),
    repository: reader.required('GITHUB_REPOSITORY'),
    apiUrl: githubUrl(reader),
  }),
  forgeClock(reader) {
    const repository = reader.optional('GITHUB_REPOSITORY');
    if (repository === null) return null;
    const credentials = githubCredentials(reader);
    return credentials.kind === 'none'
      ? null
      : { credentials, repository, apiUrl: githubUrl(reader) };
  },
  mail: (reader) => ({
    apiKey: reader.required('RESEND_API_KEY'),
    baseUrl: reader.optional('RESEND_BASE_URL') ?? 'https://api.resend.com',
    from: reader.required('AURA_MAIL_FROM'),
  }),
  customerMail,
  keys: (reader) => ({
    caPrivateKey: asKeyFile(reader.required('AURA_SSH_CA_KEY')),
    heartbeatSecret: splitList(reader.optional('AURA_HEARTBEAT_SECRET') ?? '')[0] ?? null,
  }),
  links: (reader) => ({
    publicUrl: reader.required('AURA_PUBLIC_URL').replace(/\/+$/, ''),
    tokenSecrets: secretsIn(reader.required('AURA_TOKEN_SECRET')),
  }),
  http: (reader) => ({
    siteOrigins: splitList(reader.optional('AURA_SITE_ORIGIN') ?? ''),
    trustedProxies: splitList(reader.optional('AURA_TRUSTED_PROXIES') ?? ''),
  }),
  platform: (reader) => ({ tokens: platformTokensIn(reader.required('AURA_PLATFORM_TOKENS')) }),
  endpoints: webhookEndpoints,
  deadman: (reader) => ({ url: reader.optional('AURA_DEADMAN_URL') }),
  reconcile: (reader) => ({
    workflow: reader.optional('AURA_RECONCILE_WORKFLOW') ?? 'reconcile.yml',
  }),
  alarms: (reader) => ({
    mailTo: reader.optional('AURA_ALARM_MAIL_TO'),
    webhookUrl: reader.optional('AURA_ALARM_WEBHOOK_URL'),
    chatUrl: reader.optional('AURA_ALARM_CHAT_URL'),
  }),
};

const ofCustomerMail = [
  'RESEND_API_KEY',
  'AURA_MAIL_FROM',
  'AURA_PUBLIC_URL',
  'AURA_TOKEN_SECRET',
] as const;

function customerMail(reader: VariableReader): Config['customerMail'] {
  const lacks = ofCustomerMail.filter((name) => reader.optional(name) === null);
  if (lacks.length > 0) return { kind: 'unset', lacks };
  return { kind: 'set', mail: parts.mail(reader), links: parts.links(reader) };
}

/** Without the CA's key as well: a plan does not connect to a host. */
function hosts(reader: VariableReader): Config['configurator'] {
  const caKey = reader.optional('AURA_SSH_CA_KEY');
  const sources = reader.optional('AURA_HOST_SOURCES');
  return {
    url: reader.optional('AURA_CONFIGURATOR_URL'),
    caPrivateKey: caKey === null ? null : asKeyFile(caKey),
    ownCaKeys: caKey === null ? [] : [publicKeyOf(caKey)],
    loginServer: reader.optional('TAILSCALE_LOGIN_SERVER'),
    sources: sources === null ? null : sourcesIn(sources),
  };
}

function hetznerEndpoint(reader: VariableReader): string {
  return reader.optional('HCLOUD_ENDPOINT') ?? 'https://api.hetzner.cloud/v1';
}

function terraform(reader: VariableReader): Config['stacks'] {
  const { region, endpoint } = stateStore(reader);
  return {
    variables: {
      HCLOUD_TOKEN: reader.required('HCLOUD_TOKEN'),
      HCLOUD_ENDPOINT: hetznerEndpoint(reader),
      AWS_REGION: region,
      AWS_ENDPOINT_URL_S3: endpoint,
    },
  };
}
