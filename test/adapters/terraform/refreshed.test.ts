/** The result of a refresh, from Terraform's JSON. The shapes are those of Terraform 1.11. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planIn } from '../../../reconciler/adapters/terraform/planned.ts';
import { refreshedServer } from '../../../reconciler/adapters/terraform/refreshed.ts';
import { isFailure } from '../../../reconciler/core/failure.ts';

const refreshedIn = (text: string) => refreshedServer(planIn(text));

const values = {
  id: '42',
  name: 'agt-7m2k9q4xw3td',
  status: 'running',
  labels: { 'aura.dev/fleet': 'aura' },
  ipv4_address: '198.51.100.7',
  location: 'fsn1',
  server_type: 'cpx12',
  image: 'debian-12',
  delete_protection: true,
  rebuild_protection: true,
  firewall_ids: [9, 12],
  backups: false,
  rescue: null,
  user_data: 'hash-of-it',
};
const server = { mode: 'managed', type: 'hcloud_server', name: 'agent' };

function planOf(found: object | null, before: object | null = found): string {
  const resources = found === null ? {} : { resources: [{ ...server, values: found }] };
  const differs = JSON.stringify(found) !== JSON.stringify(before);
  const change = { actions: ['update'], before, after: found };
  return JSON.stringify({
    format_version: '1.2',
    prior_state: { format_version: '1.0', values: { root_module: resources } },
    planned_values: { root_module: {} },
    ...(differs ? { resource_drift: [{ ...server, change }] } : {}),
  });
}

test('a server as it was refreshed', () => {
  assert.deepEqual(refreshedIn(planOf(values)), {
    kind: 'found',
    server: {
      id: '42',
      name: 'agt-7m2k9q4xw3td',
      status: 'running',
      labels: { 'aura.dev/fleet': 'aura' },
      ipv4: '198.51.100.7',
      location: 'fsn1',
      serverType: 'cpx12',
      image: 'debian-12',
      protection: { delete: true, rebuild: true },
      firewalls: ['12', '9'],
    },
    drifts: [],
  });
});

test('attributes of the listing are no drift; others are, sorted, and user data is never shown', () => {
  const before = { ...values, status: 'off', labels: {}, firewall_ids: [], rescue: 'linux64' };
  const found = refreshedIn(planOf({ ...values, backups: true, user_data: 'x' }, before));
  assert.deepEqual(found.kind === 'found' && found.drifts, [
    { attribute: 'backups', remembered: 'false', found: 'true' },
    { attribute: 'rescue', remembered: '"linux64"', found: 'null' },
    { attribute: 'user_data', remembered: 'another one', found: 'another one' },
  ]);
});

test('a server that is gone, and a state that never had one', () => {
  assert.deepEqual(refreshedIn(planOf(null, values)), { kind: 'gone', id: '42' });
  assert.deepEqual(refreshedIn(planOf(null)), { kind: 'unknown' });
  assert.deepEqual(refreshedIn('{"format_version":"1.2"}'), { kind: 'unknown' });
});

test('an unreadable answer is a failure, never a missing server', () => {
  const wrong = [
    '',
    '[]',
    '{"prior_state":{"values":{"root_module":{"resources":{}}}}}',
    '{"resource_drift":[{"type":"hcloud_server","change":{"before":{}}}]}',
    planOf({ ...values, delete_protection: 'yes' }),
    planOf({ ...values, id: 42 }),
  ];
  for (const text of wrong)
    assert.throws(
      () => refreshedIn(text),
      (thrown) => isFailure(thrown, 'UnexpectedAnswer'),
      text,
    );
});
