/** Conditional writes of the archive, to a real S3 server. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type LocalCloud, startCloud } from '../../local-cloud/cloud.ts';
import { createArchive } from '../../reconciler/adapters/bucket/archive.ts';
import { fixedKeys } from '../../reconciler/ports/bucket-keys.ts';
import { motoServerPath, withoutMoto } from '../local-cloud/moto-path.ts';
import { sshCaKey } from '../support/ca-key.ts';

describe('the archive', { skip: withoutMoto }, () => {
  let cloud: LocalCloud;
  const archive = () => {
    const { env } = cloud.addresses;
    return createArchive({
      endpoint: env['AWS_ENDPOINT_URL_S3'] ?? '',
      bucket: env['AURA_STATE_BUCKET'] ?? '',
      region: env['AWS_REGION'] ?? '',
      keys: fixedKeys({
        accessKeyId: env['AWS_ACCESS_KEY_ID'] ?? '',
        secretAccessKey: env['AWS_SECRET_ACCESS_KEY'] ?? '',
        sessionToken: null,
      }),
    });
  };
  before(async () => {
    cloud = await startCloud({ motoServer: motoServerPath(), sshCaKey, seed: 41 });
  });
  after(() => cloud?.close());

  test('writes an object only where it is as it was read', async () => {
    const bucket = archive();
    assert.equal(await bucket.getTagged('f/counts'), null);
    assert.equal(await bucket.putIf('f/counts', Buffer.from('1'), '"0"'), false, 'there is none');
    assert.equal(await bucket.putIf('f/counts', Buffer.from('1'), null), true);
    assert.equal(await bucket.putIf('f/counts', Buffer.from('2'), null), false, 'there is one');
    const first = await bucket.getTagged('f/counts');
    assert.equal(String(first?.content), '1');
    assert.equal(await bucket.putIf('f/counts', Buffer.from('2'), first?.tag ?? ''), true);
    assert.equal(await bucket.putIf('f/counts', Buffer.from('3'), first?.tag ?? ''), false);
    assert.equal(String(await bucket.get('f/counts')), '2');
  });

  test('lets one of several writers win', async () => {
    const bucket = archive();
    await bucket.put('f/race', Buffer.from('0'));
    const tag = (await bucket.getTagged('f/race'))?.tag ?? '';
    const won = await Promise.all(
      [1, 2, 3, 4].map((n) => bucket.putIf('f/race', Buffer.from(`${n}`), tag)),
    );
    assert.equal(won.filter(Boolean).length, 1);
    assert.equal(String(await bucket.get('f/race')), String(won.indexOf(true) + 1));
  });
});
