/** Agents whose file no history holds: in the report and on their records, until a file exists. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  finalizeNeedsAttention,
  finalizeText,
} from '../../../../reconciler/app/cli/text/applied.ts';
import { agentPath } from '../../../../reconciler/core/agent/agent.ts';
import { alarmsOf } from '../../../../reconciler/core/alarms/alarms.ts';
import { Failure } from '../../../../reconciler/core/failure.ts';
import { nothingElse } from '../../../builders/alarm-input.ts';
import { at, idNo } from '../../../builders/world.ts';
import {
  bringUp,
  edit,
  fileText,
  recordOf,
  removeFiles,
  writeRecord,
} from '../../../fakes/agents.ts';
import { everyDeath } from '../../../fakes/deaths.ts';
import { readerOf } from '../../../fakes/status-reader.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { effectsOfAnother, finalized, planned } from './finalizing.ts';

/** Twelve run; a force push removed the last commits, and this machine never fetched them. */
function lostWorld(count = 2): { world: FakeWorld; texts: ReadonlyMap<number, string> } {
  const world = createFakeWorld();
  for (let n = 1; n <= 12; n += 1) bringUp(world, n);
  const lost = Array.from({ length: count }, (_, place) => 12 - place);
  const texts = new Map(lost.map((n) => [n, fileText(world, n) ?? ''] as const));
  world.git.rewind('main', count);
  world.restart();
  return { world, texts };
}

function conditions(world: FakeWorld, n: number): readonly string[] {
  return (recordOf(world, n)?.conditions ?? []).map(({ type, reason }) => `${type} ${reason}`);
}
const ids = (...numbers: readonly number[]) => numbers.map(idNo).sort();

describe('an agent whose file is not in history', () => {
  test('is in the report and on its record; main is left', async () => {
    const { world } = lostWorld();
    const tip = world.git.tip('main')?.id;
    const report = await finalized(world);
    assert.deepEqual([report.lost, report.statuses], [ids(11, 12), ids(11, 12)]);
    assert.deepEqual([report.restored, report.proposals], [[], []]);
    assert.ok(finalizeNeedsAttention(report));
    assert.match(
      finalizeText(report),
      new RegExp(`LOST FILES, not found in history \\(2\\): ${ids(11, 12).join(', ')}`),
    );
    assert.equal(world.git.tip('main')?.id, tip);
    for (const n of [11, 12]) assert.deepEqual(conditions(world, n), ['Attention FileLost']);
    assert.equal(recordOf(world, 12)?.phase, 'running');
    assert.ok(world.logs.some(({ level, fields }) => level === 'error' && 'agents' in fields));
  });

  test('is reported each time and written once', async () => {
    const { world } = lostWorld();
    await finalized(world);
    world.advance(3_600_000);
    assert.deepEqual(await effectsOfAnother(world), []);
    const again = await finalized(world);
    assert.deepEqual([again.lost, again.statuses], [ids(11, 12), []]);
  });

  test('is an alarm, and stays visible in the status', async () => {
    const { world } = lostWorld();
    await finalized(world);
    const { records } = await world.ports.journal.read();
    const alarms = alarmsOf(
      { policy: world.policy, files: [], records, ...nothingElse },
      world.time.now(),
    );
    assert.deepEqual(
      alarms.map(({ kind, severity, agents }) => [kind, severity, agents]),
      [['FileLost', 'page', ids(11, 12)]],
    );
    const id = idNo(12);
    const view = await readerOf(world.ports).read(id);
    assert.equal(view?.phase, 'running');
    assert.match(view?.next ?? '', /Our team is looking at your agent/);
  });

  test('the condition lasts until a file is there again, also where the reading is partial', async () => {
    const { world, texts } = lostWorld();
    await finalized(world);
    world.git.commit('Found in a clone', { [agentPath(idNo(12))]: texts.get(12) ?? '' });
    const failure = new Failure('ProviderOutage', 'a bad gateway');
    world.fault({ port: 'tailnet', method: 'devices', kind: 'fail', failure, times: 100 });
    await finalized(world);
    assert.deepEqual([conditions(world, 12), conditions(world, 11)], [[], ['Attention FileLost']]);
    world.calm();
    world.git.commit('The other one', { [agentPath(idNo(11))]: texts.get(11) ?? '' });
    const report = await finalized(world);
    assert.deepEqual([report.lost, conditions(world, 11)], [[], []]);
    assert.deepEqual(await effectsOfAnother(world), []);
  });

  test('once history holds it after all, its file is restored like any other', async () => {
    const { world, texts } = lostWorld(1);
    await finalized(world);
    world.git.commit('Found in a clone', { [agentPath(idNo(12))]: texts.get(12) ?? '' });
    removeFiles(world, 12);
    const report = await finalized(world);
    assert.deepEqual([report.restored, report.lost], [ids(12), []]);
    assert.deepEqual(conditions(world, 12), []);
  });

  test('others are proposed, and the pull request lists it too', async () => {
    const { world } = lostWorld(1);
    removeFiles(world, 1, 2);
    const report = await finalized(world);
    assert.deepEqual([report.lost, report.proposals.length], [ids(12), 1]);
    const body = world.forge.open()[0]?.body ?? '';
    assert.match(body, new RegExp(`1 agent whose file is not in history.*${idNo(12)}`, 's'));
    assert.deepEqual(await effectsOfAnother(world), []);
  });

  test('so many that the reading is partial are reported anyway', async () => {
    const { world } = lostWorld(6);
    const plan = await planned(world);
    assert.equal(plan.reading.kind, 'partial');
    const report = await finalized(world, plan);
    assert.equal(report.lost.length, 6);
    assert.deepEqual(conditions(world, 7), ['Attention FileLost']);
    assert.deepEqual(await effectsOfAnother(world), []);
  });

  test('under a stop its condition is written, and nothing else', async () => {
    const { world } = lostWorld();
    world.git.halt('a fire');
    const report = await finalized(world);
    assert.deepEqual([report.lost, report.stopped], [ids(11, 12), 'a fire']);
    assert.deepEqual(new Set(world.calls), new Set(['journal.push']));
    assert.deepEqual(conditions(world, 12), ['Attention FileLost']);
  });

  test('earlier conditions stay beside it', async () => {
    const { world } = lostWorld(1);
    const record = recordOf(world, 12);
    assert.ok(record !== null);
    const held = {
      type: 'Held',
      status: 'True' as const,
      reason: 'Held',
      message: 'hands off',
      since: at(-5),
    };
    writeRecord(world, { ...record, conditions: [held] });
    await finalized(world);
    assert.deepEqual(conditions(world, 12), ['Attention FileLost', 'Held Held']);
  });

  test('a run that works on it keeps its record from being written', async () => {
    const { world } = lostWorld(1);
    const record = recordOf(world, 12);
    assert.ok(record !== null);
    const term = { since: at(-5), until: at(60), step: 'power' as const };
    const lease = {
      run: '7',
      runAttempt: 1,
      change: 'power' as const,
      nonce: 'abcdefghij012345',
      ...term,
    };
    writeRecord(world, { ...record, lease });
    world.forge.runs.set('7', 'running');
    const report = await finalized(world);
    assert.deepEqual([report.lost, report.statuses], [ids(12), []]);
    world.forge.runs.set('7', 'over');
    assert.deepEqual((await finalized(world)).statuses, ids(12));
    assert.deepEqual(recordOf(world, 12)?.lease, lease);
  });

  test('wherever finalize dies or an answer is lost, the next one reports the same', async () => {
    await everyDeath({
      world() {
        const { world } = lostWorld(1);
        removeFiles(world, 1, 2);
        edit(world, 3, { hold: { reason: 'look', since: at(-5), until: at(60) } });
        return world;
      },
      flow: finalized,
      async after(world) {
        await finalized(world);
        assert.deepEqual(conditions(world, 12), ['Attention FileLost']);
        assert.equal(world.forge.open().length, 1);
        assert.deepEqual(await effectsOfAnother(world), []);
      },
    });
  });
});
