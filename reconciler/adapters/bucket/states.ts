/**
 * The bucket of Terraform's states, looked at without Terraform: which states and locks there are,
 * and the removal of one whose agent is gone. S3's API, signed.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
 */
import { AwsClient } from 'aws4fetch';
import { Failure } from '../../core/failure.ts';
import type { ObservedState } from '../../core/fleet/observed.ts';
import { unreadableState } from '../../core/stack/unreadable-state.ts';
import type { StateLock, States } from '../../ports/states.ts';
import { Fields } from '../http/answer.ts';
import { inOrder, listingPage, type StoredObject } from './listing.ts';
import { storedState } from './state-content.ts';

export type StateBucketOptions = {
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** belongs to temporary keys */
  readonly sessionToken?: string;
};
type StateBucket = States & { readLock(stateKey: string): Promise<StateLock | null> };

const pagesMax = 1000;
const timeoutMs = 20_000;
const lockSuffix = '.tflock';

export function createStateBucket(options: StateBucketOptions): StateBucket {
  const { endpoint: _endpoint, bucket: _bucket, ...credentials } = options;
  const client = new AwsClient({ ...credentials, service: 's3', retries: 4 });
  const base = `${options.endpoint.replace(/\/$/, '')}/${options.bucket}`;
  const ask: Ask = async (method, url) => {
    try {
      const signal = AbortSignal.timeout(timeoutMs);
      const answer = await client.fetch(url, { method, signal });
      // Read here: an answer that breaks off is the bucket's failure like one that never came.
      return { ok: answer.ok, status: answer.status, text: await answer.text() };
    } catch (cause) {
      throw new Failure('StateStoreDown', 'the state bucket does not answer', { cause });
    }
  };
  const readLock = async (stateKey: string) => {
    const answer = await ask('GET', `${base}/${path(stateKey)}${lockSuffix}`);
    if (answer.status === 404) return null;
    if (!answer.ok) throw refused(answer.status, `the lock of ${stateKey} could not be read`);
    return lockOf(answer.text, `${stateKey}${lockSuffix}`);
  };
  return {
    async list(prefix) {
      const objects = await listObjects(ask, base, prefix);
      const locks = new Set(
        objects.filter((one) => one.key.endsWith(lockSuffix)).map((one) => one.key),
      );
      const items: ObservedState[] = objects
        .filter((one) => one.key.endsWith('.tfstate'))
        .map((one) => ({ ...one, locked: locks.has(`${one.key}${lockSuffix}`) }));
      return { items, partial: [] };
    },
    async remove(key) {
      const answer = await ask('DELETE', `${base}/${path(key)}`);
      if (!answer.ok && answer.status !== 404)
        throw refused(answer.status, `${key} could not be removed`);
    },
    async read(key) {
      const answer = await ask('GET', `${base}/${path(key)}`);
      if (answer.status === 404) return null;
      if (!answer.ok) throw refused(answer.status, `${key} could not be read`);
      const state = storedState(answer.text);
      if (typeof state === 'string') throw unreadableState(key, state);
      return state;
    },
    async lockedKeys(prefix) {
      const objects = await listObjects(ask, base, prefix);
      return objects
        .filter(({ key }) => key.endsWith(lockSuffix))
        .map(({ key }) => key.slice(0, -lockSuffix.length));
    },
    lock: readLock,
    readLock,
  };
}

type Ask = (
  method: string,
  url: string,
) => Promise<{ readonly ok: boolean; readonly status: number; readonly text: string }>;

async function listObjects(
  ask: Ask,
  base: string,
  prefix: string,
): Promise<readonly StoredObject[]> {
  const objects: StoredObject[] = [];
  let token = '';
  for (let page = 0; page < pagesMax; page += 1) {
    const query = new URLSearchParams({
      'list-type': '2',
      prefix,
      ...(token === '' ? {} : { 'continuation-token': token }),
    });
    const answer = await ask('GET', `${base}?${query.toString()}`);
    if (!answer.ok) throw refused(answer.status, 'the state bucket could not be listed');
    const { objects: found, next } = listingPage(answer.text);
    for (const one of found) objects.push(one);
    if (next === null) return inOrder(objects);
    token = next;
  }
  throw new Failure('UnexpectedAnswer', `the state bucket has more than ${pagesMax} pages`);
}

/** The lock object as Terraform's S3 backend writes it. */
function lockOf(text: string, what: string): StateLock {
  try {
    const lock = new Fields(JSON.parse(text), 'the lock');
    return {
      id: lock.text('ID'),
      who: lock.text('Who'),
      operation: lock.text('Operation'),
      created: lock.time('Created'),
    };
  } catch (cause) {
    throw new Failure('UnexpectedAnswer', `${what} is no lock of Terraform's`, { cause });
  }
}

function refused(status: number, message: string): Failure {
  if (status === 401 || status === 403)
    return new Failure('Unauthorized', `${message}: the bucket refuses our key`, {
      httpStatus: status,
    });
  return new Failure('StateStoreDown', `${message} (${status})`, { httpStatus: status });
}

function path(key: string): string {
  return key.split('/').map(encodeURIComponent).join('/');
}
