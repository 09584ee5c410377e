import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { type RunningApi, startApi } from '../../../local-cloud/api-server.ts';
import { createWorldClock } from '../../../local-cloud/clock.ts';
import { createFaults } from '../../../local-cloud/faults.ts';
import { createLedger } from '../../../local-cloud/ledger.ts';
import { createMail as createCatcher, type MailPart } from '../../../local-cloud/mail.ts';
import { createRandomness } from '../../../local-cloud/randomness.ts';
import { createMail } from '../../../reconciler/adapters/mail/mail.ts';
import { Failure, type FailureReason } from '../../../reconciler/core/failure.ts';

const clock = createWorldClock({ startMs: Date.parse('2026-11-22T05:00:00Z'), rate: 1 });
const faults = createFaults();
const ledger = createLedger();
const sendingKey = 're_sends_only';
let catcher: MailPart;
let api: RunningApi;

async function start(perSecond: number): Promise<void> {
  const keys = { apiKey: 're_right', sendingKey };
  catcher = createCatcher({ clock, randomness: createRandomness(1), ...keys, perSecond });
  api = await startApi(catcher, { clock, ledger, faults });
}
before(() => start(1000));
beforeEach(() => ledger.clear());
after(async () => {
  await api.close();
  clock.close();
});

const letter = {
  to: 'someone@example.com',
  subject: 'Your agent',
  text: 'It runs.',
  idempotencyKey: 'agt-1/1/running',
};
const waits: number[] = [];
const waiting = {
  async wait(ms: number) {
    waits.push(ms);
  },
};
const mailer = ({ apiKey = 're_right', from = 'Aura <aura@example.com>' } = {}) =>
  createMail({ apiKey, baseUrl: `${api.url}/`, from, clock: waiting });
const is = (reason: FailureReason) => (thrown: unknown) =>
  thrown instanceof Failure && thrown.reason === reason;

test('a mail is sent once under one key, even when its answer was lost', async () => {
  faults.add({ api: 'mail', kind: 'timeoutAfter', ms: 0 });
  await assert.rejects(mailer().send(letter), is('NetworkUnreachable'));
  await mailer().send(letter);
  await mailer().send({ ...letter, text: 'It still runs.', html: '<p>It still runs.</p>' });
  assert.equal(ledger.total('mail'), 3);
  assert.deepEqual(
    catcher.mails().map(({ from, to, subject, text }) => ({ from, to, subject, text })),
    [
      {
        from: 'Aura <aura@example.com>',
        to: ['someone@example.com'],
        subject: 'Your agent',
        text: 'It runs.',
      },
    ],
  );
});

test('an answer that breaks off leaves the outcome open, and the key makes the next try safe', async () => {
  const one = { ...letter, idempotencyKey: 'agt-1/1/failed' };
  const sent = catcher.mails().length;
  for (const kind of ['truncate', 'cut'] as const) {
    faults.add({ api: 'mail', kind });
    await assert.rejects(mailer().send(one), is('NetworkUnreachable'));
  }
  await mailer().send(one);
  assert.equal(catcher.mails().length, sent + 1);
});

test('refusals are distinguished, and none quotes the key or the recipient', async () => {
  const quiet = (reason: FailureReason) => (thrown: unknown) =>
    is(reason)(thrown) && !/re_wrong|someone|other@/.test(String(thrown));
  await assert.rejects(mailer({ apiKey: 're_wrong' }).send(letter), quiet('Unauthorized'));
  const elsewhere = mailer({ from: 'aura@other.example' });
  await assert.rejects(elsewhere.send(letter), quiet('Forbidden'));
  const odd = 'someone@example.com\r\nBcc: other@example.com';
  await assert.rejects(mailer().send({ ...letter, to: odd }), quiet('InvalidInput'));
  for (const [status, reason] of [
    [500, 'ProviderOutage'],
    [422, 'InvalidInput'],
    [404, 'InvalidInput'],
  ] as const) {
    faults.add({ api: 'mail', kind: 'status', status, message: 'someone@example.com is odd' });
    await assert.rejects(mailer().send(letter), quiet(reason));
  }
});

test('past the limit it waits as asked, and gives up after three tries', async () => {
  waits.length = 0;
  faults.add({ api: 'mail', kind: 'status', status: 429, times: 2 });
  await mailer().send({ ...letter, idempotencyKey: 'agt-1/1/limited' });
  assert.deepEqual(waits, [1000, 1000]);
  faults.add({ api: 'mail', kind: 'status', status: 429, times: 3 });
  await assert.rejects(mailer().send(letter), is('RateLimited'));
  assert.equal(waits.length, 4);
});

test('the domain of the sender, but not for a key that may only send', async () => {
  const domain = 'example.com';
  assert.deepEqual(await mailer().sender(), { domain, state: 'verified' });
  const elsewhere = mailer({ from: 'aura@other.example' });
  assert.deepEqual(await elsewhere.sender(), { domain: 'other.example', state: 'absent' });
  const restricted = mailer({ apiKey: sendingKey });
  assert.deepEqual(await restricted.sender(), { domain, state: 'unknown' });
  await restricted.send({ ...letter, idempotencyKey: 'agt-1/1/sends' });
  await assert.rejects(mailer({ apiKey: 're_wrong' }).sender(), is('Unauthorized'));
});
