/** An answer of Stripe's that comes a byte at a time ends with the exchange's limit. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import Stripe from 'stripe';
import { failureOf } from '../../../reconciler/adapters/stripe/answer.ts';
import { createLimitedClient } from '../../../reconciler/adapters/stripe/limited-client.ts';

const account = { id: 'acct_1', object: 'account' };

async function ask(answer: (response: ServerResponse) => void) {
  const server = createServer((_request, response) => answer(response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stripe = new Stripe('sk_test_x', {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    protocol: 'http',
    maxNetworkRetries: 0,
    telemetry: false,
    httpClient: createLimitedClient(300),
  });
  try {
    return await stripe.accounts.retrieveCurrent();
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test('one that ends in time is returned completely', async () => {
  const answer = await ask((response) => response.end(JSON.stringify(account)));
  assert.equal(answer.id, account.id);
});

test('one whose body arrives a byte at a time is no answer', async () => {
  const dripping = ask((response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write('{');
    const drip = setInterval(() => response.write(' '), 5);
    response.once('close', () => clearInterval(drip));
  });
  await assert.rejects(dripping, (thrown) => failureOf(thrown).reason === 'NetworkUnreachable');
});

test('one that never begins, though its connection is alive, is none either', async () => {
  const dripping = ask((response) => {
    response.writeProcessing();
    const drip = setInterval(() => response.writeProcessing(), 5);
    response.once('close', () => clearInterval(drip));
  });
  await assert.rejects(dripping, (thrown) => failureOf(thrown).reason === 'NetworkUnreachable');
});
