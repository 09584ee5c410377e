/** Replicas of the service that receive heartbeats, with one bucket and a clock that is set. */
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { agentPath } from '../../../reconciler/core/agent/agent.ts';
import type { Heartbeat } from '../../../reconciler/core/heartbeats/heartbeat.ts';
import { createHeartbeats } from '../../../reconciler/flows/heartbeats/heartbeats.ts';
import type { Archive } from '../../../reconciler/ports/archive.ts';
import {
  heartbeatOf,
  heartbeatSecret,
  runningFleet,
  sentHeartbeat,
} from '../../builders/heartbeats.ts';
import { attempt, fileNo, idNo, recordNo } from '../../builders/world.ts';
import { createFakeArchive } from '../../fakes/archive.ts';
import { createBucket } from '../../fakes/bucket.ts';
import { createFakeLog, type LogLine } from '../../fakes/log.ts';
import { createTime } from '../../fakes/time.ts';

const minute = 60_000;
const start = Date.parse('2026-11-30T12:00:00Z');
const id = idNo(1);

describe('heartbeats', () => {
  let time = createTime(start);
  let bucket = createBucket();
  let fleet = runningFleet(3);
  let lines: LogLine[] = [];
  let archive: Archive;
  /** each ends its wait for the next exchange */
  let waiting: (() => void)[] = [];
  let replicas = 0;
  beforeEach(() => {
    [time, bucket, fleet, lines, waiting] = [
      createTime(start),
      createBucket(),
      runningFleet(3),
      [],
      [],
    ];
    archive = createFakeArchive(bucket, time);
  });

  /** One more replica, which has exchanged once. */
  async function replica(secrets: readonly string[] = [heartbeatSecret], its = archive) {
    replicas += 1;
    const name = replicas.toString(16).padStart(16, '0');
    const made = createHeartbeats({
      archive: its,
      secrets,
      fleet: async () => fleet,
      replica: name,
      clock: {
        now: time.now,
        wait: () => new Promise<void>((resolve) => void waiting.push(resolve)),
      },
      log: createFakeLog(lines),
    });
    void made.watch.run();
    await quiet();
    return {
      ...made,
      beat: async (n: number, part: Partial<Heartbeat> = {}) =>
        (await made.receive(sentHeartbeat(idNo(n), time.now(), { beat: heartbeatOf(part) }))).kind,
      state: (n = 1) => made.healthOf(idNo(n), fleet)?.state ?? null,
    };
  }
  const quiet = async () => {
    for (let turns = 0; turns < 50; turns += 1)
      await new Promise((resolve) => setImmediate(resolve));
  };
  /** A minute passes, after which all replicas exchange. */
  async function pass(minutes = 1) {
    for (let n = 0; n < minutes; n += 1) {
      time.advance(minute);
      for (const wake of waiting.splice(0)) {
        wake();
        await quiet();
      }
    }
  }

  test('make an agent healthy, and three that are missing unhealthy', async () => {
    const a = await replica();
    await pass(4);
    assert.equal(await a.beat(1), 'taken');
    assert.deepEqual(a.healthOf(id, fleet), {
      state: 'healthy',
      lastHeartbeat: '2026-11-30T12:04:00Z',
      problem: null,
      rebootPending: false,
    });
    await pass(3);
    assert.equal(a.state(), 'healthy');
    await pass(1);
    assert.deepEqual([a.state(), a.healthOf(id, fleet)?.problem], ['unhealthy', 'NoHeartbeat']);
    await a.beat(1, { tailnet: false });
    assert.deepEqual(
      [a.state(), a.healthOf(id, fleet)?.problem],
      ['unhealthy', 'TailnetUnreachable'],
    );
    await pass();
    await a.beat(1);
    assert.equal(a.state(), 'healthy');
    assert.equal(a.state(2), 'unknown', 'another agent was never heard');
  });

  test('are refused alike, whatever is wrong with them', async () => {
    const a = await replica();
    const refused = async (sent: Parameters<typeof a.receive>[0], why: string) =>
      assert.deepEqual(await a.receive(sent), { kind: 'refused', why });
    const now = time.now();
    await refused(sentHeartbeat(id, now, { secret: 'x'.repeat(32) }), 'signature');
    await refused(sentHeartbeat(id, now, { revision: 2 }), 'signature');
    await refused({ ...sentHeartbeat(idNo(2), now), agent: id }, 'signature');
    await refused({ ...sentHeartbeat(id, now), sentAt: String(now / 1000 + 1) }, 'signature');
    await refused({ ...sentHeartbeat(id, now), body: Buffer.from('{}') }, 'signature');
    await refused(sentHeartbeat(id, now - 61_000), 'time');
    await refused(sentHeartbeat(id, now + 61_000), 'time');
    await refused(sentHeartbeat(idNo(9), now), 'agent');
    assert.equal(a.figures().received.signature, 5);
    assert.equal(a.healthOf(id, fleet)?.lastHeartbeat, null, 'none of them counts');
  });

  test('of a server that is not the agent’s any more are refused', async () => {
    const a = await replica();
    const path = agentPath(id);
    const why = async (revision = 1) => {
      const outcome = await a.receive(sentHeartbeat(id, time.now(), { revision }));
      return outcome.kind === 'refused' ? outcome.why : outcome.kind;
    };
    const record = (part: Parameters<typeof recordNo>[1]) =>
      fleet.records.set(path, { kind: 'valid', id, path, record: recordNo(1, part) });
    assert.equal(await why(), 'taken');
    await pass();
    record({ chosen: { ...recordNo(1).chosen, revision: 2 } as never });
    assert.equal(await why(), 'signature', 'its former server');
    assert.equal(await why(2), 'taken');
    assert.equal(a.healthOf(id, fleet)?.state, 'healthy');
    record({ gone: new Date(start).toISOString() });
    assert.equal(await why(), 'agent');
    record({});
    fleet.files.set(
      path,
      fileNo(1, { retired: { at: '2026-11-30T11:00:00Z', by: 'stripe', reason: 'ended' } }),
    );
    assert.equal(await why(), 'agent');
    fleet.files.delete(path);
    assert.equal(await why(), 'agent');
  });

  test('are expected of agents that run, while no run works on them', async () => {
    const a = await replica();
    await a.beat(1);
    const path = agentPath(id);
    const lease = {
      run: '1',
      runAttempt: 1,
      change: 'resize' as const,
      nonce: 'abcdefghij012345',
      step: 'lease' as const,
      since: '2026-11-30T12:00:00Z',
      until: '2026-11-30T13:00:00Z',
    };
    const server = { ...(recordNo(1).server ?? assert.fail()), power: 'off' as const };
    const parts = [
      { phase: 'stopped' as const },
      { phase: 'retiring' as const },
      { phase: 'updating' as const, server },
      { lease },
    ];
    for (const part of parts) {
      fleet.records.set(path, { kind: 'valid', id, path, record: recordNo(1, part) });
      assert.equal(a.healthOf(id, fleet), null, JSON.stringify(part));
    }
    assert.deepEqual(
      a
        .expected(fleet)
        .map(({ agent }) => agent)
        .sort(),
      [idNo(2), idNo(3)].sort(),
    );
  });

  test('are not expected of an isolated agent, nor missed at once when it is released', async () => {
    const a = await replica();
    await a.beat(1);
    await pass();
    const path = agentPath(id);
    const isolated = { reason: 'abuse report', since: '2026-11-30T12:01:00Z' };
    const recorded = (part: Parameters<typeof recordNo>[1]) =>
      fleet.records.set(path, { kind: 'valid', id, path, record: recordNo(1, part) });
    fleet.files.set(path, fileNo(1, { isolated }));
    assert.equal(a.healthOf(id, fleet), null, 'by its file, before a run has isolated it');
    await pass(30);
    assert.equal(a.uptimeOf(id).percent, 100, 'isolation is no outage');
    const condition = {
      type: 'Isolated',
      status: 'True' as const,
      message: 'x',
      reason: 'Isolated',
    };
    recorded({ conditions: [{ ...condition, since: isolated.since }] });
    fleet.files.set(path, fileNo(1));
    assert.equal(a.healthOf(id, fleet), null, 'until a run has released it');
    const ended = new Date(time.now()).toISOString();
    recorded({ attempts: [attempt({ change: 'repair', outcome: 'succeeded', ended })] });
    assert.equal(a.state(), 'unknown');
    await pass(4);
    assert.equal(a.state(), 'unhealthy', 'three are missing since its release');
    await a.beat(1);
    assert.equal(a.state(), 'healthy');
  });

  test('of a host whose clock is ahead are of the time at which they came', async () => {
    const a = await replica();
    const sent = sentHeartbeat(id, time.now() + 30_000);
    assert.deepEqual(await a.receive(sent), { kind: 'taken' });
    assert.equal(a.healthOf(id, fleet)?.lastHeartbeat, '2026-11-30T12:00:00Z');
  });

  test('cannot be repeated, nor come too often', async () => {
    const a = await replica();
    const sent = sentHeartbeat(id, time.now());
    assert.deepEqual(await a.receive(sent), { kind: 'taken' });
    assert.deepEqual(await a.receive(sent), { kind: 'refused', why: 'repeated' });
    time.advance(2000);
    const outcome = await a.receive(sentHeartbeat(id, time.now()));
    assert.deepEqual(outcome, { kind: 'tooOften', retryAfterSeconds: 8 });
    time.advance(8000);
    assert.deepEqual(await a.receive(sentHeartbeat(id, time.now())), { kind: 'taken' });
    const b = await replica();
    await pass();
    assert.deepEqual(await b.receive(sent), { kind: 'refused', why: 'time' });
  });

  test('with a body that is none are refused as malformed, and change nothing', async () => {
    const a = await replica();
    const sent = sentHeartbeat(id, time.now(), { beat: { hello: 'world' } });
    assert.deepEqual(await a.receive(sent), { kind: 'malformed' });
    assert.equal(await a.beat(1), 'taken');
  });

  test('are accepted with each secret, so that it can be replaced', async () => {
    const [before, next] = [heartbeatSecret, 'another-secret-of-32-characters!'];
    const a = await replica([next, before]);
    const kind = async (n: number, secret: string) =>
      (await a.receive(sentHeartbeat(idNo(n), time.now(), { secret }))).kind;
    assert.deepEqual([await kind(1, before), await kind(2, next)], ['taken', 'taken']);
  });

  test('that any replica heard count, and one that is behind is waited for', async () => {
    const [a, b] = [await replica(), await replica()];
    await pass(4);
    for (let n = 0; n < 8; n += 1) {
      await a.beat(1);
      await b.beat(2);
      await pass();
      // What b heard is written after a has read: a knows it a minute later.
      if (n === 0) continue;
      assert.deepEqual([a.state(1), a.state(2)], ['healthy', 'healthy'], `minute ${n} of a`);
      assert.deepEqual([b.state(1), b.state(2)], ['healthy', 'healthy'], `minute ${n} of b`);
    }
    assert.equal(a.figures().replicas, 2);
    await pass(6);
    for (const one of [a, b])
      assert.deepEqual([one.state(1), one.state(2)], ['unhealthy', 'unhealthy']);
  });

  test('survive a restart of the service', async () => {
    const a = await replica();
    await pass(4);
    await a.beat(1);
    await a.beat(2);
    await pass(1);
    a.watch.end();
    waiting = [];
    time.advance(minute);
    const b = await replica();
    assert.equal(b.healthOf(id, fleet)?.lastHeartbeat, '2026-11-30T12:04:00Z');
    assert.equal(b.state(), 'healthy');
    await b.beat(2);
    await pass(2);
    assert.deepEqual(
      [b.state(1), b.state(2)],
      ['unknown', 'healthy'],
      'it has not listened long enough',
    );
    await b.beat(2);
    await pass(2);
    assert.deepEqual([b.state(1), b.state(2)], ['unhealthy', 'healthy']);
  });

  test('are not missed where nothing listened', async () => {
    const a = await replica();
    await pass(4);
    await a.beat(1);
    await pass(1);
    a.watch.end();
    waiting = [];
    time.advance(30 * minute);
    const b = await replica();
    await pass(3);
    assert.equal(b.state(), 'unknown');
    await pass(1);
    assert.equal(b.state(), 'unhealthy', 'three intervals after the start');
  });

  test('of agents that are gone are forgotten, by all replicas', async () => {
    const [a, b] = [await replica(), await replica()];
    for (const n of [1, 2]) await a.beat(n);
    await b.beat(3);
    await pass(2);
    fleet.records.delete(agentPath(id));
    await pass(2);
    const reports = [...bucket.objects].filter(([key]) => key.includes('/replicas/'));
    assert.equal(reports.length, 2);
    for (const [, { content }] of reports) {
      assert.match(content.toString(), new RegExp(idNo(2)));
      assert.doesNotMatch(content.toString(), new RegExp(id));
    }
  });

  test('without the bucket are still received, and become unknown rather than missed', async () => {
    const down: Archive = { ...archive, list: () => Promise.reject(new Error('down')) };
    const a = await replica([heartbeatSecret], down);
    await a.beat(1);
    assert.equal(a.state(), 'healthy');
    await pass(5);
    assert.equal(a.state(), 'unknown');
    await a.beat(1);
    assert.equal(a.state(), 'healthy');
    assert.ok(lines.some(({ message }) => message === 'heartbeats could not be exchanged'));
  });

  test('make an uptime that two replicas and a restart do not lose', async () => {
    const [a, b] = [await replica(), await replica()];
    for (let n = 0; n < 10; n += 1) {
      await (n % 2 === 0 ? a : b).beat(1);
      await pass();
    }
    assert.equal(a.uptimeOf(id).percent, 100);
    await pass(10);
    for (const one of [a, b]) {
      const { percent } = one.uptimeOf(id);
      assert.ok(percent !== null && percent > 40 && percent <= 55, `${percent} %`);
    }
    const before = a.uptimeOf(id).percent;
    a.watch.end();
    b.watch.end();
    waiting = [];
    const c = await replica();
    assert.ok(Math.abs((c.uptimeOf(id).percent ?? 0) - (before ?? 0)) < 8);
    time.advance(3 * 24 * 60 * minute);
    const later = await replica();
    const day = later.uptimeOf(id).days.find((one) => one.day === '2026-11-30');
    assert.equal(
      day?.percent,
      c.uptimeOf(id).days.find((one) => one.day === '2026-11-30')?.percent,
    );
    assert.equal(later.uptimeOf(id).days.length, 30);
  });

  test('keep forty days of it, and no reports of replicas that ended', async () => {
    const old = ['2026-10-01', '2026-10-22'].map((day) => `aura/heartbeats/days/${day}.json.gz`);
    for (const key of [...old, 'aura/heartbeats/replicas/ffffffffffffffff.json.gz'])
      bucket.objects.set(key, {
        content: Buffer.from('{}'),
        modifiedMs: start - 3 * 24 * 60 * minute,
      });
    await replica();
    assert.deepEqual(
      [...bucket.objects.keys()].filter((key) => /days\/2026-10|ffff/.test(key)),
      old.slice(1),
    );
  });
});
