/** The variables of outgoing webhooks. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from '../../reconciler/app/config.ts';
import { Failure } from '../../reconciler/core/failure.ts';

const secretOf = (letter: string) => `whsec_${Buffer.from(letter.repeat(32)).toString('base64')}`;
const read = (env: Readonly<Record<string, string>>) => readConfig(env, ['endpoints']).endpoints;

function problemOf(env: Readonly<Record<string, string>>): string {
  try {
    read(env);
  } catch (thrown) {
    assert.ok(thrown instanceof Failure);
    assert.doesNotMatch(thrown.message, /CANARY|whsec_[A-Za-z0-9]/);
    return thrown.message.split('\n')[1]?.trim() ?? '';
  }
  return 'none';
}

test('endpoints and their secrets, by name', () => {
  assert.deepEqual(read({}), { list: [], loopback: false });
  const urls = 'shop:https://shop.example.com/a?b=c, crm:https://[2606:4700::1]:8443/';
  const secrets = [`shop:${secretOf('n')}`, `crm:${secretOf('c')}`, `shop:${secretOf('o')}`];
  assert.deepEqual(read({ AURA_WEBHOOKS: urls, AURA_WEBHOOK_SECRETS: secrets.join(',') }), {
    list: [
      {
        name: 'shop',
        url: 'https://shop.example.com/a?b=c',
        secrets: [secretOf('n'), secretOf('o')],
      },
      { name: 'crm', url: 'https://[2606:4700::1]:8443/', secrets: [secretOf('c')] },
    ],
    loopback: false,
  });
});

test('what is malformed, or does not fit, is refused without its value', () => {
  const secret = `shop:${secretOf('s')}`;
  const url = 'shop:https://shop.example.com/';
  const refused: readonly [url: string | null, secret: string | null, problem: RegExp][] = [
    ['https://CANARY.example.com/', secret, /^AURA_WEBHOOKS must be a list of name:url/],
    ['shop:CANARY', secret, /^AURA_WEBHOOKS must be a list of name:url/],
    ['shop:ftp://CANARY/', secret, /^AURA_WEBHOOKS must be a list of name:url/],
    ['shop:https://user:CANARY@example.com/', secret, /^AURA_WEBHOOKS must be a list/],
    [`${url},shop:https://CANARY/`, secret, /^AURA_WEBHOOKS must not contain a name twice/],
    ['shop:http://CANARY.example.com/', secret, /^AURA_WEBHOOKS must contain https URLs only/],
    ['shop:http://127.0.0.1:8080/', secret, /^AURA_WEBHOOKS must contain https URLs only/],
    [url, null, /^AURA_WEBHOOK_SECRETS must contain a secret for each name/],
    [url, `${secret},crm:${secretOf('c')}`, /^AURA_WEBHOOK_SECRETS must contain only names/],
    [null, secret, /^AURA_WEBHOOK_SECRETS must contain only names/],
    [url, 'shop:CANARY', /^AURA_WEBHOOK_SECRETS must be a list of name:whsec_/],
    [url, 'shop:whsec_Q0FOQVJZ', /^AURA_WEBHOOK_SECRETS must be a list of name:whsec_/],
    [url, secretOf('s'), /^AURA_WEBHOOK_SECRETS must be a list of name:whsec_/],
  ];
  for (const [urls, secrets, problem] of refused) {
    const env = {
      ...(urls === null ? {} : { AURA_WEBHOOKS: urls }),
      ...(secrets === null ? {} : { AURA_WEBHOOK_SECRETS: secrets }),
    };
    assert.match(problemOf(env), problem, `${urls} ${secrets}`);
  }
});

test('this machine is allowed by its own variable, without TLS there only', () => {
  const secrets = { AURA_WEBHOOK_SECRETS: `shop:${secretOf('s')}` };
  const local = { ...secrets, AURA_WEBHOOKS_LOOPBACK: 'allow' };
  for (const host of ['127.0.0.1:80', '[::1]:80', '127.1'])
    assert.equal(read({ ...local, AURA_WEBHOOKS: `shop:http://${host}/` }).loopback, true, host);
  for (const host of ['10.0.0.1', 'localhost', 'shop.example.com', '127.0.0.1.example.com'])
    assert.match(problemOf({ ...local, AURA_WEBHOOKS: `shop:http://${host}/` }), /https/, host);
  const other = { ...secrets, AURA_WEBHOOKS_LOOPBACK: 'yes', AURA_WEBHOOKS: 'shop:https://a.b/' };
  assert.match(problemOf(other), /^AURA_WEBHOOKS_LOOPBACK must be allow or refuse/);
});
