/** The issuer of ID tokens and STS of the local cloud, by themselves, on a clock of the test's. */
import { startApi } from '../../local-cloud/api-server.ts';
import { createAws } from '../../local-cloud/aws/aws.ts';
import { createWorldClock } from '../../local-cloud/clock.ts';
import { createCredentials } from '../../local-cloud/environment.ts';
import { createFaults } from '../../local-cloud/faults.ts';
import { createLedger } from '../../local-cloud/ledger.ts';
import type { IdTokenJob } from '../../local-cloud/oidc/payload.ts';
import { createRandomness } from '../../local-cloud/randomness.ts';
import { createIdToken } from '../../reconciler/adapters/github/id-token.ts';
import { createRoleKeys, stsAudience } from '../../reconciler/adapters/sts/role-keys.ts';
import type { Clock } from '../../reconciler/ports/clock.ts';

/** A job of a run on main, in the environment that the roles trust. */
export const productionJob: IdTokenJob = {
  repository: 'aura/agents',
  ref: 'refs/heads/main',
  environment: 'production',
  workflow: '.github/workflows/reconcile.yml',
  runId: '7',
  attempt: 1,
  sha: 'a'.repeat(40),
  event: 'push',
};
export const writeRole = 'arn:aws:iam::123456789012:role/aura-state';

export async function startStsWorld() {
  const world = createWorldClock({ startMs: Date.now(), rate: 0 });
  const context = { clock: world, ledger: createLedger(), faults: createFaults(world.now) };
  const randomness = createRandomness(5);
  const credentials = createCredentials(randomness);
  const aws = createAws({ clock: world, randomness, credentials });
  const oidc = await startApi(aws.oidc, context);
  const sts = await startApi(aws.sts, context);
  const waits: number[] = [];
  const clock: Clock = {
    now: world.now,
    async wait(ms) {
      waits.push(ms);
    },
  };
  const tools = { clock, random: () => 0 };
  const idTokenOf = (job: Partial<IdTokenJob> = {}, audience = stsAudience) =>
    createIdToken(aws.oidc.tokenRequestFor({ ...productionJob, ...job }), { ...tools, audience });
  return {
    ...context,
    waits,
    keyring: aws.keyring,
    stsUrl: sts.url,
    oidcUrl: oidc.url,
    idTokenOf,
    keysBy: (idToken: () => Promise<string>, roleArn = writeRole) =>
      createRoleKeys({ ...tools, roleArn, sessionName: 'test', endpoint: sts.url, idToken }),
    async close() {
      await Promise.all([oidc.close(), sts.close()]);
      world.close();
    },
  };
}
