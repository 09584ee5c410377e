import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { customerLabel } from '../../../reconciler/core/fleet/customer-label.ts';
import { labelNames, type ObservedDevice } from '../../../reconciler/core/fleet/observed.ts';
import {
  ambiguousAgents,
  type RebuildInput,
  rebuildRecords,
} from '../../../reconciler/core/fleet/rebuild.ts';
import { parseRecordFile, renderRecord } from '../../../reconciler/core/fleet/record-file.ts';
import type { World } from '../../../reconciler/core/fleet/world.ts';
import { budgetOf } from '../../../reconciler/core/plan/destroy-budget.ts';
import { diff } from '../../../reconciler/core/plan/diff.ts';
import { planOf } from '../../../reconciler/core/plan/plan.ts';
import {
  at,
  catalogOf,
  convergedWorld,
  deviceNo,
  fileNo,
  idNo,
  labelsNo,
  nowMs,
  policyOf,
  recordNo,
  seenLongAgo,
  serverNo,
  stateNo,
  worldOf,
} from '../../builders/world.ts';

function input(part: Partial<RebuildInput> = {}): RebuildInput {
  return {
    nowMs,
    policy: policyOf(),
    catalog: catalogOf(),
    files: [fileNo(1)],
    records: [],
    servers: [serverNo(1)],
    devices: [deviceNo(1)],
    stateServers: new Map(),
    ...part,
  };
}

test('a customer that a label has as a hash is the one of the file', () => {
  const customer = 'auth0|5f7c';
  const labels = { ...labelsNo(1), [labelNames.customer]: customerLabel(customer) };
  const { records } = rebuildRecords(
    input({ files: [fileNo(1, { customer })], servers: [serverNo(1, { labels })] }),
  );
  assert.equal(records[0]?.customer, customer);
});

test('identity, choice, server, nonce and device are restored as they were', () => {
  const { records, left } = rebuildRecords(input());
  const [record] = records;
  const { server, chosen, tailnet, subscription, customer, name } = recordNo(1);
  assert.deepEqual(left, []);
  assert.deepEqual(
    [record?.name, record?.subscription, record?.customer],
    [name, subscription, customer],
  );
  assert.deepEqual(record?.server, server);
  assert.deepEqual(record?.chosen, chosen);
  assert.deepEqual(
    [record?.tailnet?.nodeId, record?.tailnet?.address],
    Object.values(tailnet ?? {}),
  );
  assert.equal(record?.everRunning, true);
});

test('what is written can be read again', () => {
  for (const record of rebuildRecords(input()).records) {
    const file = parseRecordFile({ path: fileNo(1).path, text: renderRecord(record) });
    assert.deepEqual(file.kind === 'valid' ? file.record : file.why, record);
  }
});

describe('nothing can be destroyed after a rebuild for a day', () => {
  for (const agents of [1, 3, 40]) {
    test(`not one of ${agents}, though all are retired`, () => {
      const numbers = Array.from({ length: agents }, (_, place) => place + 1);
      const retired = { at: at(-600), by: 'person' as const, reason: 'a mistake' };
      const files = numbers.map((n) => fileNo(n, { retired }));
      const servers = numbers.map((n) => serverNo(n));
      const { records } = rebuildRecords(input({ files, servers, devices: [] }));
      const later = (hours: number) =>
        worldOf({ files, records, nowMs: nowMs + hours * 3_600_000 }, { servers });
      const ends = (world: World) =>
        planOf(world).changes.filter(({ kind }) => kind === 'retire').length;
      assert.equal(ends(later(1.5)), 0, 'their grace begins again');
      const first = planOf(seenLongAgo(later(1.5)));
      assert.equal(first.refused.length + first.deferred.length, agents);
      assert.equal(ends(seenLongAgo(later(1.5))), 0);
      for (const change of ['retire', 'replace'] as const) {
        const freeMs = budgetOf(change, { ...later(1.5), serversSeen: agents }).take().atMs;
        assert.equal(freeMs, nowMs + 24 * 3_600_000, 'not even one');
      }
    });
  }

  test('an unfinished server counts as one that ran: it is not rolled back', () => {
    const labels = { ...labelsNo(1), [labelNames.bootstrap]: '1' };
    const servers = [serverNo(1, { labels })];
    const { records } = rebuildRecords(input({ servers, devices: [] }));
    const kinds = diff(
      worldOf({ files: [fileNo(1)], records }, { servers, states: [stateNo(1)] }),
    ).changes.map(({ kind }) => kind);
    assert.deepEqual(kinds, ['repair']);
  });
});

test('a server that is not known to be off counts as on, as everywhere', () => {
  for (const status of ['running', 'migrating', 'unknown'] as const) {
    const [record] = rebuildRecords(input({ servers: [serverNo(1, { status })] })).records;
    assert.deepEqual([record?.server?.power, record?.phase], ['on', 'running'], status);
  }
  const [off] = rebuildRecords(input({ servers: [serverNo(1, { status: 'off' })] })).records;
  assert.deepEqual([off?.server?.power, off?.phase], ['off', 'stopped']);
});

test('a converged fleet has no change after it', () => {
  const world = convergedWorld(3);
  const { servers, devices } = world.observed;
  const { records } = rebuildRecords(input({ files: world.files, servers, devices }));
  assert.deepEqual(diff({ ...world, records }).changes, []);
});

test('readable records stay, whatever the servers are', () => {
  const record = recordNo(1, { everRunning: false });
  const kept = { kind: 'valid', id: idNo(1), path: fileNo(1).path, record } as const;
  const rebuilt = rebuildRecords(input({ records: [kept] }));
  assert.deepEqual([rebuilt.records, rebuilt.kept, rebuilt.left], [[], 1, []]);
  const broken = { kind: 'invalid', id: idNo(1), path: fileNo(1).path, why: 'no YAML' } as const;
  assert.equal(rebuildRecords(input({ records: [broken] })).records.length, 1);
});

describe('two servers of one agent', () => {
  const servers = [serverNo(1), serverNo(1, { id: '2001' })];

  test('the one that its state holds is the agent’s', () => {
    assert.deepEqual(ambiguousAgents(input({ servers })), [idNo(1)]);
    const stateServers = new Map([[idNo(1), '2001']]);
    const { records } = rebuildRecords(input({ servers, stateServers }));
    assert.equal(records[0]?.server?.id, '2001');
  });

  test('without a state a person decides', () => {
    const { records, left } = rebuildRecords(input({ servers }));
    assert.deepEqual(records, []);
    assert.match(left[0]?.why ?? '', /servers 1001, 2001 all carry its labels/);
  });
});

describe('a server that does not fit is left to a person', () => {
  const whyOf = (part: Partial<RebuildInput>) => {
    const { records, left } = rebuildRecords(input(part));
    assert.deepEqual(records, []);
    return left.map(({ why }) => why).join();
  };
  const labelled = (labels: Record<string, string>) => [
    serverNo(1, { labels: { ...labelsNo(1), ...labels } }),
  ];

  test("another subscription's server, one without a nonce, one without a file", () => {
    assert.match(
      whyOf({ servers: labelled({ [labelNames.subscription]: 'sub_Other' }) }),
      /is of subscription sub_Other, and the file of sub_Test1/,
    );
    assert.match(whyOf({ servers: labelled({ [labelNames.nonce]: 'X' }) }), /carries no nonce/);
    assert.match(whyOf({ files: [] }), /it has no file; server 1001/);
  });

  test("another fleet's server is not even read", () => {
    assert.equal(whyOf({ servers: labelled({ [labelNames.fleet]: 'other' }) }), '');
  });
});

test('a plan of another type is not guessed: the server’s type was chosen', () => {
  const servers = [serverNo(1, { serverType: 'cpx22' })];
  const { records } = rebuildRecords(input({ servers }));
  assert.deepEqual([records[0]?.chosen?.plan, records[0]?.chosen?.serverType], ['pro', 'cpx22']);
  const unsold = [serverNo(1, { serverType: 'cx99' })];
  assert.equal(rebuildRecords(input({ servers: unsold })).records[0]?.chosen?.plan, 'starter');
});

describe('the device, whose host cannot be read', () => {
  const rebuilt = (devices: readonly ObservedDevice[], part: Partial<RebuildInput> = {}) => {
    const { records, left } = rebuildRecords(input({ devices, ...part }));
    return [records[0]?.tailnet?.nodeId, left.map(({ agent, why }) => `${agent}: ${why}`).join()];
  };
  const named = (nodeId: string, part: Partial<ObservedDevice> = {}) =>
    deviceNo(1, { nodeId, ...part });

  test('is the one that alone has the id of its agent', () => {
    const others = [deviceNo(2), named('untagged', { tags: [] }), deviceNo(3, { hostname: 'x' })];
    assert.deepEqual(rebuilt([named('one'), ...others]), ['one', '']);
    assert.deepEqual(rebuilt(others), [undefined, '']);
    assert.deepEqual(rebuilt([named('one', { addresses: [] })]), [undefined, '']);
  });

  test('is none where several have it, online or not, which is reported', () => {
    const several = [named('old', { created: at(-400) }), named('new', { online: false })];
    for (const devices of [several, several.toReversed()])
      assert.deepEqual(rebuilt(devices), [
        undefined,
        `${idNo(1)}: no device is recorded: new, old all carry its id`,
      ]);
  });

  test('is none that is older than the server', () => {
    assert.deepEqual(rebuilt([named('old', { created: at(-501) })]), [
      undefined,
      `${idNo(1)}: no device is recorded: old is older than its server`,
    ]);
  });

  test('is none that a readable record names for another agent', () => {
    const record = recordNo(2, { tailnet: { nodeId: 'one', address: '100.64.0.1' } });
    const kept = { kind: 'valid', id: idNo(2), path: fileNo(2).path, record } as const;
    assert.deepEqual(rebuilt([named('one')], { records: [kept] }), [undefined, '']);
    assert.deepEqual(rebuilt([named('one'), named('two')], { records: [kept] }), ['two', '']);
  });
});
