/** catalog.yaml: parsed completely or refused with every reason. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { catalogExample, isSold, parseCatalog } from '../../../reconciler/core/agent/catalog.ts';
import { catalogOf, catalogText } from '../../builders/world.ts';

function problemsOf(text: string): readonly string[] {
  const parsed = parseCatalog(text);
  assert.ok(!parsed.ok, 'it is refused');
  return parsed.problems.map((one) => `${one.line} ${one.field} ${one.message}`);
}

describe('the catalog', () => {
  it('of the template and of the example are valid', () => {
    const template = new URL('../../../desired-state/catalog.yaml', import.meta.url);
    for (const text of [catalogExample, readFileSync(template, 'utf8')])
      assert.ok(parseCatalog(text).ok);
  });

  it('must have the default region among its regions', () => {
    const text = catalogExample.replace('defaultRegion: eu-central', 'defaultRegion: mars');
    assert.deepEqual(problemsOf(text), ['10 defaultRegion mars is none of the regions']);
  });

  it('sells no plan in an unknown region', () => {
    const text = catalogExample.replace('{eu-central: cpx22}', '{eu-central: cpx22, mars: cpx22}');
    assert.deepEqual(problemsOf(text), ['6 plans.starter.serverTypes.mars is none of the regions']);
  });

  it('gives each of Stripe’s ids to one plan', () => {
    const text = catalogText.replace('prod_Pro', 'prod_Starter');
    assert.deepEqual(problemsOf(text), [
      '9 plans.pro.stripe.products prod_Starter belongs to plan starter already',
    ]);
  });

  it('reports every error at once', () => {
    const text = catalogExample
      .replace('defaultRegion: eu-central', 'defaultRegion: mars')
      .replace('{eu-central: cpx22}', '{venus: cpx22}');
    assert.equal(problemsOf(text).length, 2);
  });

  it('must have a plan, a region and an image', () => {
    const fields = problemsOf('apiVersion: aura.dev/v1\nkind: Catalog\nplans: {}\nregions: {}\n');
    for (const field of ['plans', 'regions', 'defaultRegion', 'image'])
      assert.ok(
        fields.some((one) => one.split(' ')[1] === field),
        `${field} in ${fields.join('; ')}`,
      );
  });
});

describe('a plan', () => {
  const catalog = catalogOf(catalogText);

  it('is sold where it has a server type', () => {
    assert.ok(isSold(catalog, 'starter', 'eu-central'));
    assert.ok(!isSold(catalog, 'starter', 'mars'));
    assert.ok(!isSold(catalog, 'none', 'eu-central'));
    assert.ok(!isSold(catalogOf(catalogExample), 'starter', 'us-east'));
  });
});
