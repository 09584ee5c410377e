/**
 * What must hold right before a server is destroyed, one condition at a time: each alone keeps the
 * server, whatever the plan contains and whichever step the change has reached.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { renderApprovalFile } from '../../../../reconciler/core/agent/decision-file.ts';
import { Failure } from '../../../../reconciler/core/failure.ts';
import { agentStateKey, labelNames } from '../../../../reconciler/core/fleet/observed.ts';
import { effectHash } from '../../../../reconciler/core/fleet/recorded.ts';
import { serverAddress } from '../../../../reconciler/core/stack/stack-spec.ts';
import { isGone } from '../../../../reconciler/flows/reconcile/apply/guard.ts';
import type { PlannedStack } from '../../../../reconciler/ports/stacks.ts';
import { at, idNo, labelsNo } from '../../../builders/world.ts';
import {
  bringUp,
  edit,
  fileText,
  isOn,
  plantServer,
  recordOf,
  serverOf,
  writeRecord,
} from '../../../fakes/agents.ts';
import { oidOf } from '../../../fakes/git.ts';
import type { FaultRequest } from '../../../fakes/process.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { cases, endedLongAgo } from './cases.ts';
import { applyOne, dueChange, outcomeText, untilQuiet } from './reconciling.ts';

async function worldOf(name: string): Promise<FakeWorld> {
  return (cases.find((one) => one.name === name) ?? assert.fail()).world();
}

/** Agent 1 is to be retired; `happens` runs with a call, once. */
async function retired(
  call: Pick<FaultRequest, 'port' | 'method' | 'nth'>,
  happens: (world: FakeWorld) => unknown,
): Promise<{ readonly world: FakeWorld; readonly outcome: string }> {
  const world = await worldOf('retire');
  const { plan } = await dueChange(world);
  const fault = world.fault({
    ...call,
    kind: 'meanwhile',
    run: async () => void (await happens(world)),
  } as FaultRequest);
  const outcome = outcomeText(await applyOne(world, plan));
  assert.equal(fault.fired, 1);
  world.calm();
  return { world, outcome };
}

describe('a server that is gone', () => {
  const ports = (byId: unknown, byName: unknown) =>
    ({ ports: { cloud: { server: async () => byId, serverByName: async () => byName } } }) as never;

  for (const [what, byId, byName, expected] of [
    ['neither by its id nor by its name', null, null, true],
    ['by its name another one', null, { id: '8' }, true],
    ['by its id alone', { id: '7' }, null, false],
    ['by its name alone', null, { id: '7' }, false],
  ] as const)
    test(`is found ${what}: ${expected}`, async () => {
      assert.equal(await isGone(ports(byId, byName), '7', idNo(1)), expected);
    });
});

describe('a server is proven once more, after every slow step', () => {
  for (const name of ['retire', 'replace'])
    test(`${name}: another server with its nonce since the power-off keeps its protection`, async () => {
      const world = await worldOf(name);
      const { plan } = await dueChange(world);
      const server = serverOf(world, 1) ?? assert.fail();
      const run = () => {
        server.labels = { ...server.labels, [labelNames.nonce]: 'somebodyelses123' };
      };
      world.fault({ port: 'tailnet', method: 'deleteDevice', kind: 'meanwhile', run });
      assert.equal(outcomeText(await applyOne(world, plan)), 'failed at server: OwnershipUnproven');
      assert.ok(server.protection.delete);
      assert.ok(world.project.servers.has(server.id));
    });

  test('a server that is gone by name, while its id still shows it, is not recorded as gone', async () => {
    const { world, outcome } = await retired({ port: 'cloud', method: 'protect' }, (one) =>
      one.unkind.lag('serverById', 20 * 60_000),
    );
    assert.equal(outcome, 'failed at server: OutcomeUnknown');
    const { destroyed, lease } = recordOf(world, 1) ?? assert.fail();
    assert.deepEqual([destroyed, lease], [[], undefined]);
    world.unkind.calm();
    await untilQuiet(world);
    assert.notEqual(recordOf(world, 1)?.gone, undefined);
  });

  test('a server that an action does not find is gone, though its id still shows it', async () => {
    const { outcome } = await retired({ port: 'tailnet', method: 'deleteDevice' }, (world) => {
      world.unkind.lag('serverById', 20 * 60_000);
      world.project.servers.delete(serverOf(world, 1)?.id ?? '');
    });
    assert.equal(outcome, 'failed at server: OutcomeUnknown');
  });

  test('a server that is there and whose protection cannot be lifted is a failure at once', async () => {
    const world = await worldOf('retire');
    const { plan } = await dueChange(world);
    const failure = new Failure('RateLimited', 'slow down');
    world.fault({ port: 'cloud', method: 'protect', kind: 'fail', failure });
    const before = world.calls.length;
    assert.equal(outcomeText(await applyOne(world, plan)), 'failed at server: RateLimited');
    assert.ok(!world.calls.slice(before).includes('stacks.apply'));
  });
});

describe('a state that holds more than the server', () => {
  test('destroys nothing, and its other resources stay', async () => {
    const world = createFakeWorld();
    const [server, other] = [bringUp(world, 1), bringUp(world, 2)];
    endedLongAgo(world);
    const managed = [serverAddress, 'hcloud_server.other'].map((address, index) => ({
      address,
      type: 'hcloud_server',
      id: (index === 0 ? server : other).id,
      tainted: false,
    }));
    const key = agentStateKey(world.policy.fleet, idNo(1));
    world.bucket.states.set(key, { managed, modifiedMs: world.time.now() });
    const { plan } = await dueChange(world);
    assert.equal(outcomeText(await applyOne(world, plan)), 'failed at server: GateRefused');
    assert.deepEqual(world.project.deletions, []);
  });
});

describe('a plan that asks for more than its file', () => {
  test('a retirement without a tombstone: nothing is begun', async () => {
    const world = createFakeWorld();
    const server = bringUp(world, 1);
    endedLongAgo(world);
    const { plan, change } = await dueChange(world);
    edit(world, 1, { retired: undefined });
    const file = oidOf(fileText(world, 1) ?? '');
    const forged = { ...change, basis: { ...change.basis, file } };
    const outcome = await applyOne(world, { ...plan, changes: [forged] });
    assert.equal(outcomeText(outcome), 'superseded: it is no longer retired');
    assert.ok(isOn(world, 1));
    assert.ok(world.project.servers.has(server.id));
  });

  test('a retirement by an unreadable file: nothing is begun', async () => {
    const world = await worldOf('retire');
    const { plan, change } = await dueChange(world);
    const text = 'nonsense: [\n';
    world.git.commit('Oops', { [change.basis.path]: text });
    const forged = { ...change, basis: { ...change.basis, file: oidOf(text) } };
    const outcome = await applyOne(world, { ...plan, changes: [forged] });
    assert.equal(outcomeText(outcome), 'skipped: its file has changed since it was planned');
    assert.deepEqual(world.project.deletions, []);
  });

  test('a retirement without the recorded server, which is there: its state stays', async () => {
    const world = await worldOf('retire');
    const { plan, change } = await dueChange(world);
    assert.ok(change.kind === 'retire');
    const outcome = await applyOne(world, { ...plan, changes: [{ ...change, servers: [] }] });
    assert.match(outcomeText(outcome), /^superseded: server \d+ exists again$/);
    assert.equal(recordOf(world, 1)?.destroyed.length, 0);
    assert.ok(world.bucket.states.has(agentStateKey(world.policy.fleet, idNo(1))));
  });

  test('a rollback of a server that was destroyed as one that ran', async () => {
    const world = await worldOf('rollback');
    const { plan, change } = await dueChange(world);
    const server = serverOf(world, 1)?.id ?? assert.fail();
    const destroyed = [{ at: at(-5), server, kind: 'retire' as const }];
    writeRecord(world, { ...(recordOf(world, 1) ?? assert.fail()), destroyed });
    const basis = { ...change.basis, record: effectHash(recordOf(world, 1)) };
    const outcome = await applyOne(world, { ...plan, changes: [{ ...change, basis }] });
    assert.equal(outcomeText(outcome), 'failed at server: OwnershipUnproven');
    assert.ok(world.project.servers.has(server));
  });
});

describe('an end without a disturbance', () => {
  test('rollback: no protection is lifted, and no label is written', async () => {
    const world = await worldOf('rollback');
    const { plan } = await dueChange(world);
    world.calls.length = 0;
    assert.equal(outcomeText(await applyOne(world, plan)), 'done');
    assert.ok(!world.calls.includes('cloud.protect') && !world.calls.includes('cloud.setLabels'));
  });

  test('retire: a lost answer of Terraform is no failure where the server is gone', async () => {
    const world = await worldOf('retire');
    const { plan } = await dueChange(world);
    world.fault({ port: 'stacks', method: 'apply', kind: 'lost' });
    assert.equal(outcomeText(await applyOne(world, plan)), 'done');
    assert.deepEqual(
      world.project.deletions.map(({ via }) => via),
      ['stack'],
    );
  });

  test('retire: the approval that allowed it is recorded with its end', async () => {
    const world = await worldOf('retire');
    const { plan, change } = await dueChange(world);
    assert.ok(change.kind === 'retire');
    const entry = { agent: change.agent, server: change.servers[0] ?? '', change: change.kind };
    const text = renderApprovalFile({
      apiVersion: 'aura.dev/v1',
      kind: 'Approval',
      entries: [{ ...entry, file: change.basis.file }],
    });
    world.forge.mergeReviewed('Approve', { 'approvals/one.yaml': text });
    const approved = { ...change, approval: 'approvals/one.yaml' };
    const outcome = await applyOne(world, { ...plan, changes: [approved] });
    assert.equal(outcomeText(outcome), 'done');
    assert.equal(recordOf(world, 1)?.destroyed[0]?.approval, 'approvals/one.yaml');
  });

  test('retire: Stripe is not asked about a person’s retirement', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    edit(world, 1, { retired: { at: at(-600), by: 'person', reason: 'not needed' } });
    const { plan } = await dueChange(world);
    world.stripe.subscriptions.clear();
    assert.equal(outcomeText(await applyOne(world, plan)), 'done');
  });

  test('retire: an end that was recorded before keeps its kind', async () => {
    const world = await worldOf('retire');
    const { plan, change } = await dueChange(world);
    const server = serverOf(world, 1)?.id ?? assert.fail();
    const destroyed = [{ at: at(-100), server, kind: 'replace' as const }];
    writeRecord(world, { ...(recordOf(world, 1) ?? assert.fail()), destroyed });
    world.project.servers.delete(server);
    const basis = { ...change.basis, record: effectHash(recordOf(world, 1)) };
    const outcome = await applyOne(world, { ...plan, changes: [{ ...change, basis }] });
    assert.equal(outcomeText(outcome), 'done');
    assert.deepEqual(
      recordOf(world, 1)?.destroyed.map(({ kind }) => kind),
      ['replace'],
    );
  });

  test('replace: the old server stays where another one carries the label of the agent', async () => {
    const world = await worldOf('replace');
    const { plan } = await dueChange(world);
    plantServer(world, 'spare', labelsNo(1));
    const outcome = outcomeText(await applyOne(world, plan));
    assert.match(outcome, /^superseded: server \d+ carries the label of the agent too$/);
    assert.ok(isOn(world, 1));
  });

  test('replace: the old server stays where the new stack would do more than create', async () => {
    const world = await worldOf('replace');
    const { plan } = await dueChange(world);
    const answer = (planned: unknown) => {
      const { resources, ...rest } = planned as PlannedStack;
      return { ...rest, resources: resources.map((one) => ({ ...one, action: 'replace' })) };
    };
    world.fault({ port: 'stacks', method: 'plan', kind: 'lie', answer });
    world.calls.length = 0;
    assert.equal(outcomeText(await applyOne(world, plan)), 'failed at vm: GateRefused');
    assert.deepEqual(
      world.calls.filter((call) => call !== 'journal.push'),
      [],
    );
  });

  test('replace: the old server stays where a firewall of the fleet is missing', async () => {
    const world = await worldOf('replace');
    const { plan } = await dueChange(world);
    world.project.firewalls.clear();
    assert.match(outcomeText(await applyOne(world, plan)), /FirewallMissing|MisconfiguredAccount/);
    assert.ok(isOn(world, 1));
  });
});
