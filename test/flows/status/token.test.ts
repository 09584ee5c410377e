import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linkFor } from '../../../reconciler/flows/status/link.ts';
import { createLink, noAgent, openLink } from '../../../reconciler/flows/status/token.ts';
import { idNo, nowMs } from '../../builders/world.ts';

const secret = 's'.repeat(32);
const id = idNo(1);
const inAnHour = nowMs / 1000 + 3600;
const token = createLink({ id, epoch: 1, expires: inAnHour, secret });
const epochOf = async () => 1;
const check = { secrets: [secret], nowMs, epochOf };
const opened = { agent: id, expires: inAnHour, epoch: 1 };

test('a token opens its own agent', async () => {
  assert.match(token, new RegExp(`^${id}\\.${inAnHour}\\.1\\.[A-Za-z0-9_-]{43}$`));
  assert.deepEqual(await openLink({ id, token }, check), opened);
});

test('the form of the signature never changes: links are in use', () => {
  const known = createLink({ id, epoch: 0, expires: 1_800_000_000, secret });
  assert.equal(known.split('.')[3], 'SBQ9oOPImUcgzVr_GJYV16esxzuDEiw5rflXnjVUlPg');
});

test('it ends in the second that it names', async () => {
  const at = (ms: number) => openLink({ id, token }, { ...check, nowMs: ms });
  assert.deepEqual(await at(inAnHour * 1000 - 1), opened);
  assert.equal(await at(inAnHour * 1000), null);
});

test('a raised epoch revokes earlier tokens, and a lowered one too', async () => {
  for (const now of [0, 2, null]) {
    const link = await openLink({ id, token }, { ...check, epochOf: async () => now });
    assert.equal(link, null, String(now));
  }
});

test('each of several secrets is accepted, and no other one', async () => {
  const [other, third] = ['x'.repeat(32), 'y'.repeat(32)];
  for (const [secrets, accepted] of [
    [[other, secret], true],
    [[secret, other], true],
    [[other, third], false],
  ] as const) {
    const link = await openLink({ id, token }, { ...check, secrets });
    assert.equal(link !== null, accepted, secrets.join());
  }
});

const [, , , signature = ''] = token.split('.');
const changed = signature.startsWith('A') ? 'B' : 'A';
const refused = {
  'of another agent': createLink({ id: idNo(2), epoch: 1, expires: inAnHour, secret }),
  'with another id': `${idNo(2)}.${inAnHour}.1.${signature}`,
  'with a later end': `${id}.${inAnHour + 1}.1.${signature}`,
  'with another epoch': `${id}.${inAnHour}.2.${signature}`,
  'with a zero before': `${id}.0${inAnHour}.1.${signature}`,
  'with another signature': `${id}.${inAnHour}.1.${changed}${signature.slice(1)}`,
  'with another secret': createLink({ id, epoch: 1, expires: inAnHour, secret: 'x'.repeat(32) }),
  expired: createLink({ id, epoch: 1, expires: nowMs / 1000, secret }),
  revoked: createLink({ id, epoch: 0, expires: inAnHour, secret }),
  'of an agent that cannot be': `agt-${'u'.repeat(12)}.1.1.${'A'.repeat(43)}`,
  empty: '',
  dots: '....',
  'an id alone': id,
  'too long': `${token}x`,
  'with a beginning': `x${token}`,
  'in capitals': token.toUpperCase(),
  'with a line break': `${token}\n`,
  huge: 'a'.repeat(99_999),
};

for (const [what, text] of Object.entries(refused)) {
  test(`a token is refused: ${what}`, async () => {
    assert.equal(await openLink({ id, token: text }, check), null);
  });
}

test('a token of the stand-in agent opens nothing that exists', async () => {
  const own = createLink({ id: noAgent, epoch: 1, expires: inAnHour, secret });
  assert.equal(await openLink({ id, token: own }, check), null);
});

test('an agent is looked up once for each token, and only by one with our signature', async () => {
  for (const [what, text] of Object.entries(refused)) {
    const asked: string[] = [];
    const asking = async (one: string) => asked.push(one);
    await openLink({ id, token: text }, { ...check, epochOf: asking });
    const signed = ['of another agent', 'expired', 'revoked'].includes(what);
    const of = what === 'of another agent' ? idNo(2) : id;
    assert.deepEqual(asked, [signed ? of : noAgent], what);
  }
});

test('a link is an address with a token that lasts', async () => {
  const links = {
    publicUrl: 'https://status.example.com/',
    tokenSecrets: [secret, 'o'.repeat(32)] as const,
  };
  const { url, expires } = linkFor(links, { id, epoch: 1 }, nowMs);
  const address = new URL(url);
  assert.equal(`${address.origin}${address.pathname}`, `https://status.example.com/a/${id}`);
  assert.equal(Date.parse(expires), nowMs + 30 * 86_400_000);
  const link = await openLink({ id, token: address.searchParams.get('token') ?? '' }, check);
  assert.equal(link?.agent, id);
});
