/**
 * What a probe concludes from each answer: only a refusal for lack of permission proves that
 * credentials cannot write. Against the local cloud they run in test/contract/read-only.test.ts.
 */
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, describe, it } from 'node:test';
import { bucketWrites } from '../../reconciler/adapters/bucket/write-probe.ts';
import { hetznerWrites } from '../../reconciler/adapters/hetzner/write-probe.ts';
import { tailscaleWrites } from '../../reconciler/adapters/tailscale/write-probe.ts';
import { fixedKeys } from '../../reconciler/ports/bucket-keys.ts';

type Answer = readonly [status: number, body: string];

describe('a probe', () => {
  let server: Server;
  let url: string;
  let answer: (request: string) => Answer;
  const asked: string[] = [];
  before(async () => {
    server = createServer((request, response) => {
      const said = `${request.method} ${request.url}`;
      let body = '';
      request.on('data', (piece) => {
        body += piece;
      });
      request.on('end', () => {
        asked.push(said);
        const [status, text] = answer(`${said} ${body}`);
        response.writeHead(status, { date: new Date().toUTCString() }).end(text);
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => server.close());
  beforeEach(() => {
    asked.length = 0;
  });

  const tools = { clock: { now: Date.now, wait: async () => {} }, random: () => 0 };
  const hetzner = () => hetznerWrites({ ...tools, endpoint: url, token: 'token' });
  const tailscale = () =>
    tailscaleWrites({ ...tools, baseUrl: url, clientId: 'id', clientSecret: 's', tailnet: '-' });
  const keys = fixedKeys({ accessKeyId: 'id', secretAccessKey: 'secret', sessionToken: null });
  const bucket = () => bucketWrites({ endpoint: url, bucket: 'b', region: 'r', keys });

  const error = (code: string) => JSON.stringify({ error: { code, message: 'no' } });
  const xml = (code: string) => `<Error><Code>${code}</Code></Error>`;

  it('of Hetzner concludes from the error alone', async () => {
    const cases: readonly [Answer, string | null][] = [
      [[403, error('token_readonly')], null],
      [[403, error('forbidden')], null],
      [[422, error('invalid_input')], 'the token may write'],
      [[400, error('json_error')], 'the token may write'],
      [[201, '{"ssh_key": {}}'], 'the token may write'],
    ];
    for (const [given, concluded] of cases) {
      answer = () => given;
      assert.equal(await hetzner(), concluded, given[1]);
    }
    answer = () => [401, error('unauthorized')];
    await assert.rejects(hetzner(), { reason: 'Unauthorized' });
    answer = () => [503, error('unavailable')];
    await assert.rejects(hetzner(), { reason: 'ProviderOutage' });
  });

  const message = (text: string) => JSON.stringify({ message: text });
  const token = JSON.stringify({ access_token: 'token', expires_in: 3600 });
  /** Grants these scopes; a token without a scope is that of the client. */
  const granting = (scopes: readonly string[], write: Answer) => (request: string) => {
    if (!request.includes('/oauth/token')) return write;
    const scope = /\bscope=([^& ]+)/.exec(request)?.[1];
    const isGranted = scope === undefined || scopes.includes(decodeURIComponent(scope));
    return isGranted ? ([200, token] as const) : ([403, message('cannot grant')] as const);
  };

  it('of Tailscale tries a write only where no scope that writes is granted', async () => {
    answer = granting(['auth_keys'], [200, '{}']);
    assert.equal(await tailscale(), 'the scope auth_keys is granted');
    assert.ok(asked.every((one) => one.includes('/oauth/token')));
    answer = granting([], [403, message('not enough permissions')]);
    assert.equal(await tailscale(), null);
    answer = granting([], [400, message('tags are missing')]);
    assert.equal(await tailscale(), 'a key may be made');
    answer = granting([], [200, '{}']);
    assert.equal(await tailscale(), 'a key may be made');
    answer = () => [401, message('invalid client credentials')];
    await assert.rejects(tailscale(), { reason: 'Unauthorized' });
  });

  it('of the bucket removes only what it may not write, and that does not exist', async () => {
    const put = (given: Answer, removal: Answer) => (request: string) =>
      request.startsWith('PUT') ? given : removal;
    answer = put([404, xml('NoSuchUpload')], [204, '']);
    assert.equal(await bucket(), 'objects may be written');
    assert.deepEqual(asked, ['PUT /b/aura-doctor/nothing?partNumber=1&uploadId=none']);
    answer = put([403, xml('AccessDenied')], [204, '']);
    assert.equal(await bucket(), 'objects may be removed');
    answer = put([403, xml('AccessDenied')], [403, xml('AccessDenied')]);
    assert.equal(await bucket(), null);
    for (const code of ['InvalidAccessKeyId', 'SignatureDoesNotMatch']) {
      answer = () => [403, xml(code)];
      await assert.rejects(bucket(), { reason: 'Unauthorized', message: new RegExp(code) });
    }
    answer = () => [403, 'a proxy'];
    await assert.rejects(bucket(), { reason: 'Unauthorized' });
    answer = () => [501, xml('NotImplemented')];
    await assert.rejects(bucket(), { reason: 'StateStoreDown' });
  });
});
