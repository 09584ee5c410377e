import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { AwsClient } from 'aws4fetch';
import { createKeyring } from '../../local-cloud/aws/keyring.ts';
import { allowsAll, type PolicyDocument } from '../../local-cloud/aws/policy.ts';
import { createFaults } from '../../local-cloud/faults.ts';
import { createLedger } from '../../local-cloud/ledger.ts';
import { startS3 } from '../../local-cloud/s3.ts';
import { motoServerPath, withoutMoto } from './moto-path.ts';

const motoServer = motoServerPath();
let nowMs = Date.now();
const ledger = createLedger();
const faults = createFaults();
const credentials = { accessKeyId: 'AKIALOCAL', secretAccessKey: 'secret' };
const keyring = createKeyring({ now: () => nowMs });
keyring.add({ ...credentials, session: null, policy: allowsAll });
const settings = { bucket: 'states', region: 'eu-central-1', keyring, ledger, faults };

test('without moto the failure names what is missing', async () => {
  await assert.rejects(startS3({ ...settings, motoServer: null }), { reason: 'ToolMissing' });
  await assert.rejects(startS3({ ...settings, motoServer: '/nowhere' }), { reason: 'ToolMissing' });
});

describe('the state bucket', {
  skip: withoutMoto,
}, async () => {
  if (motoServer === null) return;
  const s3 = await startS3({ ...settings, motoServer });
  after(() => s3.close());
  const client = new AwsClient({
    ...credentials,
    service: 's3',
    region: 'eu-central-1',
    retries: 0,
  });
  const at = (key: string) => `${s3.url}/states/${key}`;

  test('objects are returned as they were, and are listed', async () => {
    const body = '{"state": "& <1>"}';
    assert.equal((await client.fetch(at('f/a & b'), { method: 'PUT', body })).status, 200);
    assert.equal(await (await client.fetch(at('f/a & b'))).text(), body);
    assert.deepEqual(await s3.keys(), ['f/a & b']);
  });

  test('one of many writers wins a lock, and only its holder can release it once', async () => {
    const lock = { method: 'PUT', body: 'me', headers: { 'if-none-match': '*' } };
    const wins = await Promise.all(
      Array.from({ length: 8 }, async () => (await client.fetch(at('f/a.tflock'), lock)).status),
    );
    assert.equal(wins.filter((status) => status === 200).length, 1);
    assert.equal(wins.filter((status) => status === 412 || status === 409).length, 7);
    await client.fetch(at('f/a.tflock'), { method: 'DELETE' });
    assert.equal((await client.fetch(at('f/a.tflock'), lock)).status, 200);
    assert.ok(ledger.total('s3', (route) => route === 'PUT /:bucket/:key.tflock') === 9);
  });

  test('of several writers of a large new object exactly one wins, every time', async () => {
    const body = 'x'.repeat(3_000_000);
    const write = { method: 'PUT', body, headers: { 'if-none-match': '*' } };
    for (let attempt = 0; attempt < 20; attempt += 1) {
      const put = async () => (await client.fetch(at(`f/race-${attempt}`), write)).status;
      const statuses = await Promise.all([put(), put(), put(), put()]);
      assert.deepEqual(statuses.sort(), [200, 412, 412, 412], `attempt ${attempt}`);
    }
    for (let attempt = 0; attempt < 20; attempt += 1)
      await client.fetch(at(`f/race-${attempt}`), { method: 'DELETE' });
  });

  test('another access key is refused', async () => {
    const stranger = new AwsClient({ ...credentials, accessKeyId: 'AKIAOTHER', retries: 0 });
    const answer = await stranger.fetch(at('f/a'));
    assert.equal(answer.status, 403);
    assert.match(await answer.text(), /InvalidAccessKeyId/);
    assert.equal((await fetch(at('f/a'))).status, 403);
  });

  test('a key needs its secret, and its session while that lasts', async () => {
    const wrong = new AwsClient({ ...credentials, secretAccessKey: 'other', retries: 0 });
    assert.match(await (await wrong.fetch(at('f/a'))).text(), /SignatureDoesNotMatch/);
    const session = { token: 'token', expiresMs: nowMs + 1000 };
    const pair = { accessKeyId: 'ASIALOCAL', secretAccessKey: 'session' };
    keyring.add({ ...pair, session, policy: allowsAll });
    const part = { ...pair, service: 's3', region: 'eu-central-1', retries: 0 };
    const whole = new AwsClient({ ...part, sessionToken: 'token' });
    const said = async (client: AwsClient) => {
      const answer = await client.fetch(at('f/a & b'));
      return [answer.status, /<Code>(.*)<\/Code>/.exec(await answer.text())?.[1]];
    };
    assert.deepEqual(await said(whole), [200, undefined]);
    assert.deepEqual(await said(new AwsClient(part)), [400, 'InvalidToken']);
    nowMs += 1000;
    assert.deepEqual(await said(whole), [400, 'ExpiredToken']);
  });

  test('a key may do what its policy allows, and no more', async () => {
    const policy: PolicyDocument = {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: 's3:List*', Resource: 'arn:aws:s3:::states' },
        { Effect: 'Allow', Action: ['s3:GetObject'], Resource: 'arn:aws:s3:::states/f/*' },
        { Effect: 'Deny', Action: '*', Resource: 'arn:aws:s3:::states/f/b*' },
      ],
    };
    const pair = { accessKeyId: 'AKIAREADS', secretAccessKey: 'reads' };
    keyring.add({ ...pair, session: null, policy });
    const reader = new AwsClient({ ...pair, service: 's3', region: 'eu-central-1', retries: 0 });
    const status = async (key: string, method = 'GET') =>
      (await reader.fetch(at(key), { method, ...(method === 'PUT' ? { body: 'x' } : {}) })).status;
    assert.deepEqual(
      [await status('?list-type=2'), await status('f/a & b'), await status('g/a')],
      [200, 200, 403],
    );
    assert.deepEqual(
      [await status('f/b'), await status('f/a', 'PUT'), await status('f/a & b', 'DELETE')],
      [403, 403, 403],
    );
    assert.equal(await status('?versioning'), 403);
    assert.ok((await s3.keys()).includes('f/a & b'));
  });

  test('faults: an outage, and a write whose answer is lost', async () => {
    faults.add({ api: 's3', kind: 'status', status: 503 });
    assert.equal((await client.fetch(at('f/b'), { method: 'PUT', body: 'b' })).status, 503);
    assert.ok(!(await s3.keys()).includes('f/b'));
    faults.add({ api: 's3', kind: 'timeoutAfter', ms: 0 });
    await assert.rejects(client.fetch(at('f/b'), { method: 'PUT', body: 'b' }));
    assert.ok((await s3.keys()).includes('f/b'));
  });
});
