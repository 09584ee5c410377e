/** The fakes must refuse what the real systems refuse: else a wrong flow would pass. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { agentPath } from '../../reconciler/core/agent/agent.ts';
import { isFailure } from '../../reconciler/core/failure.ts';
import { agentStateKey } from '../../reconciler/core/fleet/observed.ts';
import {
  agentStackSpec,
  emptyStackSpec,
  fleetStackSpec,
} from '../../reconciler/core/stack/stack-spec.ts';
import { configurationOf, idNo, nonce, nowMs, subscriptionNo } from '../builders/world.ts';
import { applied, judged } from '../support/gated.ts';
import { askFor, bringUp, plantServer, recordOf } from './agents.ts';
import { everyDeath } from './deaths.ts';
import { oidOf } from './git.ts';
import { DeadProcess } from './process.ts';
import { createFakeWorld, type FakeWorld } from './world.ts';

function stackOf(world: FakeWorld, n: number) {
  return agentStackSpec({
    policy: world.policy,
    agent: idNo(n),
    subscription: subscriptionNo(n),
    customer: `cus_Test${n}`,
    choice: {
      revision: 1,
      plan: 'starter',
      region: 'eu-central',
      location: 'fsn1',
      serverType: 'cpx12',
      image: 'debian-12',
    },
    nonce,
    created: nowMs / 1000,
    userData: '#cloud-config\n',
    sshKeys: [],
    firewalls: [],
    bootstrap: true,
  });
}

const creates = { allow: 'creates' } as const;

describe('processes', () => {
  test('a dead one can do nothing more, not even log; a fresh one continues with the same world', async () => {
    const world = createFakeWorld();
    const server = bringUp(world, 1);
    const { ports } = world;
    world.fault({ port: 'cloud', method: 'protect', kind: 'dieAfter' });
    await assert.rejects(ports.cloud.protect(server.id, false), DeadProcess);
    assert.equal(server.protection.delete, false);
    await assert.rejects(ports.cloud.servers('aura'), DeadProcess);
    await assert.rejects(ports.journal.flush(), DeadProcess);
    assert.throws(() => ports.log.warn({}, 'still here'), DeadProcess);
    assert.throws(() => ports.clock.now(), DeadProcess);
    assert.equal((await world.restart().cloud.servers('aura')).items.length, 1);
    await assert.rejects(ports.cloud.servers('aura'), DeadProcess);
  });

  test('one that dies before a call has not made it; after a lost answer it is made', async () => {
    const world = createFakeWorld();
    world.fault({ port: 'mail', kind: 'lost', nth: 2 });
    world.fault({ port: 'mail', kind: 'die', nth: 3 });
    const mail = (key: string) => ({ to: 'a@b', subject: key, text: '', idempotencyKey: key });
    await world.ports.mail.send(mail('one'));
    await assert.rejects(world.ports.mail.send(mail('two')), (thrown) =>
      isFailure(thrown, 'NetworkUnreachable'),
    );
    await assert.rejects(world.ports.mail.send(mail('three')), DeadProcess);
    assert.deepEqual(
      world.mails.map(({ subject }) => subject),
      ['one', 'two'],
    );
    assert.deepEqual(world.calls, ['mail.send', 'mail.send']);
  });

  test('a wait in a dead one never ends well, and updates that the journal held back are lost', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    const { ports } = world;
    const tip = world.git.tip('status')?.id;
    await ports.journal.update(
      idNo(1),
      (record) => (record === null ? null : { ...record, receipts: ['x/1'] }),
      'soon',
    );
    const waiting = ports.clock.wait(1000);
    world.restart();
    await assert.rejects(waiting, DeadProcess);
    world.advance(60_000);
    await new Promise(setImmediate);
    assert.equal(world.git.tip('status')?.id, tip);
  });

  test('dies at every effect, and a flow without effects has no deaths', async () => {
    const names: string[] = [];
    const options = {
      world: createFakeWorld,
      after: async (_world: FakeWorld, death: { readonly name: string }) => names.push(death.name),
    };
    const flow = async ({ ports }: FakeWorld) => {
      await ports.forge.dispatch('one', {});
      await ports.states.remove('two');
    };
    assert.equal(await everyDeath({ ...options, flow, kinds: ['die', 'dieAfter'] }), 4);
    assert.deepEqual(names, [
      'die 1: forge.dispatch',
      'die 2: states.remove',
      'dieAfter 1: forge.dispatch',
      'dieAfter 2: states.remove',
    ]);
    assert.equal(await everyDeath({ ...options, flow: async () => null }), 0);
  });
});

describe('time', () => {
  test('waits overlap and end in order; nothing else makes time pass', async () => {
    const world = createFakeWorld();
    const { clock } = world.ports;
    const ended: number[] = [];
    const wait = async (ms: number) => {
      await clock.wait(ms);
      ended.push(clock.now() - nowMs);
    };
    await Promise.all([wait(5000), wait(1000), wait(3000)]);
    assert.deepEqual(ended, [1000, 3000, 5000]);
    await world.ports.cloud.servers('aura');
    assert.equal(clock.now() - nowMs, 5000);
    world.time.wallSkewMs = -700;
    world.advance(1);
    assert.equal(clock.now() - nowMs, 4301);
    assert.equal((await world.ports.cloud.now()) - nowMs, 5000);
  });

  test('updates that the journal holds back are written once time has passed for others', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    const note = (receipt: string) =>
      world.ports.journal.update(
        idNo(1),
        (record) =>
          record === null ? null : { ...record, receipts: [...record.receipts, receipt] },
        'soon',
      );
    await note('a/1');
    await note('b/1');
    await new Promise(setImmediate);
    assert.deepEqual(recordOf(world, 1)?.receipts, []);
    await world.ports.clock.wait(12_000);
    await new Promise(setImmediate);
    assert.deepEqual(recordOf(world, 1)?.receipts, ['a/1', 'b/1']);
    assert.deepEqual(world.calls, ['journal.push']);
  });
});

describe('git', () => {
  test('blobs have the ids that git gives them', () => {
    // printf 'hello\n' | git hash-object --stdin
    assert.equal(oidOf('hello\n'), 'ce013625030ba8dba906f756967f9e9ca394464a');
  });

  test('a push lands on the tip that it was made for, and on no other', async () => {
    const world = createFakeWorld();
    const { state } = world.ports;
    const base = await state.fetch('main');
    const edits = [{ path: 'a', text: '1' }];
    const draft = { subject: 'One', body: '', trailers: [], edits };
    assert.equal((await state.push('main', base, [draft])).kind, 'pushed');
    assert.deepEqual(await state.push('main', base, [draft]), { kind: 'rejected' });
    assert.deepEqual(await state.push('new', base, [draft]), { kind: 'rejected' });
    assert.equal((await state.push('new', null, [draft])).kind, 'pushed');
    assert.deepEqual(await state.push('new', null, [draft]), { kind: 'rejected' });
  });

  test('the last removal is the one in history, with the other files of its commit', async () => {
    const world = createFakeWorld();
    const { state } = world.ports;
    for (const n of [1, 2]) askFor(world, n);
    const [one, two] = [agentPath(idNo(1)), agentPath(idNo(2))];
    const parent = world.git.tip('main')?.id ?? '';
    const commit = world.git.commit('Both', { [one]: null, [two]: null });
    await state.fetch('main');
    const removal = await state.lastRemoval(one);
    assert.deepEqual(
      [removal?.commit, removal?.parent, removal?.agentsRemoved, removal?.cause],
      [commit, parent, 2, null],
    );
    assert.equal(await state.lastRemoval('never/there'), null);
    world.git.revert(commit);
    await state.fetch('main');
    assert.equal(await state.lastRemoval(one), null);
    assert.equal((await state.lastCommitOf('main', one))?.subject, 'Revert "Both"');
    const subjects = (await state.log('main', 2, one)).map(({ subject }) => subject);
    assert.deepEqual(subjects, ['Revert "Both"', 'Both']);
  });

  test('a rewritten main is refused by a process that had read more', async () => {
    const world = createFakeWorld();
    askFor(world, 1);
    await world.ports.state.fetch('main');
    world.git.rewind('main', 1);
    await assert.rejects(world.ports.state.fetch('main'), (thrown) =>
      isFailure(thrown, 'BranchRewritten'),
    );
    assert.notEqual(await world.restart().state.fetch('main'), null);
  });

  test('a pull request needs a difference to merge, and is closed with its branch', async () => {
    const world = createFakeWorld();
    const { forge, state } = world.ports;
    const request = { head: 'side', base: 'main', label: 'aura/test', title: 'Side', body: '' };
    await state.createBranch('side', world.git.tip('main')?.id ?? '');
    await assert.rejects(forge.propose(request), (thrown) => isFailure(thrown, 'InvalidInput'));
    world.git.add('side', { subject: 'x', edits: { x: '1' } });
    await forge.propose(request);
    await state.deleteBranch('side');
    assert.equal(await forge.openProposal('side'), null);
  });
});

describe('Terraform', () => {
  test('creates once, updates what differs and plans nothing when all is as desired', async () => {
    const world = createFakeWorld();
    const { stacks } = world.ports;
    const spec = stackOf(world, 1);
    const made = await applied(stacks, { spec, expect: creates, imports: [] });
    assert.equal(made, 'applied');
    assert.equal(await applied(stacks, { spec, expect: creates, imports: [] }), 'unchanged');
    const [server] = world.project.servers.values();
    assert.ok(server !== undefined);
    server.labels = { ...server.labels, [`aura.dev/customer`]: 'cus_else' };
    const expect = { allow: 'updates', ids: [server.id], attributes: ['labels'] } as const;
    assert.equal(await applied(stacks, { spec, expect, imports: [] }), 'applied');
    assert.equal(server.labels['aura.dev/customer'], 'cus_Test1');
  });

  test('the real gate: an empty stack ends what was recorded and nothing else', async () => {
    const world = createFakeWorld();
    const server = bringUp(world, 1);
    const { stacks, cloud } = world.ports;
    const spec = emptyStackSpec(world.policy, agentStateKey(world.policy.fleet, idNo(1)));
    const wrong = { spec, expect: { allow: 'deletes', ids: ['1'] } as const, imports: [] };
    assert.equal(await applied(stacks, wrong), 'refused');
    const right = { ...wrong, expect: { allow: 'deletes', ids: [server.id] } as const };
    await assert.rejects(applied(stacks, right), (thrown) => isFailure(thrown, 'Protected'));
    await cloud.protect(server.id, false);
    assert.equal(await applied(stacks, right), 'applied');
    assert.equal(world.project.servers.size, 0);
    assert.equal(await applied(stacks, right), 'unchanged');
  });

  test('a name is used once, a type can be sold out, and an import is in the state at once', async () => {
    const world = createFakeWorld();
    const spec = stackOf(world, 1);
    world.project.soldOut.add('cpx12/fsn1');
    const { stacks } = world.ports;
    await assert.rejects(applied(stacks, { spec, expect: creates, imports: [] }), (thrown) =>
      isFailure(thrown, 'ResourceUnavailable'),
    );
    world.project.soldOut.clear();
    const server = plantServer(world, idNo(1), spec.server.labels);
    await assert.rejects(applied(stacks, { spec, expect: creates, imports: [] }), (thrown) =>
      isFailure(thrown, 'Conflict'),
    );
    const imports = [{ address: 'hcloud_server.agent', id: server.id }];
    assert.equal(await judged(stacks, { spec, expect: creates, imports }), 'unchanged');
    assert.equal(world.bucket.states.get(spec.stateKey)?.managed[0]?.id, server.id);
    await assert.rejects(judged(stacks, { spec, expect: creates, imports }), (thrown) =>
      isFailure(thrown, 'PlanFailed'),
    );
  });

  for (const [mishap, remembered, locked] of [
    ['stateNotWritten', false, false],
    ['tainted', true, false],
    ['killedMidway', false, true],
  ] as const) {
    test(`${mishap}: the server is there, ${remembered ? 'tainted in' : 'and not in'} the state`, async () => {
      const world = createFakeWorld();
      const spec = stackOf(world, 1);
      world.terraform.mishaps.push(mishap);
      const request = { spec, expect: creates, imports: [] };
      await assert.rejects(applied(world.ports.stacks, request));
      assert.equal(world.project.servers.size, 1);
      assert.equal(
        world.bucket.states.get(spec.stateKey)?.managed[0]?.tainted ?? false,
        remembered,
      );
      assert.equal(world.bucket.locks.has(spec.stateKey), locked);
      assert.equal(world.alive(), !locked);
      const { stacks } = world.restart();
      if (mishap === 'tainted') assert.equal(await applied(stacks, request), 'refused');
      if (!locked) return;
      await assert.rejects(applied(stacks, request), (thrown) => isFailure(thrown, 'StateLocked'));
      const lock = await stacks.lock(spec.stateKey);
      await stacks.unlock(spec.stateKey, lock?.id ?? '');
      assert.equal(world.bucket.locks.size, 0);
    });
  }

  test('the fleet stack creates its firewalls once and repairs changed ones', async () => {
    const world = createFakeWorld({ firewalls: false });
    const spec = fleetStackSpec(world.policy);
    const { stacks } = world.ports;
    assert.equal(await applied(stacks, { spec, expect: creates, imports: [] }), 'applied');
    assert.equal(await applied(stacks, { spec, expect: creates, imports: [] }), 'unchanged');
    assert.equal((await world.ports.cloud.firewalls('aura')).length, 3);
  });
});

describe('hosts', () => {
  test('boot after a while, join once with a key, and are healthy once configured', async () => {
    const world = createFakeWorld();
    const { stacks, configurator, tailnet } = world.ports;
    await applied(stacks, { spec: stackOf(world, 1), expect: creates, imports: [] });
    const [server] = world.project.servers.values();
    const host = {
      agent: idNo(1),
      network: 'public' as const,
      ipv4: server?.ipv4 ?? '',
      hostKeys: ['ssh-ed25519 AAAA'],
    };
    await assert.rejects(configurator.configure(host, configurationOf()));
    await configurator.waitForBoot(host, 60_000);
    assert.equal(await configurator.healthy(host), false);
    world.hosts.fail('configure', 1);
    await assert.rejects(configurator.configure(host, configurationOf()), (thrown) =>
      isFailure(thrown, 'ConfigureFailed'),
    );
    await configurator.configure(host, configurationOf());
    assert.equal(await configurator.healthy(host), true);
    const key = await tailnet.createKey({ fleet: 'aura', agent: idNo(1), seconds: 600 });
    const request = { authKey: key.secret, hostname: idNo(1), tag: 'tag:aura' };
    assert.equal(await configurator.nodeOf(host), null);
    const node = await configurator.join(host, request);
    assert.equal(await configurator.nodeOf(host), node);
    assert.deepEqual(await tailnet.keys('aura'), []);
    assert.equal(await configurator.join(host, request), node, 'it is in and needs no key');
    await tailnet.deleteDevice(node);
    await assert.rejects(configurator.join(host, request), (thrown) =>
      isFailure(thrown, 'JoinFailed'),
    );
    const next = await tailnet.createKey({ fleet: 'aura', agent: idNo(1), seconds: 600 });
    await configurator.join(host, { ...request, authKey: next.secret });
    const { items } = await tailnet.devices('aura');
    assert.deepEqual(
      items.map(({ hostname, online }) => [hostname, online]),
      [[idNo(1), true]],
    );
  });

  test('one with another host key than the seeded one is not trusted', async () => {
    const world = createFakeWorld();
    const { ipv4 } = bringUp(world, 1);
    const host = {
      agent: idNo(1),
      network: 'public' as const,
      ipv4,
      hostKeys: ['ssh-ed25519 AAAAsomebody'],
    };
    await assert.rejects(world.ports.configurator.healthy(host), (thrown) =>
      isFailure(thrown, 'OwnershipUnproven'),
    );
  });
});
