/** Nothing is done on another basis than the plan's, under another run's lease, or under a stop. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { agentPath } from '../../../../reconciler/core/agent/agent.ts';
import { isFailure } from '../../../../reconciler/core/failure.ts';
import { applyPlan } from '../../../../reconciler/flows/reconcile/apply/apply.ts';
import { planFleet } from '../../../../reconciler/flows/reconcile/plan-fleet.ts';
import { firstAttempt, idNo } from '../../../builders/world.ts';
import {
  askFor,
  bringUp,
  edit,
  isOn,
  recordOf,
  serverOf,
  writeRecord,
} from '../../../fakes/agents.ts';
import type { FaultRequest } from '../../../fakes/process.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { cases, endedLongAgo, orphanToDestroy } from './cases.ts';
import {
  applyOne,
  besides,
  dueChange,
  outcomeText,
  reconcileOnce,
  untilQuiet,
} from './reconciling.ts';

const changing = cases.filter((one) => one.change !== 'destroyOrphan');

function effectsOf(world: FakeWorld): readonly string[] {
  return world.calls.filter((call) => call !== 'journal.push');
}

/** A change by a person to the file that asks for no change of the server. */
function remark(world: FakeWorld, n = 1): void {
  const path = agentPath(idNo(n));
  world.git.commit('A remark', { [path]: `${world.git.text(path) ?? ''}# a remark\n` });
}

test('a plan for another fleet than the repository’s is not applied', async () => {
  const world = createFakeWorld();
  askFor(world, 1);
  const { plan } = await planFleet(world.ports);
  const others = { ...plan, basis: { ...plan.basis, fleet: 'other' } };
  const applied = applyPlan(world.ports, others, { run: firstAttempt('run-a'), parts: 'all' });
  await assert.rejects(applied, (thrown) => isFailure(thrown, 'InvalidInput'));
  assert.deepEqual(world.calls, []);
});

describe('a change whose basis is gone is skipped with its reason', () => {
  for (const one of changing) {
    test(`${one.name}: its file changed since the plan`, async () => {
      const world = await one.world();
      const { plan } = await dueChange(world);
      remark(world);
      world.calls.length = 0;
      const outcome = await applyOne(world, plan);
      assert.equal(outcomeText(outcome), 'skipped: its file has changed since it was planned');
      assert.deepEqual(world.calls, []);
    });

    test(`${one.name}: its record changed since the plan`, async () => {
      const world = await one.world();
      const { plan } = await dueChange(world);
      const record = recordOf(world, 1);
      if (record === null) {
        bringUp(world, 3);
        writeRecord(world, { ...(recordOf(world, 3) ?? assert.fail()), ...nameOf(world) });
      } else writeRecord(world, { ...record, receipts: ['something/1'] });
      world.calls.length = 0;
      const outcome = await applyOne(world, plan);
      assert.equal(outcomeText(outcome), 'skipped: its record has changed since it was planned');
      assert.deepEqual(world.calls, []);
    });
  }

  test('a file that was removed counts as changed', async () => {
    const world = createFakeWorld();
    askFor(world, 1);
    const { plan } = await dueChange(world);
    world.git.commit('Gone', { [agentPath(idNo(1))]: null });
    const outcome = await applyOne(world, plan);
    assert.equal(outcome.kind, 'skipped');
    assert.deepEqual(world.project.servers.size, 0);
  });

  test('conditions may change under a plan', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    edit(world, 1, { power: 'stopped' });
    const { plan } = await dueChange(world);
    const record = recordOf(world, 1);
    assert.ok(record !== null);
    writeRecord(world, { ...record, phase: 'updating' });
    assert.equal(outcomeText(await applyOne(world, plan)), 'done');
  });
});

/** The agent's names, to replace a missing record by another agent's. */
function nameOf(world: FakeWorld) {
  return {
    name: idNo(1),
    subscription: 'sub_Test1',
    customer: 'cus_Test1',
    observedOid: world.git.tip('main')?.id ?? '',
  };
}

describe('another run', () => {
  test('that works on the agent keeps it: its lease is not taken, expired or not', async () => {
    const world = await (cases[0] ?? assert.fail()).world();
    const { plan } = await dueChange(world);
    await leasedByAnother(world);
    const outcome = await applyOne(world, plan);
    assert.equal(outcome.kind, 'skipped');
    world.advance(24 * 3_600_000);
    const later = await planFleet(world.ports);
    assert.deepEqual(
      later.plan.idle.map(({ reason }) => reason),
      ['Busy'],
    );
    assert.deepEqual(later.plan.changes, []);
  });

  test('whose lease has expired, and that the Forge does not return, loses the agent', async () => {
    const world = await (cases[0] ?? assert.fail()).world();
    await leasedByAnother(world);
    world.forge.runs.delete('run-other');
    assert.deepEqual((await planFleet(world.ports)).plan.changes, []);
    world.advance(91 * 60_000);
    const { plan, change } = await dueChange(world);
    assert.equal(change.kind, 'create');
    assert.equal(outcomeText(await applyOne(world, plan)), 'done');
  });

  for (const one of changing) {
    test(`${one.name}: two processes with one plan: one of them applies it, nothing is doubled`, async () => {
      const alone = await one.world();
      await applyOne(alone, (await dueChange(alone)).plan);
      const world = await one.world();
      const { plan } = await dueChange(world);
      const outcomes = await Promise.all([
        applyPlan(world.ports, plan, { run: firstAttempt('run-a'), parts: 'all' }),
        applyPlan(besides(world), plan, { run: firstAttempt('run-b'), parts: 'all' }),
      ]);
      const kinds = outcomes.map(([applied]) => applied?.outcome.kind);
      assert.deepEqual([...kinds].sort(), ['done', 'skipped']);
      assert.deepEqual(effectsOf(world), effectsOf(alone));
      await untilQuiet(world);
      one.reached(world);
    });
  }
});

async function leasedByAnother(world: FakeWorld): Promise<void> {
  world.fault({ port: 'stacks', method: 'apply', kind: 'die' });
  const { plan } = await dueChange(world);
  await applyOne(world, plan, { run: 'run-other' }).catch(() => null);
  world.calm();
  world.restart();
  world.forge.runs.set('run-other', 'running');
  assert.equal(recordOf(world, 1)?.lease?.run, 'run-other');
}

/** The call of the change before which the event happens. */
function meanwhile(request: Pick<FaultRequest, 'port' | 'method' | 'nth'>, run: () => void) {
  return { ...request, kind: 'meanwhile', run } as FaultRequest;
}

describe('a file that changes between two steps', () => {
  const moments = [
    ['vm', { port: 'stacks', method: 'apply' }],
    ['boot', { port: 'configurator', method: 'waitForBoot' }],
    ['configure', { port: 'configurator', method: 'configure' }],
    ['join', { port: 'configurator', method: 'join' }],
  ] as const;
  for (const [step, call] of moments) {
    test(`during ${step}: the create ends as superseded, uses up no attempt, undoes nothing`, async () => {
      const world = createFakeWorld();
      askFor(world, 1);
      const { plan } = await dueChange(world);
      world.fault(meanwhile(call, () => remark(world)));
      const outcome = await applyOne(world, plan);
      assert.match(outcomeText(outcome), /^superseded: its file changed/);
      assert.notEqual(serverOf(world, 1), null);
      assert.deepEqual(world.project.deletions, []);
      const record = recordOf(world, 1);
      assert.equal(record?.lease, undefined);
      assert.equal(record?.attempts.at(-1)?.outcome, 'superseded');
      await untilQuiet(world, 4);
      assert.equal(recordOf(world, 1)?.phase, 'running');
      assert.deepEqual(world.project.deletions, [], 'it went on with the same server');
    });
  }

  test('so that it no longer asks for the server: it is switched off, and nothing is undone', async () => {
    const world = createFakeWorld();
    askFor(world, 1);
    const { plan } = await dueChange(world);
    const call = { port: 'configurator', method: 'configure' } as const;
    world.fault(meanwhile(call, () => void edit(world, 1, { power: 'stopped' })));
    await applyOne(world, plan);
    await untilQuiet(world);
    assert.ok(serverOf(world, 1) !== null && !isOn(world, 1));
  });

  test('a tombstone that is removed during the retirement: the server stays', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    const before = world.git.text(agentPath(idNo(1))) ?? '';
    endedLongAgo(world);
    const { plan } = await dueChange(world);
    const back = () => void world.git.commit('Back', { [agentPath(idNo(1))]: before });
    world.fault(meanwhile({ port: 'cloud', method: 'protect' }, back));
    const outcome = await applyOne(world, plan);
    assert.match(outcomeText(outcome), /^superseded/);
    assert.notEqual(serverOf(world, 1), null);
    await untilQuiet(world);
    assert.deepEqual(world.project.deletions, []);
    assert.deepEqual(serverOf(world, 1)?.protection, { delete: true, rebuild: true });
    assert.ok(isOn(world, 1));
  });
});

describe('a stop', () => {
  for (const one of cases) {
    test(`${one.name}: after the plan, before the start: nothing is called`, async () => {
      const world = await one.world();
      const { plan } = await dueChange(world);
      world.git.halt('incident');
      world.calls.length = 0;
      const outcome = await applyOne(world, plan);
      assert.equal(outcomeText(outcome), 'superseded: stopped: incident');
      assert.deepEqual(world.calls, []);
    });

    test(`${one.name}: a stop that cannot be read counts as stop`, async () => {
      const world = await one.world();
      const { plan } = await dueChange(world);
      world.fault({ port: 'state', method: 'stop', kind: 'fail', times: 500 });
      world.calls.length = 0;
      const outcome = await applyOne(world, plan);
      assert.equal(outcomeText(outcome), 'superseded: stopped: the stop ref could not be read');
      assert.deepEqual(world.calls, []);
    });
  }

  test('between two steps: the next one does not begin, and the work continues after it', async () => {
    const world = createFakeWorld();
    askFor(world, 1);
    const { plan } = await dueChange(world);
    const call = { port: 'configurator', method: 'configure' } as const;
    world.fault(meanwhile(call, () => world.git.halt('incident')));
    const outcome = await applyOne(world, plan);
    assert.equal(outcomeText(outcome), 'superseded: stopped: incident');
    assert.ok(!world.calls.includes('tailnet.createKey'));
    assert.equal(recordOf(world, 1)?.lease, undefined);
    const halted = await reconcileOnce(world);
    assert.deepEqual(halted?.applied, []);
    world.git.resume();
    await untilQuiet(world, 4);
    assert.equal(recordOf(world, 1)?.phase, 'running');
    assert.deepEqual(world.project.deletions, []);
  });

  const destroying = [
    ['retire', 'cloud.protect', 'stacks.apply'],
    ['retire', 'cloud.powerOff', 'tailnet.deleteDevice'],
    ['replace', 'cloud.protect', 'stacks.apply'],
    ['rollback', 'stacks.apply', 'states.remove'],
    ['retire', 'stacks.apply', 'states.remove'],
    ['destroy an orphan', 'cloud.protect', 'cloud.deleteServer'],
  ] as const;
  for (const [name, before, destructive] of destroying) {
    test(`${name}: right before ${destructive}: it is not called`, async () => {
      const one = cases.find((candidate) => candidate.name === name) ?? assert.fail();
      const world = await one.world();
      const { plan } = await dueChange(world);
      world.calls.length = 0;
      const [port, method] = before.split('.') as ['cloud', string];
      world.fault(meanwhile({ port, method }, () => world.git.halt('incident')));
      const outcome = await applyOne(world, plan);
      assert.equal(outcomeText(outcome), 'superseded: stopped: incident');
      assert.ok(effectsOf(world).includes(before));
      assert.ok(!effectsOf(world).includes(destructive), effectsOf(world).join(' '));
      world.calm();
      world.git.resume();
      await untilQuiet(world);
      one.reached(world);
    });
  }

  test('an orphan is not destroyed once its decision was withdrawn', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    const id = orphanToDestroy(world);
    const path = `orphans/server-${id}.yaml`;
    const { plan } = await dueChange(world);
    const undecided = (world.git.text(path) ?? '').replace(
      /^decision: destroy/m,
      'decision: adopt',
    );
    const back = () => void world.git.commit('Wait', { [path]: undecided });
    world.fault(meanwhile({ port: 'cloud', method: 'protect' }, back));
    const outcome = await applyOne(world, plan);
    assert.match(outcomeText(outcome), /^superseded: its decision has changed/);
    assert.ok(world.project.servers.has(id));
  });
});
