/**
 * The state bucket without long-lived keys: the job's ID token is exchanged for the keys of a role.
 * Whole runs with the real Terraform on the local cloud, and AWS's own client.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { readRole, writeRole } from '../../local-cloud/environment.ts';
import { createIdToken } from '../../reconciler/adapters/github/id-token.ts';
import { agentStateKey } from '../../reconciler/core/fleet/observed.ts';
import { aura, auraJson } from '../app/cli/program.ts';
import { productionJob } from '../support/sts-world.ts';
import {
  type FleetWorld,
  outcomesOf,
  policyText,
  startFleetWorld,
  toolsHere,
} from './fleet-world.ts';

const tools = toolsHere();
const skip = tools === null && 'terraform: the tools are not set up (`npm run setup`)';

describe('a job without keys of the bucket', { skip }, () => {
  let world: FleetWorld;
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'aura-oidc-'));
    world = await startFleetWorld({ seed: 61, rate: 60, policy: policyText });
    assert.equal((await aura(['init'], world.env)).code, 0);
  });
  after(async () => {
    await world?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const noKeys = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' };
  /** As a job with `id-token: write` has it. */
  function jobEnv(job: Partial<typeof productionJob> = {}, role = writeRole) {
    const { url, token } = world.cloud.world.oidc.tokenRequestFor({ ...productionJob, ...job });
    return {
      ...world.env,
      ...noKeys,
      AWS_ROLE_ARN: role,
      ACTIONS_ID_TOKEN_REQUEST_URL: url,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: token,
    };
  }
  const assumed = () => world.cloud.world.ledger.total('sts');

  test('plans, applies and finalizes; no secret is in what it says', async () => {
    const { subscription } = await world.cloud.world.control.checkout({
      plan: 'starter',
      region: 'eu-central',
    });
    const env = { ...jobEnv(), AURA_LOG_LEVEL: 'trace' };
    assert.equal((await aura(['resync'], env)).code, 0, subscription);
    const file = join(folder, 'plan.json');
    const planned = await aura(['plan', '--out', file], env);
    assert.equal(planned.code, 2, planned.stderr);
    const applied = await aura(['apply', '--plan', file], env);
    assert.equal(applied.code, 0, applied.stderr);
    const finalized = await aura(['finalize', '--plan', file], env);
    assert.equal(finalized.code, 0, finalized.stderr);
    assert.equal(world.servers().length, 1);
    // A session for each process that uses the bucket: its ports share the keys.
    assert.equal(assumed(), 2);
    const said = [planned, applied, finalized].map(({ stdout, stderr }) => stdout + stderr).join();
    const { ACTIONS_ID_TOKEN_REQUEST_TOKEN: token } = env;
    assert.doesNotMatch(
      said,
      new RegExp(`${token}|eyJ[\\w-]{20}|ASIA[A-Z0-9]{16}|[A-Za-z0-9]{300}`),
    );
  });

  test('of another branch is refused, with the reason and what to do', async () => {
    const job = { environment: null, ref: 'refs/heads/feature' };
    const { code, document } = await auraJson(['plan'], jobEnv(job));
    assert.equal(code, 1);
    const { error } = document as { error: { reason: string; message: string; todo: string } };
    assert.equal(error.reason, 'Unauthorized');
    assert.match(error.message, /AWS STS, .* AccessDenied: Not authorized to perform sts:Assume/);
    assert.match(error.todo, /aura doctor/);
  });

  test('keys that ended are renewed, for requests and for the next Terraform', async () => {
    const ports = await world.open(jobEnv());
    const customer = await world.pay(ports);
    assert.equal((await ports.states.list('aura/agents/')).items.length, 1);
    const before = assumed();
    // The wall clock, by which keys are renewed in time, stands still meanwhile.
    world.cloud.world.clock.advance(2 * 3600);
    assert.deepEqual(outcomesOf(await world.reconcile(ports)), [`${customer.id} create done`]);
    assert.equal(assumed() - before, 1);
    world.cloud.world.clock.advance(2 * 3600);
    // Terraform is the first to have its keys refused.
    await ports.stacks.refresh(agentStateKey('aura', customer.id));
    assert.equal(assumed() - before, 2);
    assert.equal((await ports.states.list('aura/agents/')).items.length, 2);
    assert.equal(assumed() - before, 2);
  });

  test('settings that contradict each other are listed before anything is done', async () => {
    const both = { ...jobEnv(), AWS_ACCESS_KEY_ID: 'AKIACANARY' };
    const none = { ...jobEnv(), ACTIONS_ID_TOKEN_REQUEST_TOKEN: '' };
    const [first, second] = await Promise.all([aura(['plan'], both), aura(['plan'], none)]);
    assert.match(first.stderr, /AWS_ROLE_ARN and AWS_ACCESS_KEY_ID are both set/);
    assert.match(second.stderr, /permission `id-token: write`/);
    assert.doesNotMatch(first.stderr, /CANARY/);
  });

  describe("AWS's own client", () => {
    const python = join(dirname(tools?.motoServer ?? ''), 'python');
    const program = join(import.meta.dirname, 'python', 'role_client.py');
    async function useBucket(role: string, job: Partial<typeof productionJob> = {}) {
      const request = world.cloud.world.oidc.tokenRequestFor({ ...productionJob, ...job });
      const clock = { now: Date.now, wait: async () => {} };
      const options = { audience: 'sts.amazonaws.com', clock, random: Math.random };
      const file = join(folder, 'token');
      await writeFile(file, await createIdToken(request, options)());
      const { AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL_STS, AURA_STATE_BUCKET } = world.env;
      const { stdout } = await promisify(execFile)(python, [program], {
        env: {
          AWS_ENDPOINT_URL_S3,
          AWS_ENDPOINT_URL_STS,
          AURA_STATE_BUCKET,
          AWS_DEFAULT_REGION: world.env['AWS_REGION'],
          AWS_ROLE_ARN: role,
          AWS_WEB_IDENTITY_TOKEN_FILE: file,
          AWS_EC2_METADATA_DISABLED: 'true',
        },
        timeout: 60_000,
      });
      return { file, seen: JSON.parse(stdout) };
    }

    test('assumes the role and writes, and our program does by the same file', async () => {
      const { file, seen } = await useBucket(writeRole);
      assert.deepEqual(seen, { list: 'done', put: 'done', get: 'done', delete: 'done' });
      const env = { ...world.env, ...noKeys, AWS_ROLE_ARN: writeRole };
      const { code, stderr } = await aura(['plan'], { ...env, AWS_WEB_IDENTITY_TOKEN_FILE: file });
      assert.equal(code, 0, stderr);
    });

    test('may only read with the role that reads', async () => {
      const { seen } = await useBucket(readRole);
      assert.deepEqual(
        [seen.list, seen.put, seen.delete],
        ['done', 'AccessDenied', 'AccessDenied'],
      );
    });

    test('is refused in another environment', async () => {
      const { seen } = await useBucket(writeRole, { environment: 'staging' });
      assert.deepEqual(new Set(Object.values(seen)), new Set(['AccessDenied']));
    });
  });
});
