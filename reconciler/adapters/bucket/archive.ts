/**
 * Reads and writes the objects of a bucket over the S3 API: Terraform's states, bundles of the
 * repository, and receipts of sent alarms. One bucket holds all of them.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
 */
import { AwsClient } from 'aws4fetch';
import { Failure } from '../../core/failure.ts';
import type { Archive } from '../../ports/archive.ts';
import { inOrder, listingPage, type StoredObject } from './listing.ts';

export type BucketOptions = {
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** belongs to temporary keys */
  readonly sessionToken?: string | null;
};
type Sending = { readonly method: string; readonly body?: Uint8Array<ArrayBuffer> };

const pagesMax = 1000;
/** Long enough for the bundle of a large fleet. */
const timeoutMsUsual = 120_000;

export function createArchive(options: BucketOptions, timeoutMs = timeoutMsUsual): Archive {
  const { endpoint, bucket, sessionToken, ...keys } = options;
  const credentials = { ...keys, ...(sessionToken ? { sessionToken } : {}) };
  const client = new AwsClient({ ...credentials, service: 's3', retries: 4 });
  const base = `${endpoint.replace(/\/$/, '')}/${bucket}`;

  /** null if there is no such object */
  async function ask(url: string, sending: Sending, failed: string): Promise<Buffer | null> {
    try {
      const signal = AbortSignal.timeout(timeoutMs);
      const answer = await client.fetch(url, { ...sending, signal });
      // Read inside of the try: an answer that breaks off fails like one that does not arrive.
      const content = Buffer.from(await answer.arrayBuffer());
      if (answer.ok) return content;
      if (answer.status === 404) return null;
      throw refused(answer.status, failed);
    } catch (cause) {
      if (cause instanceof Failure) throw cause;
      throw new Failure('StateStoreDown', 'the state bucket does not answer', { cause });
    }
  }
  const urlOf = (key: string) => `${base}/${key.split('/').map(encodeURIComponent).join('/')}`;

  return {
    async list(prefix) {
      const objects: StoredObject[] = [];
      const failed = 'the state bucket could not be listed';
      let token = '';
      for (let page = 0; page < pagesMax; page += 1) {
        const more = token === '' ? {} : { 'continuation-token': token };
        const query = new URLSearchParams({ 'list-type': '2', prefix, ...more });
        const answer = await ask(`${base}?${query.toString()}`, { method: 'GET' }, failed);
        if (answer === null) throw refused(404, failed);
        const { objects: found, next } = listingPage(answer.toString());
        for (const one of found) objects.push(one);
        if (next === null) return inOrder(objects);
        token = next;
      }
      throw new Failure('UnexpectedAnswer', `${prefix} has more than ${pagesMax} pages`);
    },
    get: (key) => ask(urlOf(key), { method: 'GET' }, `${key} could not be read`),
    async put(key, content) {
      const failed = `${key} could not be written`;
      const sending = { method: 'PUT', body: new Uint8Array(content) };
      if ((await ask(urlOf(key), sending, failed)) === null) throw refused(404, failed);
    },
    async remove(key) {
      await ask(urlOf(key), { method: 'DELETE' }, `${key} could not be removed`);
    },
  };
}

function refused(httpStatus: number, message: string): Failure {
  if (httpStatus === 401 || httpStatus === 403)
    return new Failure('Unauthorized', `${message}: the bucket refuses our key`, { httpStatus });
  return new Failure('StateStoreDown', `${message} (${httpStatus})`, { httpStatus });
}
