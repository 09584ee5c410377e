import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createKeys, createOpensshKey, publicKeyOf } from '../../reconciler/adapters/openssh.ts';
import { agentIdOf } from '../../reconciler/core/agent/agent.ts';

test('the public half is read from the private key', () => {
  const { privateKey, publicKey } = createOpensshKey('test');
  assert.match(publicKey, /^ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA/);
  assert.equal(publicKeyOf(privateKey), publicKey);
});

test('an invalid or incomplete key is refused without being repeated', () => {
  const { privateKey } = createOpensshKey('test');
  const half = privateKey.split('\n').slice(0, 2).join('\n');
  for (const text of ['', 'secret', '-----BEGIN PRIVATE KEY-----\nsecret\n', half]) {
    assert.throws(
      () => publicKeyOf(text),
      (thrown) => {
        return thrown instanceof Error && !thrown.message.includes('secret');
      },
    );
  }
});

test('nonces fit the label and do not repeat', () => {
  const keys = createKeys(createOpensshKey('ca').privateKey, null);
  const nonces = Array.from({ length: 200 }, () => keys.newNonce());
  assert.equal(new Set(nonces).size, 200);
  for (const nonce of nonces) assert.match(nonce, /^[0-9a-z]{16}$/);
  const id = agentIdOf('sub_1');
  assert.notEqual(keys.newHostKey(id).publicKey, keys.newHostKey(id).publicKey);
});
