/** A page of the state bucket, in the format of S3. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { listingPage } from '../../../reconciler/adapters/bucket/listing.ts';
import { isFailure } from '../../../reconciler/core/failure.ts';

const head = '<?xml version="1.0" encoding="UTF-8"?>\n';
const entry = (key: string) =>
  `<Contents><Key>${key}</Key><LastModified>2026-11-22T05:00:00.000Z</LastModified>` +
  '<ETag>&quot;x&quot;</ETag><Size>1</Size><Owner><ID>o</ID></Owner></Contents>';
const listing = (inner: string) =>
  `${head}<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${inner}</ListBucketResult>`;

describe('a page of the bucket', () => {
  test('has keys and times, and whether it is the last', () => {
    const xml = listing(
      `<Name>b</Name><IsTruncated>false</IsTruncated>${entry('a/b')}${entry('c')}`,
    );
    const modified = '2026-11-22T05:00:00.000Z';
    assert.deepEqual(listingPage(xml), {
      objects: [
        { key: 'a/b', modified },
        { key: 'c', modified },
      ],
      next: null,
    });
  });

  test('names the next one, whether before its entries or after', () => {
    const more =
      '<IsTruncated>true</IsTruncated><NextContinuationToken>t&amp;1</NextContinuationToken>';
    assert.equal(listingPage(listing(more + entry('a'))).next, 't&1');
    assert.equal(listingPage(listing(entry('a') + more)).next, 't&1');
  });

  test('of an empty bucket is empty', () => {
    const xml = listing('<KeyCount>0</KeyCount><IsTruncated>false</IsTruncated>');
    assert.deepEqual(listingPage(xml), { objects: [], next: null });
  });

  test('a key is unescaped from XML', () => {
    const xml = listing(
      `<IsTruncated>false</IsTruncated>${entry('a&amp;&lt;b&gt;&#39;&#x41;&quot;')}`,
    );
    assert.equal(listingPage(xml).objects[0]?.key, 'a&<b>\'A"');
  });

  test('a key cannot imitate the end', () => {
    const xml = listing(
      `<IsTruncated>true</IsTruncated>${entry('&lt;IsTruncated&gt;false')}<NextContinuationToken>t</NextContinuationToken>`,
    );
    assert.equal(listingPage(xml).next, 't');
  });

  for (const [what, xml] of [
    ['an error', `${head}<Error><Code>AccessDenied</Code></Error>`],
    ['one that breaks off', listing(entry('a')).slice(0, -30)],
    ['one without the field for the last page', listing(entry('a'))],
    ['one that is not the last and names none', listing('<IsTruncated>true</IsTruncated>')],
    ['an entry without a key', listing('<IsTruncated>false</IsTruncated><Contents></Contents>')],
    ['a character that none is', listing(`<IsTruncated>false</IsTruncated>${entry('&#x110000;')}`)],
    ['no text', ''],
  ] as const) {
    test(`${what} is none`, () =>
      assert.throws(
        () => listingPage(xml),
        (thrown) => isFailure(thrown, 'UnexpectedAnswer'),
      ));
  }
});
