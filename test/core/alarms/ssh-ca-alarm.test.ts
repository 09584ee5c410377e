/** When a new SSH CA is due. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alarmsOf } from '../../../reconciler/core/alarms/alarms.ts';
import { nothingElse } from '../../builders/alarm-input.ts';
import { at, nowMs, policyOf } from '../../builders/world.ts';

const day = 24 * 60;

function alarmsAfter(...ages: readonly number[]) {
  const ca = ages.map((days, n) => ({
    publicKey: `ssh-ed25519 ${'ABC'.charAt(n).repeat(68)}`,
    since: at(-days * day),
  }));
  const policy = policyOf(`ssh: ${JSON.stringify({ ca })}\n`);
  return alarmsOf({ ...nothingElse, policy, files: [], records: [] }, nowMs);
}

test('a CA is to be replaced from its 83rd day on, unless there is a newer one', () => {
  assert.deepEqual(alarmsAfter(), []);
  assert.deepEqual(alarmsAfter(82.99), []);
  const [alarm, ...more] = alarmsAfter(83);
  assert.deepEqual(
    [alarm?.kind, alarm?.severity, alarm?.since],
    ['SshCaOld', 'look', at(-83 * day)],
  );
  assert.match(alarm?.message ?? '', /replace it by 2026-11-29T12:00:00Z$/);
  assert.deepEqual(more, []);
  assert.deepEqual(alarmsAfter(200, 10), []);
});
