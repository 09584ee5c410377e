/** What may change between a plan and the end of an orphan: each change alone keeps it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { agentStateKey, labelNames } from '../../../../reconciler/core/fleet/observed.ts';
import { serverAddress } from '../../../../reconciler/core/stack/stack-spec.ts';
import { planFleet } from '../../../../reconciler/flows/reconcile/plan-fleet.ts';
import { at, idNo, subscriptionNo } from '../../../builders/world.ts';
import { askFor, bringUp, plantServer, recordOf, writeRecord } from '../../../fakes/agents.ts';
import { oidOf } from '../../../fakes/git.ts';
import type { FaultRequest } from '../../../fakes/process.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { orphanToDestroy } from './cases.ts';
import { applyOne, dueChange, outcomeText } from './reconciling.ts';
import { decideAll, key, look, ours, strayWorld } from './strays.ts';

/** An orphan of a kind, decided on and planned; the outcome after something happened. */
async function destroyed(kind: string, happens: (world: FakeWorld) => unknown): Promise<string> {
  const { world, isThere } = strayWorld(kind);
  await look(world);
  decideAll(world, 'destroy');
  const { plan } = await planFleet(world.ports, 'everything');
  await happens(world);
  const outcome = outcomeText(await applyOne(world, plan));
  return `${outcome}${isThere() ? ', and it is there' : ''}`;
}

function during(
  call: Pick<FaultRequest, 'port' | 'method' | 'nth'>,
  run: (world: FakeWorld) => unknown,
) {
  return (world: FakeWorld) =>
    void world.fault({ ...call, kind: 'meanwhile', run: () => run(world) } as FaultRequest);
}

/** Agent 9 has a record by now. */
function recordNine(world: FakeWorld): void {
  const names = { name: idNo(9), subscription: subscriptionNo(9), customer: 'cus_Test9' };
  const { server: _server, tailnet: _tailnet, ...record } = recordOf(world, 1) ?? assert.fail();
  writeRecord(world, { ...record, ...names });
}

const stop = (world: FakeWorld) => world.git.halt('just now');
const stayed = ', and it is there';

describe('an orphan is kept', () => {
  for (const [what, kind, happens, outcome] of [
    [
      'a snapshot that an agent was made of since',
      'snapshot',
      (world: FakeWorld) => {
        const record = recordOf(world, 1) ?? assert.fail();
        const [image = ''] = world.project.snapshots.keys();
        const chosen = { ...(record.chosen ?? assert.fail()), image };
        writeRecord(world, { ...record, chosen });
      },
      /^superseded: the record of .* now names it/,
    ],
    [
      'an address that serves a server by now',
      'primaryIp',
      (world: FakeWorld) => {
        for (const [id, one] of world.project.primaryIps)
          if (one.labels[labelNames.agent] === idNo(9))
            world.project.primaryIps.set(id, { ...one, assignee: '77' });
      },
      /^superseded: primaryIp \d+ now serves server 77/,
    ],
    [
      'an address that lost our label',
      'primaryIp',
      (world: FakeWorld) => {
        for (const [id, one] of world.project.primaryIps)
          if (one.labels[labelNames.agent] === idNo(9))
            world.project.primaryIps.set(id, {
              ...one,
              labels: { ...ours, [labelNames.fleet]: 'another' },
            });
      },
      /OwnershipUnproven/,
    ],
    [
      'a lock that a longer lease may hold',
      'lock',
      (world: FakeWorld) => {
        const text = `${world.git.text('policy.yaml') ?? ''}apply: {leaseMinutes: 600}\n`;
        world.git.commit('Longer leases', { 'policy.yaml': text });
      },
      /StateLocked/,
    ],
    ['a lock of an agent that has a record by now', 'lock', recordNine, /^superseded: the record/],
    [
      'a lock, under a stop that comes while it is looked at',
      'lock',
      during({ port: 'stacks', method: 'lock' }, stop),
      /^superseded: stopped: just now/,
    ],
    [
      'a key, under a stop that comes while it is looked at',
      'authKey',
      during({ port: 'tailnet', method: 'keys' }, stop),
      /^superseded: stopped: just now/,
    ],
    [
      'a state of an agent that has a record by now',
      'state',
      recordNine,
      /^superseded: the record/,
    ],
    [
      'a state of an agent that has a file by now',
      'state',
      (world: FakeWorld) => void askFor(world, 9),
      /^superseded: .* now has a file/,
    ],
    [
      'a state of an agent that has a server by now',
      'state',
      (world: FakeWorld) => void plantServer(world, idNo(9), { team: 'research' }),
      /Conflict/,
    ],
    [
      'a state that is locked by now',
      'state',
      (world: FakeWorld) => {
        const created = new Date(world.time.now()).toISOString();
        world.bucket.locks.set(key, { id: 'l', who: 'kim', operation: 'x', created });
      },
      /StateLocked/,
    ],
  ] as const)
    test(what, async () => {
      const found = await destroyed(kind, happens);
      assert.match(found, outcome);
      assert.ok(found.endsWith(stayed), found);
    });
});

test('a state is deleted where the record of its agent is gone', async () => {
  const gone = (world: FakeWorld) => {
    recordNine(world);
    writeRecord(world, { ...(recordOf(world, 9) ?? assert.fail()), gone: at(0) });
  };
  assert.equal(await destroyed('state', gone), 'done');
});

for (const kind of ['state', 'lock'] as const)
  test(`a ${kind} of another fleet is kept, whatever decision and plan ask for`, async () => {
    const { world } = strayWorld(kind);
    await look(world);
    decideAll(world, 'destroy');
    const { plan } = await planFleet(world.ports, 'everything');
    const [change] = plan.changes;
    assert.ok(change?.kind === 'destroyOrphan');
    const id = key.replace('aura/', 'another/');
    world.bucket.states.set(id, { managed: [], modifiedMs: 0 });
    const lock = world.bucket.locks.get(key);
    if (lock !== undefined) world.bucket.locks.set(id, lock);
    const text = (world.git.text(change.basis.path) ?? '').replaceAll(key, id);
    world.forge.mergeReviewed('That one', { [change.basis.path]: text });
    const basis = { ...change.basis, file: oidOf(text) };
    const outcome = await applyOne(world, { ...plan, changes: [{ ...change, id, basis }] });
    assert.match(outcomeText(outcome), /OwnershipUnproven$/);
    assert.ok(world.bucket.states.has(id) && world.bucket.locks.has(id) === (kind === 'lock'));
  });

describe('an orphaned server', () => {
  async function planned(more: Readonly<Record<string, string>> = {}) {
    const world = createFakeWorld();
    bringUp(world, 2);
    const id = orphanToDestroy(world, more);
    const { plan, change } = await dueChange(world);
    return { world, id, plan, change };
  }

  test('that was deleted meanwhile is no failure', async () => {
    const { world, id, plan } = await planned();
    world.project.servers.delete(id);
    assert.equal(outcomeText(await applyOne(world, plan)), 'done');
  });

  test('that a run has just created for an agent is kept', async () => {
    const { world, id, plan } = await planned();
    const record = recordOf(world, 2) ?? assert.fail();
    const lease = {
      run: 'run-9',
      runAttempt: 1,
      change: 'create' as const,
      nonce: 'strayserver00001',
      step: 'vm' as const,
      since: at(0),
      until: at(60),
    };
    writeRecord(world, { ...record, lease });
    assert.match(outcomeText(await applyOne(world, plan)), /^superseded: the record of /);
    assert.ok(world.project.servers.has(id));
  });

  test('without a nonce belongs to no running agent', async () => {
    const { world, id, plan } = await planned();
    const path = `orphans/server-${id}.yaml`;
    const text = (world.git.text(path) ?? '').replace(/ +aura.dev\/nonce: .*\n/, '');
    world.forge.mergeReviewed('It has none', { [path]: text });
    const server = world.project.servers.get(id) ?? assert.fail();
    server.labels = { [labelNames.fleet]: 'aura' };
    const [change] = plan.changes;
    const basis = { ...(change ?? assert.fail()).basis, file: oidOf(text) };
    const outcome = await applyOne(world, { ...plan, changes: [{ ...change, basis }] } as never);
    assert.equal(outcomeText(outcome), 'done');
    assert.ok(!world.project.servers.has(id));
  });

  test('that the state of a live agent holds is destroyed without that state', async () => {
    const { world, id, plan } = await planned({ [labelNames.agent]: idNo(2) });
    const state = agentStateKey('aura', idNo(2));
    const managed = [{ address: serverAddress, type: 'hcloud_server', id, tainted: false }];
    world.bucket.states.set(state, { managed, modifiedMs: world.time.now() });
    assert.equal(outcomeText(await applyOne(world, plan)), 'done');
    assert.deepEqual(
      world.project.deletions.map(({ via }) => via),
      ['api'],
    );
    assert.ok(world.bucket.states.has(state));
  });

  test('whose state cannot be read is destroyed by the API, and the state stays', async () => {
    const { world, id, plan } = await planned({ [labelNames.agent]: idNo(9) });
    world.bucket.states.set(key, { managed: [], modifiedMs: 0, garbage: true });
    assert.equal(outcomeText(await applyOne(world, plan)), 'done');
    assert.ok(!world.project.servers.has(id) && world.bucket.states.has(key));
  });

  test('keeps an address that serves another server by then', async () => {
    const { world, id, plan } = await planned();
    const { ipv4Id } = world.project.servers.get(id) ?? assert.fail();
    const address = world.project.primaryIps.get(ipv4Id) ?? assert.fail();
    const other = bringUp(world, 3).id;
    const run = () =>
      void world.project.primaryIps.set(ipv4Id, { ...address, autoDelete: false, assignee: other });
    world.fault({ port: 'cloud', method: 'primaryIp', kind: 'meanwhile', run });
    assert.match(outcomeText(await applyOne(world, plan)), /OwnershipUnproven$/);
    assert.ok(world.project.primaryIps.has(ipv4Id));
  });

  for (const [what, rewrite] of [
    ['rewritten', (text: string) => `${text}# the same\n`],
    [
      'one that keeps it',
      (text: string) => text.replace(/^decision: destroy$/m, 'decision: undecided'),
    ],
    ['one that cannot be read', () => 'nonsense: [\n'],
    ['about another server', (text: string) => text.replace(/^ {2}id: .*$/m, '  id: "4711"')],
    ['about another kind', (text: string) => text.replace('kind: server', 'kind: device')],
  ] as const)
    for (const forged of [false, true])
      if (!forged || what !== 'rewritten')
        test(`is kept where its decision is ${what}${forged ? ', whatever the plan says' : ''}`, async () => {
          const { world, id, plan, change } = await planned();
          const path = `orphans/server-${id}.yaml`;
          const text = rewrite(world.git.text(path) ?? '');
          world.forge.mergeReviewed('Another word', { [path]: text });
          const basis = forged ? { ...change.basis, file: oidOf(text) } : change.basis;
          const changes = [{ ...change, basis }];
          assert.match(outcomeText(await applyOne(world, { ...plan, changes })), /^superseded: /);
          assert.ok(world.project.servers.has(id));
        });
});
