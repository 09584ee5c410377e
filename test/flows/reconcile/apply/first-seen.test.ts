/** The grace of a retirement counts from when its tombstone reached `main`, whatever its date. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { agentPath } from '../../../../reconciler/core/agent/agent.ts';
import { renderAgent } from '../../../../reconciler/core/agent/agent-file.ts';
import { agentNo, at, idNo, subscriptionNo } from '../../../builders/world.ts';
import { bringUp, edit, isOn, recordOf, serverOf } from '../../../fakes/agents.ts';
import { subscription } from '../../../fakes/billing.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { reconcileOnce } from './reconciling.ts';

const minuteMs = 60_000;
const byPerson = (minutes: number) =>
  ({ at: at(minutes), by: 'person', reason: 'no longer needed' }) as const;

/** Any commit to `main` that no run has observed yet. */
function write(world: FakeWorld, spec: Parameters<typeof agentNo>[1]): string {
  return world.git.commit(`${idNo(1)}: written`, {
    [agentPath(idNo(1))]: renderAgent(agentNo(1, spec)),
  });
}

/** It exists for the hour that every retirement is promised, and is gone after it. */
async function endsAfterAnHour(world: FakeWorld): Promise<void> {
  await reconcileOnce(world);
  for (const minutes of [0, 19, 38, 57]) {
    assert.ok(serverOf(world, 1) !== null, `after ${minutes} minutes`);
    if (minutes < 57) world.advance(19 * minuteMs);
    await reconcileOnce(world);
  }
  world.advance(4 * minuteMs);
  await reconcileOnce(world);
  assert.equal(serverOf(world, 1), null);
}

describe('an old tombstone that reaches main now has its whole grace', () => {
  test('in a pull request that is merged two days after it was written', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    write(world, { retired: byPerson(-2 * 1440) });
    await endsAfterAnHour(world);
  });

  test('by a late webhook of a subscription that ended two hours ago', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    const access = { state: 'ended', since: at(-120) } as const;
    write(world, { access, retired: { at: at(-120), by: 'stripe', reason: 'canceled' } });
    const id = subscriptionNo(1);
    const endedAt = Date.parse(at(-120)) / 1000;
    const canceled = { status: 'canceled', canceledAt: endedAt, endedAt } as const;
    world.stripe.subscriptions.set(id, subscription(id, 'cus_Test1', canceled));
    await endsAfterAnHour(world);
  });

  test('restored by a revert by hand', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    edit(world, 1, { retired: byPerson(-90) });
    const restored = write(world, {});
    await reconcileOnce(world);
    assert.equal(recordOf(world, 1)?.ending, undefined);
    world.git.revert(restored);
    await endsAfterAnHour(world);
  });

  test('seen and kept by a hold: it keeps the time at which it was first seen', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    edit(world, 1, { retired: byPerson(-90) });
    const { ending } = recordOf(world, 1) ?? {};
    edit(world, 1, { hold: { reason: 'look', since: at(-5), until: at(5) } });
    await reconcileOnce(world);
    assert.deepEqual(recordOf(world, 1)?.ending, ending);
    world.advance(10 * minuteMs);
    await reconcileOnce(world);
    assert.ok(!isOn(world, 1) && serverOf(world, 1) === null);
  });
});

test('with a record that is lost or old: no grace ends', async () => {
  const world = createFakeWorld();
  bringUp(world, 1);
  const before = world.git.tip('status')?.id ?? '';
  edit(world, 1, { retired: byPerson(-90) });
  world.git.branches.set('status', before);
  world.restart();
  await endsAfterAnHour(world);
});

test('with a time in the future: its grace ends an hour after that', async () => {
  const world = createFakeWorld();
  bringUp(world, 1);
  write(world, { retired: byPerson(120) });
  await reconcileOnce(world);
  world.advance(179 * minuteMs);
  await reconcileOnce(world);
  assert.ok(serverOf(world, 1) !== null);
  world.advance(2 * minuteMs);
  await reconcileOnce(world);
  assert.equal(serverOf(world, 1), null);
});
