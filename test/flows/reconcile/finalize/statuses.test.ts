import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { agentPath } from '../../../../reconciler/core/agent/agent.ts';
import { Failure } from '../../../../reconciler/core/failure.ts';
import type { AgentRecord } from '../../../../reconciler/core/fleet/recorded.ts';
import { finalize } from '../../../../reconciler/flows/reconcile/finalize/finalize.ts';
import { updateRecords } from '../../../../reconciler/flows/reconcile/finalize/record-updates.ts';
import { at, idNo, recordNo } from '../../../builders/world.ts';
import {
  askFor,
  bringUp,
  edit,
  plantServer,
  recordOf,
  removeFiles,
  writeRecord,
} from '../../../fakes/agents.ts';
import { everyDeath } from '../../../fakes/deaths.ts';
import { oidOf } from '../../../fakes/git.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { effectsOfAnother, finalized, planned } from './finalizing.ts';

function conditions(world: FakeWorld, n: number): readonly (readonly [string, string])[] {
  return (recordOf(world, n)?.conditions ?? []).map(({ type, reason }) => [type, reason] as const);
}

/** Work for every part of finalize that writes to main. */
function busyWorld(): FakeWorld {
  const world = createFakeWorld();
  for (const n of [1, 2, 3, 4]) bringUp(world, n);
  removeFiles(world, 1);
  removeFiles(world, 2, 3);
  plantServer(world, 'stray', { 'aura.dev/fleet': 'aura' });
  edit(world, 4, { hold: { reason: 'look', since: at(-5), until: at(60) } });
  return world;
}

const poweredBy7 = {
  run: '7',
  runAttempt: 1,
  change: 'power' as const,
  nonce: 'abcdefghij012345',
  step: 'power' as const,
};

describe('records', () => {
  test('a converged fleet writes none and touches nothing', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    bringUp(world, 2, { power: 'stopped' });
    const report = await finalized(world);
    const nothing = {
      statuses: [],
      restored: [],
      lost: [],
      canceled: [],
      compensated: [],
      resumed: [],
      refunds: [],
      removed: [],
      adopted: [],
      forgotten: [],
      builders: [],
      proposals: [],
      mails: { sent: [], waiting: 0, lacks: [] },
      failed: [],
      stopped: null,
    };
    assert.deepEqual(report, nothing);
    assert.deepEqual(world.calls, []);
  });

  test('are written before finalize returns, and only once', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    const hold = { reason: 'an experiment', since: at(-5), until: at(60) };
    edit(world, 1, { hold });
    const report = await finalized(world);
    assert.deepEqual(report.statuses, [idNo(1)]);
    assert.deepEqual(conditions(world, 1), [['Held', 'Held']]);
    assert.equal(recordOf(world, 1)?.observedOid, oidOf(world.git.text(agentPath(idNo(1))) ?? ''));
    assert.deepEqual(world.calls, ['journal.push']);
    world.advance(60_000);
    assert.deepEqual(await effectsOfAnother(world), []);
  });

  test('a condition keeps its time while it lasts, and is removed with its reason', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    edit(world, 1, { hold: { reason: 'one', since: at(-5), until: at(60) } });
    await finalized(world);
    const since = recordOf(world, 1)?.conditions[0]?.since;
    world.advance(60_000);
    edit(world, 1, { hold: { reason: 'two', since: at(-5), until: at(60) } });
    await finalized(world);
    assert.equal(recordOf(world, 1)?.conditions[0]?.since, since);
    edit(world, 1, { hold: undefined });
    await finalized(world);
    assert.deepEqual(conditions(world, 1), []);
    assert.deepEqual(await effectsOfAnother(world), []);
  });

  test('several agents are one commit', async () => {
    const world = createFakeWorld();
    for (const n of [1, 2, 3]) {
      bringUp(world, n);
      edit(world, n, { hold: { reason: 'all', since: at(-5), until: at(60) } });
    }
    await finalized(world);
    assert.deepEqual(world.calls, ['journal.push']);
  });

  test('an agent that another run has leased is left to that run', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    const record = recordOf(world, 1);
    assert.ok(record !== null);
    const lease = { ...poweredBy7, since: at(-5), until: at(60) };
    writeRecord(world, { ...record, lease });
    world.forge.runs.set('7', 'running');
    edit(world, 1, { hold: { reason: 'look', since: at(-5), until: at(60) } });
    const report = await finalized(world);
    assert.deepEqual([report.statuses, world.calls], [[], []]);
  });

  test('an expired lease whose run the Forge does not report is left to that run', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    const record = recordOf(world, 1);
    assert.ok(record !== null);
    const lease = { ...poweredBy7, since: at(-65), until: at(-5) };
    writeRecord(world, { ...record, lease });
    edit(world, 1, { hold: { reason: 'look', since: at(-5), until: at(60) } });
    const plan = await planned(world);
    world.fault({ port: 'forge', method: 'runState', kind: 'fail' });
    const report = await finalized(world, plan);
    assert.deepEqual([report.statuses, world.calls], [[], []]);
    assert.deepEqual((await finalized(world, plan)).statuses, [idNo(1)]);
  });

  test('a lease between the reading and the writing is not overwritten', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    edit(world, 1, { hold: { reason: 'look', since: at(-5), until: at(60) } });
    const lease = { ...poweredBy7, since: at(-5), until: at(60) };
    world.fault({
      port: 'journal',
      method: 'push',
      kind: 'meanwhile',
      run() {
        const record = recordOf(world, 1);
        if (record !== null) writeRecord(world, { ...record, lease });
      },
    });
    await finalized(world);
    assert.deepEqual(recordOf(world, 1)?.lease, lease);
    assert.deepEqual(conditions(world, 1), []);
  });

  test('a lease of an attempt whose job is run again stays, and blocks nothing', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    const record = recordOf(world, 1);
    assert.ok(record !== null);
    const lease = { ...poweredBy7, since: at(-5), until: at(60) };
    writeRecord(world, { ...record, lease });
    world.forge.runs.set('7/2', 'running');
    edit(world, 1, { hold: { reason: 'look', since: at(-5), until: at(60) } });
    assert.deepEqual((await finalized(world)).statuses, [idNo(1)]);
    assert.deepEqual(recordOf(world, 1)?.lease, lease);
  });

  test('a later attempt’s lease is another one, though run and time are the same', async () => {
    const world = createFakeWorld();
    const over = { ...poweredBy7, since: at(-5), until: at(60) };
    world.forge.runs.set('7', 'over');
    const record = recordNo(1, { lease: over });
    writeRecord(world, { ...record, lease: { ...over, runAttempt: 2 } });
    const seen: (number | 'none')[] = [];
    const decide = (current: AgentRecord | null) => {
      const lease = current?.lease;
      seen.push(lease === undefined ? 'none' : lease.runAttempt);
      return current === null || lease !== undefined
        ? null
        : { ...current, phase: 'frozen' as const };
    };
    await updateRecords(world.ports, [{ agent: idNo(1), record, decide }]);
    assert.deepEqual(seen.slice(0, 2), ['none', 2]);
    assert.equal(recordOf(world, 1)?.phase, record.phase);
  });

  test('an unreadable record is left as it is, and the others are written', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    bringUp(world, 2);
    const path = agentPath(idNo(1));
    world.git.add('status', { subject: 'by hand', edits: { [path]: 'phase: running\n' } });
    edit(world, 2, { hold: { reason: 'look', since: at(-5), until: at(60) } });
    // The invalid record itself, written by a person, breaks an invariant: no check here.
    const report = await finalize(world.ports, await planned(world));
    assert.deepEqual(report.statuses, [idNo(2)]);
    assert.equal(world.git.text(path, 'status'), 'phase: running\n');
  });

  test('an invalid file freezes its agent, with a condition', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    const path = agentPath(idNo(1));
    const text = (world.git.text(path) ?? '').replace('revision: 1', 'revision: one');
    world.git.commit('A typo', { [path]: text });
    await finalized(world);
    assert.equal(recordOf(world, 1)?.phase, 'frozen');
    assert.deepEqual(conditions(world, 1), [['Frozen', 'Invalid']]);
  });

  test('refused and deferred changes are visible on each agent', async () => {
    const world = createFakeWorld({ policy: 'limits: {createsPerRunMax: 1}\n' });
    for (const n of [1, 2, 3, 4, 5]) {
      bringUp(world, n);
      edit(world, n, { retired: { at: at(-600), by: 'person', reason: 'test' } });
    }
    for (const n of [6, 7]) askFor(world, n);
    await finalized(world);
    for (const n of [1, 2, 3, 4, 5]) assert.deepEqual(conditions(world, n), [['Refused', 'Burst']]);
    const waiting = [6, 7].flatMap((n) => conditions(world, n));
    assert.deepEqual(waiting, [['Deferred', 'CreatesPerRun']]);
    assert.deepEqual(await effectsOfAnother(world), []);
  });

  test('wherever finalize dies or an answer is lost, the next one writes the same', async () => {
    const deaths = await everyDeath({
      world: busyWorld,
      flow: finalized,
      async after(world) {
        await finalized(world);
        await finalized(world);
        assert.deepEqual(conditions(world, 4), [['Held', 'Held']]);
        assert.equal(recordOf(world, 1)?.phase, 'retiring');
        assert.equal(world.forge.open().length, 2);
        assert.deepEqual(await effectsOfAnother(world), []);
      },
    });
    assert.ok(deaths >= 15, `${deaths} deaths`);
  });
});

describe('after a partial reading', () => {
  const outage = (world: FakeWorld) => {
    const failure = new Failure('ProviderOutage', 'a bad gateway');
    world.fault({ port: 'tailnet', method: 'devices', kind: 'fail', failure, times: 100 });
  };
  /** Five of them are to be retired, which the limits refuse. */
  async function refusedWorld(): Promise<FakeWorld> {
    const world = createFakeWorld();
    for (const n of [1, 2, 3, 4, 5]) {
      bringUp(world, n);
      edit(world, n, { retired: { at: at(-600), by: 'person', reason: 'test' } });
    }
    await finalized(world);
    return world;
  }

  test('conditions outside of the plan stay, and are written no second time', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    const record = recordOf(world, 1);
    assert.ok(record !== null);
    const said = {
      type: 'Retrying',
      status: 'True' as const,
      reason: 'RetryLater',
      message: 'repair failed 2 times',
      since: at(-30),
    };
    writeRecord(world, { ...record, conditions: [said] });
    outage(world);
    const report = await finalized(world);
    assert.deepEqual([report.statuses, world.calls], [[], []]);
    assert.deepEqual(recordOf(world, 1)?.conditions, [said]);
    world.calm();
    await finalized(world);
    assert.deepEqual(conditions(world, 1), [], 'a whole reading knows better');
  });

  test('a refusal stays beside the wait for a complete reading, with its time', async () => {
    const world = await refusedWorld();
    const since = recordOf(world, 1)?.conditions[0]?.since;
    outage(world);
    world.advance(40 * 60_000);
    await finalized(world);
    for (const n of [1, 2, 3, 4, 5])
      assert.deepEqual(conditions(world, n), [
        ['Observing', 'PartialReading'],
        ['Refused', 'Burst'],
      ]);
    world.advance(60_000);
    assert.deepEqual(await effectsOfAnother(world), []);
    world.calm();
    await finalized(world);
    assert.deepEqual(conditions(world, 1), [['Refused', 'Burst']]);
    assert.equal(recordOf(world, 1)?.conditions[0]?.since, since);
  });

  test('a file that has changed meanwhile is observed: the former conditions are removed', async () => {
    const world = await refusedWorld();
    outage(world);
    edit(world, 1, { retired: undefined });
    await finalized(world);
    assert.deepEqual(conditions(world, 1), []);
    assert.equal(recordOf(world, 1)?.phase, 'running');
    assert.equal(conditions(world, 2).at(-1)?.[0], 'Refused');
  });
});

describe('under a stop', () => {
  for (const [what, halt] of [
    ['the stop ref', (world: FakeWorld) => world.git.halt('a fire')],
    [
      'a stop ref that cannot be read',
      (world: FakeWorld) => {
        const failure = new Failure('NetworkUnreachable', 'no answer');
        world.fault({ port: 'state', method: 'stop', kind: 'fail', failure, times: 9 });
      },
    ],
  ] as const) {
    test(`${what}: conditions are written, main and pull requests are left`, async () => {
      const world = busyWorld();
      halt(world);
      const tip = world.git.tip('main')?.id;
      const report = await finalized(world);
      assert.notEqual(report.stopped, null);
      assert.deepEqual([report.restored, report.removed, report.proposals], [[], [], []]);
      assert.equal(world.git.tip('main')?.id, tip);
      assert.deepEqual(world.forge.proposals, []);
      assert.deepEqual(report.statuses, [idNo(4)]);
      assert.deepEqual(new Set(world.calls), new Set(['journal.push']));
    });
  }

  test('one that was pushed after the plan counts too', async () => {
    const world = busyWorld();
    const plan = await planned(world);
    world.git.halt('just now');
    const tip = world.git.tip('main')?.id;
    const report = await finalized(world, plan);
    assert.equal(report.stopped, 'stopped: just now');
    assert.equal(world.git.tip('main')?.id, tip);
  });

  test('once it is lifted, the pending work is done', async () => {
    const world = busyWorld();
    world.git.halt('a fire');
    await finalized(world);
    world.git.resume();
    const report = await finalized(world);
    assert.deepEqual(report.restored, [idNo(1)]);
    assert.equal(report.proposals.length, 2);
  });
});

describe('a missing branch status', () => {
  test('is created by a first installation, with the pending conditions', async () => {
    const world = createFakeWorld({ policy: 'limits: {createsPerCustomerPerHourMax: 1}\n' });
    askFor(world, 1, { customer: 'cus_same' });
    askFor(world, 2, { customer: 'cus_same' });
    const report = await finalized(world);
    assert.equal(report.statuses.length, 1);
    assert.ok(world.git.tip('status') !== null);
  });

  test('is not created over servers of ours: a new branch would be trusted', async () => {
    const world = busyWorld();
    world.git.branches.delete('status');
    const report = await finalized(world);
    assert.match(report.stopped ?? '', /status is missing/);
    assert.deepEqual(report.statuses, []);
    assert.equal(world.git.tip('status'), null);
    assert.deepEqual(world.calls, []);
    assert.deepEqual((await planned(world)).reading.kind, 'partial');
  });

  test('is not created where it disappears between the plan and its finalizing', async () => {
    const world = busyWorld();
    const plan = await planned(world);
    world.git.branches.delete('status');
    world.restart();
    const report = await finalized(world, plan);
    assert.match(report.stopped ?? '', /status is missing/);
    assert.deepEqual(world.calls, []);
  });
});
