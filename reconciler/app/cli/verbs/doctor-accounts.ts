/**
 * Checks of the doctor for accounts: a key of the tailnet is made and revoked, Stripe's webhook
 * endpoint, the prices that are shown, and credentials that expire.
 */
import { tokenExpiry } from '../../../adapters/github/token-expiry.ts';
import {
  type Endpoint,
  pinnedVersion,
  webhookEndpoints,
} from '../../../adapters/stripe/endpoints.ts';
import { parseAgentId } from '../../../core/agent/agent.ts';
import type { Catalog } from '../../../core/agent/catalog.ts';
import { Failure, isFailure } from '../../../core/failure.ts';
import { deviceTag, runTag } from '../../../core/fleet/observed.ts';
import { plansWithPrice } from '../../../core/money/shown-prices.ts';
import { dayMs, timeMs } from '../../../core/text/time.ts';
import { usedTypes } from '../../../flows/intake/events.ts';
import { readPriceDifferences } from '../../../flows/money/read-prices.ts';
import type { Ports } from '../../../ports/ports.ts';
import { type Environment, readConfig } from '../../config.ts';
import { Amiss, type Check, type Found, Unknown } from './amiss.ts';
import { configured, type Known, policedOf, withOpened } from './doctor-known.ts';

export function accountChecks(env: Environment, known: Known): readonly Check[] {
  return [
    {
      name: 'Tailscale key',
      look: () =>
        withOpened(env, ['tailnet'], ({ tailnet }) =>
          keysOf(tailnet, policedOf(known).policy.fleet),
        ),
    },
    { name: 'Stripe webhook', look: () => webhook(env) },
    {
      name: 'prices',
      look: () =>
        withOpened(env, ['billing'], ({ billing }) => pricesOf(billing, policedOf(known).catalog)),
    },
    { name: 'expiry', look: () => expiry(env) },
  ];
}

/** Names no agent; long enough for the revocation. */
const unusedId = 'agt-000000000000';
const keySeconds = 60;

async function keysOf(tailnet: Ports['tailnet'], fleet: string): Promise<string> {
  const agent = parseAgentId(unusedId);
  if (agent === null) throw new Failure('Bug', 'no id');
  const [own, ci] = [deviceTag(fleet), runTag(fleet)];
  try {
    const forAgent = await tailnet.createKey({ fleet, agent, seconds: keySeconds });
    await tailnet.revokeKey(forAgent.id);
    const forRun = await tailnet.createRunKey({ fleet, seconds: keySeconds });
    await tailnet.revokeKey(forRun.id);
  } catch (thrown) {
    if (!isFailure(thrown, 'Forbidden') && !isFailure(thrown, 'InvalidInput')) throw thrown;
    const todo =
      `Give the OAuth client the scope auth_keys and the tags ${own} and ${ci}, which need owners ` +
      'in the policy: https://login.tailscale.com/admin/settings/oauth.';
    throw new Amiss(thrown.reason, `no key can be made: ${thrown.message}`, todo);
  }
  return `keys with ${own} and ${ci} were made and revoked`;
}

async function webhook(env: Environment): Promise<Found> {
  const { billing, links } = await configured(() => readConfig(env, ['billing', 'links']));
  const url = `${links.publicUrl}/webhooks/stripe`;
  const endpoints = await webhookEndpoints(billing).catch((thrown: unknown) => {
    if (!isFailure(thrown, 'Forbidden')) throw thrown;
    const todo = 'Allow the restricted key to read Webhook Endpoints, for this check.';
    throw new Unknown('the key may not read the webhook endpoints', todo);
  });
  const [own] = endpoints.filter((one) => one.url === url);
  const flags = [...usedTypes].map((type) => `-d "enabled_events[]=${type}"`).join(' ');
  const create = `stripe webhook_endpoints create -d url=${url} -d api_version=${pinnedVersion} ${flags}`;
  if (own === undefined)
    throw new Amiss('NotFound', `no webhook endpoint sends events to ${url}`, create);
  return judgedEndpoint(own, create);
}

function judgedEndpoint({ id, url, enabled, events, apiVersion }: Endpoint, create: string): Found {
  if (!enabled) {
    const todo = `stripe webhook_endpoints update ${id} -d disabled=false`;
    throw new Amiss('MisconfiguredAccount', `the webhook endpoint of ${url} is disabled`, todo);
  }
  const missing = [...usedTypes].filter((type) => !events.includes('*') && !events.includes(type));
  if (missing.length > 0) {
    const flags = [...new Set([...events, ...usedTypes])].map(
      (type) => `-d "enabled_events[]=${type}"`,
    );
    const todo = `stripe webhook_endpoints update ${id} ${flags.join(' ')}`;
    throw new Amiss('MisconfiguredAccount', `it does not send ${missing.join(', ')}`, todo);
  }
  if (apiVersion === pinnedVersion) return `${url} gets every event, in version ${apiVersion}`;
  const said = `${url} gets every event, in ${apiVersion ?? "the account's default version"}`;
  return {
    message: `${said}; Aura reads ${pinnedVersion}`,
    todo: `A version cannot be changed: make another endpoint, then delete ${id}. ${create}`,
  };
}

async function pricesOf(billing: Ports['billing'], catalog: Catalog): Promise<string> {
  const stated = plansWithPrice(catalog).length;
  if (stated === 0) return 'catalog.yaml states none, and your site shows its own';
  const differing = await readPriceDifferences(billing, catalog).catch((thrown: unknown) => {
    if (!isFailure(thrown, 'Forbidden')) throw thrown;
    throw new Unknown('the key may not read prices', 'Allow the restricted key to read Prices.');
  });
  if (differing.length === 0) return `${stated} of catalog.yaml are those that Stripe charges`;
  const message = differing.map((one) => one.message).join('; ');
  throw new Amiss('MisconfiguredAccount', message, 'Correct `price` in catalog.yaml.');
}

const warnDays = 30;

async function expiry(env: Environment): Promise<Found> {
  const { forge } = await configured(() => readConfig(env, ['forge']));
  if (forge.credentials.kind !== 'token')
    return 'no credential has an end that its service tells: the App renews its tokens itself';
  const { token } = forge.credentials;
  const { at, nowMs } = await tokenExpiry({ token, apiUrl: forge.apiUrl });
  if (at === null) return 'GITHUB_TOKEN does not expire; other credentials tell no end';
  const days = Math.floor((timeMs(at) - nowMs) / dayMs);
  const said = `GITHUB_TOKEN expires in ${days} days, at ${at}`;
  if (days >= warnDays) return said;
  const todo = 'Make a new one at https://github.com/settings/personal-access-tokens.';
  throw new Amiss('Unauthorized', said, todo);
}
