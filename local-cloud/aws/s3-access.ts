/**
 * Judges requests to S3 by their key, signature and policy, as moto does not: wrong settings would
 * go unnoticed until the real service refuses them.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html
 */
import type { IncomingMessage } from 'node:http';
import { AwsV4Signer } from 'aws4fetch';
import type { AccessKey, Keyring } from './keyring.ts';
import { allows } from './policy.ts';

/** The code of the refusal, with the status of S3; null if the request may pass. */
type Refusal = { readonly status: number; readonly code: string };

export async function refusalOf(
  request: IncomingMessage,
  keyring: Keyring,
): Promise<Refusal | null> {
  const signed = signatureOf(request);
  const key = keyring.find(signed.accessKeyId);
  if (signed.accessKeyId === '') return { status: 403, code: 'AccessDenied' };
  if (key === undefined) return { status: 403, code: 'InvalidAccessKeyId' };
  if (signed.token !== (key.session?.token ?? null)) return { status: 400, code: 'InvalidToken' };
  if (keyring.isOver(key)) return { status: 400, code: 'ExpiredToken' };
  if (!(await isSignedBy(request, signed, key)))
    return { status: 403, code: 'SignatureDoesNotMatch' };
  const { action, resource } = actionOf(request);
  if (!allows(key.policy, { action, resource })) return { status: 403, code: 'AccessDenied' };
  return null;
}

type Signed = {
  readonly accessKeyId: string;
  readonly region: string;
  readonly headers: readonly string[];
  readonly signature: string;
  readonly token: string | null;
  /** for a signature in the header `authorization`; null for one in the query */
  readonly atHeader: string | null;
};

/** In the header `authorization`, or in the query of a presigned URL. */
function signatureOf({ headers, url = '/' }: IncomingMessage): Signed {
  const { searchParams: query } = new URL(url, 'http://localhost');
  const header = headers.authorization;
  const inHeader = (name: string) =>
    new RegExp(`\\b${name}=([^, ]+)`).exec(header ?? '')?.[1] ?? '';
  const read = header === undefined ? (name: string) => query.get(`X-Amz-${name}`) ?? '' : inHeader;
  const token =
    header === undefined ? query.get('X-Amz-Security-Token') : headers['x-amz-security-token'];
  const [accessKeyId = '', , region = ''] = read('Credential').split('/');
  return {
    accessKeyId,
    region,
    headers: read('SignedHeaders').split(';'),
    signature: read('Signature'),
    token: typeof token === 'string' ? token : null,
    atHeader: header === undefined ? null : String(headers['x-amz-date'] ?? ''),
  };
}

/** Presigned URLs are only checked for their key: no client here makes any. */
async function isSignedBy(
  request: IncomingMessage,
  { region, headers: names, signature, atHeader }: Signed,
  key: AccessKey,
): Promise<boolean> {
  if (atHeader === null) return true;
  const headers = new Headers();
  for (const name of names) {
    const value = request.headers[name];
    if (name !== 'host' && value !== undefined) headers.set(name, String(value));
  }
  const signer = new AwsV4Signer({
    method: request.method ?? 'GET',
    url: `http://${request.headers.host ?? ''}${request.url ?? '/'}`,
    headers,
    accessKeyId: key.accessKeyId,
    secretAccessKey: key.secretAccessKey,
    service: 's3',
    region,
    datetime: atHeader,
    allHeaders: true,
    cache: signingKeys,
  });
  return (await signer.signature()) === signature;
}

/** Derived from a secret key, a day and a region: kept, because a run asks thousands of times. */
const signingKeys = new Map<string, ArrayBuffer>();

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html */
function actionOf({ method = 'GET', url = '/' }: IncomingMessage): {
  readonly action: string;
  readonly resource: string;
} {
  const { pathname, searchParams: query } = new URL(url, 'http://localhost');
  const [, bucket = '', ...rest] = pathname.split('/').map(decodeURIComponent);
  const key = rest.join('/');
  const resource = `arn:aws:s3:::${bucket}${key === '' ? '' : `/${key}`}`;
  const reads = method === 'GET' || method === 'HEAD';
  if (key !== '') {
    const action = reads ? 'GetObject' : method === 'DELETE' ? 'DeleteObject' : 'PutObject';
    return { action: `s3:${action}`, resource };
  }
  const named = [...query.keys()].map((name) => bucketActions[name]).find((one) => one);
  if (named !== undefined) return { action: `s3:${reads ? 'Get' : 'Put'}${named}`, resource };
  if (query.has('delete')) return { action: 's3:DeleteObject', resource: `${resource}/*` };
  return { action: reads ? 's3:ListBucket' : 's3:CreateBucket', resource };
}

/** Subresources of a bucket, by their name in the query. */
const bucketActions: Readonly<Record<string, string>> = {
  location: 'BucketLocation',
  versioning: 'BucketVersioning',
  encryption: 'EncryptionConfiguration',
  logging: 'BucketLogging',
  policy: 'BucketPolicy',
  policyStatus: 'BucketPolicyStatus',
  publicAccessBlock: 'BucketPublicAccessBlock',
  acl: 'BucketAcl',
};
