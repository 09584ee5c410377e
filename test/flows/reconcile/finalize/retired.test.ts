import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { agentPath } from '../../../../reconciler/core/agent/agent.ts';
import { agentStateKey } from '../../../../reconciler/core/fleet/observed.ts';
import { isOwnRemoval } from '../../../../reconciler/flows/shared/read-removal.ts';
import { at, idNo } from '../../../builders/world.ts';
import {
  bringUp,
  edit,
  fileText,
  plantServer,
  recordOf,
  writeRecord,
} from '../../../fakes/agents.ts';
import { everyDeath } from '../../../fakes/deaths.ts';
import { oidOf } from '../../../fakes/git.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { effectsOfAnother, finalized, planned, subjectsSince } from './finalizing.ts';

const ended = { state: 'ended' as const, since: at(-300) };
const byStripe = { at: at(-300), by: 'stripe' as const, reason: 'canceled' };
const byPerson = { at: at(-300), by: 'person' as const, reason: 'test' };

/** Agent 1 was retired and only its file and its record are left. */
function emptiedWorld(spec: Parameters<typeof bringUp>[2] = { access: ended, retired: byStripe }) {
  const world = createFakeWorld();
  bringUp(world, 1, spec, { phase: 'retiring', everRunning: true });
  const record = recordOf(world, 1);
  assert.ok(record !== null);
  const { server: _server, tailnet: _tailnet, hostKey: _hostKey, ...rest } = record;
  writeRecord(world, rest);
  world.project.servers.clear();
  world.project.primaryIps.clear();
  world.tailnet.devices.clear();
  world.bucket.states.delete(agentStateKey('aura', idNo(1)));
  return world;
}

/** The subject of each commit of both branches, in order. */
function goneThenFile(world: FakeWorld): readonly [gone: boolean, file: boolean] {
  return [recordOf(world, 1)?.gone !== undefined, fileText(world, 1) !== null];
}

describe('a retired agent without resources', () => {
  test('the record is set to gone first, then the file is removed, with its cause', async () => {
    const world = emptiedWorld();
    const order: (readonly [boolean, boolean])[] = [];
    world.fault({
      port: 'state',
      method: 'push',
      kind: 'meanwhile',
      run: () => void order.push(goneThenFile(world)),
    });
    const report = await finalized(world);
    assert.deepEqual(report.removed, [idNo(1)]);
    assert.deepEqual(order, [[true, true]]);
    assert.deepEqual(goneThenFile(world), [true, false]);
    const commit = world.git.tip('main');
    assert.deepEqual(commit?.trailers, [['Aura-Cause', 'finalized']]);
    assert.deepEqual(commit?.paths, [agentPath(idNo(1))]);
    assert.equal(recordOf(world, 1)?.phase, 'retired');
  });

  test('is not one whose server carries its label under another name, listed or not', async () => {
    const world = emptiedWorld();
    const plan = await planned(world);
    assert.equal(plan.finished.length, 1);
    plantServer(world, 'renamed', { 'aura.dev/fleet': 'aura', 'aura.dev/agent': idNo(1) });
    const report = await finalized(world, plan);
    assert.deepEqual(report.removed, []);
    assert.deepEqual(goneThenFile(world), [false, true]);
    const next = await planned(world);
    assert.deepEqual([next.finished, next.idle.map(({ reason }) => reason)], [[], ['SpareServer']]);
  });

  test('its removal restores nothing, and the second run writes nothing', async () => {
    const world = emptiedWorld();
    await finalized(world);
    const plan = await planned(world);
    assert.deepEqual([plan.removed, plan.finished, plan.changes, plan.idle], [[], [], [], []]);
    assert.deepEqual(await effectsOfAnother(world), []);
  });

  for (const meanwhile of ['nothing', 'another word in its record'] as const) {
    test(`gone is recorded for the very content that is removed, where ${meanwhile} comes between`, async () => {
      const world = emptiedWorld({ retired: byPerson });
      await finalized(world);
      const plan = await planned(world);
      edit(world, 1, { power: 'stopped' });
      const record = recordOf(world, 1) ?? assert.fail();
      const text = fileText(world, 1) ?? '';
      assert.ok(record.gone !== undefined && record.observedOid !== oidOf(text));
      if (meanwhile !== 'nothing')
        world.fault({
          port: 'journal',
          method: 'push',
          kind: 'meanwhile',
          run: () => writeRecord(world, { ...record, receipts: ['x/1'] }),
        });
      const path = agentPath(idNo(1));
      const one = { agent: idNo(1), path, file: oidOf(text), fileGoes: true };
      await finalized(world, { ...plan, finished: [one] });
      const goes = meanwhile === 'nothing';
      assert.deepEqual(goneThenFile(world), [true, !goes]);
      const own = await isOwnRemoval(world.ports.state, { path, cause: 'finalized', text });
      assert.equal(own, goes);
    });
  }

  test('wherever finalize dies or an answer is lost, the next one completes it', async () => {
    let betweenTheTwo = 0;
    const deaths = await everyDeath({
      world: emptiedWorld,
      flow: finalized,
      async after(world) {
        const [gone, file] = goneThenFile(world);
        if (gone && file) betweenTheTwo += 1;
        assert.ok(gone || file, 'the file never goes first');
        await finalized(world);
        assert.deepEqual(goneThenFile(world), [true, false]);
        assert.deepEqual(await effectsOfAnother(world), []);
      },
    });
    assert.ok(betweenTheTwo > 0 && deaths >= 6, `${betweenTheTwo} of ${deaths}`);
  });

  test("a person's tombstone over paid access: gone, but the file stays", async () => {
    const world = emptiedWorld({ retired: byPerson });
    const report = await finalized(world);
    assert.deepEqual(report.removed, []);
    assert.deepEqual(goneThenFile(world), [true, true]);
    const plan = await planned(world);
    assert.deepEqual(
      plan.idle.map(({ reason }) => reason),
      ['PaidButRetired'],
    );
    await finalized(world);
    assert.deepEqual(
      recordOf(world, 1)?.conditions.map(({ reason }) => reason),
      ['PaidButRetired'],
    );
    assert.deepEqual(await effectsOfAnother(world), []);
  });

  test('a file that changed since the plan stays, and its record is not gone', async () => {
    const world = emptiedWorld();
    const plan = await planned(world);
    edit(world, 1, { retired: undefined });
    const report = await finalized(world, plan);
    assert.deepEqual(report.removed, []);
    assert.deepEqual(goneThenFile(world), [false, true]);
  });

  test('a file that changes between the two commits stays: the next run decides', async () => {
    const world = emptiedWorld();
    const before = world.git.tip('main')?.id ?? '';
    world.fault({
      port: 'state',
      method: 'push',
      kind: 'meanwhile',
      run: () => void edit(world, 1, { retired: undefined }),
    });
    const report = await finalized(world);
    assert.deepEqual(report.removed, []);
    assert.deepEqual(subjectsSince(world, before), [`${idNo(1)}: changed by hand`]);
  });

  test('a server that the listing lacked and that exists: its agent is not gone', async () => {
    const world = createFakeWorld();
    bringUp(world, 1, { access: ended, retired: byStripe });
    world.tailnet.devices.clear();
    world.bucket.states.clear();
    const nothing = () => ({ items: [], partial: [] });
    world.fault({ port: 'cloud', method: 'servers', kind: 'lie', answer: nothing });
    world.fault({ port: 'cloud', method: 'server', kind: 'lie', answer: () => null });
    const plan = await planned(world);
    assert.equal(plan.finished.length, 1);
    await finalized(world, plan);
    assert.deepEqual(goneThenFile(world), [false, true]);
    assert.ok(recordOf(world, 1)?.server !== undefined);
  });

  test('a server that disappeared is looked up once, and then its agent is gone', async () => {
    const world = createFakeWorld();
    bringUp(world, 1, { access: ended, retired: byStripe });
    world.project.servers.clear();
    world.tailnet.devices.clear();
    world.bucket.states.clear();
    await finalized(world);
    assert.deepEqual(goneThenFile(world), [true, false]);
    assert.equal(recordOf(world, 1)?.server, undefined);
  });

  for (const [run, gone, attempt] of [
    ['over', true, 1],
    ['running', false, 1],
    ['running again', true, 2],
  ] as const) {
    test(`a lease of a run that is ${run}: ${gone ? 'blocks nothing' : 'not gone yet'}`, async () => {
      const world = emptiedWorld();
      const record = recordOf(world, 1);
      assert.ok(record !== null);
      const plan = await planned(world);
      const term = { since: at(-5), until: at(60), step: 'state' as const };
      writeRecord(world, {
        ...record,
        lease: { run: '7', runAttempt: 1, change: 'retire', nonce: 'abcdefghij012345', ...term },
      });
      const newest = run === 'over' ? 'over' : 'running';
      world.forge.runs.set(`7/${attempt}`, newest);
      await finalized(world, plan);
      assert.deepEqual(goneThenFile(world), [gone, !gone]);
      assert.equal(recordOf(world, 1)?.lease === undefined, gone);
    });
  }

  test('an expired lease whose run the Forge does not report keeps the record', async () => {
    const world = emptiedWorld();
    const record = recordOf(world, 1);
    assert.ok(record !== null);
    const plan = await planned(world);
    const term = { since: at(-65), until: at(-5), step: 'state' as const };
    const lease = {
      run: '7',
      runAttempt: 1,
      change: 'retire' as const,
      nonce: 'abcdefghij012345',
      ...term,
    };
    writeRecord(world, { ...record, lease });
    world.fault({ port: 'forge', method: 'runState', kind: 'fail', times: 9 });
    await finalized(world, plan);
    assert.deepEqual(goneThenFile(world), [false, true]);
    assert.deepEqual(recordOf(world, 1)?.lease, lease);
  });

  test('a record that changes right before it becomes gone is left unchanged', async () => {
    const world = emptiedWorld();
    const plan = await planned(world);
    world.fault({
      port: 'journal',
      method: 'update',
      kind: 'meanwhile',
      when: (_agent, _decide, urgency) => urgency === 'now',
      run() {
        const record = recordOf(world, 1);
        if (record !== null) writeRecord(world, { ...record, receipts: ['something/1'] });
      },
    });
    await finalized(world, plan);
    assert.deepEqual(goneThenFile(world), [false, true]);
  });
});
