import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { agentPath } from '../../../reconciler/core/agent/agent.ts';
import { withPeopleFields } from '../../../reconciler/core/agent/agent-file.ts';
import { Failure } from '../../../reconciler/core/failure.ts';
import { renderRecord } from '../../../reconciler/core/fleet/record-file.ts';
import { newRecord } from '../../../reconciler/core/fleet/recorded.ts';
import { createReadModel } from '../../../reconciler/flows/status/read-model.ts';
import { at, idNo, recordNo } from '../../builders/world.ts';
import { askFor, bringUp } from '../../fakes/agents.ts';
import { readerOf } from '../../fakes/status-reader.ts';
import { createFakeWorld, type FakeWorld } from '../../fakes/world.ts';
import { until } from '../../support/until.ts';

const path = agentPath(idNo(1));

function write(world: FakeWorld, text: string | null, branch = 'main'): string {
  return world.git.add(branch, { subject: 'a change', edits: { [path]: text } });
}

/** Past the lifetime of the cached branches. */
const later = (world: FakeWorld) => world.advance(3000);

/** How often the git server was asked for the branches. */
function countFetches(world: FakeWorld) {
  let fetches = 0;
  const { state } = world.ports;
  return {
    ports: {
      ...world.ports,
      state: {
        ...state,
        tips: () => {
          fetches += 1;
          return state.tips();
        },
      },
    },
    count: () => fetches,
  };
}

describe('reading a status', () => {
  it('an unknown agent has neither file nor record', async () => {
    assert.equal(await readerOf(createFakeWorld().ports).read(idNo(1)), null);
  });

  it('a file alone is queued, a file with its record has the record’s phase', async () => {
    const world = createFakeWorld();
    askFor(world, 1);
    bringUp(world, 2);
    assert.equal((await readerOf(world.ports).read(idNo(1)))?.phase, 'queued');
    const running = await readerOf(world.ports).read(idNo(2));
    assert.deepEqual([running?.phase, running?.server?.type], ['running', 'cpx12']);
  });

  it('a record without its file is still reported', async () => {
    const world = createFakeWorld();
    write(world, renderRecord(recordNo(1, { phase: 'retired', gone: at(-5) })), 'status');
    assert.equal((await readerOf(world.ports).read(idNo(1)))?.phase, 'retired');
  });

  it('an invalid file is frozen; an unreadable record is no status at all', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    write(world, 'kind: [', 'main');
    assert.equal((await readerOf(world.ports).read(idNo(1)))?.phase, 'frozen');
    write(world, 'kind: [', 'status');
    await assert.rejects(readerOf(world.ports).read(idNo(1)), {
      reason: 'UnexpectedAnswer',
    });
  });

  it('without branch status the status of an agent is unknown', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    world.git.branches.delete('status');
    await assert.rejects(readerOf(world.ports).read(idNo(1)), { reason: 'RecordsMissing' });
    assert.equal(await readerOf(world.ports).read(idNo(2)), null, 'one that does not exist');
  });

  it('times follow the policy, and are omitted without one', async () => {
    const world = createFakeWorld({ policy: 'retire: {graceHours: 5}\n' });
    const retired = { at: at(-60), by: 'stripe' as const, reason: 'canceled' };
    bringUp(world, 1, { retired, access: { state: 'ended', since: at(-60) } });
    const next = async () => (await readerOf(world.ports).read(idNo(1)))?.next;
    assert.match((await next()) ?? '', /at 2026-11-22 16:00 UTC/);
    world.git.commit('breaks the policy', { 'policy.yaml': 'fleet: [' });
    assert.match((await next()) ?? '', /within 24 hours/);
  });

  it('an agent that waits for a limit has its place in the queue', async () => {
    const world = createFakeWorld();
    for (const n of [1, 2, 3]) {
      askFor(world, n);
      const condition = { type: 'Deferred', status: 'True', reason: 'CreatesPerRun' } as const;
      const record = {
        ...newRecord(idNo(n), `sub_Test${n}`, `cus_Test${n}`),
        phaseSince: at(-n),
        conditions: [{ ...condition, message: 'waits', since: at(-n) }],
      };
      world.git.add('status', {
        subject: 'waits',
        edits: { [agentPath(idNo(n))]: renderRecord(record) },
      });
    }
    assert.match((await readerOf(world.ports).read(idNo(1)))?.next ?? '', /place 3 of 3/);
  });
});

describe('the cached branches', () => {
  it('are read from the git server once for simultaneous requests', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    const counted = countFetches(world);
    const reader = readerOf(counted.ports);
    await Promise.all(Array.from({ length: 50 }, () => reader.read(idNo(1))));
    await reader.epochOf(idNo(1));
    assert.equal(counted.count(), 1);
    later(world);
    await reader.read(idNo(1));
    assert.equal(counted.count(), 2);
  });

  it('show a change after a moment, and not before', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    const reader = readerOf(world.ports);
    const phase = async () => (await reader.read(idNo(1)))?.phase;
    assert.equal(await phase(), 'running');
    write(world, renderRecord(recordNo(1, { phase: 'stopping' })), 'status');
    assert.equal(await phase(), 'running');
    later(world);
    assert.equal(await phase(), 'stopping');
  });

  it('B8: are served while the git server is slow, and for a day where it fails', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    const gate = Promise.withResolvers<void>();
    let slow = false;
    const { state } = world.ports;
    const tips = async () => {
      if (slow) await gate.promise;
      return state.tips();
    };
    const reader = readerOf({ ...world.ports, state: { ...state, tips } }, 5);
    const phase = async () => (await reader.read(idNo(1)))?.phase;
    assert.equal(await phase(), 'running');
    write(world, renderRecord(recordNo(1, { phase: 'stopping' })), 'status');
    later(world);
    slow = true;
    assert.equal(await phase(), 'running');
    assert.equal(await reader.epochOf(idNo(1)), 0);
    slow = false;
    gate.resolve();
    await until('the reading ends', async () => (await phase()) === 'stopping');

    later(world);
    assert.equal(await phase(), 'stopping');
    const down = world.fault({ kind: 'fail', port: 'state', method: 'tips', times: 20 });
    const readAt = new Date(world.ports.clock.now()).toISOString();
    const asOf = async () => (await reader.read(idNo(1)))?.asOf;
    world.advance(59_000);
    assert.equal(await asOf(), null);
    world.advance(1000);
    assert.equal(await asOf(), readAt);
    world.advance(23 * 3_600_000);
    assert.equal(await asOf(), readAt);
    assert.ok(down.fired > 2);
    world.advance(3_600_000);
    await assert.rejects(asOf(), { reason: 'NetworkUnreachable' });
    await assert.rejects(reader.epochOf(idNo(1)), { reason: 'NetworkUnreachable' });
  });

  it('hold no failure', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    const reader = readerOf(world.ports);
    const failure = new Failure('NetworkUnreachable', 'git does not answer');
    const fault = world.fault({ kind: 'fail', port: 'state', method: 'tips', failure });
    await assert.rejects(reader.read(idNo(1)), { reason: 'NetworkUnreachable' });
    assert.equal(fault.fired, 1);
    assert.equal((await reader.read(idNo(1)))?.phase, 'running');
  });
});

describe('the fleet in memory', () => {
  it('reports each difference once, and keeps what did not change', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    const model = createReadModel(world.ports);
    const heard: string[] = [];
    const end = model.onChange((before, after) => {
      const kept = before === null ? 'first' : before.files === after.files ? 'records' : 'files';
      heard.push(kept);
    });
    await model.current();
    later(world);
    await model.current();
    write(world, renderRecord(recordNo(1, { phase: 'stopping' })), 'status');
    later(world);
    const { view } = await model.current();
    assert.equal(view.records.get(path)?.kind, 'valid');
    askFor(world, 2);
    later(world);
    assert.equal((await model.current()).view.records, view.records);
    end();
    askFor(world, 3);
    later(world);
    await model.current();
    assert.deepEqual(heard, ['first', 'records', 'files']);
  });

  it('goes on after a listener that throws, which is not called again for the same', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    const model = createReadModel(world.ports);
    let heard = 0;
    model.onChange(() => {
      heard += 1;
      throw new Error('a fault of the listener');
    });
    await assert.rejects(model.current());
    assert.equal((await model.current()).view.files.size, 1);
    assert.equal(heard, 1);
  });

  it('is read again at once after a push, also one during a reading', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    const { state } = world.ports;
    const begun = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    let reads = 0;
    const tips = async () => {
      reads += 1;
      const read = await state.tips();
      if (reads === 2) {
        begun.resolve();
        await gate.promise;
      }
      return read;
    };
    const model = createReadModel({ ...world.ports, state: { ...state, tips } });
    const filesOf = async () => (await model.current()).view.files.size;
    assert.equal(await filesOf(), 1);
    askFor(world, 2);
    model.moved();
    const during = filesOf();
    await begun.promise;
    askFor(world, 3);
    model.moved();
    gate.resolve();
    assert.equal(await during, 2);
    assert.equal(await filesOf(), 3);
    assert.equal(await filesOf(), 3);
    assert.equal(reads, 3);
  });

  it('follows the branches by itself, and goes on after a failure', async () => {
    const world = createFakeWorld();
    const model = createReadModel(world.ports);
    const sizes: number[] = [];
    const three = Promise.withResolvers<void>();
    model.onChange((_before, after) => {
      sizes.push(after.files.size);
      if (sizes.length === 3) three.resolve();
      else askFor(world, sizes.length);
    });
    world.fault({ kind: 'fail', port: 'state', method: 'tips', times: 1 });
    const running = model.watch.run();
    await three.promise;
    model.watch.end();
    await running;
    assert.deepEqual(sizes, [0, 1, 2]);
  });

  it('has no catalog where that cannot be read, and files all the same', async () => {
    const world = createFakeWorld();
    askFor(world, 1);
    world.git.commit('breaks the catalog', { 'catalog.yaml': 'plans: [' });
    const { view } = await createReadModel(world.ports).current();
    assert.equal(view.catalog, null);
    assert.equal(view.files.size, 1);
  });
});

describe('the epoch of links', () => {
  const epoch = async (world: FakeWorld) => readerOf(world.ports).epochOf(idNo(1));
  const raised = (world: FakeWorld) =>
    withPeopleFields(world.git.text(path) ?? '', { linkEpoch: 4 });

  it('is 0 until it is raised', async () => {
    const world = createFakeWorld();
    assert.equal(await epoch(world), 0);
    askFor(world, 1);
    assert.equal(await epoch(world), 0);
    write(world, raised(world));
    assert.equal(await epoch(world), 4);
  });

  it('outlives the file: a revoked link stays revoked', async () => {
    const world = createFakeWorld();
    askFor(world, 1);
    write(world, raised(world));
    write(world, null);
    assert.equal(await epoch(world), 4);
  });

  it('is read from a file that is otherwise invalid, and else is unknown', async () => {
    const world = createFakeWorld();
    askFor(world, 1);
    const text = raised(world);
    for (const [broken, known] of [
      [text.replace('power: running', 'power: maybe'), 4],
      [text.replace('linkEpoch: 4', 'linkEpoch: four'), null],
      [`${text}\n  : [`, null],
    ] as const) {
      write(world, broken);
      assert.equal(await epoch(world), known, broken);
    }
  });
});
