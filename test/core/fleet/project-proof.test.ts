/** Which project a token is for: ids prove it, names do not. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  liveServers,
  type ProjectEvidence,
  projectProof,
  refusalToRecord,
} from '../../../reconciler/core/fleet/project-proof.ts';
import { at, recordNo } from '../../builders/world.ts';

const ids = { base: '901', bootstrap: '902' };
const recorded = [recordNo(1), recordNo(2)];
const seen = (...numbers: readonly string[]) => numbers.map((id) => ({ id }));

function proofOf(part: Partial<ProjectEvidence>) {
  return projectProof({ fleetIds: ids, records: [], servers: [], firewalls: [], ...part });
}

describe('a project is proven', () => {
  for (const [what, part] of [
    ['by either recorded firewall: base', { firewalls: seen('901', '7') }],
    ['by either recorded firewall: bootstrap', { firewalls: seen('902') }],
    ['by a recorded server', { records: recorded, servers: seen('1002') }],
    [
      'by a recorded server without fleet.yaml',
      { fleetIds: null, records: recorded, servers: seen('1001') },
    ],
  ] as const)
    it(what, () => assert.deepEqual(proofOf(part), { kind: 'proven' }));
});

describe('a project is refuted', () => {
  it('where firewalls have our names and other ids', () => {
    assert.deepEqual(proofOf({ records: recorded, firewalls: seen('501', '502') }), {
      kind: 'refuted',
      live: 2,
      message:
        'none of 2 recorded servers and none of the recorded firewalls (901, 902) is in this ' +
        'Hetzner project: HCLOUD_TOKEN is for another one',
    });
  });
  it('before the first server, too', () => {
    const proof = proofOf({ firewalls: seen('501') });
    assert.match(proof.kind === 'refuted' ? proof.message : '', /^none of the recorded firewalls/);
  });
  it('by a server that is recorded as gone', () => {
    const records = [recordNo(1, { gone: at(-5) })];
    assert.equal(proofOf({ records, servers: seen('1001') }).kind, 'refuted');
    assert.deepEqual(liveServers(records), []);
  });
  it('without fleet.yaml where there is neither a firewall nor a recorded server', () => {
    assert.equal(proofOf({ fleetIds: null, records: recorded }).kind, 'refuted');
  });
  it('without fleet.yaml where firewalls have our names and no recorded server is there', () => {
    const proof = proofOf({ fleetIds: null, records: recorded, firewalls: seen('501') });
    const message =
      'none of 2 recorded servers is in this Hetzner project: HCLOUD_TOKEN is for another one';
    assert.deepEqual(proof, { kind: 'refuted', live: 2, message });
  });
});

describe('nothing is recorded', () => {
  it('in a new installation', () =>
    assert.deepEqual(proofOf({ fleetIds: null }), { kind: 'unrecorded' }));
  it('in one whose firewalls are there by their names', () =>
    assert.deepEqual(proofOf({ fleetIds: null, firewalls: seen('501') }), { kind: 'unrecorded' }));
});

describe('the fleet’s stack is applied and recorded', () => {
  it('in a proven project and in a new installation', () => {
    assert.equal(refusalToRecord({ kind: 'proven' }), null);
    assert.equal(refusalToRecord({ kind: 'unrecorded' }), null);
  });
  it('not where the project is refuted', () => {
    const refuted = (live: number) => ({ kind: 'refuted', live, message: 'another one' }) as const;
    assert.equal(refusalToRecord(refuted(0)), 'another one');
    assert.equal(refusalToRecord(refuted(0), true), null, 'a person confirms the project');
    assert.equal(refusalToRecord(refuted(1), true), 'another one');
  });
});
