/** What a create checks before it buys a server, and what keeps it from changing another server. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { agentStateKey, labelNames } from '../../../../reconciler/core/fleet/observed.ts';
import { applyPlan } from '../../../../reconciler/flows/reconcile/apply/apply.ts';
import { missingFirewall } from '../../../../reconciler/flows/reconcile/apply/ssh-access.ts';
import { planFleet } from '../../../../reconciler/flows/reconcile/plan-fleet.ts';
import { firstAttempt, idNo, policyOf } from '../../../builders/world.ts';
import { askFor, bringUp, edit, isOn, recordOf, serverOf } from '../../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { applyOne, dueChange, outcomeText, reconcileOnce, untilQuiet } from './reconciling.ts';

/** The state of agent 1 is a copy of agent 2's, which runs. */
function copiedState(): FakeWorld {
  const world = createFakeWorld();
  bringUp(world, 2);
  askFor(world, 1);
  const state = world.bucket.states.get(agentStateKey('aura', idNo(2)));
  assert.ok(state !== undefined);
  world.bucket.states.set(agentStateKey('aura', idNo(1)), state);
  return world;
}

describe('a create whose state holds a server', () => {
  test('of another agent, which runs: refused, and that one keeps its name, labels and nonce', async () => {
    const world = copiedState();
    const before = structuredClone(serverOf(world, 2));
    const { plan } = await dueChange(world);
    assert.equal(outcomeText(await applyOne(world, plan)), 'failed at vm: GateRefused');
    assert.deepEqual(structuredClone(serverOf(world, 2)), before);
    assert.equal(recordOf(world, 1)?.server, undefined);
    for (let runs = 1; runs <= 6; runs += 1) {
      await reconcileOnce(world);
      world.advance(60 * 60_000);
    }
    assert.ok(isOn(world, 2));
    assert.deepEqual(world.project.deletions, []);
  });

  test('of another agent: the gate refuses too, where the look before it was wrong', async () => {
    const world = copiedState();
    const before = structuredClone(serverOf(world, 2));
    const { plan } = await dueChange(world);
    world.fault({ port: 'states', method: 'read', kind: 'lie', answer: () => null });
    assert.equal(outcomeText(await applyOne(world, plan)), 'failed at vm: GateRefused');
    assert.deepEqual(structuredClone(serverOf(world, 2)), before);
  });

  test('that is gone and was never recorded: refused, because its owner is unknown', async () => {
    const world = copiedState();
    world.project.servers.delete(serverOf(world, 2)?.id ?? '');
    world.git.add('status', { subject: 'lost', edits: { 'README.md': 'x' } });
    const plan = (await planFleet(world.ports)).plan;
    const changes = plan.changes.filter(({ agent }) => agent === idNo(1));
    const outcome = await applyOne(world, { ...plan, changes });
    assert.equal(outcomeText(outcome), 'failed at vm: GateRefused');
    assert.ok(world.bucket.states.has(agentStateKey('aura', idNo(1))));
  });

  test('that was recorded and is proven gone: created again', async () => {
    const world = createFakeWorld();
    const { id } = bringUp(world, 1);
    world.project.servers.delete(id);
    await untilQuiet(world);
    assert.ok(isOn(world, 1));
    assert.notEqual(serverOf(world, 1)?.id, id);
  });

  test('that we destroyed ourselves before the run died: created again', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    edit(world, 1, { revision: 2 });
    world.fault({ port: 'states', method: 'remove', kind: 'die' });
    await reconcileOnce(world);
    assert.equal(world.project.servers.size, 0);
    assert.ok(world.bucket.states.has(agentStateKey('aura', idNo(1))));
    world.calm();
    await untilQuiet(world);
    assert.ok(isOn(world, 1));
    assert.equal(recordOf(world, 1)?.chosen?.revision, 2);
  });
});

describe('a GET by id that answers 404 although the server exists', () => {
  const gone = { port: 'cloud', method: 'server', kind: 'lie', answer: () => null } as const;

  test('leads to a create that makes no second server', async () => {
    const world = createFakeWorld();
    const { id } = bringUp(world, 1);
    const none = () => ({ items: [], partial: [] });
    world.fault({ port: 'cloud', method: 'servers', kind: 'lie', answer: none });
    world.fault({ ...gone, times: 5 });
    await reconcileOnce(world);
    world.calm();
    await untilQuiet(world);
    assert.deepEqual([...world.project.servers.keys()], [id]);
    assert.equal(recordOf(world, 1)?.server?.id, id);
  });

  test('and not by its name either: the name is taken, and the server stays recorded', async () => {
    const world = createFakeWorld();
    const { id } = bringUp(world, 1);
    const before = recordOf(world, 1);
    const none = () => ({ items: [], partial: [] });
    world.fault({ port: 'cloud', method: 'servers', kind: 'lie', answer: none, times: 2 });
    world.fault({ ...gone, times: 50 });
    const hidden = { port: 'cloud', method: 'serverByName', kind: 'lie' } as const;
    world.fault({ ...hidden, answer: () => null, times: 50 });
    await reconcileOnce(world);
    const record = recordOf(world, 1);
    assert.equal(record?.attempts.at(-1)?.reason, 'Conflict');
    assert.deepEqual(record?.server, before?.server);
    assert.equal(record?.hostKey, before?.hostKey);
    assert.equal(record?.phase, 'queued', 'it is not said to run');
    assert.equal(world.tailnet.devices.size, 1, 'its device stays');
    world.calm();
    await untilQuiet(world);
    assert.deepEqual([...world.project.servers.keys()], [id]);
    assert.equal(recordOf(world, 1)?.phase, 'running');
    assert.deepEqual(recordOf(world, 1)?.destroyed, []);
  });

  test('a retirement does not record that the server is gone', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    edit(world, 1, { revision: 2 });
    const { plan } = await dueChange(world);
    world.fault({ ...gone, times: 20 });
    assert.equal(outcomeText(await applyOne(world, plan)), 'failed at server: OutcomeUnknown');
    assert.deepEqual(recordOf(world, 1)?.destroyed, []);
  });
});

describe('the fleet’s firewalls', () => {
  test('a part of a plan that leaves them to another job buys nothing before they exist', async () => {
    const world = createFakeWorld({ firewalls: false });
    askFor(world, 1);
    const { plan } = await planFleet(world.ports);
    assert.equal(plan.fleet, 'create');
    const options = { run: firstAttempt('run-a'), parts: 'agents' } as const;
    const [applied] = await applyPlan(world.ports, plan, options);
    assert.match(
      outcomeText(applied?.outcome ?? assert.fail()),
      /^skipped: the fleet's firewall aura-base does not exist$/,
    );
    assert.equal(world.project.servers.size, 0);
    assert.equal(recordOf(world, 1), null);
    await untilQuiet(world);
    assert.ok(isOn(world, 1));
  });

  test('of which one is missing are named', async () => {
    for (const role of ['base', 'bootstrap'] as const) {
      const world = createFakeWorld();
      for (const [id, { name }] of world.project.firewalls)
        if (name === `aura-${role}`) world.project.firewalls.delete(id);
      const missing = await missingFirewall(world.ports, policyOf());
      assert.match(missing ?? '', new RegExp(`firewall aura-${role} .*does not exist$`));
    }
  });

  for (const [kind, prepare] of [
    ['create', (world: FakeWorld) => void askFor(world, 1)],
    [
      'replace',
      (world: FakeWorld) => {
        bringUp(world, 1);
        edit(world, 1, { revision: 2 });
      },
    ],
  ] as const) {
    test(`${kind}: one that is deleted after the plan blocks every create and end`, async () => {
      const world = createFakeWorld();
      prepare(world);
      const { plan } = await dueChange(world);
      const servers = [...world.project.servers.keys()];
      for (const [id, { name }] of world.project.firewalls)
        if (name === 'aura-base') world.project.firewalls.delete(id);
      assert.equal(outcomeText(await applyOne(world, plan)), 'failed at vm: FirewallMissing');
      assert.deepEqual([...world.project.servers.keys()], servers);
      const attempt = recordOf(world, 1)?.attempts.at(-1);
      assert.equal(attempt?.scope, 'fleet', 'no attempt is used up');
    });
  }

  test('a server that the base firewall does not apply to is not verified', async () => {
    const world = createFakeWorld();
    askFor(world, 1);
    const run = () => void world.project.unheld.add(serverOf(world, 1)?.id ?? '');
    world.fault({ port: 'configurator', method: 'join', kind: 'meanwhile', run });
    const { plan } = await dueChange(world);
    assert.equal(outcomeText(await applyOne(world, plan)), 'failed at verify: VerifyFailed');
    assert.equal(serverOf(world, 1)?.protection.delete, false);
    await untilQuiet(world);
    assert.ok(isOn(world, 1));
  });

  test('an unfinished server without its firewalls gets them again, and is brought up', async () => {
    const world = createFakeWorld();
    askFor(world, 1);
    world.hosts.fail('configure', 1);
    await reconcileOnce(world);
    world.project.unheld.add(serverOf(world, 1)?.id ?? '');
    await untilQuiet(world);
    assert.deepEqual(
      recordOf(world, 1)?.attempts.map(({ change, outcome }) => `${change} ${outcome}`),
      ['create failed', 'resume succeeded'],
    );
    assert.equal(labelNames.bootstrap in (serverOf(world, 1)?.labels ?? {}), false);
  });
});
