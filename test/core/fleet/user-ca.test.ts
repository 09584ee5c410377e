/** The SSH user CAs in force. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { configHashOf, hostSettingsOf } from '../../../reconciler/core/fleet/host-settings.ts';
import {
  newestCa,
  refusalOfCa,
  trustedCaKeys,
  userCaKeysOf,
} from '../../../reconciler/core/fleet/user-ca.ts';
import { policyOf } from '../../builders/world.ts';

const [a, b, c] = ['A', 'B', 'C'].map((letter) => `ssh-ed25519 ${letter.repeat(68)}`) as [
  string,
  string,
  string,
];
const named = (...keys: readonly (readonly [key: string, since: string])[]) =>
  policyOf(
    `ssh: ${JSON.stringify({ ca: keys.map(([publicKey, since]) => ({ publicKey, since })) })}\n`,
  );
const [may, june] = ['2026-05-01T00:00:00Z', '2026-06-01T00:00:00+02:00'];

describe('the CAs in force', () => {
  test('are those that the policy names, whatever their order and comments', () => {
    assert.deepEqual(userCaKeysOf(named([`${b} one`, june], [a, may])), [a, b]);
    assert.deepEqual(trustedCaKeys(named([a, may]), b), [a]);
  });

  test('are this process’s own where it names none', () => {
    assert.deepEqual(userCaKeysOf(policyOf()), []);
    assert.deepEqual(trustedCaKeys(policyOf(), `${c} comment`), [c]);
    assert.equal(refusalOfCa(policyOf(), c), null);
  });

  test('admit a process with one of them, and no other', () => {
    assert.equal(refusalOfCa(named([a, may], [b, june]), `${b} mine`), null);
    assert.match(refusalOfCa(named([a, may]), c) ?? '', /not in force: .* names another one$/);
    assert.match(refusalOfCa(named([a, may], [b, june]), c) ?? '', /names 2 others$/);
  });

  test('are as old as the newest', () => {
    assert.equal(newestCa(named([b, june], [a, may]))?.publicKey, b);
    assert.equal(newestCa(policyOf()), null);
  });

  test('are a part of what a host is configured to', () => {
    const hash = (policy = policyOf()) => configHashOf(hostSettingsOf({}, { memoryGb: 4 }, policy));
    const one = hash(named([a, may]));
    assert.notEqual(one, hash());
    assert.notEqual(one, hash(named([a, may], [b, june])));
    assert.equal(one, hash(named([`${a} renamed`, june])));
  });
});
