/** A bucket that is down is distinguished from a damaged state, and neither costs a server. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { alarmsOf } from '../../../../reconciler/core/alarms/alarms.ts';
import { agentStateKey } from '../../../../reconciler/core/fleet/observed.ts';
import { readAlarmInput } from '../../../../reconciler/flows/alarms/alarm-input.ts';
import { at, idNo } from '../../../builders/world.ts';
import { askFor, bringUp, edit, recordOf, serverOf } from '../../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { reconcileOnce, untilQuiet } from './reconciling.ts';

const minuteMs = 60_000;

function damage(world: FakeWorld, n: number): void {
  const key = agentStateKey(world.policy.fleet, idNo(n));
  const state = world.bucket.states.get(key) ?? assert.fail();
  world.bucket.states.set(key, { ...state, garbage: true, modifiedMs: world.time.now() });
}

/** By a run of ours that ended after its last write. */
function mend(world: FakeWorld, n: number): void {
  const key = agentStateKey(world.policy.fleet, idNo(n));
  const { managed } = world.bucket.states.get(key) ?? assert.fail();
  world.bucket.states.set(key, { managed, modifiedMs: Date.parse(at(-6000)) });
}

async function alarms(world: FakeWorld): Promise<readonly string[]> {
  const input = await readAlarmInput(world.ports, 'reconcile.yml');
  const kinds = alarmsOf(input, input.nowMs).map(({ kind }) => kind);
  return kinds.filter((kind) => kind !== 'NoSuccessfulRun');
}

describe('a bucket that is down', () => {
  test('once the server is created: it is kept and brought up, and no attempt is used up', async () => {
    const world = createFakeWorld();
    askFor(world, 1);
    world.terraform.mishaps.push('stateNotWritten');
    const done = await reconcileOnce(world);
    assert.equal(done?.applied[0]?.outcome.kind, 'failed');
    const server = serverOf(world, 1);
    const [attempt] = recordOf(world, 1)?.attempts ?? [];
    assert.deepEqual([attempt?.reason, attempt?.scope], ['StateStoreDown', 'fleet']);
    await untilQuiet(world);
    assert.equal(world.project.deletions.length, 0);
    assert.equal(serverOf(world, 1)?.id, server?.id);
    assert.equal(recordOf(world, 1)?.phase, 'running');
  });

  test('makes the reading partial, and all changes continue once it is back', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    askFor(world, 2);
    world.bucket.isDown = true;
    const done = await reconcileOnce(world);
    assert.equal(done?.plan.reading.kind, 'partial');
    assert.deepEqual(done?.applied, []);
    world.bucket.isDown = false;
    await untilQuiet(world);
    assert.equal(recordOf(world, 2)?.phase, 'running');
  });
});

describe('a state that cannot be read', () => {
  test('stops the change of its own agent, with the repair command, and of no other', async () => {
    const world = createFakeWorld();
    for (const n of [1, 2]) {
      const server = bringUp(world, n);
      world.project.relabel(server, { ...server.labels, 'aura.dev/customer': 'cus_other' });
    }
    damage(world, 1);
    await reconcileOnce(world);
    const last = recordOf(world, 1)?.attempts.at(-1);
    assert.deepEqual(
      [last?.reason, last?.scope, last?.errorClass],
      ['StateUnreadable', 'agent', 'stalled'],
    );
    assert.match(last?.message ?? '', new RegExp(`aura state ${idNo(1)} --rebuild`));
    assert.equal(recordOf(world, 2)?.attempts.at(-1)?.outcome, 'succeeded');
  });

  test('is found by the next run where its agent runs and nothing is to be done', async () => {
    const world = createFakeWorld();
    for (const n of [1, 2, 3]) bringUp(world, n);
    world.advance(60 * minuteMs);
    await reconcileOnce(world);
    damage(world, 2);
    const done = await reconcileOnce(world);
    assert.deepEqual(
      done?.plan.deepChecks
        .filter(({ outcome }) => outcome === 'disagrees')
        .map((one) => one.agent),
      [idNo(2)],
    );
    const [condition] = recordOf(world, 2)?.conditions ?? [];
    assert.match(condition?.message ?? '', /is no Terraform state: .* --rebuild/);
    assert.deepEqual(await alarms(world), ['DeepCheckDisagrees']);
    const written = world.git.history('status').length;
    world.advance(15 * minuteMs);
    await reconcileOnce(world);
    assert.equal(world.git.history('status').length, written, 'it is recorded once');
    mend(world, 2);
    world.advance(15 * minuteMs);
    await reconcileOnce(world);
    assert.deepEqual([recordOf(world, 2)?.conditions, await alarms(world)], [[], []]);
  });

  test('is found, and found repaired, also where Terraform reads none in turns', async () => {
    const world = createFakeWorld({ policy: 'deepCheck: {agentsPerRun: 0}\n' });
    bringUp(world, 1);
    world.advance(60 * minuteMs);
    assert.deepEqual((await reconcileOnce(world))?.plan.deepChecks, []);
    damage(world, 1);
    await reconcileOnce(world);
    assert.deepEqual(await alarms(world), ['DeepCheckDisagrees']);
    mend(world, 1);
    await reconcileOnce(world);
    assert.deepEqual(await alarms(world), []);
    const { deepChecks } = (await reconcileOnce(world))?.plan ?? assert.fail();
    assert.deepEqual(deepChecks, []);
  });

  test('of one that our own run has just written is not read again', async () => {
    const world = createFakeWorld();
    askFor(world, 1);
    await untilQuiet(world);
    edit(world, 1, { power: 'stopped' });
    await untilQuiet(world);
    const fault = world.fault({ port: 'states', method: 'read', kind: 'fail', nth: 1000 });
    await reconcileOnce(world);
    assert.equal(fault.seen, 0);
  });
});
