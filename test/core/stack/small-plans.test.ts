/** Which plans have too little memory for openclaw. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { serverTypes } from '../../../local-cloud/hetzner/catalogue.ts';
import { smallPlans } from '../../../reconciler/core/stack/small-plans.ts';
import { catalogOf, offers } from '../../builders/world.ts';
import { root } from '../../support/markdown.ts';

test('plans of 2 GB are, and types that are not listed are not', () => {
  assert.deepEqual(smallPlans(catalogOf(), offers), [
    'cpx11 of plan starter in us-east has 2 GB of memory',
    'cpx12 of plan starter in eu-central has 2 GB of memory',
  ]);
  assert.deepEqual(smallPlans(catalogOf(), { ...offers, list: [] }), []);
});

test('the template’s plans are not, and cost less than their ceilings', () => {
  const template = catalogOf(readFileSync(join(root, 'desired-state/catalog.yaml'), 'utf8'));
  const list = serverTypes.flatMap(({ name, memory, disk, architecture, monthly }) =>
    Object.entries(monthly).map(([location, monthlyNet]) => {
      const sizes = { diskGb: disk, memoryGb: memory };
      return { serverType: name, location, monthlyNet, ...sizes, architecture, available: true };
    }),
  );
  assert.deepEqual(smallPlans(template, { ...offers, list }), []);
  for (const { serverTypes: types, monthlyCeiling } of Object.values(template.plans))
    for (const [region, type] of Object.entries(types))
      for (const location of template.regions[region]?.locations ?? []) {
        const found = list.find((one) => one.serverType === type && one.location === location);
        assert.ok((found?.monthlyNet ?? 99) + 0.5 < monthlyCeiling, `${type} in ${location}`);
      }
});
