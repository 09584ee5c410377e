/** What a run writes to records about heartbeats: only what has lasted an hour, once. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Failure } from '../../../../reconciler/core/failure.ts';
import type { Heartbeat } from '../../../../reconciler/core/heartbeats/heartbeat.ts';
import { renderReport } from '../../../../reconciler/core/heartbeats/replica-report.ts';
import { sightingAfter } from '../../../../reconciler/core/heartbeats/sighting.ts';
import { finalize } from '../../../../reconciler/flows/reconcile/finalize/finalize.ts';
import { heartbeatOf } from '../../../builders/heartbeats.ts';
import { idNo } from '../../../builders/world.ts';
import { bringUp, edit, recordOf } from '../../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { reconcileOnce } from '../apply/reconciling.ts';
import { effectsOfAnother, finalized, planned } from './finalizing.ts';

const minute = 60_000;
const policy = 'heartbeats: {url: "https://aura.example.com"}\n';
const key = 'aura/heartbeats/replicas/0123456789abcdef.json.gz';

function worldWith(...numbers: readonly number[]): FakeWorld {
  const world = createFakeWorld({ policy });
  for (const n of numbers) bringUp(world, n);
  return world;
}

type Seen = { readonly minutesAgo: number; readonly beat?: Partial<Heartbeat> };

/** A replica that has listened for a day writes when it last heard each agent well. */
function report(world: FakeWorld, seen: Readonly<Record<number, Seen>>, listened = 24 * 60): void {
  const nowMs = world.ports.clock.now();
  const at = (minutesAgo: number) => nowMs - minutesAgo * minute;
  const sightings = Object.entries(seen).map(([n, { minutesAgo, beat }]) => {
    const well = { revision: 1, atMs: at(minutesAgo), beat: heartbeatOf() };
    const before = sightingAfter(undefined, well);
    // The last one, where it reports a problem, has just come.
    const last = beat && { revision: 1, atMs: at(1), beat: heartbeatOf(beat) };
    return [idNo(Number(n)), last ? sightingAfter(before, last) : before] as const;
  });
  const times = { startedMs: at(listened), listeningSinceMs: at(listened), asOfMs: nowMs };
  const replica = { id: '0123456789abcdef', ...times };
  const content = Buffer.from(renderReport({ replica, sightings: new Map(sightings) }));
  world.bucket.objects.set(key, { content, modifiedMs: nowMs });
}

const said = (world: FakeWorld, n: number) =>
  (recordOf(world, n)?.conditions ?? [])
    .filter(({ type }) => type === 'Unhealthy')
    .map(({ reason, message }) => `${reason}: ${message}`);

describe('heartbeats in the records', () => {
  test('are those of agents that were unhealthy for an hour, once, until they are well', async () => {
    const world = worldWith(1, 2, 3, 4);
    report(world, {
      1: { minutesAgo: 1 },
      2: { minutesAgo: 30 },
      3: { minutesAgo: 90 },
      4: { minutesAgo: 90, beat: { answers: false } },
    });
    const { statuses } = await finalized(world);
    assert.deepEqual(statuses, [idNo(3), idNo(4)].sort());
    assert.deepEqual([said(world, 1), said(world, 2)], [[], []]);
    assert.match(said(world, 3)[0] ?? '', /^NoHeartbeat: its host has sent no heartbeat since 20/);
    assert.match(said(world, 4)[0] ?? '', /^AgentDown: openclaw does not answer on its host since/);
    assert.deepEqual(await effectsOfAnother(world), [], 'another run writes nothing');
    world.advance(10 * minute);
    report(world, { 3: { minutesAgo: 100, beat: { answers: false } }, 4: { minutesAgo: 100 } });
    assert.deepEqual(await effectsOfAnother(world), [], 'nor for another reason');
    report(world, { 3: { minutesAgo: 1 }, 4: { minutesAgo: 100 } });
    assert.deepEqual((await finalized(world)).statuses, [idNo(3)]);
    assert.deepEqual([said(world, 3), said(world, 4).length], [[], 1]);
  });

  test('say nothing where the service did not run or has just started', async () => {
    const world = worldWith(1);
    report(world, { 1: { minutesAgo: 90 } }, 30);
    assert.deepEqual((await finalized(world)).statuses, [], 'it has listened for half an hour');
    report(world, { 1: { minutesAgo: 90 } });
    world.advance(10 * minute);
    assert.deepEqual((await finalized(world)).statuses, [], 'it has ended');
  });

  test('stay while nothing is known, and go with the agent or with heartbeats', async () => {
    const world = worldWith(1, 2);
    report(world, { 1: { minutesAgo: 90 }, 2: { minutesAgo: 90 } });
    await finalized(world);
    world.bucket.objects.delete(key);
    assert.deepEqual((await finalized(world)).statuses, []);
    assert.deepEqual([said(world, 1).length, said(world, 2).length], [1, 1]);
    edit(world, 1, {
      retired: { at: new Date(world.ports.clock.now()).toISOString(), by: 'person', reason: 'x' },
    });
    await finalized(world);
    assert.deepEqual([said(world, 1).length, said(world, 2).length], [0, 1]);
  });

  test('are none of an isolated agent, and miss nothing of one that was just released', async () => {
    const world = worldWith(1);
    report(world, { 1: { minutesAgo: 90 } });
    await finalized(world);
    assert.equal(said(world, 1).length, 1);
    const since = new Date(world.ports.clock.now()).toISOString();
    edit(world, 1, { isolated: { reason: 'abuse report', since } });
    await reconcileOnce(world);
    assert.deepEqual(said(world, 1), []);
    world.advance(120 * minute);
    report(world, { 1: { minutesAgo: 210 } });
    await reconcileOnce(world);
    assert.deepEqual(said(world, 1), []);
    edit(world, 1, { isolated: undefined });
    await reconcileOnce(world);
    assert.deepEqual(said(world, 1), [], 'it could not report before');
    world.advance(61 * minute);
    report(world, { 1: { minutesAgo: 271 } });
    await reconcileOnce(world);
    assert.match(said(world, 1)[0] ?? '', /^NoHeartbeat/, 'and has not since');
  });

  test('do not stop the rest of a run where the bucket cannot be read', async () => {
    const world = worldWith(1);
    const down = () => Promise.reject(new Failure('StateStoreDown', 'down'));
    const ports = { ...world.ports, archive: { ...world.ports.archive, list: down } };
    const { failed, stopped } = await finalize(ports, await planned(world));
    assert.deepEqual(
      failed.map(({ part }) => part),
      ['health'],
    );
    assert.equal(stopped, null);
  });
});
