import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, describe, test } from 'node:test';
import { inspect } from 'node:util';
import {
  createHttp,
  type HttpOptions,
  type HttpRequest,
  nullWhereAbsent,
} from '../../../reconciler/adapters/http/client.ts';
import { Failure, type FailureReason } from '../../../reconciler/core/failure.ts';

type Answering = (response: ServerResponse, request: IncomingMessage) => void;

let url = '';
let asked: string[] = [];
/** One for each request, in order; the last one for all that follow. */
let answers: Answering[] = [];
const waits: number[] = [];
const server = createServer((request, response) => {
  asked.push(`${request.method} ${request.url}`);
  const answering = answers.length > 1 ? answers.shift() : answers[0];
  request.resume().on('end', () => answering?.(response, request));
});
before(async () => {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => {
  server.close();
  server.closeAllConnections();
});
beforeEach(() => {
  asked = [];
  waits.length = 0;
});

const wallClock = {
  now: () => 0,
  wait: async (ms: number) => {
    waits.push(ms);
  },
};
const client = (part: Partial<HttpOptions> = {}) =>
  createHttp({
    service: 'Shop',
    baseUrl: url,
    retry: { clock: wallClock, random: () => 0 },
    ...part,
  });
const impatient = (timeoutMs = 5000) => createHttp({ service: 'Shop', baseUrl: url, timeoutMs });
const says =
  (status: number, body: unknown = {}, headers: Record<string, string> = {}): Answering =>
  (response) =>
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
const hangsUp: Answering = (response) => response.destroy();
const breaksOff: Answering = (response) => {
  response.writeHead(200, { 'content-length': '100' }).write('{"half":');
  setImmediate(() => response.destroy());
};
const silent: Answering = () => {};
const is = (reason: FailureReason) => (thrown: unknown) => {
  assert.ok(thrown instanceof Failure, inspect(thrown));
  assert.equal(thrown.reason, reason);
  return true;
};
const get: HttpRequest = { method: 'GET', path: '/things?page=1' };
const post: HttpRequest = { method: 'POST', path: '/things', body: { name: 'one' } };

describe('a transient failure', () => {
  test('is retried after 2, 4, 8 and 16 s, and then given up', async () => {
    answers = [says(503), says(502), says(200, { fine: true })];
    assert.deepEqual(await client().send(get), { status: 200, body: { fine: true } });
    assert.deepEqual(waits, [2000, 4000]);
    waits.length = 0;
    answers = [says(503)];
    await assert.rejects(client().send(get), is('ProviderOutage'));
    assert.deepEqual(waits, [2000, 4000, 8000, 16_000]);
    assert.equal(asked.length, 3 + 5);
  });

  test('is retried at different times by different clients, never sooner', async () => {
    answers = [says(503), says(503), says(200)];
    await client({ retry: { clock: wallClock, random: () => 0.5 } }).send(get);
    assert.deepEqual(waits, [2500, 5000]);
  });

  test('is not retried without a retry policy, nor where a person has to act', async () => {
    answers = [says(503)];
    await assert.rejects(impatient().send(get), is('ProviderOutage'));
    answers = [says(401)];
    await assert.rejects(client().send(get), is('Unauthorized'));
    assert.deepEqual(waits, []);
    assert.equal(asked.length, 2);
  });

  test('is retried when the other side asks for it, up to half a minute', async () => {
    const date = 'Sun, 22 Nov 2026 05:00:00 GMT';
    const full = Date.parse(date) / 1000;
    const cases: [number, Record<string, string>, number][] = [
      [503, { 'retry-after': '7' }, 7000],
      [429, { 'retry-after': '1' }, 2000],
      [429, { date, 'retry-after': 'Sun, 22 Nov 2026 05:00:09 GMT' }, 9000],
      [429, { date, 'ratelimit-reset': String(full + 12) }, 12_000],
      [429, { date, 'ratelimit-reset': String(full + 3600) }, 30_000],
      [429, { date, 'ratelimit-reset': 'soon' }, 2000],
    ];
    for (const [status, headers, expected] of cases) {
      answers = [says(status, {}, headers), says(200)];
      await client().send(get);
      assert.equal(waits.at(-1), expected, JSON.stringify(headers));
    }
  });
});

describe('a request that must not be sent twice', () => {
  test('is not sent again when it may have been carried out', async () => {
    for (const [answering, reason] of [
      [says(503), 'ProviderOutage'],
      [hangsUp, 'OutcomeUnknown'],
      [breaksOff, 'OutcomeUnknown'],
      [says(200, '<html>'), 'OutcomeUnknown'],
    ] as const) {
      answers = [answering];
      await assert.rejects(client().send(post), is(reason));
    }
    answers = [silent];
    await assert.rejects(client({ timeoutMs: 50 }).send(post), is('OutcomeUnknown'));
    assert.equal(asked.length, 5);
    assert.deepEqual(waits, []);
  });

  test('is sent again when it was refused, or never sent', async () => {
    answers = [says(429), says(423), says(201, { id: 1 })];
    assert.deepEqual((await client().send(post)).body, { id: 1 });
    const unreachable = client({ baseUrl: await unusedAddress() });
    await assert.rejects(unreachable.send(post), is('NetworkUnreachable'));
    assert.deepEqual(waits, [2000, 4000, 2000, 4000, 8000, 16_000]);
  });

  test('is sent again once its caller allows it', async () => {
    answers = [hangsUp, breaksOff, says(503), says(200, { id: 1 })];
    assert.deepEqual((await client().send({ ...post, repeatable: true })).body, { id: 1 });
  });
});

test('a lost or unreadable answer to a read is distinguished from an outage', async () => {
  for (const [answering, reason] of [
    [hangsUp, 'NetworkUnreachable'],
    [breaksOff, 'UnexpectedAnswer'],
    [says(200, 'no JSON'), 'UnexpectedAnswer'],
    [says(500, 'no JSON'), 'ProviderOutage'],
  ] as const) {
    answers = [answering];
    await assert.rejects(client().send(get), is(reason));
  }
  answers = [silent];
  await assert.rejects(impatient(50).send(get), is('NetworkUnreachable'));
});

test('every status has its reason, with the other side’s own words', async () => {
  const reasons: [number, FailureReason][] = [
    [302, 'UnexpectedAnswer'],
    [400, 'InvalidInput'],
    [401, 'Unauthorized'],
    [403, 'Forbidden'],
    [404, 'NotFound'],
    [408, 'ProviderOutage'],
    [409, 'Conflict'],
    [422, 'InvalidInput'],
    [423, 'Locked'],
    [429, 'RateLimited'],
    [500, 'ProviderOutage'],
    [504, 'ProviderOutage'],
  ];
  for (const [status, reason] of reasons) {
    answers = [says(status, {}, { location: `${url}/elsewhere` })];
    await assert.rejects(client().send(get), (thrown) => {
      assert.ok(is(reason)(thrown) && thrown instanceof Failure);
      assert.equal(thrown.httpStatus, status);
      return true;
    });
  }
  assert.ok(!asked.includes('GET /elsewhere'), 'no redirect is followed');
  answers = [says(403, { error: 'sold out' })];
  const explain: HttpOptions['explain'] = ({ body }) => ({
    reason: 'ResourceUnavailable',
    said: JSON.stringify(body),
  });
  await assert.rejects(client({ explain }).send(get), {
    reason: 'ResourceUnavailable',
    message: 'Shop, asked to GET /things, answers 403: {"error":"sold out"}',
  });
});

test('absence is null, and nothing else is', async () => {
  answers = [says(404)];
  assert.equal(await nullWhereAbsent(client().send(get)), null);
  answers = [says(403)];
  await assert.rejects(nullWhereAbsent(client().send(get)), is('Forbidden'));
});

test('JSON and forms are sent as such, and an empty answer is null', async () => {
  const types: (string | undefined)[] = [];
  answers = [
    (response, request) => {
      types.push(request.headers['content-type']);
      response.writeHead(204).end();
    },
  ];
  assert.deepEqual(await client().send(post), { status: 204, body: null });
  await client().send({ ...post, body: new URLSearchParams({ a: 'b' }) });
  await client().send({ method: 'POST', path: '/empty' });
  assert.deepEqual(types, [
    'application/json',
    'application/x-www-form-urlencoded;charset=UTF-8',
    undefined,
  ]);
});

test('the newest Date is kept, of refusals too, whichever answer comes first', async () => {
  const http = impatient();
  const at = (second: number) => ({
    date: new Date(1_795_000_000_000 + second * 1000).toUTCString(),
  });
  const seen = async (answering: Answering) => {
    answers = [answering];
    await http.send(get).catch(() => {});
    return (http.newestDate() ?? Number.NaN) - 1_795_000_000_000;
  };
  assert.equal(http.newestDate(), null);
  assert.equal(await seen(says(200, {}, at(10))), 10_000);
  assert.equal(await seen(says(200, {}, at(9))), 10_000);
  assert.equal(await seen(says(503, {}, at(11))), 11_000);
  assert.equal(await seen(says(200, {}, { date: 'yesterday' })), 11_000);
  // One answer from a wrong clock must not last forever.
  assert.equal(await seen(says(200, {}, at(9999))), 9_999_000);
  assert.equal(await seen(says(200, {}, at(12))), 12_000);
});

test('no failure shows a header, a query or a body', async () => {
  const secret = 'tskey-very-secret';
  const request: HttpRequest = {
    method: 'POST',
    path: `/things?token=${secret}`,
    headers: { authorization: `Bearer ${secret}` },
    body: { password: secret },
  };
  const hides = (reason: FailureReason) => (thrown: unknown) => {
    is(reason)(thrown);
    assert.ok(!inspect(thrown, { depth: 9, showHidden: true }).includes(secret), inspect(thrown));
    return true;
  };
  const quoting = says(200, `{"key":"${secret}" oops`);
  for (const [answering, reason] of [
    [quoting, 'OutcomeUnknown'],
    [hangsUp, 'OutcomeUnknown'],
    [says(401, secret), 'Unauthorized'],
  ] as const) {
    answers = [answering];
    await assert.rejects(client().send(request), hides(reason));
  }
  const broken = { ...request, headers: { authorization: `Bearer ${secret}\n.` } };
  await assert.rejects(client().send(broken), hides('InvalidInput'));
  assert.equal(asked.length, 3);
});

/** An address on loopback where no program listens. */
async function unusedAddress(): Promise<string> {
  const other = createServer();
  await new Promise<void>((listening) => other.listen(0, '127.0.0.1', listening));
  const { port } = other.address() as AddressInfo;
  await new Promise((closed) => other.close(closed));
  return `http://127.0.0.1:${port}`;
}
