/** Before an apply of the shared stack: imports, ids, and what needs a person. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  fleetIdsOf,
  isInState,
  type SharedStackCase,
  sharedStackWork,
} from '../../../reconciler/core/stack/shared-stack.ts';
import { fleetStackSpec } from '../../../reconciler/core/stack/stack-spec.ts';
import { policyOf } from '../../builders/world.ts';

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJyYJ1dDYc0M0c8xYZk0Ij1X9H2uXQq2r3m8b5pXq7n1 ops';
const spec = fleetStackSpec(policyOf());
const withKey = fleetStackSpec(policyOf(`ssh: {breakGlassPublicKey: "${key}"}\n`));
const ours = { 'aura.dev/fleet': 'aura' };
const base = { id: '901', name: 'aura-base', labels: ours };
const bootstrap = { id: '902', name: 'aura-bootstrap', labels: ours };
const addresses = {
  base: 'hcloud_firewall.base',
  bootstrap: 'hcloud_firewall.bootstrap',
  isolation: 'hcloud_firewall.isolation',
  key: 'hcloud_ssh_key.break_glass',
} as const;

function stateOf(part: Partial<Record<keyof typeof addresses, string>>, tainted = false) {
  const resources = Object.entries(part).map(([place, id]) => ({
    address: addresses[place as keyof typeof addresses] ?? place,
    id,
    name: null,
    labels: null,
    tainted,
  }));
  return { serial: 1, resources };
}
function workOf(part: Partial<SharedStackCase>) {
  return sharedStackWork({
    spec,
    firewalls: [base, bootstrap],
    sshKeys: [],
    state: null,
    fleetIds: null,
    recover: false,
    ...part,
  });
}
const both = stateOf({ base: '901', bootstrap: '902' });
const work = (
  anew: boolean,
  imports: Partial<Record<keyof typeof addresses, string>>,
  ids: readonly string[],
) => ({
  kind: 'work',
  anew,
  imports: Object.entries(imports).map(([place, id]) => ({
    address: addresses[place as keyof typeof addresses],
    id,
  })),
  ids,
});

describe('before the shared stack is applied', () => {
  it('nothing is imported where the state holds what is there', () => {
    assert.deepEqual(workOf({ state: both }), work(false, {}, ['901', '902']));
    const record = { base: '901', bootstrap: '902' };
    assert.deepEqual(workOf({ state: both, fleetIds: record }), work(false, {}, ['901', '902']));
  });

  it('nothing is imported, and nothing may be updated, where nothing is there', () => {
    assert.deepEqual(workOf({ firewalls: [] }), work(false, {}, []));
    assert.deepEqual(workOf({ firewalls: [], state: both }), work(false, {}, []));
  });

  it('a resource with our name and label and in no state is imported', () => {
    const all = work(false, { base: '901', bootstrap: '902' }, ['901', '902']);
    assert.deepEqual(workOf({}), all);
    const half = workOf({ state: stateOf({ base: '901' }) });
    assert.deepEqual(half, work(false, { bootstrap: '902' }, ['901', '902']));
  });

  it('the break-glass key too, where the policy has one', () => {
    const sshKeys = [{ id: '903', name: 'aura-break-glass', labels: ours }];
    const ids = ['901', '902', '903'];
    assert.deepEqual(
      workOf({ spec: withKey, state: both, sshKeys }),
      work(false, { key: '903' }, ids),
    );
    assert.deepEqual(workOf({ state: both, sshKeys }), work(false, {}, ['901', '902']));
    const known = stateOf({ base: '901', bootstrap: '902', key: '903' });
    assert.deepEqual(workOf({ spec: withKey, state: known, sshKeys }), work(false, {}, ids));
  });

  it('a recorded one is ours whatever its name is by now', () => {
    const renamed = { id: '901', name: 'aura-x', labels: {} };
    const fleetIds = { base: '901', bootstrap: '902' };
    const on = { firewalls: [renamed, bootstrap], fleetIds };
    assert.deepEqual(workOf(on), work(false, { base: '901', bootstrap: '902' }, ['901', '902']));
  });

  it('one whose label was removed stays ours while the state holds it', () => {
    const firewalls = [{ ...base, labels: {} }, bootstrap];
    assert.deepEqual(workOf({ firewalls, state: both }), work(false, {}, ['901', '902']));
  });

  it('a create that failed half way is imported into a fresh state, not replaced', () => {
    const state = stateOf({ base: '901', bootstrap: '902' }, true);
    const all = work(true, { base: '901', bootstrap: '902' }, ['901', '902']);
    assert.deepEqual(workOf({ state }), all);
  });
});

describe('a person is needed', () => {
  const conflict = (part: Partial<SharedStackCase>) => {
    const found = workOf(part);
    return found.kind === 'conflict' ? found.message : '';
  };

  it('where the state holds another project’s firewalls', () => {
    assert.equal(
      conflict({ state: stateOf({ base: '501', bootstrap: '902' }) }),
      'the Terraform state has 501 instead of 901 as hcloud_firewall.base: ' +
        '`aura init --recover` recreates it',
    );
  });

  it('unless a recovery rewrites that state', () => {
    const state = stateOf({ base: '501', bootstrap: '902' });
    const all = work(true, { base: '901', bootstrap: '902' }, ['901', '902']);
    assert.deepEqual(workOf({ state, recover: true }), all);
    assert.deepEqual(workOf({ state: both, recover: true }), work(false, {}, ['901', '902']));
  });

  it('where the state cannot be read, unless a recovery rewrites it', () => {
    const state = { unreadable: 'it is no JSON; `aura init --recover` recreates it' };
    assert.equal(conflict({ state }), state.unreadable);
    const all = work(true, { base: '901', bootstrap: '902' }, ['901', '902']);
    assert.deepEqual(workOf({ state, recover: true }), all);
    assert.ok(!isInState(state, [base, bootstrap]));
  });

  it('a recovery drops resources outside of the stack, and a run leaves them to the gate', () => {
    const state = stateOf({ base: '901', bootstrap: '902', key: '903' });
    assert.deepEqual(workOf({ state }), work(false, {}, ['901', '902']));
    const all = work(true, { base: '901', bootstrap: '902' }, ['901', '902']);
    assert.deepEqual(workOf({ state, recover: true }), all);
  });

  it('where one has our name and not our label', () => {
    for (const labels of [{}, { 'aura.dev/fleet': 'aura-staging' }])
      assert.equal(
        conflict({ firewalls: [{ ...base, labels }, bootstrap] }),
        '901 (aura-base) does not have the label aura.dev/fleet',
      );
  });

  it('where the state holds a firewall of another fleet in the same project', () => {
    const theirs = {
      id: '55',
      name: 'aura-staging-base',
      labels: { 'aura.dev/fleet': 'aura-staging' },
    };
    const on = { firewalls: [theirs, bootstrap], state: stateOf({ base: '55', bootstrap: '902' }) };
    assert.match(conflict(on), /^55 \(aura-staging-base\) does not have the label/);
    assert.match(conflict({ ...on, recover: true }), /^55 \(aura-staging-base\)/);
  });

  it('where another one has the name of the recorded one', () => {
    const renamed = { id: '901', name: 'aura-old', labels: ours };
    const taken = { id: '77', name: 'aura-base', labels: ours };
    const fleetIds = { base: '901', bootstrap: '902' };
    assert.equal(
      conflict({ firewalls: [renamed, taken, bootstrap], fleetIds, recover: true }),
      'hcloud_firewall.base is 901, and 77 has its name aura-base',
    );
  });

  it('with every error at once', () => {
    const firewalls = [
      { ...base, labels: {} },
      { ...bootstrap, labels: {} },
    ];
    assert.equal(conflict({ firewalls }).split('; ').length, 2);
  });
});

describe('a state of the shared stack', () => {
  it('names all firewalls, or none', () => {
    const ids = { base: '901', bootstrap: '902', isolation: '903' };
    assert.deepEqual(fleetIdsOf(stateOf(ids)), ids);
    assert.equal(fleetIdsOf(both), null);
    assert.equal(fleetIdsOf(stateOf({ base: '901' })), null);
    assert.equal(fleetIdsOf(stateOf({ bootstrap: '902' })), null);
    assert.equal(fleetIdsOf(null), null);
  });

  it('belongs to a project that has one of its ids', () => {
    assert.ok(isInState(both, [bootstrap]));
    assert.ok(!isInState(both, [{ ...base, id: '1' }]));
    assert.ok(!isInState(null, [base]));
  });
});
