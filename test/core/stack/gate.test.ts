/** The gate compares Terraform's plan with the requested change. Every cell of the table. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ChangeKind, changeKinds } from '../../../reconciler/core/fleet/change-kinds.ts';
import {
  expectationOf,
  filledByImport,
  type GateExpectation,
  gate,
  type PlannedAction,
  type PlannedResource,
} from '../../../reconciler/core/stack/gate.ts';

const creates: GateExpectation = { allow: 'creates' };
const updates: GateExpectation = { allow: 'updates', ids: ['42'], attributes: ['labels'] };
const deletes: GateExpectation = { allow: 'deletes', ids: ['42', '43'] };
const shared: GateExpectation = { allow: 'shared', ids: ['42', '43'] };

function planned(action: PlannedAction, id: string | null = '42'): PlannedResource {
  return {
    address: 'hcloud_server.agent',
    action,
    id: action === 'create' ? null : id,
    changed: action === 'update' ? ['labels'] : [],
  };
}

const actions: readonly PlannedAction[] = [
  'create',
  'update',
  'delete',
  'replace',
  'forget',
  'unknown',
];
const allowed: readonly (readonly [string, GateExpectation, readonly PlannedAction[]])[] = [
  ['creates: creates', creates, ['create']],
  ['updates: updates of the recorded id', updates, ['update']],
  ['deletes: deletes of recorded ids', deletes, ['delete']],
  ['shared: creates, and updates of its own ids', shared, ['create', 'update']],
];

const byKind: Readonly<Partial<Record<ChangeKind, string>>> = {
  create: 'creates',
  resume: 'updates labels name',
  repair: 'updates labels name',
  resize: 'updates labels server_type',
  rollback: 'deletes',
  replace: 'deletes',
  retire: 'deletes',
  destroyOrphan: 'deletes',
};

describe('what a change may plan', () => {
  for (const kind of Object.keys(changeKinds) as ChangeKind[]) {
    it(`${kind}: ${byKind[kind] ?? 'Terraform is not asked'}`, () => {
      if (byKind[kind] === undefined)
        return assert.throws(() => expectationOf(kind), /asks nothing/);
      const expectation = expectationOf(kind, ['42']);
      const attributes = 'attributes' in expectation ? expectation.attributes : [];
      assert.equal([expectation.allow, ...attributes].join(' '), byKind[kind]);
      if (expectation.allow !== 'creates') assert.deepEqual(expectation.ids, ['42']);
    });
  }

  it('after an import fills in what the import cannot read', () => {
    const attributes = ['labels', 'name', ...filledByImport];
    assert.deepEqual(expectationOf('repair', ['42'], true), {
      allow: 'updates',
      ids: ['42'],
      attributes,
    });
  });
});

describe('the gate', () => {
  for (const [name, expectation, wanted] of allowed) {
    it(name, () => {
      const passed = actions.filter(
        (action) => gate(expectation, [planned(action)]).kind === 'allowed',
      );
      assert.deepEqual(passed, wanted);
    });
  }

  it('passes an empty plan, for any change', () => {
    for (const [, expectation] of allowed) {
      assert.deepEqual(gate(expectation, []), { kind: 'allowed', effects: [] });
      assert.deepEqual(gate(expectation, [planned('none')]), { kind: 'allowed', effects: [] });
    }
  });

  it('refuses a delete of a resource that is not recorded, or has no id', () => {
    assert.deepEqual(gate(deletes, [planned('delete', '44')]), {
      kind: 'refused',
      reasons: ["hcloud_server.agent: delete of 44, which is not recorded as the agent's"],
    });
    assert.equal(gate(deletes, [planned('delete', null)]).kind, 'refused');
    assert.equal(gate({ allow: 'deletes', ids: [] }, [planned('delete')]).kind, 'refused');
  });

  it('refuses an update of a resource that is not recorded, or has no id', () => {
    assert.deepEqual(gate(updates, [planned('update', '43')]), {
      kind: 'refused',
      reasons: ["hcloud_server.agent: update of 43, which is not recorded as the agent's"],
    });
    assert.equal(gate(updates, [planned('update', null)]).kind, 'refused');
  });

  it('refuses an update of more attributes than the change, and names them', () => {
    const grown = { ...planned('update'), changed: ['labels', 'server_type', 'status'] };
    assert.deepEqual(gate(updates, [grown]), {
      kind: 'refused',
      reasons: [
        'hcloud_server.agent: update of 42 changes server_type, status, which nothing asks for',
      ],
    });
    assert.equal(gate(updates, [{ ...grown, changed: [] }]).kind, 'allowed');
  });

  it('refuses an update of a shared resource that is not one of the fleet’s', () => {
    assert.deepEqual(gate(shared, [planned('update', '44')]), {
      kind: 'refused',
      reasons: ["hcloud_server.agent: update of 44, which is not one of the fleet's"],
    });
    assert.equal(gate(shared, [planned('update', null)]).kind, 'refused');
    assert.equal(gate({ allow: 'shared', ids: [] }, [planned('create')]).kind, 'allowed');
  });

  it('one effect too many refuses the whole plan, with every reason, sorted', () => {
    const verdict = gate(creates, [
      planned('create'),
      { ...planned('replace'), address: 'hcloud_primary_ip.z' },
      { ...planned('delete'), address: 'hcloud_firewall.a' },
      planned('none'),
    ]);
    assert.deepEqual(verdict, {
      kind: 'refused',
      reasons: [
        'hcloud_firewall.a: delete of 42, only creates were asked for',
        'hcloud_primary_ip.z: replace of 42, only creates were asked for',
      ],
    });
  });

  it('returns the effects that it allowed', () => {
    const effects = [planned('create'), { ...planned('create'), address: 'hcloud_server.b' }];
    assert.deepEqual(gate(creates, [...effects, planned('none')]), { kind: 'allowed', effects });
  });
});
