/** The endpoints of outgoing webhooks, each with its secrets: several while one is replaced. */
import { isIP } from 'node:net';
import { namedIn } from './endpoint-formats.ts';
import type { VariableReader } from './variables.ts';

export type WebhookEndpoints = {
  readonly list: readonly {
    readonly name: string;
    readonly url: string;
    readonly secrets: readonly string[];
  }[];
  /** whether they may be on this machine, and then without TLS */
  readonly loopback: boolean;
};

export function webhookEndpoints(reader: VariableReader): WebhookEndpoints {
  const urls = namedIn(reader.optional('AURA_WEBHOOKS') ?? '');
  const secrets = namedIn(reader.optional('AURA_WEBHOOK_SECRETS') ?? '');
  const loopback = reader.optional('AURA_WEBHOOKS_LOOPBACK') === 'allow';
  const secretsOf = (name: string) =>
    secrets.filter((one) => one.name === name).map(({ value }) => value);
  if (!urls.every(({ value }) => isAllowed(new URL(value), loopback)))
    reader.refuse('AURA_WEBHOOKS', 'must contain https URLs only');
  const isWrong = reader.isWrong('AURA_WEBHOOKS') || reader.isWrong('AURA_WEBHOOK_SECRETS');
  if (!isWrong && !urls.every(({ name }) => secretsOf(name).length > 0))
    reader.refuse('AURA_WEBHOOK_SECRETS', 'must contain a secret for each name of AURA_WEBHOOKS');
  if (!isWrong && !secrets.every(({ name }) => urls.some((one) => one.name === name)))
    reader.refuse('AURA_WEBHOOK_SECRETS', 'must contain only names that are in AURA_WEBHOOKS');
  const list = urls.map(({ name, value }) => ({ name, url: value, secrets: secretsOf(name) }));
  return { list, loopback };
}

/** Without TLS only to this machine, if it is allowed. */
function isAllowed({ protocol, hostname }: URL, loopback: boolean): boolean {
  const isLocal = hostname === '[::1]' || (isIP(hostname) === 4 && hostname.startsWith('127.'));
  return protocol === 'https:' || (loopback && isLocal);
}
