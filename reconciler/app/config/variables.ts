/**
 * The environment variables of this program: the purpose of each, which are secrets, and the format
 * of a value (formats.ts). No message contains a value: it may be a secret in the wrong variable.
 */
import { readFileSync } from 'node:fs';
import { endpointSecrets, endpointUrls } from './endpoint-formats.ts';
import {
  addressBlocks,
  eachAtLeast32,
  matches,
  oneWord,
  opensshKey,
  origins,
  type Problem,
  sources,
  url,
  urlWithUser,
  webhookSecrets,
} from './formats.ts';
import { platformTokens } from './platform-tokens.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

type Variable = {
  /** What it is, for the operator who sets it. */
  readonly what: string;
  /** A secret may also be in a file that `NAME_FILE` names. */
  readonly secret: boolean;
  readonly problem: Problem;
};

export const variables = {
  HCLOUD_TOKEN: secret(
    'API token of the Hetzner project',
    matches(/^[A-Za-z0-9]{64}$/, 'must have exactly 64 letters and digits'),
  ),
  HCLOUD_ENDPOINT: plain("URL of Hetzner's API", url),
  TAILSCALE_OAUTH_CLIENT_ID: plain('id of the Tailscale OAuth client', oneWord),
  TAILSCALE_OAUTH_CLIENT_SECRET: secret('secret of the Tailscale OAuth client', oneWord),
  TAILSCALE_TAILNET: plain("name of the tailnet, or - for the OAuth client's own", oneWord),
  TAILSCALE_BASE_URL: plain("URL of Tailscale's API", url),
  TAILSCALE_LOGIN_SERVER: plain('URL of the control server that hosts log in to', url),
  STRIPE_SECRET_KEY: secret(
    'secret or restricted key of the Stripe account',
    matches(/^(sk|rk)_[A-Za-z0-9_]+$/, 'must begin with sk_ or rk_'),
  ),
  STRIPE_WEBHOOK_SECRET: secret(
    'signing secrets of the Stripe webhook endpoint, separated by commas',
    webhookSecrets,
  ),
  AURA_GIT_WEBHOOK_SECRET: secret(
    "secrets of the agents repository's webhook, separated by commas",
    eachAtLeast32,
  ),
  AURA_HEARTBEAT_SECRET: secret(
    'secrets from which the keys of hosts are derived, separated by commas',
    eachAtLeast32,
  ),
  STRIPE_API_BASE: plain("URL of Stripe's API", url),
  GITHUB_TOKEN: secret('token that may push to the agents repository', oneWord),
  GITHUB_APP_ID: plain('id of the GitHub App', matches(/^[0-9]+$/, 'must be a number')),
  GITHUB_APP_PRIVATE_KEY: secret(
    'private key of the GitHub App',
    matches(/^-----BEGIN [A-Z ]*PRIVATE KEY-----/, 'must be a private key in PEM'),
  ),
  GITHUB_API_URL: plain("URL of GitHub's API", url),
  GITHUB_REPOSITORY: plain(
    'the agents repository, as owner/name',
    matches(/^[A-Za-z0-9_.-]+\/[A-Za-z0-9_.-]+$/, 'must be owner/name'),
  ),
  AWS_ACCESS_KEY_ID: secret('access key of the state bucket, unless AWS_ROLE_ARN is set', oneWord),
  AWS_SECRET_ACCESS_KEY: secret('secret key of the state bucket', oneWord),
  AWS_SESSION_TOKEN: secret('session token that belongs to temporary keys', oneWord),
  AWS_ROLE_ARN: plain(
    'role that may use the state bucket, for which an ID token is exchanged',
    matches(/^arn:[a-z-]+:iam::[0-9]{0,12}:role\/[\w+=,.@/-]+$/, 'must be the ARN of a role'),
  ),
  AWS_ROLE_SESSION_NAME: plain(
    "name of the role's session in logs",
    matches(/^[\w+=,.@-]{2,64}$/, 'must have 2 to 64 letters, digits or +=,.@-_'),
  ),
  AWS_WEB_IDENTITY_TOKEN_FILE: plain('file with an ID token that is kept fresh', () => null),
  AWS_ENDPOINT_URL_STS: plain('URL of the STS service that gives temporary keys', url),
  ACTIONS_ID_TOKEN_REQUEST_URL: plain("URL at which a job asks for GitHub's ID tokens", url),
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: secret("token of a job for GitHub's ID tokens", oneWord),
  AWS_REGION: plain(
    'region of the state bucket',
    matches(/^[a-z0-9-]+$/, 'must be the name of a region, such as eu-central-1'),
  ),
  AWS_ENDPOINT_URL_S3: plain('URL of the S3 service that has the state bucket', url),
  RESEND_API_KEY: secret('API key of Resend', oneWord),
  RESEND_BASE_URL: plain("URL of Resend's API", url),
  // A secret, because it may contain a user and a password.
  AURA_REPOSITORY_URL: secret('clone URL of the agents repository', urlWithUser),
  AURA_CACHE_DIR: plain('folder in which the mirror of the repository is kept', () => null),
  AURA_STATE_BUCKET: plain(
    "bucket of Terraform's states",
    matches(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be the name of a bucket'),
  ),
  AURA_PUBLIC_URL: plain('address at which customers reach `aura serve`', url),
  AURA_TOKEN_SECRET: secret('secrets that sign status links, separated by commas', eachAtLeast32),
  AURA_SITE_ORIGIN: plain(
    "origins of the product's site, whose pages may read a customer's agent, separated by commas",
    origins,
  ),
  AURA_TRUSTED_PROXIES: plain(
    "addresses of proxies whose report of a client's address counts, separated by commas",
    addressBlocks,
  ),
  AURA_PLATFORM_TOKENS: secret(
    'tokens of the platform, as name:scope:token separated by commas',
    platformTokens,
  ),
  // A URL may contain a secret.
  AURA_WEBHOOKS: secret('endpoints of outgoing webhooks, as name:url', endpointUrls),
  AURA_WEBHOOK_SECRETS: secret('their secrets, as name:whsec_…', endpointSecrets),
  AURA_WEBHOOKS_LOOPBACK: plain(
    'whether outgoing webhooks may go to this machine',
    matches(/^(allow|refuse)$/, 'must be allow or refuse'),
  ),
  AURA_MAIL_FROM: plain(
    'sender of mails, such as Aura <aura@example.com>',
    matches(/^([^<>@\r\n]*<[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)$/, 'must hold one address'),
  ),
  AURA_SSH_CA_KEY: secret("private key of the SSH user CA, in OpenSSH's format", opensshKey),
  AURA_CONFIGURATOR_URL: plain('URL of the HTTP API that configures hosts', url),
  AURA_HOST_SOURCES: plain('where hosts get their software, as JSON: {"node": "vendor"}', sources),
  AURA_RECONCILE_WORKFLOW: plain(
    'file name of the workflow that reconciles, such as reconcile.yml',
    matches(/^[A-Za-z0-9._-]+\.ya?ml$/, 'must be the name of a file that ends in .yml'),
  ),
  AURA_ALARM_MAIL_TO: plain(
    'address that alarms are mailed to',
    matches(/^[^<>@\s,]+@[^<>@\s,]+$/, 'must be one address'),
  ),
  // It allows to post to the channel behind it.
  AURA_ALARM_WEBHOOK_URL: secret('URL that alarms are posted to as JSON', urlWithUser),
  AURA_ALARM_CHAT_URL: secret("URL of a chat's incoming webhook, such as Slack's", urlWithUser),
  AURA_DEADMAN_URL: plain('URL that is called after each run that succeeded', url),
} as const satisfies Record<string, Variable>;

type VariableName = keyof typeof variables;

export type VariableReader = {
  /** Empty if there is a problem, which is noted. */
  required(name: VariableName): string;
  optional(name: VariableName): string | null;
  /** Whether its value has a problem that is noted. */
  isWrong(name: VariableName): boolean;
  /** Notes a problem of a value that does not fit the others; `why` follows the name. */
  refuse(name: VariableName, why: string): void;
  /** Sorted, each once. */
  problems(): readonly string[];
};

/** Reads variables by name and collects their problems. */
export function createVariableReader(env: Environment): VariableReader {
  const problems = new Set<string>();
  const broken = new Set<VariableName>();
  const complain = (name: VariableName, problem: string) => {
    problems.add(problem);
    broken.add(name);
    return null;
  };
  const optional = (name: VariableName): string | null => {
    const variable: Variable = variables[name];
    const { value, problem } = variable.secret ? secretValue(env, name) : plainValue(env, name);
    if (problem !== null) return complain(name, problem);
    const malformed = value === null ? null : variable.problem(value);
    return malformed === null ? value : complain(name, `${name} ${malformed} (${variable.what})`);
  };
  return {
    optional,
    isWrong: (name) => broken.has(name),
    required(name) {
      const value = optional(name);
      if (value === null && !broken.has(name)) {
        const variable: Variable = variables[name];
        const orFile = variable.secret ? `, nor is ${name}_FILE` : '';
        complain(name, `${name} is not set${orFile} (${variable.what})`);
      }
      return value ?? '';
    },
    refuse(name, why) {
      complain(name, `${name} ${why}`);
    },
    problems: () => [...problems].sort(),
  };
}

type Found = { readonly value: string | null; readonly problem: string | null };

/** Workflows pass a secret that is not set as an empty variable, which counts as not set. */
function plainValue(env: Environment, name: string): Found {
  const value = env[name]?.trim() ?? '';
  return { value: value === '' ? null : value, problem: null };
}

function secretValue(env: Environment, name: string): Found {
  const [direct, file] = [plainValue(env, name), plainValue(env, `${name}_FILE`).value];
  if (file === null) return direct;
  const wrong = (problem: string): Found => ({ value: null, problem });
  if (direct.value !== null)
    return wrong(`${name} and ${name}_FILE are both set: remove one of them`);
  try {
    const value = readFileSync(file, 'utf8').trim();
    if (value === '') return wrong(`${name}_FILE names a file that is empty`);
    return { value, problem: null };
  } catch {
    return wrong(`${name}_FILE names a file that cannot be read`);
  }
}

function secret(what: string, problem: Problem) {
  return { what, secret: true, problem } as const;
}

function plain(what: string, problem: Problem) {
  return { what, secret: false, problem } as const;
}
