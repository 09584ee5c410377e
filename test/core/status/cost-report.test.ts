import assert from 'node:assert/strict';
import { test } from 'node:test';
import { interleaved } from '../../../reconciler/core/commands/history.ts';
import { costReport } from '../../../reconciler/core/status/cost-report.ts';
import { inventoryOf } from '../../../reconciler/core/status/inventory.ts';
import { fleet, idNo, offers, recordNo, serverNo, without } from '../../builders/world.ts';

test('what the project costs: servers on or off, with backups, and all else that is billed', () => {
  const us = { ...recordNo(3).chosen, plan: 'pro', region: 'us-east' } as const;
  const chosen = { ...us, revision: 1, location: 'ash', serverType: 'cpx21', image: 'debian-12' };
  const report = costReport({
    fleet,
    offers,
    charges: [
      { kind: 'snapshot', isOurs: true, monthly: 0.11 },
      { kind: 'snapshot', isOurs: true, monthly: null },
      { kind: 'volume', isOurs: false, monthly: 4.4 },
      { kind: 'address', isOurs: false, monthly: 0.5 },
      { kind: 'address', isOurs: true, monthly: 0.5 },
    ],
    unmarked: [
      { serverType: 'cpx12', location: 'fsn1', backups: false },
      { serverType: 'cpx12', location: 'fsn1', backups: true },
    ],
    records: [recordNo(1), recordNo(2), recordNo(3, { chosen })],
    servers: [
      serverNo(1),
      serverNo(2, { status: 'off' }),
      serverNo(3, { location: 'ash', serverType: 'cpx21' }),
      serverNo(4, { backups: true }),
    ],
  });
  assert.equal(report.currency, 'EUR');
  const line = { name: 'all', servers: 4, monthly: 27, offServers: 1, offMonthly: 5.5 };
  assert.deepEqual(report.total, line);
  assert.deepEqual(
    report.plans.map(({ name, servers, monthly }) => [name, servers, monthly]),
    [
      ['pro', 1, 9.5],
      ['starter', 2, 11],
      ['unknown', 1, 6.5],
    ],
  );
  assert.deepEqual(
    report.regions.map(({ name, offMonthly }) => [name, offMonthly]),
    [
      ['eu-central', 5.5],
      ['unknown', 0],
      ['us-east', 0],
    ],
  );
  assert.deepEqual(
    report.customers.map(({ name, servers }) => [name, servers]),
    [
      ['cus_Test3', 1],
      ['unknown', 1],
      ['cus_Test1', 1],
      ['cus_Test2', 1],
    ],
  );
  assert.deepEqual(
    report.rest.map(({ what, isOurs, count, monthly }) => [what, isOurs, count, monthly]),
    [
      ['address', true, 1, 0.5],
      ['address', false, 1, 0.5],
      ['server', false, 2, 12],
      ['snapshot', true, 2, 0.11],
      ['volume', false, 1, 4.4],
    ],
  );
  assert.equal(report.projectMonthly, 44.51);
  assert.equal(report.agents[0]?.agent, idNo(3), 'the dearest first');
});

test('only agents that are up and in the tailnet are in the inventory', () => {
  const off = { id: '1003', nonce: 'abcdefghij012345', created: '2026-11-22T05:00:00Z' };
  const inventory = inventoryOf([
    recordNo(2),
    recordNo(1),
    recordNo(3, { phase: 'updating', server: { ...off, power: 'off' } }),
    without(recordNo(4), 'tailnet'),
    recordNo(5, { phase: 'stopped' }),
    recordNo(6, { gone: '2026-11-22T05:00:00Z' }),
  ]);
  const both = [idNo(1), idNo(2)].sort();
  const { hostvars, groups } = inventory;
  assert.deepEqual(groups, {
    agents: { hosts: both },
    plan_starter: { hosts: both },
    region_eu_central: { hosts: both },
  });
  assert.deepEqual(Object.keys(hostvars), both);
  const vars = hostvars[idNo(1)];
  assert.equal(vars?.['ansible_host'], '100.64.0.1');
  assert.doesNotMatch(JSON.stringify(inventory), /cus_|sub_/);
});

test('a host of the inventory is known by its recorded key, and without one by none', () => {
  const argsOf = (part: Parameters<typeof recordNo>[1]) =>
    inventoryOf([{ ...recordNo(1), ...part }]).hostvars[idNo(1)]?.['ansible_ssh_common_args'];
  const key = 'ssh-ed25519 AAAAC3';
  const known = `KnownHostsCommand="/bin/echo ${idNo(1)} ${key}"`;
  assert.match(String(argsOf({ hostKey: key })), /StrictHostKeyChecking=yes/);
  assert.ok(String(argsOf({ hostKey: key })).endsWith(`-o ${known}`));
  for (const part of [{ hostKey: 'ssh-ed25519 A"; reboot' }, { hostKey: 'A B\nC' }])
    assert.doesNotMatch(String(argsOf(part)), /KnownHostsCommand/);
  assert.doesNotMatch(
    String(inventoryOf([without(recordNo(1), 'hostKey')]).hostvars[idNo(1)]?.['x']),
    /KnownHostsCommand/,
  );
});

test('requests and results, interleaved, each branch in its own order', () => {
  const commit = (name: string, at: string) => {
    return { commit: name, at, author: 'Aura', subject: name, body: '', trailers: [], paths: [] };
  };
  const main = [commit('m2', '2026-11-22T05:10:00Z'), commit('m1', '2026-11-22T05:00:00Z')];
  const status = [
    commit('s3', '2026-11-22T05:10:00Z'),
    commit('s2', '2026-11-22T05:01:00+00:00'),
    commit('s1', '2026-11-22T05:01:00Z'),
  ];
  const names = interleaved({ main, status }).map((one) => `${one.branch}/${one.commit}`);
  assert.deepEqual(names, ['status/s3', 'main/m2', 'status/s2', 'status/s1', 'main/m1']);
});
