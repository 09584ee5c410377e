/** Opens what is kept in the state bucket: Terraform's states, the archive, and the stacks. */
import { readFile } from 'node:fs/promises';
import { Failure, isFailure } from '../../core/failure.ts';
import { type BucketKeySource, fixedKeys } from '../../ports/bucket-keys.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Ports } from '../../ports/ports.ts';
import type { BucketLogin } from '../config/state-store.ts';
import type { Making, Opener } from './making.ts';

export async function openStates(making: Making): Promise<Ports['states']> {
  const { createStateBucket } = await import('../../adapters/bucket/states.ts');
  return createStateBucket(await bucketOf(making));
}

export async function openArchive(making: Making): Promise<Ports['archive']> {
  const { createArchive } = await import('../../adapters/bucket/archive.ts');
  return createArchive(await bucketOf(making));
}

export async function openStacks(making: Making): Promise<Ports['stacks']> {
  const { part, open, log } = making;
  const { variables } = part('stacks');
  const { bucket, region, keys } = await bucketOf(making);
  const { findTool } = await import('../../adapters/tools.ts');
  const { createStacks } = await import('../../adapters/terraform/stacks.ts');
  const states = await open('states');
  try {
    return createStacks({
      terraform: findTool('terraform'),
      terraformRc: findTool('terraformRc'),
      variables,
      keys,
      backend: { bucket, region },
      readLock: states.lock,
      readState: states.read,
      log,
    });
  } catch (thrown) {
    if (!isFailure(thrown, 'ToolMissing')) throw thrown;
    return withoutTerraform(thrown, states);
  }
}

/** For what may need Terraform and mostly does not, as finalizing does. */
function withoutTerraform(missing: Failure, states: Ports['states']): Ports['stacks'] {
  const refuse = () => Promise.reject(missing);
  return {
    ready: refuse,
    plan: refuse,
    apply: refuse,
    refresh: refuse,
    unlock: refuse,
    lock: states.lock,
  };
}

async function bucketOf(making: Making) {
  const { endpoint, bucket, region } = making.part('states');
  return { endpoint, bucket, region, keys: await keySource(making) };
}

const keySources = new WeakMap<Opener, BucketKeySource>();

/** Ports that are opened together share the keys. */
async function keySource({ part, open }: Making): Promise<BucketKeySource> {
  const made = await createKeySource(part('states').login, await open('clock'));
  const source = keySources.get(open) ?? made;
  keySources.set(open, source);
  return source;
}

export async function createKeySource(login: BucketLogin, clock: Clock): Promise<BucketKeySource> {
  if (login.kind === 'keys') return fixedKeys(login.keys);
  const { createRoleKeys, stsAudience } = await import('../../adapters/sts/role-keys.ts');
  const { createIdToken } = await import('../../adapters/github/id-token.ts');
  const random = Math.random;
  const { roleArn, sessionName, stsEndpoint: endpoint, idToken: origin } = login;
  const idToken =
    origin.kind === 'github'
      ? createIdToken(origin, { audience: stsAudience, clock, random })
      : () => tokenInFile(origin.path);
  return createRoleKeys({ roleArn, sessionName, endpoint, clock, random, idToken });
}

/** Read each time: the platform that wrote the file replaces it before the token ends. */
async function tokenInFile(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch {
    throw new Failure('Unauthorized', 'the file of AWS_WEB_IDENTITY_TOKEN_FILE cannot be read');
  }
}
