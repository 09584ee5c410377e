/** The world's AWS account: its keys, its roles, and GitHub's issuer as its identity provider. */
import type { CloudPart } from '../api-server.ts';
import type { WorldClock } from '../clock.ts';
import {
  type Credentials,
  readRole,
  repositoryName,
  stateBucket,
  writeRole,
} from '../environment.ts';
import { ownerId } from '../github/accounts.ts';
import { repositoryId } from '../github/bodies.ts';
import { createOidc, type OidcPart } from '../oidc/oidc.ts';
import { subjectOf } from '../oidc/payload.ts';
import type { Randomness } from '../randomness.ts';
import { createKeyring, type Keyring } from './keyring.ts';
import { allowsAll } from './policy.ts';
import { type Role, readsBucket, servesBucket, trustPolicy, writesBucket } from './roles.ts';
import { createSts } from './sts.ts';

type Aws = {
  readonly keyring: Keyring;
  readonly oidc: OidcPart;
  readonly sts: CloudPart;
};

/** What the trust policies name. */
const audience = 'sts.amazonaws.com';
const environment = 'production';

export function createAws(options: {
  readonly clock: Pick<WorldClock, 'now'>;
  readonly randomness: Randomness;
  readonly credentials: Pick<Credentials, 'awsAccessKeyId' | 'awsSecretAccessKey' | 'readers'>;
}): Aws {
  const { clock, randomness, credentials } = options;
  const ids = { owner: ownerId, repository: repositoryId };
  const keyring = createKeyring(clock);
  keyring.add({
    accessKeyId: credentials.awsAccessKeyId,
    secretAccessKey: credentials.awsSecretAccessKey,
    session: null,
    policy: allowsAll,
  });
  keyring.add({ ...credentials.readers.aws, session: null, policy: servesBucket(stateBucket) });
  const oidc = createOidc({ clock, randomness: randomness.fork('oidc'), ids });
  const sts = createSts({
    clock,
    randomness: randomness.fork('sts'),
    keyring,
    provider: { issuer: oidc.issuer, audience },
    roles: () => rolesTrusting(oidc.issuer(), subjectOf(jobOfRuns, ids)),
  });
  return { keyring, oidc, sts };
}

const jobOfRuns = {
  repository: repositoryName,
  environment,
  event: 'push',
  ref: 'refs/heads/main',
};

function rolesTrusting(issuer: string, subject: string): readonly Role[] {
  const provider = issuer.replace(/^https?:\/\//, '');
  const trust = trustPolicy({ provider, audience, subject });
  return [
    { arn: writeRole, trust, permissions: writesBucket(stateBucket) },
    { arn: readRole, trust, permissions: readsBucket(stateBucket) },
  ];
}
