/** An orphan that is no server is destroyed only if it is the very resource that was decided on. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { labelNames } from '../../../../reconciler/core/fleet/observed.ts';
import { planFleet } from '../../../../reconciler/flows/reconcile/plan-fleet.ts';
import { idNo } from '../../../builders/world.ts';
import { bringUp, recordOf, writeRecord } from '../../../fakes/agents.ts';
import type { FakeWorld } from '../../../fakes/world.ts';
import { applyOne, outcomeText } from './reconciling.ts';
import { decideAll, hour, kinds, look, ours, strayWorld } from './strays.ts';

/** Gives all resources but servers, devices and states a later creation time. */
function madeAnew({ project, tailnet, bucket, time }: FakeWorld): void {
  const created = new Date(time.now() - 2 * hour).toISOString();
  for (const listed of [project.primaryIps, project.sshKeys, project.snapshots, bucket.locks])
    for (const [id, one] of listed as Map<string, object>)
      listed.set(id, { ...one, created } as never);
  for (const [id, key] of tailnet.keys)
    tailnet.keys.set(id, { ...key, createdMs: time.now() - 2 * hour });
}

describe('a resource that replaced another of its id since the decision stays', () => {
  for (const kind of Object.keys(kinds)) {
    if (kind !== 'server' && kind !== 'device' && kind !== 'state')
      test(`of kind ${kind}: another one of its id since the decision stays`, async () => {
        const { world, isThere } = strayWorld(kind);
        await look(world);
        decideAll(world, 'destroy');
        const { plan } = await planFleet(world.ports, 'everything');
        madeAnew(world);
        assert.match(outcomeText(await applyOne(world, plan)), /OwnershipUnproven$/);
        assert.ok(isThere());
      });
  }
});

test('an address that was deleted since the decision is no failure', async () => {
  const { world } = strayWorld('primaryIp');
  await look(world);
  decideAll(world, 'destroy');
  const { plan } = await planFleet(world.ports, 'everything');
  const [orphan] = plan.changes;
  assert.ok(orphan?.kind === 'destroyOrphan');
  world.project.primaryIps.delete(orphan.id);
  assert.equal(outcomeText(await applyOne(world, plan)), 'done');
});

for (const [n, outcome] of [
  [1, /^superseded: the record of agt-\S+ now names it$/],
  [2, /^done$/],
] as const)
  test(`an address of agent 1 while a run works on agent ${n}`, async () => {
    const { world } = strayWorld('primaryIp');
    bringUp(world, 2);
    for (const [id, one] of world.project.primaryIps)
      if (one.ip === '198.51.100.99')
        world.project.primaryIps.set(id, {
          ...one,
          labels: { ...ours, [labelNames.agent]: idNo(1) },
        });
    await look(world);
    decideAll(world, 'destroy');
    const { plan } = await planFleet(world.ports, 'everything');
    const record = recordOf(world, n) ?? assert.fail();
    const since = new Date(world.time.now()).toISOString();
    const until = new Date(world.time.now() + hour).toISOString();
    const lease = {
      run: 'run-99',
      runAttempt: 1,
      change: 'repair',
      nonce: 'a1b2c3d4e5f60718',
      since,
      until,
    } as const;
    world.forge.runs.set('run-99', 'running');
    writeRecord(world, { ...record, lease: { ...lease, step: 'repair' } });
    assert.match(outcomeText(await applyOne(world, plan)), outcome);
  });

test('an address that is still there after its deletion is reported', async () => {
  const { world, isThere } = strayWorld('primaryIp');
  await look(world);
  decideAll(world, 'destroy');
  const { plan } = await planFleet(world.ports, 'everything');
  const kept = new Map(world.project.primaryIps);
  const run = () => {
    for (const [id, one] of kept) world.project.primaryIps.set(id, one);
  };
  world.fault({ port: 'cloud', method: 'primaryIp', nth: 2, kind: 'meanwhile', run });
  assert.match(outcomeText(await applyOne(world, plan)), /OutcomeUnknown$/);
  assert.ok(isThere());
});
