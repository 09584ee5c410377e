/** What the quotas count beside the fleet: kept while it is needed for a forecast, and no longer. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type FleetRecord,
  newFleetRecord,
  parseFleetFile,
  renderFleetRecord,
} from '../../../reconciler/core/fleet/fleet-record.ts';
import { othersNow, withOthers } from '../../../reconciler/core/fleet/others.ts';

const day = (n: number, hour = 12) => new Date(Date.UTC(2026, 10, n, hour)).toISOString();
const others = (servers: number) => ({ servers, primaryIps: servers * 2, devices: 1 });
const after = (...seen: readonly (readonly [number, string])[]) =>
  seen.reduce<FleetRecord>(
    (record, [servers, at]) => withOthers(record, others(servers), at),
    newFleetRecord({}),
  );
const kept = (record: FleetRecord) =>
  (record.others ?? []).map(({ at, servers }) => `${at.slice(8, 13)} ${servers}`);

test('figures that have not changed leave the record as it is', () => {
  const record = after([3, day(1)]);
  assert.equal(withOthers(record, others(3), day(9)), record);
});

test('a day has one entry, and the week before now what held at its beginning', () => {
  const record = after([3, day(1)], [4, day(2)], [5, day(2, 20)], [6, day(5)], [7, day(11)]);
  assert.deepEqual(kept(record), ['02T20 5', '05T12 6', '11T12 7'], 'the 4th is within 7 days');
  const file = parseFleetFile(renderFleetRecord(record));
  assert.deepEqual(file.kind === 'valid' && file.record.others, record.others);
  const hourly = Array.from({ length: 24 * 30 }, (_, n) => [n, day(1, n)] as const);
  assert.equal(after(...hourly).others?.length, 8);
});

test('growth is counted from what held a week ago; what was never read is none', () => {
  const list = after([3, day(1)], [5, day(5)], [9, day(11)]).others ?? [];
  const at = (n: number) => {
    const { now, grown } = othersNow(list, Date.parse(day(n)));
    return [now.servers, grown.servers, grown.primaryIps, grown.devices];
  };
  assert.deepEqual(at(11), [9, 6, 12, 0]);
  assert.deepEqual(at(12), [9, 4, 8, 0]);
  assert.deepEqual(at(18), [9, 0, 0, 0]);
  assert.deepEqual(othersNow([], Date.parse(day(1))).now, {
    servers: 0,
    primaryIps: 0,
    devices: 0,
  });
});
