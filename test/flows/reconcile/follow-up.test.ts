/** A run whose failure another run can decide on asks for one, once, and never in circles. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { agentPath } from '../../../reconciler/core/agent/agent.ts';
import { Failure } from '../../../reconciler/core/failure.ts';
import { applyPlan } from '../../../reconciler/flows/reconcile/apply/apply.ts';
import { followUp } from '../../../reconciler/flows/reconcile/follow-up.ts';
import { planFleet } from '../../../reconciler/flows/reconcile/plan-fleet.ts';
import { reconcile } from '../../../reconciler/flows/reconcile/reconcile.ts';
import { at, firstAttempt, idNo } from '../../builders/world.ts';
import { askFor, bringUp, edit, recordOf, serverOf, writeRecord } from '../../fakes/agents.ts';
import { DeadProcess, type FaultRequest } from '../../fakes/process.ts';
import { createFakeWorld, type FakeWorld } from '../../fakes/world.ts';
import { sell } from './apply/cases.ts';

/** One reconcile by a run of its own, and the follow-up that it asks for. */
async function reconcileAndAsk(world: FakeWorld, run = 'run-1'): Promise<string | null> {
  world.forge.runs.set(run, 'running');
  const { plan } = await reconcile(world.ports, { run: firstAttempt(run) });
  const asked = await followUp(world.ports, plan, firstAttempt(run));
  world.forge.runs.set(run, 'over');
  return asked;
}

function signup(fault: FaultRequest | null, n = 1): FakeWorld {
  const world = createFakeWorld();
  for (let one = 1; one <= n; one += 1) askFor(world, one);
  if (fault !== null) world.fault(fault);
  return world;
}

const boot: FaultRequest = {
  port: 'configurator',
  method: 'waitForBoot',
  kind: 'fail',
  failure: new Failure('BootTimeout', 'it never came up'),
};
const verify: FaultRequest = {
  port: 'configurator',
  method: 'healthy',
  kind: 'fail',
  failure: new Failure('VerifyFailed', 'it does not answer'),
};

function remark(world: FakeWorld): void {
  const path = agentPath(idNo(1));
  world.git.commit('A remark', { [path]: `${world.git.text(path) ?? ''}# a remark\n` });
}

describe('asks for a run at once', () => {
  test('where an unfinished server must be rolled back', async () => {
    const world = signup(boot);
    const asked = await reconcileAndAsk(world);
    assert.equal(asked, `${idNo(1)}: its server must be rolled back: BootTimeout at step boot`);
    assert.deepEqual(world.forge.dispatched, [
      { type: 'aura-reconcile', payload: { because: asked, run: 'run-1/1' } },
    ]);
    assert.equal(
      await reconcileAndAsk(world, 'run-2'),
      null,
      'that run rolled it back, and nothing is left to report',
    );
    assert.equal(serverOf(world, 1), null);
    assert.equal(world.forge.dispatched.length, 1);
  });

  test('once, however many agents failed', async () => {
    const world = signup({ ...boot, times: 3 }, 3);
    assert.notEqual(await reconcileAndAsk(world), null);
    assert.equal(world.forge.dispatched.length, 1);
  });

  test('where the file changed during the change', async () => {
    const world = signup(null);
    world.fault({ ...boot, kind: 'meanwhile', run: () => remark(world) } as FaultRequest);
    assert.equal(await reconcileAndAsk(world), `${idNo(1)}: its file changed meanwhile`);
  });

  test('where the outcome for a server is unknown', async () => {
    const world = signup({ port: 'stacks', method: 'apply', kind: 'lost' });
    world.fault({
      port: 'cloud',
      method: 'serverByName',
      nth: 2,
      kind: 'fail',
      failure: new Failure('ProviderOutage', 'Hetzner answers 503'),
    });
    assert.equal(await reconcileAndAsk(world), `${idNo(1)}: what became of its server is unknown`);
    assert.notEqual(recordOf(world, 1)?.lease, undefined);
  });

  test('where its job is run again and only records what the first attempt left', async () => {
    const world = signup({ port: 'stacks', method: 'apply', kind: 'die' });
    const { plan } = await planFleet(world.ports);
    const first = { run: { id: '7', attempt: 1 }, parts: 'all' } as const;
    await assert.rejects(applyPlan(world.ports, plan, first), DeadProcess);
    world.restart();
    const asks = (id: string, attempt: number) => followUp(world.ports, plan, { id, attempt });
    const because = `${idNo(1)}: what became of its server is unknown`;
    assert.deepEqual([await asks('7', 1), await asks('7', 2)], [because, because]);
    assert.equal(await asks('8', 2), null, 'another run’s is that run’s');
    const record = recordOf(world, 1);
    assert.ok(record?.lease !== undefined);
    writeRecord(world, { ...record, lease: { ...record.lease, runAttempt: 3 } });
    assert.equal(await asks('7', 2), null, 'a later attempt works on it');
  });

  test('where a server has another size: its host is configured to it', async () => {
    const world = withRunning(() => {});
    sell(world, 1, 'pro');
    const why = `${idNo(1)}: its host is to be configured to its new size`;
    assert.equal(await reconcileAndAsk(world), why);
    assert.equal(await reconcileAndAsk(world, 'run-2'), null);
    assert.deepEqual(
      recordOf(world, 1)?.attempts.map(({ change }) => change),
      ['resize', 'configure'],
    );
  });

  test('after the last attempt', async () => {
    const world = signup(null);
    world.fault({ ...verify, times: 9 });
    const asked: (string | null)[] = [];
    for (let one = 1; one <= 4; one += 1) {
      asked.push(await reconcileAndAsk(world, `run-${one}`));
      world.advance(3 * 3_600_000);
    }
    assert.deepEqual(asked, [
      null,
      null,
      null,
      `${idNo(1)}: its last attempt failed: VerifyFailed`,
    ]);
  });
});

describe('asks for none', () => {
  const quiet: readonly (readonly [string, () => FakeWorld])[] = [
    ['where all succeeded', () => signup(null)],
    ['where nothing was to be done', () => withRunning(() => {})],
    ['where the next try is due later', () => signup(verify)],
    [
      'where nothing was made and the next try is due later',
      () => signup({ ...refused, times: 9 }),
    ],
    ['where a change other than a create failed', () => withRunning(failingPower)],
  ];
  for (const [name, make] of quiet) {
    test(name, async () => {
      const world = make();
      assert.equal(await reconcileAndAsk(world), null);
      assert.deepEqual(world.forge.dispatched, []);
    });
  }

  test('where a rollback fails again: it is not retried in circles', async () => {
    const world = signup(boot);
    assert.notEqual(await reconcileAndAsk(world), null);
    world.fault({ port: 'cloud', method: 'protect', kind: 'fail' });
    assert.equal(await reconcileAndAsk(world, 'run-2'), null);
    assert.equal(recordOf(world, 1)?.attempts.at(-1)?.change, 'rollback');
  });

  test('under a stop, or a pause', async () => {
    const world = signup(boot);
    const { plan } = await reconcile(world.ports, { run: firstAttempt('run-1') });
    world.git.halt('trouble');
    assert.equal(await followUp(world.ports, plan, firstAttempt('run-1')), null);
    world.git.resume();
    const policy = world.git.text('policy.yaml') ?? '';
    world.git.commit('Pause', { 'policy.yaml': `${policy}pause: {reason: x, since: ${at(-1)}}\n` });
    assert.equal(await followUp(world.ports, plan, firstAttempt('run-1')), null);
  });

  test('for a change by another run', async () => {
    const world = signup(boot);
    const { plan } = await reconcile(world.ports, { run: firstAttempt('run-1') });
    assert.equal(await followUp(world.ports, plan, firstAttempt('run-2')), null);
  });

  test('where the Forge cannot be asked, and continues', async () => {
    const world = signup(boot);
    world.fault({ port: 'forge', method: 'dispatch', kind: 'fail' });
    assert.equal(await reconcileAndAsk(world), null);
    assert.ok(world.logs.some(({ message }) => message.startsWith('no further run')));
  });
});

const refused: FaultRequest = {
  port: 'stacks',
  method: 'apply',
  kind: 'fail',
  failure: new Failure('ApplyFailed', 'nothing was made'),
};

function withRunning(more: (world: FakeWorld) => void): FakeWorld {
  const world = createFakeWorld();
  bringUp(world, 1);
  more(world);
  return world;
}

function failingPower(world: FakeWorld): void {
  edit(world, 1, { power: 'stopped' });
  world.fault({ port: 'cloud', method: 'powerOff', kind: 'fail' });
}
