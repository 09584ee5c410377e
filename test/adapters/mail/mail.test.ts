import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type RunningApi, startApi } from '../../../local-cloud/api-server.ts';
import { createWorldClock } from '../../../local-cloud/clock.ts';
import { createFaults } from '../../../local-cloud/faults.ts';
import { createLedger } from '../../../local-cloud/ledger.ts';
import { createMail as createCatcher } from '../../../local-cloud/mail.ts';
import { createRandomness } from '../../../local-cloud/randomness.ts';
import { createMail } from '../../../reconciler/adapters/mail/mail.ts';
import { Failure, type FailureReason } from '../../../reconciler/core/failure.ts';

const clock = createWorldClock({ startMs: Date.parse('2026-11-22T05:00:00Z'), rate: 1 });
const catcher = createCatcher({ clock, randomness: createRandomness(1), apiKey: 're_right' });
const faults = createFaults();
let api: RunningApi;
before(async () => {
  api = await startApi(catcher, { clock, ledger: createLedger(), faults });
});
after(async () => {
  await api.close();
  clock.close();
});

const letter = {
  to: 'someone@example.com',
  subject: 'Your agent',
  text: 'It runs.',
  idempotencyKey: 'agt-1/1/ready',
};
const mailer = (apiKey = 're_right') =>
  createMail({ apiKey, baseUrl: `${api.url}/`, from: 'Aura <aura@example.com>' });
const is = (reason: FailureReason) => (thrown: unknown) =>
  thrown instanceof Failure && thrown.reason === reason;

test('a mail is sent once under one key, even when its answer was lost', async () => {
  faults.add({ api: 'mail', kind: 'timeoutAfter', ms: 0 });
  await assert.rejects(mailer().send(letter), is('NetworkUnreachable'));
  await mailer().send(letter);
  await mailer().send({ ...letter, text: 'It still runs.' });
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

test('a wrong key, an outage and a limit are distinguished, without the key', async () => {
  await assert.rejects(mailer('re_wrong').send(letter), (thrown) => {
    return is('Forbidden')(thrown) && !String(thrown).includes('re_wrong');
  });
  for (const [status, reason] of [
    [500, 'ProviderOutage'],
    [429, 'RateLimited'],
    [422, 'InvalidInput'],
  ] as const) {
    faults.add({ api: 'mail', kind: 'status', status });
    await assert.rejects(mailer().send(letter), is(reason));
  }
});
