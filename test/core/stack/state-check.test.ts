import assert from 'node:assert/strict';
import { test } from 'node:test';
import { labelNames } from '../../../reconciler/core/fleet/observed.ts';
import {
  disagreements,
  isRebuildable,
  type StateCase,
  type StoredResource,
} from '../../../reconciler/core/stack/state-check.ts';
import { fleet, idNo, labelsNo, recordNo, serverNo, without } from '../../builders/world.ts';

const stored: StoredResource = {
  address: 'hcloud_server.agent',
  id: '1001',
  labels: labelsNo(1),
  tainted: false,
};
const well: StateCase = {
  fleet,
  agent: idNo(1),
  record: recordNo(1),
  server: serverNo(1),
  state: { serial: 3, resources: [stored] },
  lock: null,
  busy: false,
};
const said = (part: Partial<StateCase>) =>
  disagreements({ ...well, ...part }).map(({ about, message }) => `${about}: ${message}`);
const state = (...resources: readonly StoredResource[]) => ({ state: { serial: 1, resources } });

test('state, record and server that agree', () => {
  assert.deepEqual(said({}), []);
  const open = { ...labelsNo(1), [labelNames.bootstrap]: '1' };
  assert.deepEqual(said({ server: serverNo(1, { labels: open }) }), [], 'port 22 is not compared');
  assert.deepEqual(said(state({ ...stored, labels: null })), [], 'unknown labels');
});

test('every disagreement is reported', () => {
  assert.deepEqual(said({ state: null }), ['state: server 1001 exists and no state holds it']);
  assert.deepEqual(said({ server: null }), [
    'state: there is no server, and a state that holds server 1001',
    'server: the record names server 1001, which is not there',
  ]);
  assert.deepEqual(said(state()), ['server: the state holds no server, and 1001 is there']);
  assert.deepEqual(said(state({ ...stored, id: '7' })), [
    'server: the state holds server 7, and 1001 is there',
  ]);
  assert.deepEqual(said(state({ ...stored, tainted: true })), [
    'tainted: Terraform would replace server 1001: its create failed',
  ]);
  const key = { ...stored, address: 'hcloud_ssh_key.old', id: '9' };
  assert.deepEqual(said(state(stored, key)), [
    'resources: the state also holds hcloud_ssh_key.old (9)',
  ]);
  assert.deepEqual(said({ record: without(recordNo(1), 'server') }), [
    'server: server 1001 is there and no record names it',
  ]);
  assert.deepEqual(said({ server: serverNo(1, { name: 'web' }) }), [
    'name: server 1001 is called web',
  ]);
});

test('labels are compared with the record and with the state', () => {
  const labels = { ...labelsNo(1), [labelNames.nonce]: 'x', team: 'blue' };
  assert.deepEqual(said({ server: serverNo(1, { labels }) }), [
    'labels: aura.dev/nonce is x on the server, not abcdefghij012345',
    'labels: aura.dev/nonce is abcdefghij012345 in the state and x on the server',
    'labels: team is missing in the state and blue on the server',
  ]);
});

test('an unreadable state is reported with the repair command, and may be rebuilt', () => {
  const unreadable = 'it is no JSON; `aura state agt --rebuild` recreates it';
  const lock = { id: '7', who: 'ci', created: '2026-11-22T05:00:00Z' };
  assert.deepEqual(said({ state: { unreadable } }), [`state: ${unreadable}`]);
  assert.match(said({ state: { unreadable }, lock })[1] ?? '', /^lock: ci has held the lock 7/);
  assert.ok(isRebuildable({ ...well }));
});

test('a lock is in order while a run works on the agent', () => {
  const lock = { id: 'l-1', who: 'runner@ci', created: '2026-11-22T05:00:00Z' };
  assert.deepEqual(said({ lock, busy: true }), []);
  assert.deepEqual(said({ lock }), [
    'lock: runner@ci has held the lock l-1 since 2026-11-22T05:00:00Z, and no run works on the agent',
  ]);
});

test('only the recorded server can be imported into a fresh state', () => {
  assert.ok(isRebuildable(well));
  assert.ok(!isRebuildable({ ...well, server: null }));
  assert.ok(!isRebuildable({ ...well, server: serverNo(2) }));
  assert.ok(!isRebuildable({ ...well, record: null }));
});
