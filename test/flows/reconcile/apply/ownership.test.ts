/** A deletion needs two proofs: a commit that asks for it, and the recorded resource itself. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  agentStateKey,
  deviceTag,
  labelNames,
} from '../../../../reconciler/core/fleet/observed.ts';
import { effectHash } from '../../../../reconciler/core/fleet/recorded.ts';
import { at, idNo, subscriptionNo } from '../../../builders/world.ts';
import { askFor, bringUp, recordOf, serverOf, writeRecord } from '../../../fakes/agents.ts';
import type { FakeServer } from '../../../fakes/servers.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { cases, orphanToDestroy } from './cases.ts';
import {
  applyOne,
  dueChange,
  outcomeText,
  reconcileOnce,
  story,
  untilQuiet,
} from './reconciling.ts';

type Tamper = (server: FakeServer, world: FakeWorld) => void;

const otherNonce: Tamper = (server) => {
  server.labels = { ...server.labels, [labelNames.nonce]: 'somebodyelses123' };
};
const otherFleet: Tamper = (server) => {
  server.labels = { ...server.labels, [labelNames.fleet]: 'another' };
};
const otherAgent: Tamper = (server) => {
  server.labels = { ...server.labels, [labelNames.agent]: idNo(7) };
};
const otherTime: Tamper = (server, world) => {
  world.project.servers.set(server.id, { ...server, created: at(-1) });
};

function theServer(world: FakeWorld): FakeServer {
  const found = [...world.project.servers.values()].find(({ name }) => name === idNo(1));
  assert.ok(found !== undefined);
  return found;
}

describe('a server that is not the recorded one is not deleted', () => {
  for (const name of ['retire', 'replace', 'rollback']) {
    for (const [what, tamper] of [
      ['another nonce', otherNonce],
      ['no label of our fleet', otherFleet],
      ['the label of another agent', otherAgent],
      ['another time of creation', otherTime],
    ] as const) {
      test(`${name}: it has ${what} by now`, async () => {
        const world = await (cases.find((one) => one.name === name) ?? assert.fail()).world();
        const { plan, change } = await dueChange(world);
        assert.equal(change.kind, name);
        tamper(theServer(world), world);
        world.calls.length = 0;
        const outcome = await applyOne(world, plan);
        assert.match(outcomeText(outcome), /^failed at \w+: OwnershipUnproven$/);
        assert.deepEqual(
          world.calls.filter((call) => call !== 'journal.push'),
          [],
        );
        assert.deepEqual(world.project.deletions, []);
      });

      test(`${name}: it has ${what} right before its end`, async () => {
        const world = await (cases.find((one) => one.name === name) ?? assert.fail()).world();
        world.bucket.states.clear();
        const { plan } = await dueChange(world);
        const run = () => tamper(theServer(world), world);
        world.fault({ port: 'states', method: 'read', kind: 'meanwhile', run });
        const outcome = await applyOne(world, plan);
        assert.match(outcomeText(outcome), /^failed at server: OwnershipUnproven$/);
        assert.deepEqual(world.project.deletions, []);
      });
    }
  }

  test('a failure for lack of ownership is not retried by every run', async () => {
    const world = await (cases.find((one) => one.name === 'retire') ?? assert.fail()).world();
    otherNonce(theServer(world), world);
    const first = await reconcileOnce(world);
    assert.match(first === null ? '' : story(first), /OwnershipUnproven/);
    world.advance(60_000);
    const second = await reconcileOnce(world);
    assert.deepEqual(second?.applied, []);
    assert.deepEqual(
      second?.plan.idle.map(({ reason }) => reason),
      ['RetryLater'],
    );
    assert.deepEqual(
      recordOf(world, 1)?.conditions.map(({ type }) => type),
      ['Retrying'],
    );
    world.advance(2 * 3_600_000);
    const third = await reconcileOnce(world);
    assert.equal(third?.applied.length, 1);
  });
});

describe('rollback', () => {
  test('of an agent that ever ran is refused, whatever the plan contains', async () => {
    const world = await (cases.find((one) => one.name === 'rollback') ?? assert.fail()).world();
    const { plan, change } = await dueChange(world);
    writeRecord(world, { ...(recordOf(world, 1) ?? assert.fail()), everRunning: true });
    const basis = { ...change.basis, record: effectHash(recordOf(world, 1)) };
    const outcome = await applyOne(world, { ...plan, changes: [{ ...change, basis }] });
    assert.equal(outcomeText(outcome), 'failed at server: OwnershipUnproven');
    assert.notEqual(serverOf(world, 1), null);
  });
});

describe('an orphan', () => {
  for (const [what, tamper] of [
    ['another nonce', otherNonce],
    ['no label of our fleet', otherFleet],
    ['another time of creation', otherTime],
  ] as const) {
    test(`that has ${what} by now is kept`, async () => {
      const world = createFakeWorld();
      bringUp(world, 1);
      const id = orphanToDestroy(world);
      const { plan } = await dueChange(world);
      tamper(world.project.servers.get(id) ?? assert.fail(), world);
      const outcome = await applyOne(world, plan);
      assert.equal(outcomeText(outcome), 'failed at lease: OwnershipUnproven');
      assert.ok(world.project.servers.has(id));
    });
  }

  test('that belongs to an agent by now is kept', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    const id = orphanToDestroy(world);
    const { plan } = await dueChange(world);
    const record = recordOf(world, 1) ?? assert.fail();
    const server = { ...(record.server ?? assert.fail()), id };
    writeRecord(world, { ...record, server });
    const outcome = await applyOne(world, plan);
    assert.match(outcomeText(outcome), /^superseded: the record of .* names it/);
    assert.ok(world.project.servers.has(id));
  });

  for (const kind of ['device', 'state'] as const) {
    test(`of kind ${kind} is destroyed by a reviewed decision, and nothing else is`, async () => {
      const world = createFakeWorld();
      bringUp(world, 1);
      const id = stray(world, kind);
      world.advance(2 * 3_600_000);
      await untilProposed(world);
      const { plan, change } = await dueChange(world);
      assert.equal(change.kind, 'destroyOrphan');
      assert.equal(outcomeText(await applyOne(world, plan)), 'done');
      await untilQuiet(world);
      assert.ok(!world.tailnet.devices.has(id) && !world.bucket.states.has(id));
      assert.equal(world.tailnet.devices.size, 1);
      const states = [...world.bucket.states.keys()].filter((key) => key.includes('/agents/'));
      assert.deepEqual(states, [agentStateKey('aura', idNo(1))]);
      assert.notEqual(serverOf(world, 1), null);
    });
  }

  test('state of an agent that has a record by now is kept', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    const key = stray(world, 'state');
    world.advance(2 * 3_600_000);
    await untilProposed(world);
    const { plan } = await dueChange(world);
    askFor(world, 9);
    writeRecord(world, { ...(recordOf(world, 1) ?? assert.fail()), ...names(9) });
    const outcome = await applyOne(world, plan);
    assert.match(outcomeText(outcome), /^superseded/);
    assert.ok(world.bucket.states.has(key));
  });
});

function names(n: number) {
  return { name: idNo(n), subscription: subscriptionNo(n), customer: `cus_Test${n}` };
}

function stray(world: FakeWorld, kind: 'device' | 'state'): string {
  if (kind === 'device') return world.tailnet.add(idNo(9), deviceTag('aura')).nodeId;
  const key = agentStateKey('aura', idNo(9));
  world.bucket.states.set(key, { managed: [], modifiedMs: world.time.now() });
  return key;
}

/** Finalize proposes it, a person sets it to destroy and merges. */
async function untilProposed(world: FakeWorld): Promise<void> {
  await reconcileOnce(world);
  const [proposal] = world.forge.open();
  assert.ok(proposal !== undefined);
  const files = [...(world.git.tip(proposal.head)?.tree ?? [])].filter(([path]) =>
    path.startsWith('orphans/'),
  );
  const edits = files.map(([path, text]) => [path, text.replace('undecided', 'destroy')]);
  world.git.add(proposal.head, { subject: 'Decided', edits: Object.fromEntries(edits) });
  world.forge.merge(proposal.number);
}
