import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { agentPath } from '../../../reconciler/core/agent/agent.ts';
import { withPeopleFields } from '../../../reconciler/core/agent/agent-file.ts';
import { Failure } from '../../../reconciler/core/failure.ts';
import { renderRecord } from '../../../reconciler/core/fleet/record-file.ts';
import { newRecord } from '../../../reconciler/core/fleet/recorded.ts';
import { createStatusReader } from '../../../reconciler/flows/status/read.ts';
import { at, idNo, recordNo } from '../../builders/world.ts';
import { askFor, bringUp } from '../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../fakes/world.ts';

const path = agentPath(idNo(1));

function write(world: FakeWorld, text: string | null, branch = 'main'): string {
  return world.git.add(branch, { subject: 'a change', edits: { [path]: text } });
}

/** Past the lifetime of the cached branches. */
const later = (world: FakeWorld) => world.advance(3000);

/** How often the git server was asked for a branch. */
function countFetches(world: FakeWorld) {
  let fetches = 0;
  const { state } = world.ports;
  return {
    ports: {
      ...world.ports,
      state: {
        ...state,
        fetch: (branch: string) => {
          fetches += 1;
          return state.fetch(branch);
        },
      },
    },
    count: () => fetches,
  };
}

describe('reading a status', () => {
  it('an unknown agent has neither file nor record', async () => {
    assert.equal(await createStatusReader(createFakeWorld().ports).read(idNo(1)), null);
  });

  it('a file alone is queued, a file with its record has the record’s phase', async () => {
    const world = createFakeWorld();
    askFor(world, 1);
    bringUp(world, 2);
    assert.equal((await createStatusReader(world.ports).read(idNo(1)))?.phase, 'queued');
    const running = await createStatusReader(world.ports).read(idNo(2));
    assert.deepEqual([running?.phase, running?.server?.type], ['running', 'cpx12']);
  });

  it('a record without its file is still reported', async () => {
    const world = createFakeWorld();
    write(world, renderRecord(recordNo(1, { phase: 'retired', gone: at(-5) })), 'status');
    assert.equal((await createStatusReader(world.ports).read(idNo(1)))?.phase, 'retired');
  });

  it('an invalid file is frozen; an unreadable record is no status at all', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    write(world, 'kind: [', 'main');
    assert.equal((await createStatusReader(world.ports).read(idNo(1)))?.phase, 'frozen');
    write(world, 'kind: [', 'status');
    await assert.rejects(createStatusReader(world.ports).read(idNo(1)), {
      reason: 'UnexpectedAnswer',
    });
  });

  it('without branch status the status of an agent is unknown', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    world.git.branches.delete('status');
    await assert.rejects(createStatusReader(world.ports).read(idNo(1)), {
      reason: 'UnexpectedAnswer',
    });
  });

  it('times follow the policy, and are omitted without one', async () => {
    const world = createFakeWorld({ policy: 'retire: {graceHours: 5}\n' });
    const retired = { at: at(-60), by: 'stripe' as const, reason: 'canceled' };
    bringUp(world, 1, { retired, access: { state: 'ended', since: at(-60) } });
    const next = async () => (await createStatusReader(world.ports).read(idNo(1)))?.next;
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
    assert.match((await createStatusReader(world.ports).read(idNo(1)))?.next ?? '', /place 3 of 3/);
  });
});

describe('the cached branches', () => {
  it('are read from the git server once for simultaneous requests', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    const counted = countFetches(world);
    const reader = createStatusReader(counted.ports);
    await Promise.all(Array.from({ length: 50 }, () => reader.read(idNo(1))));
    await reader.epochOf(idNo(1));
    assert.equal(counted.count(), 2);
    later(world);
    await reader.read(idNo(1));
    assert.equal(counted.count(), 4);
  });

  it('show a change after a moment, and not before', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    const reader = createStatusReader(world.ports);
    const phase = async () => (await reader.read(idNo(1)))?.phase;
    assert.equal(await phase(), 'running');
    write(world, renderRecord(recordNo(1, { phase: 'stopping' })), 'status');
    assert.equal(await phase(), 'running');
    later(world);
    assert.equal(await phase(), 'stopping');
  });

  it('B8: are served while the git server is slow, and for a while where it fails', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    const gate = Promise.withResolvers<void>();
    let slow = false;
    const { state } = world.ports;
    const fetch = async (branch: string) => {
      if (slow) await gate.promise;
      return state.fetch(branch);
    };
    const reader = createStatusReader({ ...world.ports, state: { ...state, fetch } }, 5);
    const phase = async () => (await reader.read(idNo(1)))?.phase;
    assert.equal(await phase(), 'running');
    write(world, renderRecord(recordNo(1, { phase: 'stopping' })), 'status');
    later(world);
    slow = true;
    assert.equal(await phase(), 'running');
    assert.equal(await reader.epochOf(idNo(1)), 0);
    world.advance(30_000);
    const waits = phase();
    gate.resolve();
    assert.equal(await waits, 'stopping');
    slow = false;
    assert.equal(await phase(), 'stopping');

    later(world);
    const fault = world.fault({ kind: 'fail', port: 'state', method: 'fetch', times: 2 });
    assert.equal(await phase(), 'stopping');
    assert.equal(fault.fired, 2);
  });

  it('hold no failure', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    const reader = createStatusReader(world.ports);
    const failure = new Failure('NetworkUnreachable', 'git does not answer');
    const fault = world.fault({ kind: 'fail', port: 'state', method: 'fetch', failure });
    await assert.rejects(reader.read(idNo(1)), { reason: 'NetworkUnreachable' });
    assert.equal(fault.fired, 1);
    assert.equal((await reader.read(idNo(1)))?.phase, 'running');
  });
});

describe('the epoch of links', () => {
  const epoch = async (world: FakeWorld) => createStatusReader(world.ports).epochOf(idNo(1));
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
