/** The deep check of a plan: a disagreement is reported until both agree, and changes nothing. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { alarmsOf } from '../../../../reconciler/core/alarms/alarms.ts';
import { Failure } from '../../../../reconciler/core/failure.ts';
import { fingerprintOf, needsAttention } from '../../../../reconciler/core/plan/plan.ts';
import { reportText } from '../../../../reconciler/core/status/report.ts';
import { readAlarmInput } from '../../../../reconciler/flows/alarms/alarm-input.ts';
import { checkDeeply } from '../../../../reconciler/flows/reconcile/observe/check-deeply.ts';
import { planFleet } from '../../../../reconciler/flows/reconcile/plan-fleet.ts';
import { reconcile } from '../../../../reconciler/flows/reconcile/reconcile.ts';
import { firstAttempt, idNo } from '../../../builders/world.ts';
import { bringUp } from '../../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';

async function checked(world: FakeWorld) {
  const planned = await planFleet(world.ports);
  return { before: planned.plan, plan: await checkDeeply(world.ports, planned) };
}

async function alarmed(world: FakeWorld): Promise<readonly string[]> {
  const input = await readAlarmInput(world.ports, 'reconcile.yml');
  return alarmsOf(input, world.time.now())
    .filter(({ kind }) => kind === 'DeepCheckDisagrees')
    .flatMap(({ agents }) => agents);
}

function bringUpTwo() {
  const world = createFakeWorld();
  bringUp(world, 1);
  bringUp(world, 2);
  // Past the time in which a new server still changes.
  world.time.advance(3_600_000);
  const server = [...world.project.servers.values()].find(({ name }) => name === idNo(1));
  assert.ok(server);
  return { world, server };
}

describe('the deep check', () => {
  test('of a converged fleet: it agrees, the plan is the same, nothing is written', async () => {
    const { world } = bringUpTwo();
    const { before, plan } = await checked(world);
    assert.deepEqual(
      plan.deepChecks,
      [idNo(1), idNo(2)].sort().map((agent) => ({ agent, outcome: 'agrees', details: [] })),
    );
    assert.equal(fingerprintOf(plan), before.fingerprint);
    assert.ok(!needsAttention(plan));
    const tips = [...world.git.branches];
    await reconcile(world.ports, { run: firstAttempt('run-1') });
    assert.deepEqual([...world.git.branches], tips);
  });

  test('a disagreement is in plan, record and alarms until both agree', async () => {
    const { world, server } = bringUpTwo();
    world.terraform.drifts.set(server.id, [
      { attribute: 'backups', remembered: 'false', found: 'true' },
    ]);
    const { plan, applied } = await reconcile(world.ports, { run: firstAttempt('run-1') });
    assert.deepEqual(applied, []);
    assert.ok(needsAttention(plan));
    assert.match(
      reportText(plan),
      new RegExp(
        `Deep checks \\(2\\)\n.*\n(?:.*\n)?  ${idNo(1)}: disagrees; backups is true, the state remembers false`,
      ),
    );
    assert.deepEqual(await alarmed(world), [idNo(1)]);
    const tips = [...world.git.branches];
    await reconcile(world.ports, { run: firstAttempt('run-2') });
    assert.deepEqual([...world.git.branches], tips, 'the same is not written twice');
    assert.deepEqual(await alarmed(world), [idNo(1)]);

    world.terraform.drifts.clear();
    await reconcile(world.ports, { run: firstAttempt('run-3') });
    assert.deepEqual(await alarmed(world), []);
  });

  test('a server that changed since it was listed is read once more', async () => {
    const { world, server } = bringUpTwo();
    const planned = await planFleet(world.ports);
    server.statuses = [{ atMs: 0, status: 'off' }];
    const { deepChecks } = await checkDeeply(world.ports, planned);
    assert.deepEqual(new Set(deepChecks.map(({ outcome }) => outcome)), new Set(['agrees']));
  });

  test('a server that disappeared since it was listed is left to the next listing', async () => {
    const { world, server } = bringUpTwo();
    const planned = await planFleet(world.ports);
    world.project.servers.delete(server.id);
    const { deepChecks } = await checkDeeply(world.ports, planned);
    assert.deepEqual(
      deepChecks.filter(({ agent }) => agent === idNo(1)),
      [{ agent: idNo(1), outcome: 'failed', details: ['its server was deleted during the check'] }],
    );
  });

  test('leaves the last fifth of the requests for changes', async () => {
    const { world } = bringUpTwo();
    const planned = await planFleet(world.ports);
    const left = async (remaining: number) => {
      const budget = () => ({ callsPerHour: 3600, remaining, calls: 1 });
      const cloud = { ...world.ports.cloud, budget };
      return (await checkDeeply({ ...world.ports, cloud }, planned)).deepChecks.length;
    };
    assert.deepEqual([await left(720), await left(721), await left(722)], [0, 1, 2]);
  });

  test('a check that fails reports nothing about the agent, and stops no run', async () => {
    const { world } = bringUpTwo();
    const refresh = async () => {
      throw new Failure('StateStoreDown', 'the bucket does not answer');
    };
    const ports = { ...world.ports, stacks: { ...world.ports.stacks, refresh } };
    const { plan } = await reconcile(ports, { run: firstAttempt('run-1') });
    assert.deepEqual(
      plan.deepChecks.map(({ outcome, details }) => [outcome, details]),
      Array(2).fill(['failed', ['StateStoreDown: the bucket does not answer']]),
    );
    assert.ok(!needsAttention(plan));
    assert.deepEqual(await alarmed(world), []);
  });
});
