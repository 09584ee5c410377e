import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, beforeEach, test } from 'node:test';
import { createWebhook } from '../../../reconciler/adapters/webhook.ts';
import { type Alarm, alarmKinds } from '../../../reconciler/core/status/alarm.ts';
import { type Notices, notify, runbooks } from '../../../reconciler/flows/alarms/alarm-notices.ts';
import type { Webhook } from '../../../reconciler/ports/webhook.ts';
import { at, idNo, nowMs } from '../../builders/world.ts';
import { createFakeWorld } from '../../fakes/world.ts';

const posted: Record<string, unknown>[] = [];
let status = 200;
const receiver = createServer(async (request, response) => {
  posted.push(JSON.parse(await text(request)));
  response.writeHead(status).end();
});
let webhook: Webhook;
before(async () => {
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const { port } = receiver.address() as AddressInfo;
  webhook = createWebhook(`http://127.0.0.1:${port}/hook?key=canary`);
});
beforeEach(() => {
  posted.length = 0;
  status = 200;
});
after(() => receiver.close());

const alarm: Alarm = {
  kind: 'EntitledWithoutServer',
  severity: 'page',
  scope: '',
  agents: [idNo(1)],
  since: at(-30),
  message: '1 agent paid for, and without a running server for 15 minutes or more',
};
const notices = (part: Partial<Notices> = {}): Notices => ({
  fleet: 'aura',
  nowMs,
  alarms: [alarm],
  mailTo: 'ops@example.com',
  ...part,
});
const outcomes = (sent: Awaited<ReturnType<typeof notify>>) =>
  sent.map(({ by, outcome }) => `${by} ${outcome}`);

test('each is sent once a day while it lasts, by mail and by webhook', async () => {
  const world = createFakeWorld();
  const { archive, mail } = world.ports;
  assert.deepEqual(outcomes(await notify({ archive, mail, webhook }, notices())), [
    'mail sent',
    'webhook sent',
  ]);
  // One more agent on the same day: the condition that lasts is the same alarm.
  const more = { ...alarm, agents: [idNo(1), idNo(2)] };
  const again = await notify({ archive, mail, webhook }, notices({ alarms: [more] }));
  assert.deepEqual(outcomes(again), ['mail before', 'webhook before']);
  assert.deepEqual([world.mails.length, posted.length], [1, 1]);
  const tomorrow = notices({ nowMs: nowMs + 86_400_000 });
  assert.deepEqual(outcomes(await notify({ archive, mail, webhook }, tomorrow)), [
    'mail sent',
    'webhook sent',
  ]);
  assert.deepEqual([world.mails.length, posted.length], [2, 2]);
  const days = [...world.bucket.objects.keys()].map((key) => key.split('/')[2]);
  assert.deepEqual(new Set(days), new Set(['2026-11-23']), 'receipts of yesterday go');
  assert.deepEqual(
    world.calls.filter((call) => call.startsWith('state.')),
    [],
  );
});

test('an alarm of a later time is another alarm', async () => {
  const { archive, mail } = createFakeWorld().ports;
  await notify({ archive, mail, webhook }, notices());
  const later = notices({ alarms: [{ ...alarm, since: at(-20) }] });
  assert.deepEqual(outcomes(await notify({ archive, mail, webhook }, later)), [
    'mail sent',
    'webhook sent',
  ]);
});

test('a notice that could not be sent is sent the next time, and the others are sent now', async () => {
  const world = createFakeWorld();
  const { archive, mail } = world.ports;
  status = 500;
  const first = await notify({ archive, mail, webhook }, notices());
  assert.deepEqual(outcomes(first), ['mail sent', 'webhook failed']);
  assert.equal(first[1]?.why, 'the webhook answers 500');
  status = 200;
  assert.deepEqual(outcomes(await notify({ archive, mail, webhook }, notices())), [
    'mail before',
    'webhook sent',
  ]);
  const unreachable = createWebhook('http://127.0.0.1:9/hook?key=canary');
  const nowhere = await notify(
    { archive, mail, webhook: unreachable },
    notices({ fleet: 'other' }),
  );
  assert.doesNotMatch(JSON.stringify(nowhere), /canary/, 'the address is a secret');
});

test('a failed write of the mark sends a second notice; the mail is sent once', async () => {
  const world = createFakeWorld();
  const { archive, mail } = world.ports;
  world.fault({ kind: 'fail', port: 'archive', method: 'put', times: 2 });
  await notify({ archive, mail, webhook }, notices());
  assert.deepEqual(outcomes(await notify({ archive, mail, webhook }, notices())), [
    'mail sent',
    'webhook sent',
  ]);
  assert.deepEqual([world.mails.length, posted.length], [1, 2]);
});

test('a process whose credentials only read the bucket sends each notice once, too', async () => {
  const world = createFakeWorld();
  const { archive, mail } = world.ports;
  world.fault({ kind: 'fail', port: 'archive', method: 'put', times: 99 });
  const own = new Set<string>();
  const send = (part: Partial<Notices> = {}) =>
    notify({ archive, mail, webhook }, notices(part), own);
  await send();
  assert.deepEqual(outcomes(await send()), ['mail before', 'webhook before']);
  await send({ nowMs: nowMs + 24 * 3_600_000 });
  assert.deepEqual([world.mails.length, posted.length, own.size], [2, 2, 2]);
});

test('a notice names the problem, its agent, its time and the action', async (t) => {
  const world = createFakeWorld();
  const { archive, mail } = world.ports;
  await notify({ archive, mail, webhook }, notices());
  t.assert.snapshot({ mail: world.mails[0], webhook: posted[0] });
});

test('nothing is sent by a channel that is not configured', async () => {
  const { archive, mail } = createFakeWorld().ports;
  const sent = await notify({ archive, mail: null, webhook: null }, notices());
  assert.deepEqual(sent, []);
  assert.deepEqual(outcomes(await notify({ archive, mail, webhook }, notices({ mailTo: null }))), [
    'webhook sent',
  ]);
});

test('each kind has its page among the runbooks', () => {
  for (const kind of alarmKinds) {
    const page = new URL(`../../../docs/runbooks/${runbooks[kind]}`, import.meta.url);
    assert.ok(existsSync(page), page.pathname);
  }
});
