/** `fleet.yaml` of branch `status`, read and written. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFailure } from '../../../reconciler/core/failure.ts';
import {
  newFleetRecord,
  parseFleetFile,
  renderFleetRecord,
  withFleetCondition,
  withPrices,
} from '../../../reconciler/core/fleet/fleet-record.ts';
import { offersOf, priceListOf } from '../../../reconciler/core/fleet/price-list.ts';
import { offers } from '../../builders/world.ts';
import { fleetIdsIn } from '../../fakes/at-commit.ts';

const firewalls = { base: '901', bootstrap: '902' };
const text = `apiVersion: aura.dev/v1
kind: FleetStatus
firewalls:
  base: "901"
  bootstrap: "902"
`;

test('what is written is read again', () => {
  const record = newFleetRecord({ firewalls });
  assert.equal(renderFleetRecord(record), text);
  assert.deepEqual(parseFleetFile(text), { kind: 'valid', record });
  assert.deepEqual(fleetIdsIn(text), firewalls);
});

test('what stands in two places is written twice: an alias would not be read', () => {
  const agents = ['agt-1', 'agt-2'];
  const condition = { since: '2026-11-22T12:00:00.000Z', message: 'why', agents };
  const conditions = (['MarginLow', 'PriceDiffers'] as const).map((type) => ({
    type,
    ...condition,
  }));
  const record = { ...newFleetRecord({ firewalls }), conditions };
  assert.deepEqual(parseFleetFile(renderFleetRecord(record)), { kind: 'valid', record });
});

test('without the file, and before the firewalls exist, none are recorded', () => {
  assert.equal(fleetIdsIn(null), null);
  assert.deepEqual(parseFleetFile(null), { kind: 'absent' });
  const begun = renderFleetRecord(newFleetRecord({ begun: '2026-11-22T12:00:00.000Z' }));
  assert.equal(parseFleetFile(begun).kind, 'valid');
  assert.equal(fleetIdsIn(begun), null);
});

test('an unreadable file is not taken for a missing one', () => {
  for (const broken of ['', 'firewalls: [', text.replace('"902"', 'x'), `${text}prices: {}\n`])
    assert.throws(
      () => fleetIdsIn(broken),
      (thrown) => isFailure(thrown, 'UnexpectedAnswer') && thrown.errorClass === 'stalled',
    );
});

test('a condition keeps its time and message while it lasts, and does not change the rest', () => {
  const found = (message: string | null, at: string) => ({ message, at });
  const type = 'ClocksDisagree';
  const [first, later] = ['2026-11-22T12:00:00.000Z', '2026-11-22T13:00:00.000Z'];
  const bare = newFleetRecord({ firewalls });
  const one = withFleetCondition(bare, type, found('so far off', first));
  assert.deepEqual(one.conditions, [{ type, since: first, message: 'so far off' }]);
  assert.deepEqual(withFleetCondition(one, type, found('farther off', later)), one);
  assert.deepEqual(parseFleetFile(renderFleetRecord(one)), { kind: 'valid', record: one });
  assert.deepEqual(fleetIdsIn(renderFleetRecord(one)), firewalls);
  assert.deepEqual(withFleetCondition(one, type, found(null, later)), bare);
  const named = { ...found('two', first), agents: ['agt-1', 'agt-2'], renews: true } as const;
  const two = withFleetCondition(one, 'MarginLow', named);
  assert.deepEqual(two.conditions?.[1], {
    ...{ type: 'MarginLow', since: first, message: 'two', agents: ['agt-1', 'agt-2'] },
  });
  assert.deepEqual(parseFleetFile(renderFleetRecord(two)), { kind: 'valid', record: two });
  const long = withFleetCondition(null, type, found('x'.repeat(2000), first));
  assert.equal(parseFleetFile(renderFleetRecord(long)).kind, 'valid');
});

test('prices keep their time until they change, whatever the order of the listing', () => {
  const [first, later] = ['2026-11-22T12:00:00.000Z', '2026-11-22T13:00:00.000Z'];
  const prices = priceListOf(offers);
  assert.ok(prices !== null);
  const one = withPrices(newFleetRecord({ firewalls }), { prices, at: first });
  assert.deepEqual(parseFleetFile(renderFleetRecord(one)), { kind: 'valid', record: one });
  const turned = priceListOf({ ...offers, list: offers.list.toReversed() });
  assert.deepEqual(turned, prices);
  assert.equal(withPrices(one, { prices, at: later }), one);
  const dearer = { ...prices, ipv4: { ...prices.ipv4, fsn1: 0.6 } };
  assert.equal(withPrices(one, { prices: dearer, at: later }).prices?.at, later);
  assert.equal(priceListOf({ ...offers, list: [] }), null);
});

test('recorded prices are offers again, all of them in stock', () => {
  const prices = priceListOf({
    ...offers,
    list: offers.list.map((offer) => ({ ...offer, available: false })),
  });
  assert.ok(prices !== null);
  const read = offersOf(prices);
  const byName = (list: typeof offers.list) =>
    [...list].map((offer) => JSON.stringify(Object.entries(offer).sort())).sort();
  assert.deepEqual(byName(read.list), byName(offers.list));
  assert.deepEqual(read.ipv4MonthlyNet, offers.ipv4MonthlyNet);
});
