import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressOf } from '../../../reconciler/adapters/webhooks/address.ts';

const named = (...addresses: readonly string[]) => ({
  resolve: async () => addresses.map((address) => ({ address })),
  loopback: false,
});
const resolve = () => assert.fail('an address is not resolved');
const hook = new URL('https://hooks.example.com/aura');

/** What reaches this machine, its network, a cloud's metadata, or another one's by translation. */
const refused = [
  '127.0.0.1',
  '127.255.255.254',
  '0.0.0.0',
  '0.1.2.3',
  '10.0.0.1',
  '172.16.0.1',
  '192.168.0.1',
  '100.64.0.1',
  '100.100.100.200',
  '169.254.169.254',
  '168.63.129.16',
  '192.0.0.192',
  '192.0.2.1',
  '198.18.0.1',
  '198.51.100.1',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::7f00:1',
  '::ffff:127.0.0.1',
  '::ffff:10.0.0.1',
  '::ffff:a9fe:a9fe',
  '64:ff9b::7f00:1',
  '64:ff9b:1::a00:1',
  '2002:7f00:1::1',
  '2001::1',
  '2001:db8::1',
  'fc00::1',
  'fd00:ec2::254',
  'fe80::1',
  'fec0::1',
  'ff02::1',
  '4000::1',
];

test('only public addresses are used, by name and as they are', async () => {
  for (const address of refused) {
    assert.equal((await addressOf(hook, named(address))).kind, 'refused', address);
    const literal = new URL(`https://${address.includes(':') ? `[${address}]` : address}/`);
    assert.equal((await addressOf(literal, { resolve, loopback: false })).kind, 'refused', address);
  }
  for (const address of ['1.1.1.1', '2606:4700::1111', '::ffff:1.1.1.1']) {
    assert.deepEqual(await addressOf(hook, named(address)), { kind: 'address', address });
  }
});

test('other ways to write an address are the same address', async () => {
  for (const host of ['2130706433', '0x7f.1', '0177.0.0.1', '127.1', '①②⑦.0.0.1'])
    assert.equal(
      (await addressOf(new URL(`https://${host}/`), { resolve, loopback: false })).kind,
      'refused',
      host,
    );
});

test('one private address of a name refuses all of them', async () => {
  const found = await addressOf(hook, named('1.1.1.1', '10.0.0.1'));
  assert.deepEqual(found, { kind: 'refused', why: 'its address is not public (private)' });
  assert.equal((await addressOf(hook, named())).kind, 'refused');
});

test('loopback is allowed alone where it is', async () => {
  const local = { ...named('127.0.0.1', '::1'), loopback: true };
  assert.deepEqual(await addressOf(hook, local), { kind: 'address', address: '127.0.0.1' });
  for (const address of refused.filter((one) => !/^(127|::1$|::ffff:127)/.test(one))) {
    const other = { ...named(address), loopback: true };
    assert.equal((await addressOf(hook, other)).kind, 'refused', address);
  }
});
