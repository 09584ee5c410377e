/** A create or a replacement whose server cannot be made from its image buys and ends nothing. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Failure } from '../../../../reconciler/core/failure.ts';
import { checkImages } from '../../../../reconciler/flows/reconcile/apply/image-check.ts';
import { planFleet } from '../../../../reconciler/flows/reconcile/plan-fleet.ts';
import { catalogText, idNo, offers } from '../../../builders/world.ts';
import { askFor, bringUp, edit, isOn } from '../../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { outcomeText, reconcileOnce } from './reconciling.ts';

const withImage = (image: string) => catalogText.replace('debian-12', image);

function snapshot(world: FakeWorld, id: string): void {
  const created = new Date(world.time.now()).toISOString();
  const labels = { 'aura.dev/fleet': 'aura' };
  world.project.snapshots.set(id, { id, description: '', created, labels, monthlyCost: null });
}

async function outcomes(world: FakeWorld) {
  const done = await reconcileOnce(world);
  return (done?.applied ?? []).map(
    ({ agent, change, outcome }) => `${agent} ${change} ${outcomeText(outcome)}`,
  );
}

describe('an image', () => {
  for (const image of ['debian-99', '"4711"'])
    test(`that does not exist (${image}) defers creates and replacements, and no other change`, async () => {
      const world = createFakeWorld();
      bringUp(world, 2);
      bringUp(world, 3);
      world.git.add('main', {
        subject: 'Another image',
        author: 'Pat',
        edits: { 'catalog.yaml': withImage(image) },
      });
      edit(world, 2, { revision: 2 });
      edit(world, 3, { power: 'stopped' });
      askFor(world, 1);
      const before = world.project.servers.size;
      assert.deepEqual(
        await outcomes(world),
        [
          `${idNo(1)} create deferred: InvalidInput`,
          `${idNo(2)} replace deferred: InvalidInput`,
          `${idNo(3)} power done`,
        ].sort(),
      );
      assert.equal(world.project.servers.size, before);
      assert.deepEqual(world.project.creations, []);
      assert.ok(isOn(world, 2), 'its old server stays');
    });

  test('whose disk is larger than the server’s defers its create', async () => {
    const small = { ...offers, list: offers.list.map((one) => ({ ...one, diskGb: 20 })) };
    const world = createFakeWorld({ catalog: withImage('"4711"'), offers: small });
    snapshot(world, '4711');
    askFor(world, 1);
    assert.deepEqual(await outcomes(world), [`${idNo(1)} create deferred: InvalidInput`]);
    assert.deepEqual(world.project.creations, []);
  });

  test('cannot be judged for a type that Hetzner no longer lists, and nothing is made', async () => {
    const world = createFakeWorld();
    askFor(world, 1);
    const { plan } = await planFleet(world.ports);
    const none = { offers: async () => ({ ...offers, list: [] }) };
    const held = await checkImages({ cloud: { ...world.ports.cloud, ...none } }, plan.changes);
    assert.deepEqual(
      plan.changes.map((change) => held(change)?.kind),
      ['deferred'],
    );
  });

  test('that is a snapshot which fits is what the server is made from', async () => {
    const world = createFakeWorld({ catalog: withImage('"4711"') });
    snapshot(world, '4711');
    askFor(world, 1);
    assert.deepEqual(await outcomes(world), [`${idNo(1)} create done`]);
    assert.equal([...world.project.servers.values()][0]?.image, '4711');
  });

  test('that cannot be asked for defers creates by that cause', async () => {
    const world = createFakeWorld();
    askFor(world, 1);
    const failure = new Failure('ProviderOutage', 'it answers 503');
    world.fault({ port: 'cloud', method: 'images', kind: 'fail', failure });
    assert.deepEqual(await outcomes(world), [`${idNo(1)} create deferred: ProviderOutage`]);
  });

  test('of a recorded choice is never an orphan, and is asked for by nothing that exists', async () => {
    const world = createFakeWorld({ catalog: withImage('"4711"') });
    snapshot(world, '4711');
    askFor(world, 1);
    await reconcileOnce(world);
    world.git.add('main', {
      subject: 'Back to the plain image',
      author: 'Pat',
      edits: { 'catalog.yaml': catalogText },
    });
    snapshot(world, '4712');
    world.advance(3 * 3_600_000);
    const done = await reconcileOnce(world, 'everything');
    assert.deepEqual(
      done?.plan.orphans.map(({ id }) => id),
      ['4712'],
    );
    assert.deepEqual(done?.applied, []);
  });
});
