import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type CloudPart, startApi } from '../../local-cloud/api-server.ts';
import { createWorldClock } from '../../local-cloud/clock.ts';
import { createFaults } from '../../local-cloud/faults.ts';
import { createLedger } from '../../local-cloud/ledger.ts';
import { until } from '../support/until.ts';

const startMs = Date.parse('2026-11-22T05:00:00Z');
const clock = createWorldClock({ startMs, rate: 0 });
const ledger = createLedger();
const faults = createFaults();
const things: string[] = [];
const part: CloudPart = {
  api: 'hetzner',
  register(app) {
    app.get('/v1/things', async () => ({ things, of: '0123456789' }));
    app.post('/v1/things', async (_request, reply) => {
      things.push(`thing ${things.length + 1}`);
      return reply.code(201).send({ made: things.at(-1) });
    });
    app.delete('/v1/things/:id', async (_request, reply) => reply.code(204).send());
    app.get('/v1/broken', async () => {
      throw new Error('a secret detail');
    });
  },
  errorBody: ({ status, message }) => ({ error: { code: `c${status}`, message } }),
  dump: () => things,
  emptyListing: (url) => (url.startsWith('/v1/things') ? { things: [] } : undefined),
};
const api = await startApi(part, { clock, ledger, faults });
after(() => api.close());

const get = (path = '/v1/things') => fetch(`${api.url}${path}`);
const post = (body = '{}') =>
  fetch(`${api.url}/v1/things`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json' },
  });

test('answers carry the date of the world', async () => {
  assert.equal((await get()).headers.get('date'), new Date(startMs).toUTCString());
  assert.equal((await get('/nowhere')).headers.get('date'), new Date(startMs).toUTCString());
});

test('an unknown path is 404, a wrong method 405, bad JSON 400, in the shape of the API', async () => {
  const unknown = await get('/v1/elsewhere');
  assert.equal(unknown.status, 404);
  assert.deepEqual(await unknown.json(), { error: { code: 'c404', message: 'not found' } });

  const wrong = await fetch(`${api.url}/v1/things/7?x=1`, { method: 'PUT' });
  assert.equal(wrong.status, 405);
  assert.equal(wrong.headers.get('allow'), 'DELETE');
  assert.deepEqual(await wrong.json(), { error: { code: 'c405', message: 'method not allowed' } });

  const bad = await post('{');
  assert.equal(bad.status, 400);
  assert.match(await bad.text(), /"code":"c400"/);
  const malformed = await get('/v1/%zz');
  assert.equal(malformed.status, 400);
  assert.match(await malformed.text(), /"code":"c400"/);
});

test('an unexpected error is a 500 that reveals no internals', async (t) => {
  t.mock.method(process.stderr, 'write', () => true);
  const answer = await get('/v1/broken');
  assert.equal(answer.status, 500);
  assert.deepEqual(await answer.json(), { error: { code: 'c500', message: 'internal error' } });
});

test('an action without a body may say that it sends JSON', async () => {
  assert.equal((await post('')).status, 201);
});

test('the ledger counts per API and route', async () => {
  ledger.clear();
  await get('/v1/things?page=1');
  await get('/v1/things?page=2');
  await fetch(`${api.url}/v1/things/1`, { method: 'DELETE' });
  await get('/nowhere');
  assert.deepEqual(ledger.counts(), {
    hetzner: { 'DELETE /v1/things/:id': 1, 'GET (no such route)': 1, 'GET /v1/things': 2 },
  });
  assert.equal(
    ledger.total('hetzner', (route) => route.startsWith('GET')),
    3,
  );
});

test('status: answers in the shape of the API, and nothing happened', async () => {
  const before = things.length;
  faults.add({ api: 'hetzner', method: 'POST', kind: 'status', status: 503, times: 2 });
  assert.equal((await get()).status, 200, 'it does not apply to another method');
  const first = await post();
  assert.equal(first.status, 503);
  assert.deepEqual(await first.json(), { error: { code: 'c503', message: 'injected fault' } });
  assert.equal((await post()).status, 503);
  assert.equal(things.length, before);
  assert.equal((await post()).status, 201, 'used up');
});

test('an outage lasts its time, for all requests, and begins on request', async () => {
  let nowMs = 0;
  const timed = createFaults(() => nowMs);
  const strikes = () =>
    timed.take({ api: 's3', method: 'GET', url: '/aura' }) !== undefined &&
    timed.take({ api: 's3', method: 'PUT', url: '/aura' }) !== undefined;
  timed.add({ api: 's3', kind: 'status', seconds: 60, afterSeconds: 30 });
  assert.deepEqual([strikes(), timed.pending().length], [false, 1]);
  nowMs = 30_000;
  assert.ok(strikes());
  nowMs = 89_999;
  assert.ok(strikes());
  nowMs = 90_000;
  assert.deepEqual([strikes(), timed.pending()], [false, []]);
  timed.add({ api: 's3', kind: 'cut', seconds: 60, times: 1 });
  assert.equal(timed.pending()[0]?.times, 1);
  assert.ok(!strikes(), 'it concerns one request');
});

test('a fault is withdrawn by its id, once', () => {
  const some = createFaults();
  const [first, second] = [
    some.add({ api: 'git', kind: 'cut' }),
    some.add({ api: 'git', kind: 'delay' }),
  ];
  assert.deepEqual([some.withdraw(first), some.withdraw(first)], [true, false]);
  assert.deepEqual(some.pending(), [{ id: second, api: 'git', kind: 'delay', times: 1 }]);
});

test('a fault of another API or path is not used', async () => {
  faults.add({ api: 'stripe', kind: 'cut' });
  faults.add({ api: 'hetzner', path: '/v1/elsewhere', kind: 'cut' });
  assert.equal((await get()).status, 200);
  assert.equal(faults.pending().length, 2);
  faults.clear();
});

test('cut: the socket closes, and nothing happened', async () => {
  const before = things.length;
  faults.add({ api: 'hetzner', method: 'POST', kind: 'cut' });
  await assert.rejects(post(), TypeError);
  assert.equal(things.length, before);
});

test('timeoutAfter: it happened, and the answer never comes', async () => {
  const before = things.length;
  faults.add({ api: 'hetzner', method: 'POST', kind: 'timeoutAfter', ms: 0 });
  await assert.rejects(post(), TypeError);
  assert.equal(things.length, before + 1);
});

test('timeoutAfter: the server does not keep a client that gave up', async () => {
  const before = things.length;
  faults.add({ api: 'hetzner', method: 'POST', kind: 'timeoutAfter' });
  const patience = new AbortController();
  const lost = fetch(`${api.url}/v1/things`, { method: 'POST', signal: patience.signal });
  await until(
    'the request was handled',
    () => things.length > before,
    () => get('/v1/things?poll'),
  );
  patience.abort();
  await assert.rejects(lost, { name: 'AbortError' });
});

test('truncate: half of the body under the length of the whole', async () => {
  const whole = await (await get()).text();
  faults.add({ api: 'hetzner', kind: 'truncate' });
  const answer = await get();
  assert.equal(answer.status, 200);
  assert.equal(Number(answer.headers.get('content-length')), Buffer.byteLength(whole));
  const received: Buffer[] = [];
  await assert.rejects(async () => {
    for await (const piece of answer.body ?? []) received.push(Buffer.from(piece));
  });
  const half = whole.slice(0, Math.floor(whole.length / 2));
  assert.equal(Buffer.concat(received).toString(), half);
});

test('empty: only a listing can be emptied', async () => {
  faults.add({ api: 'hetzner', kind: 'empty' });
  assert.equal((await get('/nowhere')).status, 404);
  assert.deepEqual(await (await get()).json(), { things: [] });
  assert.notDeepEqual(await (await get()).json(), { things: [] });
});

test('stale: an earlier answer of the same address', async () => {
  faults.add({ api: 'hetzner', path: '/v1/things', kind: 'stale' });
  const fresh = await (await get('/v1/things?first')).text();
  assert.equal(faults.pending().length, 1, 'nothing was answered there before');
  await post();
  assert.equal(await (await get('/v1/things?first')).text(), fresh);
  assert.notEqual(await (await get('/v1/things?first')).text(), fresh);
});

test('delay with handledFirst: the state before the wait', async () => {
  const before = await (await get('/v1/things?held')).text();
  faults.add({ api: 'hetzner', path: '/v1/things', kind: 'delay', ms: 300, handledFirst: true });
  const held = get('/v1/things?held');
  await until(
    'the request was taken',
    () => faults.pending().length === 0,
    () => get('/v1/elsewhere'),
  );
  await post();
  assert.equal(await (await held).text(), before);
  assert.notEqual(await (await get('/v1/things?held')).text(), before);
});

test('delay: the answer comes anyway', async () => {
  faults.add({ api: 'hetzner', kind: 'delay', ms: 1 });
  assert.equal((await get()).status, 200);
  assert.deepEqual(faults.pending(), []);
});
