/**
 * What changes between a plan and its apply, and during one: a pause, an approval that no longer
 * counts, an expired lease, a replaced resource. A plan that is a day old destroys nothing that a
 * plan of now would not.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseApprovalFile } from '../../../../reconciler/core/agent/decision-file.ts';
import { labelNames } from '../../../../reconciler/core/fleet/observed.ts';
import type { Plan } from '../../../../reconciler/core/plan/plan.ts';
import {
  type AppliedChange,
  applyPlan,
} from '../../../../reconciler/flows/reconcile/apply/apply.ts';
import { planFleet } from '../../../../reconciler/flows/reconcile/plan-fleet.ts';
import { at, firstAttempt, idNo } from '../../../builders/world.ts';
import { askFor, bringUp, edit, recordOf, serverOf, writeRecord } from '../../../fakes/agents.ts';
import type { FaultRequest } from '../../../fakes/process.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { cases, endedLongAgo, orphanToDestroy } from './cases.ts';
import { applyOne, dueChange, outcomeText, reconcileOnce } from './reconciling.ts';

const hour = 3_600_000;

function pause(world: FakeWorld): void {
  const text = `${world.git.text('policy.yaml')}pause: {reason: an audit, since: "${at(0)}"}\n`;
  world.git.commit('Pause', { 'policy.yaml': text });
}

describe('a pause that comes after the plan', () => {
  for (const one of cases) {
    test(`${one.name}: nothing is begun`, async () => {
      const world = await one.world();
      const { plan } = await dueChange(world);
      pause(world);
      world.calls.length = 0;
      assert.equal(outcomeText(await applyOne(world, plan)), 'superseded: paused: an audit');
      assert.deepEqual(world.calls, []);
    });
  }

  test('comes during a retirement: the deletion is not begun', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    endedLongAgo(world);
    const { plan } = await dueChange(world);
    const run = () => pause(world);
    world.fault({ port: 'cloud', method: 'powerOff', kind: 'meanwhile', run });
    assert.equal(outcomeText(await applyOne(world, plan)), 'superseded: paused: an audit');
    assert.deepEqual(world.project.deletions, []);
    assert.equal(recordOf(world, 1)?.lease, undefined);
  });

  test('an unreadable policy counts as a pause', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    endedLongAgo(world);
    const { plan } = await dueChange(world);
    const run = () => void world.git.commit('Broken', { 'policy.yaml': 'fleet: [\n' });
    world.fault({ port: 'cloud', method: 'powerOff', kind: 'meanwhile', run });
    const outcome = await applyOne(world, plan);
    assert.equal(outcomeText(outcome), 'superseded: the policy could not be read');
    assert.deepEqual(world.project.deletions, []);
  });
});

describe('a grace that a person prolongs after the plan', () => {
  test('holds: nothing is switched off or destroyed before its end', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    endedLongAgo(world);
    const { plan } = await dueChange(world);
    const text = `${world.git.text('policy.yaml')}retire: {graceHours: 23}\n`;
    world.git.commit('More time', { 'policy.yaml': text });
    const before = world.calls.length;
    const outcome = await applyOne(world, plan);
    assert.match(outcomeText(outcome), /^superseded: its grace now ends at /);
    const effects = world.calls.slice(before).filter((call) => call !== 'journal.push');
    assert.deepEqual(effects, []);
  });
});

/** Five retirements that a person has approved, and the plan with that approval. */
async function approved(): Promise<{ world: FakeWorld; plan: Plan; path: string }> {
  const world = createFakeWorld({ policy: 'apply: {concurrency: 1}\n' });
  for (let n = 1; n <= 5; n += 1) {
    bringUp(world, n);
    edit(world, n, { retired: { at: at(-600), by: 'person', reason: `a clean-up of ${n}` } });
  }
  await reconcileOnce(world);
  const [open] = world.forge.open();
  world.forge.merge(open?.number ?? 0, { approvedBy: ['kim'] });
  const { plan } = await planFleet(world.ports);
  assert.equal(plan.changes.length, 5);
  const path = [...(world.git.tip('main')?.tree.keys() ?? [])].find((one) =>
    one.startsWith('approvals/'),
  );
  assert.ok(path !== undefined);
  for (const change of plan.changes) assert.ok('approval' in change && change.approval === path);
  return { world, plan, path };
}

async function apply(world: FakeWorld, plan: Plan): Promise<readonly AppliedChange[]> {
  world.forge.runs.set('run-late', 'running');
  const applied = await applyPlan(world.ports, plan, {
    run: firstAttempt('run-late'),
    parts: 'all',
  });
  world.forge.runs.set('run-late', 'over');
  return applied;
}

function assertAllSkipped(applied: readonly AppliedChange[], why: RegExp): void {
  assert.equal(applied.length, 5);
  for (const { outcome } of applied) {
    assert.equal(outcome.kind, 'skipped', outcomeText(outcome));
    assert.match(outcomeText(outcome), why);
  }
}

describe('an approval of the plan that may no longer count', () => {
  test('still counts: all of it is carried out', async () => {
    const { world, plan } = await approved();
    for (const { outcome } of await apply(world, plan)) assert.equal(outcome.kind, 'done');
    assert.equal(world.project.deletions.length, 5);
  });

  test('has expired: nothing is destroyed by it', async () => {
    const { world, plan } = await approved();
    world.advance(25 * hour);
    assertAllSkipped(
      await apply(world, plan),
      /its approval is no longer valid: more than 24 hours/,
    );
    assert.deepEqual(world.project.deletions, []);
    assert.deepEqual(recordOf(world, 1)?.lease, undefined);
  });

  test('was withdrawn by a person', async () => {
    const { world, plan, path } = await approved();
    world.git.commit('Revert', { [path]: null });
    assertAllSkipped(await apply(world, plan), /its approval is no longer on main/);
    assert.deepEqual(world.project.deletions, []);
  });

  test('was rewritten without a review', async () => {
    const { world, plan, path } = await approved();
    world.git.commit('By hand', { [path]: `${world.git.text(path)}# the same\n` });
    assertAllSkipped(await apply(world, plan), /no merged pull request brought it/);
    assert.deepEqual(world.project.deletions, []);
  });

  test('was reviewed again, for others', async () => {
    const { world, plan, path } = await approved();
    const parsed = parseApprovalFile({ path, oid: '', text: world.git.text(path) ?? '' });
    assert.ok(parsed.ok);
    const fewer = (world.git.text(path) ?? '').replaceAll(idNo(1), idNo(9));
    world.forge.mergeReviewed('Not that one', { [path]: fewer });
    const applied = await apply(world, plan);
    const spared = applied.find(({ agent }) => agent === idNo(1));
    assert.match(outcomeText(spared?.outcome ?? assert.fail()), /^skipped: .*no longer lists/);
    assert.equal(world.project.deletions.length, 4);
  });

  test('cannot be checked, because the Forge does not answer', async () => {
    const { world, plan } = await approved();
    world.fault({ port: 'forge', method: 'mergedProposalOf', kind: 'fail', times: 99 });
    assertAllSkipped(await apply(world, plan), /its review could not be read from the Forge/);
    assert.deepEqual(world.project.deletions, []);
  });

  test('is withdrawn during the first of them', async () => {
    const { world, plan, path } = await approved();
    const run = () => void world.git.commit('Revert', { [path]: null });
    world.fault({ port: 'cloud', method: 'powerOff', kind: 'meanwhile', run });
    const applied = await applyPlan(world.ports, plan, {
      run: firstAttempt('run-late'),
      parts: 'all',
    });
    assert.deepEqual(
      applied.map(({ outcome }) => outcome.kind),
      ['done', 'skipped', 'skipped', 'skipped', 'skipped'],
    );
  });
});

describe('a run that was suspended until its lease had expired', () => {
  /** A laptop that sleeps right before a call, while other runs continue with the agent. */
  const asleep = (
    world: FakeWorld,
    request: Pick<FaultRequest, 'port' | 'method' | 'nth'>,
    meanwhile: () => unknown = () => {},
  ) =>
    world.fault({
      ...request,
      kind: 'meanwhile',
      run: async () => {
        world.forge.runs.delete('run-laptop');
        world.advance(2 * hour);
        await meanwhile();
      },
    } as FaultRequest);

  for (const name of ['retire', 'replace', 'rollback']) {
    test(`${name}: destroys nothing any more`, async () => {
      const world = await (cases.find((one) => one.name === name) ?? assert.fail()).world();
      const { plan } = await dueChange(world);
      asleep(world, { port: 'cloud', method: 'server', nth: 1 });
      const outcome = await applyOne(world, plan, { run: 'run-laptop' });
      assert.match(outcomeText(outcome), /^superseded: its lease expired/);
      assert.deepEqual(world.project.deletions, []);
      assert.equal(recordOf(world, 1)?.lease, undefined);
    });
  }

  test('does not roll back a server that another run has brought up meanwhile', async () => {
    const world = await (cases.find((one) => one.name === 'rollback') ?? assert.fail()).world();
    const { plan } = await dueChange(world);
    const id = serverOf(world, 1)?.id ?? assert.fail();
    asleep(world, { port: 'cloud', method: 'server', nth: 1 }, () => {
      const { lease: _lease, ...rest } = recordOf(world, 1) ?? assert.fail();
      writeRecord(world, { ...rest, phase: 'running', everRunning: true });
    });
    await applyOne(world, plan, { run: 'run-laptop' });
    assert.notEqual(world.project.servers.get(id), undefined, 'it runs, and stays');
  });
});

describe('an orphan that a person decided to destroy', () => {
  test('loses our label during the change: it is left unchanged', async () => {
    const world = createFakeWorld();
    bringUp(world, 2);
    const id = orphanToDestroy(world);
    const { plan } = await dueChange(world);
    const server = world.project.servers.get(id) ?? assert.fail();
    const run = () => {
      server.labels = { ...server.labels, [labelNames.fleet]: 'another' };
    };
    // Its third look is the one before the deletion by API.
    world.fault({ port: 'cloud', method: 'server', nth: 3, kind: 'meanwhile', run });
    assert.match(outcomeText(await applyOne(world, plan)), /OwnershipUnproven$/);
    assert.deepEqual(world.project.deletions, []);
  });

  test('has the label of an agent with a file by now: it is left unchanged', async () => {
    const world = createFakeWorld();
    bringUp(world, 2);
    const id = orphanToDestroy(world, { [labelNames.agent]: idNo(9) });
    const { plan } = await dueChange(world);
    askFor(world, 9);
    assert.match(outcomeText(await applyOne(world, plan)), /^superseded: .* now has a file$/);
    assert.ok(world.project.servers.has(id));
  });

  test('has the label of a live agent: that agent’s state is not used', async () => {
    const world = createFakeWorld();
    bringUp(world, 2);
    const id = orphanToDestroy(world, { [labelNames.agent]: idNo(2) });
    const { plan } = await dueChange(world);
    const before = world.calls.length;
    assert.equal(outcomeText(await applyOne(world, plan)), 'done');
    assert.equal(world.project.servers.has(id), false);
    assert.ok(!world.calls.slice(before).includes('stacks.apply'));
  });

  test('a stop comes once its server is gone: its address stays', async () => {
    const world = createFakeWorld();
    bringUp(world, 2);
    const id = orphanToDestroy(world);
    const { plan } = await dueChange(world);
    const { primaryIps } = world.project;
    const address = [...primaryIps.values()].find(({ assignee }) => assignee === id);
    assert.ok(address !== undefined);
    world.fault({
      port: 'cloud',
      method: 'primaryIp',
      kind: 'meanwhile',
      run: () => {
        // One that is not deleted along with its server.
        primaryIps.set(address.id, { ...address, assignee: null });
        world.git.halt('wait');
      },
    });
    assert.equal(outcomeText(await applyOne(world, plan)), 'superseded: stopped: wait');
    assert.equal(world.project.servers.has(id), false);
    assert.ok(primaryIps.has(address.id));
  });
});
