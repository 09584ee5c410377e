/**
 * The roles of the world's AWS account: who may assume them, and what they may do with the bucket.
 * The guide has the same policies, for an account at AWS.
 */
import type { PolicyDocument } from './policy.ts';

export const accountId = '123456789012';

export type Role = {
  readonly arn: string;
  readonly trust: PolicyDocument;
  readonly permissions: PolicyDocument;
};

type Trusts = {
  /** the issuer's address, without its scheme: it names the provider, and the keys of conditions */
  readonly provider: string;
  readonly audience: string;
  /** the `sub` of the jobs that may assume the roles */
  readonly subject: string;
};

export function providerArn(provider: string): string {
  return `arn:aws:iam::${accountId}:oidc-provider/${provider}`;
}

export function roleArn(name: string): string {
  return `arn:aws:iam::${accountId}:role/${name}`;
}

export function trustPolicy({ provider, audience, subject }: Trusts): PolicyDocument {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: providerArn(provider) },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: { [`${provider}:aud`]: audience, [`${provider}:sub`]: subject },
        },
      },
    ],
  };
}

/** For runs: Terraform's states with their locks, bundles, and receipts of alarms. */
export function writesBucket(bucket: string): PolicyDocument {
  return bucketPolicy(bucket, ['s3:GetObject', 's3:PutObject', 's3:DeleteObject']);
}

/** For planning. */
export function readsBucket(bucket: string): PolicyDocument {
  return bucketPolicy(bucket, ['s3:GetObject']);
}

/** For the service: what it keeps of heartbeats, and how far outgoing webhooks were sent. */
export function servesBucket(bucket: string): PolicyDocument {
  const { Version, Statement } = readsBucket(bucket);
  const below = (part: string) => `arn:aws:s3:::${bucket}/*/${part}/*`;
  const Effect = 'Allow' as const;
  const keeps = [
    { Effect, Action: 's3:PutObject', Resource: [below('heartbeats'), below('webhooks')] },
    { Effect, Action: 's3:DeleteObject', Resource: below('heartbeats') },
  ];
  return { Version, Statement: [...Statement, ...keeps] };
}

function bucketPolicy(bucket: string, actions: readonly string[]): PolicyDocument {
  return {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: 's3:ListBucket', Resource: `arn:aws:s3:::${bucket}` },
      { Effect: 'Allow', Action: actions, Resource: `arn:aws:s3:::${bucket}/*` },
    ],
  };
}
