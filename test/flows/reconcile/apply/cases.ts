/**
 * Small worlds in each of which exactly one change of agent 1 is due, and what must hold once all
 * runs have converged, whatever happened before.
 */
import assert from 'node:assert/strict';
import { type AgentConfig, agentPath } from '../../../../reconciler/core/agent/agent.ts';
import { renderAgent } from '../../../../reconciler/core/agent/agent-file.ts';
import { renderOrphanFile } from '../../../../reconciler/core/agent/decision-file.ts';
import { agentStateKey, labelNames } from '../../../../reconciler/core/fleet/observed.ts';
import type { AgentRecord } from '../../../../reconciler/core/fleet/recorded.ts';
import type { Change } from '../../../../reconciler/core/fleet/situation.ts';
import { agentNo, at, attempt, idNo, subscriptionNo } from '../../../builders/world.ts';
import {
  askFor,
  bringUp,
  configHashNow,
  edit,
  isOn,
  plantServer,
  recordOf,
  sawEnding,
  serverOf,
  writeRecord,
} from '../../../fakes/agents.ts';
import { subscription } from '../../../fakes/billing.ts';
import { checkInvariants, leftovers } from '../../../fakes/invariants.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { reconcileOnce } from './reconciling.ts';

export type Case = {
  readonly name: string;
  readonly change: Change['kind'];
  world(): Promise<FakeWorld>;
  /** what holds in the end; throws where it does not */
  reached(world: FakeWorld): void;
};

const ended = { state: 'ended', since: at(-300) } as const;
const canceled = { status: 'canceled', canceledAt: 1_763_800_000, endedAt: 1_763_800_000 } as const;

/** Stripe has ended it and its grace is over. */
export function endedLongAgo(world: FakeWorld, n = 1): void {
  const id = subscriptionNo(n);
  world.stripe.subscriptions.set(id, subscription(id, `cus_Test${n}`, canceled));
  const retired = { at: at(-300), by: 'stripe', reason: 'canceled' } as const;
  const text = renderAgent(agentNo(n, { access: ended, retired }));
  world.git.commit(`${idNo(n)}: ended`, { [agentPath(idNo(n))]: text });
  sawEnding(world, n);
}

/** Stripe's field, which people cannot edit. */
export function sell(world: FakeWorld, n: number, plan: string, part = {}): void {
  const text = renderAgent(agentNo(n, { plan, ...part }));
  world.git.commit(`${idNo(n)}: plan ${plan}`, { [agentPath(idNo(n))]: text });
}

/** The status branch loses an agent. */
export function forget(world: FakeWorld, n: number): void {
  world.git.add('status', { subject: 'forgotten', edits: { [agentPath(idNo(n))]: null } });
}

/** A server without a file or record, and a reviewed decision to destroy it. */
export function orphanToDestroy(
  world: FakeWorld,
  more: Readonly<Record<string, string>> = {},
): string {
  const labels = { [labelNames.fleet]: 'aura', [labelNames.nonce]: 'strayserver00001', ...more };
  const server = plantServer(world, 'stray', labels);
  const resource = {
    kind: 'server',
    id: server.id,
    name: server.name,
    created: server.created,
    seen: at(-10),
    labels,
    why: 'it carries our fleet label and names no agent',
  } as const;
  const decision = { apiVersion: 'aura.dev/v1', kind: 'Orphan', resource, decision: 'destroy' };
  const text = renderOrphanFile(decision as Parameters<typeof renderOrphanFile>[0]);
  world.forge.mergeReviewed('An orphan goes', { [`orphans/server-${server.id}.yaml`]: text });
  return server.id;
}

function running(world: FakeWorld): void {
  assert.ok(isOn(world, 1), 'its server is on');
  const record = recordOf(world, 1);
  const server = serverOf(world, 1);
  assert.equal(record?.phase, 'running');
  assert.equal(record?.everRunning, true);
  assert.equal(record?.lease, undefined);
  assert.equal(record?.server?.id, server?.id);
  assert.equal(record?.server?.nonce, server?.labels[labelNames.nonce]);
  assert.deepEqual(server?.protection, { delete: true, rebuild: true });
  assert.ok(!(labelNames.bootstrap in (server?.labels ?? {})), 'port 22 is closed');
  assert.ok(world.tailnet.devices.has(record?.tailnet?.nodeId ?? ''), 'its device is there');
  assert.equal(world.tailnet.devices.size, 1);
  assert.ok(world.bucket.states.has(agentStateKey('aura', idNo(1))), 'its state is there');
}

/** Its first server, which must be kept. */
function theSameRuns(world: FakeWorld): void {
  running(world);
  assert.deepEqual(world.project.deletions, []);
}

function nothingLeft(world: FakeWorld): void {
  assert.deepEqual(leftovers(world), []);
  assert.equal(recordOf(world, 1)?.phase, 'retired');
  assert.notEqual(recordOf(world, 1)?.gone, undefined);
  assert.equal(world.git.text(agentPath(idNo(1))), null);
}

/** By its record and in truth, with the memory of the server that it has. */
function isConfiguredTo(world: FakeWorld, config: AgentConfig): void {
  const server = serverOf(world, 1) ?? assert.fail('it has no server');
  const is = [recordOf(world, 1)?.configured, world.hosts.configured.get(server.id)];
  const hash = configHashNow(world, { config }, server);
  for (const one of is) assert.equal(one?.configHash, hash);
}

function prepared(prepare: (world: FakeWorld) => unknown) {
  return async () => {
    const world = createFakeWorld();
    await prepare(world);
    checkInvariants(world);
    world.calls.length = 0;
    return world;
  };
}

export const cases: readonly Case[] = [
  {
    name: 'create',
    change: 'create',
    world: prepared((world) => void askFor(world, 1)),
    reached: running,
  },
  {
    name: 'create in place of a server that is gone',
    change: 'create',
    world: prepared((world) => {
      const server = bringUp(world, 1);
      world.project.servers.delete(server.id);
      world.project.primaryIps.delete(server.ipv4Id);
    }),
    reached: running,
  },
  {
    name: 'resume',
    change: 'resume',
    world: prepared(async (world) => {
      askFor(world, 1);
      world.hosts.fail('configure', 1);
      await reconcileOnce(world);
      world.advance(6 * 60_000);
    }),
    reached: running,
  },
  {
    name: 'rollback',
    change: 'rollback',
    world: prepared(async (world) => {
      askFor(world, 1);
      world.terraform.mishaps.push('tainted');
      await reconcileOnce(world);
    }),
    reached(world) {
      running(world);
      assert.equal(recordOf(world, 1)?.destroyed.length, 1, 'the rollback is counted');
      assert.equal(recordOf(world, 1)?.destroyed[0]?.kind, 'rollback');
    },
  },
  {
    name: 'replace',
    change: 'replace',
    world: prepared((world) => {
      bringUp(world, 1);
      edit(world, 1, { revision: 2 });
    }),
    reached(world) {
      running(world);
      assert.equal(recordOf(world, 1)?.chosen?.revision, 2);
      assert.equal(world.project.deletions.length, 1);
      assert.equal(recordOf(world, 1)?.destroyed.length, 1, 'the replacement is counted');
      assert.equal(recordOf(world, 1)?.destroyed[0]?.kind, 'replace');
    },
  },
  {
    name: 'retire',
    change: 'retire',
    world: prepared((world) => {
      bringUp(world, 1);
      endedLongAgo(world);
    }),
    reached(world) {
      nothingLeft(world);
      assert.equal(recordOf(world, 1)?.destroyed.length, 1, 'the end is counted');
    },
  },
  {
    name: 'power off',
    change: 'power',
    world: prepared((world) => {
      bringUp(world, 1);
      edit(world, 1, { power: 'stopped' });
    }),
    reached(world) {
      assert.ok(!isOn(world, 1));
      assert.equal(recordOf(world, 1)?.phase, 'stopped');
      assert.equal(recordOf(world, 1)?.server?.power, 'off');
      assert.deepEqual(world.project.deletions, []);
    },
  },
  {
    name: 'power on',
    change: 'power',
    world: prepared((world) => {
      bringUp(world, 1, { power: 'stopped' });
      edit(world, 1, { power: 'running' });
    }),
    reached: theSameRuns,
  },
  {
    name: 'resize',
    change: 'resize',
    world: prepared((world) => {
      bringUp(world, 1);
      sell(world, 1, 'pro');
    }),
    reached(world) {
      theSameRuns(world);
      assert.equal(serverOf(world, 1)?.serverType, 'cpx22');
      assert.equal(recordOf(world, 1)?.chosen?.serverType, 'cpx22');
      isConfiguredTo(world, {});
    },
  },
  {
    name: 'repair',
    change: 'repair',
    world: prepared((world) => {
      const server = bringUp(world, 1);
      server.labels = { ...server.labels, [labelNames.customer]: 'x', [labelNames.bootstrap]: '1' };
      server.protection = { delete: false, rebuild: false };
      world.tailnet.devices.clear();
      world.bucket.states.clear();
    }),
    reached(world) {
      theSameRuns(world);
      assert.equal(serverOf(world, 1)?.labels[labelNames.customer], 'cus_Test1');
    },
  },
  {
    name: 'configure',
    change: 'configure',
    world: prepared((world) => {
      bringUp(world, 1);
      edit(world, 1, { config: { timezone: 'Europe/Berlin' } });
    }),
    reached(world) {
      theSameRuns(world);
      isConfiguredTo(world, { timezone: 'Europe/Berlin' });
    },
  },
  {
    name: 'adopt a finished server',
    change: 'adopt',
    world: prepared((world) => {
      bringUp(world, 2);
      bringUp(world, 1);
      forget(world, 1);
    }),
    reached(world) {
      assert.deepEqual(world.project.deletions, [], 'what may have run is not rolled back');
      assert.ok(isOn(world, 1));
      const record = recordOf(world, 1);
      assert.equal(record?.server?.id, serverOf(world, 1)?.id);
      assert.equal(record?.everRunning, true);
      assert.equal(record?.tailnet, undefined, 'which device it is shows on the host alone');
      assert.notEqual(deviceOf(world, 1), undefined, 'its device is left alone');
      assert.deepEqual(conditionsOf(world), ['Attention/HostKeyUnknown']);
    },
  },
  {
    name: 'adopt a server that was never finished',
    change: 'adopt',
    world: prepared(async (world) => {
      bringUp(world, 2);
      askFor(world, 1);
      world.hosts.fail('configure', 1);
      await reconcileOnce(world);
      forget(world, 1);
    }),
    reached(world) {
      assert.deepEqual(world.project.deletions, [], 'what is taken over is never rolled back');
      assert.equal(recordOf(world, 1)?.server?.id, serverOf(world, 1)?.id);
      assert.ok(isOn(world, 1));
      assert.equal(recordOf(world, 1)?.phase, 'configuring', 'it is not said to run');
      assert.deepEqual(conditionsOf(world), ['Attention/HostKeyUnknown']);
    },
  },
  {
    name: 'retire what a dead run made and did not record',
    change: 'retire',
    world: prepared(async (world) => {
      await dieAfterTerraform(world);
      endedLongAgo(world);
    }),
    reached: nothingLeft,
  },
  {
    name: 'bring up what a dead run made and did not record',
    change: 'resume',
    world: prepared(async (world) => {
      await dieAfterTerraform(world);
      world.advance(6 * 60_000);
    }),
    reached: theSameRuns,
  },
  {
    name: 'power off what a dead run made and is not wanted any more',
    change: 'power',
    world: prepared(async (world) => {
      await dieAfterTerraform(world);
      edit(world, 1, { power: 'stopped' });
    }),
    reached(world) {
      assert.ok(!isOn(world, 1));
      assert.equal(recordOf(world, 1)?.server?.id, serverOf(world, 1)?.id);
      assert.deepEqual(world.project.deletions, []);
    },
  },
  {
    name: 'give up',
    change: 'giveUp',
    world: prepared((world) => {
      askFor(world, 1);
      const record = { ...halfForgotten(), attempts: [1, 2, 3, 4].map(() => attempt()) };
      writeRecord(world, record);
    }),
    reached(world) {
      assert.equal(recordOf(world, 1)?.phase, 'failed');
      assert.equal(recordOf(world, 1)?.receipts[0], 'gave-up/1');
      assert.equal(recordOf(world, 1)?.lease, undefined);
      assert.ok(world.stripe.refunds.length <= 1, 'finalize refunds it, once');
      assert.deepEqual(leftovers(world), []);
    },
  },
  {
    name: 'destroy an orphan',
    change: 'destroyOrphan',
    world: prepared((world) => {
      bringUp(world, 1);
      orphanToDestroy(world);
    }),
    reached(world) {
      running(world);
      assert.equal(world.project.servers.size, 1);
      assert.equal(world.project.primaryIps.size, 1);
      assert.deepEqual(
        [...(world.git.tip('main')?.tree.keys() ?? [])].filter((path) => /^orphans/.test(path)),
        [],
      );
    },
  },
];

/** A server that its run created and did not record before it died. */
async function dieAfterTerraform(world: FakeWorld): Promise<void> {
  askFor(world, 1);
  world.fault({ port: 'stacks', method: 'apply', kind: 'dieAfter' });
  await reconcileOnce(world);
  world.calm();
  assert.equal(recordOf(world, 1)?.server, undefined);
  assert.notEqual(serverOf(world, 1), null);
}

function deviceOf(world: FakeWorld, n: number) {
  return [...world.tailnet.devices.values()].find(({ hostname }) => hostname === idNo(n));
}

function conditionsOf(world: FakeWorld, n = 1): readonly string[] {
  return (recordOf(world, n)?.conditions ?? []).map(({ type, reason }) => `${type}/${reason}`);
}

/** An agent without any resource. */
function halfForgotten(): AgentRecord {
  return {
    apiVersion: 'aura.dev/v1',
    kind: 'AgentStatus',
    name: idNo(1),
    subscription: subscriptionNo(1),
    customer: 'cus_Test1',
    phase: 'queued',
    conditions: [],
    everRunning: false,
    attempts: [],
    destroyed: [],
    receipts: [],
  };
}
