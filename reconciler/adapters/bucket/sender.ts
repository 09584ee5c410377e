/** Sends signed requests to the bucket, with keys that are renewed if the bucket refuses them. */
import { AwsClient } from 'aws4fetch';
import {
  type BucketKeySource,
  type BucketKeys,
  keysRefusedCodes,
} from '../../ports/bucket-keys.ts';
import { xmlText } from '../http/xml.ts';

export type BucketOptions = {
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly keys: BucketKeySource;
};
export type Sending = {
  readonly method: string;
  readonly body?: Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
};
export type Answer = {
  readonly status: number;
  readonly content: Buffer;
  /** of the version that was written, in a bucket that keeps versions */
  readonly versionId?: string | null;
  readonly etag?: string | null;
};
type Sender = (url: string, sending: Sending) => Promise<Answer>;

/** Long enough for the bundle of a large fleet. */
export const timeoutMsUsual = 120_000;

/** Sends once more, with new keys, if the keys themselves are refused. */
export function createSender({ keys: source, region }: BucketOptions, timeoutMs: number): Sender {
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
    const answer = await clientOf(keys).fetch(url, {
      ...sending,
      headers: { ...sending.headers },
      signal,
    });
    // Read here: an answer that breaks off fails like one that does not arrive.
    const content = Buffer.from(await answer.arrayBuffer());
    const { status, headers } = answer;
    const [versionId, etag] = [headers.get('x-amz-version-id'), headers.get('etag')];
    return { status, content, versionId, etag };
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

export function refusesKeys({ status, content }: Answer): boolean {
  if (status !== 400 && status !== 401 && status !== 403) return false;
  const code = xmlText(content.toString(), 'Code');
  return keysRefusedCodes.some((one) => one === code);
}

export function bucketUrl({ endpoint, bucket }: BucketOptions): string {
  return `${endpoint.replace(/\/$/, '')}/${bucket}`;
}
