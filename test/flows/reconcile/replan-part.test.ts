/** The job of a shard looks again at its agents: it does what is still planned, and nothing more. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RunRef } from '../../../reconciler/core/fleet/run.ts';
import type { Plan } from '../../../reconciler/core/plan/plan.ts';
import { shard } from '../../../reconciler/core/plan/shards.ts';
import { applyPlan } from '../../../reconciler/flows/reconcile/apply/apply.ts';
import { planFleet } from '../../../reconciler/flows/reconcile/plan-fleet.ts';
import { replanPart } from '../../../reconciler/flows/reconcile/replan-part.ts';
import { at, firstAttempt } from '../../builders/world.ts';
import {
  askFor,
  bringUp,
  edit,
  isOn,
  recordOf,
  serverOf,
  writeRecord,
} from '../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../fakes/world.ts';
import { cases, endedLongAgo } from './apply/cases.ts';
import { dueChange, outcomeText, reconcileOnce } from './apply/reconciling.ts';

const first: RunRef = firstAttempt('run-a');
const second: RunRef = { ...first, attempt: 2 };

async function replanned(world: FakeWorld, plan: Plan, run = first) {
  const { plan: now, skipped } = await replanPart(world.ports, plan, run);
  return { plan: now, said: skipped.map(({ outcome }) => outcomeText(outcome)) };
}

describe('a part whose agents are as they were planned on', () => {
  for (const one of cases)
    test(`is kept as it is, and nothing is changed: ${one.name}`, async () => {
      const world = await one.world();
      const { plan } = await dueChange(world);
      world.calls.length = 0;
      const now = await replanned(world, plan);
      assert.deepEqual(now, { plan, said: [] });
      assert.deepEqual(world.calls, []);
    });

  test('is kept within limits that the whole plan has used up, and nothing is added', async () => {
    const world = createFakeWorld({ policy: 'limits: {createsPerRunMax: 4}\n' });
    for (const n of [1, 2, 3, 4, 5, 6]) askFor(world, n, { customer: `cus_${n}` });
    const { plan } = await planFleet(world.ports);
    assert.deepEqual([plan.changes.length, plan.deferred.length], [4, 2]);
    const kept: string[] = [];
    for (const i of [1, 2, 3]) {
      const now = await replanned(world, shard(plan, i, 3));
      assert.deepEqual(now.said, []);
      kept.push(...now.plan.changes.map(({ agent }) => agent));
    }
    assert.deepEqual(kept.sort(), plan.changes.map(({ agent }) => agent).sort());
  });

  test('is kept where an agent cannot be read: each step checks it', async () => {
    const world = createFakeWorld();
    askFor(world, 1);
    const { plan } = await planFleet(world.ports);
    const fault = world.fault({ port: 'cloud', method: 'serverByName', kind: 'fail' });
    assert.deepEqual(await replanned(world, plan), { plan, said: [] });
    assert.equal(fault.fired, 1);
  });
});

describe('a change that is planned differently now is skipped', () => {
  const differences: Readonly<Record<string, [(world: FakeWorld) => unknown, RegExp]>> = {
    'where a person did it': [
      (world) => world.ports.cloud.powerOff(serverOf(world, 1)?.id ?? ''),
      /^skipped: it is planned differently now: repair instead of power$/,
    ],
    'where its file changed': [
      (world) => edit(world, 1, { power: 'stopped', config: { timezone: 'Europe/Berlin' } }),
      /^skipped: it is planned differently now: power with another file or record$/,
    ],
    'where another change comes first': [
      (world) => endedLongAgo(world),
      /^skipped: it is planned differently now: retire instead of power$/,
    ],
    'where another run works on it': [
      (world) => {
        world.forge.runs.set('run-b', 'running');
        const lease = {
          run: 'run-b',
          runAttempt: 1,
          change: 'power' as const,
          nonce: 'a1b2c3d4e5f60718',
          step: 'power' as const,
          since: at(0),
          until: at(90),
        };
        writeRecord(world, { ...(recordOf(world, 1) ?? assert.fail()), lease });
      },
      /^skipped: it is planned differently now: locked by run run-b\/1$/,
    ],
  };
  for (const [what, [change, message]] of Object.entries(differences))
    test(what, async () => {
      const world = createFakeWorld();
      bringUp(world, 1);
      edit(world, 1, { power: 'stopped' });
      const { plan } = await dueChange(world);
      await change(world);
      const now = await replanned(world, plan);
      assert.match(now.said.join('\n'), message);
      assert.deepEqual(now.plan.changes, []);
    });

  test('where a server of another type would be created', async () => {
    const world = createFakeWorld();
    askFor(world, 1);
    const { plan, change } = await dueChange(world);
    assert.ok(change.kind === 'create');
    const catalog = world.git.text('catalog.yaml') ?? '';
    const other = catalog.replaceAll(change.choice.serverType, 'cpx22');
    assert.notEqual(other, catalog);
    world.git.commit('Another type', { 'catalog.yaml': other });
    const now = await replanned(world, plan);
    assert.deepEqual(now.said, [
      'skipped: it is planned differently now: create with another choice',
    ]);
  });
});

describe('a shard that is run again with the plan of its first attempt', () => {
  for (const nth of [1, 2, 3, 4, 5, 6, 7, 8])
    test(`goes on at once with what that attempt left, dead after call ${nth}`, async () => {
      const world = createFakeWorld();
      for (const n of [1, 2]) askFor(world, n, { customer: `cus_${n}` });
      const { plan } = await planFleet(world.ports);
      world.forge.runs.set('run-a', 'running');
      world.fault({ nth, kind: 'dieAfter' });
      await applyPlan(world.ports, plan, { run: first, parts: 'agents' }).catch(() => null);
      world.calm();
      world.restart();
      world.forge.runs.set('run-a', 'over');
      world.forge.runs.set('run-a/2', 'running');
      const now = await replanned(world, plan, second);
      const done = await applyPlan(world.ports, now.plan, { run: second, parts: 'agents' });
      world.forge.runs.set('run-a/2', 'over');
      const said = [...now.said, ...done.map(({ outcome }) => outcomeText(outcome))];
      assert.equal(said.length, 2);
      for (const one of said)
        assert.match(one, /^done$|^skipped: it is planned differently now: nothing is to be done$/);
      for (const n of [1, 2]) assert.ok(isOn(world, n), `agent ${n}: ${said.join(', ')}`);
      assert.equal(world.project.servers.size, 2);
      await reconcileOnce(world);
      assert.equal(recordOf(world, 1)?.lease ?? recordOf(world, 2)?.lease, undefined);
    });
});
