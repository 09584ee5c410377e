/**
 * Reads and writes the objects of a bucket over the S3 API: Terraform's states, bundles of the
 * repository, and receipts of sent alarms. One bucket holds all of them.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
 */
import { AwsClient } from 'aws4fetch';
import { Failure } from '../../core/failure.ts';
import type { Archive } from '../../ports/archive.ts';
import {
  type BucketKeySource,
  type BucketKeys,
  keysRefusedCodes,
} from '../../ports/bucket-keys.ts';
import { xmlText } from '../http/xml.ts';
import { inOrder, listingPage, type StoredObject } from './listing.ts';

export type BucketOptions = {
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly keys: BucketKeySource;
};
type Sending = { readonly method: string; readonly body?: Uint8Array<ArrayBuffer> };

const pagesMax = 1000;
/** Long enough for the bundle of a large fleet. */
const timeoutMsUsual = 120_000;

export function createArchive(options: BucketOptions, timeoutMs = timeoutMsUsual): Archive {
  const { endpoint, bucket } = options;
  const send = createSender(options, timeoutMs);
  const base = `${endpoint.replace(/\/$/, '')}/${bucket}`;

  /** null if there is no such object */
  async function ask(url: string, sending: Sending, failed: string): Promise<Buffer | null> {
    try {
      const { status, content } = await send(url, sending);
      if (status >= 200 && status < 300) return content;
      if (status === 404) return null;
      throw refused({ status, content }, failed);
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
        if (answer === null) throw absent(failed);
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
      if ((await ask(urlOf(key), sending, failed)) === null) throw absent(failed);
    },
    async remove(key) {
      await ask(urlOf(key), { method: 'DELETE' }, `${key} could not be removed`);
    },
  };
}

type Answer = { readonly status: number; readonly content: Buffer };
type Sender = (url: string, sending: Sending) => Promise<Answer>;

/** Sends once more, with new keys, if the keys themselves are refused. */
function createSender({ keys: source, region }: BucketOptions, timeoutMs: number): Sender {
  let signer: { readonly keys: BucketKeys; readonly client: AwsClient } | null = null;

  function clientOf(keys: BucketKeys): AwsClient {
    if (signer?.keys !== keys) {
      const { sessionToken, ...pair } = keys;
      const credentials = { ...pair, ...(sessionToken === null ? {} : { sessionToken }) };
      signer = {
        keys,
        client: new AwsClient({ ...credentials, region, service: 's3', retries: 4 }),
      };
    }
    return signer.client;
  }

  async function sendWith(keys: BucketKeys, url: string, sending: Sending): Promise<Answer> {
    const signal = AbortSignal.timeout(timeoutMs);
    const answer = await clientOf(keys).fetch(url, { ...sending, signal });
    // Read here: an answer that breaks off fails like one that does not arrive.
    return { status: answer.status, content: Buffer.from(await answer.arrayBuffer()) };
  }

  return async (url, sending) => {
    const keys = await source.keys();
    const answer = await sendWith(keys, url, sending);
    if (!refusesKeys(answer)) return answer;
    source.forget(keys);
    const renewed = await source.keys();
    return renewed === keys ? answer : sendWith(renewed, url, sending);
  };
}

function refusesKeys({ status, content }: Answer): boolean {
  if (status !== 400 && status !== 401 && status !== 403) return false;
  const code = xmlText(content.toString(), 'Code');
  return keysRefusedCodes.some((one) => one === code);
}

function refused(answer: Answer, message: string): Failure {
  const details = { httpStatus: answer.status };
  if (answer.status === 401 || answer.status === 403 || refusesKeys(answer))
    return new Failure('Unauthorized', `${message}: the bucket refuses our key`, details);
  return new Failure('StateStoreDown', `${message} (${answer.status})`, details);
}

function absent(message: string): Failure {
  return new Failure('StateStoreDown', `${message} (404)`, { httpStatus: 404 });
}
