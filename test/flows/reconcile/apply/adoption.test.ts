/** A server that no record names is adopted as it is: nothing is destroyed for it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { labelNames } from '../../../../reconciler/core/fleet/observed.ts';
import { agentNo, at, idNo } from '../../../builders/world.ts';
import {
  bringUp,
  edit,
  fileText,
  isOn,
  recordOf,
  serverOf,
  writeRecord,
} from '../../../fakes/agents.ts';
import { createFakeWorld } from '../../../fakes/world.ts';
import { endedLongAgo, forget, sell } from './cases.ts';
import { dueChange, reconcileOnce, untilQuiet } from './reconciling.ts';

const suspended = { state: 'suspended', since: at(-900) } as const;

describe('a server whose record was lost', () => {
  test('while its agent is stopped: it is recorded, and switched off', async () => {
    const world = createFakeWorld();
    bringUp(world, 2);
    bringUp(world, 1);
    edit(world, 1, { power: 'stopped' });
    forget(world, 1);
    await untilQuiet(world);
    assert.equal(recordOf(world, 1)?.server?.id, serverOf(world, 1)?.id);
    assert.ok(!isOn(world, 1));
    assert.deepEqual(world.project.deletions, []);
  });

  test('while its access is suspended: it is recorded, and switched off too', async () => {
    const world = createFakeWorld();
    bringUp(world, 2);
    bringUp(world, 1);
    sell(world, 1, 'starter', { access: suspended });
    forget(world, 1);
    await untilQuiet(world);
    assert.equal(recordOf(world, 1)?.phase, 'suspended');
    assert.ok(!isOn(world, 1));
  });

  test('while it is retired: it is recorded first, and then destroyed', async () => {
    const world = createFakeWorld();
    bringUp(world, 2);
    bringUp(world, 1);
    endedLongAgo(world);
    forget(world, 1);
    const { change } = await dueChange(world);
    assert.equal(change.kind, 'adopt');
    await untilQuiet(world);
    assert.equal(serverOf(world, 1), null);
    assert.deepEqual(
      recordOf(world, 1)?.destroyed.map(({ kind }) => kind),
      ['retire'],
    );
  });

  test('and whose port 22 is open, as during a repair: it is closed, not rolled back', async () => {
    const world = createFakeWorld();
    bringUp(world, 2);
    const server = bringUp(world, 1);
    server.labels = { ...server.labels, [labelNames.bootstrap]: '1' };
    server.protection = { delete: false, rebuild: false };
    forget(world, 1);
    await untilQuiet(world);
    assert.deepEqual(world.project.deletions, []);
    assert.ok(!(labelNames.bootstrap in (serverOf(world, 1)?.labels ?? {})));
    assert.ok(serverOf(world, 1)?.protection.delete);
  });
});

describe('six retirements that a limit refuses, and a recreated status branch', () => {
  test('no retirement passes the limit, and no file is removed before its server', async () => {
    const world = createFakeWorld();
    const six = [1, 2, 3, 4, 5, 6];
    for (const n of six) {
      bringUp(world, n);
      endedLongAgo(world, n);
    }
    const refused = (await reconcileOnce(world))?.plan.refused.length;
    assert.equal(refused, 6);
    world.git.branches.delete('status');
    world.git.add('status', { subject: 'aura init', edits: { 'README.md': 'Status' } });
    world.restart();
    for (let runs = 1; runs <= 8; runs += 1) {
      await reconcileOnce(world);
      world.advance(30 * 60_000);
    }
    assert.deepEqual(world.project.deletions, []);
    for (const n of six) {
      assert.notEqual(fileText(world, n), null, `file ${n} stays`);
      assert.equal(recordOf(world, n)?.server?.id, serverOf(world, n)?.id);
      assert.equal(recordOf(world, n)?.gone, undefined);
    }
  });
});

describe('a server that differs from its file', () => {
  test('pro is paid for, the small type was created: it is recorded as it is, and then resized', async () => {
    const world = createFakeWorld();
    bringUp(world, 2);
    bringUp(world, 1);
    sell(world, 1, 'pro');
    forget(world, 1);
    await reconcileOnce(world);
    assert.deepEqual(
      [recordOf(world, 1)?.chosen?.plan, recordOf(world, 1)?.chosen?.serverType],
      ['starter', 'cpx12'],
    );
    await untilQuiet(world);
    assert.equal(serverOf(world, 1)?.serverType, 'cpx22');
    assert.equal(recordOf(world, 1)?.chosen?.plan, 'pro');
  });

  test('is not replaced where its revision label was edited', async () => {
    const world = createFakeWorld();
    const server = bringUp(world, 1, { revision: 2 });
    server.labels = { ...server.labels, [labelNames.revision]: '1' };
    forget(world, 1);
    await untilQuiet(world);
    assert.equal(serverOf(world, 1)?.id, server.id);
    assert.equal(recordOf(world, 1)?.chosen?.revision, 2);
    assert.deepEqual(world.project.deletions, []);
  });

  test('is replaced where its revision is older than the file’s', async () => {
    const world = createFakeWorld();
    const server = bringUp(world, 1);
    edit(world, 1, { revision: 2 });
    forget(world, 1);
    await untilQuiet(world);
    assert.notEqual(serverOf(world, 1)?.id, server.id);
    assert.equal(recordOf(world, 1)?.chosen?.revision, 2);
  });

  test('a repair of labels never switches off a server that was enlarged by hand', async () => {
    const world = createFakeWorld();
    const server = bringUp(world, 1);
    server.serverType = 'cpx22';
    server.diskGb = 80;
    server.labels = { ...server.labels, [labelNames.customer]: 'another-customer' };
    world.calls.length = 0;
    const started = server.statuses.length;
    await untilQuiet(world);
    assert.equal(serverOf(world, 1)?.labels[labelNames.customer], agentNo(1).spec.customer);
    assert.equal(server.statuses.length, started, 'it was never off');
    assert.ok(!world.calls.includes('cloud.powerOff'));
    assert.equal(serverOf(world, 1)?.serverType, 'cpx22');
    assert.deepEqual(
      recordOf(world, 1)?.conditions.map(({ reason }) => reason),
      ['ResizeImpossible'],
    );
    assert.equal(idNo(1), recordOf(world, 1)?.name);
  });
});

test('an adopted server does not inherit the history of an earlier one', async () => {
  const world = createFakeWorld();
  bringUp(world, 2);
  bringUp(world, 1);
  const before = recordOf(world, 1) ?? assert.fail();
  edit(world, 1, { revision: 2 });
  await untilQuiet(world);
  // The status branch as it was before the replacement.
  writeRecord(world, before);
  world.restart();
  await untilQuiet(world);
  const { phase, configured, tailnet } = recordOf(world, 1) ?? assert.fail();
  assert.deepEqual([phase, configured, tailnet], ['configuring', undefined, undefined]);
});
