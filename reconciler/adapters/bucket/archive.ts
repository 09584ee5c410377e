/**
 * Reads and writes the objects of a bucket over the S3 API: Terraform's states, bundles of the
 * repository, and receipts of sent alarms. One bucket holds all of them.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
 */
import { Failure } from '../../core/failure.ts';
import type { Archive } from '../../ports/archive.ts';
import { stored, unstored } from './compression.ts';
import { inOrder, listingPage, type StoredObject } from './listing.ts';
import {
  type Answer,
  type BucketOptions,
  bucketUrl,
  createSender,
  refusesKeys,
  type Sending,
  timeoutMsUsual,
} from './sender.ts';

const pagesMax = 1000;

export function createArchive(options: BucketOptions, timeoutMs = timeoutMsUsual): Archive {
  const send = createSender(options, timeoutMs);
  const base = bucketUrl(options);

  /** null if there is no such object, or if it is not as `if-match` or `if-none-match` demand */
  async function answerOf(url: string, sending: Sending, failed: string): Promise<Answer | null> {
    try {
      const answer = await send(url, sending);
      const { status } = answer;
      if (status >= 200 && status < 300) return answer;
      // 409: another conditional write of this key is under way.
      const isConditional = sending.headers !== undefined && (status === 412 || status === 409);
      if (status === 404 || isConditional) return null;
      throw refused(answer, failed);
    } catch (cause) {
      if (cause instanceof Failure) throw cause;
      throw new Failure('StateStoreDown', 'the state bucket does not answer', { cause });
    }
  }
  const ask = async (url: string, sending: Sending, failed: string): Promise<Buffer | null> =>
    (await answerOf(url, sending, failed))?.content ?? null;
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
    async get(key) {
      const content = await ask(urlOf(key), { method: 'GET' }, `${key} could not be read`);
      return content === null ? null : unstored(key, content);
    },
    async put(key, content) {
      const failed = `${key} could not be written`;
      const sending = { method: 'PUT', body: await stored(key, content) };
      if ((await ask(urlOf(key), sending, failed)) === null) throw absent(failed);
    },
    async getTagged(key) {
      const failed = `${key} could not be read`;
      const answer = await answerOf(urlOf(key), { method: 'GET' }, failed);
      if (answer === null) return null;
      if (answer.etag) return { content: await unstored(key, answer.content), tag: answer.etag };
      throw new Failure('UnexpectedAnswer', `${failed}: the bucket returned no ETag`);
    },
    async putIf(key, content, tag) {
      const headers = tag === null ? { 'if-none-match': '*' } : { 'if-match': tag };
      const sending = { method: 'PUT', body: await stored(key, content), headers };
      return (await answerOf(urlOf(key), sending, `${key} could not be written`)) !== null;
    },
    async remove(key) {
      await ask(urlOf(key), { method: 'DELETE' }, `${key} could not be removed`);
    },
  };
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
