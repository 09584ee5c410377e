/** An approval is for exactly what it lists, once. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ApprovalDecision } from '../../../reconciler/core/agent/decision-file.ts';
import type { Change } from '../../../reconciler/core/fleet/situation.ts';
import { approvalFor, isUsed } from '../../../reconciler/core/plan/granted.ts';
import { at, idNo, recordNo } from '../../builders/world.ts';

const path = 'approvals/one.yaml';
const file = 'f'.repeat(40);
const basis = { path: 'agents/a', file, record: 'none' };
const retire: Change = {
  kind: 'retire',
  agent: idNo(1),
  basis,
  because: 'retired',
  servers: ['7'],
  addresses: [],
  devices: [],
  by: 'person',
  state: false,
};
const entry = { agent: idNo(1), server: '7', file, change: 'retire' as const };

function granted(part: object): { readonly path: string; readonly approval: ApprovalDecision } {
  const entries = [{ ...entry, ...part }];
  return { path, approval: { apiVersion: 'aura.dev/v1', kind: 'Approval', entries } };
}

function used(n: number, part: object): boolean {
  const end = { at: at(0), server: '7', kind: 'retire' as const, approval: path, ...part };
  return isUsed(path, entry, [recordNo(n, { destroyed: [end] })]);
}

describe('an approval', () => {
  it('is for what it lists', () => assert.equal(approvalFor(retire, [granted({})], []), path));

  for (const [what, part] of [
    ['agent', { agent: idNo(2) }],
    ['server', { server: '8' }],
    ['kind of change', { change: 'replace' }],
    ['file', { file: 'e'.repeat(40) }],
  ] as const)
    it(`is for no other ${what}`, () =>
      assert.equal(approvalFor(retire, [granted(part)], []), null));

  it('is for no change that needs none', () => {
    const power = { kind: 'power', agent: idNo(1), basis, because: '', server: '7', to: 'off' };
    assert.equal(approvalFor(power as Change, [granted({})], []), null);
  });

  it('is used by the end of that server, of that agent, under it', () => {
    assert.equal(used(1, {}), true);
    assert.equal(used(2, {}), false);
    assert.equal(used(1, { server: '8' }), false);
    assert.equal(used(1, { approval: 'approvals/two.yaml' }), false);
  });

  it('that is used is for nothing any more', () => {
    const end = { at: at(0), server: '7', kind: 'retire' as const, approval: path };
    const records = [recordNo(1, { destroyed: [end] })];
    assert.equal(approvalFor(retire, [granted({})], records), null);
  });
});
