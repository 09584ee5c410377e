/** Terraform's reading of a server against the listing's. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ObservedServer } from '../../../reconciler/core/fleet/observed.ts';
import { differencesOf, type Refreshed } from '../../../reconciler/core/stack/refreshed.ts';
import { serverNo } from '../../builders/world.ts';

const listed = serverNo(1, { firewalls: ['12', '7'] });
const found = (part: Partial<ObservedServer> = {}): Refreshed => ({
  kind: 'found',
  server: { ...listed, ...part },
  drifts: [],
});

describe('two readings of one server', () => {
  test('agree whatever the order of labels and firewalls', () => {
    const labels = Object.fromEntries(Object.entries(listed.labels).reverse());
    assert.deepEqual(differencesOf(listed, found({ labels, firewalls: ['7', '12'] })), []);
  });

  test('a server that starts is on in both', () => {
    assert.deepEqual(differencesOf(listed, found({ status: 'starting' })), []);
    assert.deepEqual(differencesOf(listed, found({ status: 'off' })), [
      'power is off, the listing says on',
    ]);
  });

  test('agree about an image that was removed since, which Terraform still remembers', () => {
    const without = { ...listed, image: null };
    assert.deepEqual(differencesOf(without, found({ image: '4711' })), []);
    assert.deepEqual(differencesOf(without, found({ image: null })), []);
  });

  const parts: readonly (readonly [string, Partial<ObservedServer>])[] = [
    ['id', { id: '4' }],
    ['name', { name: 'other' }],
    ['labels', { labels: {} }],
    ['ipv4', { ipv4: null }],
    ['location', { location: 'nbg1' }],
    ['server type', { serverType: 'cpx62' }],
    ['image', { image: 'debian-13' }],
    [
      'delete protection',
      { protection: { ...listed.protection, delete: !listed.protection.delete } },
    ],
    [
      'rebuild protection',
      { protection: { ...listed.protection, rebuild: !listed.protection.rebuild } },
    ],
    ['firewalls', { firewalls: [] }],
  ];
  for (const [name, part] of parts)
    test(`${name}: a difference is named`, () => {
      const [first = '', ...more] = differencesOf(listed, found(part));
      assert.ok(first.startsWith(`${name} is `), first);
      assert.deepEqual(more, []);
    });

  test('attributes that the listing lacks are compared with the state', () => {
    const drifts = [{ attribute: 'backups', remembered: 'false', found: 'true' }];
    assert.deepEqual(differencesOf(listed, { kind: 'found', server: listed, drifts }), [
      'backups is true, the state remembers false',
    ]);
  });

  test('a state of no server, and of one that is gone', () => {
    assert.deepEqual(differencesOf(listed, { kind: 'unknown' }), ['the state remembers no server']);
    assert.deepEqual(differencesOf(listed, { kind: 'gone', id: '9' }), [
      'the state remembers server 9, which Terraform does not find',
    ]);
  });
});
