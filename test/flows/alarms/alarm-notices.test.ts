/** Notices of alarms: once a day, once when over, bounded, by each way, over several processes. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, beforeEach, test } from 'node:test';
import { createWebhook } from '../../../reconciler/adapters/webhook.ts';
import { type AlarmKind, alarmKinds } from '../../../reconciler/core/agent/alarm-kinds.ts';
import type { Silence } from '../../../reconciler/core/agent/silences.ts';
import type { Alarm } from '../../../reconciler/core/alarms/alarm.ts';
import { processJudgedAfter } from '../../../reconciler/core/alarms/service-alarms.ts';
import { withSilences } from '../../../reconciler/core/alarms/silenced.ts';
import { type NoticeResult, notify } from '../../../reconciler/flows/alarms/alarm-notices.ts';
import { newMemory } from '../../../reconciler/flows/alarms/receipts.ts';
import { runbooks } from '../../../reconciler/flows/alarms/runbooks.ts';
import type { Webhook } from '../../../reconciler/ports/webhook.ts';
import { at, idNo } from '../../builders/world.ts';
import { createFakeWorld, type FakeWorld } from '../../fakes/world.ts';

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
const noticesPerHourMax = 20;
const minutes = (count: number) => count * 60_000;
const judged: ReadonlySet<AlarmKind> = new Set(alarmKinds);

type Part = {
  readonly alarms?: readonly Alarm[];
  readonly silences?: readonly Silence[];
  readonly ways?: readonly ('mail' | 'webhook' | 'chat')[];
  readonly judged?: ReadonlySet<AlarmKind>;
  readonly fleet?: string;
  readonly to?: Webhook;
};

/** A reading of alarms by one process, at the world's time. */
async function read(world: FakeWorld, part: Part = {}, memory = newMemory()) {
  const ways = part.ways ?? ['mail', 'webhook'];
  const nowMs = world.time.now();
  return notify(
    {
      archive: world.ports.archive,
      mail: ways.includes('mail') ? { port: world.ports.mail, to: 'ops@example.com' } : null,
      webhook: ways.includes('webhook') ? (part.to ?? webhook) : null,
      chat: ways.includes('chat') ? webhook : null,
    },
    {
      fleet: part.fleet ?? 'aura',
      nowMs,
      alarms: withSilences(part.alarms ?? [alarm], part.silences ?? [], nowMs),
      judged: part.judged ?? judged,
      ownKinds: processJudgedAfter,
    },
    memory,
  );
}
const outcomes = (sent: readonly NoticeResult[]) =>
  sent.map(({ by, state, outcome }) => `${by} ${state === 'over' ? 'over ' : ''}${outcome}`);

test('each is sent once a day while it lasts, by mail and by webhook', async () => {
  const world = createFakeWorld();
  assert.deepEqual(outcomes(await read(world)), ['mail sent', 'webhook sent']);
  // One more agent on the same day: the condition that lasts is the same alarm.
  const more = { ...alarm, agents: [idNo(1), idNo(2)] };
  assert.deepEqual(outcomes(await read(world, { alarms: [more] })), [
    'mail before',
    'webhook before',
  ]);
  assert.deepEqual([world.mails.length, posted.length], [1, 1]);
  world.advance(minutes(24 * 60));
  assert.deepEqual(outcomes(await read(world)), ['mail sent', 'webhook sent']);
  assert.deepEqual([world.mails.length, posted.length], [2, 2]);
  world.advance(minutes(24 * 60));
  await read(world);
  const days = [...world.bucket.objects.keys()].map((key) => key.split('/')[2]);
  assert.equal(new Set(days).size, 2, 'receipts of earlier days go once there is a later one');
  assert.deepEqual(
    world.calls.filter((call) => call.startsWith('state.')),
    [],
  );
});

test('an alarm of a later time is another alarm', async () => {
  const world = createFakeWorld();
  await read(world);
  world.advance(minutes(5));
  const later = { ...alarm, since: at(-20) };
  assert.deepEqual(outcomes(await read(world, { alarms: [later] })), ['mail sent', 'webhook sent']);
});

test('an alarm that is over is sent once more, and one that comes again is new', async () => {
  const world = createFakeWorld();
  await read(world);
  world.advance(minutes(5));
  const silent = new Set(alarmKinds.filter((kind) => kind !== alarm.kind));
  assert.deepEqual(await read(world, { alarms: [], judged: silent }), [], 'it may still last');
  assert.deepEqual(outcomes(await read(world, { alarms: [] })), [
    'mail over sent',
    'webhook over sent',
  ]);
  assert.deepEqual(await read(world, { alarms: [] }), []);
  assert.match(world.mails[1]?.subject ?? '', /^\[aura aura\] over: EntitledWithoutServer$/);
  assert.deepEqual([posted[1]?.['state'], posted[1]?.['agents']], ['over', []]);
  world.advance(minutes(5));
  assert.deepEqual(outcomes(await read(world)), ['mail sent', 'webhook sent'], 'it came again');
  assert.deepEqual(outcomes(await read(world)), ['mail before', 'webhook before']);
  assert.deepEqual([world.mails.length, posted.length], [3, 3]);
  // Over on a later day.
  world.advance(minutes(24 * 60));
  assert.equal((await read(world, { alarms: [] })).length, 2);
  assert.deepEqual(await read(world, { alarms: [] }), []);
});

test('whether an alarm of a service lasts, only that service can tell', async () => {
  const world = createFakeWorld();
  const stalled: Alarm = { ...alarm, kind: 'IntakeStalled', agents: [] };
  const own = newMemory();
  await read(world, { alarms: [stalled] }, own);
  assert.deepEqual(await read(world, { alarms: [] }), [], 'another process');
  assert.deepEqual(outcomes(await read(world, { alarms: [] }, own)), [
    'mail over sent',
    'webhook over sent',
  ]);
});

test('a credential of another process is not ended by one that does not hold it', async () => {
  const world = createFakeWorld();
  const ends = { ...alarm, kind: 'CredentialExpires' as const, scope: 'GITHUB_TOKEN', agents: [] };
  await read(world, { alarms: [ends] });
  assert.deepEqual(await read(world, { alarms: [] }), []);
});

test('a service that ended leaves its alarm to the next one, once that could judge', async () => {
  const world = createFakeWorld();
  const stalled: Alarm = { ...alarm, kind: 'IntakeStalled', agents: [] };
  const [lasts, none] = [{ alarms: [stalled] }, { alarms: [] }];
  const [first, replica] = [newMemory(), newMemory()];
  await read(world, lasts, first);
  // As long as the first one finds it, another one ends nothing.
  for (let look = 0; look < 15; look += 1) {
    world.advance(minutes(5));
    await read(world, lasts, first);
    assert.deepEqual(await read(world, none, replica), []);
  }
  // The first one is restarted. What ran before it cannot know more than what runs now.
  const fresh = newMemory();
  for (let look = 0; look < 12; look += 1) {
    world.advance(minutes(5));
    assert.deepEqual(await read(world, none, fresh), [], `too early: look ${look}`);
  }
  world.advance(minutes(5));
  assert.deepEqual(outcomes(await read(world, none, fresh)), [
    'mail over sent',
    'webhook over sent',
  ]);
  for (const memory of [fresh, replica]) assert.deepEqual(await read(world, none, memory), []);
  // It comes again, is another alarm, and is not ended by what was seen before.
  world.advance(minutes(5));
  assert.deepEqual(outcomes(await read(world, lasts, fresh)), ['mail sent', 'webhook sent']);
  world.advance(minutes(5));
  assert.deepEqual(await read(world, none, replica), []);
});

test('a service that finds the same after a restart goes on with the alarm', async () => {
  const world = createFakeWorld();
  const lasts = { alarms: [{ ...alarm, kind: 'IntakeStalled' as const, agents: [] }] };
  await read(world, lasts);
  const fresh = newMemory();
  for (let look = 0; look < 20; look += 1) {
    world.advance(minutes(5));
    assert.deepEqual(outcomes(await read(world, lasts, fresh)), ['mail before', 'webhook before']);
  }
  await read(world, lasts, fresh);
  world.advance(minutes(5));
  assert.deepEqual(await read(world, { alarms: [] }, fresh), [], 'another one may find it still');
  world.advance(minutes(15));
  assert.equal((await read(world, { alarms: [] }, fresh)).length, 2);
});

test('a silenced alarm is not sent until the silence ends, and then as a new one', async () => {
  const world = createFakeWorld();
  await read(world);
  const silence: Silence = { alarm: alarm.kind, reason: 'known', since: at(-10), until: at(60) };
  const silences = [silence];
  world.advance(minutes(10));
  assert.deepEqual(outcomes(await read(world, { silences })), [
    'mail silenced',
    'webhook silenced',
  ]);
  world.advance(minutes(55));
  assert.deepEqual(outcomes(await read(world, { silences })), ['mail sent', 'webhook sent']);
  assert.deepEqual(outcomes(await read(world, { silences })), ['mail before', 'webhook before']);
});

test('a silence of one agent leaves the others in the notice', async () => {
  const world = createFakeWorld();
  const [one, two] = [idNo(1), idNo(2)];
  const silence: Silence = {
    ...{ alarm: alarm.kind, agent: one, reason: 'known' },
    ...{ since: at(-10), until: at(60) },
  };
  const part = { alarms: [{ ...alarm, agents: [one, two] }], silences: [silence] };
  await read(world, part);
  assert.match(world.mails[0]?.text ?? '', new RegExp(`\\n${two}\\n1 of them silenced\\.`));
  assert.deepEqual(posted[0]?.['silencedAgents'], [one]);
  const whole = await read(world, { silences: [silence] });
  assert.deepEqual(outcomes(whole), ['mail silenced', 'webhook silenced'], 'it is the only agent');
});

test('an hour has a most of notices for each way; pages are sent first', async () => {
  const world = createFakeWorld();
  const breakers = Array.from({ length: noticesPerHourMax + 3 }, (_, n): Alarm => {
    return { ...alarm, kind: 'BreakerOpen', severity: 'look', scope: `Outage/${n}` };
  });
  const part = { alarms: [...breakers, alarm], ways: ['webhook'] as const };
  const first = await read(world, part);
  const count = (sent: readonly NoticeResult[], outcome: string) =>
    sent.filter((one) => one.outcome === outcome).length;
  assert.equal(first[0]?.alarm, alarm.kind);
  assert.deepEqual([count(first, 'sent'), count(first, 'deferred')], [noticesPerHourMax, 4]);
  world.advance(minutes(30));
  assert.equal(count(await read(world, part), 'sent'), 0);
  world.advance(minutes(31));
  const later = await read(world, part);
  assert.deepEqual([count(later, 'sent'), count(later, 'before')], [4, noticesPerHourMax]);
});

test('a chat gets one text, in which nothing mentions a person or a channel', async (t) => {
  const world = createFakeWorld();
  const odd = { ...alarm, message: 'failed: <!channel> & <https://evil.example|here> *now*' };
  await read(world, { alarms: [odd], ways: ['chat'] });
  await read(world, { alarms: [], ways: ['chat'] });
  t.assert.snapshot(posted);
});

test('a notice that could not be sent is sent the next time, and the others are sent now', async () => {
  const world = createFakeWorld();
  status = 500;
  const first = await read(world);
  assert.deepEqual(outcomes(first), ['mail sent', 'webhook failed']);
  assert.equal(first[1]?.why, 'the webhook answers 500');
  status = 200;
  assert.deepEqual(outcomes(await read(world)), ['mail before', 'webhook sent']);
  const unreachable = createWebhook('http://127.0.0.1:9/hook?key=canary');
  const nowhere = await read(world, { fleet: 'other', to: unreachable });
  assert.doesNotMatch(JSON.stringify(nowhere), /canary/, 'the address is a secret');
});

test('a failed write of the receipt sends a second notice; the mail is sent once', async () => {
  const world = createFakeWorld();
  world.fault({ kind: 'fail', port: 'archive', method: 'put', times: 2 });
  await read(world);
  assert.deepEqual(outcomes(await read(world)), ['mail sent', 'webhook sent']);
  assert.deepEqual([world.mails.length, posted.length], [1, 2]);
});

test('a process whose credentials only read the bucket sends each notice once, too', async () => {
  const world = createFakeWorld();
  world.fault({ kind: 'fail', port: 'archive', method: 'put', times: 99 });
  const own = newMemory();
  await read(world, {}, own);
  assert.deepEqual(outcomes(await read(world, {}, own)), ['mail before', 'webhook before']);
  world.advance(minutes(24 * 60));
  await read(world, {}, own);
  assert.deepEqual([world.mails.length, posted.length], [2, 2]);
  await read(world, { alarms: [] }, own);
  await read(world, { alarms: [] }, own);
  assert.deepEqual([world.mails.length, posted.length], [3, 3]);
});

test('a notice names the problem, its agent, its time and the action', async (t) => {
  const world = createFakeWorld();
  await read(world);
  t.assert.snapshot({ mail: world.mails[0], webhook: posted[0] });
});

test('nothing is sent by a way that is not configured', async () => {
  const world = createFakeWorld();
  assert.deepEqual(await read(world, { ways: [] }), []);
  assert.deepEqual(outcomes(await read(world, { ways: ['webhook'] })), ['webhook sent']);
});

test('each kind has its page among the runbooks', () => {
  for (const kind of alarmKinds) {
    const page = new URL(`../../../docs/runbooks/${runbooks[kind]}`, import.meta.url);
    assert.ok(existsSync(page), page.pathname);
  }
});
