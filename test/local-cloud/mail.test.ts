import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Resend } from 'resend';
import { startApi } from '../../local-cloud/api-server.ts';
import { createWorldClock } from '../../local-cloud/clock.ts';
import { createFaults } from '../../local-cloud/faults.ts';
import { createLedger } from '../../local-cloud/ledger.ts';
import { createMail } from '../../local-cloud/mail.ts';
import { createRandomness } from '../../local-cloud/randomness.ts';
import { until } from '../support/until.ts';

const clock = createWorldClock({ startMs: Date.parse('2026-11-22T05:00:00Z'), rate: 0 });
const context = { clock, ledger: createLedger(), faults: createFaults() };
const catcher = (perSecond?: number) =>
  createMail({
    clock,
    randomness: createRandomness(1),
    apiKey: 're_test',
    ...(perSecond === undefined ? {} : { perSecond }),
  });
const mail = catcher(1000);
const api = await startApi(mail, context);
const limited = await startApi(catcher(), context);
after(async () => {
  await api.close();
  await limited.close();
});

const hello = {
  from: 'Aura <aura@example.com>',
  to: 'a@example.com',
  subject: 'Hi',
  text: 'Hello',
};
/** Resend's own client. */
const client = (apiKey = 're_test', baseUrl = api.url) => new Resend(apiKey, { baseUrl });
const refusal = async (
  answer: Promise<{ error: { statusCode: number | null; name: string } | null }>,
) => {
  const { error } = await answer;
  return error === null ? null : [error.statusCode, error.name];
};

test('a mail is kept, once for an idempotency key, until the key is a day old', async () => {
  const key = { idempotencyKey: 'k1' };
  const first = await client().emails.send(hello, key);
  assert.equal(first.error, null);
  assert.deepEqual((await client().emails.send(hello, key)).data, first.data);
  const other = { ...hello, subject: 'Other' };
  assert.deepEqual(await refusal(client().emails.send(other, key)), [
    409,
    'invalid_idempotent_request',
  ]);
  assert.deepEqual(
    mail.mails().map(({ id: _, ...rest }) => rest),
    [{ ...hello, to: ['a@example.com'], html: null, at: '2026-11-22T05:00:00.000Z' }],
  );
  clock.advance(24 * 3600);
  assert.notDeepEqual((await client().emails.send(hello, key)).data, first.data);
  assert.equal(mail.mails().length, 2);
});

test('the same key while the first request is in progress: refused', async () => {
  const before = mail.mails().length;
  context.faults.add({ api: 'mail', kind: 'delay', handledFirst: true, ms: 60_000 });
  const leaves = new AbortController();
  const options = { idempotencyKey: 'k2', signal: leaves.signal };
  const first = client().emails.send(hello, options);
  await until('the first mail is kept', () => mail.mails().length > before);
  const second = client().emails.send(hello, { idempotencyKey: 'k2' });
  assert.deepEqual(await refusal(second), [409, 'concurrent_idempotent_requests']);
  leaves.abort();
  assert.equal((await first).error?.statusCode, null);
  assert.equal(mail.mails().length, before + 1);
});

test('without a key, with a wrong one, a strange sender, or half a mail: refused', async () => {
  const before = mail.mails().length;
  const bare = await fetch(`${api.url}/emails`, { method: 'POST' });
  assert.equal(bare.status, 401);
  assert.deepEqual(await bare.json(), {
    statusCode: 401,
    name: 'missing_api_key',
    message: 'Missing API Key',
  });
  const { emails } = client();
  const cases = [
    [client('re_no').emails.send(hello), [401, 'validation_error']],
    [emails.send({ ...hello, from: 'aura@other.example' }), [403, 'validation_error']],
    [emails.send({ ...hello, to: 'no address' }), [422, 'validation_error']],
    [emails.send({ ...hello, to: 'a@example.com, b@example.com' }), [422, 'validation_error']],
    [emails.send({ ...hello, to: 'a@example.com\r\nBcc: b@c.de' }), [422, 'validation_error']],
    [emails.send({ ...hello, subject: '' }), [422, 'missing_required_field']],
    [emails.send(hello, { idempotencyKey: 'k'.repeat(257) }), [400, 'invalid_idempotency_key']],
    [client('re_no').domains.list(), [400, 'validation_error']],
  ] as const;
  for (const [answer, expected] of cases) assert.deepEqual(await refusal(answer), expected);
  assert.equal(mail.mails().length, before);
  const listed = await client().domains.list();
  assert.deepEqual(
    listed.data?.data.map(({ name, status }) => [name, status]),
    [['example.com', 'verified']],
  );
});

test('two requests a second, as the headers say', async () => {
  const { emails } = client('re_test', limited.url);
  const answers = await Promise.all([1, 2, 3].map(() => emails.send(hello)));
  const refused = answers.filter(({ error }) => error !== null);
  assert.deepEqual(
    refused.map(({ error }) => [error?.statusCode, error?.name]),
    [[429, 'rate_limit_exceeded']],
  );
  assert.equal(refused[0]?.headers?.['retry-after'], '1');
  assert.equal(refused[0]?.headers?.['ratelimit-limit'], '2');
  assert.equal(refused[0]?.headers?.['ratelimit-remaining'], '0');
});
