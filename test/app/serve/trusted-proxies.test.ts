import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTrust } from '../../../reconciler/app/serve/trusted-proxies.ts';

test('proxies are trusted by address or by block, however their address is written', () => {
  const trusts = createTrust(['127.0.0.1', '10.0.0.0/8', '2001:db8::/32', '::1']);
  for (const [address, trusted] of [
    ['127.0.0.1', true],
    ['::ffff:127.0.0.1', true],
    ['127.0.0.2', false],
    ['10.255.0.1', true],
    ['::ffff:10.1.2.3', true],
    ['11.0.0.1', false],
    ['2001:db8:1::9', true],
    ['2001:0db8:0001:0:0:0:0:9', true],
    ['2001:db9::1', false],
    ['::1', true],
    ['::2', false],
    ['', false],
    ['unknown', false],
    ['10.0.0.1:443', false],
  ] as const) {
    assert.equal(trusts(address), trusted, address);
    assert.equal(trusts(address), trusted, `${address}, again`);
  }
});

test('an entry that is neither is refused at the start', () => {
  for (const text of ['proxy', '10.0.0.0/33', '10.0.0.0/', '/8'])
    assert.throws(() => createTrust([text]), text);
});

test('addresses that clients invent do not change who is trusted', () => {
  const trusts = createTrust(['127.0.0.1']);
  for (let n = 0; n < 3000; n += 1) trusts(`192.0.2.${n}`);
  assert.equal(trusts('127.0.0.1'), true);
  assert.equal(trusts('192.0.2.1'), false);
});
