/**
 * Objects of the state bucket that are no states: bundles of the repository, and marks of what has
 * been told. The same bucket and keys, so that an installation needs no second one.
 */
import { AwsClient } from 'aws4fetch';
import { Failure } from '../../core/failure.ts';
import type { Archive, ArchivedObject } from '../../ports/archive.ts';
import { inOrder, listingPage } from './listing.ts';
import type { StateBucketOptions } from './states.ts';

const pagesMax = 100;
/** A bundle of a large fleet takes a while. */
const timeoutMs = 120_000;

export function createArchive(options: StateBucketOptions): Archive {
  const { endpoint, bucket, ...credentials } = options;
  const client = new AwsClient({ ...credentials, service: 's3', retries: 4 });
  const base = `${endpoint.replace(/\/$/, '')}/${bucket}`;

  async function ask(
    method: string,
    url: string,
    body?: Uint8Array<ArrayBuffer>,
  ): Promise<{ readonly ok: boolean; readonly status: number; readonly content: Buffer }> {
    try {
      const signal = AbortSignal.timeout(timeoutMs);
      const sending = { method, signal, ...(body === undefined ? {} : { body }) };
      const answer = await client.fetch(url, sending);
      // Read here: an answer that breaks off is the bucket's failure like one that never came.
      const content = Buffer.from(await answer.arrayBuffer());
      return { ok: answer.ok, status: answer.status, content };
    } catch (cause) {
      throw new Failure('StateStoreDown', 'the state bucket does not answer', { cause });
    }
  }

  return {
    async list(prefix) {
      const objects: ArchivedObject[] = [];
      let token: string | null = null;
      for (let page = 0; page < pagesMax; page += 1) {
        const more: Record<string, string> = token === null ? {} : { 'continuation-token': token };
        const query = new URLSearchParams({ 'list-type': '2', prefix, ...more });
        const answer = await ask('GET', `${base}?${query.toString()}`);
        if (!answer.ok) throw refused(answer.status, 'the state bucket could not be listed');
        const listed = listingPage(answer.content.toString());
        for (const { key, modified } of listed.objects) objects.push({ key, modified });
        if (listed.next === null) return inOrder(objects);
        token = listed.next;
      }
      throw new Failure('UnexpectedAnswer', `${prefix} has more than ${pagesMax} pages`);
    },
    async put(key, content) {
      const answer = await ask('PUT', `${base}/${path(key)}`, new Uint8Array(content));
      if (!answer.ok) throw refused(answer.status, `${key} could not be written`);
    },
    async get(key) {
      const answer = await ask('GET', `${base}/${path(key)}`);
      if (answer.status === 404) return null;
      if (!answer.ok) throw refused(answer.status, `${key} could not be read`);
      return answer.content;
    },
    async remove(key) {
      const answer = await ask('DELETE', `${base}/${path(key)}`);
      if (!answer.ok && answer.status !== 404)
        throw refused(answer.status, `${key} could not be removed`);
    },
  };
}

function refused(status: number, message: string): Failure {
  const details = { httpStatus: status };
  if (status === 401 || status === 403)
    return new Failure('Unauthorized', `${message}: the bucket refuses our key`, details);
  return new Failure('StateStoreDown', `${message} (${status})`, details);
}

function path(key: string): string {
  return key.split('/').map(encodeURIComponent).join('/');
}
