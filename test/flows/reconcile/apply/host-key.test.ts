/**
 * The seeded host key is replaced by one that the host made itself. However a run is interrupted,
 * the record names the key that the host shows: `checkInvariants` checks that at each step.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isFailure } from '../../../../reconciler/core/failure.ts';
import { idNo } from '../../../builders/world.ts';
import { askFor, bringUp, edit, recordOf, serverOf, writeRecord } from '../../../fakes/agents.ts';
import { everyDeath } from '../../../fakes/deaths.ts';
import { checkInvariants, violationsOf } from '../../../fakes/invariants.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { applyOne, dueChange, outcomeText, reconcileOnce, untilQuiet } from './reconciling.ts';

/** A running agent whose host still shows the seeded key, and a change of its configuration. */
function seededAgent(): FakeWorld {
  const world = createFakeWorld();
  bringUp(world, 1);
  edit(world, 1, { config: { displayName: 'Iris' } });
  return world;
}

function newAgent(): FakeWorld {
  const world = createFakeWorld();
  askFor(world, 1);
  return world;
}

/** Which keys the record names, and the one that the host shows. */
function keysOf(world: FakeWorld) {
  const { hostKey, nextHostKey } = recordOf(world, 1) ?? {};
  const own = world.hosts.ownKeys.get(serverOf(world, 1)?.id ?? '');
  const shows = own?.shown === true ? 'own' : 'seeded';
  const named = (key: string | undefined) =>
    key === undefined ? 'none' : key === own?.key ? 'own' : 'seeded';
  return `${named(hostKey)}, next ${named(nextHostKey)}; shows ${shows}`;
}

describe('the host key', () => {
  test('of a new server is its own when it runs, and the seeded one is not accepted', async () => {
    const world = newAgent();
    await untilQuiet(world);
    assert.equal(keysOf(world), 'own, next none; shows own');
    const { hostKey = '' } = recordOf(world, 1) ?? {};
    const host = {
      agent: idNo(1),
      network: 'public' as const,
      ipv4: serverOf(world, 1)?.ipv4 ?? '',
      hostKeys: [hostKey],
    };
    const seeded = /ed25519_public: (\S+ \S+)/.exec(serverOf(world, 1)?.userData ?? '')?.[1] ?? '';
    await world.ports.configurator.nodeOf(host);
    await assert.rejects(
      world.ports.configurator.nodeOf({ ...host, hostKeys: [seeded] }),
      (thrown) => isFailure(thrown, 'OwnershipUnproven'),
    );
  });

  test('that is recorded stays, where the record also names one that the host no longer has', async () => {
    const world = newAgent();
    await untilQuiet(world);
    const record = recordOf(world, 1) ?? assert.fail();
    writeRecord(world, { ...record, nextHostKey: 'ssh-ed25519 AAAAdeleted' });
    edit(world, 1, { config: { displayName: 'Iris' } });
    await untilQuiet(world);
    assert.match(keysOf(world), /^own, .*; shows own$/);
    assert.equal(recordOf(world, 1)?.phase, 'running');
  });

  for (const [what, world] of [
    ['of a create', newAgent],
    ['of a configuration in place', seededAgent],
  ] as const) {
    test(`wherever a run ${what} dies or an answer is lost, the host stays reachable`, async () => {
      const seen = new Set<string>();
      const deaths = await everyDeath({
        world,
        flow: reconcileOnce,
        async after(current) {
          seen.add(keysOf(current));
          checkInvariants(current);
          await untilQuiet(current);
          assert.equal(keysOf(current), 'own, next none; shows own');
          assert.equal(recordOf(current, 1)?.phase, 'running');
        },
      });
      assert.ok(deaths > 10, String(deaths));
      for (const between of ['seeded, next own; shows seeded', 'seeded, next own; shows own'])
        assert.ok(seen.has(between), `${between}: only ${[...seen].join(' | ')}`);
    });
  }

  test('that the roles did not replace fails the attempt, and both stay accepted', async () => {
    const world = seededAgent();
    const { plan } = await dueChange(world);
    const no = { kind: 'lie', answer: () => false } as const;
    world.fault({ port: 'configurator', method: 'showsHostKey', ...no });
    const outcome = await applyOne(world, plan);
    assert.equal(outcomeText(outcome), 'failed at configure: ConfigureFailed');
    assert.equal(keysOf(world), 'seeded, next own; shows own');
    await untilQuiet(world);
    assert.equal(keysOf(world), 'own, next none; shows own');
  });

  test('is asked for once more in each configuration, and nothing is written for the same one', async () => {
    const world = newAgent();
    await untilQuiet(world);
    edit(world, 1, { config: { displayName: 'Iris' } });
    const before = recordOf(world, 1);
    await untilQuiet(world);
    assert.equal(recordOf(world, 1)?.hostKey, before?.hostKey);
    const said = world.git.history('status').map(({ tree }) => [...tree.values()].join(''));
    assert.ok(said.slice(-3).every((text) => !text.includes('nextHostKey')));
  });

  test('that the record does not name is found by the invariants', async () => {
    const world = newAgent();
    await untilQuiet(world);
    world.hosts.ownKeys.clear();
    assert.match(violationsOf(world).join(), /shows a host key that its record does not name/);
  });
});
