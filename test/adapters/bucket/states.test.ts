/** Wrong or incomplete answers of the state bucket: reported in our own words, never trusted. */
import assert from 'node:assert/strict';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, describe, test } from 'node:test';
import { createArchive } from '../../../reconciler/adapters/bucket/archive.ts';
import { createStateBucket } from '../../../reconciler/adapters/bucket/states.ts';
import { isFailure } from '../../../reconciler/core/failure.ts';
import { type BucketKeys, fixedKeys } from '../../../reconciler/ports/bucket-keys.ts';

describe('a bucket with wrong answers', () => {
  let server: Server;
  let answers: ((response: ServerResponse) => void)[] = [];
  let options: Parameters<typeof createStateBucket>[0];
  before(async () => {
    // The last answer stays.
    server = createServer((_request, response) => {
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      answer?.(response);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    const pair = { accessKeyId: 'id', secretAccessKey: 'secret', sessionToken: null };
    const keys = fixedKeys(pair);
    options = { endpoint: `http://127.0.0.1:${port}`, bucket: 'b', region: 'r', keys };
  });
  after(() => server.close());
  beforeEach(() => {
    answers = [];
  });

  const page = (keys: readonly string[], next: string | null) => (response: ServerResponse) => {
    const entries = keys.map(
      (key) =>
        `<Contents><Key>${key}</Key><LastModified>2026-11-22T05:00:00.000Z</LastModified></Contents>`,
    );
    const more =
      next === null
        ? '<IsTruncated>false</IsTruncated>'
        : `<IsTruncated>true</IsTruncated><NextContinuationToken>${next}</NextContinuationToken>`;
    response.end(`<ListBucketResult>${more}${entries.join('')}</ListBucketResult>`);
  };
  const breaksOff = (response: ServerResponse) => {
    response.writeHead(200, { 'content-length': '5000' });
    response.write('<ListBucketResult><IsTruncated>false</IsTruncated>');
    setImmediate(() => setImmediate(() => response.destroy()));
  };
  const reads = {
    list: () => createStateBucket(options).list('f/'),
    read: () => createStateBucket(options).read('f/a.tfstate'),
    lock: () => createStateBucket(options).lock('f/a.tfstate'),
    'list of the archive': () => createArchive(options).list('f/'),
    'get of the archive': () => createArchive(options).get('f/a'),
  };

  for (const [name, read] of Object.entries(reads))
    test(`${name}: an answer that breaks off is the bucket's failure`, async () => {
      answers = [breaksOff];
      await assert.rejects(read(), (thrown) => isFailure(thrown, 'StateStoreDown'));
    });

  for (const created of ['2026-11-29T22:00:00+01', 'yesterday', undefined])
    test(`a lock of ${created} is none: a missing time is not compared`, async () => {
      const lock = { ID: 'l', Who: 'w', Operation: 'OperationTypeApply', Created: created };
      answers = [(response) => response.end(JSON.stringify(lock))];
      await assert.rejects(reads.lock(), (thrown) => isFailure(thrown, 'UnexpectedAnswer'));
    });

  test('all pages together are the listing', async () => {
    answers = [page(['f/a.tfstate'], 't'), page(['f/b.tfstate', 'f/b.tfstate.tflock'], null)];
    const { items, partial } = await reads.list();
    assert.deepEqual(
      [items.map(({ key, locked }) => [key, locked]), partial],
      [
        [
          ['f/a.tfstate', false],
          ['f/b.tfstate', true],
        ],
        [],
      ],
    );
  });

  for (const name of ['list', 'list of the archive'] as const)
    test(`${name}: a page that is repeated hides another one`, async () => {
      answers = [page(['f/a.tfstate'], 't'), page(['f/a.tfstate'], 'u'), page([], null)];
      await assert.rejects(reads[name](), (thrown) => isFailure(thrown, 'UnexpectedAnswer'));
    });

  test('an object that is no state is reported with the repair command', async () => {
    const agent = 'agt-000000000000';
    const says = (key: string, expected: RegExp) =>
      assert.rejects(createStateBucket(options).read(key), (thrown) => {
        assert.ok(isFailure(thrown, 'StateUnreadable'));
        assert.match(thrown.message, expected);
        return true;
      });
    for (const [text, why] of [
      ['{"version": 4, "ser', 'it is not JSON'],
      ['', 'it is not JSON'],
      ['{"version": 3, "serial": 1, "resources": []}', 'its format is not version 4'],
      ['null', 'its format is not version 4'],
    ] as const) {
      answers = [(response) => response.end(text)];
      const rebuild = `f/agents/${agent}/terraform.tfstate is no Terraform state: ${why}.*; \`aura state ${agent} --rebuild\``;
      await says(`f/agents/${agent}/terraform.tfstate`, new RegExp(rebuild));
      await says('f/fleet/terraform.tfstate', /; `aura init --recover` recreates it$/);
    }
  });

  test('an endless listing ends after a page that repeats', async () => {
    answers = [page(['f/a.tfstate'], 't')];
    await assert.rejects(reads.list(), (thrown) => isFailure(thrown, 'UnexpectedAnswer'));
  });

  const refuses = (status: number, code: string) => (response: ServerResponse) => {
    response.writeHead(status);
    response.end(`<Error><Code>${code}</Code></Error>`);
  };
  const found = (response: ServerResponse) => void response.end('content');

  for (const [status, code] of [
    [400, 'ExpiredToken'],
    [400, 'InvalidToken'],
    [403, 'InvalidAccessKeyId'],
  ] as const)
    test(`keys that are refused by ${code} are dropped, and the next ones are tried once`, async () => {
      const source = renewing();
      const archive = createArchive({ ...options, keys: source });
      answers = [refuses(status, code), found];
      assert.equal(String(await archive.get('f/a')), 'content');
      assert.equal(source.made(), 2);
      answers = [refuses(status, code)];
      await assert.rejects(archive.get('f/a'), (thrown) => isFailure(thrown, 'Unauthorized'));
      assert.equal(source.made(), 3);
      await assert.rejects(createArchive(options).get('f/a'), { reason: 'Unauthorized' });
    });

  test('what may not be done is refused with any keys', async () => {
    const source = renewing();
    answers = [refuses(403, 'AccessDenied')];
    await assert.rejects(createArchive({ ...options, keys: source }).get('f/a'), {
      reason: 'Unauthorized',
    });
    assert.equal(source.made(), 1);
  });
});

/** Makes new keys after each refusal. */
function renewing() {
  let made = 0;
  let current: BucketKeys | null = null;
  return {
    made: () => made,
    async keys() {
      if (current !== null) return current;
      made += 1;
      current = { accessKeyId: `id-${made}`, secretAccessKey: 'secret', sessionToken: 'token' };
      return current;
    },
    forget(refused: BucketKeys) {
      if (refused === current) current = null;
    },
  };
}
