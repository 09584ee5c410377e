/** The real Terraform and provider, over a project of the local cloud and a bucket of moto's. */
import { AwsClient } from 'aws4fetch';
import { startApi } from '../../local-cloud/api-server.ts';
import { createKeyring } from '../../local-cloud/aws/keyring.ts';
import { allowsAll } from '../../local-cloud/aws/policy.ts';
import { createWorldClock } from '../../local-cloud/clock.ts';
import { createFaults } from '../../local-cloud/faults.ts';
import { createHetzner } from '../../local-cloud/hetzner/hetzner.ts';
import { createLedger } from '../../local-cloud/ledger.ts';
import { createRandomness } from '../../local-cloud/randomness.ts';
import { startS3 } from '../../local-cloud/s3.ts';
import { createStateBucket } from '../../reconciler/adapters/bucket/states.ts';
import { createStacks } from '../../reconciler/adapters/terraform/stacks.ts';
import { findTool } from '../../reconciler/adapters/tools.ts';
import {
  type AgentStackInput,
  type AgentStackSpec,
  agentStackSpec,
} from '../../reconciler/core/stack/stack-spec.ts';
import { fixedKeys } from '../../reconciler/ports/bucket-keys.ts';
import { nonce, policyOf } from '../builders/world.ts';

export const region = 'eu-central-1';
const credentials = { accessKeyId: 'AKIATESTTESTTESTTEST', secretAccessKey: 'secret' };

export async function startTerraformWorld() {
  // Before anything is started, which would keep the process alive if a tool is missing.
  const motoServer = findTool('motoServer');
  const tools = { terraform: findTool('terraform'), terraformRc: findTool('terraformRc') };
  const clock = createWorldClock({ startMs: Date.now(), rate: 40 });
  const context = { clock, ledger: createLedger(), faults: createFaults() };
  const hetzner = createHetzner({ clock, randomness: createRandomness(7), token: 'h'.repeat(64) });
  const api = await startApi(hetzner, context);
  const keyring = createKeyring(clock);
  keyring.add({ ...credentials, session: null, policy: allowsAll });
  const s3 = await startS3({
    motoServer,
    bucket: 'states',
    region,
    keyring,
    ledger: context.ledger,
    faults: context.faults,
  });
  const keys = fixedKeys({ ...credentials, sessionToken: null });
  const bucket = createStateBucket({ endpoint: s3.url, bucket: 'states', region, keys });
  const variables = {
    HCLOUD_TOKEN: hetzner.token,
    HCLOUD_ENDPOINT: `${api.url}/v1`,
    AWS_REGION: region,
    AWS_ENDPOINT_URL_S3: s3.url,
  };
  const silent = { debug() {}, info() {}, warn() {}, error() {} };
  const environment = {
    terraform: tools.terraform,
    terraformRc: tools.terraformRc,
    variables,
    keys,
  };
  const stacks = createStacks({
    ...environment,
    backend: { bucket: 'states', region },
    readLock: bucket.lock,
    readState: bucket.read,
    log: silent,
  });
  return {
    ...context,
    hetzner,
    bucket,
    stacks,
    environment,
    s3,
    /** one call of Hetzner's API, and the JSON of its answer */
    async call(
      method: string,
      path: string,
      body?: unknown,
    ): Promise<Record<string, { id: number }>> {
      const answer = await fetch(`${api.url}/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${hetzner.token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
      return text === '' ? {} : JSON.parse(text);
    },
    /** a state as it is in the bucket */
    async stateText(key: string): Promise<string> {
      const client = new AwsClient({ ...credentials, region, service: 's3' });
      return (await client.fetch(`${s3.url}/states/${key}`)).text();
    },
    /** Writes any text in place of a state or its lock. */
    async putState(key: string, body: string): Promise<void> {
      const client = new AwsClient({ ...credentials, region, service: 's3' });
      await client.fetch(`${s3.url}/states/${key}`, { method: 'PUT', body });
    },
    async close() {
      await api.close();
      await s3.close();
      clock.close();
    },
  };
}

/** An agent's stack, with the changes of a test. */
export function agentSpec(agent: string, part: Partial<AgentStackInput> = {}): AgentStackSpec {
  return agentStackSpec({
    policy: policyOf('apply: {pollIntervalMs: 200}\n'),
    agent,
    subscription: 'sub_1',
    customer: 'cus_1',
    choice: {
      revision: 1,
      plan: 'starter',
      region: 'eu-central',
      location: 'fsn1',
      serverType: 'cpx12',
      image: 'debian-12',
    },
    nonce,
    created: 1_700_000_000,
    userData: '#cloud-config\n',
    sshKeys: [],
    firewalls: [],
    bootstrap: true,
    ...part,
  });
}
