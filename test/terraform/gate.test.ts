/** The gate between Terraform's plan and its apply, with the real Terraform and provider. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { isFailure } from '../../reconciler/core/failure.ts';
import { agentStateKey } from '../../reconciler/core/fleet/observed.ts';
import { filledByImport } from '../../reconciler/core/stack/gate.ts';
import {
  emptyStackSpec,
  fleetStackSpec,
  serverAddress,
} from '../../reconciler/core/stack/stack-spec.ts';
import { applyGated } from '../../reconciler/flows/reconcile/apply/stack.ts';
import { policyOf } from '../builders/world.ts';
import { applied, judged } from '../support/gated.ts';
import { agentSpec, startTerraformWorld } from '../support/terraform-world.ts';

const policy = policyOf('apply: {pollIntervalMs: 200}\n');
const creates = { allow: 'creates' } as const;
/** A repair of labels, of this server alone. */
const updatesOf = (id: number | undefined, attributes: readonly string[] = ['labels']) =>
  ({ allow: 'updates', ids: [String(id)], attributes }) as const;

describe('the gate, with the real provider', () => {
  let world: Awaited<ReturnType<typeof startTerraformWorld>>;
  const serverOf = (name: string) => world.hetzner.servers().find((server) => server.name === name);

  before(async () => {
    world = await startTerraformWorld();
  });
  after(() => world.close());

  async function made(name: string) {
    const outcome = await applied(world.stacks, {
      spec: agentSpec(name),
      expect: creates,
      imports: [],
    });
    assert.equal(outcome, 'applied');
    const server = serverOf(name);
    assert.ok(server);
    return server;
  }

  it('creates a server, and then plans no change', async () => {
    const server = await made('agt-made');
    assert.equal(server.status, 'running');
    assert.equal(server.labels['aura.dev/bootstrap'], '1');
    assert.deepEqual(
      await judged(world.stacks, { spec: agentSpec('agt-made'), expect: creates, imports: [] }),
      'unchanged',
    );
  });

  it('an existing resource is named, with its possible origin', async () => {
    await made('agt-taken');
    await world.bucket.remove(agentSpec('agt-taken').stateKey);
    await assert.rejects(
      applied(world.stacks, { spec: agentSpec('agt-taken'), expect: creates, imports: [] }),
      (thrown) =>
        isFailure(thrown, 'Conflict') &&
        /^agt-taken \(hcloud_server\.agent\) exists already in this Hetzner project/.test(
          thrown.message,
        ) &&
        /HCLOUD_TOKEN may be, or have been, the token of another project/.test(thrown.message) &&
        /uniqueness_error/.test(thrown.message),
    );
  });

  it('other user data, image, location or key is no replacement', async () => {
    const server = await made('agt-drift');
    const key = await world.call('POST', '/ssh_keys', {
      name: 'ops',
      public_key:
        'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJyYJ1dDYc0M0c8xYZk0Ij1X9H2uXQq2r3m8b5pXq7n1 ops',
    });
    const { choice } = {
      choice: {
        revision: 1,
        plan: 'starter',
        region: 'eu-central',
        location: 'nbg1',
        serverType: 'cpx12',
        image: 'ubuntu-24.04',
      },
    };
    const spec = agentSpec('agt-drift', {
      userData: '#cloud-config\n# other\n',
      choice,
      sshKeys: [String(key.ssh_key?.id)],
    });
    // The hash over the choice is a label and may follow; the server itself stays.
    const expect = updatesOf(server.id);
    const outcome = await judged(world.stacks, { spec, expect, imports: [] });
    assert.equal(outcome, 'applied');
  });

  it('the bootstrap label may change behind Terraform’s back', async () => {
    const server = await made('agt-ssh');
    const { 'aura.dev/bootstrap': _bootstrap, ...labels } = server.labels;
    await world.call('PUT', `/servers/${server.id}`, { labels });
    assert.deepEqual(
      await judged(world.stacks, { spec: agentSpec('agt-ssh'), expect: creates, imports: [] }),
      'unchanged',
    );
  });

  it('a change of the stack that would replace is refused', async () => {
    const server = await made('agt-replace');
    // The server was recreated by hand: the resource in the state is gone, a create would follow.
    await world.call('DELETE', `/servers/${server.id}`);
    const outcome = await applied(world.stacks, {
      spec: agentSpec('agt-replace'),
      expect: updatesOf(server.id),
      imports: [],
    });
    assert.equal(outcome, 'refused');
    assert.equal(serverOf('agt-replace'), undefined);
  });

  it('a create never rewrites a live server in the state', async () => {
    const server = await made('agt-copied');
    const before = { ...server.labels };
    const spec = agentSpec('agt-copied', { nonce: 'anothernonce0001' });
    const outcome = await applied(world.stacks, { spec, expect: creates, imports: [] });
    assert.equal(outcome, 'refused');
    assert.deepEqual(serverOf('agt-copied')?.labels, before);
  });

  it('a repair of labels includes no other type, and so never powers a server off', async () => {
    const server = await made('agt-grown');
    const labels = { ...server.labels, 'aura.dev/customer': 'x' };
    await world.call('PUT', `/servers/${server.id}`, { labels });
    const choice = {
      revision: 1,
      plan: 'starter',
      region: 'eu-central',
      location: 'fsn1',
      serverType: 'cpx22',
      image: 'debian-12',
    };
    const spec = agentSpec('agt-grown', { choice });
    const repair = { spec, expect: updatesOf(server.id), imports: [] };
    await assert.rejects(applyGated(world.stacks, repair), {
      reason: 'GateRefused',
      message: `hcloud_server.agent: update of ${server.id} changes server_type, which nothing asks for`,
    });
    assert.equal(serverOf('agt-grown')?.status, 'running');
    assert.equal(serverOf('agt-grown')?.labels['aura.dev/customer'], 'x');
    const resize = updatesOf(server.id, ['labels', 'server_type']);
    assert.equal(await judged(world.stacks, { spec, expect: resize, imports: [] }), 'applied');
  });

  it('the label that a server ran stays, whatever Terraform applies', async () => {
    const server = await made('agt-ran');
    const labels = { ...server.labels, 'aura.dev/ran': '1', 'aura.dev/customer': 'x' };
    await world.call('PUT', `/servers/${server.id}`, { labels });
    const request = { spec: agentSpec('agt-ran'), expect: updatesOf(server.id), imports: [] };
    assert.equal(await applied(world.stacks, request), 'applied');
    assert.equal(serverOf('agt-ran')?.labels['aura.dev/ran'], '1');
    assert.equal(serverOf('agt-ran')?.labels['aura.dev/customer'], 'cus_1');
  });

  it('an imported server plans no change or an update, and keeps its id', async () => {
    const spec = agentSpec('agt-import');
    const answer = await world.call('POST', '/servers', {
      name: 'agt-import',
      server_type: 'cpx12',
      image: 'debian-12',
      location: 'fsn1',
      labels: spec.server.labels,
      user_data: 'x',
    });
    world.clock.advance(60);
    const outcome = await applied(world.stacks, {
      spec,
      expect: updatesOf(answer.server?.id, filledByImport),
      imports: [{ address: serverAddress, id: String(answer.server?.id) }],
    });
    assert.equal(outcome, 'applied');
    assert.equal(serverOf('agt-import')?.id, answer.server?.id);
    const expect = updatesOf(answer.server?.id);
    const labels = await judged(world.stacks, { spec, expect, imports: [] });
    assert.equal(labels, 'unchanged');
  });

  it('an empty stack destroys nothing without the recorded ids', async () => {
    const server = await made('agt-empty');
    const spec = emptyStackSpec(policy, agentStateKey(policy.fleet, 'agt-empty'));
    for (const expect of [
      creates,
      updatesOf(server.id),
      { allow: 'deletes', ids: [] },
      { allow: 'deletes', ids: ['1'] },
    ] as const) {
      const outcome = await applied(world.stacks, { spec, expect, imports: [] });
      assert.equal(outcome, 'refused', JSON.stringify(expect));
    }
    assert.ok(serverOf('agt-empty'));
    const outcome = await applied(world.stacks, {
      spec,
      expect: { allow: 'deletes', ids: [String(server.id)] },
      imports: [],
    });
    assert.deepEqual([outcome, serverOf('agt-empty')], ['applied', undefined]);
  });

  it('protection set by API blocks a destroy until it is lifted', async () => {
    const server = await made('agt-safe');
    await world.call('POST', `/servers/${server.id}/actions/change_protection`, {
      delete: true,
      rebuild: true,
    });
    const request = {
      spec: emptyStackSpec(policy, agentStateKey(policy.fleet, 'agt-safe')),
      expect: { allow: 'deletes', ids: [String(server.id)] } as const,
      imports: [],
    };
    await assert.rejects(applied(world.stacks, request), { reason: 'Protected' });
    assert.ok(serverOf('agt-safe'));
    await world.call('POST', `/servers/${server.id}/actions/change_protection`, {
      delete: false,
      rebuild: false,
    });
    assert.equal(await applied(world.stacks, request), 'applied');
  });

  it('a failed plan never leads to an earlier plan being applied', async () => {
    const server = await made('agt-stale');
    world.faults.add({
      api: 'hetzner',
      path: `/v1/servers/${server.id}`,
      kind: 'status',
      status: 403,
      times: 1,
    });
    await assert.rejects(
      applied(world.stacks, {
        spec: emptyStackSpec(policy, agentStateKey(policy.fleet, 'agt-stale')),
        expect: { allow: 'deletes', ids: [String(server.id)] },
        imports: [],
      }),
    );
    assert.ok(serverOf('agt-stale'));
  });

  it('text from outside is no template code, and is unchanged byte for byte', async () => {
    const userData =
      '#cloud-config\n# ${file("/etc/passwd")} %{ if true }x%{ endif } $${y} $$${z}\n';
    await applied(world.stacks, {
      spec: agentSpec('agt-text', { userData }),
      expect: creates,
      imports: [],
    });
    assert.equal(serverOf('agt-text')?.userData, userData);
  });

  it('two applies of one stack at once: one succeeds, nothing is doubled', async () => {
    const request = { spec: agentSpec('agt-race'), expect: creates, imports: [] };
    const results = await Promise.allSettled([
      applied(world.stacks, request),
      applied(world.stacks, request),
    ]);
    const won = results.filter((one) => one.status === 'fulfilled' && one.value === 'applied');
    assert.equal(won.length, 1);
    assert.equal(world.hetzner.servers().filter((server) => server.name === 'agt-race').length, 1);
  });

  it('no token, key or password in any state', async () => {
    await made('agt-secret');
    const { items } = await world.bucket.list('');
    assert.ok(items.length > 3);
    for (const { key } of items) {
      const text = await world.stateText(key);
      assert.ok(text.includes('"version": 4'), 'it is a state');
      for (const secret of [
        world.hetzner.token,
        'PRIVATE KEY',
        'cloud-config',
        '"root_password": "',
      ]) {
        assert.ok(!text.includes(secret), `${key} holds ${secret}`);
      }
    }
  });

  it('the fleet’s own stack: firewalls by label selector and the break-glass key', async () => {
    const withKey = policyOf(
      `apply: {pollIntervalMs: 200}\nssh: {breakGlassPublicKey: "${readFileSync(new URL('break-glass.pub', import.meta.url), 'utf8').trim()}"}\n`,
    );
    const outcome = await applied(world.stacks, {
      spec: fleetStackSpec(withKey),
      expect: creates,
      imports: [],
    });
    assert.equal(outcome, 'applied');
    assert.deepEqual([...world.hetzner.project.firewalls.values()].map((one) => one.name).sort(), [
      'aura-base',
      'aura-bootstrap',
      'aura-isolation',
    ]);
    assert.equal(
      await judged(world.stacks, { spec: fleetStackSpec(withKey), expect: creates, imports: [] }),
      'unchanged',
    );
    const ids = [
      ...world.hetzner.project.firewalls.keys(),
      ...world.hetzner.project.sshKeys.keys(),
    ].map(String);
    const empty = {
      ...emptyStackSpec(policy, agentStateKey(policy.fleet, '')),
      stateKey: fleetStackSpec(policy).stateKey,
    };
    assert.equal(
      await applied(world.stacks, { spec: empty, expect: { allow: 'deletes', ids }, imports: [] }),
      'applied',
    );
    assert.equal(world.hetzner.project.firewalls.size, 0);
  });
});
