import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linkFor } from '../../../reconciler/flows/status/link.ts';
import { createLink, verifyToken } from '../../../reconciler/flows/status/token.ts';
import { idNo, nowMs } from '../../builders/world.ts';

const secret = 's'.repeat(32);
const id = idNo(1);
const inAnHour = nowMs / 1000 + 3600;
const token = createLink({ id, epoch: 1, expires: inAnHour, secret });
const epochOf = async () => 1;
const verify = (text: string, ms = nowMs, keys = [secret]) => verifyToken(text, keys, ms, epochOf);
const why = async (text: string, ms = nowMs) => {
  const verified = await verify(text, ms);
  return verified.kind === 'refused' ? verified.why : verified.kind;
};

test('a token opens its own agent', async () => {
  assert.match(token, new RegExp(`^${id}\\.${inAnHour}\\.1\\.[A-Za-z0-9_-]{43}$`));
  assert.deepEqual(await verify(token), { kind: 'valid', id });
});

test('the form of the signature never changes: links are in use', () => {
  const known = createLink({ id, epoch: 0, expires: 1_800_000_000, secret });
  assert.equal(known.split('.')[3], 'SBQ9oOPImUcgzVr_GJYV16esxzuDEiw5rflXnjVUlPg');
});

test('it ends in the second that it names', async () => {
  assert.equal(await why(token, inAnHour * 1000 - 1), 'valid');
  assert.equal(await why(token, inAnHour * 1000), 'expired');
});

test('a raised epoch revokes earlier tokens, and a lowered one too', async () => {
  for (const now of [0, 2, null]) {
    const verified = await verifyToken(token, [secret], nowMs, async () => now);
    assert.deepEqual(verified, { kind: 'refused', why: 'revoked' }, String(now));
  }
});

test('every secret is valid, in any place, and no other', async () => {
  const [old, other] = ['o'.repeat(32), 'n'.repeat(32)];
  for (const keys of [[secret], [secret, other], [other, secret], [old, other, secret]])
    assert.equal((await verify(token, nowMs, keys)).kind, 'valid');
  for (const keys of [[], [''], [old, other]])
    assert.deepEqual(await verify(token, nowMs, keys), { kind: 'refused', why: 'forged' });
});

test('no part of it can be changed', async () => {
  const [, , , signature = ''] = token.split('.');
  const other = signature.startsWith('A') ? 'B' : 'A';
  const forged = [
    `${idNo(2)}.${inAnHour}.1.${signature}`,
    `${id}.${inAnHour + 1}.1.${signature}`,
    `${id}.${inAnHour}.2.${signature}`,
    `${id}.0${inAnHour}.1.${signature}`,
    `${id}.${inAnHour}.1.${other}${signature.slice(1)}`,
    createLink({ id, epoch: 1, expires: inAnHour, secret: 'x'.repeat(32) }),
  ];
  for (const text of forged) assert.equal(await why(text), 'forged', text);
});

test('what is no token is refused without a request', async () => {
  const asked: string[] = [];
  const texts = ['', '....', id, `${token}x`, `x${token}`, token.toUpperCase(), `${token}\n`];
  for (const text of [
    ...texts,
    `agt-${'u'.repeat(12)}.1.1.${'A'.repeat(43)}`,
    'a'.repeat(99_999),
  ]) {
    const verified = await verifyToken(text, [secret], nowMs, async (one) => {
      asked.push(one);
      return 1;
    });
    assert.deepEqual(verified, { kind: 'refused', why: 'malformed' }, text.slice(0, 99));
  }
  assert.deepEqual(asked, []);
});

test('a forged token does not reveal whether an agent exists', async () => {
  const forged = createLink({ id, epoch: 1, expires: inAnHour, secret: 'x'.repeat(32) });
  const verified = await verifyToken(forged, [secret], nowMs, () => assert.fail('was asked'));
  assert.equal(verified.kind, 'refused');
});

test('a link is an address with a token that lasts', async () => {
  const links = {
    publicUrl: 'https://status.example.com/',
    tokenSecrets: [secret, 'o'.repeat(32)] as const,
  };
  const { url, expires } = linkFor(links, { id, epoch: 1 }, nowMs);
  const address = new URL(url);
  assert.equal(
    `${address.origin}${address.pathname}`,
    `https://status.example.com/v1/agents/${id}`,
  );
  assert.equal(Date.parse(expires), nowMs + 30 * 86_400_000);
  assert.deepEqual(await verify(address.searchParams.get('token') ?? ''), { kind: 'valid', id });
});
