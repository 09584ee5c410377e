/** The owner of each device, by records, names and times. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  isLeftover,
  isMisnamed,
  isOlder,
  nodeOwners,
} from '../../../reconciler/core/fleet/device.ts';
import type { ObservedDevice } from '../../../reconciler/core/fleet/observed.ts';
import type { AgentRecord } from '../../../reconciler/core/fleet/recorded.ts';
import { type AgentView, eachView, type World } from '../../../reconciler/core/fleet/world.ts';
import {
  at,
  attempt,
  convergedWorld,
  deviceNo,
  idNo,
  recordNo,
  unfinishedNo,
  without,
} from '../../builders/world.ts';

describe('the owner of a node', () => {
  test('is the agent whose record names it, and of no single agent where two do', () => {
    const twice = recordNo(3, { tailnet: { nodeId: 'node1', address: '100.64.0.1' } });
    const owners = nodeOwners([recordNo(1), recordNo(2), twice, unfinishedNo(4)]);
    assert.deepEqual(
      [...owners],
      [
        ['node1', 'several'],
        ['node2', idNo(2)],
      ],
    );
  });

  test('is none that is gone', () => {
    assert.equal(nodeOwners([recordNo(1, { gone: at(-5) })]).size, 0);
  });
});

describe('a leftover', () => {
  /** An attempt from an hour to fifty minutes ago, and no server. */
  const record = (part: Partial<AgentRecord> = {}) =>
    ({ ...without(unfinishedNo(1), 'server'), attempts: [attempt()], ...part }) as AgentRecord;
  const left = (part: Partial<ObservedDevice> = {}) =>
    deviceNo(1, { nodeId: 'left', created: at(-55), online: false, ...part });
  const is = (device: ObservedDevice, of: AgentRecord | null) => isLeftover(device, idNo(1), of);

  test('has the id, is offline, and was created while a run worked on the agent', () => {
    assert.ok(is(left(), record()));
    assert.ok(!is(left({ hostname: idNo(2) }), record()), 'another name');
    assert.ok(!is(left({ online: true }), record()), 'it is online');
    const named = (name: string) => left({ name: `${name}.example.ts.net` });
    assert.ok(!is(named(idNo(2)), record()), 'it joined as another agent, and renamed itself');
    assert.ok(!is(named(`${idNo(2)}-1`), record()));
    assert.ok(is(named(`${idNo(1)}-1`), record()));
    assert.ok(is(named('a-laptop'), record()));
    assert.ok(!is(left(), null), 'nothing is known about the agent');
    assert.ok(!is(left(), record({ attempts: [] })), 'no run worked on it');
  });

  test('by times that may be half a minute apart, and no more', () => {
    const seconds = (minutes: number, more: number) =>
      new Date(Date.parse(at(minutes)) + more * 1000).toISOString();
    assert.ok(is(left({ created: seconds(-60, -30) }), record()));
    assert.ok(!is(left({ created: seconds(-60, -31) }), record()));
    assert.ok(is(left({ created: seconds(-50, 30) }), record()));
    assert.ok(!is(left({ created: seconds(-50, 31) }), record()));
    assert.ok(isOlder(left({ created: seconds(-60, -31) }), at(-60)));
    assert.ok(!isOlder(left({ created: seconds(-60, -30) }), at(-60)));
  });

  test('also where the run died: its lease has the time', () => {
    const lease = {
      run: 'run-1',
      runAttempt: 1,
      change: 'create' as const,
      nonce: 'abcdefghij012345',
      step: 'join' as const,
      since: at(-60),
      until: at(-10),
    };
    assert.ok(is(left(), record({ attempts: [], lease })));
    assert.ok(!is(left({ created: at(-70) }), record({ attempts: [], lease })));
    assert.ok(!is(left({ created: at(-5) }), record({ attempts: [], lease })));
  });

  test('is older than the server of the agent', () => {
    const made = (created: string) =>
      record({ server: { id: '1001', nonce: 'abcdefghij012345', created } });
    assert.ok(is(left(), made(at(-40))));
    assert.ok(!is(left(), made(at(-58))), 'it may be the device of that server');
  });
});

describe('the devices of an agent', () => {
  function viewOf(n: number, world: World): AgentView {
    let found: AgentView | null = null;
    eachView(world, (view) => {
      if (view.id === idNo(n)) found = view;
    });
    return found ?? assert.fail();
  }
  const nodes = (n: number, world: World) => viewOf(n, world).devices.map(({ nodeId }) => nodeId);
  function worldWith(devices: readonly ObservedDevice[], records?: readonly AgentRecord[]): World {
    const world = convergedWorld(2);
    return {
      ...world,
      records: records ?? world.records,
      observed: { ...world.observed, devices },
    };
  }

  test('are not those of another agent, whatever their names', () => {
    const attempts = [attempt({ started: at(-600), ended: at(-580) })];
    const name = `${idNo(2)}-1.example.ts.net`;
    const impostor = deviceNo(1, { hostname: idNo(2), name, online: false, created: at(-590) });
    const records = [recordNo(1), recordNo(2, { attempts })];
    const world = worldWith([impostor, deviceNo(2)], records);
    assert.ok(isLeftover(impostor, idNo(2), records[1] ?? null), 'but for its record');
    assert.deepEqual([nodes(1, world), nodes(2, world)], [['node1'], ['node2']]);
  });

  test('are none where two records name one', () => {
    const twice = recordNo(2, { tailnet: { nodeId: 'node1', address: '100.64.0.1' } });
    const world = worldWith([deviceNo(1)], [recordNo(1), twice]);
    assert.deepEqual([nodes(1, world), nodes(2, world)], [[], []]);
  });

  test('are the recorded one first, then leftovers, by node id', () => {
    const left = (nodeId: string) => deviceNo(1, { nodeId, created: at(-560), online: false });
    const record = recordNo(1, {
      attempts: [attempt({ started: at(-570), ended: at(-550) })],
      tailnet: { nodeId: 'node9', address: '100.64.0.9' },
    });
    const own = deviceNo(1, { nodeId: 'node9' });
    for (const devices of [
      [left('node7'), own, left('node3')],
      [left('node3'), left('node7'), own],
    ])
      assert.deepEqual(nodes(1, worldWith(devices, [record])), ['node9', 'node3', 'node7']);
  });
});

describe('a name', () => {
  const reading = { kind: 'complete' as const };
  const second = deviceNo(1, { name: `${idNo(1)}-1.example.ts.net` });
  const namesake = deviceNo(1, { nodeId: 'other' });

  test('is to be repaired where it is another one and the right one is free', () => {
    const misnamed = (device: ObservedDevice, devices: readonly ObservedDevice[]) =>
      isMisnamed(idNo(1), device, { devices: [...devices, device], reading });
    assert.ok(misnamed(second, []));
    assert.ok(!misnamed(second, [namesake]));
    assert.ok(!misnamed(deviceNo(1), []));
    assert.ok(!misnamed(deviceNo(1, { name: idNo(1) }), []), 'a name without a domain');
    for (const part of [
      { kind: 'partial' as const, reasons: [] },
      { kind: 'named' as const, agents: [idNo(1)] },
    ])
      assert.ok(!isMisnamed(idNo(1), second, { devices: [second], reading: part }));
  });
});
