/** How many changes are carried out at once: by the policy, over all runs together. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { applyPlan } from '../../../../reconciler/flows/reconcile/apply/apply.ts';
import { planFleet } from '../../../../reconciler/flows/reconcile/plan-fleet.ts';
import { at, firstAttempt, idNo } from '../../../builders/world.ts';
import { askFor, bringUp, isOn, recordOf, writeRecord } from '../../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';

const wanted = [1, 2, 3, 4, 5];

/** Applies five creates; the most of them that were leased at once. */
async function mostAtOnce(world: FakeWorld): Promise<number> {
  for (const n of wanted) askFor(world, n, { customer: `cus_${n}` });
  const { plan } = await planFleet(world.ports);
  const agents = new Set(wanted.map(idNo));
  const changes = plan.changes.filter(({ agent }) => agents.has(agent as never));
  let most = 0;
  await applyPlan(
    world.ports,
    { ...plan, changes },
    {
      run: firstAttempt('run-1'),
      parts: 'all',
      onStep() {
        const leased = wanted.filter((n) => recordOf(world, n)?.lease !== undefined).length;
        most = Math.max(most, leased);
      },
    },
  );
  assert.ok(wanted.every((n) => isOn(world, n)));
  return most;
}

/** A running agent that another run holds until then. */
function heldByAnother(world: FakeWorld, n: number, until: string): void {
  bringUp(world, n);
  const record = recordOf(world, n) ?? assert.fail();
  const lease = {
    run: 'another',
    runAttempt: 1,
    change: 'configure',
    nonce: record.server?.nonce ?? '',
    since: at(-10),
    until,
    step: 'configure',
  } as const;
  world.forge.runs.set('another', 'running');
  writeRecord(world, { ...record, lease });
}

function worldOf(concurrency: number): FakeWorld {
  return createFakeWorld({ policy: `apply: {concurrency: ${concurrency}}\n` });
}

describe('changes at once', () => {
  test('are as many as the policy says', async () => {
    assert.equal(await mostAtOnce(worldOf(1)), 1);
    assert.equal(await mostAtOnce(worldOf(2)), 2);
    assert.equal(await mostAtOnce(worldOf(8)), 5);
  });

  test('are fewer by the leases of other runs, but for expired ones', async () => {
    const world = worldOf(4);
    heldByAnother(world, 11, at(60));
    heldByAnother(world, 12, at(60));
    heldByAnother(world, 13, at(-1));
    assert.equal(await mostAtOnce(world), 2);
  });

  test('are never none', async () => {
    const world = worldOf(2);
    for (const n of [11, 12, 13]) heldByAnother(world, n, at(60));
    assert.equal(await mostAtOnce(world), 1);
  });

  test('do not wait for leases that cannot be read', async () => {
    const world = worldOf(3);
    for (const n of [11, 12]) heldByAnother(world, n, at(60));
    world.fault({ port: 'journal', method: 'read', kind: 'fail', nth: 2, times: 99 });
    assert.equal(await mostAtOnce(world), 3);
  });
});
