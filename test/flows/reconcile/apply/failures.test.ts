/** The cause of a failure, the attempt it uses up, and how often it is retried. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Failure } from '../../../../reconciler/core/failure.ts';
import { labelNames } from '../../../../reconciler/core/fleet/observed.ts';
import { serverAddress } from '../../../../reconciler/core/stack/stack-spec.ts';
import type { PlannedStack } from '../../../../reconciler/ports/stacks.ts';
import { idNo } from '../../../builders/world.ts';
import { askFor, bringUp, edit, isOn, recordOf, serverOf } from '../../../fakes/agents.ts';
import { leftovers } from '../../../fakes/invariants.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import {
  applyOne,
  dueChange,
  outcomeText,
  reconcileOnce,
  story,
  untilQuiet,
} from './reconciling.ts';

const minutes = (n: number) => n * 60_000;

/** Outcome, reason and place of each recorded attempt. */
function tries(world: FakeWorld, n = 1): readonly string[] {
  return (recordOf(world, n)?.attempts ?? []).map(({ change, outcome, step, reason }) =>
    `${change} ${outcome} ${step} ${reason ?? ''}`.trim(),
  );
}

describe('sold out', () => {
  test('in the first place: no attempt is used up, and the next run tries the next place', async () => {
    const world = createFakeWorld();
    askFor(world, 1);
    world.project.soldOut.add('cpx12/fsn1');
    await reconcileOnce(world);
    assert.deepEqual(tries(world), ['create failed vm ResourceUnavailable']);
    assert.equal(recordOf(world, 1)?.attempts[0]?.location, 'fsn1');
    const second = await reconcileOnce(world);
    assert.deepEqual(
      second?.plan.breakers.map(({ scope }) => scope),
      ['creates in fsn1'],
    );
    assert.equal(second?.applied[0]?.outcome.kind, 'done');
    assert.equal(serverOf(world, 1)?.location, 'nbg1');
    await untilQuiet(world);
  });

  test('everywhere: one trial every five minutes, and a server once one is available', async () => {
    const world = createFakeWorld();
    askFor(world, 1);
    askFor(world, 2);
    for (const place of ['fsn1', 'nbg1', 'hel1']) world.project.soldOut.add(`cpx12/${place}`);
    let made = 0;
    for (let runs = 0; runs < 20; runs += 1) {
      const calls = world.calls.length;
      await reconcileOnce(world);
      made += world.calls.slice(calls).filter((call) => call === 'stacks.apply').length;
      world.advance(minutes(1));
    }
    assert.ok(made <= 12, `${made} creates were tried in twenty minutes`);
    world.project.soldOut.clear();
    await untilQuiet(world);
    assert.ok(isOn(world, 1) && isOn(world, 2));
    assert.deepEqual([...world.stripe.done], []);
  });

  test('a project that is full opens a breaker for all creates', async () => {
    const world = createFakeWorld();
    bringUp(world, 3);
    askFor(world, 1);
    world.project.serversMax = 1;
    await reconcileOnce(world);
    const second = await reconcileOnce(world);
    assert.deepEqual(
      second?.plan.breakers.map(({ reason, scope }) => [reason, scope]),
      [['ResourceLimitExceeded', 'all creates']],
    );
    assert.deepEqual(
      second?.plan.deferred.map(({ limit }) => limit),
      ['breaker'],
    );
    world.project.serversMax = 10;
    await untilQuiet(world);
    assert.ok(isOn(world, 1));
  });
});

describe('attempts', () => {
  test('that fail late resume the same server until they are spent, then rollback, then give up', async () => {
    const world = createFakeWorld();
    askFor(world, 1);
    world.hosts.fail('configure', 50, idNo(1));
    const stories: string[] = [];
    for (let runs = 0; runs < 40; runs += 1) {
      const done = await reconcileOnce(world);
      if (done !== null && done.applied.length > 0) stories.push(story(done));
      const due = done?.plan.nextDueAt ?? null;
      world.advance(Math.max(minutes(1), due === null ? 0 : Date.parse(due) - world.time.now()));
    }
    assert.deepEqual(tries(world), [
      'create failed configure ConfigureFailed',
      'resume failed configure ConfigureFailed',
      'resume failed configure ConfigureFailed',
      'resume failed configure ConfigureFailed',
      'rollback succeeded state',
      'giveUp succeeded lease',
    ]);
    assert.equal(stories.length, 6);
    const ends = recordOf(world, 1)?.attempts.map(({ ended }) => Date.parse(ended)) ?? [];
    const gaps = ends.slice(1, 4).map((end, place) => end - (ends[place] ?? 0));
    for (const [place, least] of [5, 30, 120].entries())
      assert.ok((gaps[place] ?? 0) >= minutes(least), `${gaps[place]} ms before try ${place + 2}`);
    assert.deepEqual(leftovers(world), []);
    assert.equal(recordOf(world, 1)?.phase, 'failed');
    assert.deepEqual(
      [...world.stripe.done.values()].map(({ kind }) => kind),
      ['pause', 'refund'],
    );
    assert.deepEqual(
      recordOf(world, 1)?.conditions.map(({ type }) => type),
      ['Failed'],
    );
  });

  test('a higher revision tries again', async () => {
    const world = createFakeWorld();
    askFor(world, 1);
    world.hosts.fail('boot', 4, idNo(1));
    for (let runs = 0; runs < 20; runs += 1) {
      const done = await reconcileOnce(world);
      const due = done?.plan.nextDueAt ?? null;
      world.advance(Math.max(minutes(1), due === null ? 0 : Date.parse(due) - world.time.now()));
    }
    assert.equal(recordOf(world, 1)?.phase, 'failed');
    edit(world, 1, { revision: 2 });
    await untilQuiet(world);
    assert.equal(recordOf(world, 1)?.phase, 'running');
  });

  test('an agent that kills its run every time ends too', async () => {
    const world = createFakeWorld();
    askFor(world, 1);
    for (let runs = 0; runs < 30; runs += 1) {
      world.fault({ port: 'configurator', method: 'configure', kind: 'dieAfter' });
      const done = await reconcileOnce(world);
      world.calm();
      const due = done?.plan.nextDueAt ?? null;
      world.advance(Math.max(minutes(1), due === null ? 0 : Date.parse(due) - world.time.now()));
    }
    assert.equal(recordOf(world, 1)?.phase, 'failed');
    assert.equal(world.project.servers.size, 0);
    assert.equal(tries(world).filter((one) => one.endsWith('Crashed')).length, 4);
    await untilQuiet(world);
  });

  test('a failed update waits longer each time, and delays no other change', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    edit(world, 1, { config: { timezone: 'Europe/Berlin' } });
    world.hosts.fail('configure', 1000, idNo(1));
    let configured = 0;
    for (let runs = 0; runs < 60; runs += 1) {
      const done = await reconcileOnce(world);
      configured += (done?.applied ?? []).filter(({ change }) => change === 'configure').length;
      world.advance(minutes(1));
    }
    assert.ok(configured >= 3 && configured <= 5, `${configured} times in an hour`);
    const server = serverOf(world, 1);
    assert.ok(server !== null && !(labelNames.bootstrap in server.labels), 'port 22 is closed');
    server.protection = { delete: false, rebuild: false };
    const done = await reconcileOnce(world);
    assert.deepEqual(
      done?.applied.map(({ change, outcome }) => [change, outcome.kind]),
      [['repair', 'done']],
    );
    // Another configuration is tried at once.
    edit(world, 1, { config: { timezone: 'Europe/Rome' } });
    const again = await reconcileOnce(world);
    assert.deepEqual(
      again?.applied.map(({ change }) => change),
      ['configure'],
    );
  });

  test('an impossible resize delays no other change', async () => {
    const world = createFakeWorld();
    const server = bringUp(world, 1, { plan: 'pro' });
    const { sell } = await import('./cases.ts');
    sell(world, 1, 'starter');
    await world.ports.cloud.powerOff(server.id);
    const done = await reconcileOnce(world);
    assert.deepEqual(
      done?.applied.map(({ change }) => change),
      ['power'],
    );
    await reconcileOnce(world);
    assert.ok(isOn(world, 1));
    assert.deepEqual(
      recordOf(world, 1)?.conditions.map(({ reason }) => reason),
      ['ResizeImpossible'],
    );
  });
});

describe('an unknown outcome', () => {
  test('of a create: the lease stays, and the next run finds the server by its nonce', async () => {
    const world = createFakeWorld();
    askFor(world, 1);
    const { plan } = await dueChange(world);
    world.fault({ port: 'stacks', method: 'apply', kind: 'lost' });
    // The first look by name is before the create.
    world.fault({ port: 'cloud', method: 'serverByName', kind: 'fail', nth: 2 });
    const outcome = await applyOne(world, plan);
    assert.equal(outcomeText(outcome), 'failed at vm: OutcomeUnknown');
    const lease = recordOf(world, 1)?.lease;
    assert.equal(lease?.nonce, serverOf(world, 1)?.labels[labelNames.nonce]);
    await untilQuiet(world);
    assert.ok(isOn(world, 1));
  });

  test('of a server that could not be recorded: it is found by its nonce', async () => {
    const world = createFakeWorld();
    askFor(world, 1);
    const { plan } = await dueChange(world);
    const outage = { port: 'journal', method: 'push', kind: 'fail' } as const;
    world.fault({ ...outage, nth: 2, times: 500 });
    const outcome = await applyOne(world, plan);
    assert.equal(outcome.kind, 'failed');
    world.calm();
    assert.equal(recordOf(world, 1)?.server, undefined);
    const nonce = serverOf(world, 1)?.labels[labelNames.nonce];
    assert.equal(recordOf(world, 1)?.lease?.nonce, nonce);
    edit(world, 1, { power: 'stopped' });
    await untilQuiet(world);
    assert.equal(recordOf(world, 1)?.server?.id, serverOf(world, 1)?.id);
    assert.ok(!isOn(world, 1));
  });

  test('a refusal by the gate is left to a person', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    world.bucket.states.clear();
    const replaces = (planned: unknown) => ({
      ...(planned as PlannedStack),
      resources: [
        {
          address: serverAddress,
          action: 'replace',
          id: '1',
          changed: [],
        },
      ],
    });
    world.fault({ port: 'stacks', method: 'plan', kind: 'lie', answer: replaces });
    const { plan } = await dueChange(world);
    const outcome = await applyOne(world, plan);
    assert.equal(outcomeText(outcome), 'failed at repair: GateRefused');
    assert.ok(outcome.kind === 'failed' && outcome.failure instanceof Failure);
    assert.equal(outcome.failure.errorClass, 'stalled');
    assert.ok(isOn(world, 1));
  });
});
