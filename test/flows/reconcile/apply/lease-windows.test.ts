/**
 * The limits of now decide a lease that ends a server, on the records that it is written to: an
 * older plan, or one of other limits, ends no more servers than a plan of now would.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { effectHash } from '../../../../reconciler/core/fleet/recorded.ts';
import type { Plan } from '../../../../reconciler/core/plan/plan.ts';
import { applyPlan } from '../../../../reconciler/flows/reconcile/apply/apply.ts';
import { isOurs } from '../../../../reconciler/flows/reconcile/apply/lease.ts';
import { planFleet } from '../../../../reconciler/flows/reconcile/plan-fleet.ts';
import { at, firstAttempt, idNo } from '../../../builders/world.ts';
import { askFor, bringUp, edit, recordOf, writeRecord } from '../../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { endedLongAgo } from './cases.ts';
import { outcomeText, reconcileOnce } from './reconciling.ts';

const wide = 'limits: {destroysPerHourCount: 40, burstCount: 40, missingCountMax: 100}\n';
const inTurn = 'apply: {concurrency: 1}\n';
const retired = { at: at(-90), by: 'person', reason: 'no longer needed' } as const;

function limits(world: FakeWorld, text: string): void {
  const now = (world.git.text('policy.yaml') ?? '').replace(wide, text);
  world.git.commit('Other limits', { 'policy.yaml': now });
}

async function outcomes(world: FakeWorld, plan: Plan): Promise<readonly string[]> {
  world.forge.runs.set('run-late', 'running');
  const options = { run: firstAttempt('run-late'), parts: 'agents' } as const;
  const applied = await applyPlan(world.ports, plan, options);
  world.forge.runs.set('run-late', 'over');
  return applied.map(({ outcome }) => outcomeText(outcome));
}

function counted(said: readonly string[], word: RegExp): number {
  return said.filter((one) => word.test(one)).length;
}

describe('a plan of wider limits', () => {
  test('ends as many servers as the current window has left', async () => {
    const world = createFakeWorld({ policy: wide + inTurn });
    for (const n of [1, 2, 3, 4, 5]) {
      bringUp(world, n);
      endedLongAgo(world, n);
    }
    const { plan } = await planFleet(world.ports);
    limits(world, wide.replace('destroysPerHourCount: 40', 'destroysPerHourCount: 2'));
    const said = await outcomes(world, plan);
    assert.equal(counted(said, /^done$/), 2);
    assert.equal(counted(said, /^skipped: the limit is used up since it was planned/), 3);
    assert.equal(world.project.deletions.length, 2);
  });

  for (const [what, unseen] of [
    ['by all records', false],
    ['with its own agent, whose end is seen only now', true],
  ] as const)
    test(`ends no server of what is a burst by now, ${what}`, async () => {
      const world = createFakeWorld({ policy: wide + inTurn });
      for (const n of [1, 2, 3, 4]) {
        bringUp(world, n);
        edit(world, n, { retired });
      }
      const { plan } = await planFleet(world.ports);
      if (unseen)
        for (const n of [1, 2, 3, 4]) {
          const { ending, ...record } = recordOf(world, n) ?? assert.fail();
          const later =
            ending === undefined || n === 1 ? {} : { ending: { ...ending, seen: at(-10) } };
          writeRecord(world, { ...record, ...later });
        }
      limits(world, 'limits: {burstCount: 3, burstPercent: 0, missingCountMax: 3}\n');
      const changes = plan.changes
        .filter(({ agent }) => agent === idNo(1))
        .map((one) => ({
          ...one,
          basis: { ...one.basis, record: effectHash(recordOf(world, 1)) },
        }));
      const said = await outcomes(world, { ...plan, changes });
      assert.match(said.join(), /^skipped: a limit refuses it since it was planned/);
      assert.deepEqual(world.project.deletions, []);
    });

  test('rolls back as many servers as the limit of an hour allows', async () => {
    const world = createFakeWorld({
      policy: `limits: {rollbacksPerHourMax: 20, createsPerCustomerPerHourMax: 40}\n${inTurn}`,
    });
    for (const n of [1, 2, 3]) askFor(world, n);
    world.terraform.mishaps.push('tainted', 'tainted', 'tainted');
    await reconcileOnce(world);
    const { plan } = await planFleet(world.ports);
    assert.deepEqual(
      plan.changes.map(({ kind }) => kind),
      ['rollback', 'rollback', 'rollback'],
    );
    const text = (world.git.text('policy.yaml') ?? '').replace('Max: 20', 'Max: 1');
    world.git.commit('Fewer', { 'policy.yaml': text });
    const said = await outcomes(world, plan);
    assert.equal(counted(said, /^done$/), 1);
    assert.equal(counted(said, /^skipped: the limit of rollbacks/), 2);
  });
});

test('an end that failed continues in the place of the window that it has', async () => {
  const world = createFakeWorld({ policy: 'limits: {destroysPerHourCount: 1}\n' });
  bringUp(world, 1);
  endedLongAgo(world);
  world.fault({ port: 'cloud', method: 'protect', kind: 'fail' });
  await reconcileOnce(world);
  assert.equal(recordOf(world, 1)?.attempts.at(-1)?.outcome, 'failed');
  world.advance(10 * 60_000);
  const done = await reconcileOnce(world);
  assert.deepEqual(
    done?.applied.map(({ outcome }) => outcomeText(outcome)),
    ['done'],
  );
});

describe('a lease is not ours', () => {
  const lease = {
    run: 'run-1',
    runAttempt: 1,
    change: 'retire',
    nonce: 'a1b2c3d4e5f60718',
    step: 'lease',
    since: at(0),
    until: at(60),
  } as const;
  for (const [what, part] of [
    ['by its run', { run: 'run-2' }],
    ['by its time', { since: at(1) }],
    ['by its nonce', { nonce: 'another000000123' }],
  ] as const)
    test(what, () => assert.equal(isOurs({ ...lease, ...part }, lease), false));

  test('unless only its step differs', () =>
    assert.equal(isOurs({ ...lease, step: 'server' }, lease), true));
});
