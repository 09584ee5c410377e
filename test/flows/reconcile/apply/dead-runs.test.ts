/** Runs that die and leave leases: what counts as an attempt, and when it is tried again. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { agentPath } from '../../../../reconciler/core/agent/agent.ts';
import { Failure } from '../../../../reconciler/core/failure.ts';
import { runOf } from '../../../../reconciler/core/fleet/run.ts';
import { planFleet } from '../../../../reconciler/flows/reconcile/plan-fleet.ts';
import { idNo } from '../../../builders/world.ts';
import { askFor, bringUp, edit, isOn, recordOf, writeRecord } from '../../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { reconcileAgain, reconcileOnce, untilQuiet } from './reconciling.ts';

const minuteMs = 60_000;
const five = [1, 2, 3, 4, 5];

/** This many creates, whose run dies in the middle of all of them. */
async function diedWith(n: number): Promise<FakeWorld> {
  const world = createFakeWorld();
  for (let one = 1; one <= n; one += 1) askFor(world, one);
  world.fault({ port: 'stacks', method: 'apply', kind: 'die' });
  assert.equal(await reconcileOnce(world), null);
  world.calm();
  return world;
}

function runs(world: FakeWorld): readonly unknown[] {
  return five.flatMap((n) => {
    const lease = recordOf(world, n)?.lease;
    return lease === undefined ? [] : [runOf(lease)];
  });
}

/** The recorded attempts of dead runs: by which run, and whether they use up an attempt. */
function crashes(world: FakeWorld, n: number): readonly string[] {
  return (recordOf(world, n)?.attempts ?? [])
    .filter(({ reason }) => reason === 'Crashed')
    .map(({ run, runAttempt, scope }) => `${run}/${runAttempt} ${scope}`);
}

describe('a job that is run again', () => {
  test('takes the leases of its first attempt over at once, and continues with its agents', async () => {
    const world = await diedWith(5);
    assert.deepEqual(
      runs(world),
      five.map(() => ({ id: 'run-1', attempt: 1 })),
    );
    world.fault({ port: 'stacks', method: 'apply', kind: 'die' });
    assert.equal(await reconcileAgain(world), null, 'it worked on them, and died too');
    world.calm();
    assert.ok(runs(world).some((run) => (run as { attempt: number }).attempt === 2));
    await reconcileAgain(world);
    await untilQuiet(world);
    assert.ok(five.every((n) => isOn(world, n)));
  });

  test('does not wait for the delay of what died alone, as any other run does', async () => {
    const world = await diedWith(1);
    const other = await reconcileOnce(world);
    assert.deepEqual(
      other?.plan.idle.map(({ reason }) => reason),
      ['RetryLater'],
    );
    const again = await diedWith(1);
    const { applied } = (await reconcileAgain(again)) ?? assert.fail();
    assert.deepEqual(
      applied.map(({ change, outcome }) => `${change} ${outcome.kind}`),
      ['create done'],
    );
    assert.deepEqual(crashes(again, 1), ['run-1/1 agent']);
  });

  test('works under leases of its own: later writes of its first attempt are refused', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    edit(world, 1, { power: 'stopped' });
    world.fault({
      port: 'cloud',
      method: 'powerOff',
      kind: 'meanwhile',
      run: () => {
        const record = recordOf(world, 1);
        assert.ok(record?.lease !== undefined);
        // The same moment and nonce: only the attempt distinguishes the two.
        writeRecord(world, { ...record, lease: { ...record.lease, runAttempt: 2 } });
      },
    });
    const [applied] = (await reconcileOnce(world))?.applied ?? [];
    assert.equal(applied?.outcome.kind, 'superseded');
    assert.equal(recordOf(world, 1)?.lease?.runAttempt, 2);
  });
});

describe('a run that dies with one agent', () => {
  test('has used up an attempt, and the next one waits from its last step on', async () => {
    const world = await diedWith(1);
    const diedMs = Date.parse(recordOf(world, 1)?.lease?.stepSince ?? '');
    for (const minutes of [1, 3]) {
      world.advance(minutes * minuteMs);
      const { plan } = await planFleet(world.ports);
      assert.equal(plan.nextDueAt, new Date(diedMs + 5 * minuteMs).toISOString());
    }
    await reconcileOnce(world);
    const said = () => recordOf(world, 1)?.conditions.map(({ type }) => type);
    assert.notEqual(recordOf(world, 1)?.lease, undefined, 'its nonce may yet lead to a server');
    assert.deepEqual(said(), ['Retrying'], 'and the record says that it waits');
    world.advance(diedMs + 5 * minuteMs - world.time.now());
    await reconcileOnce(world);
    assert.deepEqual(said(), []);
    assert.deepEqual(crashes(world, 1), ['run-1/1 agent']);
    assert.ok(isOn(world, 1));
  });

  test('every time comes to an end', async () => {
    const world = createFakeWorld();
    askFor(world, 1);
    for (let tries = 0; tries < 10; tries += 1) {
      world.fault({ port: 'stacks', method: 'apply', kind: 'die' });
      await reconcileOnce(world);
      world.calm();
      world.advance(150 * minuteMs);
    }
    assert.equal(crashes(world, 1).length, 4);
    assert.equal(recordOf(world, 1)?.receipts[0], 'gave-up/1');
  });
});

describe('a run that dies with several agents', () => {
  test('is no failure of theirs: no attempt, no wait, no breaker', async () => {
    const world = await diedWith(5);
    const next = await reconcileOnce(world);
    assert.deepEqual(
      next?.applied.map(({ change, outcome }) => `${change} ${outcome.kind}`),
      five.map(() => 'create done'),
    );
    for (const n of five) assert.deepEqual(crashes(world, n), ['run-1/1 fleet']);
    assert.deepEqual((await planFleet(world.ports)).plan.breakers, []);
  });

  test('stays a shared failure while they are taken over one by one, the last one included', async () => {
    const world = await diedWith(5);
    const policy = world.git.text('policy.yaml') ?? '';
    world.git.commit('Slowly', { 'policy.yaml': `${policy}limits: {createsPerRunMax: 1}\n` });
    for (const n of five) {
      const { applied } = (await reconcileOnce(world)) ?? assert.fail();
      assert.deepEqual(
        applied.map(({ change, outcome }) => `${change} ${outcome.kind}`),
        ['create done'],
        `the run number ${n}`,
      );
    }
    for (const n of five) assert.deepEqual(crashes(world, n), ['run-1/1 fleet']);
    await untilQuiet(world);
  });

  test('often never ends an agent', async () => {
    const world = createFakeWorld();
    askFor(world, 1);
    askFor(world, 2);
    for (let deaths = 0; deaths < 6; deaths += 1) {
      world.fault({ port: 'stacks', method: 'apply', kind: 'die' });
      assert.equal(await reconcileOnce(world), null, `death ${deaths}`);
      world.calm();
      // The limit on creates of one customer an hour does not apply here.
      world.advance(60 * minuteMs);
    }
    assert.equal(crashes(world, 1).length, 5);
    await untilQuiet(world);
    assert.ok(isOn(world, 1) && isOn(world, 2));
    assert.deepEqual([...world.stripe.done], []);
  });

  test('counts those with other work: a run is dead, whatever its change was', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    edit(world, 1, { power: 'stopped' });
    askFor(world, 2);
    world.fault({ port: 'stacks', method: 'apply', kind: 'die' });
    assert.equal(await reconcileOnce(world), null);
    world.calm();
    if (recordOf(world, 1)?.lease === undefined) assert.fail('both were to be leased');
    await reconcileOnce(world);
    assert.deepEqual(crashes(world, 2), ['run-1/1 fleet']);
    assert.notEqual(world.git.text(agentPath(idNo(2))), null);
  });
});

describe('a tailnet key of a dead run', () => {
  /** And whose agent is to be off by now. */
  async function keyLeft(): Promise<FakeWorld> {
    const world = createFakeWorld();
    askFor(world, 1);
    world.fault({ port: 'configurator', method: 'join', kind: 'die' });
    assert.equal(await reconcileOnce(world), null);
    world.calm();
    assert.equal(world.tailnet.keys.size, 1);
    edit(world, 1, { power: 'stopped' });
    return world;
  }

  test('is revoked by the run that takes over, also where that only switches off', async () => {
    const world = await keyLeft();
    const { applied } = (await reconcileOnce(world)) ?? assert.fail();
    assert.deepEqual(
      applied.map(({ change, outcome }) => `${change} ${outcome.kind}`),
      ['power done'],
    );
    assert.deepEqual([...world.tailnet.keys], []);
  });

  test('that cannot be revoked delays no power-off', async () => {
    const world = await keyLeft();
    const failure = new Failure('ProviderOutage', 'a bad gateway');
    world.fault({ port: 'tailnet', method: 'keys', kind: 'fail', failure });
    await reconcileOnce(world);
    assert.ok(!isOn(world, 1));
    assert.equal(world.tailnet.keys.size, 1);
  });
});

test('is revoked where the answer to its creation was lost', async () => {
  const world = createFakeWorld();
  askFor(world, 1);
  world.fault({ port: 'tailnet', method: 'createKey', kind: 'lost' });
  const { applied } = (await reconcileOnce(world)) ?? assert.fail();
  assert.deepEqual(
    applied.map(({ change, outcome }) => `${change} ${outcome.kind}`),
    ['create failed'],
  );
  assert.deepEqual([...world.tailnet.keys], []);
});
