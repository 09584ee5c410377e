import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Rule } from '../../../local-cloud/hetzner/records.ts';
import { rulesetOf } from '../../../local-cloud/machines/firewall.ts';
import { resolversOf } from '../../../local-cloud/machines/network.ts';
import { addressIn, contains, hostsIn, overlaps } from '../../../local-cloud/machines/ranges.ts';

const rule = (part: Partial<Rule>): Rule => ({
  direction: 'in',
  protocol: 'tcp',
  port: '22',
  source_ips: ['0.0.0.0/0'],
  destination_ips: [],
  description: null,
  ...part,
});
const linesOf = (guard: readonly Rule[] | null, chain: 'in' | 'out') => {
  const text = rulesetOf([{ link: 'm1', address: '198.51.100.1', guard }]);
  const [, after = ''] = text.split(`chain ${chain}-m1 {\n`);
  return after
    .split('\n  }')[0]
    ?.split('\n')
    .map((line) => line.trim());
};
const mine = (way: string) => `ip ${way} != 198.51.100.1 drop`;
const answers = 'ct state established,related return';

test('without a firewall everything passes but a foreign address', () => {
  assert.deepEqual(linesOf(null, 'in'), [mine('daddr'), 'accept']);
  assert.deepEqual(linesOf(null, 'out'), [mine('saddr'), answers, 'return']);
});

test('a firewall without rules drops what comes in, and nothing that goes out', () => {
  assert.deepEqual(linesOf([], 'in'), [mine('daddr'), 'drop']);
  assert.deepEqual(linesOf([], 'out'), [mine('saddr'), answers, 'return']);
});

test('each rule inwards allows its protocol, port and sources', () => {
  const rules = [
    rule({ port: '80-443' }),
    rule({ protocol: 'udp', port: 'any', source_ips: ['10.0.0.0/8', '10.1.0.0/16', '9.9.9.9/32'] }),
    rule({ protocol: 'icmp', port: null, source_ips: ['2001:db8::/32', '192.0.2.0/24'] }),
    rule({ port: '23', source_ips: ['2001:db8::/32'] }),
    rule({ protocol: 'esp', port: null, source_ips: ['0.0.0.0/0', '::/0'] }),
  ];
  assert.deepEqual(linesOf(rules, 'in'), [
    mine('daddr'),
    'tcp dport 80-443 accept',
    'ip saddr { 10.0.0.0/8, 9.9.9.9/32 } udp dport 1-65535 accept',
    'ip saddr { 192.0.2.0/24 } meta l4proto icmp accept',
    'meta l4proto esp accept',
    'drop',
  ]);
});

test('a rule outwards makes all else outwards drop', () => {
  const out = rule({
    direction: 'out',
    source_ips: [],
    destination_ips: ['0.0.0.0/0'],
    port: '443',
  });
  assert.deepEqual(linesOf([out], 'out'), [mine('saddr'), answers, 'tcp dport 443 return', 'drop']);
  assert.deepEqual(linesOf([out], 'in'), [mine('daddr'), 'drop']);
});

test('the table does not depend on the order of machines, and none are connected to none', () => {
  const one = { link: 'm1', address: '198.51.100.1', guard: null };
  const two = { link: 'm2', address: '198.51.100.2', guard: [] };
  assert.equal(rulesetOf([one, two]), rulesetOf([two, one]));
  assert.match(rulesetOf([one, two]), /iifname vmap { "m1" : jump out-m1, "m2" : jump out-m2 }/);
  assert.doesNotMatch(rulesetOf([]), /vmap/);
});

test('addresses and ranges', () => {
  assert.equal(addressIn('198.51.100.64/26', 1), '198.51.100.65');
  assert.equal(addressIn('203.0.113.252/30', 4), null);
  assert.equal(addressIn('10.0.0.0/8', 65_536), '10.1.0.0');
  assert.equal(hostsIn('198.51.100.64/26'), 62);
  assert.ok(overlaps('198.51.100.0/24', '198.51.100.64/26'));
  assert.ok(overlaps('198.51.100.77', '198.51.100.64/26'));
  assert.ok(!overlaps('198.51.100.0/26', '198.51.100.64/26'));
  assert.ok(contains('0.0.0.0/0', '10.0.0.1/32') && !contains('10.0.0.1/32', '10.0.0.0/8'));
});

test('resolvers on loopback are none', () => {
  const text =
    '# from\nnameserver 127.0.0.53\n nameserver 192.0.2.53\nnameserver fe80::1\noptions edns0\n';
  assert.deepEqual(resolversOf(text), ['192.0.2.53']);
});
