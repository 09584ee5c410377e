/**
 * Finds out whether the keys may write to the bucket, without a write: by a part for an upload that
 * does not exist, which no store can keep. Only keys that may not do that then try to remove an
 * object that does not exist.
 */
import { Failure } from '../../core/failure.ts';
import { xmlText } from '../http/xml.ts';
import { type BucketOptions, bucketUrl, createSender } from './sender.ts';

const timeoutMs = 20_000;
/** No state, lock, bundle or receipt has such a key. */
const key = 'aura-doctor/nothing';

/** What they may write; null if the bucket refuses every write. */
export async function bucketWrites(options: BucketOptions): Promise<string | null> {
  const send = createSender(options, timeoutMs);
  const isRefused = async (method: string, query: string): Promise<boolean> => {
    const answer = await send(`${bucketUrl(options)}/${key}${query}`, { method }).catch(
      (cause: unknown) => {
        if (cause instanceof Failure) throw cause;
        throw new Failure('StateStoreDown', 'the state bucket does not answer', { cause });
      },
    );
    const { status: httpStatus, content } = answer;
    const code = xmlText(content.toString(), 'Code');
    if (code === 'AccessDenied') return true;
    // It got as far as the object.
    if (httpStatus < 300 || httpStatus === 404) return false;
    const reason = httpStatus < 500 ? 'Unauthorized' : 'StateStoreDown';
    throw new Failure(reason, `the state bucket answers ${code ?? httpStatus}`, { httpStatus });
  };
  if (!(await isRefused('PUT', '?partNumber=1&uploadId=none'))) return 'objects may be written';
  return (await isRefused('DELETE', '')) ? null : 'objects may be removed';
}
