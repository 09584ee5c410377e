/**
 * Which device is an agent's: the one whose node id was read on its own host and checked, never the
 * one that has its name. Machines choose their own hostnames, and hosts can report wrong ids.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deviceTag } from '../../../../reconciler/core/fleet/observed.ts';
import { at, idNo } from '../../../builders/world.ts';
import { askFor, bringUp, edit, recordOf, serverOf, writeRecord } from '../../../fakes/agents.ts';
import type { FakeDevice } from '../../../fakes/tailnet.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { endedLongAgo, forget } from './cases.ts';
import { applyOne, dueChange, outcomeText, reconcileOnce, untilQuiet } from './reconciling.ts';

const tag = deviceTag('aura');
const minute = 60_000;

function nodeOf(world: FakeWorld, n: number): string {
  return recordOf(world, n)?.tailnet?.nodeId ?? assert.fail(`no device is recorded for ${n}`);
}

function onServerOf(world: FakeWorld, n: number): FakeDevice | undefined {
  const id = serverOf(world, n)?.id;
  return [...world.tailnet.devices.values()].find(({ machine }) => machine === id);
}

/** Each has the device of its own machine under its own name, and there are no others. */
function eachHasItsOwn(world: FakeWorld, ...numbers: readonly number[]): void {
  for (const n of numbers) {
    const device = onServerOf(world, n);
    assert.equal(nodeOf(world, n), device?.nodeId, `the record of ${n}`);
    assert.equal(device?.name, `${idNo(n)}.example.ts.net`);
  }
  assert.equal(world.tailnet.devices.size, numbers.length);
}

describe("a machine with another agent's id as its hostname", () => {
  /** Agent 1 runs, and has agent 2's id as its hostname from now on. */
  function impostor(world = createFakeWorld()) {
    bringUp(world, 1);
    const node = nodeOf(world, 1);
    world.tailnet.renameItself(node, idNo(2));
    world.advance(minute);
    return { world, node };
  }

  test('before that agent joins: its device stays, and both get their own devices and names', async () => {
    const { world, node } = impostor();
    askFor(world, 2);
    await reconcileOnce(world);
    assert.equal(nodeOf(world, 1), node);
    assert.notEqual(nodeOf(world, 2), node);
    await untilQuiet(world);
    eachHasItsOwn(world, 1, 2);
    assert.deepEqual(world.tailnet.deleted, []);
  });

  test('while that agent is being created: its device is not taken for the new one', async () => {
    const world = createFakeWorld();
    askFor(world, 2);
    world.fault({
      port: 'configurator',
      method: 'configure',
      kind: 'meanwhile',
      run: () => void impostor(world),
    });
    await reconcileOnce(world);
    assert.notEqual(nodeOf(world, 2), nodeOf(world, 1));
    await untilQuiet(world);
    eachHasItsOwn(world, 1, 2);
  });

  for (const [what, end] of [
    ['retired', (world: FakeWorld) => endedLongAgo(world, 2)],
    ['replaced', (world: FakeWorld) => void edit(world, 2, { revision: 2 })],
    ['lost', (world: FakeWorld) => world.project.servers.delete(serverOf(world, 2)?.id ?? '')],
  ] as const) {
    test(`and that agent is ${what}: the device stays`, async () => {
      const world = createFakeWorld();
      bringUp(world, 2);
      const { node } = impostor(world);
      end(world);
      await untilQuiet(world);
      assert.ok(world.tailnet.devices.has(node));
      eachHasItsOwn(world, ...(what === 'retired' ? [1] : [1, 2]));
    });
  }

  test('and that agent is rolled back: the device stays', async () => {
    const { world, node } = impostor();
    world.terraform.mishaps.push('tainted');
    askFor(world, 2);
    await untilQuiet(world);
    assert.equal(recordOf(world, 2)?.destroyed[0]?.kind, 'rollback');
    eachHasItsOwn(world, 1, 2);
    assert.ok(world.tailnet.devices.has(node));
  });

  test('and is switched off, with no record of its device: that agent’s end does not delete it', async () => {
    const { world, node } = impostor();
    await untilQuiet(world);
    forget(world, 1);
    await untilQuiet(world);
    assert.equal(recordOf(world, 1)?.tailnet, undefined, 'adopted without a host key');
    edit(world, 1, { power: 'stopped' });
    world.advance(3 * 60 * minute);
    bringUp(world, 2);
    world.tailnet.renameItself(node, idNo(2));
    endedLongAgo(world, 2);
    for (let runs = 0; runs < 5; runs += 1) await reconcileOnce(world);
    assert.notEqual(recordOf(world, 2)?.gone, undefined);
    assert.ok(world.tailnet.devices.has(node));
  });
});

describe('a host that reports another node id', () => {
  async function lying(n: number, node: string, world: FakeWorld) {
    world.hosts.liesAboutNode.set(idNo(n), node);
    const { plan } = await dueChange(world);
    world.calls.length = 0;
    return outcomeText(await applyOne(world, plan));
  }
  const touching = /^tailnet\.(?:deleteDevice|rename)$/;

  for (const when of ['before it joins', 'once it has joined'] as const) {
    test(`and reports another agent's, ${when}: nothing of that agent is changed or recorded`, async () => {
      const world = createFakeWorld();
      bringUp(world, 1);
      const known = world.tailnet.devices.get(nodeOf(world, 1)) ?? assert.fail();
      // Young enough to have joined by the key of agent 2.
      const device = { ...known, created: at(30) };
      world.tailnet.devices.set(device.nodeId, { ...device });
      askFor(world, 2);
      if (when === 'once it has joined')
        world.fault({ port: 'configurator', method: 'nodeOf', kind: 'lie', answer: () => null });
      const outcome = await lying(2, nodeOf(world, 1), world);
      assert.equal(outcome, 'failed at join: OwnershipUnproven');
      assert.equal(recordOf(world, 2)?.tailnet, undefined);
      assert.deepEqual({ ...world.tailnet.devices.get(nodeOf(world, 1)) }, device);
      assert.deepEqual(
        world.calls.filter((call) => touching.test(call)),
        [],
      );
      assert.deepEqual([...world.tailnet.keys], [], 'no key is left');
    });
  }

  test('and is repaired: its record keeps what it had', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    bringUp(world, 2);
    const node = nodeOf(world, 2);
    world.tailnet.devices.delete(node);
    assert.equal(await lying(2, nodeOf(world, 1), world), 'failed at repair: OwnershipUnproven');
    assert.equal(nodeOf(world, 2), node);
    assert.equal(onServerOf(world, 1)?.nodeId, nodeOf(world, 1));
    world.hosts.liesAboutNode.clear();
    world.advance(3 * 60 * minute);
    await untilQuiet(world);
    eachHasItsOwn(world, 1, 2);
  });

  test('and reports its own later: the same server continues', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    askFor(world, 2);
    await lying(2, nodeOf(world, 1), world);
    const server = serverOf(world, 2)?.id;
    world.hosts.liesAboutNode.clear();
    world.advance(6 * minute);
    await untilQuiet(world);
    assert.equal(serverOf(world, 2)?.id, server);
    eachHasItsOwn(world, 1, 2);
  });

  const strangers = [
    ['one that is older than the server', tag, 'before', /was created at .*, before /],
    ['one that is older than the key', tag, 'configure', /was created at .*, before /],
    ['one without our tag', 'tag:other', 'configure', /does not carry tag:aura/],
  ] as const;
  for (const [what, tagged, when, why] of strangers) {
    for (const first of [true, false]) {
      // For a host that had joined before, only a join on this server can be checked.
      if (first && what === 'one that is older than the key') continue;
      test(`and reports ${what}, ${first ? 'at first' : 'after the join'}: it is not recorded`, async () => {
        const world = createFakeWorld();
        const make = () => {
          const { nodeId } = world.tailnet.add('a-stranger', tagged);
          world.hosts.liesAboutNode.set(idNo(2), nodeId);
          world.advance(2 * minute);
        };
        if (when === 'before') make();
        else world.fault({ port: 'configurator', method: when, kind: 'meanwhile', run: make });
        if (!first)
          world.fault({ port: 'configurator', method: 'nodeOf', kind: 'lie', answer: () => null });
        askFor(world, 2);
        const { plan } = await dueChange(world);
        const outcome = outcomeText(await applyOne(world, plan));
        assert.equal(outcome, 'failed at join: OwnershipUnproven');
        assert.match(recordOf(world, 2)?.attempts.at(-1)?.message ?? '', why);
        assert.equal(recordOf(world, 2)?.tailnet, undefined);
        assert.ok(world.tailnet.devices.has(world.hosts.liesAboutNode.get(idNo(2)) ?? ''));
        assert.equal(world.calls.includes('configurator.join'), !first);
        assert.deepEqual([...world.tailnet.keys], []);
      });
    }
  }

  /** A device that another host has just created, and that no record names yet. */
  async function givesAFreshOne(
    hostname: string,
    meanwhile?: (world: FakeWorld, node: string) => void,
  ) {
    const world = createFakeWorld();
    askFor(world, 2);
    const run = () => {
      const { nodeId } = world.tailnet.add(hostname, tag);
      world.hosts.liesAboutNode.set(idNo(2), nodeId);
      if (meanwhile === undefined) return;
      const record = () => meanwhile(world, nodeId);
      world.fault({ port: 'tailnet', method: 'device', kind: 'meanwhile', run: record });
    };
    world.fault({ port: 'configurator', method: 'join', kind: 'meanwhile', run });
    const { plan } = await dueChange(world);
    const outcome = outcomeText(await applyOne(world, plan));
    assert.equal(outcome, 'failed at join: OwnershipUnproven');
    assert.equal(recordOf(world, 2)?.tailnet, undefined);
    return recordOf(world, 2)?.attempts.at(-1)?.message ?? '';
  }

  test('and reports one that has just joined as another agent: it is not recorded', async () => {
    assert.match(await givesAFreshOne(idNo(1)), /has the hostname agt-/);
  });

  test('and reports one that another run records at this moment: it stays that agent’s', async () => {
    const message = await givesAFreshOne('no-agent', (world, nodeId) => {
      bringUp(world, 1, {}, { tailnet: { nodeId, address: '100.64.0.9' } });
    });
    assert.match(message, new RegExp(`is recorded for ${idNo(1)}`));
  });
});

describe('a join', () => {
  async function created(world: FakeWorld): Promise<string> {
    const { plan } = await dueChange(world);
    return outcomeText(await applyOne(world, plan));
  }

  const offline = (device: unknown) => ({ ...(device as object), online: false });

  for (const answer of [() => null, offline]) {
    test('reads the one device by its id until it is connected; no listing is needed', async () => {
      const world = createFakeWorld();
      askFor(world, 1);
      const { plan } = await dueChange(world);
      const listing = world.fault({ port: 'tailnet', method: 'devices', kind: 'fail', times: 99 });
      const unseen = world.fault({
        port: 'tailnet',
        method: 'device',
        kind: 'lie',
        answer,
        times: 4,
      });
      assert.equal(outcomeText(await applyOne(world, plan)), 'done');
      assert.deepEqual([listing.fired, unseen.fired], [0, 4]);
      eachHasItsOwn(world, 1);
    });
  }

  test('of a machine that ran and whose device was deleted is repeated', async () => {
    const world = createFakeWorld();
    bringUp(world, 1, {}, { everRunning: false });
    const gone = nodeOf(world, 1);
    world.tailnet.devices.delete(gone);
    await untilQuiet(world);
    assert.notEqual(nodeOf(world, 1), gone);
    assert.equal(recordOf(world, 1)?.phase, 'running');
    eachHasItsOwn(world, 1);
  });

  test('without a device fails, and its key is revoked', async () => {
    const world = createFakeWorld();
    askFor(world, 1);
    const gone = { port: 'tailnet', method: 'device', kind: 'lie', times: 999 } as const;
    world.fault({ ...gone, answer: () => null });
    assert.equal(await created(world), 'failed at join: JoinFailed');
    assert.ok(world.calls.includes('tailnet.revokeKey'));
  });

  test('that its run died before it recorded is found on the host, without another key', async () => {
    const world = createFakeWorld();
    askFor(world, 1);
    world.fault({ port: 'configurator', method: 'join', kind: 'dieAfter' });
    await reconcileOnce(world);
    const node = onServerOf(world, 1)?.nodeId;
    world.calm();
    world.advance(6 * minute);
    world.calls.length = 0;
    await reconcileOnce(world);
    assert.equal(nodeOf(world, 1), node);
    assert.ok(!world.calls.includes('tailnet.createKey'));
    eachHasItsOwn(world, 1);
  });

  test('of a host that has joined and is not connected is repeated, and its key is revoked', async () => {
    const world = createFakeWorld();
    askFor(world, 1);
    world.fault({ port: 'configurator', method: 'join', kind: 'dieAfter' });
    await reconcileOnce(world);
    world.calm();
    world.advance(6 * minute);
    world.calls.length = 0;
    world.fault({ port: 'tailnet', method: 'device', kind: 'lie', answer: offline });
    await reconcileOnce(world);
    eachHasItsOwn(world, 1);
    assert.deepEqual([...world.tailnet.keys], []);
    assert.ok(world.calls.includes('configurator.join'));
  });

  test('of a host that joined under another agent’s id is repeated, under its own', async () => {
    const world = createFakeWorld();
    askFor(world, 1);
    world.fault({ port: 'configurator', method: 'join', kind: 'dieAfter' });
    await reconcileOnce(world);
    world.calm();
    world.tailnet.renameItself(onServerOf(world, 1)?.nodeId ?? '', idNo(2));
    world.advance(6 * minute);
    await reconcileOnce(world);
    assert.equal(recordOf(world, 1)?.phase, 'running');
    assert.equal(onServerOf(world, 1)?.hostname, idNo(1));
    eachHasItsOwn(world, 1);
  });

  const emptyList = { kind: 'lie', answer: () => ({ items: [], partial: [] }) } as const;

  test('of the recorded device succeeds, whatever its hostname', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    const node = nodeOf(world, 1);
    world.fault({ port: 'tailnet', method: 'devices', ...emptyList });
    const { plan } = await dueChange(world);
    const answer = (device: unknown) => ({ ...(device as object), hostname: idNo(2) });
    world.fault({ port: 'tailnet', method: 'device', kind: 'lie', answer, times: 99 });
    assert.equal(outcomeText(await applyOne(world, plan)), 'done');
    assert.equal(nodeOf(world, 1), node);
  });

  test('of another device than the recorded one leaves that unchanged where it is connected', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    const elsewhere = world.tailnet.add('elsewhere', tag);
    const record = recordOf(world, 1) ?? assert.fail();
    writeRecord(world, { ...record, tailnet: { nodeId: elsewhere.nodeId, address: '100.64.0.9' } });
    world.fault({ port: 'tailnet', method: 'devices', ...emptyList });
    await reconcileOnce(world);
    assert.equal(nodeOf(world, 1), onServerOf(world, 1)?.nodeId);
    assert.ok(world.tailnet.devices.has(elsewhere.nodeId));
  });

  test('of a host whose device was deleted is repeated', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    const node = nodeOf(world, 1);
    world.tailnet.devices.delete(node);
    // A machine reports its node for a while after that was deleted.
    world.fault({ port: 'configurator', method: 'nodeOf', kind: 'lie', answer: () => node });
    await untilQuiet(world);
    assert.notEqual(nodeOf(world, 1), node);
    eachHasItsOwn(world, 1);
  });

  test('of a reinstalled machine replaces its old device', async () => {
    const world = createFakeWorld();
    const server = bringUp(world, 1);
    const old = world.tailnet.devices.get(nodeOf(world, 1)) ?? assert.fail();
    world.tailnet.devices.set(old.nodeId, { ...old, machine: 'the disk before' });
    world.fault({ port: 'tailnet', method: 'devices', ...emptyList });
    await untilQuiet(world);
    assert.ok(!world.tailnet.devices.has(old.nodeId));
    assert.equal(onServerOf(world, 1)?.machine, server.id);
    eachHasItsOwn(world, 1);
  });

  test('where two records name one device: each host reports its own, and nothing is deleted', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    bringUp(world, 2);
    const record = recordOf(world, 2) ?? assert.fail();
    writeRecord(world, { ...record, tailnet: recordOf(world, 1)?.tailnet ?? assert.fail() });
    await untilQuiet(world);
    eachHasItsOwn(world, 1, 2);
    assert.deepEqual(world.tailnet.deleted, []);
  });
});
