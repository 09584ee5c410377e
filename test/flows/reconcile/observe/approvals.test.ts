/** Approvals count only with a merged, reviewed pull request, and only for a while. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { renderApprovalFile } from '../../../../reconciler/core/agent/decision-file.ts';
import type { Plan } from '../../../../reconciler/core/plan/plan.ts';
import { planFleet } from '../../../../reconciler/flows/reconcile/plan-fleet.ts';
import { at, idNo } from '../../../builders/world.ts';
import { bringUp, edit } from '../../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';

const path = 'approvals/one.yaml';
const head = 'aura/approvals';
const hour = 3_600_000;

/** Five retirements at once are more than the limits let through. */
async function refusedWorld(): Promise<FakeWorld> {
  const world = createFakeWorld();
  for (const n of [1, 2, 3, 4, 5]) {
    bringUp(world, n);
    edit(world, n, { retired: { at: at(-600), by: 'person', reason: 'test' } });
  }
  return world;
}

async function planOf(world: FakeWorld): Promise<Plan> {
  return (await planFleet(world.ports)).plan;
}

/** The refused set of the plan as text. */
function approvalText({ refused }: Plan): string {
  const entries = refused.map(({ change }) => ({
    agent: change.agent,
    server: change.kind === 'retire' ? (change.servers[0] ?? '') : '',
    file: change.basis.file,
    change: 'retire' as const,
  }));
  return renderApprovalFile({ apiVersion: 'aura.dev/v1', kind: 'Approval', entries });
}

async function propose(world: FakeWorld): Promise<number> {
  const text = approvalText(await planOf(world));
  world.git.branches.set(head, world.git.branches.get('main') ?? '');
  world.git.add(head, { subject: 'Approval', edits: { [path]: text } });
  const request = { head, base: 'main', label: 'aura/test', title: 'Approve', body: '' };
  return (await world.ports.forge.propose(request)).number;
}

function approved(plan: Plan): readonly string[] {
  return plan.changes.flatMap((change) =>
    change.kind === 'retire' && change.approval === path ? [change.agent] : [],
  );
}

describe('approvals', () => {
  test('without one the whole set is refused; with a merged, reviewed one the whole set runs', async () => {
    const world = await refusedWorld();
    assert.deepEqual((await planOf(world)).changes, []);
    world.forge.merge(await propose(world), { approvedBy: ['kim'] });
    const plan = await planOf(world);
    assert.deepEqual(approved(plan), [1, 2, 3, 4, 5].map(idNo).sort());
    assert.deepEqual(plan.refused, []);
  });

  test('an unreviewed one does not count', async () => {
    const world = await refusedWorld();
    world.forge.merge(await propose(world), { approvedBy: [] });
    const plan = await planOf(world);
    assert.deepEqual([plan.changes, plan.refused.length], [[], 5]);
  });

  test('one that was pushed to main without a pull request does not count', async () => {
    const world = await refusedWorld();
    world.git.commit('Just do it', { [path]: approvalText(await planOf(world)) });
    assert.equal((await planOf(world)).refused.length, 5);
  });

  test('one that was edited on main after its review does not count', async () => {
    const world = await refusedWorld();
    world.forge.merge(await propose(world));
    const text = world.git.text(path) ?? '';
    world.git.commit('A small change', { [path]: `${text}# and more\n` });
    assert.equal((await planOf(world)).refused.length, 5);
  });

  test('it counts until 24 hours after the merge, by the clock of the Forge', async () => {
    const world = await refusedWorld();
    world.forge.merge(await propose(world));
    world.advance(24 * hour - 1000);
    assert.equal(approved(await planOf(world)).length, 5);
    world.advance(1000);
    const plan = await planOf(world);
    assert.deepEqual([approved(plan), plan.refused.length], [[], 5]);
  });

  test('a Forge that cannot be asked approves nothing, and the run continues', async () => {
    const world = await refusedWorld();
    world.forge.merge(await propose(world));
    const fault = world.fault({ port: 'forge', method: 'mergedProposalOf', kind: 'fail' });
    const plan = await planOf(world);
    assert.equal(fault.fired, 1);
    assert.equal(plan.refused.length, 5);
    assert.ok(world.logs.some(({ level, message }) => level === 'warn' && /Forge/.test(message)));
  });

  test('a file that changed since is not approved', async () => {
    const world = await refusedWorld();
    world.forge.merge(await propose(world));
    edit(world, 3, { retired: { at: at(-590), by: 'person', reason: 'another one' } });
    const plan = await planOf(world);
    assert.equal(approved(plan).includes(idNo(3)), false);
    assert.equal(approved(plan).length, 4);
  });

  test('an approval that does not follow our schema does not count and is logged', async () => {
    const world = await refusedWorld();
    world.git.branches.set(head, world.git.branches.get('main') ?? '');
    world.git.add(head, { subject: 'Approval', edits: { [path]: 'entries: all of them\n' } });
    const request = { head, base: 'main', label: 'aura/test', title: 'Approve', body: '' };
    world.forge.merge((await world.ports.forge.propose(request)).number);
    assert.equal((await planOf(world)).refused.length, 5);
    assert.ok(world.logs.some(({ fields }) => 'path' in fields && fields.path === path));
  });
});
