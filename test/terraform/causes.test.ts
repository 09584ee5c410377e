/** Each failure has its cause, in any phase of the real Terraform. */

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Fault } from '../../local-cloud/faults.ts';
import { createStacks, type StacksOptions } from '../../reconciler/adapters/terraform/stacks.ts';
import { agentStateKey } from '../../reconciler/core/fleet/observed.ts';
import { emptyStackSpec } from '../../reconciler/core/stack/stack-spec.ts';
import { idNo, policyOf } from '../builders/world.ts';
import { applied, judged } from '../support/gated.ts';
import { agentSpec, region, startTerraformWorld } from '../support/terraform-world.ts';

const creates = { allow: 'creates' } as const;
const silent = { debug() {}, info() {}, warn() {}, error() {} };
/** A port at which no program listens. */
const nowhere = 'http://127.0.0.1:9';

describe('a failure of Terraform', () => {
  let world: Awaited<ReturnType<typeof startTerraformWorld>>;
  before(async () => {
    world = await startTerraformWorld();
  });
  after(() => world.close());

  const request = (name: string) => ({ spec: agentSpec(name), expect: creates, imports: [] });

  function elsewhere(
    variables: Readonly<Record<string, string>>,
    part: Partial<StacksOptions> = {},
  ) {
    const { environment, bucket } = world;
    return createStacks({
      ...environment,
      variables: { ...environment.variables, AWS_MAX_ATTEMPTS: '1', ...variables },
      backend: { bucket: 'states', region },
      readLock: bucket.lock,
      readState: bucket.read,
      log: silent,
      ...part,
    });
  }

  it('is a state that cannot be read, with the repair command', async () => {
    const texts = [
      'garbage',
      '{"version": 4, "serial": 1, "resour',
      '{"version": 5, "serial": 1, "resources": []}',
      'null',
    ];
    for (const [n, text] of texts.entries()) {
      const spec = agentSpec(idNo(n + 1));
      await world.putState(spec.stateKey, text);
      const expected = {
        reason: 'StateUnreadable',
        scope: 'agent',
        errorClass: 'stalled',
        message: new RegExp(
          `is no Terraform state: .*\`aura state ${spec.server.name} --rebuild\``,
        ),
      };
      const request = { spec, expect: creates, imports: [] };
      await assert.rejects(judged(world.stacks, request), expected, text);
      await assert.rejects(world.stacks.refresh(spec.stateKey), expected, text);
    }
  });

  it('is the bucket, where that is down or refuses us', async () => {
    const { stateKey } = agentSpec('agt-bucket');
    const answers = async (status: number) => {
      world.faults.add({
        api: 's3',
        kind: 'status',
        status,
        path: `/states/${stateKey}`,
        times: 9,
      });
      try {
        return await elsewhere({}).plan(request('agt-bucket'));
      } finally {
        world.faults.clear();
      }
    };
    const down = { reason: 'StateStoreDown', scope: 'fleet', errorClass: 'transient' };
    await assert.rejects(answers(503), down);
    await assert.rejects(answers(403), { reason: 'Unauthorized', scope: 'fleet' });
    await assert.rejects(elsewhere({ AWS_ENDPOINT_URL_S3: nowhere }).refresh(stateKey), down);
  });

  it('is the bucket too where it fails during the apply, and the server exists', async () => {
    const faults: Fault = {
      api: 's3',
      method: 'PUT',
      path: `/states/${agentSpec('agt-lostbucket').stateKey}`,
      kind: 'status',
      status: 503,
      times: 99,
    };
    const stacks = elsewhere({});
    // The locks of plan and apply are written before it fails.
    world.faults.add({ ...faults, kind: 'delay', ms: 0, times: 2 });
    world.faults.add(faults);
    await assert.rejects(applied(stacks, request('agt-lostbucket')), { reason: 'StateStoreDown' });
    world.faults.clear();
    assert.ok(world.hetzner.servers().some(({ name }) => name === 'agt-lostbucket'));
  });

  it('is the network, where Hetzner does not answer', async () => {
    const stacks = elsewhere({ HCLOUD_ENDPOINT: `${nowhere}/v1` });
    const lost = { reason: 'NetworkUnreachable', scope: 'fleet' };
    await assert.rejects(applied(stacks, request('agt-network')), lost);
  });

  it('is the setup, where the provider is missing', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'aura-causes-test-'));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const terraformRc = join(folder, 'rc');
    const mirror = `filesystem_mirror { path = "${folder}" }`;
    await writeFile(terraformRc, `provider_installation {\n  ${mirror}\n}\n`);
    const stacks = elsewhere({}, { terraformRc });
    const missing = { reason: 'ToolMissing', scope: 'fleet', errorClass: 'stalled' };
    await assert.rejects(judged(stacks, request('agt-tool')), missing);
  });

  it('is the lock, where another run holds it', async () => {
    const spec = emptyStackSpec(policyOf(), agentStateKey(policyOf().fleet, 'agt-locked'));
    const lock = { ID: 'one', Who: 'another', Operation: 'x', Created: '2026-11-22T12:00:00Z' };
    await world.putState(`${spec.stateKey}.tflock`, JSON.stringify(lock));
    await assert.rejects(judged(world.stacks, { spec, expect: creates, imports: [] }), {
      reason: 'StateLocked',
    });
  });
});
