/** Which server an image is made on: the smallest disk on sale, then the cheapest. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Catalog } from '../../../reconciler/core/agent/catalog.ts';
import type { Offer, Offers } from '../../../reconciler/core/fleet/observed.ts';
import { chooseBuilder } from '../../../reconciler/core/stack/builder-choice.ts';
import { catalogOf, offers } from '../../builders/world.ts';

const offer = (serverType: string, part: Partial<Offer> = {}): Offer => ({
  serverType,
  location: 'fsn1',
  monthlyNet: 5,
  diskGb: 40,
  memoryGb: 2,
  architecture: 'x86',
  available: true,
  ...part,
});
const withOffers = (...more: readonly Offer[]): Offers => ({
  ...offers,
  list: [...offers.list, ...more],
});
function chosen(from: Offers, catalog: Catalog = catalogOf()) {
  const outcome = chooseBuilder(catalog, from);
  if (outcome.kind === 'none') return outcome.message;
  const { serverType, location, diskGb } = outcome.choice;
  return `${serverType} ${location} ${diskGb}`;
}

describe('the builder', () => {
  test('has the smallest disk, whatever it costs', () => {
    assert.equal(chosen(withOffers(offer('tiny', { diskGb: 20, monthlyNet: 90 }))), 'tiny fsn1 20');
  });

  test('is the cheapest of equal disks, its address included, then the first by name', () => {
    assert.equal(chosen(withOffers(offer('cx22', { monthlyNet: 4 }))), 'cx22 fsn1 40');
    const dear = { ...offers, ipv4MonthlyNet: { ...offers.ipv4MonthlyNet, ash: 0.1 } };
    assert.equal(chosen(dear), 'cpx11 ash 40');
    assert.equal(chosen(offers), 'cpx11 ash 40');
  });

  test('is none that is sold out, elsewhere, or of another architecture', () => {
    const others = withOffers(
      offer('gone', { diskGb: 10, available: false }),
      offer('away', { diskGb: 10, location: 'sin' }),
      offer('arm', { diskGb: 10, architecture: 'arm' }),
    );
    assert.equal(chosen(others), 'cpx11 ash 40');
  });

  test('has no larger disk than the smallest plan: its image would not boot there', () => {
    const list = offers.list.map((one) => (one.diskGb === 40 ? { ...one, available: false } : one));
    assert.match(chosen({ ...offers, list }), /no x86 server with a disk of at most 40 GB/);
  });

  test('cannot serve plans of two architectures', () => {
    const list = offers.list.map((one) =>
      one.serverType === 'cpx22' ? { ...one, architecture: 'arm' } : one,
    );
    assert.match(chosen({ ...offers, list }), /arm and x86: an image is for one of them/);
  });

  test('cannot be chosen where Hetzner lists none of the types', () => {
    assert.match(chosen({ ...offers, list: [] }), /lists none of the server types/);
  });
});
