/** The file of an adopted server, where history holds none: read from its labels. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Catalog } from '../../../reconciler/core/agent/catalog.ts';
import { adoptionOf } from '../../../reconciler/core/orphans/adoption.ts';
import { catalogOf, fleet, serverNo } from '../../builders/world.ts';

function adopted(catalog: Catalog, part: Parameters<typeof serverNo>[1] = {}): string {
  const adoption = adoptionOf(serverNo(1, part), null, { fleet, catalog });
  if (adoption.kind === 'impossible') return adoption.why;
  return (adoption.text.match(/(?<=plan: |region: ).*/g) ?? []).join(' in ');
}

const catalog = catalogOf();
const [name = '', region] = Object.entries(catalog.regions).find(([, { locations }]) =>
  locations.includes('fsn1'),
) ?? ['', undefined];

test('its plan and region are those of its type and its location', () => {
  assert.equal(adopted(catalog), `"starter" in "${name}"`);
});

test('of two regions with its location, the one that sells its type', () => {
  assert.ok(region);
  const regions = { ...catalog.regions, 'a-first': { locations: region.locations } };
  assert.equal(adopted({ ...catalog, regions }), `"starter" in "${name}"`);
});

test('a type without a plan cannot be adopted', () => {
  assert.match(adopted(catalog, { serverType: 'cax41' }), /^no plan of the catalog is a cax41/);
});
