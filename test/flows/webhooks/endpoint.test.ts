import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { agentPath } from '../../../reconciler/core/agent/agent.ts';
import type { Condition } from '../../../reconciler/core/fleet/recorded.ts';
import type { Cursor } from '../../../reconciler/core/webhooks/cursor.ts';
import { idNo } from '../../builders/world.ts';
import { createFakeWorld, type FakeProcess, type FakeWorld } from '../../fakes/world.ts';
import {
  accepted,
  become,
  createPlatform,
  endpointOf,
  key,
  oneTo,
  type Platform,
  refused,
} from './stage.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
let world: FakeWorld;
let platform: Platform;
let process: FakeProcess;
let endpoint: ReturnType<typeof endpointOf>;

function cursor(): Cursor {
  return JSON.parse(world.bucket.objects.get(key)?.content.toString() ?? 'null');
}

/** A look every few seconds, as the watch has it. */
async function pass(ms: number, stepMs = 5000): Promise<void> {
  for (let left = ms; left > 0; left -= stepMs) {
    world.advance(Math.min(stepMs, left));
    await endpoint.look();
  }
}

beforeEach(async () => {
  world = createFakeWorld();
  platform = createPlatform();
  process = world.spawn('service');
  endpoint = endpointOf(process, platform, 'one');
  become(world, [1, 2, 3], 'creating');
  await endpoint.look();
});

const degraded: Condition = {
  type: 'Ready',
  status: 'False',
  reason: 'UnitDown',
  message: 'the unit of Pat Person is down: whsec_CANARY',
  since: '2026-11-22T12:00:00Z',
};

describe('an endpoint', () => {
  it('that is new gets only what changes from then on', async () => {
    assert.equal(platform.got.length, 0);
    assert.equal(cursor().commit, world.git.tip('status')?.id);
    become(world, [2], 'running');
    await endpoint.look();
    assert.deepEqual(platform.phases(2), ['running']);
    assert.equal(platform.got.length, 1);
    const { event } = platform.got[0] ?? assert.fail();
    assert.equal(event.data.previous?.phase, 'creating');
    assert.deepEqual(cursor().lease, null);
  });

  it('gets a change of a condition, without its message', async () => {
    become(world, [1], 'creating', [degraded]);
    await endpoint.look();
    const { event } = platform.got[0] ?? assert.fail();
    const { message: _, ...shown } = degraded;
    assert.deepEqual(event.data.current.conditions, [shown]);
    assert.doesNotMatch(JSON.stringify([platform.got, cursor()]), /CANARY|Person/);
    become(world, [1], 'creating', [
      { ...degraded, message: 'other', since: '2026-11-22T12:01:00Z' },
    ]);
    await endpoint.look();
    assert.equal(platform.got.length, 1, 'a message is no change');
    become(world, [1], 'creating');
    await endpoint.look();
    assert.deepEqual(platform.got[1]?.event.data.current.conditions, []);
  });

  it('of what is not reported nothing is sent, and nothing is written', async () => {
    const before = world.bucket.objects.get(key)?.content;
    world.calls.length = 0;
    become(world, [1, 2, 3], 'creating');
    world.git.add('status', { subject: 'fleet', edits: { 'fleet.yaml': 'x' } });
    await pass(minuteMs);
    assert.deepEqual(platform.got, []);
    assert.equal(world.bucket.objects.get(key)?.content, before);
    assert.deepEqual(world.calls, []);
  });

  it('one agent that is refused delays no other, and its own events stay in order', async () => {
    platform.answer = (agent) => (agent === idNo(1) ? { ...refused, isDown: false } : accepted);
    for (const phase of ['configuring', 'joining', 'running'] as const) {
      become(world, [1, 2], phase);
      await pass(5000);
    }
    assert.deepEqual(platform.phases(2), ['configuring', 'joining', 'running']);
    assert.deepEqual(new Set(platform.phases(1)), new Set(['configuring']));
    assert.equal(cursor().waiting.length, 1);
    platform.answer = () => accepted;
    await pass(2 * minuteMs);
    // What came meanwhile is one change.
    assert.deepEqual([...new Set(platform.phases(1))], ['configuring', 'running']);
    const last = platform.got.findLast(({ agent }) => agent === idNo(1));
    assert.equal(last?.event.data.previous?.phase, 'configuring');
    assert.deepEqual(cursor(), { ...cursor(), waiting: [], sweep: null, lease: null });
  });

  it('a change that a comparison has passed while an earlier one waited is not lost', async () => {
    const numbers = oneTo(250);
    const [first = 0] = [...numbers].sort((a, b) =>
      agentPath(idNo(a)) < agentPath(idNo(b)) ? -1 : 1,
    );
    platform.answer = (agent) => (agent === idNo(first) ? refused : accepted);
    become(world, [first], 'configuring');
    await endpoint.look();
    world.advance(minuteMs);
    platform.answer = () => accepted;
    become(world, numbers, 'running');
    await pass(minuteMs);
    assert.deepEqual(new Set(platform.phases(first)), new Set(['configuring', 'running']));
    assert.ok(numbers.every((n) => platform.known.get(idNo(n))?.phase === 'running'));
  });

  it('each try is the same request, for a day, with growing pauses', async () => {
    const times: number[] = [];
    platform.answer = () => {
      times.push(world.time.now());
      return { ...refused, isDown: false };
    };
    become(world, [1], 'running');
    await pass(25 * hourMs, minuteMs);
    assert.equal(new Set(platform.got.map((one) => JSON.stringify(one))).size, 1);
    const pauses = times.slice(1).map((ms, n) => Math.round((ms - (times[n] ?? 0)) / minuteMs));
    assert.deepEqual(pauses, [1, 1, 5, 15, 60, 120, 240, 240, 240, 240, 240, 38]);
    assert.ok((times.at(-1) ?? 0) - (times[0] ?? 0) >= 24 * hourMs);
    assert.deepEqual(cursor().waiting, []);
    assert.ok(world.logs.some(({ message }) => message === 'an event is given up'));
    // The next change is sent.
    platform.answer = () => accepted;
    become(world, [1], 'stopped');
    await endpoint.look();
    assert.equal(platform.known.get(idNo(1))?.phase, 'stopped');
  });

  it('that was down gets everything soon after it is up again', async () => {
    platform.answer = () => refused;
    become(world, oneTo(300), 'running');
    await pass(3 * hourMs, minuteMs);
    assert.equal(cursor().waiting.length, 100);
    assert.equal(platform.ids.size, 0);
    const tries = platform.got.length;
    assert.ok(tries < 100 * 9, `${tries} tries`);
    platform.answer = () => accepted;
    await pass(2 * hourMs, minuteMs);
    assert.equal(platform.known.size, 300);
    assert.deepEqual(cursor().waiting, []);
  });

  it('that answers 410 gets nothing more until a restart', async () => {
    platform.answer = () => ({ kind: 'gone' });
    become(world, oneTo(50), 'running');
    await endpoint.look();
    const count = platform.got.length;
    assert.ok(count <= 10, String(count));
    await pass(hourMs, minuteMs);
    assert.equal(platform.got.length, count);
    assert.equal(endpoint.trouble()?.gone, true);
    assert.equal(world.logs.filter(({ message }) => /answers 410/.test(message)).length, 1);
    platform.answer = () => accepted;
    await endpointOf(process, platform, 'restarted').look();
    assert.equal(platform.known.size, 50);
  });

  it('that refuses an event is in trouble until it accepts it', async () => {
    assert.equal(endpoint.trouble(), null);
    platform.answer = (agent) => (agent === idNo(1) ? refused : accepted);
    become(world, [1, 2], 'running');
    await endpoint.look();
    const sinceMs = world.time.now();
    await pass(hourMs, minuteMs);
    const trouble = { endpoint: 'shop', sinceMs, agents: [idNo(1)], gone: false };
    assert.deepEqual(endpoint.trouble(), trouble);
    const other = endpointOf(process, platform, 'other');
    await other.look();
    assert.deepEqual(other.trouble(), trouble, 'a restart knows it');
    platform.answer = () => accepted;
    await pass(hourMs, minuteMs);
    assert.equal(endpoint.trouble(), null);
  });

  it('waits as long as it asks for, and no longer than an hour', async () => {
    platform.answer = () => ({ ...refused, retryAfterMs: 99 * hourMs });
    become(world, [1], 'running');
    await endpoint.look();
    const [waiting] = cursor().waiting;
    assert.equal(waiting?.dueMs, world.time.now() + hourMs);
  });

  it('after 10,000 changes at once batches stay bounded, and the cursor small', async () => {
    let most = 0;
    let size = 0;
    platform.answer = () => {
      size = Math.max(size, world.bucket.objects.get(key)?.content.length ?? 0);
      most += 1;
      return accepted;
    };
    become(world, oneTo(10_000), 'updating');
    await endpoint.look();
    assert.equal(most, 10_000);
    assert.equal(platform.known.size, 10_000);
    assert.ok(size < 1000, `${size} bytes`);
  });

  it('that is slow gets each event once: none is begun that the lease could end in', async () => {
    platform.hold = async () => {
      const leaseMs = cursor().lease?.untilMs ?? 0;
      assert.ok(leaseMs - world.time.now() >= 10_000, 'a request ends before the lease');
      world.advance(1000);
    };
    become(world, oneTo(120), 'running');
    await endpoint.look();
    assert.deepEqual([platform.got.length, platform.known.size], [120, 120]);
  });

  it('whose cursor cannot be compared any more begins at the tip, and says so', async () => {
    const lost = { ...cursor(), commit: 'f'.repeat(40) };
    world.bucket.objects.set(key, { content: Buffer.from(JSON.stringify(lost)), modifiedMs: 0 });
    become(world, [1], 'running');
    await endpointOf(process, platform, 'two').look();
    assert.equal(platform.got.length, 0);
    assert.equal(cursor().commit, world.git.tip('status')?.id);
    assert.ok(world.logs.some(({ message }) => /are lost/.test(message)));
  });

  it('whose cursor is unreadable gets nothing, and nothing is overwritten', async () => {
    world.bucket.objects.set(key, { content: Buffer.from('{'), modifiedMs: 0 });
    become(world, [1], 'running');
    await assert.rejects(() => endpointOf(process, platform, 'two').look(), /cannot be read/);
    assert.equal(world.bucket.objects.get(key)?.content.toString(), '{');
  });
});
