/**
 * Reads the settings of the bucket, and tries its lock: of two conditional writes of one key
 * exactly one may succeed, as Terraform's locks need it.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
 */
import { randomUUID } from 'node:crypto';
import { Failure } from '../../core/failure.ts';
import { xmlText } from '../http/xml.ts';
import { type Answer, type BucketOptions, bucketUrl, createSender } from './sender.ts';

export type BucketSetting = 'private' | 'encrypted' | 'versioned' | 'logged';
/** `unread`: the key may not read it; `unsupported`: the store has no such setting */
export type SettingState = 'on' | 'off' | 'unread' | 'unsupported';

const timeoutMs = 20_000;

type Reading = {
  readonly query: string;
  /** of an answer that has none; with its status 404 */
  readonly absent: string | null;
  isOn(xml: string): boolean;
};

const readings: Readonly<Record<BucketSetting, Reading>> = {
  private: {
    query: 'publicAccessBlock',
    absent: 'NoSuchPublicAccessBlockConfiguration',
    isOn: (xml) =>
      ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'].every(
        (name) => xmlText(xml, name)?.toLowerCase() === 'true',
      ),
  },
  encrypted: {
    query: 'encryption',
    absent: 'ServerSideEncryptionConfigurationNotFoundError',
    isOn: (xml) => xmlText(xml, 'SSEAlgorithm') !== null,
  },
  versioned: {
    query: 'versioning',
    absent: null,
    isOn: (xml) => xmlText(xml, 'Status') === 'Enabled',
  },
  logged: {
    query: 'logging',
    absent: null,
    isOn: (xml) => xmlText(xml, 'TargetBucket') !== null,
  },
};

export async function bucketSettings(
  options: BucketOptions,
): Promise<Readonly<Record<BucketSetting, SettingState>>> {
  const send = createSender(options, timeoutMs);
  const read = async (setting: BucketSetting): Promise<SettingState> => {
    const { query, absent, isOn } = readings[setting];
    const answer = await answered(send(`${bucketUrl(options)}?${query}=`, { method: 'GET' }));
    if (answer.status === 200) return isOn(answer.content.toString()) ? 'on' : 'off';
    const code = xmlText(answer.content.toString(), 'Code');
    if (code === 'AccessDenied') return 'unread';
    if (code !== null && code === absent) return 'off';
    if (unsupportedCodes.has(code ?? '')) return 'unsupported';
    throw refused(answer);
  };
  const [isPrivate, encrypted, versioned, logged] = await Promise.all(
    (['private', 'encrypted', 'versioned', 'logged'] as const).map(read),
  );
  const none: SettingState = 'unsupported';
  return {
    private: isPrivate ?? none,
    encrypted: encrypted ?? none,
    versioned: versioned ?? none,
    logged: logged ?? none,
  };
}

/** How stores other than AWS answer what they do not have. */
const unsupportedCodes: ReadonlySet<string> = new Set([
  'NotImplemented',
  'MethodNotAllowed',
  'InvalidRequest',
  'InvalidArgument',
]);

/** How many of two writes at once, and of a third one afterwards, the bucket accepts. */
type LockTrial = { readonly atOnce: number; readonly afterwards: number };

/** On a key of its own, which is removed in any case. */
export async function tryLock(options: BucketOptions): Promise<LockTrial> {
  const send = createSender(options, timeoutMs);
  const url = `${bucketUrl(options)}/aura-doctor/lock-${randomUUID()}`;
  const versions: string[] = [];
  const put = async (): Promise<number> => {
    const body = new TextEncoder().encode('A lock that aura doctor tries, and removes.');
    const sending = { method: 'PUT', body, headers: { 'if-none-match': '*' } };
    const answer = await answered(send(url, sending));
    if (typeof answer.versionId === 'string') versions.push(answer.versionId);
    if (answer.status >= 200 && answer.status < 300) return 1;
    // 412: the key exists; 409: another write of it is under way.
    if (answer.status === 412 || answer.status === 409) return 0;
    throw refused(answer);
  };
  try {
    const [one, other] = await Promise.all([put(), put()]);
    return { atOnce: one + other, afterwards: await put() };
  } finally {
    // A version that keys may not remove stays behind a marker, and is no object any more.
    for (const id of versions)
      await answered(send(`${url}?versionId=${encodeURIComponent(id)}`, { method: 'DELETE' }));
    await answered(send(url, { method: 'DELETE' }));
  }
}

async function answered(answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer;
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    throw new Failure('StateStoreDown', 'the state bucket does not answer', { cause });
  }
}

function refused({ status: httpStatus, content }: Answer): Failure {
  const code = xmlText(content.toString(), 'Code') ?? httpStatus;
  const reason = httpStatus < 500 ? 'Unauthorized' : 'StateStoreDown';
  return new Failure(reason, `the state bucket answers ${code}`, { httpStatus });
}
