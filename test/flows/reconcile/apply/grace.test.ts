/** What could shorten the grace of a retirement, or prolong it without end, and does not. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { agentPath } from '../../../../reconciler/core/agent/agent.ts';
import { renderAgent } from '../../../../reconciler/core/agent/agent-file.ts';
import { finalize } from '../../../../reconciler/flows/reconcile/finalize/finalize.ts';
import { planFleet } from '../../../../reconciler/flows/reconcile/plan-fleet.ts';
import { agentNo, at, idNo } from '../../../builders/world.ts';
import {
  bringUp,
  edit,
  fileText,
  recordOf,
  removeFiles,
  sawEnding,
  serverOf,
} from '../../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { reconcileOnce } from './reconciling.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const byPerson = (minutes: number) =>
  ({ at: at(minutes), by: 'person', reason: 'no longer needed' }) as const;

function write(world: FakeWorld, spec: Parameters<typeof agentNo>[1]): string {
  return world.git.commit(`${idNo(1)}: written`, {
    [agentPath(idNo(1))]: renderAgent(agentNo(1, spec)),
  });
}

describe('a time from a clock in doubt ends no grace', () => {
  for (const [name, skew] of [
    ['this machine’s, days behind, and the Forge does not answer', 'wallSkewMs'],
    ['Hetzner’s, days behind, and the Forge does not answer', 'cloudSkewMs'],
  ] as const)
    test(name, async () => {
      const world = createFakeWorld();
      bringUp(world, 1);
      write(world, { retired: byPerson(-2 * 1440) });
      world.time[skew] = -3 * dayMs;
      const fault = world.fault({ port: 'forge', method: 'now', kind: 'fail', times: 100 });
      await reconcileOnce(world);
      assert.ok(fault.fired > 0);
      world.calm();
      world.time[skew] = 0;
      world.advance(minuteMs);
      await reconcileOnce(world);
      assert.ok(serverOf(world, 1) !== null, JSON.stringify(recordOf(world, 1)?.ending));
    });
});

test('a tombstone that was lifted by an unreadable file has a new grace when it is restored', async () => {
  const world = createFakeWorld();
  bringUp(world, 1);
  edit(world, 1, {
    retired: byPerson(-90),
    hold: { reason: 'look', since: at(-90), until: at(5) },
  });
  await reconcileOnce(world);
  const broken = world.git.commit('Keep it', {
    [agentPath(idNo(1))]: `${renderAgent(agentNo(1))}nonsense: [\n`,
  });
  await reconcileOnce(world);
  world.advance(120 * minuteMs);
  await reconcileOnce(world);
  world.git.revert(broken);
  await reconcileOnce(world);
  assert.ok(serverOf(world, 1) !== null);
});

test('a tombstone with the longest valid time ends like any other', async () => {
  const world = createFakeWorld();
  bringUp(world, 1);
  write(world, {
    retired: { ...byPerson(-5), at: '2026-11-22T12:55:00.123456789+01:00' },
  });
  for (let runs = 0; runs < 8; runs += 1) {
    await reconcileOnce(world);
    world.advance(20 * minuteMs);
  }
  assert.match(fileText(world, 1) ?? '', /123456789/);
  assert.equal(serverOf(world, 1), null);
});

test('a slow finalize of an earlier plan does not restore an old time', async () => {
  const world = createFakeWorld();
  bringUp(world, 1);
  edit(world, 1, {
    retired: byPerson(-90),
    hold: { reason: 'look', since: at(-90), until: at(60) },
  });
  await reconcileOnce(world);
  const { plan } = await planFleet(world.ports);
  const restored = edit(world, 1, { retired: undefined });
  await reconcileOnce(world);
  assert.equal(recordOf(world, 1)?.ending, undefined);
  world.advance(30 * minuteMs);
  world.git.revert(restored);
  await finalize(world.ports, plan);
  world.advance(31 * minuteMs);
  await reconcileOnce(world);
  assert.ok(serverOf(world, 1) !== null, JSON.stringify(recordOf(world, 1)?.ending));
});

describe('a fleet in which every change waits', () => {
  test('is written once, and not again', async () => {
    const world = createFakeWorld({ policy: 'limits: {destroysPerHourCount: 1}\n' });
    for (let n = 1; n <= 30; n += 1) bringUp(world, n);
    const retired = byPerson(-90);
    // Held, invalid, removed with another, two by one commit, stopped with a higher revision.
    edit(world, 1, { retired, hold: { reason: 'look', since: at(-90), until: at(9000) } });
    edit(world, 2, { retired });
    world.git.commit('Oops', { [agentPath(idNo(2))]: 'nonsense: [\n' });
    edit(world, 3, { retired });
    removeFiles(world, 3, 4);
    world.git.commit('Together', {
      [agentPath(idNo(5))]: renderAgent(agentNo(5, { retired })),
      [agentPath(idNo(6))]: renderAgent(agentNo(6, { retired })),
    });
    edit(world, 7, { power: 'stopped', revision: 2 });
    for (const n of [8, 9]) edit(world, n, { retired: { ...byPerson(-100), at: at(9000) } });
    const none = world.git
      .text('policy.yaml')
      ?.replace('destroysPerHourCount: 1', 'destroysPerHourCount: 0');
    world.git.commit('None', { 'policy.yaml': none ?? '' });
    edit(world, 10, { retired });
    for (const n of [5, 6]) sawEnding(world, n);
    const lengths: number[] = [];
    const since = new Set<string>();
    for (let runs = 0; runs < 10; runs += 1) {
      if (runs >= 4) world.fault({ port: 'cloud', method: 'servers', kind: 'fail', times: 9 });
      await reconcileOnce(world);
      world.calm();
      lengths.push(world.git.history('status').length);
      if (runs < 2) continue;
      for (const n of [5, 6])
        since.add(
          `${n} ${recordOf(world, n)?.conditions.find(({ type }) => type === 'Refused')?.since}`,
        );
      world.advance(15 * minuteMs);
    }
    assert.equal(since.size, 2, [...since].join());
    assert.equal(new Set(lengths.slice(1, 4)).size, 1, lengths.join(' '));
    assert.equal(new Set(lengths.slice(4)).size, 1, lengths.join(' '));
  });
});
