import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startApi } from '../../local-cloud/api-server.ts';
import { createWorldClock } from '../../local-cloud/clock.ts';
import { createFaults } from '../../local-cloud/faults.ts';
import { createLedger } from '../../local-cloud/ledger.ts';
import { createMail } from '../../local-cloud/mail.ts';
import { createRandomness } from '../../local-cloud/randomness.ts';

const clock = createWorldClock({ startMs: Date.parse('2026-11-22T05:00:00Z'), rate: 0 });
const mail = createMail({ clock, randomness: createRandomness(1), apiKey: 're_test' });
const api = await startApi(mail, { clock, ledger: createLedger(), faults: createFaults() });
after(() => api.close());

const hello = {
  from: 'Aura <aura@example.com>',
  to: 'a@example.com',
  subject: 'Hi',
  text: 'Hello',
};
const send = (body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${api.url}/emails`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', authorization: 'Bearer re_test', ...headers },
  });

test('a mail is kept, once for an idempotency key', async () => {
  const first = await send(hello, { 'idempotency-key': 'k1' });
  assert.equal(first.status, 200);
  assert.deepEqual(
    await (await send(hello, { 'idempotency-key': 'k1' })).json(),
    await first.json(),
  );
  const other = { ...hello, subject: 'Other' };
  assert.equal((await send(other, { 'idempotency-key': 'k1' })).status, 409);
  assert.deepEqual(
    mail.mails().map(({ id: _, ...rest }) => rest),
    [{ ...hello, to: ['a@example.com'], html: null, at: '2026-11-22T05:00:00.000Z' }],
  );
});

test('without a key, with a wrong one, or half a mail: refused, and nothing is kept', async () => {
  const before = mail.mails().length;
  const bare = await fetch(`${api.url}/emails`, { method: 'POST' });
  assert.equal(bare.status, 401);
  assert.deepEqual(await bare.json(), {
    statusCode: 401,
    name: 'missing_api_key',
    message: 'missing API key',
  });
  assert.equal((await send(hello, { authorization: 'Bearer re_no' })).status, 403);
  assert.equal((await send({ from: hello.from, to: hello.to })).status, 400);
  assert.equal(mail.mails().length, before);
});
