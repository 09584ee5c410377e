/** The change that the shared firewalls need: create, repair, or none. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  canonicalRules,
  fleetStackNeeds,
  wantedFirewalls,
} from '../../../reconciler/core/fleet/firewall.ts';
import type { ObservedFirewall } from '../../../reconciler/core/fleet/observed.ts';
import { policyOf } from '../../builders/world.ts';

const policy = policyOf();
const ids = { base: '901', bootstrap: '902', isolation: '903' };

function observed(role: keyof typeof ids, part: Partial<ObservedFirewall> = {}) {
  const wanted = wantedFirewalls(policy).find((one) => one.role === role) ?? assert.fail();
  return {
    id: ids[role],
    name: wanted.name,
    labels: { 'aura.dev/fleet': 'aura' },
    rules: canonicalRules(wanted.rules),
    selectors: [wanted.selector],
    ...part,
  };
}
const isolation = observed('isolation');
const needs = (...firewalls: readonly ObservedFirewall[]) =>
  fleetStackNeeds(policy, [...firewalls, isolation], ids);

describe('the shared firewalls', () => {
  it('are as they should be', () => {
    assert.equal(needs(observed('base'), observed('bootstrap')), 'none');
    assert.equal(
      needs(observed('bootstrap'), observed('base', { selectors: ['x', 'aura.dev/fleet=aura'] })),
      'none',
    );
  });

  it('are created where one of them is missing, whichever it is', () => {
    assert.equal(needs(), 'create');
    assert.equal(needs(observed('base')), 'create');
    assert.equal(needs(observed('bootstrap')), 'create');
    const two = [observed('base'), observed('bootstrap')];
    assert.equal(fleetStackNeeds(policy, two, ids), 'create');
    const { isolation: _, ...recorded } = ids;
    assert.equal(fleetStackNeeds(policy, two, recorded), 'create', 'of an earlier installation');
  });

  for (const [what, part] of [
    ['has another id than recorded', { id: '77' }],
    ['has other rules', { rules: '' }],
    ['is applied to nothing', { selectors: [] }],
    ['lost our label', { labels: {} }],
    ['was renamed and has the recorded id', { name: 'aura-x' }],
  ] as const) {
    it(`are repaired where one ${what}`, () => {
      assert.equal(needs(observed('base', part), observed('bootstrap')), 'update');
      assert.equal(needs(observed('base'), observed('bootstrap', part)), 'update');
    });
  }

  it('that no record names are applied once, which records them', () => {
    const both = [observed('base'), observed('bootstrap'), isolation];
    assert.equal(fleetStackNeeds(policy, both, null), 'update');
  });
});
