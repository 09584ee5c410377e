/** `fleet.yaml` of branch `status`, read and written. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFailure } from '../../../reconciler/core/failure.ts';
import {
  fleetIdsIn,
  newFleetRecord,
  parseFleetFile,
  renderFleetRecord,
} from '../../../reconciler/core/world/fleet-record.ts';

const firewalls = { base: '901', bootstrap: '902' };
const text = `apiVersion: aura.dev/v1
kind: FleetStatus
firewalls:
  base: "901"
  bootstrap: "902"
`;

test('what is written is read again', () => {
  const record = newFleetRecord({ firewalls });
  assert.equal(renderFleetRecord(record), text);
  assert.deepEqual(parseFleetFile(text), { kind: 'valid', record });
  assert.deepEqual(fleetIdsIn(text), firewalls);
});

test('without the file, and before the firewalls are made, none are recorded', () => {
  assert.equal(fleetIdsIn(null), null);
  assert.deepEqual(parseFleetFile(null), { kind: 'absent' });
  const begun = renderFleetRecord(newFleetRecord({ begun: '2026-11-22T12:00:00.000Z' }));
  assert.equal(parseFleetFile(begun).kind, 'valid');
  assert.equal(fleetIdsIn(begun), null);
});

test('a file that cannot be read is not taken for one that is missing', () => {
  for (const broken of ['', 'firewalls: [', text.replace('"902"', 'x'), `${text}prices: {}\n`])
    assert.throws(
      () => fleetIdsIn(broken),
      (thrown) => isFailure(thrown, 'UnexpectedAnswer') && thrown.fate === 'stalled',
    );
});
