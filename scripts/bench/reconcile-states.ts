/**
 * A bucket that is listed from memory, a thousand keys a page. The local cloud's own bucket scans
 * all of its keys for each page, which takes minutes in a large fleet.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type StateListing = {
  readonly url: string;
  /** keys by name, sorted */
  fill(keys: readonly string[]): void;
  close(): Promise<void>;
};

const perPage = 1000;

export async function startStateListing(onRequest: () => void): Promise<StateListing> {
  let keys: readonly string[] = [];
  const server = createServer((request, response) => {
    onRequest();
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (request.method !== 'GET' || url.searchParams.get('list-type') !== '2') {
      response.writeHead(501).end();
      return;
    }
    const prefix = url.searchParams.get('prefix') ?? '';
    const after = url.searchParams.get('continuation-token') ?? '';
    const found = keys.filter((key) => key.startsWith(prefix) && key > after);
    response.writeHead(200, { 'content-type': 'application/xml' }).end(page(found));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fill(all) {
      keys = all;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function page(found: readonly string[]): string {
  const shown = found.slice(0, perPage);
  const more = found.length > perPage;
  const contents = shown.map(
    (key) =>
      `<Contents><Key>${key}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified>` +
      '<ETag>&quot;9b2cf535f27731c974343645a3985328&quot;</ETag><Size>4096</Size>' +
      '<StorageClass>STANDARD</StorageClass></Contents>',
  );
  const next = more ? `<NextContinuationToken>${shown.at(-1)}</NextContinuationToken>` : '';
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
    `<IsTruncated>${more}</IsTruncated><KeyCount>${shown.length}</KeyCount>${next}` +
    `${contents.join('')}</ListBucketResult>`
  );
}
