/** Starts the world's AWS: the bucket, STS, and the issuer of ID tokens. */
import { type ApiContext, startApi } from '../api-server.ts';
import { type Credentials, stateBucket, stateRegion } from '../environment.ts';
import type { OidcPart } from '../oidc/oidc.ts';
import type { Randomness } from '../randomness.ts';
import { type S3Server, startS3 } from '../s3.ts';
import { createAws } from './aws.ts';

type OpenAws = {
  readonly s3: S3Server;
  readonly oidc: OidcPart;
  readonly urls: { readonly s3: string; readonly sts: string; readonly oidc: string };
};

export async function openAws(
  options: {
    readonly context: ApiContext;
    readonly randomness: Randomness;
    readonly credentials: Credentials;
    readonly motoServer: string | null;
  },
  closers: (() => Promise<void> | void)[],
): Promise<OpenAws> {
  const { context, randomness, credentials, motoServer } = options;
  const { ledger, faults } = context;
  // Clients compare the end of a session with their own clock.
  const clock = { now: context.clock.unhurried };
  const { keyring, sts, oidc } = createAws({ clock, randomness, credentials });
  const bucket = { bucket: stateBucket, region: stateRegion };
  const s3 = await startS3({ ...bucket, motoServer, keyring, ledger, faults });
  closers.push(s3.close);
  const start = async (part: typeof sts | typeof oidc): Promise<string> => {
    const api = await startApi(part, { ledger, faults, clock });
    closers.push(api.close);
    return api.url;
  };
  return { s3, oidc, urls: { s3: s3.url, sts: await start(sts), oidc: await start(oidc) } };
}
