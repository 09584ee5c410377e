/** An isolated agent: its firewall, its device, and what is left alone until it is released. */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { deviceTag, isolatedTag, labelNames } from '../../../../reconciler/core/fleet/observed.ts';
import { at } from '../../../builders/world.ts';
import { bringUp, edit, isOn, recordOf, serverOf } from '../../../fakes/agents.ts';
import { everyDeath } from '../../../fakes/deaths.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { reconcileOnce, untilQuiet } from './reconciling.ts';

const isolated = { reason: 'abuse report 4711', since: at(-1) };
let world: FakeWorld;

function started(): FakeWorld {
  const fresh = createFakeWorld();
  bringUp(fresh, 1);
  return fresh;
}

beforeEach(() => {
  world = started();
});

function tagsOf(on = world): readonly string[] {
  const node = recordOf(on, 1)?.tailnet?.nodeId ?? '';
  return on.tailnet.devices.get(node)?.tags ?? [];
}

/** Whether the firewall with outgoing rules applies to its server. */
function isBehind(on = world): boolean {
  const server = serverOf(on, 1) ?? assert.fail('its server is gone');
  const { firewalls } = on.project.observed(server);
  const roles = firewalls.map((id) => on.project.firewalls.get(id)?.name);
  return roles.includes('aura-isolation');
}

function assertIsolated(on = world): void {
  assert.deepEqual([isBehind(on), tagsOf(on)], [true, [isolatedTag('aura')]]);
}

function assertFree(on = world): void {
  assert.deepEqual([isBehind(on), tagsOf(on)], [false, [deviceTag('aura')]]);
}

const effects = () => world.calls.filter((call) => call !== 'journal.push');

describe('an agent', () => {
  it('is isolated by a commit, and released by its revert', async () => {
    assertFree();
    world.calls.length = 0;
    const commit = edit(world, 1, { isolated });
    const plan = (await reconcileOnce(world))?.plan ?? assert.fail('it did not run');
    assert.deepEqual(
      plan.changes.map((one) => one.kind === 'repair' && [one.because, one.drifts]),
      [['isolated: abuse report 4711', ['isolation']]],
    );
    assert.deepEqual(effects(), ['cloud.setLabels', 'tailnet.setTags'], 'the firewall comes first');
    assertIsolated();
    const recorded = () => recordOf(world, 1)?.server?.isolation;
    const first = recorded() ?? assert.fail('it is not recorded');
    assert.equal(first.snapshot, null, 'no snapshot is made');
    const quiet = await untilQuiet(world);
    assert.deepEqual(quiet.plan.changes, []);
    const condition = recordOf(world, 1)?.conditions.find(({ type }) => type === 'Isolated');
    assert.match(condition?.message ?? '', /abuse report 4711/);
    assert.ok(isOn(world, 1), 'it goes on running');

    world.git.revert(commit);
    world.calls.length = 0;
    await reconcileOnce(world);
    assert.deepEqual(effects(), ['tailnet.setTags', 'cloud.setLabels'], 'the firewall goes last');
    assertFree();
    await untilQuiet(world);
    assert.deepEqual([recordOf(world, 1)?.conditions, recorded()], [[], undefined]);
  });

  it('whose label or tag is changed by hand is isolated again, since the first time', async () => {
    edit(world, 1, { isolated });
    await untilQuiet(world);
    const { isolation } = recordOf(world, 1)?.server ?? {};
    world.advance(3_600_000);
    const server = serverOf(world, 1) ?? assert.fail();
    const { [labelNames.isolated]: _, ...others } = server.labels;
    world.project.relabel(server, others);
    await untilQuiet(world);
    assertIsolated();
    const node = recordOf(world, 1)?.tailnet?.nodeId ?? '';
    const device = world.tailnet.devices.get(node) ?? assert.fail();
    device.tags = [deviceTag('aura')];
    await untilQuiet(world);
    assertIsolated();
    assert.deepEqual(recordOf(world, 1)?.server?.isolation, isolation);
  });

  it('is isolated although it is switched off, and although its device is gone', async () => {
    edit(world, 1, { power: 'stopped' });
    await untilQuiet(world);
    edit(world, 1, { isolated });
    await untilQuiet(world);
    assertIsolated();
    edit(world, 1, { power: 'running' });
    await untilQuiet(world);
    assert.ok(isOn(world, 1));
    const node = recordOf(world, 1)?.tailnet?.nodeId ?? '';
    world.tailnet.devices.delete(node);
    world.calls.length = 0;
    await untilQuiet(world);
    assert.deepEqual(effects(), [], 'nothing lets it join again');
    assert.ok(isBehind());
  });
});

describe('evidence', () => {
  it('stays: no new revision, no configuration, no end, until the release', async () => {
    edit(world, 1, { isolated });
    await untilQuiet(world);
    const { id } = serverOf(world, 1) ?? assert.fail();
    edit(world, 1, { revision: 2, config: { timezone: 'Europe/Berlin' } });
    world.calls.length = 0;
    await untilQuiet(world);
    assert.deepEqual(effects(), []);
    const retired = { at: at(-300), by: 'person', reason: 'fraud' } as const;
    edit(world, 1, { retired });
    await untilQuiet(world);
    assert.deepEqual(effects(), ['cloud.powerOff'], 'only off: its disk stays');
    assert.ok(world.project.servers.has(id));

    edit(world, 1, { isolated: undefined });
    await untilQuiet(world);
    assert.ok(!world.project.servers.has(id), 'released, the tombstone is carried out');
    assert.equal(world.tailnet.devices.size, 0);
  });

  it('an isolated agent’s device can be deleted after the release of a retired one', async () => {
    edit(world, 1, { isolated });
    await untilQuiet(world);
    assert.equal(tagsOf()[0], isolatedTag('aura'));
    const retired = { at: at(-300), by: 'person', reason: 'fraud' } as const;
    edit(world, 1, { isolated: undefined, retired });
    await untilQuiet(world);
    assert.equal(world.tailnet.devices.size, 0);
  });
});

describe('isolation', () => {
  for (const what of ['isolated', 'released'] as const)
    it(`is completed after every death, and every lost answer: ${what}`, async () => {
      const deaths = await everyDeath({
        async world() {
          const fresh = started();
          edit(fresh, 1, { isolated });
          if (what === 'isolated') return fresh;
          await untilQuiet(fresh);
          edit(fresh, 1, { isolated: undefined });
          return fresh;
        },
        flow: reconcileOnce,
        async after(on) {
          await untilQuiet(on);
          if (what === 'isolated') assertIsolated(on);
          else assertFree(on);
          const isRecorded = recordOf(on, 1)?.server?.isolation !== undefined;
          assert.equal(isRecorded, what === 'isolated');
        },
      });
      assert.ok(deaths >= 6, `${deaths} deaths`);
    });

  it('needs its firewall: without it nothing counts as isolated, and it is made again', async () => {
    const [id = ''] =
      [...world.project.firewalls].find(([, { name }]) => name === 'aura-isolation') ?? [];
    world.project.firewalls.delete(id);
    edit(world, 1, { isolated });
    await untilQuiet(world);
    assertIsolated();
  });

  it('is held back by a stop', async () => {
    world.git.halt('stop');
    edit(world, 1, { isolated });
    await reconcileOnce(world);
    assertFree();
  });
});
