/** The service reads alarms periodically and sends each once, however often it reads them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Alarm } from '../../../reconciler/core/alarms/alarm.ts';
import { type NoticeResult, notify } from '../../../reconciler/flows/alarms/alarm-notices.ts';
import type { Telling } from '../../../reconciler/flows/alarms/alarm-watch.ts';
import { createAlarmWatch } from '../../../reconciler/flows/alarms/alarm-watch.ts';
import { newMemory } from '../../../reconciler/flows/alarms/receipts.ts';
import { askFor, bringUp } from '../../fakes/agents.ts';
import { pause } from '../../fakes/halts.ts';
import { createFakeLog, type LogLine } from '../../fakes/log.ts';
import { createFakeWorld, type FakeWorld } from '../../fakes/world.ts';

/** The loop over a clock that a test moves: each reading ends a wait of five minutes. */
async function watched(
  world: FakeWorld,
  looks: number,
  raisedHere: () => Promise<readonly Alarm[]> = async () => [],
) {
  const sent: NoticeResult[] = [];
  const memory = newMemory();
  const lines: LogLine[] = [];
  let left = looks;
  const clock = {
    now: () => world.time.now(),
    async wait(ms: number) {
      world.advance(ms);
      if (left === 0) watch.end();
      left -= 1;
    },
  };
  const telling: Pick<Telling, 'tell'> = {
    async tell(heard) {
      const mail = { port: world.ports.mail, to: 'ops@example.com' };
      const ports = { archive: world.ports.archive, mail, webhook: null, chat: null };
      const done = await notify(ports, heard, memory);
      sent.push(...done);
      return done;
    },
  };
  const ports = { ...world.ports, clock, log: createFakeLog(lines) };
  const watch = createAlarmWatch(ports, 'reconcile.yml', { ...telling, own: raisedHere });
  await watch.run();
  return { sent, lines };
}

test('nothing is sent while there is no alarm', async () => {
  const world = createFakeWorld();
  bringUp(world, 1);
  world.forge.successes.set('reconcile.yml', new Date(world.time.now() + 3_600_000).toISOString());
  const { sent } = await watched(world, 6);
  assert.deepEqual([sent, world.mails], [[], []]);
});

test('an alarm that lasts is sent once a day: missing runs, waiting agents', async () => {
  const world = createFakeWorld();
  askFor(world, 1);
  world.forge.successes.set('reconcile.yml', new Date(world.time.now()).toISOString());
  const { sent } = await watched(world, 40);
  const fresh = sent.filter(({ outcome }) => outcome === 'sent').map(({ alarm }) => alarm);
  assert.deepEqual(fresh.sort(), ['EntitledWithoutServer', 'NoSuccessfulRun']);
  assert.equal(world.mails.length, 2);
});

test('a reading that fails is logged, and the next one sends the alarms', async () => {
  const world = createFakeWorld();
  askFor(world, 1);
  world.forge.successes.set('reconcile.yml', new Date(world.time.now() + 3_600_000).toISOString());
  const fault = world.fault({ port: 'state', method: 'fetch', kind: 'fail', times: 3 });
  const { lines } = await watched(world, 8);
  assert.equal(fault.fired, 3);
  const failed = lines.filter(({ message }) => message === 'alarms could not be computed');
  assert.equal(failed.length, 3);
  assert.equal(world.mails.length, 1);
});

for (const [what, happens] of [
  ['a stop', (world: FakeWorld) => world.git.halt('a fire')],
  [
    'a stop that cannot be read',
    (world: FakeWorld) => world.fault({ port: 'state', method: 'stop', kind: 'fail', times: 99 }),
  ],
  ['a pause', (world: FakeWorld) => pause(world)],
] as const) {
  test(`${what} suppresses no alarm`, async () => {
    const world = createFakeWorld();
    askFor(world, 1);
    world.forge.successes.set(
      'reconcile.yml',
      new Date(world.time.now() + 3_600_000).toISOString(),
    );
    happens(world);
    await watched(world, 8);
    assert.equal(world.mails.length, 1);
  });
}

test('B7: a failed reading of the fleet hides no alarm of the process itself', async () => {
  const world = createFakeWorld();
  askFor(world, 1);
  await world.ports.state.fetch('main');
  world.git.rewind('main', 1);
  const stalled: Alarm = {
    kind: 'IntakeStalled',
    severity: 'page',
    scope: '',
    agents: [],
    since: new Date(world.time.now()).toISOString(),
    message: 'no event of Stripe’s has been handled for 5 min: BranchRewritten',
  };
  const { sent } = await watched(world, 2, async () => [stalled]);
  const fresh = sent.filter(({ outcome }) => outcome === 'sent').map(({ alarm }) => alarm);
  assert.deepEqual(fresh, ['IntakeStalled']);
  assert.match(world.mails[0]?.text ?? '', /no event of Stripe’s.*\n.*\n.*intake-stalled\.md/);
});
