/**
 * Each part of finalize fails alone and is reported; stop, pause and file are read again before
 * each effect.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Failure } from '../../../../reconciler/core/failure.ts';
import { newRecord } from '../../../../reconciler/core/fleet/recorded.ts';
import { createParts } from '../../../../reconciler/flows/reconcile/finalize/parts.ts';
import { at, idNo } from '../../../builders/world.ts';
import {
  askFor,
  bringUp,
  edit,
  fileText,
  plantServer,
  removeFiles,
  sawEnding,
  writeRecord,
} from '../../../fakes/agents.ts';
import { everyHalt, pause } from '../../../fakes/halts.ts';
import { createFakeLog } from '../../../fakes/log.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { finalized, planned } from './finalizing.ts';

const ended = { state: 'ended' as const, since: at(-300) };
const byStripe = { at: at(-300), by: 'stripe' as const, reason: 'canceled' };
const byCustomer = { at: at(-90), by: 'customer' as const, reason: 'no longer needed' };

/** Work for every part. */
function busyWorld(): FakeWorld {
  const world = createFakeWorld();
  for (const n of [1, 2, 3, 4]) bringUp(world, n);
  removeFiles(world, 1);
  removeFiles(world, 2, 3);
  edit(world, 4, { hold: { reason: 'look', since: at(-5), until: at(60) } });
  plantServer(world, 'stray', { 'aura.dev/fleet': 'aura' });
  for (const n of [5, 6, 7, 8]) {
    bringUp(world, n);
    edit(world, n, { retired: { at: at(-600), by: 'person', reason: 'test' } });
  }
  bringUp(world, 9, { retired: byCustomer }, { phase: 'retiring' });
  askFor(world, 10, { access: ended, retired: byStripe });
  writeRecord(world, newRecord(idNo(10), 'sub_Test10', 'cus_Test10'));
  sawEnding(world, 10);
  return world;
}

type Done = Awaited<ReturnType<typeof finalized>>;
const whatWasDone = (world: FakeWorld, { statuses, restored, canceled, removed }: Done) => ({
  statuses: statuses.includes(idNo(4)),
  restored: restored.includes(idNo(1)),
  canceled: canceled.includes(idNo(9)),
  removed: removed.includes(idNo(10)),
  proposals: world.forge
    .open()
    .map(({ head }) => head)
    .sort(),
});
const all = {
  statuses: true,
  restored: true,
  canceled: true,
  removed: true,
  proposals: ['aura/approvals', 'aura/orphans', 'aura/removed-files'],
};

describe('a part that fails', () => {
  const cases = {
    records: [
      { port: 'files', method: 'at', kind: 'fail' },
      { ...all, statuses: false },
    ],
    'removed files': [
      { port: 'state', method: 'lastRemovals', kind: 'fail' },
      { ...all, restored: false, proposals: ['aura/approvals', 'aura/orphans'] },
    ],
    approvals: [
      {
        port: 'forge',
        method: 'openProposal',
        kind: 'fail',
        times: 9,
        when: (head: unknown) => head === 'aura/approvals',
      },
      { ...all, proposals: ['aura/orphans', 'aura/removed-files'] },
    ],
    orphans: [
      {
        port: 'forge',
        method: 'openProposal',
        kind: 'fail',
        times: 9,
        when: (head: unknown) => head === 'aura/orphans',
      },
      { ...all, proposals: ['aura/approvals', 'aura/removed-files'] },
    ],
  } as const;
  for (const [part, [fault, done]] of Object.entries(cases)) {
    test(`${part}: it is reported, and the others are completed`, async () => {
      const world = busyWorld();
      const plan = await planned(world);
      world.fault(fault);
      const report = await finalized(world, plan);
      assert.deepEqual(
        report.failed.map((one) => [one.part, one.about, one.reason]),
        [[part, null, 'NetworkUnreachable']],
      );
      assert.deepEqual(whatWasDone(world, report), done);
    });
  }

  test('nothing fails: everything is completed', async () => {
    const world = busyWorld();
    const report = await finalized(world);
    assert.deepEqual([report.failed, whatWasDone(world, report)], [[], all]);
  });

  test('canceled subscriptions, as a whole: no file is removed, because debts are unknown', async () => {
    const world = busyWorld();
    const plan = await planned(world);
    world.git.commit('A slip', { 'catalog.yaml': 'kind: nonsense\n' });
    const report = await finalized(world, plan);
    const [first] = report.failed;
    assert.deepEqual([first?.part, first?.about], ['canceled subscriptions', null]);
    assert.deepEqual([report.removed, report.canceled], [[], []]);
    assert.ok(fileText(world, 10) !== null);
  });

  test('for one agent at Stripe: the files of the others are removed', async () => {
    const world = busyWorld();
    const failure = new Failure('Unauthorized', 'Stripe refuses our key');
    world.fault({ port: 'billing', method: 'subscription', kind: 'fail', failure, times: 9 });
    const report = await finalized(world);
    assert.deepEqual(
      report.failed.map((one) => [one.part, one.about, one.reason]),
      [['canceled subscriptions', idNo(9), 'Unauthorized']],
    );
    assert.deepEqual(report.removed, [idNo(10)]);
    assert.ok(fileText(world, 9) !== null);
  });

  test('for one agent by its own cause affects no other; by a shared cause twice ends the part', async () => {
    const { failed, turn } = createParts(createFakeLog([]));
    const fails = (reason: 'Conflict' | 'ProviderOutage') => () =>
      Promise.reject(new Failure(reason, 'no'));
    assert.equal(await turn('retired files', 'a', fails('Conflict')), true);
    assert.equal(await turn('retired files', 'b', fails('ProviderOutage')), true);
    assert.equal(await turn('retired files', 'c', async () => {}), true);
    assert.equal(await turn('retired files', 'd', fails('ProviderOutage')), true);
    assert.equal(await turn('retired files', 'e', fails('ProviderOutage')), false);
    assert.deepEqual(
      failed.map(({ about }) => about),
      ['a', 'b', 'd', 'e'],
    );
  });

  test('a defect ends the process, after the other parts', async () => {
    const parts = createParts(createFakeLog([]));
    await parts.run('records', null, () => Promise.reject(new TypeError('undefined is no list')));
    assert.equal(await parts.run('orphans', 0, async () => 7), 7);
    assert.throws(() => parts.end(), TypeError);
    assert.deepEqual(parts.failed[0]?.reason, 'Bug');
  });
});

describe('a stop or a pause during finalize', () => {
  for (const [what, by] of [
    ['stop', (world: FakeWorld) => world.git.halt('just now')],
    ['pause', pause],
  ] as const) {
    test(`by a ${what}: after each effect, only records are written`, async () => {
      const { count, beyond } = await everyHalt({ world: busyWorld, flow: finalized, by });
      assert.deepEqual(beyond, []);
      assert.ok(count >= 15, `${count} effects`);
    });
  }

  test('of two pull requests that have nothing left to ask for, the second stays open', async () => {
    const asked = async () => {
      const world = createFakeWorld();
      for (let n = 1; n <= 8; n += 1) bringUp(world, n);
      const removal = removeFiles(world, 2, 3);
      for (const n of [5, 6, 7, 8])
        edit(world, n, { retired: { at: at(-600), by: 'person', reason: 'test' } });
      await finalized(world);
      assert.equal(world.forge.open().length, 2);
      world.git.revert(removal);
      for (const n of [5, 6, 7, 8]) edit(world, n, { retired: undefined });
      return world;
    };
    const { count, beyond } = await everyHalt({ world: asked, flow: finalized });
    assert.deepEqual([count >= 2, beyond], [true, []]);
  });

  test('a pause after the plan is reported, and main is left', async () => {
    const world = busyWorld();
    const plan = await planned(world);
    pause(world);
    const tip = world.git.tip('main')?.id;
    const report = await finalized(world, plan);
    assert.equal(report.stopped, 'paused: an audit');
    assert.equal(world.git.tip('main')?.id, tip);
    assert.deepEqual([...world.stripe.done.keys()], []);
  });
});
