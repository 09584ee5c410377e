import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { AwsClient } from 'aws4fetch';
import { createFaults } from '../../local-cloud/faults.ts';
import { createLedger } from '../../local-cloud/ledger.ts';
import { startS3 } from '../../local-cloud/s3.ts';
import { motoServerPath, withoutMoto } from './moto-path.ts';

const motoServer = motoServerPath();
const ledger = createLedger();
const faults = createFaults();
const credentials = { accessKeyId: 'AKIALOCAL', secretAccessKey: 'secret' };
const settings = { bucket: 'states', region: 'eu-central-1', credentials, ledger, faults };

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

  test('another access key is refused', async () => {
    const stranger = new AwsClient({ ...credentials, accessKeyId: 'AKIAOTHER', retries: 0 });
    const answer = await stranger.fetch(at('f/a'));
    assert.equal(answer.status, 403);
    assert.match(await answer.text(), /InvalidAccessKeyId/);
    assert.equal((await fetch(at('f/a'))).status, 403);
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
