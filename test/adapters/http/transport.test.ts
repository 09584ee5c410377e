/** The transport below the one retry policy: its answers and its failures. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, test } from 'node:test';
import { createHttp } from '../../../reconciler/adapters/http/client.ts';
import { Failure } from '../../../reconciler/core/failure.ts';

let server: Server | null = null;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = null;
});

async function serving(listener: RequestListener, options: { timeoutMs?: number } = {}) {
  const started = createServer(listener).listen(0, '127.0.0.1');
  server = started;
  await once(started, 'listening');
  const baseUrl = `http://127.0.0.1:${(started.address() as AddressInfo).port}`;
  return createHttp({ service: 'Test', baseUrl, ...options });
}

function failure(reason: string) {
  return (thrown: unknown) => thrown instanceof Failure && thrown.reason === reason;
}

describe('the transport', () => {
  test('sends method, path, headers and body, and reads the answer', async () => {
    const seen: unknown[] = [];
    const http = await serving(async (request, response) => {
      let body = '';
      for await (const piece of request) body += String(piece);
      const { authorization, 'content-type': type } = request.headers;
      seen.push([request.method, request.url, authorization, type, body]);
      response.setHeader('date', 'Sun, 22 Nov 2026 05:00:00 GMT').end('{"name":"Zürich"}');
    });
    const headers = { authorization: 'Bearer x' };
    const answer = await http.send({ method: 'PUT', path: '/a?b=c', headers, body: { d: 1 } });
    assert.deepEqual(answer, { status: 200, body: { name: 'Zürich' } });
    assert.deepEqual(seen, [['PUT', '/a?b=c', 'Bearer x', 'application/json', '{"d":1}']]);
    assert.equal(http.newestDate(), Date.parse('2026-11-22T05:00:00Z'));
  });

  test('an answer that breaks off is no answer', async () => {
    const http = await serving((_request, response) => {
      response.setHeader('content-length', '100').write('{"a":');
      setImmediate(() => response.destroy());
    });
    await assert.rejects(http.send({ method: 'GET', path: '/' }), failure('UnexpectedAnswer'));
    await assert.rejects(http.send({ method: 'POST', path: '/' }), failure('OutcomeUnknown'));
  });

  test('one that never comes, or never ends, is cut off', async () => {
    for (const begins of [false, true]) {
      const http = await serving(
        (_request, response) => {
          if (begins) response.write('{"a":');
        },
        { timeoutMs: 30 },
      );
      await assert.rejects(http.send({ method: 'GET', path: '/' }), failure('NetworkUnreachable'));
      await assert.rejects(http.send({ method: 'POST', path: '/' }), failure('OutcomeUnknown'));
      server?.closeAllConnections();
      server?.close();
    }
  });

  test('a refused connection is reported as not sent', async () => {
    const http = await serving(() => {});
    server?.close();
    await assert.rejects(http.send({ method: 'POST', path: '/' }), failure('NetworkUnreachable'));
  });

  test('a redirect is not followed', async () => {
    const asked: (string | undefined)[] = [];
    const http = await serving((request, response) => {
      asked.push(request.url);
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    await assert.rejects(http.send({ method: 'GET', path: '/' }), failure('UnexpectedAnswer'));
    assert.deepEqual(asked, ['/']);
  });

  test('reuses connections for what may be sent twice, and opens one for what may not', async () => {
    const ports = new Map<string, Set<number | undefined>>();
    const http = await serving((request, response) => {
      const seen = ports.get(request.method ?? '') ?? new Set();
      ports.set(request.method ?? '', seen.add(request.socket.remotePort));
      response.end('{}');
    });
    for (let times = 0; times < 3; times += 1) {
      await http.send({ method: 'GET', path: '/' });
      await http.send({ method: 'POST', path: '/' });
    }
    assert.deepEqual([ports.get('GET')?.size, ports.get('POST')?.size], [1, 3]);
  });
});
