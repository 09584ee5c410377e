/** A server that appears at any moment after its create was answered by an error. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Failure } from '../../../../reconciler/core/failure.ts';
import { labelNames } from '../../../../reconciler/core/fleet/observed.ts';
import type { StackRequest } from '../../../../reconciler/ports/stacks.ts';
import { askFor, edit, isOn, plantServer, recordOf, serverOf } from '../../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { endedLongAgo, sell } from './cases.ts';
import { applyOne, dueChange, outcomeText, reconcileOnce, untilQuiet } from './reconciling.ts';

/** The create of agent 1 has failed; this is the stack it asked for. */
async function failedCreate(world: FakeWorld): Promise<StackRequest & { spec: { kind: 'agent' } }> {
  askFor(world, 1);
  const failure = new Failure('ProviderOutage', 'a bad gateway');
  let asked: StackRequest | null = null;
  const when = (request: unknown) => {
    asked = request as StackRequest;
    return true;
  };
  world.fault({ port: 'stacks', method: 'plan', kind: 'fail', failure, when });
  await reconcileOnce(world);
  world.calm();
  assert.ok(asked !== null);
  return asked as StackRequest & { spec: { kind: 'agent' } };
}

describe('a server that its create left behind', () => {
  test('and that appears once its agent was finalized is proposed as an orphan', async () => {
    const world = createFakeWorld();
    const { spec } = await failedCreate(world);
    endedLongAgo(world);
    await reconcileOnce(world);
    assert.notEqual(recordOf(world, 1)?.gone, undefined);
    const { id } = plantServer(world, spec.server.name, spec.server.labels);
    const { plan } = (await reconcileOnce(world)) ?? assert.fail();
    assert.deepEqual(
      plan.orphans.map((orphan) => orphan.id),
      [id],
    );
  });

  test('and that the listing lacks: its agent is not recorded as gone', async () => {
    const world = createFakeWorld();
    const { spec } = await failedCreate(world);
    endedLongAgo(world);
    world.project.create(spec.server);
    const none = () => ({ items: [], partial: [] });
    const lie = world.fault({ port: 'cloud', method: 'servers', kind: 'lie', answer: none });
    await reconcileOnce(world);
    assert.equal(lie.fired, 1);
    assert.equal(recordOf(world, 1)?.gone, undefined);
    await untilQuiet(world);
    assert.equal(serverOf(world, 1), null);
  });

  test('and that appears right before the next create is brought up, and no attempt is used up', async () => {
    const world = createFakeWorld();
    const { spec } = await failedCreate(world);
    world.advance(6 * 60_000);
    const run = () => void world.project.create(spec.server);
    world.fault({ port: 'cloud', method: 'serverByName', kind: 'meanwhile', run });
    await untilQuiet(world);
    assert.ok(isOn(world, 1));
    assert.deepEqual(world.project.deletions, []);
    assert.deepEqual(
      recordOf(world, 1)?.attempts.map(({ change, outcome }) => `${change} ${outcome}`),
      ['create failed', 'create superseded', 'resume succeeded'],
    );
  });

  test('and whose nonce was changed since the plan is not taken for the agent’s', async () => {
    const world = createFakeWorld();
    const { spec } = await failedCreate(world);
    const server = world.project.create(spec.server);
    world.advance(6 * 60_000);
    const { plan, change } = await dueChange(world);
    assert.equal(change.kind, 'resume');
    server.labels = { ...server.labels, [labelNames.nonce]: 'anotherserver001' };
    assert.match(outcomeText(await applyOne(world, plan)), /OwnershipUnproven$/);
    assert.equal(recordOf(world, 1)?.server, undefined);
  });

  test('and that is off, of an agent whose desired power is off, is recorded', async () => {
    const world = createFakeWorld();
    const { spec } = await failedCreate(world);
    edit(world, 1, { power: 'stopped' });
    const server = world.project.create(spec.server);
    server.statuses = [{ atMs: 0, status: 'off' }];
    const { id } = server;
    await reconcileOnce(world);
    assert.equal(recordOf(world, 1)?.server?.id, id);
    assert.equal(recordOf(world, 1)?.server?.power, 'off');
    assert.deepEqual((await reconcileOnce(world))?.plan.changes, []);
  });

  test('beside an empty state is imported, and can be resized', async () => {
    const world = createFakeWorld();
    const { spec } = await failedCreate(world);
    world.project.create(spec.server);
    world.bucket.states.set(spec.stateKey, { managed: [], modifiedMs: world.time.now() });
    await untilQuiet(world);
    assert.equal(world.bucket.states.get(spec.stateKey)?.managed[0]?.id, serverOf(world, 1)?.id);
    sell(world, 1, 'pro');
    await untilQuiet(world);
    assert.equal(serverOf(world, 1)?.serverType, 'cpx22');
  });
});
