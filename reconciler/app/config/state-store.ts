/** The state bucket and how Aura logs in to it: with fixed keys, or as a role by an ID token. */
import type { BucketKeys } from '../../ports/bucket-keys.ts';
import type { VariableReader } from './variables.ts';

export type StateStore = {
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly login: BucketLogin;
};

export type BucketLogin =
  | { readonly kind: 'keys'; readonly keys: BucketKeys }
  | {
      readonly kind: 'role';
      readonly roleArn: string;
      readonly sessionName: string;
      readonly stsEndpoint: string;
      readonly idToken: IdTokenOrigin;
    };

/** Where ID tokens come from, which prove who this process is. */
type IdTokenOrigin =
  | { readonly kind: 'github'; readonly url: string; readonly token: string }
  | { readonly kind: 'file'; readonly path: string };

export function stateStore(reader: VariableReader): StateStore {
  const region = reader.required('AWS_REGION');
  return {
    region,
    endpoint: reader.optional('AWS_ENDPOINT_URL_S3') ?? `https://s3.${region}.amazonaws.com`,
    bucket: reader.required('AURA_STATE_BUCKET'),
    login: bucketLogin(reader, region),
  };
}

function bucketLogin(reader: VariableReader, region: string): BucketLogin {
  const roleArn = reader.optional('AWS_ROLE_ARN');
  if (roleArn === null && !reader.isWrong('AWS_ROLE_ARN'))
    return {
      kind: 'keys',
      keys: {
        accessKeyId: reader.required('AWS_ACCESS_KEY_ID'),
        secretAccessKey: reader.required('AWS_SECRET_ACCESS_KEY'),
        sessionToken: reader.optional('AWS_SESSION_TOKEN'),
      },
    };
  // Clients of AWS differ in which of the two they prefer.
  if (reader.optional('AWS_ACCESS_KEY_ID') !== null)
    reader.refuse('AWS_ROLE_ARN', 'and AWS_ACCESS_KEY_ID are both set: remove one of them');
  return {
    kind: 'role',
    roleArn: roleArn ?? '',
    sessionName: reader.optional('AWS_ROLE_SESSION_NAME') ?? 'aura',
    stsEndpoint: reader.optional('AWS_ENDPOINT_URL_STS') ?? `https://sts.${region}.amazonaws.com`,
    idToken: idTokenOrigin(reader),
  };
}

const requestNames = ['ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'] as const;

/** The job's own, where it offers them; else those of a file. */
function idTokenOrigin(reader: VariableReader): IdTokenOrigin {
  const [url, token] = requestNames.map(reader.optional);
  if (url && token) return { kind: 'github', url, token };
  const path = reader.optional('AWS_WEB_IDENTITY_TOKEN_FILE');
  if (path === null && !requestNames.some(reader.isWrong))
    reader.refuse(
      'AWS_ROLE_ARN',
      'is set, but there is no ID token for it: give the job the permission `id-token: write`, ' +
        'or set AWS_WEB_IDENTITY_TOKEN_FILE',
    );
  return { kind: 'file', path: path ?? '' };
}
