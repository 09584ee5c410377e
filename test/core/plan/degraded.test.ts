import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { labelNames } from '../../../reconciler/core/fleet/observed.ts';
import type { World } from '../../../reconciler/core/fleet/world.ts';
import { degradedAgents, rejoinable } from '../../../reconciler/core/plan/degraded.ts';
import { planOf } from '../../../reconciler/core/plan/plan.ts';
import {
  at,
  convergedWorld,
  deviceNo,
  fileNo,
  idNo,
  recordNo,
  serverNo,
} from '../../builders/world.ts';

type Observed = Partial<World['observed']>;

function seen(n: number, observed: Observed, part: Partial<World> = {}): World {
  const world = convergedWorld(n, part);
  return { ...world, observed: { ...world.observed, ...observed } };
}

const reasons = (world: World) =>
  degradedAgents(world).map(({ agent, reason }) => [agent, reason] as const);
const offline = (n: number, lastSeen: string | null = at(-11)) =>
  deviceNo(n, { online: false, lastSeen });

describe('a degraded agent', () => {
  test('none where all run', () => {
    assert.deepEqual(degradedAgents(convergedWorld(3)), []);
  });

  test('a server that is neither running nor off, in whichever state', () => {
    for (const status of ['unknown', 'initializing', 'starting', 'stopping', 'migrating'] as const)
      assert.deepEqual(reasons(seen(1, { servers: [serverNo(1, { status })] })), [
        [idNo(1), 'PowerUnknown'],
      ]);
    assert.deepEqual(reasons(seen(1, { servers: [serverNo(1, { status: 'off' })] })), []);
  });

  test('port 22 that is open without a run; an off server has no open port', () => {
    const labels = { ...serverNo(1).labels, [labelNames.bootstrap]: '1' };
    const world = seen(1, { servers: [serverNo(1, { labels })] });
    assert.deepEqual(reasons(world), [[idNo(1), 'PortOpen']]);
    assert.deepEqual(reasons(seen(1, { servers: [serverNo(1, { labels, status: 'off' })] })), []);
    const lease = {
      run: 'r',
      runAttempt: 1,
      change: 'configure',
      nonce: 'abcdefghij012345',
      since: at(-5),
      until: at(85),
      step: 'configure',
    } as const;
    const records = [recordNo(1, { lease })];
    assert.deepEqual(reasons({ ...world, records }), []);
    assert.deepEqual(reasons({ ...world, records, nowMs: Date.parse(at(86)) }), [
      [idNo(1), 'PortOpen'],
    ]);
  });

  test('a server that Hetzner has locked, unless a run works on it', () => {
    const world = seen(1, { servers: [serverNo(1, { locked: true })] });
    assert.deepEqual(reasons(world), [[idNo(1), 'ServerLocked']]);
  });

  test('a device that has been offline for ten minutes though its server runs', () => {
    assert.deepEqual(reasons(seen(1, { devices: [offline(1)] })), [[idNo(1), 'DeviceOffline']]);
    assert.deepEqual(reasons(seen(1, { devices: [offline(1, at(-9))] })), []);
    assert.deepEqual(reasons(seen(1, { devices: [offline(1, null)] })), [
      [idNo(1), 'DeviceOffline'],
    ]);
  });

  test('a device that is in no whole listing; in a partial one it is unknown', () => {
    const world = seen(1, { devices: [] });
    assert.deepEqual(reasons(world), [[idNo(1), 'DeviceOffline']]);
    const reading = { kind: 'partial', reasons: [{ source: 'devices', detail: 'down' }] } as const;
    assert.deepEqual(reasons(seen(1, { devices: [], reading })), []);
    const young = { ...(recordNo(1).server ?? assert.fail()), disrupted: at(-5) };
    assert.deepEqual(reasons({ ...world, records: [recordNo(1, { server: young })] }), []);
  });

  test('no device of an isolated agent: it is cut off, and does not join again', () => {
    const files = [fileNo(1, { isolated: { reason: 'abuse report', since: at(-60) } })];
    for (const devices of [[offline(1)], []]) {
      const world = seen(1, { devices }, { files });
      assert.deepEqual([reasons(world), [...rejoinable(world)]], [[], []]);
    }
  });

  test('no device of a server that is off, or was switched on a moment ago', () => {
    const devices = [offline(1, at(-5000))];
    const server = recordNo(1).server ?? assert.fail();
    const withServer = (part: Partial<typeof server>) => ({
      records: [recordNo(1, { server: { ...server, ...part } })],
    });
    assert.deepEqual(reasons(seen(1, { devices, servers: [serverNo(1, { status: 'off' })] })), []);
    assert.deepEqual(reasons(seen(1, { devices }, withServer({ disrupted: at(-9) }))), []);
    assert.deepEqual(reasons(seen(1, { devices }, withServer({ disrupted: at(-10) }))).length, 1);
    assert.deepEqual(reasons(seen(1, { devices }, withServer({ power: 'off' }))), []);
    assert.deepEqual(
      reasons(seen(1, { devices }, { records: [recordNo(1, { everRunning: false })] })),
      [],
    );
  });
});

describe('a device that is offline', () => {
  test('is to join again', () => {
    const world = seen(4, { devices: [offline(1), deviceNo(2), deviceNo(3), deviceNo(4)] });
    assert.deepEqual([...rejoinable(world)], [idNo(1)]);
    const { changes } = planOf(world);
    assert.deepEqual(
      changes.map((one) => [one.agent, one.kind === 'repair' ? one.drifts : one.kind]),
      [[idNo(1), ['device']]],
    );
  });

  test('is reported and left where so many are offline that the tailnet is down', () => {
    const all = [1, 2, 3, 4, 5, 6, 7, 8];
    const world = seen(8, { devices: all.map((n) => offline(n)) });
    const { changes, degraded } = planOf(world);
    assert.deepEqual([changes, degraded.length], [[], 8]);
  });
});
