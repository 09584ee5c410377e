/** Settings of the state bucket, as the guide asks for them: private, encrypted, versioned, logged. */
import type { AwsClient } from 'aws4fetch';
import { Failure } from '../../reconciler/core/failure.ts';

const xmlns = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';

const isTrue = (names: readonly string[]) =>
  names.map((name) => `<${name}>true</${name}>`).join('');

/** Bodies by the subresource of the bucket. */
function bodiesFor(logs: string): Readonly<Record<string, string>> {
  const blocks = isTrue([
    'BlockPublicAcls',
    'IgnorePublicAcls',
    'BlockPublicPolicy',
    'RestrictPublicBuckets',
  ]);
  const byDefault =
    '<ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault>';
  return {
    publicAccessBlock: `<PublicAccessBlockConfiguration ${xmlns}>${blocks}</PublicAccessBlockConfiguration>`,
    encryption: `<ServerSideEncryptionConfiguration ${xmlns}><Rule>${byDefault}</Rule></ServerSideEncryptionConfiguration>`,
    versioning: `<VersioningConfiguration ${xmlns}><Status>Enabled</Status></VersioningConfiguration>`,
    logging: `<BucketLoggingStatus ${xmlns}><LoggingEnabled><TargetBucket>${logs}</TargetBucket><TargetPrefix>s3/</TargetPrefix></LoggingEnabled></BucketLoggingStatus>`,
  };
}

/** @param options.logs a bucket that the service may write logs to */
export async function applyBucketSettings(
  client: AwsClient,
  url: string,
  { logs }: { readonly logs: string },
): Promise<void> {
  for (const [name, body] of Object.entries(bodiesFor(logs))) {
    const answer = await client.fetch(`${url}?${name}`, { method: 'PUT', body });
    if (answer.ok) continue;
    const said = (await answer.text()).slice(0, 300);
    throw new Failure(
      'InvalidInput',
      `moto refuses ${name} of the bucket: ${answer.status} ${said}`,
    );
  }
}
