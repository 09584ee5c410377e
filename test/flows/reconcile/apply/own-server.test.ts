/** When a server that is found by the nonce of a create alone is recorded, and when it is not. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Failure } from '../../../../reconciler/core/failure.ts';
import { labelNames } from '../../../../reconciler/core/fleet/observed.ts';
import { idNo } from '../../../builders/world.ts';
import { askFor, bringUp, recordOf, serverOf } from '../../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { cases } from './cases.ts';
import { applyOne, dueChange, outcomeText, reconcileOnce, untilQuiet } from './reconciling.ts';

const unrecorded = 'retire what a dead run made and did not record';

async function worldOf(name: string): Promise<FakeWorld> {
  return (cases.find((one) => one.name === name) ?? assert.fail()).world();
}

/** The server of a dead run is to be retired; the outcome after something happened. */
async function retired(happens: (world: FakeWorld) => unknown) {
  const world = await worldOf(unrecorded);
  const { plan } = await dueChange(world);
  happens(world);
  const outcome = outcomeText(await applyOne(world, plan));
  return { world, outcome };
}

describe('an unrecorded server', () => {
  test('that is gone by now is no failure', async () => {
    const { outcome } = await retired((world) => world.project.servers.clear());
    assert.equal(outcome, 'done');
  });

  for (const [what, label, value] of [
    ['the label of another fleet', labelNames.fleet, 'another'],
    ['the label of another agent', labelNames.agent, idNo(7)],
    ['the nonce of no create', labelNames.nonce, 'somebodyelses123'],
  ] as const)
    test(`that has ${what} by now is neither recorded nor destroyed`, async () => {
      const { world, outcome } = await retired((one) => {
        const server = serverOf(one, 1) ?? assert.fail();
        server.labels = { ...server.labels, [label]: value };
      });
      assert.equal(outcome, 'failed at lease: OwnershipUnproven');
      assert.equal(recordOf(world, 1)?.server, undefined);
      assert.deepEqual(world.project.deletions, []);
    });

  test('that cannot be read keeps the nonce that leads to it', async () => {
    const { world, outcome } = await retired((one) => {
      const failure = new Failure('ProviderOutage', 'a bad gateway');
      one.fault({ port: 'cloud', method: 'server', kind: 'fail', failure });
    });
    assert.equal(outcome, 'failed at lease: OutcomeUnknown');
    const nonce = serverOf(world, 1)?.labels[labelNames.nonce];
    assert.equal(recordOf(world, 1)?.lease?.nonce, nonce);
    await untilQuiet(world);
    assert.notEqual(recordOf(world, 1)?.gone, undefined);
  });

  /** A recorded server is gone, and its successor appears late: it is to be brought up. */
  async function successor() {
    const world = createFakeWorld();
    const old = bringUp(world, 1);
    const [device] = world.tailnet.devices.values();
    world.tailnet.renameItself(device?.nodeId ?? '', 'the-boss');
    world.project.servers.delete(old.id);
    const failure = new Failure('ProviderOutage', 'a bad gateway');
    world.fault({ port: 'stacks', method: 'apply', kind: 'lost', failure });
    const hidden = () => null;
    world.fault({ port: 'cloud', method: 'serverByName', kind: 'lie', answer: hidden, times: 9 });
    await reconcileOnce(world);
    world.calm();
    world.advance(6 * 60_000);
    const { plan, change } = await dueChange(world);
    assert.equal(change.kind, 'resume');
    return { world, plan, old };
  }

  test('replaces one that is gone, and its device', async () => {
    const { world, plan } = await successor();
    assert.equal(outcomeText(await applyOne(world, plan)), 'done');
    assert.equal(world.tailnet.devices.size, 1);
    assert.equal(recordOf(world, 1)?.server?.id, serverOf(world, 1)?.id);
  });

  test('replaces none where the recorded one is there again', async () => {
    const { world, plan, old } = await successor();
    const when = (id: unknown) => id === old.id;
    const answer = () => world.project.observed(old);
    world.fault({ port: 'cloud', method: 'server', kind: 'lie', answer, when, times: 9 });
    const outcome = outcomeText(await applyOne(world, plan));
    assert.equal(outcome, `superseded: the recorded server ${old.id} still exists`);
    assert.equal(recordOf(world, 1)?.server?.id, old.id);
  });
});

test('a created server that could not be recorded keeps the lease that leads to it', async () => {
  const world = createFakeWorld();
  askFor(world, 1);
  const { plan } = await dueChange(world);
  const failure = new Failure('Unauthorized', 'no write');
  const run = () => void world.fault({ port: 'journal', method: 'push', kind: 'fail', failure });
  world.fault({ port: 'cloud', method: 'serverByName', nth: 2, kind: 'meanwhile', run });
  assert.equal(outcomeText(await applyOne(world, plan)), 'failed at vm: OutcomeUnknown');
  const { lease, server } = recordOf(world, 1) ?? assert.fail();
  assert.equal(server, undefined);
  assert.equal(lease?.nonce, serverOf(world, 1)?.labels[labelNames.nonce]);
});

test('port 22 is closed also where the lease cannot be read', async () => {
  const world = createFakeWorld();
  askFor(world, 1);
  const { plan } = await dueChange(world);
  const faults: { readonly fired: number }[] = [];
  const run = () => {
    const when = (branch: unknown) => branch === 'status';
    faults.push(world.fault({ port: 'state', method: 'fetch', kind: 'fail', when, times: 9 }));
    throw new Failure('ConfigureFailed', 'a role failed');
  };
  world.fault({ port: 'configurator', method: 'configure', kind: 'meanwhile', run });
  assert.equal(outcomeText(await applyOne(world, plan)), 'failed at configure: ConfigureFailed');
  assert.ok((faults[0]?.fired ?? 0) > 0);
  assert.ok(!(labelNames.bootstrap in (serverOf(world, 1)?.labels ?? {})));
});

test('a server keeps its labels under a stop that comes before the check of its firewall', async () => {
  const world = createFakeWorld();
  const server = bringUp(world, 1);
  world.project.unheld.add(server.id);
  const { plan, change } = await dueChange(world);
  assert.ok(change.kind === 'repair');
  const run = () => {
    world.advance(3000);
    world.git.halt('just now');
  };
  world.fault({ port: 'cloud', method: 'server', nth: 2, kind: 'meanwhile', run });
  world.calls.length = 0;
  assert.match(outcomeText(await applyOne(world, plan)), /^superseded: stopped/);
  assert.ok(!world.calls.includes('cloud.setLabels'));
});

test('keys of a dead run are revoked, and no other agent’s', async () => {
  const world = createFakeWorld();
  askFor(world, 1);
  world.fault({ port: 'configurator', method: 'join', kind: 'die' });
  await reconcileOnce(world);
  world.calm();
  const [[id, key] = assert.fail()] = world.tailnet.keys;
  world.tailnet.keys.set('other', { ...key, id: 'other', description: `aura ${idNo(2)}` });
  world.advance(6 * 60_000);
  await applyOne(world, (await dueChange(world)).plan);
  assert.deepEqual([world.tailnet.keys.has(id), world.tailnet.keys.has('other')], [false, true]);
});

test('a recorded device that is older than the server gets its tag back', async () => {
  const world = createFakeWorld();
  bringUp(world, 1);
  const node = recordOf(world, 1)?.tailnet?.nodeId ?? assert.fail();
  const device = world.tailnet.devices.get(node) ?? assert.fail();
  const created = '2020-01-01T00:00:00Z';
  world.tailnet.devices.set(node, { ...device, created, tags: ['tag:other'] });
  const { plan, change } = await dueChange(world);
  assert.deepEqual(change.kind === 'repair' && change.drifts, ['device']);
  assert.equal(outcomeText(await applyOne(world, plan)), 'done');
});

test('port 22 is not closed after a step that cannot have opened it', async () => {
  const world = await worldOf('power off');
  const { plan } = await dueChange(world);
  const server = serverOf(world, 1) ?? assert.fail();
  server.labels = { ...server.labels, [labelNames.bootstrap]: '1' };
  world.fault({ port: 'cloud', method: 'powerOff', kind: 'fail' });
  assert.match(outcomeText(await applyOne(world, plan)), /^failed at power/);
  assert.equal(server.labels[labelNames.bootstrap], '1');
});

test('a renamed server with another agent’s label is not switched', async () => {
  const world = await worldOf('power off');
  const { plan } = await dueChange(world);
  const server = serverOf(world, 1) ?? assert.fail();
  server.name = 'by-hand';
  server.labels = { ...server.labels, [labelNames.agent]: idNo(7) };
  assert.equal(outcomeText(await applyOne(world, plan)), 'failed at power: OwnershipUnproven');
});

test('a server whose nonce was removed gets it back', async () => {
  const world = createFakeWorld();
  const server = bringUp(world, 1);
  const { [labelNames.nonce]: nonce, ...labels } = server.labels;
  server.labels = labels;
  const { plan, change } = await dueChange(world);
  assert.equal(change.kind, 'repair');
  assert.equal(outcomeText(await applyOne(world, plan)), 'done');
  assert.equal(serverOf(world, 1)?.labels[labelNames.nonce], nonce);
});

test('a server that is to be brought up and is gone is looked up again later', async () => {
  const world = await worldOf('resume');
  const { plan } = await dueChange(world);
  world.project.servers.clear();
  const outcome = await applyOne(world, plan);
  assert.ok(outcome.kind === 'failed');
  assert.deepEqual([outcome.failure.reason, outcome.failure.errorClass], ['NotFound', 'transient']);
});
