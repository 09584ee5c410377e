/** Requests to a real endpoint on this machine: what it gets, and what it may do. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { Webhook } from 'standardwebhooks';
import { createReceiver } from '../../../reconciler/adapters/webhooks/receiver.ts';

const secretOf = (letter: string) => `whsec_${Buffer.from(letter.repeat(32)).toString('base64')}`;
const [oldSecret, newSecret] = [secretOf('o'), secretOf('n')];
const event = { id: `evt_${'0'.repeat(32)}`, body: '{"type":"agent.changed"}' };
const clock = { now: () => Date.now() };
const name = 'shop';

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

async function listen(t: TestContext, server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

function reading(answer: Answer) {
  return (request: IncomingMessage, response: ServerResponse) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => answer(request, response, body));
  };
}

async function endpoint(t: TestContext, answer: Answer, part: object = {}) {
  const server = createServer(reading(answer));
  t.after(() => server.closeAllConnections());
  const port = await listen(t, server);
  const url = `http://127.0.0.1:${port}/hook?from=aura`;
  return createReceiver({
    name,
    url,
    secrets: [newSecret, oldSecret],
    loopback: true,
    clock,
    ...part,
  });
}

describe('an event', () => {
  it('is verified by the official package with each of the secrets, and with no other', async (t) => {
    const got: { headers: Record<string, string>; body: string; url: string }[] = [];
    const receiver = await endpoint(t, ({ headers, url = '' }, response, body) => {
      got.push({ headers: headers as Record<string, string>, body, url });
      response.writeHead(204).end();
    });
    assert.deepEqual(await receiver.deliver(event), { kind: 'accepted' });
    const { headers, body, url } = got[0] ?? assert.fail();
    assert.equal(url, '/hook?from=aura');
    assert.equal(headers['content-type'], 'application/json');
    for (const secret of [newSecret, oldSecret])
      assert.deepEqual(new Webhook(secret).verify(body, headers), JSON.parse(event.body));
    assert.throws(() => new Webhook(secretOf('x')).verify(body, headers), /signature/);
    assert.throws(() => new Webhook(newSecret).verify(`${body} `, headers), /signature/);
    assert.equal(new Webhook(newSecret).sign(event.id, new Date(), body).split(',')[0], 'v1');
  });

  const answers: readonly [status: number, outcome: object, headers?: Record<string, string>][] = [
    [200, { kind: 'accepted' }],
    [202, { kind: 'accepted' }],
    [301, { kind: 'refused', why: 'it redirects (301)', isDown: false, retryAfterMs: null }],
    [400, { kind: 'refused', why: 'it answers 400', isDown: false, retryAfterMs: null }],
    [410, { kind: 'gone' }],
    [
      429,
      { kind: 'refused', why: 'it answers 429', isDown: true, retryAfterMs: 7000 },
      { 'retry-after': '7' },
    ],
    [503, { kind: 'refused', why: 'it answers 503', isDown: true, retryAfterMs: null }],
  ];
  for (const [status, outcome, headers = {}] of answers)
    it(`answered with ${status}: ${JSON.stringify(outcome)}`, async (t) => {
      let requests = 0;
      const receiver = await endpoint(t, (_request, response) => {
        requests += 1;
        response.writeHead(status, { location: '/other', ...headers }).end('what it says');
      });
      assert.deepEqual(await receiver.deliver(event), outcome);
      assert.equal(requests, 1, 'no redirect is followed');
    });
});

describe('an endpoint', () => {
  const down = { kind: 'refused', isDown: true, retryAfterMs: null };

  it('that never answers costs no longer than the timeout', async (t) => {
    const receiver = await endpoint(t, () => {}, { timeoutMs: 50 });
    const outcome = await receiver.deliver(event);
    assert.deepEqual(outcome, { ...down, why: 'it did not answer in time' });
  });

  it('whose name is never resolved neither', async (t) => {
    const never = { timeoutMs: 50, resolve: () => new Promise<never>(() => {}) };
    const receiver = await endpoint(t, () => {}, { url: 'https://hooks.example.com/', ...never });
    assert.deepEqual(await receiver.deliver(event), { ...down, why: 'it did not answer in time' });
  });

  it('that answers without an end is not read to it', async (t) => {
    let written = 0;
    const closed = Promise.withResolvers<void>();
    const receiver = await endpoint(t, (_request, response) => {
      response.writeHead(200).once('close', closed.resolve);
      const more = () => {
        written += 4096;
        if (!response.destroyed) response.write('x'.repeat(4096), () => setImmediate(more));
      };
      more();
    });
    assert.deepEqual(await receiver.deliver(event), { kind: 'accepted' });
    await closed.promise;
    assert.ok(written < 8_000_000, `${written} bytes`);
  });

  it('that is not there, or breaks off, is down', async (t) => {
    const receiver = await endpoint(t, ({ socket }) => socket.destroy());
    assert.deepEqual(await receiver.deliver(event), { ...down, why: 'no answer (ECONNRESET)' });
    const nowhere = await endpoint(t, () => {}, { url: 'http://127.0.0.1:1/' });
    assert.deepEqual(await nowhere.deliver(event), { ...down, why: 'no answer (ECONNREFUSED)' });
  });

  it('on this machine gets nothing unless that is allowed', async (t) => {
    let requests = 0;
    const answer: Answer = (_request, response) => {
      requests += 1;
      response.end();
    };
    const receiver = await endpoint(t, answer, { loopback: false });
    const why = 'its address is not public (loopback)';
    assert.deepEqual(await receiver.deliver(event), { ...down, why });
    assert.equal(requests, 0);
  });

  it('is resolved once: a second address that follows is never used', async (t) => {
    const addresses = ['127.0.0.1', '10.0.0.1'];
    let resolved = 0;
    const server = createServer(reading((_request, response) => void response.end()));
    const port = await listen(t, server);
    const receiver = createReceiver({
      name,
      url: `http://rebinding.test:${port}/`,
      secrets: [newSecret],
      loopback: true,
      clock,
      resolve: async () => {
        const address = addresses[resolved] ?? '';
        resolved += 1;
        return [{ address }];
      },
    });
    assert.deepEqual(await receiver.deliver(event), { kind: 'accepted' });
    assert.equal(resolved, 1);
    assert.deepEqual(await receiver.deliver(event), {
      ...down,
      why: 'its address is not public (private)',
    });
  });
});

describe('over TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'aura-webhooks-'));
  const file = (one: string) => join(folder, one);
  const usual = getCACertificates('default');
  before(() => {
    const subject = ['-subj', '/CN=hooks.test', '-addext', 'subjectAltName=DNS:hooks.test'];
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    const out = ['-keyout', file('key.pem'), '-out', file('cert.pem')];
    execFileSync('openssl', ['req', '-x509', ...key, ...out, ...subject], { stdio: 'pipe' });
    setDefaultCACertificates([...usual, readFileSync(file('cert.pem'), 'utf8')]);
  });
  after(() => {
    setDefaultCACertificates(usual);
    rmSync(folder, { recursive: true });
  });

  async function served(t: TestContext, hostname: string) {
    const seen: { host: string | undefined; server: unknown }[] = [];
    const options = { key: readFileSync(file('key.pem')), cert: readFileSync(file('cert.pem')) };
    const answer: Answer = ({ headers, socket }, response) => {
      seen.push({ host: headers.host, server: 'servername' in socket && socket.servername });
      response.end();
    };
    const server = createTlsServer(options, reading(answer));
    const port = await listen(t, server);
    const receiver = createReceiver({
      name,
      url: `https://${hostname}:${port}/`,
      secrets: [newSecret],
      loopback: true,
      clock,
      resolve: async () => [{ address: '127.0.0.1' }],
    });
    return { receiver, seen, port };
  }

  it('the name is sent and verified, and the connection goes to the checked address', async (t) => {
    const { receiver, seen, port } = await served(t, 'hooks.test');
    assert.deepEqual(await receiver.deliver(event), { kind: 'accepted' });
    assert.deepEqual(seen, [{ host: `hooks.test:${port}`, server: 'hooks.test' }]);
  });

  it('another name than that of the certificate gets nothing', async (t) => {
    const { receiver, seen } = await served(t, 'other.test');
    const outcome = await receiver.deliver(event);
    assert.ok(outcome.kind === 'refused' && /ERR_TLS_CERT_ALTNAME/.test(outcome.why));
    assert.deepEqual(seen, []);
  });
});
