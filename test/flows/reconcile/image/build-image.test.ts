/**
 * Builds an image in a world in memory: what is bought, what remains, and what a run finds after the
 * process died at each of its effects.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseCatalog } from '../../../../reconciler/core/agent/catalog.ts';
import { Failure } from '../../../../reconciler/core/failure.ts';
import { buildersIn } from '../../../../reconciler/core/fleet/builder.ts';
import { newFleetRecord, parseFleetFile } from '../../../../reconciler/core/fleet/fleet-record.ts';
import { labelNames } from '../../../../reconciler/core/fleet/observed.ts';
import { recordFleet } from '../../../../reconciler/flows/reconcile/apply/record-fleet.ts';
import {
  buildImage,
  type ImageBuilt,
} from '../../../../reconciler/flows/reconcile/image/build-image.ts';
import { firstAttempt } from '../../../builders/world.ts';
import { bringUp, isOn } from '../../../fakes/agents.ts';
import { everyDeath } from '../../../fakes/deaths.ts';
import { checkInvariants, strictViolationsOf } from '../../../fakes/invariants.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { reconcileOnce } from '../apply/reconciling.ts';

const minuteMs = 60_000;

function build(world: FakeWorld, run = 'image-1', base: string | null = null): Promise<ImageBuilt> {
  const known = world.forge.runs;
  if (!known.has(run)) known.set(run, 'running');
  return buildImage(world.ports, { run: firstAttempt(run), base, onStep: () => {} });
}

async function built(world: FakeWorld, run?: string) {
  const image = await build(world, run);
  assert.ok(image.kind !== 'refused', JSON.stringify(image));
  return image;
}

const builders = ({ project }: FakeWorld) =>
  [...project.servers.values()].filter(({ labels }) => labelNames.builder in labels);
const leases = ({ git }: FakeWorld) => {
  const file = parseFleetFile(git.tip('status')?.tree.get('fleet.yaml') ?? null);
  assert.ok(file.kind === 'valid', JSON.stringify(file));
  return buildersIn(file.record);
};
const states = ({ bucket }: FakeWorld) =>
  [...bucket.states.keys()].filter((key) => key.includes('/builders/'));
const images = ({ project }: FakeWorld) => [...project.snapshots.values()];

/** Nothing of a builder is left, and nothing waits for a person. */
function assertClean(world: FakeWorld): void {
  assert.deepEqual(builders(world), []);
  assert.deepEqual(leases(world), []);
  assert.deepEqual(states(world), []);
  assert.deepEqual(strictViolationsOf(world), []);
}

describe('an image', () => {
  test('is made on a builder that is gone afterwards, and is proposed for the catalog', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    const image = await built(world);
    assert.equal(image.kind, 'built');
    assertClean(world);
    const [snapshot, ...others] = images(world);
    assert.deepEqual([snapshot?.id, others], [image.image, []]);
    assert.equal(snapshot?.labels[labelNames.image], image.content);
    assert.equal(snapshot?.labels[labelNames.base], 'debian-12');
    const made = world.project.creations.at(-1)?.server;
    assert.match(made?.name ?? '', /^builder-[0-9a-z]{16}$/);
    assert.equal(made?.labels[labelNames.builder], 'image-1');
    assert.ok(world.hosts.prepared.has(made?.id ?? ''));
    assert.ok(isOn(world, 1), 'the agent beside it is left alone');

    const [proposal] = world.forge.open();
    assert.match(proposal?.body ?? '', /instead of image debian-12:\n\n- roles 1\n/);
    world.forge.merge(proposal?.number ?? 0);
    const text = world.git.tip('main')?.tree.get('catalog.yaml') ?? '';
    const catalog = parseCatalog(text);
    assert.ok(catalog.ok && catalog.value.image === image.image, text);
    assert.equal((await built(world)).proposal, null, 'the catalog names it already');
  });

  test('that a stop interrupts leaves its builder to the first run after the stop', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    world.forge.runs.set('image-1', 'running');
    const options = {
      run: firstAttempt('image-1'),
      base: null,
      onStep: (step: string) => {
        if (step === 'install') world.git.halt('look at this');
      },
    };
    await assert.rejects(buildImage(world.ports, options), { reason: 'Stopped' });
    assert.equal(builders(world).length, 1, 'a stop ends nothing');
    world.forge.runs.set('image-1', 'over');
    world.restart();
    await reconcileOnce(world);
    assert.equal(builders(world).length, 1, 'nor does a run under it');
    world.git.resume();
    await reconcileOnce(world);
    assertClean(world);
  });

  test('is used although the answer that it was made was lost', async () => {
    const world = createFakeWorld();
    world.fault({ port: 'cloud', method: 'createSnapshot', kind: 'lost' });
    assert.equal((await built(world)).kind, 'built');
    assert.equal(images(world).length, 1);
    assertClean(world);
  });

  test('with the same content is used again, and nothing is bought', async () => {
    const world = createFakeWorld();
    const first = await built(world);
    const again = await built(world, 'image-2');
    assert.deepEqual({ ...again, kind: 'built' }, first);
    assert.equal(again.kind, 'reused');
    assert.equal(world.project.creations.length, 1);
    assert.equal(world.forge.open().length, 1);
  });

  test('of other roles is made anew, from what the catalog’s snapshot was made from', async () => {
    const world = createFakeWorld();
    await built(world);
    world.forge.merge(world.forge.open()[0]?.number ?? 0);
    world.hosts.roleVersion = '2';
    world.restart();
    const next = await built(world, 'image-2');
    assert.equal(next.kind, 'built');
    assert.equal(images(world).length, 2);
    assert.equal(images(world).at(-1)?.labels[labelNames.base], 'debian-12');
  });

  test('is no orphan while it is proposed; an earlier one that nothing names is', async () => {
    const world = createFakeWorld();
    await built(world);
    world.hosts.roleVersion = '2';
    world.restart();
    const next = await built(world, 'image-2');
    world.advance(120 * minuteMs);
    const done = await reconcileOnce(world, 'everything');
    const [earlier] = images(world);
    assert.notEqual(earlier?.id, next.image);
    assert.deepEqual(
      done?.plan.orphans.map(({ resource, id }) => [resource, id]),
      [['snapshot', earlier?.id]],
    );
  });
});

describe('nothing is bought', () => {
  const refused = async (options: Parameters<typeof createFakeWorld>[0], why: RegExp) => {
    const world = createFakeWorld(options);
    const image = await build(world);
    assert.ok(image.kind === 'refused');
    assert.match(image.message, why);
    assert.deepEqual([world.project.creations, leases(world)], [[], []]);
  };
  test('beyond the ceiling of the fleet’s cost', () =>
    refused({ policy: 'limits: {fleetCostMonthlyMax: 5}\n' }, /would cost 5.5 a month/));

  test('under a pause', async () => {
    const policy = 'pause: {reason: audit, since: 2026-11-22T00:00:00Z}\n';
    const world = createFakeWorld({ policy });
    await assert.rejects(
      async () => assert.equal((await build(world)).kind, 'built'),
      /paused: audit|refused/,
    );
    assert.deepEqual(world.project.creations, []);
  });

  test('where Hetzner has no such image to begin with', async () => {
    const world = createFakeWorld();
    await assert.rejects(build(world, 'image-1', 'debian-99'), /no image debian-99 for x86/);
    assert.deepEqual([world.project.creations, leases(world)], [[], []]);
  });

  test('while another run makes an image', async () => {
    const world = createFakeWorld();
    world.fault({ port: 'configurator', method: 'prepare', kind: 'die' });
    await assert.rejects(build(world));
    world.calm();
    world.restart();
    const other = await build(world, 'image-2').catch((thrown: unknown) => thrown);
    assert.ok(other instanceof Failure && other.reason === 'Conflict', String(other));
    assert.match(other.message, /^run image-1\/1 makes an image until /);
    assert.equal(builders(world).length, 1);
  });
});

describe('a builder', () => {
  test('that fails is ended at once, whatever it failed by', async () => {
    for (const step of ['boot', 'configure'] as const) {
      const world = createFakeWorld();
      world.hosts.fail(step, 1);
      await assert.rejects(build(world));
      assertClean(world);
      assert.deepEqual(images(world), []);
    }
  });

  test('of a run that is over by the Forge is ended by the next run', async () => {
    const world = createFakeWorld();
    world.fault({ port: 'configurator', method: 'prepare', kind: 'die' });
    await assert.rejects(build(world));
    world.calm();
    world.restart();
    const during = await reconcileOnce(world);
    assert.deepEqual([during?.plan.orphans, during?.finalized.builders], [[], []]);
    assert.equal(builders(world).length, 1);
    world.forge.runs.set('image-1', 'over');
    const [{ name = '' } = {}] = builders(world);
    const after = await reconcileOnce(world);
    assert.deepEqual(after?.finalized.builders, [name]);
    assertClean(world);
  });

  test('that appears after its create was answered by an error is ended, not forgotten', async () => {
    const world = createFakeWorld();
    world.terraform.mishaps.push('appearsLate');
    await assert.rejects(build(world));
    assert.deepEqual([world.project.servers.size, leases(world).length], [1, 1]);
    world.forge.runs.set('image-1', 'over');
    await reconcileOnce(world);
    assert.equal(leases(world).length, 1);
    world.advance(world.terraform.lateMs);
    await reconcileOnce(world);
    assertClean(world);
  });

  test('keeps its lease when the shared stack is recorded anew', async () => {
    const world = createFakeWorld();
    world.fault({ port: 'configurator', method: 'prepare', kind: 'die' });
    await assert.rejects(build(world));
    world.calm();
    world.restart();
    const [before] = leases(world);
    const firewalls = { base: '1', bootstrap: '2' };
    await recordFleet(world.ports, newFleetRecord({ firewalls }));
    assert.deepEqual(leases(world), [before]);
  });

  test('whose labels are another’s is not ended, and that is said', async () => {
    const world = createFakeWorld();
    world.fault({ port: 'configurator', method: 'prepare', kind: 'die' });
    await assert.rejects(build(world));
    world.calm();
    world.restart();
    world.forge.runs.set('image-1', 'over');
    const [server] = builders(world);
    assert.ok(server !== undefined);
    server.labels = { ...server.labels, [labelNames.nonce]: 'zyxwvutsrq543210' };
    const after = await reconcileOnce(world);
    assert.deepEqual(
      after?.finalized.failed.map(({ part, reason }) => [part, reason]),
      [['builders', 'OwnershipUnproven']],
    );
    assert.equal(world.project.servers.size, 1);
  });

  test('is gone two runs after its process died at any effect, and so is its lease', async () => {
    const deaths = await everyDeath({
      world: () => {
        const world = createFakeWorld();
        bringUp(world, 1);
        return world;
      },
      flow: (world) => build(world),
      async after(world, { name }) {
        world.forge.runs.set('image-1', 'over');
        checkInvariants(world);
        await reconcileOnce(world);
        // A create that no look finds may still appear until the lease expires.
        world.advance(100 * minuteMs);
        const done = await reconcileOnce(world);
        assert.deepEqual(done?.plan.orphans, [], name);
        assertClean(world);
        assert.ok(isOn(world, 1));
        // Whatever it had done: an image is there after the next build, and only one.
        await built(world, 'image-2');
        assert.equal(images(world).length, 1, name);
        assertClean(world);
      },
    });
    assert.ok(deaths > 20, String(deaths));
  });
});
