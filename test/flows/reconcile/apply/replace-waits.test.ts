/**
 * A replacement ends nothing where the following create is known to be refused, and does not wait
 * without end.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { agentStateKey } from '../../../../reconciler/core/fleet/observed.ts';
import { at, attempt, idNo } from '../../../builders/world.ts';
import { bringUp, edit, isOn, recordOf } from '../../../fakes/agents.ts';
import { createFakeWorld } from '../../../fakes/world.ts';
import { applyOne, dueChange, outcomeText, reconcileOnce, untilQuiet } from './reconciling.ts';

describe('a replacement', () => {
  test('is never the trial of a breaker', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    const outage = { reason: 'ProviderOutage', scope: 'fleet', step: 'vm' } as const;
    const failed = [1, 2, 3].map((n) => attempt({ ...outage, ended: at(n - 13) }));
    bringUp(world, 2, {}, { attempts: failed });
    edit(world, 1, { revision: 2 });
    const { plan } = (await reconcileOnce(world)) ?? assert.fail();
    assert.ok(Date.parse(plan.breakers[0]?.trialAt ?? '') < world.time.now(), 'its trial is due');
    assert.deepEqual(
      plan.deferred.map(({ change, limit }) => `${change.kind} ${limit}`),
      ['replace breaker'],
    );
    assert.deepEqual(world.project.deletions, []);
    assert.ok(isOn(world, 1));
    assert.equal(plan.nextDueAt, at(55), 'an hour after the trial that no agent makes');
    world.advance(55 * 60_000);
    await untilQuiet(world);
    assert.equal(recordOf(world, 1)?.chosen?.revision, 2);
  });

  test('over a state that holds another server ends nothing', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    bringUp(world, 2);
    const copied = world.bucket.states.get(agentStateKey('aura', idNo(2))) ?? assert.fail();
    world.bucket.states.set(agentStateKey('aura', idNo(1)), copied);
    edit(world, 1, { revision: 2 });
    const { plan } = await dueChange(world);
    assert.equal(outcomeText(await applyOne(world, plan)), 'failed at vm: GateRefused');
    assert.deepEqual(world.project.deletions, []);
    assert.ok(isOn(world, 1));
  });

  test('whose run died while it planned beside the state: the lock there is released', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    edit(world, 1, { revision: 2 });
    world.fault({ port: 'stacks', method: 'plan', kind: 'die' });
    await reconcileOnce(world);
    const created = new Date(world.time.now()).toISOString();
    const lock = { id: 'lock', who: 'runner', operation: 'OperationTypePlan', created };
    world.bucket.locks.set(`aura/agents/${idNo(1)}/next.tfstate`, lock);
    await untilQuiet(world);
    assert.equal(recordOf(world, 1)?.chosen?.revision, 2);
    assert.ok(isOn(world, 1));
    assert.equal(world.bucket.locks.size, 0);
  });
});
