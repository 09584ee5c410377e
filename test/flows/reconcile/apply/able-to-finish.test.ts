/** What apply does where this machine can configure no host, or the tailnet accepts no key. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Failure } from '../../../../reconciler/core/failure.ts';
import { applyPlan } from '../../../../reconciler/flows/reconcile/apply/apply.ts';
import { planFleet } from '../../../../reconciler/flows/reconcile/plan-fleet.ts';
import { at, firstAttempt, idNo } from '../../../builders/world.ts';
import {
  askFor,
  bringUp,
  edit,
  isOn,
  recordOf,
  sawEnding,
  serverOf,
} from '../../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { dueChange, outcomeText, untilQuiet } from './reconciling.ts';

const noAnsible = new Failure('ToolMissing', 'ansible-playbook cannot be found');

/** Agent 1 is new, agent 2 is to be replaced, agent 3 to be switched off. */
async function mixed() {
  const world = createFakeWorld();
  bringUp(world, 2);
  bringUp(world, 3);
  edit(world, 2, { revision: 2 });
  edit(world, 3, { power: 'stopped' });
  askFor(world, 1);
  const { plan } = await planFleet(world.ports);
  return { world, plan };
}

async function outcomes(world: FakeWorld, plan: Awaited<ReturnType<typeof planFleet>>['plan']) {
  const options = { run: firstAttempt('run-a'), parts: 'all' } as const;
  const applied = await applyPlan(world.ports, plan, options);
  return applied.map(({ agent, change, outcome }) => `${agent} ${change}: ${outcomeText(outcome)}`);
}

describe('where no host can be finished', () => {
  for (const port of ['configurator', 'stacks'] as const)
    test(`nothing is bought or replaced without the ${port}, and the rest is applied`, async () => {
      const { world, plan } = await mixed();
      world.fault({ port, method: 'ready', kind: 'fail', failure: noAnsible });
      assert.deepEqual(
        await outcomes(world, plan),
        [
          `${idNo(1)} create: deferred: ToolMissing`,
          `${idNo(2)} replace: deferred: ToolMissing`,
          `${idNo(3)} power: done`,
        ].sort(),
      );
      assert.equal(world.project.servers.size, 2);
      assert.deepEqual(world.project.deletions, []);
      assert.equal(recordOf(world, 1), null, 'no attempt is used up and no breaker opens');
      await untilQuiet(world);
      assert.ok(isOn(world, 1));
    });

  test('without Terraform nothing that needs it begins, and no attempt is used up', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    bringUp(world, 2);
    edit(world, 1, { retired: { at: at(-600), by: 'person', reason: 'enough' } });
    sawEnding(world, 1, at(-600));
    edit(world, 2, { power: 'stopped' });
    const { plan } = await planFleet(world.ports);
    world.fault({ port: 'stacks', method: 'ready', kind: 'fail', failure: noAnsible });
    assert.deepEqual(
      await outcomes(world, plan),
      [`${idNo(1)} retire: deferred: ToolMissing`, `${idNo(2)} power: done`].sort(),
    );
    assert.equal(world.project.servers.size, 2);
    await untilQuiet(world);
    assert.equal(world.project.servers.size, 1);
  });

  for (const [what, failure, reason] of [
    ['refuses the credentials', new Failure('Unauthorized', 'it answers 401'), 'ToolMissing'],
    ['does not answer', new Failure('ProviderOutage', 'it answers 503'), 'ProviderOutage'],
  ] as const)
    test(`a tailnet that ${what} defers them too`, async () => {
      const world = createFakeWorld();
      askFor(world, 1);
      const { plan } = await planFleet(world.ports);
      world.fault({ port: 'tailnet', method: 'keys', kind: 'fail', failure });
      assert.deepEqual(await outcomes(world, plan), [`${idNo(1)} create: deferred: ${reason}`]);
      assert.equal(world.project.servers.size, 0);
    });

  test('a CA that is not in force defers them too, and one in force creates', async () => {
    const [other, own] = [
      `ssh-ed25519 ${'A'.repeat(68)}`,
      createFakeWorld().ports.keys.caPublicKey,
    ];
    const named = (keys: readonly string[]) => {
      const ca = keys.map((publicKey) => ({ publicKey, since: '2026-11-01T00:00:00Z' }));
      return createFakeWorld({ policy: `ssh: ${JSON.stringify({ ca })}\n` });
    };
    const refused = named([other]);
    askFor(refused, 1);
    const { plan } = await planFleet(refused.ports);
    assert.deepEqual(await outcomes(refused, plan), [`${idNo(1)} create: deferred: ToolMissing`]);
    assert.equal(refused.project.servers.size, 0);

    const rotating = named([other, `${own} comment`]);
    askFor(rotating, 1);
    await untilQuiet(rotating);
    assert.ok(isOn(rotating, 1));
    const userData = serverOf(rotating, 1)?.userData ?? '';
    for (const key of [other, own]) assert.ok(userData.includes(`      ${key}\n`), key);
  });

  test('is checked once, and not where no change needs a host', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    edit(world, 1, { power: 'stopped' });
    const { plan } = await dueChange(world);
    const fault = world.fault({ port: 'configurator', method: 'ready', kind: 'fail' });
    assert.deepEqual(await outcomes(world, plan), [`${idNo(1)} power: done`]);
    assert.equal(fault.fired, 0);
  });
});
