import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AgentRecord, Condition } from '../../../reconciler/core/fleet/recorded.ts';
import { eventOf, stateIn, stateOf } from '../../../reconciler/core/webhooks/agent-event.ts';
import { validate } from '../../../schemas/validate.ts';
import { at, recordNo } from '../../builders/world.ts';

const condition = (part: Partial<Condition> = {}): Condition => ({
  type: 'Deferred',
  status: 'True',
  reason: 'CreatesPerHour',
  message: 'the hour has no more creates',
  since: at(-10),
  ...part,
});
const queued = recordNo(1, { phase: 'queued', phaseSince: at(-10), conditions: [condition()] });
const running = recordNo(1, { phase: 'running', phaseSince: at(0) });
const seenAt = at(1);

test('an event, as it is sent', () => {
  const event = eventOf(running, stateOf(queued), seenAt) ?? assert.fail();
  assert.equal(event.id, 'evt_bdcd7e66ad4d51245770b3cd396c6e95');
  assert.deepEqual(JSON.parse(event.body), {
    type: 'agent.changed',
    timestamp: '2026-11-22T12:01:00.000Z',
    data: {
      agent: 'agt-1pxzbgktaxz6',
      subscription: 'sub_Test1',
      customer: 'cus_Test1',
      current: { phase: 'running', since: '2026-11-22T12:00:00.000Z', conditions: [] },
      previous: {
        phase: 'queued',
        since: '2026-11-22T11:50:00.000Z',
        conditions: [
          {
            type: 'Deferred',
            status: 'True',
            reason: 'CreatesPerHour',
            since: '2026-11-22T11:50:00.000Z',
          },
        ],
      },
    },
  });
  assert.ok(validate('webhook-event', JSON.parse(event.body)).ok);
  assert.deepEqual(stateIn(event), stateOf(running));
});

test('what is reported: phase, and status and reason of a condition', () => {
  const changed = (part: Partial<AgentRecord>) =>
    eventOf({ ...queued, ...part }, stateOf(queued), seenAt) !== null;
  assert.deepEqual(
    [
      changed({}),
      changed({ phase: 'creating' }),
      changed({ conditions: [] }),
      changed({ conditions: [condition({ status: 'False' })] }),
      changed({ conditions: [condition({ reason: 'CreatesPerRun' })] }),
      changed({ conditions: [condition(), condition({ type: 'Attention' })] }),
      changed({ conditions: [condition({ message: 'another', since: at(5) })] }),
      changed({ phaseSince: at(5) }),
      changed({ everRunning: false, attempts: [] }),
    ],
    [false, true, true, true, true, true, false, false, false],
  );
  assert.notEqual(eventOf(queued, null, seenAt), null, 'an agent that is new');
});

test('the order of conditions is no change', () => {
  const two = [condition(), condition({ type: 'Attention' })];
  const before = stateOf({ ...queued, conditions: two });
  assert.equal(eventOf({ ...queued, conditions: two.toReversed() }, before, seenAt), null);
});

test('the id is that of the change, whenever it is seen', () => {
  const idAt = (time: string) => eventOf(running, stateOf(queued), time)?.id;
  assert.equal(idAt(at(1)), idAt(at(99)));
  const again = { ...running, phaseSince: at(60) };
  assert.notEqual(eventOf(again, stateOf(queued), at(1))?.id, idAt(at(1)));
});

test('the largest event fits', () => {
  const many = Array.from({ length: 40 }, (_, n) =>
    condition({
      type: `T${'x'.repeat(39)}${String.fromCharCode(65 + (n % 26))}`,
      reason: `R${'y'.repeat(60)}`,
      since: '2026-11-22T12:00:00.000+00:00',
    }),
  );
  const others = many.map((one) => ({ ...one, status: 'Unknown' as const }));
  const before = stateOf({ ...queued, conditions: many });
  const event = eventOf({ ...queued, conditions: others }, before, seenAt);
  assert.ok((event?.body.length ?? 0) <= 20_000, String(event?.body.length));
});
