/** What heartbeats say about an agent, and for how long silence says nothing. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { healthOf } from '../../../reconciler/core/heartbeats/health.ts';
import {
  type Heartbeat,
  parseHeartbeat,
  problemIn,
} from '../../../reconciler/core/heartbeats/heartbeat.ts';
import { mergedSighting, sightingAfter } from '../../../reconciler/core/heartbeats/sighting.ts';
import {
  listeningSince,
  liveOf,
  type Replica,
  watchingOf,
} from '../../../reconciler/core/heartbeats/watching.ts';
import { heartbeatOf } from '../../builders/heartbeats.ts';

const minute = 60_000;
const start = Date.parse('2026-11-30T12:00:00Z');
const at = (minutes: number) => start + minutes * minute;
const replica = (id: string, part: Partial<Replica> = {}): Replica => ({
  id,
  startedMs: at(-600),
  listeningSinceMs: at(-600),
  asOfMs: at(0),
  ...part,
});
const seen = (minutes: number, part: Partial<Heartbeat> = {}, before?: number) =>
  sightingAfter(
    before === undefined
      ? undefined
      : { revision: 1, atMs: 0, wellMs: at(before), beat: heartbeatOf() },
    { revision: 1, atMs: at(minutes), beat: heartbeatOf(part) },
  );
/** Its state, as one replica sees it that started long ago. */
const judged = (
  sighting: Parameters<typeof healthOf>[0],
  {
    own = replica('a'),
    others = [] as readonly Replica[],
    sinceMs = Number.NEGATIVE_INFINITY,
  } = {},
) =>
  healthOf(
    sighting,
    { revision: 1, sinceMs },
    {
      watching: watchingOf(own, liveOf(others, at(0)), at(0)),
      startedMs: own.startedMs,
      nowMs: at(0),
    },
  );
const stateOf = (...given: Parameters<typeof judged>) => {
  const { state, problem } = judged(...given);
  return problem === null ? state : `${state}: ${problem}`;
};

describe('the health of an agent', () => {
  test('is healthy until three heartbeats are missing', () => {
    assert.equal(stateOf(seen(-1)), 'healthy');
    assert.equal(stateOf(seen(-3)), 'healthy', 'the third is due now');
    assert.equal(stateOf(seen(-3.5)), 'unhealthy: NoHeartbeat');
    assert.equal(stateOf(undefined), 'unknown');
  });

  test('is unhealthy after three that report the same as none', () => {
    const down = { answers: false };
    assert.equal(stateOf(seen(0, down, -1)), 'healthy', 'one restart');
    assert.equal(stateOf(seen(0, down, -2)), 'healthy');
    assert.equal(stateOf(seen(0, down, -4)), 'unhealthy: AgentDown');
    assert.equal(stateOf(seen(0, { tailnet: false }, -4)), 'unhealthy: TailnetUnreachable');
    assert.equal(stateOf(seen(0, {}, -4)), 'healthy', 'it is well again');
    assert.equal(stateOf(seen(0, down)), 'healthy', 'its first one');
  });

  test('is never unhealthy before three intervals after a start of the service', () => {
    for (const [minutes, state] of [
      [-1, 'unknown'],
      [-3, 'unknown'],
      [-3.5, 'unhealthy: NoHeartbeat'],
    ] as const) {
      const own = replica('a', { startedMs: at(minutes) });
      assert.equal(stateOf(seen(-60), { own }), state, `started ${minutes} min ago`);
    }
    const own = replica('a', { startedMs: at(-5), listeningSinceMs: at(-2) });
    assert.equal(stateOf(seen(-60), { own }), 'unknown', 'nothing listened before');
  });

  test('does not take for silence what another replica has not reported yet', () => {
    const behind = [replica('b', { asOfMs: at(-1) })];
    assert.equal(stateOf(seen(-4), { others: behind }), 'healthy');
    assert.equal(stateOf(seen(-4.5), { others: behind }), 'unhealthy: NoHeartbeat');
    const ended = [replica('b', { asOfMs: at(-10) })];
    assert.equal(stateOf(seen(-4), { others: ended }), 'unhealthy: NoHeartbeat');
  });

  test('is not known without news from the others, but for what is heard here', () => {
    const own = replica('a', { asOfMs: at(-9) });
    assert.equal(stateOf(seen(-9), { own }), 'unknown');
    assert.equal(stateOf(seen(-1), { own }), 'healthy');
  });

  test('is not unhealthy by silence from before it was switched on, or released', () => {
    for (const [minutes, state] of [
      [-1, 'unknown'],
      [-3, 'unknown'],
      [-3.5, 'unhealthy: NoHeartbeat'],
    ] as const)
      assert.equal(stateOf(seen(-60), { sinceMs: at(minutes) }), state, `on for ${minutes} min`);
    assert.equal(stateOf(seen(-1), { sinceMs: at(-2) }), 'healthy');
  });

  test('of another revision is not that of this one', () => {
    assert.equal(stateOf({ ...seen(-1), revision: 2 }), 'unknown');
    assert.equal(judged({ ...seen(-1), revision: 2 }).lastHeartbeat, null);
  });
});

test('a replica that starts goes on where others have just paused', () => {
  const before = [replica('a', { listeningSinceMs: at(-500), asOfMs: at(-3) })];
  assert.equal(listeningSince(before, at(0)), at(-500));
  assert.equal(listeningSince(before, at(1)), at(1), 'the pause was too long');
});

test('sightings merge in any order, and a newer server makes the former void', () => {
  const [older, newer] = [seen(-5), seen(-1, { answers: false }, -9)];
  for (const merged of [mergedSighting(older, newer), mergedSighting(newer, older)])
    assert.deepEqual([merged.atMs, merged.wellMs, merged.beat.answers], [at(-1), at(-5), false]);
  const next = { ...seen(-8), revision: 2 };
  for (const merged of [mergedSighting(older, next), mergedSighting(next, older)])
    assert.deepEqual(merged, next);
});

describe('a heartbeat', () => {
  const parsed = (value: unknown) => parseHeartbeat(Buffer.from(JSON.stringify(value)));

  test('is parsed whole, or not at all', () => {
    assert.deepEqual(parsed(heartbeatOf()), heartbeatOf());
    assert.notEqual(parsed({ ...heartbeatOf(), containers: null, openclaw: null }), null);
    for (const wrong of [
      {},
      null,
      [],
      { ...heartbeatOf(), more: 1 },
      { ...heartbeatOf(), unit: { state: 'active', restarts: -1 } },
      { ...heartbeatOf(), unit: { state: 'on fire', restarts: 0 } },
      { ...heartbeatOf(), openclaw: '<script>' },
      { ...heartbeatOf(), openclaw: '1'.repeat(41) },
      { ...heartbeatOf(), memory: { totalMb: 1.5, freeMb: 1 } },
    ])
      assert.equal(parsed(wrong), null, JSON.stringify(wrong));
    assert.equal(parseHeartbeat(Buffer.from('{"unit":')), null);
    assert.equal(parseHeartbeat(Buffer.from([0xff, 0xfe])), null);
  });

  test('reports one problem, the first that matters', () => {
    assert.equal(problemIn(heartbeatOf()), null);
    const failed = { state: 'failed', restarts: 5 } as const;
    assert.equal(problemIn(heartbeatOf({ unit: failed, tailnet: false })), 'AgentDown');
    const containers = { running: 2, unhealthy: 1 };
    assert.equal(problemIn(heartbeatOf({ containers })), 'ContainerUnhealthy');
    assert.equal(problemIn(heartbeatOf({ containers: null })), null, 'Docker may be unused');
  });
});
