/**
 * Servers that were created and not recorded as verified: which are brought up, and which alone are
 * rolled back. Whether a server ever ran is read from the server itself, whatever its record says.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Failure } from '../../../../reconciler/core/failure.ts';
import { labelNames } from '../../../../reconciler/core/fleet/observed.ts';
import { at, attempt } from '../../../builders/world.ts';
import {
  askFor,
  bringUp,
  edit,
  isOn,
  recordOf,
  serverOf,
  writeRecord,
} from '../../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { endedLongAgo } from './cases.ts';
import { applyOne, dueChange, outcomeText, reconcileOnce, untilQuiet } from './reconciling.ts';

const five = [1, 2, 3, 4, 5];

function allRun(world: FakeWorld, agents: readonly number[] = five): void {
  for (const n of agents) {
    assert.ok(isOn(world, n), `agent ${n} is on`);
    assert.equal(recordOf(world, n)?.phase, 'running');
  }
  assert.deepEqual(world.project.deletions, []);
}

describe('five creates that are interrupted in a small fleet', () => {
  for (const [step, fault] of [
    ['vm', { port: 'stacks', method: 'apply', kind: 'dieAfter', nth: 5 }],
    ['boot', { port: 'configurator', method: 'waitForBoot', kind: 'die', nth: 5 }],
  ] as const) {
    test(`their runner dies at ${step}: all of them are brought up, and none is refused`, async () => {
      const world = createFakeWorld({ policy: 'limits: {createsPerCustomerPerHourMax: 40}\n' });
      for (const n of five) askFor(world, n);
      const died = world.fault(fault);
      await reconcileOnce(world);
      assert.equal(died.fired, 1);
      const { plan } = (await reconcileOnce(world)) ?? assert.fail('died again');
      assert.deepEqual(plan.refused, []);
      await untilQuiet(world);
      allRun(world);
    });
  }

  test('Hetzner limits its rate at boot: no attempt is used up, and all are brought up', async () => {
    const world = createFakeWorld();
    for (const n of five) askFor(world, n);
    const failure = new Failure('RateLimited', 'slow down');
    world.fault({ port: 'configurator', method: 'waitForBoot', kind: 'fail', failure, times: 5 });
    await reconcileOnce(world);
    await untilQuiet(world, 30);
    allRun(world);
  });
});

describe('a verified server whose record does not say so', () => {
  /** The record as it was minutes ago, when the create had failed at boot. */
  function recordGoesBack(world: FakeWorld): void {
    const record = recordOf(world, 1) ?? assert.fail();
    const attempts = [attempt({ step: 'boot', reason: 'BootTimeout', ended: at(-40) })];
    const { configured: _later, tailnet: _too, ...rest } = record;
    writeRecord(world, { ...rest, phase: 'creating', everRunning: false, attempts });
  }

  for (const [mark, unmark] of [
    ['protected', (labels: Record<string, string>) => delete labels[labelNames.ran]],
    ['labelled as having run', null],
  ] as const) {
    test(`${mark}: a record that is older than the server never ends it`, async () => {
      const world = createFakeWorld();
      const server = bringUp(world, 1);
      server.labels = { ...server.labels, [labelNames.ran]: '1' };
      if (unmark === null) server.protection = { delete: false, rebuild: false };
      else unmark(server.labels);
      recordGoesBack(world);
      const { change } = await dueChange(world);
      assert.equal(change.kind, 'resume');
      await untilQuiet(world);
      allRun(world, [1]);
      assert.equal(serverOf(world, 1)?.id, server.id);
    });
  }

  test('a rollback that was planned before label and protection were set does not remove them', async () => {
    const world = createFakeWorld();
    askFor(world, 1);
    world.terraform.mishaps.push('tainted');
    await reconcileOnce(world);
    const { plan, change } = await dueChange(world);
    assert.equal(change.kind, 'rollback');
    const server = serverOf(world, 1) ?? assert.fail();
    server.protection = { delete: true, rebuild: true };
    assert.match(
      outcomeText(await applyOne(world, plan)),
      /^superseded: .* is marked as one that ran$/,
    );
    assert.ok(server.protection.delete);
    await untilQuiet(world);
    allRun(world, [1]);
  });

  test('is labeled by one write of labels, though a look by id lags behind it', async () => {
    const world = createFakeWorld();
    askFor(world, 1);
    const run = () => world.unkind.lag('serverById', 20 * 60_000);
    world.fault({ port: 'configurator', method: 'healthy', kind: 'meanwhile', run });
    await reconcileOnce(world);
    const { labels } = serverOf(world, 1) ?? assert.fail();
    assert.equal(labels[labelNames.ran], '1');
    assert.ok(!(labelNames.bootstrap in labels), 'port 22 is closed');
  });

  test('but an unverified one is not labeled by a write of labels', async () => {
    const world = createFakeWorld();
    askFor(world, 1);
    world.hosts.fail('configure', 2);
    await reconcileOnce(world);
    const server = serverOf(world, 1) ?? assert.fail();
    assert.ok(!(labelNames.bootstrap in server.labels));
    world.advance(6 * 60_000);
    world.calls.length = 0;
    await reconcileOnce(world);
    const writes = world.calls.filter((call) => call === 'cloud.setLabels');
    assert.equal(writes.length, 2, 'port 22 was opened again, and closed');
    assert.ok(!(labelNames.ran in server.labels));
  });

  test('gets label and protection again by a repair of its protection', async () => {
    const world = createFakeWorld();
    const server = bringUp(world, 1);
    delete server.labels[labelNames.ran];
    server.protection = { delete: false, rebuild: false };
    await untilQuiet(world);
    assert.equal(serverOf(world, 1)?.labels[labelNames.ran], '1');
    assert.ok(serverOf(world, 1)?.protection.delete);
  });

  test('gets its label again by every write of labels, which may start from old ones', async () => {
    const world = createFakeWorld();
    world.hosts.tailnet = 'notJoined';
    const server = bringUp(world, 1);
    delete server.labels[labelNames.ran];
    edit(world, 1, { config: { model: 'm2' } });
    await reconcileOnce(world);
    assert.ok(world.calls.includes('configurator.configure'));
    assert.equal(serverOf(world, 1)?.labels[labelNames.ran], '1');
  });

  test('keeps its label while a replacement ends it, so that a crash causes no rollback', async () => {
    const world = createFakeWorld();
    const server = bringUp(world, 1, {}, { everRunning: false });
    delete server.labels[labelNames.ran];
    edit(world, 1, { revision: 2 });
    const when = (id: unknown) => id === server.id;
    world.fault({ port: 'cloud', method: 'protect', kind: 'dieAfter', when });
    assert.equal(await reconcileOnce(world), null);
    assert.equal(server.protection.delete, false);
    const { change } = await dueChange(world);
    assert.equal(change.kind, 'replace');
    await untilQuiet(world);
    assert.deepEqual(
      recordOf(world, 1)?.destroyed.map(({ kind }) => kind),
      ['replace'],
    );
  });

  test('its protection fails at verify: it is verified again, on the same server', async () => {
    const world = createFakeWorld();
    askFor(world, 1);
    world.fault({ port: 'cloud', method: 'protect', kind: 'fail' });
    await reconcileOnce(world);
    assert.equal(recordOf(world, 1)?.everRunning, false);
    await untilQuiet(world);
    allRun(world, [1]);
  });
});

describe('a server that appears after its create was answered by an error', () => {
  async function appearsLate(): Promise<FakeWorld> {
    const world = createFakeWorld();
    askFor(world, 1);
    const failure = new Failure('ProviderOutage', 'a bad gateway');
    world.fault({ port: 'stacks', method: 'apply', kind: 'lost', failure });
    const hidden = () => null;
    world.fault({ port: 'cloud', method: 'serverByName', kind: 'lie', answer: hidden, times: 9 });
    await reconcileOnce(world);
    world.calm();
    const record = recordOf(world, 1);
    assert.deepEqual([record?.server, record?.lease], [undefined, undefined]);
    assert.notEqual(serverOf(world, 1), null);
    return world;
  }

  test('is brought up: its nonce and its host key are known', async () => {
    const world = await appearsLate();
    await untilQuiet(world);
    allRun(world, [1]);
  });

  test('is switched off where the agent was stopped meanwhile', async () => {
    const world = await appearsLate();
    edit(world, 1, { power: 'stopped' });
    await untilQuiet(world);
    assert.equal(recordOf(world, 1)?.server?.id, serverOf(world, 1)?.id);
    assert.ok(!isOn(world, 1));
  });

  test('is destroyed with the agent where that was retired meanwhile', async () => {
    const world = await appearsLate();
    endedLongAgo(world);
    await untilQuiet(world);
    assert.equal(serverOf(world, 1), null);
    assert.notEqual(recordOf(world, 1)?.gone, undefined);
  });
});

describe('a cause outside of this agent', () => {
  test('a force push during a create uses up no attempt, and ends in no rollback', async () => {
    const world = createFakeWorld();
    askFor(world, 2);
    askFor(world, 1);
    const rewrite = () => {
      world.git.rewind('main', 1);
      world.git.commit('Another history', { 'notes.md': 'x' });
      askFor(world, 1);
    };
    world.fault({ port: 'configurator', method: 'configure', kind: 'meanwhile', run: rewrite });
    for (let runs = 1; runs <= 5; runs += 1) {
      await reconcileOnce(world).catch((thrown: unknown) => {
        if (!(thrown instanceof Failure)) throw thrown;
      });
      world.advance(20 * 60_000);
    }
    assert.equal(recordOf(world, 1)?.receipts.length, 0, 'it is not given up');
    assert.deepEqual(world.project.deletions, []);
    world.restart();
    await untilQuiet(world);
    allRun(world, [1]);
  });
});
