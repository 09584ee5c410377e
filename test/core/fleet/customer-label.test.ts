/** Customer ids that a merchant has chosen: in files, in labels, and read from labels again. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { desire } from '../../../reconciler/core/billing/desire.ts';
import { customerLabel, customerOfLabel } from '../../../reconciler/core/fleet/customer-label.ts';
import { labelNames } from '../../../reconciler/core/fleet/observed.ts';
import { specHash } from '../../../reconciler/core/fleet/spec-hash.ts';
import { adoptionOf } from '../../../reconciler/core/orphans/adoption.ts';
import { follow, inputOf } from '../../builders/billed.ts';
import { catalogOf, fleet, labelsNo, policyOf, serverNo } from '../../builders/world.ts';

const chosen = [
  'acme-0042',
  '42',
  'auth0|5f7c8ec7c33c6c004bbafe82',
  'someone@example.com',
  'Müller & Söhne, "Berlin" #1: yes',
  ' - ',
  'null',
  '1e3',
  `x${'-'.repeat(254)}`,
];

describe('a customer id that the merchant chose', () => {
  it('makes an agent whose file contains it, and is no change when it is read again', () => {
    for (const customer of chosen) {
      const { desired, spec, text } = follow({ customer }, null);
      assert.ok(desired.kind === 'write' && desired.cause === 'created', customer);
      assert.equal(spec.customer, customer);
      assert.equal(desire(inputOf({ customer }, text)).kind, 'unchanged', customer);
    }
  });

  it('is a label that Hetzner accepts, unique for each and the same each time', () => {
    const labels = chosen.map(customerLabel);
    for (const label of labels) {
      assert.match(label, /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/);
      assert.ok(label.length <= 63);
      assert.equal(customerLabel(label), label);
    }
    assert.equal(new Set(labels).size, chosen.length);
    assert.deepEqual(['acme-0042', 'cus_Q2Example'].map(customerLabel), [
      'acme-0042',
      'cus_Q2Example',
    ]);
  });

  it('allows the stack’s hash to be computed from its labels again', () => {
    const choice = {
      revision: 1,
      plan: 'starter',
      region: 'eu-central',
      location: 'fsn1',
      serverType: 'cpx12',
      image: 'debian-12',
    };
    const common = { policy: policyOf(), agent: 'a', subscription: 's', choice, nonce: 'n' };
    for (const customer of chosen)
      assert.equal(
        specHash({ ...common, customer }),
        specHash({ ...common, customer: customerLabel(customer) }),
      );
  });

  it('is not guessed from a hash: such a server is adopted by the file in history alone', () => {
    const of = (customer: string) => {
      const labels = { ...labelsNo(1), [labelNames.customer]: customerLabel(customer) };
      return adoptionOf(serverNo(1, { labels }), null, { fleet, catalog: catalogOf() }).kind;
    };
    assert.deepEqual([of('acme-0042'), of('auth0|5f7c')], ['file', 'impossible']);
    assert.equal(customerOfLabel(customerLabel('auth0|5f7c')), null);
  });
});
